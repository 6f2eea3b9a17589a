//! One connection that is kept open, and a session on it.

use anyhow::{Context as _, bail};
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpStream;

use crate::feed::Feed;

pub struct Client {
    sender: SendRequest<Full<Bytes>>,
    house: String,
    cookie: String,
}

/// What the house answered: a status, and a document unless there is none to give.
pub struct Answer {
    pub status: StatusCode,
    pub body: Value,
}

impl Client {
    pub async fn log_in(house: &str, login: &str, password: &str) -> anyhow::Result<Self> {
        let mut client =
            Self { sender: connect(house).await?, house: house.to_owned(), cookie: String::new() };
        let body = json!({ "login": login, "password": password }).to_string();
        let request = client.request(Method::POST, "/session", body)?;
        let answer = client.sender.send_request(request).await?;
        let Some(cookie) = answer.headers().get("set-cookie") else {
            bail!("{login} cannot log in: {}", answer.status())
        };
        client.cookie = cookie.to_str()?.split(';').next().unwrap_or_default().to_owned();
        answer.into_body().collect().await?;
        Ok(client)
    }

    /// Another connection of the same session.
    pub async fn beside(&self) -> anyhow::Result<Self> {
        Ok(Self {
            sender: connect(&self.house).await?,
            house: self.house.clone(),
            cookie: self.cookie.clone(),
        })
    }

    /// What a path holds; anything but a success is a fault.
    pub async fn get(&mut self, path: &str) -> anyhow::Result<Value> {
        let answer = self.ask(Method::GET, path, String::new()).await?;
        answer.success(path)
    }

    pub async fn post(&mut self, path: &str, body: String) -> anyhow::Result<Value> {
        let answer = self.ask(Method::POST, path, body).await?;
        answer.success(path)
    }

    /// The answer, whatever it says.
    pub async fn ask(&mut self, method: Method, path: &str, body: String) -> anyhow::Result<Answer> {
        let answer = self.send(method, path, body).await?;
        let status = answer.status();
        let bytes = answer.into_body().collect().await?.to_bytes();
        let body = if bytes.is_empty() { Value::Null } else { serde_json::from_slice(&bytes)? };
        Ok(Answer { status, body })
    }

    /// Follows a live feed for as long as the connection lasts.
    pub async fn follow(mut self, path: &str) -> anyhow::Result<Feed> {
        let answer = self.send(Method::GET, path, String::new()).await?;
        if !answer.status().is_success() {
            bail!("{path} answered {}", answer.status());
        }
        Ok(Feed::new(answer.into_body()))
    }

    async fn send(&mut self, method: Method, path: &str, body: String) -> anyhow::Result<Response<Incoming>> {
        let request = self.request(method, path, body)?;
        self.sender.ready().await.context("the house hung up")?;
        self.sender.send_request(request).await.context("the house hung up")
    }

    fn request(&self, method: Method, path: &str, body: String) -> anyhow::Result<Request<Full<Bytes>>> {
        Ok(Request::builder()
            .method(method)
            .uri(format!("/api/v1{path}"))
            .header("host", &self.house)
            .header("cookie", &self.cookie)
            .header("content-type", "application/json")
            .body(Full::new(body.into()))?)
    }
}

impl Answer {
    fn success(self, path: &str) -> anyhow::Result<Value> {
        if !self.status.is_success() {
            bail!("{path} answered {}: {}", self.status, self.body);
        }
        Ok(self.body)
    }
}

async fn connect(house: &str) -> anyhow::Result<SendRequest<Full<Bytes>>> {
    let stream = TcpStream::connect(house).await.with_context(|| format!("no house at {house}"))?;
    stream.set_nodelay(true)?;
    let (sender, connection) = handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    Ok(sender)
}
