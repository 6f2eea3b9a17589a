//! Which interfaces the city offers, and where. "Service Discovery" of the specification.

use axum::http::HeaderMap;
use axum::http::header::HOST;
use yipan_base::refusal::Refusal;
use yipan_base::time::Timestamp;
use yipan_http::Language;
use yipan_platform::House;
use yipan_wire::open311::{Discovery, Endpoint, EndpointType, Format};

use super::BASE;

/// The discovery file, as it is true where it is asked for.
pub(super) async fn discovery(
    house: &House,
    headers: &HeaderMap,
    language: Language,
) -> Result<Discovery, Refusal> {
    let newest = "SELECT valid_from FROM rulebook ORDER BY valid_from DESC LIMIT 1";
    let changed = match house.store().house(newest, &[]).await?.first() {
        Some(row) => row.int("valid_from")?,
        None => 0,
    };
    let changeset = Timestamp::from_micros(changed).to_string();
    let contact = language.pick(
        "拨打 12345 政务服务便民热线；紧急情况请拨打 110、119 或 120",
        "call 12345; in an emergency 110, 119 or 120",
    );
    let key_service = language.pick("无需密钥", "no key is needed");
    let endpoint = Endpoint {
        specification: Endpoint::GEOREPORT_V2.to_owned(),
        url: url(headers),
        changeset: changeset.clone(),
        kind: EndpointType::Production,
        formats: [Format::Xml, Format::Json].map(|format| format.mime_type().to_owned()).to_vec(),
    };
    Ok(Discovery {
        changeset,
        contact: contact.to_owned(),
        key_service: key_service.to_owned(),
        endpoints: vec![endpoint],
    })
}

/// The address under which the caller knows this door. A house is reached without TLS on its own machine alone.
fn url(headers: &HeaderMap) -> String {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).filter(|host| {
        !host.is_empty() && host.bytes().all(|b| b.is_ascii_alphanumeric() || b".-:[]".contains(&b))
    });
    let Some(host) = host else { return BASE.to_owned() };
    let own = ["localhost", "127.", "[::1]"].iter().any(|own| host.starts_with(own));
    format!("{}://{host}{BASE}", if own { "http" } else { "https" })
}
