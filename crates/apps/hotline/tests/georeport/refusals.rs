//! What is not taken, and how that is told.

use axum::http::StatusCode;
use yipan_base::time::MINUTE;
use yipan_wire::open311::{Error, Format, read};

use crate::support::{Bench, but, each_house, form, usual};

/// A minute later, so that no limit is in the way.
async fn refused(bench: &Bench, body: String) -> (u16, String) {
    bench.later(MINUTE);
    bench.file().send(body).await.error()
}

#[tokio::test]
async fn a_refusal_names_its_field() {
    each_house(|bench| async move {
        let mut outside = usual();
        outside.retain(|(name, _)| !matches!(*name, "lat" | "long"));
        outside.extend([("lat", "39.9"), ("long", "116.4")]);
        let nowhere = form(&[("service_code", crate::support::LAMP), ("description", "x")]);
        let only_id = form(&[("service_code", crate::support::LAMP), ("address_id", "12")]);
        for (body, field) in [
            (form(&outside), "lat, long: "),
            (nowhere, "缺少地点"),
            (only_id, "address_id: "),
            (but("lat", ""), "缺少 lat"),
            (but("lat", "north"), "the place (lat, long)"),
            (but("service_code", "no.such"), "service_code: "),
            (but("service_code", "governance.conduct.corruption"), "service_code: "),
            (but("service_code", "urban"), "service_code: "),
            (but("service_code", ""), "缺少 service_code"),
            (but("attribute[kind]", "report"), "attribute[kind]: "),
            (but("phone", "12"), "phone: "),
            (but("description", &"字".repeat(4_001)), "description 超过 4000 字"),
            (but("address_string", &"路".repeat(501)), "address_string 超过 500 字"),
            (but("last_name", &"名".repeat(201)), "last_name, first_name: "),
            (but("description", "\u{0}"), "a value"),
            ("service_code=%ff".to_owned(), "UTF-8"),
        ] {
            let (code, words) = refused(&bench, body).await;
            assert_eq!(code, 400, "{words}");
            assert!(words.contains(field), "{field}: {words}");
        }
        let (code, words) = refused(&bench, but("jurisdiction_id", "elsewhere.gov")).await;
        assert_eq!((code, words.as_str()), (404, "没有 jurisdiction_id“elsewhere.gov”"));
        assert_eq!(
            bench.get("/open311/v2/requests.json").await.json(),
            serde_json::json!([]),
            "nothing was written"
        );
    })
    .await;
}

#[tokio::test]
async fn everything_that_is_wrong_with_a_call_is_told_at_once_in_the_standards_shape() {
    each_house(|bench| async move {
        let xml =
            bench.file().to("/open311/v2/requests.xml").header("accept-language", "en").send("phone=1").await;
        assert_eq!(xml.status, StatusCode::BAD_REQUEST);
        let errors: Vec<Error> = read(xml.text.as_bytes(), Format::Xml).unwrap();
        let words: Vec<_> = errors.iter().map(|error| error.description.as_str()).collect();
        assert_eq!(errors.len(), 2, "{words:?}");
        assert!(words[0].contains("service_code") && words[1].contains("address_string"), "{words:?}");
    })
    .await;
}

#[tokio::test]
async fn bodies_that_are_no_form_or_too_large_are_refused() {
    each_house(|bench| async move {
        let bomb = "<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY b \"bbbbbbbb\"><!ENTITY c \"&b;&b;&b;&b;\">]><a>&c;</a>";
        let to = |kind: &'static str| bench.file().to("/open311/v2/requests.xml").header("content-type", kind);
        for kind in ["text/xml", "application/json", "multipart/form-data; boundary=x"] {
            let answer = to(kind).send(bomb).await;
            let errors: Vec<Error> = read(answer.text.as_bytes(), Format::Xml).unwrap();
            assert_eq!(answer.status, StatusCode::BAD_REQUEST);
            assert!(errors[0].description.starts_with("Content-Type: "), "{}", errors[0].description);
        }
        let form = to("application/x-www-form-urlencoded; charset=utf-8").send(bomb).await;
        assert_eq!(form.status, StatusCode::BAD_REQUEST, "it has none of the names that are needed");
        let large = bench.file().send(format!("description={}", "a".repeat(256 << 10))).await;
        assert_eq!(large.error().0, 413);
        let pairs = bench.file().send("a=1&".repeat(600)).await;
        assert_eq!(pairs.error().0, 400);
    })
    .await;
}

#[tokio::test]
async fn paths_that_the_standard_does_not_know_are_refused_in_its_shape() {
    each_house(|bench| async move {
        for (path, status) in [
            ("requests", 400),
            ("requests.csv", 400),
            ("nothing.xml", 404),
            ("requests/a/b.xml", 404),
            ("requests/%ff.xml", 400),
            ("requests/a%00b.xml", 404),
            ("tokens/1.xml", 404),
        ] {
            let answer = bench.get(&format!("/open311/v2/{path}")).await;
            assert_eq!(answer.status.as_u16(), status, "{path}: {}", answer.text);
            let errors: Vec<Error> = read(answer.text.as_bytes(), Format::Xml).unwrap();
            assert_eq!(errors[0].code, status.to_string());
        }
        let posted = bench.file().to("/open311/v2/services.json").send(form(&usual())).await;
        assert_eq!(posted.error().0, 404);
    })
    .await;
}
