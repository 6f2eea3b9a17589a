//! The door by which verbs reach the house: the socket of the server that owns the data directory,
//! or, where none runs, the same routes in this process.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::request::Builder;
use axum::http::{Method, Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::UnixStream;
use tokio::task::JoinHandle;
use tower::ServiceExt as _;
use yipan_base::refusal::{Refusal, RefusalKind};
use yipan_http::Problem;
use yipan_server::{Server, ServerOptions, socket_path};

use crate::opened::Opened;
use crate::{Arguments, applications, chinese};

/// A way to the house.
pub struct Door {
    way: Way,
    acting: Option<String>,
}

enum Way {
    Socket(PathBuf),
    Here(Box<(Router, Opened)>),
}

impl Door {
    /// Finds the running server of the data directory, or opens the directory.
    pub async fn open(arguments: &Arguments) -> anyhow::Result<Self> {
        let acting = arguments.acting.clone();
        let socket = socket_path(&arguments.data);
        if UnixStream::connect(&socket).await.is_ok() {
            return Ok(Self { way: Way::Socket(socket), acting });
        }
        let opened = Opened::at(&arguments.data).await?;
        let server = Server::new(opened.house.clone(), ServerOptions::default());
        let router = server.assemble(applications::ALL).local;
        Ok(Self { way: Way::Here(Box::new((router, opened))), acting })
    }

    /// Reads.
    pub async fn get(&self, path: &str) -> anyhow::Result<Value> {
        self.call(Method::GET, path, None, Bytes::new()).await
    }

    /// Writes; with a key, a repeated call is harmless.
    pub async fn post(&self, path: &str, key: Option<&str>, body: impl Into<Bytes>) -> anyhow::Result<Value> {
        self.call(Method::POST, path, key, body.into()).await
    }

    /// Puts a thing in its place, however often.
    pub async fn put(&self, path: &str, body: impl Into<Bytes>) -> anyhow::Result<Value> {
        self.call(Method::PUT, path, None, body.into()).await
    }

    /// Reads a file.
    pub async fn file(&self, path: &str) -> anyhow::Result<Bytes> {
        self.bytes(Method::GET, path, None, Bytes::new()).await
    }

    /// Puts a file into the house.
    pub async fn put_file(&self, media_type: &str, content: Vec<u8>) -> anyhow::Result<Value> {
        let bytes = self.sent(Method::POST, "/blobs", None, media_type, content.into()).await?;
        Ok(serde_json::from_slice(&bytes)?)
    }

    async fn call(
        &self,
        method: Method,
        path: &str,
        key: Option<&str>,
        body: Bytes,
    ) -> anyhow::Result<Value> {
        let bytes = self.bytes(method, path, key, body).await?;
        Ok(if bytes.is_empty() { Value::Null } else { serde_json::from_slice(&bytes)? })
    }

    /// Sends a file and hands on the answer's lines as they come.
    pub async fn lines(
        &self,
        path: &str,
        file: Bytes,
        mut each: impl FnMut(&[u8]) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let request =
            self.request(Method::POST, path, None).header("content-type", "application/octet-stream");
        match &self.way {
            Way::Here(here) => {
                let answer = here.0.clone().oneshot(request.body(Body::from(file))?).await?;
                self.each_line(answer, &mut each).await
            }
            Way::Socket(socket) => {
                let (answer, talking) = over(socket, request.body(Full::new(file))?).await?;
                let told = self.each_line(answer, &mut each).await;
                talking.abort();
                told
            }
        }
    }

    async fn each_line<B>(
        &self,
        answer: Response<B>,
        each: &mut impl FnMut(&[u8]) -> anyhow::Result<()>,
    ) -> anyhow::Result<()>
    where
        B: axum::body::HttpBody<Data = Bytes> + Unpin,
        B::Error: std::error::Error + Send + Sync + 'static,
    {
        if !answer.status().is_success() {
            let (status, bytes) = whole(answer).await?;
            return Err(self.refused(status, &bytes));
        }
        let (mut body, mut rest) = (answer.into_body(), Vec::new());
        while let Some(frame) = body.frame().await {
            rest.extend_from_slice(&frame?.into_data().unwrap_or_default());
            while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
                each(&rest[..end])?;
                rest.drain(..=end);
            }
        }
        Ok(())
    }

    async fn bytes(
        &self,
        method: Method,
        path: &str,
        key: Option<&str>,
        body: Bytes,
    ) -> anyhow::Result<Bytes> {
        self.sent(method, path, key, "application/json", body).await
    }

    async fn sent(
        &self,
        method: Method,
        path: &str,
        key: Option<&str>,
        media_type: &str,
        body: Bytes,
    ) -> anyhow::Result<Bytes> {
        let request = self.request(method, path, key).header("content-type", media_type);
        let (status, bytes) = match &self.way {
            Way::Here(here) => {
                let answer = here.0.clone().oneshot(request.body(Body::from(body))?).await?;
                whole(answer).await?
            }
            Way::Socket(socket) => {
                let (answer, talking) = over(socket, request.body(Full::new(body))?).await?;
                let answer = whole(answer).await;
                talking.abort();
                answer?
            }
        };
        if status.is_success() { Ok(bytes) } else { Err(self.refused(status, &bytes)) }
    }

    fn request(&self, method: Method, path: &str, key: Option<&str>) -> Builder {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("/api/v1{path}"))
            .header("host", "localhost")
            .header("accept-language", if chinese() { "zh-CN" } else { "en" });
        if let Some(login) = &self.acting {
            request = request.header("yipan-as", login);
        }
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        request
    }

    fn refused(&self, status: StatusCode, bytes: &[u8]) -> anyhow::Error {
        let refusal = refused(status, bytes);
        if refusal.code == "session.none" && self.acting.is_none() {
            return anyhow::anyhow!("say who acts: --as LOGIN, such as --as city.dispatcher");
        }
        refusal.into()
    }

    pub async fn close(self) {
        if let Way::Here(here) = self.way {
            here.1.close().await;
        }
    }
}

/// Asks the server behind the socket; the connection goes on until the answer's body is read.
async fn over(
    socket: &Path,
    request: Request<Full<Bytes>>,
) -> anyhow::Result<(Response<Incoming>, JoinHandle<hyper::Result<()>>)> {
    let stream =
        UnixStream::connect(socket).await.with_context(|| format!("the server at {}", socket.display()))?;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    let talking = tokio::spawn(connection);
    Ok((sender.send_request(request).await?, talking))
}

async fn whole<B>(answer: Response<B>) -> anyhow::Result<(StatusCode, Bytes)>
where
    B: axum::body::HttpBody<Data = Bytes>,
    B::Error: std::error::Error + Send + Sync + 'static,
{
    let status = answer.status();
    Ok((status, answer.into_body().collect().await?.to_bytes()))
}

/// The refusal of a problem document, in the one language it came in.
fn refused(status: StatusCode, bytes: &[u8]) -> Refusal {
    let Ok(problem) = serde_json::from_slice::<Problem>(bytes) else {
        return Refusal::internal(format!("the server answered {status} without saying why"));
    };
    let kind = match status.as_u16() {
        400 | 405 => RefusalKind::Invalid,
        401 => RefusalKind::Unauthenticated,
        403 => RefusalKind::Forbidden,
        404 => RefusalKind::NotFound,
        409 => RefusalKind::Conflict,
        413 => RefusalKind::TooLarge,
        422 => RefusalKind::Rule,
        429 => RefusalKind::Busy,
        503 => RefusalKind::Unavailable,
        507 => RefusalKind::NoSpace,
        _ => RefusalKind::Internal,
    };
    let mut refusal = Refusal::new(kind, &problem.code, problem.detail.clone(), problem.detail);
    refusal.pointer = problem.pointer;
    refusal.facts = problem.facts;
    refusal
}

/// A part of a path or query, with whatever has a meaning there escaped.
pub fn escaped(part: &str) -> String {
    let mut out = String::with_capacity(part.len());
    for byte in part.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(byte as char),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// A JSON argument: given as it is, or `@FILE`, or `-` for the standard input.
pub fn argument(text: &str) -> anyhow::Result<String> {
    match text.strip_prefix('@') {
        Some(file) => std::fs::read_to_string(file).with_context(|| format!("reading {file}")),
        None if text == "-" => {
            let mut all = String::new();
            std::io::Read::read_to_string(&mut std::io::stdin(), &mut all)?;
            Ok(all)
        }
        None if text.is_empty() => bail!("nothing was given"),
        None => Ok(text.to_owned()),
    }
}
