//! A demo city with its duty room.

use std::borrow::Cow;
use std::path::Path;
use std::sync::Arc;

use serde_json::Value as Json;
use yipan_base::pack;
use yipan_base::refusal::Refusal;
use yipan_base::time::{Clock as _, ManualClock, Timestamp};
use yipan_duty::Dossier;
use yipan_dutyroom::DutyRoom;
use yipan_http::Application as _;
use yipan_platform::ambient::SystemIds;
use yipan_platform::dossiers::{DossierName, Kept};
use yipan_platform::keys::Keys;
use yipan_platform::{CaseName, House, HouseOptions, Outcome, Viewer, city};
use yipan_store::{Store, audit_verify, testing};

/// The evening of the storm.
pub fn evening() -> Timestamp {
    "2021-04-30 20:00".parse().expect("a time")
}

#[derive(Clone)]
pub struct Bench {
    pub house: House,
    pub clock: Arc<ManualClock>,
}

/// Runs a test's body on a fresh demo city of each engine; afterwards audit chain and replay must hold.
pub async fn each_house<F: Future<Output = ()>>(body: impl Fn(Bench) -> F) {
    let body = &body;
    testing::each_engine(|store| async move {
        let bench = Bench::new(store.clone()).await;
        body(bench.clone()).await;
        let audit = audit_verify(&store).await.expect("the audit log is read");
        assert!(audit.is_sound(), "{audit:#?}");
        let replay = bench.house.replay().await.expect("the events are folded");
        assert!(replay.agrees(), "{replay:#?}");
    })
    .await;
}

impl Bench {
    async fn new(store: Store) -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../scenarios/nantong");
        let pack =
            pack::read(&|name| std::fs::read(folder.join(name)).ok().map(Cow::Owned)).expect("the pack");
        city::load(&store, &pack, evening()).await.expect("the pack is loaded");
        let clock = Arc::new(ManualClock::at(evening()));
        let options = HouseOptions {
            store,
            keys: Keys::fresh(),
            clock: clock.clone(),
            wall: clock.clone(),
            ids: Arc::new(SystemIds),
            shelf: None,
        };
        Self { house: House::open(options).await.expect("the house opens"), clock }
    }

    pub fn viewer(&self, login: &str) -> Viewer {
        let city = self.house.city();
        let staff = city.directory.staff_by_login(login).unwrap_or_else(|| panic!("no login {login}"));
        Viewer::of(staff, &city.directory)
    }

    pub fn later(&self, micros: i64) {
        self.clock.advance_to(self.clock.now().plus(micros));
    }

    pub async fn begin<D: Dossier>(&self, login: &str, command: Json) -> Result<Kept, Refusal> {
        self.keep::<D>(login, DossierName::New, command).await
    }

    pub async fn command<D: Dossier>(&self, login: &str, id: &str, command: Json) -> Result<Kept, Refusal> {
        self.keep::<D>(login, DossierName::Id(id.to_owned()), command).await
    }

    async fn keep<D: Dossier>(&self, login: &str, name: DossierName, command: Json) -> Result<Kept, Refusal> {
        let said = command.to_string();
        let command = serde_json::from_value(command).unwrap_or_else(|fault| panic!("{said}: {fault}"));
        self.house.keep::<D>(&self.viewer(login), &name, command, None, None).await
    }

    pub async fn state<D: Dossier>(&self, login: &str, id: &str) -> D {
        self.house.dossier::<D>(&self.viewer(login), id).await.expect("it is seen").state
    }

    /// Lets the duty room do what it does by itself.
    pub async fn chore(&self) {
        DutyRoom.chore(&self.house).expect("there is work").await.expect("it is done");
    }

    /// Gives commands to a case one after the other; each must be taken.
    pub async fn walk(&self, number: &str, steps: &[(&str, Json)]) {
        for (login, command) in steps {
            let given = serde_json::from_value(command.clone()).expect("a command");
            let name = CaseName(number.to_owned());
            if let Err(refusal) = self.house.give(&self.viewer(login), &name, given, None, None).await {
                panic!("{login}: {command}: {refusal}");
            }
        }
    }

    pub async fn accept(&self, login: &str, appeal: Json) -> Outcome {
        let appeal = serde_json::from_value(appeal).expect("an appeal");
        self.house.accept(&self.viewer(login), appeal, None).await.expect("accepted")
    }
}
