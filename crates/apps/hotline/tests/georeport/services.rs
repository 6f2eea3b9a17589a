//! What is offered, and where.

use axum::http::StatusCode;
use yipan_wire::open311::{Definition, Discovery, Format, Service, read};

use crate::support::{LAMP, each_house};

#[tokio::test]
async fn the_city_says_what_it_offers_in_both_forms_and_languages() {
    each_house(|bench| async move {
        let json = bench.get("/open311/v2/services.json").await;
        assert_eq!(json.header("content-type"), "application/json; charset=utf-8");
        let services: Vec<Service> = read(json.text.as_bytes(), Format::Json).unwrap();
        let xml = bench.get("/open311/v2/services.xml?jurisdiction_id=3206").await;
        assert_eq!(xml.header("content-type"), "text/xml; charset=utf-8");
        assert_eq!(read::<Vec<Service>>(xml.text.as_bytes(), Format::Xml).unwrap(), services);
        let lamp = services.iter().find(|s| s.code == LAMP).unwrap();
        assert_eq!(
            (lamp.group.as_deref(), lamp.keywords.as_slice()),
            (Some("市容与城市管理"), &["市政设施".to_owned()][..])
        );
        let english = bench.get_in("en", "/open311/v2/services.json").await;
        let english: Vec<Service> = read(english.text.as_bytes(), Format::Json).unwrap();
        assert_eq!(english.len(), services.len());
        assert!(english.iter().all(|s| s.name.is_ascii()), "names are in the language asked for");

        let definition = bench.get(&format!("/open311/v2/services/{LAMP}.json")).await;
        let definition: Definition = read(definition.text.as_bytes(), Format::Json).unwrap();
        let kinds: Vec<_> = definition.attributes[0].choices.iter().map(|c| c.key.as_str()).collect();
        assert_eq!(kinds, ["help", "complaint", "consultation", "suggestion", "praise", "other"]);

        let discovery = bench.get("/open311/v2/discovery.xml").await;
        let discovery: Discovery = read(discovery.text.as_bytes(), Format::Xml).unwrap();
        assert_eq!(discovery.endpoints[0].url, "https://city.example/open311/v2");
    })
    .await;
}

#[tokio::test]
async fn reports_of_wrongdoing_are_no_service() {
    each_house(|bench| async move {
        let services = bench.get("/open311/v2/services.json").await;
        let services: Vec<Service> = read(services.text.as_bytes(), Format::Json).unwrap();
        assert!(services.len() > 200, "{}", services.len());
        for service in &services {
            assert!(!service.name.contains("举报"), "{service:?}");
            assert!(!service.code.starts_with("governance.conduct"), "{service:?}");
        }
        // Neither are headings: work is dispatched by what stands below them.
        for code in
            ["governance.conduct.corruption", "enterprise.tax.evasion", "urban.facilities", "urban", "none"]
        {
            assert!(services.iter().all(|service| service.code != code), "{code}");
            let answer = bench.get(&format!("/open311/v2/services/{code}.json")).await;
            assert_eq!(answer.error(), (404, format!("没有 service_code“{code}”")));
        }
        assert_eq!(bench.get("/open311/v2/tokens/1.json").await.status, StatusCode::NOT_FOUND);
    })
    .await;
}
