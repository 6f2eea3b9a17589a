//! What the specification shows beside services and requests: the discovery file and errors.

use serde_json::json;
use yipan_wire::open311::{Discovery, Endpoint, EndpointType, Error};

use super::support::shown;

#[test]
fn errors() {
    let words = "Invalid api_key received -- can't proceed with create_request.";
    let error = Error { code: "403".to_owned(), description: words.to_owned() };
    let xml = format!("<errors><error><code>403</code><description>{words}</description></error></errors>");
    shown(&vec![error], &xml, &json!([{ "code": 403, "description": words }]));
}

#[test]
fn discovery() {
    let endpoint = |url: &str, changeset: &str, kind, formats: &[&str]| Endpoint {
        specification: Endpoint::GEOREPORT_V2.to_owned(),
        url: url.to_owned(),
        changeset: changeset.to_owned(),
        kind,
        formats: formats.iter().map(|format| (*format).to_owned()).collect(),
    };
    let discovery = Discovery {
        changeset: "2011-02-03 14:18".to_owned(),
        contact: "Write to api@mycity.org".to_owned(),
        key_service: "Keys: http://api.mycity.gov/api_key/request".to_owned(),
        endpoints: vec![
            endpoint("http://a.gov/v2", "2010-11-23 09:01", EndpointType::Production, &["text/xml"]),
            endpoint(
                "http://a.gov/test/v2",
                "2010-10-02 09:01",
                EndpointType::Test,
                &["text/xml", "application/json"],
            ),
        ],
    };
    let xml = "<discovery>
        <changeset>2011-02-03 14:18</changeset>
        <contact>Write to api@mycity.org</contact>
        <key_service>Keys: http://api.mycity.gov/api_key/request</key_service>
        <endpoints>
            <endpoint>
                <specification>http://wiki.open311.org/GeoReport_v2</specification>
                <url>http://a.gov/v2</url>
                <changeset>2010-11-23 09:01</changeset>
                <type>production</type>
                <formats>
                    <format>text/xml</format>
                </formats>
            </endpoint>
            <endpoint>
                <specification>http://wiki.open311.org/GeoReport_v2</specification>
                <url>http://a.gov/test/v2</url>
                <changeset>2010-10-02 09:01</changeset>
                <type>test</type>
                <formats>
                    <format>text/xml</format>
                    <format>application/json</format>
                </formats>
            </endpoint>
        </endpoints>
    </discovery>";
    let json = json!({
        "changeset": "2011-02-03 14:18",
        "contact": "Write to api@mycity.org",
        "key_service": "Keys: http://api.mycity.gov/api_key/request",
        "endpoints": [
            {
                "specification": "http://wiki.open311.org/GeoReport_v2",
                "url": "http://a.gov/v2",
                "changeset": "2010-11-23 09:01",
                "type": "production",
                "formats": ["text/xml"],
            },
            {
                "specification": "http://wiki.open311.org/GeoReport_v2",
                "url": "http://a.gov/test/v2",
                "changeset": "2010-10-02 09:01",
                "type": "test",
                "formats": ["text/xml", "application/json"],
            },
        ],
    });
    shown(&discovery, xml, &json);
}
