//! Bad input: a clear refusal that says what, where and what to do, and nothing changed.

use axum::body::Bytes;
use axum::http::Method;
use serde_json::json;

use crate::house::{House, noise};

#[tokio::test]
async fn bad_input_is_refused_with_code_and_pointer_and_changes_nothing() {
    let house = House::start();
    let taker = house.desk("city.calltaker1").await;
    let with = |pointer: &str, value: serde_json::Value| {
        let mut matter = noise("工地夜间施工");
        if let Some(place) = matter.pointer_mut(pointer) {
            *place = value;
        } else {
            let (parent, name) = pointer.rsplit_once('/').expect("a pointer");
            matter.pointer_mut(parent).expect("a parent")[name] = value;
        }
        matter
    };
    let matters = [
        (with("/text", json!("x".repeat(2 << 20))), 413, "text.too_long", "/text"),
        (with("/text", json!("有\u{0}空字符")), 400, "", "/text"),
        (with("/text", json!("   ")), 400, "", "/text"),
        (with("/received_at", json!("1900-01-01T00:00:00+08:00")), 400, "accept.too_old", "/received_at"),
        (with("/received_at", json!("2100-01-01T00:00:00+08:00")), 400, "accept.future", "/received_at"),
        (with("/received_at", json!("yesterday")), 400, "body.field", "/received_at"),
        (
            with("/place", json!({"longitude": 116.4, "latitude": 39.9})),
            422,
            "place.outside",
            "/place/longitude",
        ),
        (with("/place", json!({"longitude": 121.0})), 400, "place.half", "/place"),
        (with("/place", json!({"area": "atlantis"})), 422, "", "/place/area"),
        (with("/category", json!("no.such.thing")), 422, "", "/category"),
        (with("/kind", json!("rumour")), 400, "body.field", "/kind"),
        (with("/person/phone", json!("12")), 400, "", "/person/phone"),
        (with("/surprise", json!(1)), 400, "body.field", ""),
    ];
    for (matter, status, code, pointer) in matters {
        let answer = taker.post("/cases", &matter).await;
        let told = answer.json();
        let shown: String = matter.to_string().chars().take(200).collect();
        assert_eq!(answer.status, status, "{shown}: {told}");
        assert_eq!(answer.headers["content-type"], "application/problem+json");
        let (got_code, got_pointer) = answer.problem();
        assert!(code.is_empty() || got_code == code, "{shown}: {told}");
        assert!(pointer.is_empty() || got_pointer == pointer, "{shown}: {told}");
        assert!(!told["detail"].as_str().expect("a sentence").is_empty());
    }
    let raw: [(Bytes, &str); 3] = [
        (Bytes::from_static(b"{\"channel\":"), "body.json"),
        (Bytes::from_static(b"{\"text\":\"\xc4\xcf\xcd\xa8\"}"), "body.encoding"),
        (Bytes::from(vec![b' '; 30 << 20]), "body.too_large"),
    ];
    for (body, code) in raw {
        assert_eq!(taker.send("/cases", body, &[]).await.problem().0, code);
    }
    let key = [("idempotency-key", "two words")];
    assert_eq!(
        taker.send("/cases", noise("x").to_string().into(), &key).await.problem().0,
        "idempotency.key"
    );
    assert_eq!(taker.get("/cases").await.json()["items"], json!([]), "nothing was accepted");

    let number = taker.accepts("工地夜间施工").await;
    let dispatcher = house.desk("city.dispatcher").await;
    let version = dispatcher.get(&format!("/cases/{number}")).await.json()["version"].clone();
    let path = format!("/cases/{number}/commands");
    let commands = [
        (json!({"command": "fly"}), 400, "body.field"),
        (json!({"command": "sign", "holding": 1, "more": 1}), 400, "body.field"),
        (json!({"command": "sign", "holding": 7}), 409, ""),
        (json!({"command": "close", "outcome": "solved"}), 409, ""),
        (json!({"command": "dispatch", "main": "nowhere.nobody", "basis": {"basis": "judgement"}}), 422, ""),
    ];
    for (command, status, code) in commands {
        let answer = dispatcher.post(&path, &command).await;
        assert!(
            answer.status == status || (code.is_empty() && answer.status.is_client_error()),
            "{command}: {}",
            answer.json()
        );
        assert!(code.is_empty() || answer.problem().0 == code, "{command}: {}", answer.json());
    }
    assert_eq!(
        dispatcher.get(&format!("/cases/{number}")).await.json()["version"],
        version,
        "nothing changed"
    );

    for (path, code) in [
        ("/cases?limit=0", "query.limit"),
        ("/cases?stage=somewhere", "query.parameter"),
        ("/cases?colour=red", "query.parameter"),
        ("/cases?cursor=zzz", "cursor.broken"),
        ("/cases/320600-20210501-99999", "case.unknown"),
        ("/kpis/figures?from=2021-05-02&to=2021-05-01", "kpi.period"),
        ("/kpis/figures?from=2021-05-01&to=2021-05-02&cut=colour", "kpi.cut"),
        ("/kpis/figures?from=2021-05-01&to=2021-05-02&ids=fame", ""),
        ("/nothing/here", "request.path"),
    ] {
        let answer = dispatcher.get(path).await;
        assert!(answer.status.is_client_error(), "{path}");
        assert!(code.is_empty() || answer.problem().0 == code, "{path}: {}", answer.json());
    }
}

#[tokio::test]
async fn a_problem_speaks_the_reader_s_language_and_names_the_request() {
    let house = House::start();
    let detail = async |language: &str| {
        let headers = [("accept-language", language)];
        house.ask(Method::GET, "/api/v1/cases", &headers, Bytes::new()).await.json()
    };
    assert_eq!(detail("en").await["detail"], "log in first");
    assert_eq!(detail("zh-CN").await["detail"], "请先登录");
    assert!(detail("en").await["instance"].as_str().expect("an id").starts_with("urn:yipan:request:"));
    let method = house.ask(Method::PATCH, "/api/v1/cases", &[], Bytes::new()).await;
    assert_eq!((method.status.as_u16(), method.problem().0.as_str()), (405, "request.method"));
}
