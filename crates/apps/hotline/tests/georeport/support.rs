//! The demo city behind its open door, and strangers before it.

use std::borrow::Cow;
use std::net::IpAddr;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Request, StatusCode};
use serde_json::{Value as Json, json};
use tower::ServiceExt;
use yipan_base::pack::{self, Pack};
use yipan_base::time::{Clock, ManualClock, Timestamp};
use yipan_hotline::Hotline;
use yipan_http::{Application, Doors, Fault};
use yipan_platform::ambient::SystemIds;
use yipan_platform::keys::Keys;
use yipan_platform::{CaseName, House, HouseOptions, Viewer, city};
use yipan_store::{Store, audit_verify, dump, testing};

/// A Tuesday at ten in the morning.
pub fn morning() -> Timestamp {
    "2021-05-18 10:00".parse().unwrap()
}

/// A house and its open door.
#[derive(Clone)]
pub struct Bench {
    pub house: House,
    store: Store,
    clock: Arc<ManualClock>,
    wall: Arc<ManualClock>,
    door: Router,
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
        let door = Hotline.public().with_state(Doors { house: house.clone() });
        body(Bench { house: house.clone(), store: store.clone(), clock, wall, door }).await;
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

/// What a stranger is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
    /// The refusal of which the server writes a problem document.
    pub fault: Option<String>,
}

impl Answer {
    pub fn json(&self) -> Json {
        serde_json::from_str(&self.text).unwrap_or_else(|fault| panic!("{fault}: {}", self.text))
    }

    /// The code and the words of the first error.
    pub fn error(&self) -> (u16, String) {
        let error = &self.json()[0];
        assert_eq!(error["code"], self.status.as_u16(), "{}", self.text);
        (self.status.as_u16(), error["description"].as_str().unwrap().to_owned())
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().unwrap()
    }
}

/// A submission in the making.
pub struct Filing<'a> {
    bench: &'a Bench,
    path: &'a str,
    from: &'a str,
    headers: Vec<(&'a str, &'a str)>,
}

impl<'a> Filing<'a> {
    pub fn to(self, path: &'a str) -> Self {
        Self { path, ..self }
    }

    pub fn from(self, from: &'a str) -> Self {
        Self { from, ..self }
    }

    pub fn header(mut self, name: &'a str, value: &'a str) -> Self {
        self.headers.push((name, value));
        self
    }

    pub async fn send(self, body: impl Into<Body>) -> Answer {
        let mut request = Request::post(self.path);
        if !self.headers.iter().any(|(name, _)| *name == "content-type") {
            request = request.header("content-type", "application/x-www-form-urlencoded");
        }
        for (name, value) in self.headers {
            request = request.header(name, value);
        }
        self.bench.ask(self.from, request.body(body.into()).unwrap()).await
    }
}

impl Bench {
    pub fn file(&self) -> Filing<'_> {
        Filing { bench: self, path: "/open311/v2/requests.json", from: "192.0.2.1", headers: Vec::new() }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.get_in("zh-CN", path).await
    }

    pub async fn get_in(&self, language: &str, path: &str) -> Answer {
        let request = Request::get(path).header("accept-language", language).header("host", "city.example");
        self.ask("192.0.2.1", request.body(Body::empty()).unwrap()).await
    }

    /// Files the usual matter and answers its number and code.
    pub async fn filed(&self) -> (String, String) {
        let answer = self.file().send(form(&usual())).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
        let receipt = &answer.json()[0];
        let text = |name: &str| receipt[name].as_str().unwrap().to_owned();
        (text("service_request_id"), text("account_id"))
    }

    pub async fn follow(&self, number: &str, code: &str) -> Answer {
        let body = json!({ "number": number, "code": code }).to_string();
        self.file().to("/report/follow").header("content-type", "application/json").send(body).await
    }

    async fn ask(&self, from: &str, mut request: Request<Body>) -> Answer {
        let from: IpAddr = from.parse().unwrap();
        request.extensions_mut().insert(ConnectInfo(from));
        let response = self.door.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let fault = parts.extensions.get::<Fault>().map(|fault| fault.0.to_string());
        let bytes = to_bytes(body, 64 << 20).await.unwrap();
        Answer {
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8(bytes.to_vec()).unwrap(),
            fault,
        }
    }

    fn viewer(&self, login: &str) -> Viewer {
        let city = self.house.city();
        let staff = city.directory.staff_by_login(login).unwrap_or_else(|| panic!("no login {login}"));
        Viewer::of(staff, &city.directory)
    }

    /// Somebody who works here does something.
    pub async fn give(&self, login: &str, number: &str, command: Json) {
        let command = serde_json::from_value(command).unwrap();
        let name = CaseName(number.to_owned());
        self.house.give(&self.viewer(login), &name, command, None, None).await.unwrap();
    }

    /// Somebody who works here accepts a matter.
    pub async fn accept(&self, login: &str, appeal: Json) -> (String, String) {
        let new = serde_json::from_value(appeal).unwrap();
        let outcome = self.house.accept(&self.viewer(login), new, None).await.unwrap();
        (outcome.number, outcome.id.to_string())
    }

    pub fn later(&self, micros: i64) {
        self.clock.advance_to(self.clock.now().plus(micros));
        self.wall.advance_to(self.wall.now().plus(micros));
    }

    /// Everything that the store holds, as text.
    pub async fn everything(&self) -> String {
        let mut bytes = Vec::new();
        dump(&self.store, &mut bytes).await.unwrap();
        String::from_utf8(bytes).unwrap()
    }
}

/// Names and values of a street lamp's complaint, in the middle of Chongchuan.
pub fn usual() -> Vec<(&'static str, &'static str)> {
    vec![
        ("service_code", LAMP),
        ("lat", LAT),
        ("long", LONG),
        ("address_string", "崇川区友谊路八十八号三单元"),
        ("description", "楼前路灯三天不亮，老人摔倒了，请打 13800001111 找我"),
        ("last_name", "欧阳"),
        ("first_name", "小明"),
        ("phone", "13800001111"),
        ("email", "ouyang@example.org"),
    ]
}

/// A service that the demo city offers.
pub const LAMP: &str = "urban.facilities.lighting";
/// Who is given it in these tests.
pub const WORKS: &str = "chongchuan.urban_management";
pub const LAT: &str = "32.014721";
pub const LONG: &str = "120.864315";

/// The usual matter with another value, or without one where it is empty.
pub fn but<'a>(name: &'a str, value: &'a str) -> String {
    let mut pairs: Vec<(&'a str, &'a str)> = usual();
    pairs.retain(|(other, _)| *other != name);
    pairs.push((name, value));
    form(&pairs)
}

/// `application/x-www-form-urlencoded`, every byte escaped.
pub fn form(pairs: &[(&str, &str)]) -> String {
    let escaped = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
    let pairs: Vec<_> =
        pairs.iter().map(|(name, value)| format!("{}={}", escaped(name), escaped(value))).collect();
    pairs.join("&")
}
