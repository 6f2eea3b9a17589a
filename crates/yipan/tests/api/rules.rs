//! Rules as versioned data: a trial changes nothing, a new version is for what comes in afterwards.

use serde_json::{Value, json};

use crate::house::{Desk, House};

async fn accepted_and_signed(taker: &Desk<'_>, dispatcher: &Desk<'_>, handler: &Desk<'_>) -> String {
    let number = taker.accepts("如东县掘港街道某工地夜间施工").await;
    let order =
        json!({"command": "dispatch", "main": "rudong.urban_management", "basis": {"basis": "judgement"}});
    dispatcher.gives(&number, order).await;
    handler.gives(&number, json!({"command": "sign", "holding": 1})).await;
    number
}

fn due(case: &Value) -> String {
    case["holdings"][0]["handle"]["due"].as_str().expect("a due time").to_owned()
}

#[tokio::test]
async fn a_policy_is_tried_on_the_past_and_then_put_in_force_for_the_future() {
    let house = House::start();
    let (taker, dispatcher) = (house.desk("city.calltaker1").await, house.desk("city.dispatcher").await);
    let (handler, supervisor) =
        (house.desk("rudong.urban_management.handler").await, house.desk("city.supervisor").await);
    let first = accepted_and_signed(&taker, &dispatcher, &handler).await;
    let before = dispatcher.get(&format!("/cases/{first}")).await.json();

    let mut policy = supervisor.get("/rules/policy").await.json();
    let version = policy["version"].as_i64().expect("a version");
    for rule in policy["terms"].as_array_mut().expect("rules") {
        rule["handle"] = json!("1wh");
    }
    policy["version"] = json!(version + 1);
    let trial = json!({"policy": policy, "from": "2020-01-01", "to": "2100-01-01"});
    let tried = supervisor.post("/rules/policy/trial", &trial).await;
    assert_eq!(tried.status, 200, "{}", tried.json());
    assert_eq!(
        (tried.json()["orders"].clone(), tried.json()["handle"]["earlier"].clone()),
        (json!(1), json!(1))
    );
    assert_eq!(dispatcher.get(&format!("/cases/{first}")).await.json(), before, "a trial changes nothing");

    assert_eq!(dispatcher.post("/rules/policy", &policy).await.problem().0, "rules.role");
    let mut skipped = policy.clone();
    skipped["version"] = json!(version + 2);
    assert_eq!(supervisor.post("/rules/policy", &skipped).await.problem().0, "rules.version");
    let mut broken = policy.clone();
    broken["terms"] = json!([]);
    assert_eq!(supervisor.post("/rules/policy", &broken).await.problem().0, "policy.faults");
    assert_eq!(supervisor.post("/rules/policy", &policy).await.status, 204);

    let second = accepted_and_signed(&taker, &dispatcher, &handler).await;
    let open = dispatcher.get(&format!("/cases/{first}")).await.json();
    let new = dispatcher.get(&format!("/cases/{second}")).await.json();
    assert_eq!(due(&open), due(&before), "an open holding keeps its terms");
    assert!(due(&new) < due(&open), "{} {}", due(&new), due(&open));
    let versions = supervisor.get("/rules").await.json();
    let policies = versions.as_array().expect("versions").iter().filter(|v| v["kind"] == "policy").count();
    assert_eq!(policies, 2);
}

#[tokio::test]
async fn routing_rules_are_tried_on_the_past_and_then_asked() {
    let house = House::start();
    let (taker, dispatcher) = (house.desk("city.calltaker1").await, house.desk("city.dispatcher").await);
    let supervisor = house.desk("city.supervisor").await;
    let number = taker.accepts("如东县掘港街道某工地夜间施工").await;
    let mut rules = supervisor.get("/rules/routing").await.json();
    rules["version"] = json!(rules["version"].as_i64().expect("a version") + 1);
    rules["rules"] = json!([{
        "id": "night-work", "version": 1, "name": "夜间施工归住建", "priority": 10,
        "when": { "categories": ["environment.noise.site"] },
        "give": { "main": { "target": "unit", "unit": "rudong.housing" } },
    }]);
    let trial = json!({"rules": rules, "from": "2020-01-01", "to": "2100-01-01"});
    let tried = supervisor.post("/rules/routing/trial", &trial).await;
    assert_eq!(tried.status, 200, "{}", tried.json());
    assert_eq!((tried.json()["total"].clone(), tried.json()["differ"].clone()), (json!(1), json!(1)));
    assert_eq!(supervisor.post("/rules/routing", &rules).await.status, 204);
    let suggested = dispatcher.get(&format!("/cases/{number}/suggestion")).await.json();
    assert_eq!(suggested["main"], "rudong.housing");
    assert_eq!(suggested["by"]["rule"], "night-work");
}

#[tokio::test]
async fn the_days_of_a_new_year_are_added_to_the_calendar() {
    let house = House::start();
    let supervisor = house.desk("city.supervisor").await;
    let mut calendar = supervisor.get("/rules/calendar").await.json();
    let version = calendar["version"].as_i64().expect("a version");
    let last = calendar["years"].as_object().expect("years").keys().max().expect("a year").clone();
    let next = (last.parse::<i32>().expect("a year") + 1).to_string();
    calendar["years"][&next] = calendar["years"][&last].clone();
    calendar["years"][&next]["holidays"] = json!([format!("{next}-01-01")]);
    calendar["years"][&next]["workdays"] = json!([]);
    assert_eq!(supervisor.post("/rules/calendar", &calendar).await.problem().0, "rules.version");
    calendar["version"] = json!(version + 1);
    let adopted = supervisor.post("/rules/calendar", &calendar).await;
    assert_eq!(adopted.status, 204, "{}", adopted.json());
    assert_eq!(supervisor.get("/rules/calendar").await.json()["version"], json!(version + 1));
    let broken = supervisor.post("/rules/calendar", &json!({"id": "cn"})).await;
    assert_eq!(broken.problem().0, "calendar.broken");
}

#[tokio::test]
async fn rules_that_no_case_could_go_by_are_never_put_in_force() {
    let house = House::start();
    let supervisor = house.desk("city.supervisor").await;
    let mut policy = supervisor.get("/rules/policy").await.json();
    policy["version"] = json!(policy["version"].as_i64().expect("a version") + 1);
    let faults = [
        ("/terms/0/handle", json!("3000wd"), "calendar.missing_year"),
        ("/calendar", json!("nix"), "policy.calendar"),
        ("/terms/0/when/categories", json!(["nix"]), "policy.category"),
        ("/terms/0/hurry", json!(true), "body.field"),
    ];
    for (at, value, code) in faults {
        let (parent, field) = at.rsplit_once('/').expect("a pointer");
        let mut written = policy.clone();
        let parent =
            if parent.is_empty() { &mut written } else { written.pointer_mut(parent).expect("a parent") };
        parent[field] = value;
        assert_eq!(supervisor.post("/rules/policy", &written).await.problem().0, code, "{at}");
    }
    let mut rules = supervisor.get("/rules/routing").await.json();
    rules["version"] = json!(rules["version"].as_i64().expect("a version") + 1);
    rules["catalogue"][0]["category"] = json!("nix");
    assert_eq!(supervisor.post("/rules/routing", &rules).await.problem().0, "routing.faults");
    let now = supervisor.get("/rules/policy").await.json();
    assert_eq!(now["version"].as_i64().map(|v| v + 1), policy["version"].as_i64());
}
