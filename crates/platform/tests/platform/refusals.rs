//! Bad input: refused with a code and a place, and nothing written.

use serde_json::{Value as Json, json};
use yipan_platform::Idempotency;

use crate::support::{complaint, each_house, morning, new, whole_way};

/// The complaint with one field replaced.
fn with(pointer: &str, value: Json) -> Json {
    let mut appeal = complaint();
    let (parent, field) = pointer.rsplit_once('/').expect("a pointer");
    let object = if parent.is_empty() { &mut appeal } else { appeal.pointer_mut(parent).expect("a parent") };
    object[field] = value;
    appeal
}

#[tokio::test]
async fn what_no_door_takes_is_refused_and_nothing_is_written() {
    let long = "长".repeat(400_000);
    let point = |lon: f64, lat: f64| json!({"longitude": lon, "latitude": lat});
    let cases: Vec<(&str, Json, &str, &str)> = vec![
        ("no text", with("/text", json!("  ")), "text.empty", "/text"),
        ("NUL in the text", with("/text", json!("a\u{0}b")), "text.nul", "/text"),
        ("NUL in the title", with("/title", json!("a\u{0}b")), "text.nul", "/title"),
        ("NUL in a name", with("/person/name", json!("王\u{0}")), "text.nul", "/person/name"),
        ("NUL in an address", with("/place/address", json!("\u{0}路")), "text.nul", "/place/address"),
        ("a text over 1 MiB", with("/text", json!(long)), "text.too_long", "/text"),
        ("an address over 1 MiB", with("/place/address", json!(long)), "text.too_long", "/place/address"),
        (
            "a name like a novel",
            with("/person/name", json!("王".repeat(300))),
            "person.too_long",
            "/person/name",
        ),
        ("the year 1900", with("/received_at", json!("1900-01-01")), "accept.too_old", "/received_at"),
        ("the year 2100", with("/received_at", json!("2100-01-01")), "accept.future", "/received_at"),
        (
            "ten minutes ahead",
            with("/received_at", json!("2021-05-18 10:10")),
            "accept.future",
            "/received_at",
        ),
        ("a point in Beijing", with("/place", point(116.39, 39.9)), "place.outside", "/place/longitude"),
        ("latitude first", with("/place", point(32.3, 121.1)), "point.exchanged", "/place/longitude"),
        ("half a point", with("/place", json!({"longitude": 121.1})), "place.half", "/place"),
        (
            "a point in another county",
            with("/place", json!({"area": "qidong", "longitude": 121.18, "latitude": 32.32})),
            "place.disagrees",
            "/place/area",
        ),
        ("an unknown category", with("/category", json!("weather.rain")), "category.unknown", "/category"),
        ("an unknown area", with("/place/area", json!("atlantis")), "area.unknown", "/place/area"),
        ("an unknown centre", with("/centre", json!("nowhere")), "accept.centre", "/centre"),
        ("another's centre", with("/centre", json!("rudong.centre")), "accept.centre", "/centre"),
        ("an unknown accused", with("/accused_units", json!(["nobody"])), "unit.unknown", "/accused_units"),
        ("a name as accused", with("/accused_staff", json!(["张局长"])), "staff.unknown", "/accused_staff"),
        ("a broken phone", with("/person/phone", json!("138")), "identity.phone", "/person/phone"),
        (
            "a broken identity",
            with("/person/identity", json!("320602199001011234")),
            "identity.resident_id.check",
            "/person/identity",
        ),
        (
            "an owner without number",
            with("/outer", json!({"owner":"省平台","number":" "})),
            "word.shape",
            "/outer/number",
        ),
        ("a NUL in a source", with("/source", json!(["old", "1\u{0}"])), "word.shape", "/source/1"),
    ];
    each_house(|bench| {
        let cases = &cases;
        async move {
            let before = bench.everything().await;
            let mut wrong = Vec::new();
            for (what, appeal, code, pointer) in cases {
                let refusal = bench.accept("city.calltaker1", appeal.clone()).await.expect_err(what);
                let found = (refusal.code.as_str(), refusal.pointer.as_deref());
                if found != (*code, Some(*pointer)) {
                    wrong.push(format!("{what}: {found:?}"));
                }
                assert!(!refusal.zh.is_empty() && !refusal.en.is_empty());
            }
            assert!(wrong.is_empty(), "{wrong:#?}");
            let key = Idempotency::new("a\u{0}b", b"");
            let viewer = bench.viewer("city.calltaker1");
            let refusal =
                bench.house.accept(&viewer, new(complaint()), Some(key)).await.expect_err("a NUL in a key");
            assert_eq!(refusal.code, "word.shape");
            let refusal = bench.accept("city.analyst", complaint()).await.expect_err("an analyst");
            assert_eq!(refusal.code, "case.seat");
            assert!(before == bench.everything().await, "a refused appeal left something behind");
        }
    })
    .await;
}

#[tokio::test]
async fn a_clock_that_is_a_little_ahead_is_forgiven() {
    each_house(|bench| async move {
        let ahead = morning().plus(900_000);
        let accepted =
            bench.accept("city.calltaker1", with("/received_at", json!(ahead))).await.expect("taken");
        let viewer = bench.viewer("city.calltaker1");
        let case =
            bench.house.case(&viewer, &yipan_platform::CaseName(accepted.number)).await.expect("a case");
        assert_eq!(case.intake.received_at, morning());
    })
    .await;
}

#[tokio::test]
async fn a_command_smuggles_nothing_in() {
    each_house(|bench| async move {
        let number = bench.accept("city.calltaker1", complaint()).await.expect("taken").number;
        let outer = with("/outer", json!({"owner":"省平台","number":"P1"}));
        let outer = bench.accept("city.calltaker1", outer).await.expect("taken").number;
        let reason = "更正";
        let ruling = |reference: &str| {
            json!({"command":"dispatch","main":"rudong.urban_management","basis":{"basis":"ruling","reference":reference}})
        };
        let correct = |place: Json| json!({"command":"correct","reason":reason,"place":place});
        let consent = json!({"command":"record_consent","subject":"return","granted":true,"reference":"文".repeat(500)});
        let refused = [
            ("city.dispatcher", &number, ruling(""), "word.shape"),
            ("city.dispatcher", &number, ruling(&"张三13812345678".repeat(50)), "word.shape"),
            ("city.dispatcher", &outer, consent, "word.shape"),
            ("city.calltaker1", &number, correct(json!({"address":"友谊路八十八号王小明家"})), "place.address"),
            ("city.calltaker1", &number, correct(json!({"point":[116.39,39.9]})), "place.outside"),
            ("city.calltaker1", &number, correct(json!({"area":"atlantis"})), "area.unknown"),
            ("city.calltaker1", &number, json!({"command":"make_secret","accused_staff":["李四"]}), "staff.unknown"),
            ("city.calltaker1", &number, json!({"command":"note","text":"a\u{0}"}), "text.nul"),
            ("city.calltaker1", &number, json!({"command":"tick"}), "case.seat"),
            ("city.calltaker1", &number, json!({"command":"adopt_member","member":"x"}), "command.paired"),
            ("city.inspector", &number, json!({"command":"verify","confirmed":true,"photos":["王小明.jpg"]}), "blob.id"),
            ("city.dispatcher", &"320600-20210518-99999".to_owned(), json!({"command":"escalate","reason":"x"}), "case.unknown"),
            ("city.dispatcher", &"a\u{0}".to_owned(), json!({"command":"escalate","reason":"x"}), "case.unknown"),
        ];
        let before = bench.everything().await;
        for (login, case, command, code) in refused {
            let refusal = bench.give(login, case, command.clone()).await.expect_err(code);
            assert_eq!(refusal.code, code, "{command}: {refusal}");
        }
        assert!(before == bench.everything().await, "a refused command left something behind");
        // A corrected point is located by the house, whatever the sender says of its boundary.
        let place = json!({"point":[121.18,32.32],"boundary_m":1.0});
        bench.walk(&number, &[("city.calltaker1", correct(place))]).await;
        let name = yipan_platform::CaseName(number.clone());
        let case = bench.house.case(&bench.viewer("city.dispatcher"), &name).await.expect("a case");
        assert_eq!(case.place.area.as_ref().map(|a| a.as_str()), Some("rudong"));
        assert!(case.place.boundary_m.is_none_or(|m| m > 1.0));
        bench.walk(&number, &whole_way()).await;
    })
    .await;
}

#[tokio::test]
async fn a_dispatch_rests_only_on_a_rule_in_force() {
    each_house(|bench| async move {
        let number = bench.accept("city.calltaker1", complaint()).await.expect("accepted").number;
        let dispatch = |rule: &str, version: i64| {
            json!({
                "command": "dispatch",
                "main": "rudong.urban_management",
                "basis": { "basis": "rule", "rule": rule, "version": version },
            })
        };
        let entry = bench.house.city().routing.catalogue()[0].id.to_string();
        for (rule, version) in [("never-written", 1), (entry.as_str(), 99)] {
            let refusal = bench.give("city.dispatcher", &number, dispatch(rule, version)).await;
            let refusal = refusal.expect_err("no such rule");
            assert_eq!(
                (refusal.code.as_str(), refusal.pointer.as_deref()),
                ("dispatch.rule", Some("/basis/rule"))
            );
        }
        bench.give("city.dispatcher", &number, dispatch(&entry, 1)).await.expect("a rule in force");
    })
    .await;
}
