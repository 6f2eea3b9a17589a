//! What nobody outside may learn.

use axum::http::StatusCode;
use serde_json::json;
use yipan_platform::CaseName;
use yipan_platform::Viewer;

use crate::support::{Bench, WORKS, each_house, usual};

/// Everything that is answered without a code, in both forms and languages.
async fn told_to_anyone(bench: &Bench, number: &str) -> String {
    let mut told = String::new();
    for path in [
        "requests.json".to_owned(),
        "requests.xml".to_owned(),
        format!("requests/{number}.json"),
        format!("requests/{number}.xml"),
        format!("requests.json?service_request_id={number}"),
    ] {
        for language in ["zh", "en"] {
            told.push_str(&bench.get_in(language, &format!("/open311/v2/{path}")).await.text);
        }
    }
    told
}

#[tokio::test]
async fn without_the_code_there_are_no_words_no_persons_and_no_address() {
    each_house(|bench| async move {
        let (number, code) = bench.filed().await;
        let told = told_to_anyone(&bench, &number).await;
        assert!(told.contains(&number) && told.contains("崇川区"), "{told}");
        for (name, value) in usual() {
            assert!(name == "service_code" || !told.contains(value), "{name} in {told}");
        }
        for secret in
            [code.as_str(), "友谊路", "摔倒", "欧阳", "小明", "138", "ouyang", "32.0147", "120.8643"]
        {
            assert!(!told.contains(secret), "{secret} in {told}");
        }
        let one = &bench.get(&format!("/open311/v2/requests/{number}.json")).await.json()[0];
        assert_eq!(
            (&one["lat"], &one["long"]),
            (&json!(32.0125), &json!(120.8625)),
            "the middle of a square"
        );
        assert_eq!(one["description"], json!(null));

        let kept = bench.everything().await;
        assert!(kept.contains(&number));
        for secret in [code.as_str(), "友谊路", "摔倒", "欧阳", "13800001111", "ouyang"] {
            assert!(!kept.contains(secret), "{secret} lies in the store in clear");
        }
    })
    .await;
}

#[tokio::test]
async fn what_did_not_come_in_by_this_door_is_in_no_list() {
    each_house(|bench| async move {
        let appeal = json!({
            "channel": "phone", "kind": "complaint", "category": "environment.noise.site", "text": "夜间施工",
            "place": { "area": "chongchuan" },
        });
        let (phoned, id) = bench.accept("city.calltaker1", appeal.clone()).await;
        let mut by_page = appeal;
        by_page["channel"] = json!("application");
        let (entered, _) = bench.accept("city.calltaker1", by_page).await;
        let (filed, code) = bench.filed().await;
        let told = told_to_anyone(&bench, &phoned).await + &told_to_anyone(&bench, &entered).await;
        assert!(told.contains(&filed));
        assert!(!told.contains("environment.noise"), "{told}");
        assert_eq!(
            bench.get(&format!("/open311/v2/requests/{phoned}.json")).await.status,
            StatusCode::NOT_FOUND
        );
        // A case answers to its number alone.
        let own = bench.house.case(&Viewer::system("test"), &CaseName(filed)).await.unwrap().id;
        for id in [id, own.to_string()] {
            assert_eq!(
                bench.get(&format!("/open311/v2/requests/{id}.json")).await.status,
                StatusCode::NOT_FOUND
            );
            assert_eq!(bench.follow(&id, &code).await.status, StatusCode::NOT_FOUND);
        }
    })
    .await;
}

#[tokio::test]
async fn what_becomes_secret_is_gone_for_everybody_outside() {
    each_house(|bench| async move {
        let (number, code) = bench.filed().await;
        let (other, _) = bench.filed().await;
        let secret = json!({ "command": "make_secret", "accused_units": [WORKS], "accused_staff": [] });
        bench.give("city.calltaker1", &number, secret).await;
        let told = bench.get("/open311/v2/requests.json").await.text
            + &bench.get(&format!("/open311/v2/requests.json?service_request_id={number}")).await.text;
        assert!(told.contains(&other) && !told.contains(&number), "{told}");
        for path in [format!("requests/{number}.json"), format!("requests/{number}.json?account_id={code}")] {
            assert_eq!(
                bench.get(&format!("/open311/v2/{path}")).await.status,
                StatusCode::NOT_FOUND,
                "{path}"
            );
        }
        assert_eq!(bench.follow(&number, &code).await.status, StatusCode::NOT_FOUND);
    })
    .await;
}
