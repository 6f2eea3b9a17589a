//! Following by number and code: who holds it, for how long, what came of it.

use axum::http::StatusCode;
use serde_json::json;
use yipan_base::time::{DAY, HOUR, MINUTE};
use yipan_wire::open311::{Format, RequestStatus, ServiceRequest, read};

use crate::support::{Bench, WORKS, each_house};

async fn requests(bench: &Bench, path: &str) -> Vec<ServiceRequest> {
    let answer = bench.get(&format!("/open311/v2/{path}")).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let format = if path.contains(".xml") { Format::Xml } else { Format::Json };
    read(answer.text.as_bytes(), format).unwrap()
}

#[tokio::test]
async fn a_citizen_sees_who_holds_it_for_how_long_and_what_came_of_it() {
    each_house(|bench| async move {
        let (number, code) = bench.filed().await;
        bench.later(20 * MINUTE);
        let progress = bench.follow(&number, &code).await.json();
        assert_eq!(progress["stage"], "已受理，正在安排承办单位");
        assert_eq!(progress["holder"], "南通市市域治理现代化指挥中心");
        assert_eq!(progress["held_for"], "20 分钟");
        assert_eq!(progress["ended"], false);
        assert_eq!(progress["expected_at"], json!(null), "no unit has been given it yet");

        let dispatch = json!({ "command": "dispatch", "main": WORKS, "basis": { "basis": "judgement" } });
        bench.give("city.dispatcher", &number, dispatch).await;
        bench.later(2 * HOUR);
        let progress = bench.follow(&number, &code.to_lowercase().replace('-', " ")).await.json();
        assert_eq!(progress["stage"], "已派给承办单位，等待签收");
        let unit = bench.house.city().directory.unit(&WORKS.into()).unwrap().name.clone();
        assert_eq!((&progress["holder"], &progress["held_for"]), (&json!(unit), &json!("2 小时")));
        assert!(progress["expected_at"].is_string());
        let open = &requests(&bench, &format!("requests/{number}.xml")).await[0];
        assert_eq!(open.status, RequestStatus::Open);
        assert_eq!(open.agency_responsible.as_deref(), Some(unit.as_str()));
        assert!(open.expected.is_some());
        assert_eq!(requests(&bench, "requests.json?status=open").await.len(), 1);
        assert_eq!(requests(&bench, "requests.json?status=closed").await.len(), 0);
    })
    .await;
}

#[tokio::test]
async fn the_answer_is_for_whoever_has_the_code() {
    each_house(|bench| async move {
        let (number, code) = bench.filed().await;
        bench.later(DAY);
        let words = "路灯已修复，谢谢监督";
        bench
            .give(
                "city.calltaker1",
                &number,
                json!({ "command": "answer_directly", "text": words, "solved": "yes" }),
            )
            .await;
        let progress = bench.follow(&number, &code).await.json();
        assert_eq!(progress["answer"], words);
        let own = &requests(&bench, &format!("requests/{number}.json?account_id={code}")).await[0];
        assert_eq!(own.status_notes.as_deref(), Some(words));
        assert_eq!(own.address.as_deref(), Some("崇川区友谊路八十八号三单元"));
        assert!(own.description.as_ref().unwrap().contains("138****1111"), "{:?}", own.description);
        assert_eq!(own.place.map(|p| p.lat().to_string()).as_deref(), Some(crate::support::LAT));
        let anyone = bench.get(&format!("/open311/v2/requests/{number}.json")).await;
        assert!(!anyone.text.contains(words), "{}", anyone.text);
    })
    .await;
}

#[tokio::test]
async fn a_units_answer_is_shown_once_the_centre_has_accepted_it() {
    each_house(|bench| async move {
        let (number, code) = bench.filed().await;
        let unit = |role: &str| format!("{WORKS}.{role}");
        let give = async |login: &str, command| {
            bench.later(MINUTE);
            bench.give(login, &number, command).await;
        };
        give("city.dispatcher", json!({ "command": "dispatch", "main": WORKS, "basis": { "basis": "judgement" } })).await;
        give(&unit("handler"), json!({ "command": "sign", "holding": 1 })).await;
        give(&unit("handler"), json!({ "command": "contact", "holding": 1, "reached": true })).await;
        let draft = json!({
            "command": "draft_reply", "holding": 1, "text": "内部情况说明", "public_text": "路灯已修复",
            "truth": true, "solved": "yes",
        });
        give(&unit("handler"), draft).await;
        give(&unit("signer"), json!({ "command": "pass_step", "holding": 1 })).await;
        give(&unit("signer"), json!({ "command": "pass_step", "holding": 1 })).await;
        let progress = bench.follow(&number, &code).await.json();
        assert_eq!(progress["answer"], json!(null), "it waits for review");
        give("city.reviewer", json!({ "command": "accept_reply", "holding": 1 })).await;
        let progress = bench.follow(&number, &code).await;
        assert_eq!(progress.json()["answer"], "路灯已修复");
        assert!(!progress.text.contains("内部情况说明"));
        let heard = json!({ "command": "call_back", "attitude": "satisfied", "result": "satisfied", "solved": "yes" });
        give("city.callback1", heard).await;
        give("city.callback1", json!({ "command": "close", "outcome": "solved" })).await;
        let progress = bench.follow(&number, &code).await.json();
        assert_eq!((&progress["ended"], &progress["outcome"]), (&json!(true), &json!("已解决")));
        assert_eq!((&progress["holder"], &progress["expected_at"]), (&json!(null), &json!(null)));
        let closed = &requests(&bench, "requests.json?status=closed").await[0];
        assert_eq!((closed.status, closed.status_notes.as_deref()), (RequestStatus::Closed, Some("已解决")));
        assert_eq!(closed.updated.unwrap().at(), bench.house.now());
        assert_eq!(closed.agency_responsible.as_deref(), Some("崇川区城市管理局"));
        let own = bench.get(&format!("/open311/v2/requests/{number}.xml?account_id={code}")).await.text;
        assert!(own.contains("路灯已修复") && !own.contains("内部情况说明"), "{own}");
    })
    .await;
}

#[tokio::test]
async fn lists_are_cut_by_time_service_status_and_number() {
    each_house(|bench| async move {
        let (first, _) = bench.filed().await;
        bench.later(DAY);
        let (second, _) = bench.filed().await;
        let numbers = |path: &'static str| {
            let bench = bench.clone();
            async move { requests(&bench, path).await.into_iter().map(|r| r.id).collect::<Vec<_>>() }
        };
        assert_eq!(numbers("requests.json").await, [second.clone(), first.clone()], "the newest first");
        assert_eq!(numbers("requests.xml").await, [second.clone(), first.clone()]);
        let from = "requests.json?start_date=2021-05-19T10:00:00%2B08:00";
        assert_eq!(numbers(from).await, std::slice::from_ref(&second));
        assert_eq!(
            numbers("requests.json?end_date=2021-05-18T10:00:00%2B08:00").await,
            std::slice::from_ref(&first)
        );
        assert_eq!(numbers("requests.json?end_date=2021-05-18T09:59:59%2B08:00").await, [""; 0]);
        assert_eq!(numbers("requests.json?service_code=urban.facilities.lighting,none").await.len(), 2);
        assert_eq!(numbers("requests.json?service_code=none").await, [""; 0]);
        let both = format!("requests.json?service_request_id={first},{second},1");
        assert_eq!(requests(&bench, &both).await.len(), 2);
        let (code, _) = bench.get("/open311/v2/requests.json?start_date=yesterday").await.error();
        assert_eq!(code, 400);
        let many = vec!["x"; 51].join(",");
        assert_eq!(bench.get(&format!("/open311/v2/requests.json?service_code={many}")).await.error().0, 400);
    })
    .await;
}

#[tokio::test]
async fn a_wrong_code_and_an_unknown_number_are_one_answer() {
    each_house(|bench| async move {
        let (number, code) = bench.filed().await;
        let (other, _) = bench.filed().await;
        let unknown = "320600-20210518-09999";
        let asked = |number: String, code: String| {
            let bench = bench.clone();
            async move {
                let standard =
                    bench.get(&format!("/open311/v2/requests/{number}.json?account_id={code}")).await;
                let page = bench.follow(&number, &code).await;
                (standard.status, standard.text.replace(&number, "N"), page.status, page.fault)
            }
        };
        let none = asked(unknown.to_owned(), code.clone()).await;
        assert_eq!((none.0, none.2), (StatusCode::NOT_FOUND, StatusCode::NOT_FOUND));
        assert!(none.3.as_ref().is_some_and(|fault| fault.contains("report.unknown")), "{none:?}");
        assert_eq!(asked(other, code.clone()).await, none, "another case's code");
        assert_eq!(asked(number.clone(), "00000-00000".to_owned()).await, none);
        assert_eq!(asked(number, code).await.0, StatusCode::OK);
    })
    .await;
}
