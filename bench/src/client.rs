//! One connection that is kept open, and a session on it.

use anyhow::{Context as _, bail};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::{Method, Request};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpStream;

pub struct Client {
    sender: SendRequest<Full<Bytes>>,
    house: String,
    cookie: String,
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

    pub async fn get(&mut self, path: &str) -> anyhow::Result<Value> {
        let request = self.request(Method::GET, path, String::new())?;
        self.answer(request).await
    }

    pub async fn post(&mut self, path: &str, body: String) -> anyhow::Result<Value> {
        let request = self.request(Method::POST, path, body)?;
        self.answer(request).await
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

    async fn answer(&mut self, request: Request<Full<Bytes>>) -> anyhow::Result<Value> {
        let path = request.uri().path().to_owned();
        self.sender.ready().await.context("the house hung up")?;
        let answer = self.sender.send_request(request).await.context("the house hung up")?;
        let status = answer.status();
        let bytes = answer.into_body().collect().await?.to_bytes();
        if !status.is_success() {
            bail!("{path} answered {status}: {}", String::from_utf8_lossy(&bytes));
        }
        Ok(serde_json::from_slice(&bytes)?)
    }
}

async fn connect(house: &str) -> anyhow::Result<SendRequest<Full<Bytes>>> {
    let stream = TcpStream::connect(house).await.with_context(|| format!("no house at {house}"))?;
    stream.set_nodelay(true)?;
    let (sender, connection) = handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    Ok(sender)
}
