//! The import of appeals: any table, any mapping of its columns, rehearsed at the door of acceptance.

use std::io::Cursor;

use yipan_fuzz::Target;
use yipan_hotline::import::{ImportPlan, Importer, Mode};
use yipan_sheets::{Limits, Mapping, Options, Sheet};
use yipan_simulation::city::Template;
use yipan_simulation::world::World;

use crate::speaks;

#[test]
fn appeals_of_older_systems() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let template = runtime.block_on(Template::make()).unwrap();
    let world = runtime.block_on(World::open(&template, 1, 512, 0)).unwrap();
    let taker = template.people.iter().find(|who| who.actor.staff.as_str() == "city/call_taker").unwrap();
    let words = [
        "2020-03-04 11:00",
        "13800001111",
        "urban.housing",
        "n1",
        "120.9,32.0",
        "投诉",
        "gcj02",
        "2099-01-01",
    ];
    // The first line is the mapping, the rest is the table.
    Target { name: "import", inputs: 1_500, words: &words }.fuzz(Vec::new(), |input| {
        let at = input.iter().position(|byte| *byte == b'\n').unwrap_or(input.len());
        let (mapping, table) = (String::from_utf8_lossy(&input[..at]), &input[(at + 1).min(input.len())..]);
        let Ok(mapping) = Mapping::parse(&mapping) else { return };
        let limits =
            Limits { rows: 500, cell: 4 << 10, row: 16 << 10, unpacked: 1 << 20, ..Limits::default() };
        let Ok(sheet) = Sheet::read(Cursor::new(table.to_vec()), &Options { limits, ..Options::default() })
        else {
            return;
        };
        let plan = ImportPlan { category: Some("life.noise".into()), ..ImportPlan::new(mapping, "old") };
        runtime.block_on(async {
            let mut importer = match Importer::new(&world.house, taker, sheet, plan) {
                Ok(importer) => importer,
                Err(refusal) => return speaks(&refusal),
            };
            let _ = importer.preview(3).map_err(|refusal| speaks(&refusal));
            let mut told = 0;
            let all = importer.rows();
            let done = importer.run(Mode::Rehearse, |_, row| {
                told += 1;
                if let Err(refusal) = &row.answer {
                    speaks(refusal);
                }
                Ok(())
            });
            match done.await {
                Ok(_) => assert_eq!(told, all, "every row is told of once"),
                Err(refusal) => speaks(&refusal),
            }
        });
    });
}
