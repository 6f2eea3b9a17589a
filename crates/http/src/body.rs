//! A JSON body, read with errors that point at the field.

use axum::body::{Body as Raw, Bytes};
use axum::extract::{FromRequest, Request};
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use http_body_util::BodyExt as _;
use serde::de::DeserializeOwned;
use yipan_base::refusal::{Refusal, RefusalKind};

use crate::problem::Fault;

/// A JSON body and the bytes it was read from (an idempotency key covers the bytes).
#[derive(Debug, Clone)]
pub struct Body<T> {
    pub value: T,
    pub bytes: Bytes,
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Fault;

    async fn from_request(request: Request, _: &S) -> Result<Self, Fault> {
        check_type(request.headers())?;
        let bytes = whole(request.into_body(), LARGEST).await?;
        let value = read(&bytes)?;
        Ok(Self { value, bytes })
    }
}

/// A browser's form can be sent by a stranger's page; JSON cannot, without asking first.
fn check_type(headers: &HeaderMap) -> Result<(), Refusal> {
    let json = headers.get(CONTENT_TYPE).and_then(|v| v.to_str().ok()).is_some_and(|v| {
        v.split(';').next().is_some_and(|t| t.trim().eq_ignore_ascii_case("application/json"))
    });
    if json {
        return Ok(());
    }
    Err(Refusal::invalid(
        "body.type",
        "请求体须为 JSON，请加 Content-Type: application/json",
        "the body must be JSON; send Content-Type: application/json",
    ))
}

/// The largest body that is taken; texts are refused earlier, with a clearer word.
const LARGEST: usize = 4 << 20;

/// So much of a body that is too large is still listened to, so that the answer reaches whoever
/// sends it; beyond, the line is cut.
const HEARD_OUT: usize = 64 << 20;

/// The bytes of a body of at most so many.
///
/// # Errors
/// `body.broken` where it does not arrive whole, `body.too_large`.
pub async fn whole(mut body: Raw, largest: usize) -> Result<Bytes, Refusal> {
    let (mut bytes, mut heard) = (Vec::new(), 0);
    while let Some(frame) = body.frame().await {
        let data = frame.map_err(|fault| {
            Refusal::invalid(
                "body.broken",
                "请求体没有传完，请重试",
                format!("the body did not arrive whole: {fault}"),
            )
        })?;
        let data = data.into_data().unwrap_or_default();
        heard += data.len();
        if heard <= largest {
            bytes.extend_from_slice(&data);
        } else if heard > HEARD_OUT.max(2 * largest) {
            break;
        }
    }
    if heard <= largest {
        return Ok(bytes.into());
    }
    let most = largest >> 20;
    Err(Refusal::new(
        RefusalKind::TooLarge,
        "body.too_large",
        format!("请求体超过 {most} MiB 上限，请减小或分次提交"),
        format!("the body is larger than {most} MiB; send less, or in parts"),
    ))
}

/// Reads JSON; an error says where (`/place/longitude`) and what.
///
/// # Errors
/// `body.encoding` where the bytes are no UTF-8, `body.json` where they are no JSON, `body.field`
/// where they are no such object.
pub fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Refusal> {
    if let Err(fault) = std::str::from_utf8(bytes) {
        let at = fault.valid_up_to();
        return Err(Refusal::invalid(
            "body.encoding",
            format!("请求体不是 UTF-8 编码（第 {at} 字节起）"),
            format!("the body is not UTF-8, from byte {at} on"),
        ));
    }
    // A list would be taken for an object whose fields come in order.
    if bytes.trim_ascii_start().starts_with(b"[") {
        return Err(Refusal::invalid(
            "body.json",
            "请求体须为 JSON 对象，而不是数组",
            "the body must be a JSON object, not an array",
        )
        .at("/"));
    }
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|fault| {
        let pointer = pointer(fault.path());
        let fault = fault.into_inner();
        let (code, zh) = match fault.classify() {
            serde_json::error::Category::Data => ("body.field", "请求体中的字段有误"),
            _ => ("body.json", "请求体不是合法的 JSON"),
        };
        Refusal::invalid(code, format!("{zh}：{fault}"), fault.to_string()).at(pointer)
    })?;
    json.end().map_err(|fault| {
        Refusal::invalid("body.json", format!("请求体不是合法的 JSON：{fault}"), fault.to_string()).at("/")
    })?;
    Ok(value)
}

/// The path of a field as a JSON pointer (RFC 6901).
fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    let mut pointer = String::new();
    for segment in path {
        match segment {
            Segment::Seq { index } => pointer.push_str(&format!("/{index}")),
            Segment::Map { key } => {
                pointer.push_str(&format!("/{}", key.replace('~', "~0").replace('/', "~1")))
            }
            Segment::Enum { .. } | Segment::Unknown => {}
        }
    }
    if pointer.is_empty() { "/".to_owned() } else { pointer }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code, reason = "read to be refused")]
    struct Thing {
        place: Place,
    }

    #[derive(Debug, Deserialize)]
    #[allow(dead_code, reason = "read to be refused")]
    struct Place {
        points: Vec<f64>,
    }

    #[test]
    fn an_error_points_at_its_field() {
        let refused = |text: &[u8]| {
            let refusal = read::<Thing>(text).expect_err("must be refused");
            (refusal.code, refusal.pointer)
        };
        assert_eq!(
            refused(br#"{"place":{"points":[1.0,"x"]}}"#),
            ("body.field".to_owned(), Some("/place/points/1".to_owned()))
        );
        assert_eq!(refused(br#"{"where":1}"#).0, "body.field");
        assert_eq!(refused(b"{").0, "body.json");
        assert_eq!(refused(br#" [{"points":[]}]"#).0, "body.json");
        assert_eq!(refused(br#"{"place":{"points":[]}} x"#).0, "body.json");
        assert_eq!(refused(b"\"\xc4\xcf\"").0, "body.encoding");
    }
}
