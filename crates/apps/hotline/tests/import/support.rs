//! The demo city over a store, and tables as text.

use std::borrow::Cow;
use std::io::Cursor;
use std::path::Path;
use std::sync::Arc;

use yipan_base::pack;
use yipan_base::refusal::Refusal;
use yipan_base::time::{ManualClock, Timestamp};
use yipan_hotline::import::{Counts, ImportPlan, Importer, Mode, RowOutcome};
use yipan_platform::ambient::SystemIds;
use yipan_platform::keys::Keys;
use yipan_platform::{CaseName, House, HouseOptions, Viewer, city};
use yipan_sheets::{Mapping, Options, Sheet};
use yipan_store::{Scope, Store, audit_verify};

/// The day on which the tests take place.
pub const NOW: &str = "2021-06-01 09:00";

pub async fn demo_city(store: Store) -> House {
    let now: Timestamp = NOW.parse().unwrap();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../scenarios/nantong");
    let pack = pack::read(&|name| std::fs::read(folder.join(name)).ok().map(Cow::Owned)).unwrap();
    city::load(&store, &pack, now).await.unwrap();
    let clock = Arc::new(ManualClock::at(now));
    let options = HouseOptions {
        store,
        keys: Keys::fresh(),
        wall: clock.clone(),
        clock,
        ids: Arc::new(SystemIds),
        shelf: None,
    };
    House::open(options).await.unwrap()
}

pub fn viewer(house: &House, login: &str) -> Viewer {
    let city = house.city();
    Viewer::of(city.directory.staff_by_login(login).unwrap(), &city.directory)
}

/// A plan for historical rows of a list named `list`.
pub fn plan(map: &str) -> ImportPlan {
    let mut plan = ImportPlan::new(Mapping::parse(map).unwrap(), "list");
    plan.category = Some("governance".into());
    plan
}

pub fn importer(house: &House, table: &str, plan: ImportPlan) -> Result<Importer, Refusal> {
    let sheet = Sheet::read(Cursor::new(table.as_bytes().to_vec()), &Options::default())?;
    Importer::new(house, &viewer(house, "city.calltaker1"), sheet, plan)
}

/// Runs an importer and keeps every outcome.
pub async fn run(mut importer: Importer, mode: Mode) -> (Counts, Vec<RowOutcome>) {
    let mut outcomes = Vec::new();
    let counts = importer
        .run(mode, |_, outcome| {
            outcomes.push(outcome);
            Ok(())
        })
        .await
        .unwrap();
    assert_eq!(counts.rows, importer.rows());
    assert_eq!(counts.rows, counts.accepted + counts.already + counts.refused);
    assert_eq!(counts.accepted, counts.located + counts.unlocated);
    (counts, outcomes)
}

pub async fn import(house: &House, table: &str, plan: ImportPlan) -> (Counts, Vec<RowOutcome>) {
    run(importer(house, table, plan).unwrap(), Mode::Write).await
}

/// Code and pointer of every refused row, in the order of the file.
pub fn refusals(outcomes: &[RowOutcome]) -> Vec<(&str, &str)> {
    let refused = outcomes.iter().filter_map(|o| o.answer.as_ref().err());
    refused.map(|r| (r.code.as_str(), r.pointer.as_deref().unwrap_or_default())).collect()
}

/// The ids of all cases, by their numbers.
pub async fn cases(house: &House) -> Vec<CaseName> {
    let sql = "SELECT c.id FROM case_file c WHERE {visible:c.id} ORDER BY c.number";
    let rows = house.store().cases(&Scope::system("test"), sql, &[]).await.unwrap();
    rows.iter().map(|row| CaseName(row.text("id").unwrap().to_owned())).collect()
}

/// The audit chain holds and the events amount to the present.
pub async fn prove(house: &House) {
    assert!(audit_verify(house.store()).await.unwrap().is_sound());
    let replay = house.replay().await.unwrap();
    assert!(replay.agrees(), "{:?}", replay.differences);
}
