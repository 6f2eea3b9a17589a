//! A demo house in a process of its own, and people at its desks.

use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use axum::body::Bytes;
use axum::http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpStream;

pub const PASSWORD: &str = "yipanqi-2021-demo";

/// A house that runs until it is dropped.
pub struct House {
    process: Child,
    pub address: String,
    /// The one-time link's token, told at the first start.
    pub link: Option<String>,
    pub data: PathBuf,
    _dir: TempDir,
}

/// What the house answered.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    /// The code and the pointer of a problem document.
    pub fn problem(&self) -> (String, String) {
        let problem = self.json();
        let text = |name: &str| problem[name].as_str().unwrap_or_default().to_owned();
        (text("code"), text("pointer"))
    }
}

impl House {
    /// Starts the built binary as a newcomer would, on a port of its own.
    pub fn start() -> Self {
        Self::start_on(None)
    }

    /// The same, over a PostgreSQL database where one is named.
    pub fn start_on(database: Option<&str>) -> Self {
        let dir = TempDir::new().expect("a directory");
        let data = dir.path().join("city");
        let mut process = Command::new(env!("CARGO_BIN_EXE_yipan"))
            .args(["serve", "--demo", "--listen", "127.0.0.1:0", "--data"])
            .arg(&data)
            .args(database.into_iter().flat_map(|url| ["--database", url]))
            .stdout(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        let (mut address, mut link) = (None, None);
        let mut lines = BufReader::new(process.stdout.take().expect("its output")).lines();
        while let Some(Ok(line)) = lines.next() {
            if let Some((_, told)) = line.split_once("listens at http://") {
                address = Some(told.to_owned());
            }
            if let Some((_, token)) = line.split_once("/first#") {
                link = Some(token.to_owned());
            }
            if line.starts_with("demo accounts") {
                break;
            }
        }
        // Whatever else it says must not fill the pipe.
        std::thread::spawn(move || lines.for_each(drop));
        Self { process, address: address.expect("an address"), link, data, _dir: dir }
    }

    /// Asks without a session.
    pub async fn ask(&self, method: Method, path: &str, headers: &[(&str, &str)], body: Bytes) -> Answer {
        let answer = self.open(method, path, headers, body).await;
        let (status, headers) = (answer.status(), answer.headers().clone());
        let body = answer.into_body().collect().await.expect("a body").to_bytes();
        Answer { status, headers, body }
    }

    /// Asks, and leaves the answer's body to be read as it comes.
    pub async fn open(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Bytes,
    ) -> axum::http::Response<Incoming> {
        let stream = TcpStream::connect(&self.address).await.expect("a connection");
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.expect("a handshake");
        tokio::spawn(connection);
        let mut request = Request::builder().method(method).uri(path).header("host", &self.address);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        sender.send_request(request.body(Full::new(body)).expect("a request")).await.expect("an answer")
    }

    /// Logs a member of staff in.
    pub async fn desk(&self, login: &str) -> Desk<'_> {
        let body = json!({ "login": login, "password": PASSWORD }).to_string();
        let headers = [("content-type", "application/json")];
        let answer = self.ask(Method::POST, "/api/v1/session", &headers, body.into()).await;
        assert_eq!(answer.status, 204, "{login}: {}", answer.json());
        let cookie = answer.headers["set-cookie"].to_str().expect("a cookie");
        assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
        let cookie = cookie.split(';').next().expect("a pair").to_owned();
        Desk { house: self, cookie }
    }

    /// Runs a verb of the binary against this house.
    pub fn verb(&self, words: &[&str]) -> std::process::Output {
        Command::new(env!("CARGO_BIN_EXE_yipan"))
            .args(words)
            .arg("--data")
            .arg(&self.data)
            .env("LC_ALL", "C")
            .output()
            .expect("the verb runs")
    }
}

impl Drop for House {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Someone who is logged in.
pub struct Desk<'h> {
    pub house: &'h House,
    pub cookie: String,
}

impl Desk<'_> {
    pub async fn get(&self, path: &str) -> Answer {
        self.house
            .ask(Method::GET, &format!("/api/v1{path}"), &[("cookie", &self.cookie)], Bytes::new())
            .await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(path, body.to_string().into(), &[]).await
    }

    pub async fn send(&self, path: &str, body: Bytes, more: &[(&str, &str)]) -> Answer {
        let mut headers = vec![("cookie", self.cookie.as_str()), ("content-type", "application/json")];
        headers.extend(more);
        self.house.ask(Method::POST, &format!("/api/v1{path}"), &headers, body).await
    }

    /// Gives a command that must be taken.
    pub async fn gives(&self, number: &str, command: Value) -> Value {
        let answer = self.post(&format!("/cases/{number}/commands"), &command).await;
        assert_eq!(answer.status, 200, "{command}: {}", answer.json());
        answer.json()
    }

    /// Accepts a matter that must be taken, and says its number.
    pub async fn accepts(&self, text: &str) -> String {
        let answer = self.post("/cases", &noise(text)).await;
        assert_eq!(answer.status, 201, "{}", answer.json());
        answer.json()["number"].as_str().expect("a number").to_owned()
    }
}

/// A complaint about noise at a building site.
pub fn noise(text: &str) -> Value {
    json!({
        "channel": "phone", "kind": "complaint", "category": "environment.noise.site",
        "title": "夜间施工噪声", "text": text, "place": { "area": "rudong" },
        "person": { "name": "王小明", "phone": "13800001111" },
    })
}
