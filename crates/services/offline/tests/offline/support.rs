//! A demo city at work, on each engine.

use std::borrow::Cow;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use serde_json::{Value as Json, json};
use yipan_base::pack::{self, Pack};
use yipan_base::refusal::Refusal;
use yipan_base::time::{ManualClock, Timestamp};
use yipan_offline::{HouseKey, KeyFile, Passphrase, SystemRandom, centres};
use yipan_platform::ambient::SystemIds;
use yipan_platform::keys::Keys;
use yipan_platform::{CaseName, House, HouseOptions, Outcome, Viewer, city};
use yipan_store::{Store, audit_verify, dump, testing};

pub const WORD: &str = "correct horse 2021";

/// A Tuesday at ten in the morning.
pub fn morning() -> Timestamp {
    "2021-05-18 10:00".parse().unwrap()
}

#[derive(Clone)]
pub struct Bench {
    pub house: House,
    pub store: Store,
    pub clock: Arc<ManualClock>,
    pub wall: Arc<ManualClock>,
}

/// Runs a test's body on a fresh demo city of each engine; afterwards the audit chain and the
/// replay of all events must hold.
pub async fn each_house<F: Future<Output = ()>>(body: impl Fn(Bench) -> F) {
    let body = &body;
    testing::each_engine(|store| async move {
        city::load(&store, nantong(), morning()).await.unwrap();
        let clock = Arc::new(ManualClock::at(morning()));
        let wall = Arc::new(ManualClock::at(morning()));
        let options = HouseOptions {
            store: store.clone(),
            keys: Keys::fresh(),
            clock: clock.clone(),
            wall: wall.clone(),
            ids: Arc::new(SystemIds),
            shelf: None,
        };
        let house = House::open(options).await.unwrap();
        body(Bench { house: house.clone(), store: store.clone(), clock, wall }).await;
        let audit = audit_verify(&store).await.unwrap();
        assert!(audit.is_sound(), "{audit:#?}");
        let replay = house.replay().await.unwrap();
        assert!(replay.agrees(), "{replay:#?}");
    })
    .await;
}

fn nantong() -> &'static Pack {
    static PACK: OnceLock<Pack> = OnceLock::new();
    PACK.get_or_init(|| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../scenarios/nantong");
        pack::read(&|name| std::fs::read(folder.join(name)).ok().map(Cow::Owned)).unwrap()
    })
}

impl Bench {
    pub fn viewer(&self, login: &str) -> Viewer {
        let city = self.house.city();
        let staff = city.directory.staff_by_login(login).unwrap_or_else(|| panic!("no login {login}"));
        Viewer::of(staff, &city.directory)
    }

    pub async fn accept(&self, login: &str, appeal: Json) -> String {
        let new = serde_json::from_value(appeal).unwrap();
        self.house.accept(&self.viewer(login), new, None).await.unwrap().number
    }

    pub async fn give(&self, login: &str, number: &str, command: Json) -> Outcome {
        let command = serde_json::from_value(command).unwrap();
        let name = CaseName(number.to_owned());
        self.house.give(&self.viewer(login), &name, command, None, None).await.unwrap()
    }

    pub fn later(&self, micros: i64) {
        use yipan_base::time::Clock as _;
        self.clock.advance_to(self.clock.now().plus(micros));
        self.wall.advance_to(self.wall.now().plus(micros));
    }

    /// Makes a centre's key and registers it.
    pub async fn key(&self, centre: &str) -> KeyFile {
        let (rng, admin) = (SystemRandom::new(), self.viewer("city.system"));
        let house = HouseKey::of(&self.house, &rng).await.unwrap();
        let public = base64(house.public());
        let word = Passphrase::new(WORD).unwrap();
        let file = KeyFile::make(&centre.into(), centre, &public, &word, &rng).unwrap();
        centres::register(&self.house, &admin, centre, &file.public, false, &rng).await.unwrap();
        file
    }

    /// Everything that the store holds, as text.
    pub async fn everything(&self) -> String {
        let mut bytes = Vec::new();
        dump(&self.store, &mut bytes).await.unwrap();
        String::from_utf8(bytes).unwrap()
    }
}

pub fn base64(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

pub fn from_base64(text: &str) -> Vec<u8> {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.decode(text).unwrap()
}

/// A complaint about a place, by somebody with a telephone.
pub fn complaint(area: &str, text: &str) -> Json {
    json!({
        "channel": "phone", "kind": "complaint", "category": "environment.noise.site",
        "title": "夜间施工噪声", "text": text, "place": { "area": area, "address": "友谊路八十八号" },
        "person": { "name": "王小明", "phone": "13800001111", "identity": null },
    })
}

/// The code of a refusal.
pub fn code<T>(answer: Result<T, Refusal>) -> String {
    answer.err().expect("must be refused").code
}
