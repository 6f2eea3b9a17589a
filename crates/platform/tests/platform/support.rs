//! A demo city at work, on each engine.

use std::borrow::Cow;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use serde_json::{Value as Json, json};
use tempfile::TempDir;
use yipan_base::pack::{self, Pack};
use yipan_base::refusal::Refusal;
use yipan_base::time::{HOUR, ManualClock, Timestamp};
use yipan_platform::ambient::SystemIds;
use yipan_platform::keys::Keys;
use yipan_platform::{CaseName, House, HouseOptions, Idempotency, NewAppeal, Outcome, Shelf, Viewer, city};
use yipan_store::{Store, audit_verify, dump, testing};

/// A Tuesday at ten in the morning.
pub fn morning() -> Timestamp {
    "2021-05-18 10:00".parse().expect("a time")
}

/// One house over the demo city, with clocks that the test moves.
#[derive(Clone)]
pub struct Bench {
    pub house: House,
    pub store: Store,
    pub keys: Keys,
    pub clock: Arc<ManualClock>,
    pub wall: Arc<ManualClock>,
    /// Where the house's files lie.
    pub files: Arc<TempDir>,
}

/// Runs a test's body on a fresh demo city of each engine; afterwards the audit chain and the
/// replay of all events must hold, whatever the test did.
pub async fn each_house<F: Future<Output = ()>>(body: impl Fn(Bench) -> F) {
    let body = &body;
    each_raw_house(|bench| async move {
        body(bench.clone()).await;
        let audit = audit_verify(&bench.store).await.expect("the audit log is read");
        assert!(audit.is_sound(), "{audit:#?}");
        let replay = bench.house.replay().await.expect("the events are folded");
        assert!(replay.agrees(), "{replay:#?}");
        assert!(!replay.moving);
    })
    .await;
}

/// The same without the proof at the end, for tests that do harm on purpose.
pub async fn each_raw_house<F: Future<Output = ()>>(body: impl Fn(Bench) -> F) {
    let body = &body;
    testing::each_engine(|store| async move { body(Bench::new(store).await).await }).await;
}

fn nantong() -> &'static Pack {
    static PACK: OnceLock<Pack> = OnceLock::new();
    PACK.get_or_init(|| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios/nantong");
        pack::read(&|name| std::fs::read(folder.join(name)).ok().map(Cow::Owned)).expect("the pack is sound")
    })
}

impl Bench {
    pub async fn new(store: Store) -> Self {
        city::load(&store, nantong(), morning()).await.expect("the pack is loaded");
        Self::over(store, Keys::fresh(), morning()).await
    }

    /// A house over a store, from a moment on.
    pub async fn over(store: Store, keys: Keys, now: Timestamp) -> Self {
        let clock = Arc::new(ManualClock::at(now));
        let wall = Arc::new(ManualClock::at(now));
        let files = Arc::new(tempfile::tempdir().expect("a folder"));
        let options = HouseOptions {
            store: store.clone(),
            keys: keys.clone(),
            clock: clock.clone(),
            wall: wall.clone(),
            ids: Arc::new(SystemIds),
            shelf: Some(Shelf::at(files.path().join("blobs"))),
        };
        let house = House::open(options).await.expect("the house opens");
        Self { house, store, keys, clock, wall, files }
    }

    pub fn viewer(&self, login: &str) -> Viewer {
        let city = self.house.city();
        let staff = city.directory.staff_by_login(login).unwrap_or_else(|| panic!("no login {login}"));
        Viewer::of(staff, &city.directory)
    }

    pub async fn accept(&self, login: &str, appeal: Json) -> Result<Outcome, Refusal> {
        self.house.accept(&self.viewer(login), new(appeal), None).await
    }

    pub async fn give(&self, login: &str, number: &str, command: Json) -> Result<Outcome, Refusal> {
        self.give_keyed(login, number, command, None).await
    }

    pub async fn give_keyed(
        &self,
        login: &str,
        number: &str,
        command: Json,
        key: Option<&str>,
    ) -> Result<Outcome, Refusal> {
        let key = key.map(|key| Idempotency::new(key, command.to_string().as_bytes()));
        let command = serde_json::from_value(command).expect("a command");
        self.house.give(&self.viewer(login), &CaseName(number.to_owned()), command, None, key).await
    }

    /// Gives commands one after the other; each must be taken.
    pub async fn walk(&self, number: &str, steps: &[(&str, Json)]) {
        for (login, command) in steps {
            if let Err(refusal) = self.give(login, number, command.clone()).await {
                panic!("{login}: {command}: {refusal}");
            }
        }
    }

    pub fn later(&self, micros: i64) {
        use yipan_base::time::Clock as _;
        self.clock.advance_to(self.clock.now().plus(micros));
        self.wall.advance_to(self.wall.now().plus(micros));
    }

    /// Everything that the store holds, as text.
    pub async fn everything(&self) -> String {
        let mut bytes = Vec::new();
        dump(&self.store, &mut bytes).await.expect("a dump");
        String::from_utf8(bytes).expect("text")
    }
}

pub fn new(appeal: Json) -> NewAppeal {
    serde_json::from_value(appeal).expect("an appeal")
}

pub fn complaint() -> Json {
    json!({
        "channel": "phone", "kind": "complaint", "category": "environment.noise.site",
        "title": "夜间施工噪声", "text": "如东县掘港街道某工地夜间施工，影响休息。",
        "place": { "area": "rudong.juegang", "address": "掘港街道友谊路八十八号" },
        "person": { "name": "王小明", "phone": "13800001111" },
    })
}

pub fn report() -> Json {
    json!({
        "channel": "phone", "kind": "report", "category": "environment.noise.site",
        "text": "举报工作人员收受礼品。", "place": { "area": "rudong.juegang" },
        "person": { "name": "赵举报", "phone": "13900002222" },
    })
}

/// A complaint from acceptance to the confirmed end, by the hands of the city's and the county's staff.
pub fn whole_way() -> Vec<(&'static str, Json)> {
    let main = "rudong.urban_management";
    vec![
        ("city.dispatcher", json!({"command":"dispatch","main":main,"basis":{"basis":"judgement"}})),
        ("rudong.urban_management.handler", json!({"command":"sign","holding":1})),
        ("rudong.urban_management.handler", json!({"command":"contact","holding":1,"reached":true})),
        (
            "rudong.urban_management.handler",
            json!({"command":"draft_reply","holding":1,"text":"已现场检查，责令停工整改。","truth":true,"solved":"yes"}),
        ),
        ("rudong.urban_management.signer", json!({"command":"pass_step","holding":1})),
        ("rudong.urban_management.signer", json!({"command":"pass_step","holding":1})),
        ("city.reviewer", json!({"command":"accept_reply","holding":1})),
        (
            "city.callback1",
            json!({"command":"call_back","attitude":"satisfied","result":"satisfied","solved":"yes"}),
        ),
        ("city.callback1", json!({"command":"close","outcome":"solved"})),
    ]
}

pub const DAY: i64 = 24 * HOUR;
