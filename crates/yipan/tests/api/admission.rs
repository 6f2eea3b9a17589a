//! Nothing of the house is told to whoever has no seat in it.

use axum::body::Bytes;
use axum::http::Method;
use serde_json::{Value, json};

use crate::house::{House, PASSWORD};

/// The routes that need no session: what the log-in page itself needs, and what a balancer asks.
const OPEN: &[(&str, &str)] = &[
    ("get", "/api/v1/house"),
    ("get", "/api/v1/ready"),
    ("post", "/api/v1/session"),
    ("delete", "/api/v1/session"),
    ("post", "/api/v1/session/link"),
];

#[tokio::test]
async fn every_route_but_the_log_in_page_s_own_needs_a_session() {
    let house = House::start();
    let described = house.ask(Method::GET, "/api/openapi.json", &[], Bytes::new()).await.json();
    let mut asked = 0;
    for (path, methods) in described["paths"].as_object().expect("paths") {
        for method in methods.as_object().expect("methods").keys().filter(|m| *m != "parameters") {
            if OPEN.contains(&(method.as_str(), path.as_str())) {
                continue;
            }
            let address = path.replace("{number}", "320600-20210501-00001").replace("{id}", "accepted");
            let verb: Method = method.to_uppercase().parse().expect("a method");
            // A query that would be taken, so that only the missing session can refuse.
            let address = format!(
                "{address}{}",
                if path.contains("kpis") { "?from=2021-05-01&to=2021-05-02" } else { "" }
            );
            let headers = [("content-type", "application/json")];
            let body = if path.ends_with("/backup") {
                json!({ "to": "/nowhere/at/all" }).to_string()
            } else {
                "{}".into()
            };
            let answer = house.ask(verb, &address, &headers, body.into()).await;
            let status = answer.status.as_u16();
            assert!(status == 401 || status == 403, "{method} {path} answered {status}: {}", answer.json());
            asked += 1;
        }
    }
    assert!(asked >= 20, "only {asked} routes were asked");
}

#[tokio::test]
async fn a_session_begins_with_the_right_password_and_ends_with_log_out() {
    let house = House::start();
    let log_in = async |login: &str, password: &str| {
        let body = json!({ "login": login, "password": password }).to_string();
        house.ask(Method::POST, "/api/v1/session", &[("content-type", "application/json")], body.into()).await
    };
    assert_eq!(log_in("city.dispatcher", "wrong").await.problem().0, "login.refused");
    assert_eq!(log_in("nobody", PASSWORD).await.problem().0, "login.refused");

    let desk = house.desk("city.dispatcher").await;
    let me = desk.get("/session").await.json();
    assert_eq!(me["login"], "city.dispatcher");
    assert_eq!(me["roles"], json!(["dispatcher"]));
    let left = house.ask(Method::DELETE, "/api/v1/session", &[("cookie", &desk.cookie)], Bytes::new()).await;
    assert_eq!(left.status, 204);
    assert_eq!(desk.get("/session").await.problem().0, "session.ended");
}

#[tokio::test]
async fn the_first_start_tells_a_link_that_works_once() {
    let house = House::start();
    let token = house.link.clone().expect("a link");
    let redeem = async |password: &str| {
        let body = json!({ "token": token, "password": password }).to_string();
        house
            .ask(Method::POST, "/api/v1/session/link", &[("content-type", "application/json")], body.into())
            .await
    };
    assert_eq!(redeem("short").await.status, 422);
    assert_eq!(redeem("correct horse battery staple").await.status, 204);
    assert_eq!(redeem("correct horse battery staple").await.problem().0, "login.link_dead");
}

#[tokio::test]
async fn another_site_s_page_cannot_write() {
    let house = House::start();
    let desk = house.desk("city.calltaker1").await;
    let matter = crate::house::noise("夜间施工").to_string();
    let crossed = desk.send("/cases", matter.clone().into(), &[("sec-fetch-site", "cross-site")]).await;
    assert_eq!(crossed.problem().0, "request.cross_site");
    let elsewhere =
        desk.send("/cases", matter.clone().into(), &[("origin", "http://elsewhere.example")]).await;
    assert_eq!(elsewhere.problem().0, "request.cross_site");
    let own = desk.send("/cases", matter.into(), &[("sec-fetch-site", "same-origin")]).await;
    assert_eq!(own.status, 201);
    let form = [("cookie", desk.cookie.as_str()), ("content-type", "application/x-www-form-urlencoded")];
    let formed = house.ask(Method::POST, "/api/v1/cases", &form, "text=x".into()).await;
    assert_eq!(formed.problem().0, "body.type");
}

#[tokio::test]
async fn a_county_sees_its_cases_and_no_others() {
    let house = House::start();
    let number = house.desk("city.calltaker1").await.accepts("如东县掘港街道工地夜间施工").await;
    house
        .desk("city.dispatcher")
        .await
        .gives(&number, json!({"command": "dispatch", "main": "rudong.urban_management", "basis": {"basis": "judgement"}}))
        .await;
    let numbers = async |login: &str| {
        let page = house.desk(login).await.get("/cases").await.json();
        let items = page["items"].as_array().expect("items").clone();
        items.iter().map(|line| line["number"].clone()).collect::<Vec<Value>>()
    };
    assert_eq!(numbers("rudong.dispatcher").await, [json!(number)]);
    assert_eq!(numbers("rudong.urban_management.handler").await, [json!(number)]);
    assert!(numbers("haimen.dispatcher").await.is_empty());
    assert!(numbers("city.system").await.is_empty());
    let other = house.desk("haimen.dispatcher").await;
    for path in ["", "/events", "/why", "/suggestion"] {
        assert_eq!(other.get(&format!("/cases/{number}{path}")).await.problem().0, "case.unknown", "{path}");
    }
    let signed =
        other.post(&format!("/cases/{number}/commands"), &json!({"command": "sign", "holding": 1})).await;
    assert_eq!(signed.problem().0, "case.unknown");
}
