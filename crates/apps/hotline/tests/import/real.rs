//! 4,326 messages that citizens really wrote, 2017 to 2020, on both engines.

use std::path::{Path, PathBuf};
use std::time::Instant;

use yipan_hotline::import::{Importer, Mode};
use yipan_sheets::{Options, Sheet};
use yipan_store::Scope;
use yipan_store::testing::each_engine;

use crate::support::{demo_city, plan, prove, run, viewer};

fn messages() -> Option<PathBuf> {
    let data = std::env::var_os("YIPAN_TEST_DATA").map(PathBuf::from);
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../..");
    let file = data.unwrap_or_else(|| root.join("shared")).join("data/appeals/tipdm2020c_fj3.csv");
    if !file.exists() {
        eprintln!("SKIPPED: {} is not there; YIPAN_TEST_DATA says where the test data lies", file.display());
        return None;
    }
    Some(file)
}

#[tokio::test(flavor = "multi_thread")]
async fn real_messages_become_cases_once() {
    let Some(file) = messages() else { return };
    each_engine(async |store| {
        let house = demo_city(store).await;
        let importer = || {
            let sheet = Sheet::open(&file, &Options::default()).unwrap();
            let mut plan = plan("text=body,title=title,received=time,caller=user,key=id");
            plan.source = "messages".into();
            Importer::new(&house, &viewer(&house, "city.calltaker1"), sheet, plan).unwrap()
        };
        let began = Instant::now();
        let (counts, outcomes) = run(importer(), Mode::Write).await;
        let seconds = began.elapsed().as_secs_f64();
        eprintln!("{counts:?}: {:.0} rows/s", counts.rows as f64 / seconds);
        assert_eq!((counts.rows, counts.accepted), (4326, 4326), "{:?}", crate::support::refusals(&outcomes));
        assert!(counts.unlocated > 4300, "these messages are of another city: {counts:?}");

        let (counts, _) = run(importer(), Mode::Write).await;
        assert_eq!((counts.already, counts.accepted, counts.refused), (4326, 0, 0));
        assert_eq!(house.next_timer().await.unwrap(), None, "what is over starts no timers");
        let sql = "SELECT c.id, c.number FROM case_file c WHERE c.accepted_at > 0 AND {visible:c.id}";
        let cases = house.store().cases(&Scope::system("test"), sql, &[]).await.unwrap();
        let numbers: std::collections::BTreeSet<_> =
            cases.iter().map(|c| c.text("number").unwrap()).collect();
        assert_eq!((cases.len(), numbers.len()), (4326, 4326));
        prove(&house).await;
    })
    .await;
}
