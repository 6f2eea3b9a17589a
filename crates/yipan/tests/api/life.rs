//! The whole life of a case, by HTTP.

use serde_json::{Value, json};
use yipan_store::testing::each_url;

use crate::house::{House, noise};

#[tokio::test]
async fn from_the_first_word_to_an_end_that_the_citizen_confirms() {
    each_url(async |url| {
        whole_life(House::start_on(Some(&url).filter(|u| u.starts_with("postgres")).map(String::as_str)))
            .await
    })
    .await;
}

async fn whole_life(house: House) {
    let number = house.desk("city.calltaker1").await.accepts("如东县掘港街道某工地夜间施工").await;
    let dispatcher = house.desk("city.dispatcher").await;
    let suggestion = dispatcher.get(&format!("/cases/{number}/suggestion")).await.json();
    let main = suggestion["main"].as_str().expect("somebody is suggested").to_owned();
    assert!(main.starts_with("rudong."), "{main}");
    assert!(!suggestion["because"].as_array().expect("reasons").is_empty());

    let handler = house.desk("rudong.urban_management.handler").await;
    let signer = house.desk("rudong.urban_management.signer").await;
    let reviewer = house.desk("city.reviewer").await;
    let clerk = house.desk("city.callback1").await;
    let steps = [
        (
            &dispatcher,
            json!({"command": "dispatch", "main": "rudong.urban_management", "basis": {"basis": "judgement"}}),
            "dispatched",
        ),
        (&handler, json!({"command": "sign", "holding": 1}), "handling"),
        (&handler, json!({"command": "contact", "holding": 1, "reached": true}), "handling"),
        (
            &handler,
            json!({"command": "draft_reply", "holding": 1, "text": "已责令停工", "truth": true, "solved": "yes"}),
            "handling",
        ),
        (&signer, json!({"command": "pass_step", "holding": 1}), "handling"),
        (&signer, json!({"command": "pass_step", "holding": 1}), "handled"),
        (&reviewer, json!({"command": "accept_reply", "holding": 1}), "calling_back"),
        (
            &clerk,
            json!({"command": "call_back", "attitude": "satisfied", "result": "satisfied", "solved": "yes"}),
            "calling_back",
        ),
        (&clerk, json!({"command": "close", "outcome": "solved"}), "closed"),
    ];
    for (desk, command, stage) in steps {
        let name = command["command"].clone();
        let before = desk.get(&format!("/cases/{number}")).await.json();
        let offered = before["moves"]
            .as_array()
            .expect("moves")
            .iter()
            .find(|m| m["command"] == name)
            .expect("offered");
        assert_eq!(offered["allowed"], true, "{name}: {offered}");
        assert_eq!(desk.gives(&number, command).await["stage"], stage, "{name}");
    }
    let case = dispatcher.get(&format!("/cases/{number}")).await.json();
    assert_eq!(case["stage"], "closed");
    assert_eq!(case["person"]["phone"], "138****1111", "masked");
    let why = dispatcher.get(&format!("/cases/{number}/why")).await.json();
    assert!(why.as_array().expect("derivations").len() >= 3, "{why}");
    let today = &number.split('-').nth(1).expect("a date");
    let day = format!("{}-{}-{}", &today[..4], &today[4..6], &today[6..]);
    let figures = dispatcher
        .get(&format!("/kpis/figures?from={day}&to=2099-01-01&ids=accepted,satisfaction,redos"))
        .await
        .json();
    let value = |id: &str| -> Value {
        let all = figures.as_array().expect("figures");
        all.iter().find(|r| r["figure"]["id"] == id).map_or(Value::Null, |r| r["figure"]["numerator"].clone())
    };
    assert_eq!((value("accepted"), value("satisfaction"), value("redos")), (json!(1), json!(1), json!(0)));
    for proof in ["verify", "replay"] {
        let told = house.verb(&["audit", proof, "--json"]);
        assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stdout));
    }
    let behind = dispatcher.get(&format!("/kpis/accepted/cases?from={day}&to=2099-01-01")).await.json();
    assert_eq!(behind["items"][0]["number"], number);
}

#[tokio::test]
async fn a_repeated_write_is_answered_once_and_a_stale_one_refused() {
    let house = House::start();
    let taker = house.desk("city.calltaker1").await;
    let key = [("idempotency-key", "phone-1")];
    let first = taker.send("/cases", noise("第一句").to_string().into(), &key).await;
    let again = taker.send("/cases", noise("第一句").to_string().into(), &key).await;
    assert_eq!((first.status, again.status), (201.try_into().expect("ok"), 201.try_into().expect("ok")));
    assert_eq!(first.json()["number"], again.json()["number"]);
    assert_eq!(again.json()["repeated"], true);
    let other = taker.send("/cases", noise("另一句").to_string().into(), &key).await;
    assert_eq!(other.status, 409, "{}", other.json());

    let number = first.json()["number"].as_str().expect("a number").to_owned();
    let dispatcher = house.desk("city.dispatcher").await;
    let note = json!({"command": "note", "text": "已电话提醒"});
    let seen =
        dispatcher.get(&format!("/cases/{number}")).await.json()["version"].as_u64().expect("a version");
    let now = dispatcher.gives(&number, note.clone()).await["version"].as_u64().expect("a version");
    let mut stale = note;
    stale["version"] = json!(seen);
    let refused = dispatcher.post(&format!("/cases/{number}/commands"), &stale).await;
    assert_eq!(refused.status, 409);
    assert_eq!(refused.json()["facts"]["version"], now.to_string());
    assert_eq!(refused.problem().0, "case.stale");
}

#[tokio::test]
async fn a_list_is_paged_without_a_gap_or_a_repeat() {
    let house = House::start();
    let taker = house.desk("city.calltaker1").await;
    let mut accepted = Vec::new();
    for turn in 0..7 {
        accepted.push(taker.accepts(&format!("第{turn}件")).await);
    }
    accepted.reverse();
    let (mut listed, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = taker.get(&format!("/cases?limit=3{cursor}")).await.json();
        listed.extend(
            page["items"]
                .as_array()
                .expect("items")
                .iter()
                .filter_map(|l| l["number"].as_str().map(str::to_owned)),
        );
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(listed, accepted);
    let none = taker.get("/cases?stage=closed").await.json();
    assert_eq!(none["items"], json!([]));
    let by_category = taker.get("/cases?category=environment.noise&kind=complaint&limit=100").await.json();
    assert_eq!(by_category["items"].as_array().map(Vec::len), Some(7));
    assert_eq!(taker.get("/cases?category=environment.nois").await.json()["items"], json!([]));
}
