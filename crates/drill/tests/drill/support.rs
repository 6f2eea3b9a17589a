//! A house with the demo city, and the scenario as it is shipped.

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use yipan_base::id::SeededIds;
use yipan_base::pack;
use yipan_base::time::{Clock, ManualClock};
use yipan_drill::{Company, Played, Results, Speed, Storm};
use yipan_platform::keys::Keys;
use yipan_platform::{House, HouseOptions, city};
use yipan_store::{Store, StoreOptions};

fn scenarios() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios")
}

/// The bytes of a file of the shipped scenario.
pub fn shipped(name: &str) -> Option<Cow<'static, [u8]>> {
    std::fs::read(scenarios().join("storm").join(name)).ok().map(Cow::Owned)
}

/// The shipped storm.
pub fn storm() -> Storm {
    Storm::read(&shipped).unwrap()
}

/// A house with a city and nothing else, in a directory that goes with it.
pub struct Stage {
    pub house: House,
    _folder: tempfile::TempDir,
}

impl Stage {
    pub async fn set(clock: Arc<dyn Clock>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("yipan.db").display());
        let store = Store::open(&url, StoreOptions::default()).await.unwrap();
        let nantong = scenarios().join("nantong");
        let pack = pack::read(&|name| std::fs::read(nantong.join(name)).ok().map(Cow::Owned)).unwrap();
        city::load(&store, &pack, clock.now()).await.unwrap();
        let keys = Keys::load_or_create(&folder.path().join("keys")).unwrap();
        let ids = Arc::new(SeededIds::new(1));
        let house =
            House::open(HouseOptions { store, keys, clock: clock.clone(), wall: clock, ids, shelf: None })
                .await
                .unwrap();
        Self { house, _folder: folder }
    }

    pub async fn close(self) {
        self.house.store().close().await;
    }
}

/// Plays a storm to its end in a house of its own, and proves the house's data.
pub async fn played(storm: &Storm) -> (Played, Results) {
    let clock = Arc::new(ManualClock::at(storm.opens));
    let stage = Stage::set(clock.clone()).await;
    let mut told = 0;
    let played = storm
        .play(&stage.house, &clock, Speed::Max, Company::Nobody, |progress| told = progress.accepted)
        .await
        .unwrap();
    assert_eq!((told, played.accepted), (storm.appeals, storm.appeals));
    assert_eq!(clock.now(), storm.to);
    let results = storm.results(&stage.house).await.unwrap();
    assert!(stage.house.replay().await.unwrap().agrees());
    stage.close().await;
    (played, results)
}

/// Numerator and denominator of a figure.
pub fn share(results: &Results, id: &str) -> (i64, i64) {
    let figure = results.get(id).unwrap_or_else(|| panic!("no figure {id}"));
    (figure.numerator, figure.denominator)
}
