//! A connection of one worker. Who acts is said request by request, by the session's cookie.

use std::time::Duration;

use anyhow::{Context as _, bail};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::{Method, Request};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;

/// How long an answer may take before it counts as none.
const PATIENCE: Duration = Duration::from_secs(20);

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub cookie: Option<String>,
    pub body: Value,
}

impl Answer {
    pub const fn good(&self) -> bool {
        matches!(self.status, 200..=299)
    }

    /// The code of a problem document.
    pub fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or_default()
    }
}

/// A request.
#[derive(Debug, Default)]
pub struct Ask<'a> {
    pub path: &'a str,
    pub cookie: &'a str,
    /// Only writes have one.
    pub key: Option<&'a str>,
    /// A body makes it a write.
    pub body: Option<String>,
}

/// A connection that opens itself again.
pub struct Client {
    address: String,
    sender: Option<SendRequest<Full<Bytes>>>,
}

impl Client {
    pub fn new(address: &str) -> Self {
        Self { address: address.to_owned(), sender: None }
    }

    /// Asks once.
    ///
    /// # Errors
    /// Where there was no whole answer: it is not known whether the request was done.
    pub async fn ask(&mut self, ask: &Ask<'_>) -> anyhow::Result<Answer> {
        match tokio::time::timeout(PATIENCE, self.asked(ask)).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(fault)) => {
                self.sender = None;
                Err(fault)
            }
            Err(_) => {
                self.sender = None;
                bail!("{} was not answered in {PATIENCE:?}", ask.path)
            }
        }
    }

    async fn asked(&mut self, ask: &Ask<'_>) -> anyhow::Result<Answer> {
        let method = if ask.body.is_some() { Method::POST } else { Method::GET };
        let mut request = Request::builder()
            .method(method)
            .uri(format!("/api/v1{}", ask.path))
            .header("host", &self.address)
            .header("cookie", ask.cookie)
            .header("content-type", "application/json");
        if let Some(key) = ask.key {
            request = request.header("idempotency-key", key);
        }
        let request = request.body(Full::new(ask.body.clone().unwrap_or_default().into()))?;
        let sender = match &mut self.sender {
            Some(sender) if !sender.is_closed() => sender,
            none => none.insert(connect(&self.address).await?),
        };
        sender.ready().await.context("the house hung up")?;
        let answer = sender.send_request(request).await.context("the house hung up")?;
        let status = answer.status().as_u16();
        let cookie = answer.headers().get("set-cookie").and_then(|cookie| cookie.to_str().ok());
        let cookie = cookie.and_then(|cookie| cookie.split(';').next()).map(str::to_owned);
        let bytes = answer.into_body().collect().await?.to_bytes();
        let body = if bytes.is_empty() { Value::Null } else { serde_json::from_slice(&bytes)? };
        Ok(Answer { status, cookie, body })
    }
}

async fn connect(address: &str) -> anyhow::Result<SendRequest<Full<Bytes>>> {
    let stream = TcpStream::connect(address).await.with_context(|| format!("no house at {address}"))?;
    stream.set_nodelay(true)?;
    let (sender, connection) = handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    Ok(sender)
}
