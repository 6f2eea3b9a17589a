//! Dossiers of the duty room: one transaction each, seen by whom they concern, proved by replay.

use serde_json::{Value as Json, json};
use yipan_base::refusal::Refusal;
use yipan_base::time::{HOUR, MINUTE};
use yipan_duty::{Dossier, Roster, Shift};
use yipan_platform::Idempotency;
use yipan_platform::dossiers::{DossierName, DossierQuery, Kept};
use yipan_store::tables::{DOSSIER, DOSSIER_TEXT};
use yipan_store::{Planned, Row, UnitOfWork};

use crate::support::{Bench, each_house, each_raw_house, morning};

const SHIFT_LEADER: &str = "city.shiftleader";

impl Bench {
    async fn keep<D: Dossier>(
        &self,
        login: &str,
        name: DossierName,
        command: Json,
        key: Option<&str>,
    ) -> Result<Kept, Refusal> {
        let key = key.map(|key| Idempotency::new(key, command.to_string().as_bytes()));
        let command = serde_json::from_value(command).expect("a command");
        self.house.keep::<D>(&self.viewer(login), &name, command, None, key).await
    }
}

fn plan() -> Json {
    let (from, to) = (morning().plus(HOUR), morning().plus(9 * HOUR));
    json!({ "command": "plan", "centre": "city.centre", "assignments": [
        { "post": "chief", "staff": SHIFT_LEADER, "from": from, "to": to },
    ] })
}

fn roster() -> DossierName {
    DossierName::Named("city.centre".to_owned())
}

fn expected() -> Json {
    let (from, to) = (morning().plus(HOUR), morning().plus(9 * HOUR));
    json!({ "command": "expect", "centre": "city.centre", "from": from, "to": to, "staff": SHIFT_LEADER })
}

#[tokio::test]
async fn a_roster_stands_under_its_centre_and_is_seen_from_above() {
    each_house(|bench| async move {
        let kept = bench.keep::<Roster>(SHIFT_LEADER, roster(), plan(), None).await.expect("planned");
        assert_eq!((kept.id.as_str(), kept.version), ("city.centre", 1));
        assert!(kept.number.starts_with("roster-20210518-0001"), "{}", kept.number);
        let query = DossierQuery { limit: 10, ..DossierQuery::default() };
        let seen = async |login: &str| {
            bench.house.dossiers::<Roster>(&bench.viewer(login), &query).await.expect("a list").len()
        };
        assert_eq!(seen("city.leader").await, 1);
        assert_eq!(seen("tongzhou.dispatcher").await, 0);
        let stranger = bench.viewer("tongzhou.dispatcher");
        let refusal =
            bench.house.dossier::<Roster>(&stranger, "city.centre").await.expect_err("out of sight");
        assert_eq!(refusal.code, "dossier.unknown");
        let refusal = bench.keep::<Roster>("tongzhou.dispatcher", roster(), plan(), None).await;
        assert_eq!(refusal.expect_err("out of sight").code, "dossier.unknown");
    })
    .await;
}

#[tokio::test]
async fn a_repeated_request_begins_nothing_anew_and_another_is_told_apart() {
    each_house(|bench| async move {
        let first =
            bench.keep::<Shift>(SHIFT_LEADER, DossierName::New, expected(), Some("k1")).await.expect("kept");
        let again =
            bench.keep::<Shift>(SHIFT_LEADER, DossierName::New, expected(), Some("k1")).await.expect("again");
        assert_eq!((&again.id, again.repeated, first.repeated), (&first.id, true, false));
        let other = bench.keep::<Shift>(
            SHIFT_LEADER,
            DossierName::Id(first.id),
            json!({"command": "call_off"}),
            Some("k1"),
        );
        assert_eq!(other.await.expect_err("another request").code, "idempotency.reused");
    })
    .await;
}

#[tokio::test]
async fn a_changed_dossier_refuses_who_saw_an_older_one() {
    each_house(|bench| async move {
        bench.keep::<Roster>(SHIFT_LEADER, roster(), plan(), None).await.expect("planned");
        let command =
            serde_json::from_value(json!({"command": "withdraw", "assignment": 1})).expect("a command");
        let viewer = bench.viewer(SHIFT_LEADER);
        let refusal = bench.house.keep::<Roster>(&viewer, &roster(), command, Some(7), None).await;
        let refusal = refusal.expect_err("it is at version 1");
        assert_eq!((refusal.code.as_str(), refusal.facts["version"].as_str()), ("dossier.stale", "1"));
    })
    .await;
}

#[tokio::test]
async fn an_absence_is_told_by_the_clock_once_and_read_once() {
    each_house(|bench| async move {
        let kept =
            bench.keep::<Shift>(SHIFT_LEADER, DossierName::New, expected(), None).await.expect("expected");
        assert_eq!(bench.house.fire_timers().await.expect("not yet"), 0);
        bench.later(HOUR + 16 * MINUTE);
        assert_eq!(bench.house.fire_timers().await.expect("fired"), 1);
        assert_eq!(bench.house.fire_timers().await.expect("once"), 0);
        let viewer = bench.viewer(SHIFT_LEADER);
        let told = bench.house.notices(&viewer, true).await.expect("notices");
        assert_eq!(told.len(), 1, "{told:#?}");
        assert!(told[0].urgent && told[0].dossier == kept.id);
        let stranger = bench.viewer("tongzhou.dispatcher");
        assert_eq!(bench.house.notices(&stranger, false).await.expect("none"), []);
        let refusal = bench.house.read_notice(&stranger, &told[0].id).await.expect_err("not theirs");
        assert_eq!(refusal.code, "notice.unknown");
        bench.house.read_notice(&viewer, &told[0].id).await.expect("read");
        bench.house.read_notice(&viewer, &told[0].id).await.expect("read again");
        assert_eq!(bench.house.notices(&viewer, true).await.expect("none left"), []);
        assert_eq!(
            bench.house.notices(&viewer, false).await.expect("one")[0].read_by.as_deref(),
            Some(SHIFT_LEADER)
        );
    })
    .await;
}

#[tokio::test]
async fn texts_are_sealed_and_open_for_whoever_may_see_the_dossier() {
    each_house(|bench| async move {
        let kept =
            bench.keep::<Shift>(SHIFT_LEADER, DossierName::New, expected(), None).await.expect("expected");
        bench.later(HOUR);
        let (from, to) = (morning().plus(HOUR), morning().plus(9 * HOUR));
        let id = DossierName::Id(kept.id.clone());
        let take = json!({"command": "take_over", "centre": "city.centre", "from": from, "to": to});
        bench.keep::<Shift>(SHIFT_LEADER, id.clone(), take, None).await.expect("taken over");
        let said = "如东县应急局来电，鸡蛋大的冰附近有冰雹";
        let log =
            json!({"command": "log", "kind": "telephone_in", "text": said, "happened_at": bench.house.now()});
        bench.keep::<Shift>(SHIFT_LEADER, id, log, None).await.expect("logged");
        assert!(!bench.everything().await.contains("鸡蛋大的冰"));
        let opened =
            bench.house.dossier::<Shift>(&bench.viewer("city.leader"), &kept.number).await.expect("seen");
        assert!(opened.texts.values().any(|text| text == said), "{:?}", opened.texts);
    })
    .await;
}

#[tokio::test]
async fn replay_tells_a_state_a_text_or_an_event_that_was_changed_by_hand() {
    each_raw_house(|bench| async move {
        bench.keep::<Roster>(SHIFT_LEADER, roster(), plan(), None).await.expect("planned");
        let swap = json!({"command": "swap", "assignment": 1, "with": "city.dispatcher", "reason": "看病"});
        bench.later(2 * HOUR);
        bench.keep::<Roster>(SHIFT_LEADER, roster(), swap, None).await.expect("asked");
        let told = async || bench.house.replay().await.expect("read").differences.join("\n");
        assert_eq!(told().await, "");

        let row = |sql: &'static str| {
            let bench = bench.clone();
            async move {
                let scope = yipan_store::Scope::system("test");
                bench.store.cases(&scope, sql, &[]).await.expect("read").remove(0).into_values()
            }
        };
        let write = async |row: Row| {
            let work = UnitOfWork::new(Vec::new(), move |_| Ok(Planned::unaudited(vec![row.clone()], ())));
            bench.store.commit(work).await.expect("written");
        };
        let columns: Vec<_> = DOSSIER.columns.iter().map(|column| format!("d.{}", column.name)).collect();
        let sql: &'static str =
            format!("SELECT {} FROM dossier d WHERE {{dossier:d.id}}", columns.join(", ")).leak();
        let whole = row(sql).await;
        let mut changed = whole.clone();
        *changed.last_mut().expect("the state") = whole
            .last()
            .and_then(yipan_store::Value::as_text)
            .expect("text")
            .replace("chief", "clerk")
            .into();
        write(Row::upsert(&DOSSIER, changed)).await;
        assert!(told().await.contains("table dossier"), "{}", told().await);
        write(Row::upsert(&DOSSIER, whole)).await;
        assert_eq!(told().await, "");

        let sql = "SELECT t.id FROM dossier_text t WHERE {dossier:t.dossier_id}";
        let text = row(sql).await;
        write(Row::delete(&DOSSIER_TEXT, text)).await;
        assert!(told().await.contains("is missing"), "{}", told().await);
    })
    .await;
}
