//! Replay: agrees after everything, and names whatever was changed behind its back.

use serde_json::json;
use yipan_platform::{CaseName, Viewer};
use yipan_store::tables;
use yipan_store::{Planned, Record, Row, Store, UnitOfWork, Value};

use crate::support::{DAY, complaint, each_house, each_raw_house, report, whole_way};

#[tokio::test]
async fn it_agrees_after_everything_that_can_happen_to_a_case() {
    each_house(|bench| async move {
        let basis = json!({"basis":"judgement"});
        // Returned, granted, extended, supervised, redone, closed and opened again.
        let number = bench.accept("city.calltaker1", complaint()).await.expect("accepted").number;
        let market = json!({"command":"dispatch","main":"rudong.market","basis":basis});
        let ask = json!({"command":"request_return","holding":1,"reason":"not_our_duty","basis":"不属于本单位职责","proposed":"rudong.urban_management"});
        let grant = json!({"command":"grant_return","holding":1,"to":"rudong.urban_management","reason":"同意"});
        bench.walk(&number, &[("city.dispatcher", market), ("rudong.market.handler", ask), ("city.dispatcher", grant)]).await;
        let handler = "rudong.urban_management.handler";
        let sheet = json!({"command":"supervise","level":"blue","holding":2,"reason":"请抓紧"});
        let reply = json!({"command":"draft_reply","holding":2,"text":"已整改","truth":true,"solved":"yes"});
        let pass = json!({"command":"pass_step","holding":2});
        bench
            .walk(
                &number,
                &[
                    (handler, json!({"command":"sign","holding":2})),
                    (handler, json!({"command":"contact","holding":2,"reached":true})),
                    (handler, json!({"command":"request_extension","holding":2,"amount":1,"reason":"需要时间"})),
                    ("city.dispatcher", json!({"command":"rule_extension","holding":2,"granted":true,"reason":"同意"})),
                    ("city.supervisor", sheet),
                ],
            )
            .await;
        bench.later(3 * DAY);
        bench.house.fire_timers().await.expect("fired");
        bench
            .walk(
                &number,
                &[
                    (handler, json!({"command":"answer_sheet","sheet":1,"answer":"正在办理"})),
                    (handler, reply),
                    ("rudong.urban_management.signer", pass.clone()),
                    ("rudong.urban_management.signer", pass),
                    ("city.reviewer", json!({"command":"accept_reply","holding":2})),
                    ("city.callback1", json!({"command":"call_back","attitude":"satisfied","result":"dissatisfied","solved":"no"})),
                    ("city.callback1", json!({"command":"redo","reason":"未解决"})),
                ],
            )
            .await;
        let number = bench.accept("city.calltaker1", complaint()).await.expect("accepted").number;
        bench.walk(&number, &whole_way()).await;
        bench.walk(&number, &[("city.reviewer", json!({"command":"reopen","reason":"又出现"}))]).await;
        let number = bench.accept("city.calltaker1", complaint()).await.expect("accepted").number;
        bench.walk(&number, &[("city.calltaker1", json!({"command":"make_secret"}))]).await;
        let number = bench.accept("city.calltaker1", report()).await.expect("accepted").number;
        let away = json!({"command":"refer_away","authority":"市纪委监委","reason":"属纪检范围"});
        bench.walk(&number, &[("city.secrecy", away)]).await;
        bench.later(60 * DAY);
        bench.house.fire_timers().await.expect("fired");
        let replay = bench.house.replay().await.expect("folded");
        assert_eq!(replay.cases, 4);
        assert!(replay.agrees(), "{replay:#?}");
    })
    .await;
}

/// Writes rows as somebody would who has the database and no key.
pub async fn forge(store: &Store, rows: Vec<Row>) {
    let work = UnitOfWork::new(Vec::new(), move |_| Ok(Planned::unaudited(rows.clone(), ())));
    store.commit(work).await.expect("forged");
}

async fn row(store: &Store, viewer: &Viewer, sql: &str) -> Record {
    let rows = store.cases(&viewer.scope(), sql, &[]).await.expect("rows");
    rows.into_iter().next().expect("a row")
}

#[tokio::test]
async fn it_names_a_changed_row_in_every_table() {
    each_raw_house(|bench| async move {
        let number = bench.accept("city.calltaker1", complaint()).await.expect("accepted").number;
        bench.walk(&number, &whole_way()[..3]).await;
        let (store, house) = (&bench.store, Viewer::system("test"));
        let id = bench.house.case(&house, &CaseName(number.clone())).await.expect("a case").id;
        assert!(bench.house.replay().await.expect("folded").agrees());

        for table in [
            &tables::CASE_FILE,
            &tables::CASE_ACCESS,
            &tables::FACT_CASE,
            &tables::FACT_HOLDING,
            &tables::FACT_TERM,
            &tables::ROLLUP_DAY,
        ] {
            let columns: Vec<_> = table.columns.iter().map(|c| format!("t.{}", c.name)).collect();
            let marker = if table.name == "rollup_day" {
                "{facts:t}".to_owned()
            } else {
                format!("{{visible:t.{}}}", if table.name == "case_file" { "id" } else { "case_id" })
            };
            let sql = format!("SELECT {} FROM {} t WHERE {marker}", columns.join(", "), table.name);
            let true_values = row(store, &house, &sql).await.into_values();
            let mut values = true_values.clone();
            // The last number beside the key, one more; without one, the last text.
            let at =
                (table.key..values.len()).rev().find(|at| values[*at].as_int().is_some()).expect("a number");
            values[at] = Value::Int(values[at].as_int().expect("a number") + 1);
            forge(store, vec![Row::upsert(table, values)]).await;
            let replay = bench.house.replay().await.expect("folded");
            assert!(replay.differences.iter().any(|d| d.contains(table.name)), "{}: {replay:#?}", table.name);
            forge(store, vec![Row::upsert(table, true_values.clone())]).await;
            assert!(bench.house.replay().await.expect("folded").agrees(), "{}", table.name);
            // A row that is gone.
            forge(store, vec![Row::delete(table, true_values[..table.key].to_vec())]).await;
            let replay = bench.house.replay().await.expect("folded");
            assert!(replay.differences.iter().any(|d| d.contains(table.name)), "{}: {replay:#?}", table.name);
            forge(store, vec![Row::upsert(table, true_values)]).await;
        }
        assert!(bench.house.replay().await.expect("folded").agrees());

        // Eyes that nobody gave, and rows of a case that never was.
        let access: Vec<Value> = vec![
            "u:qidong.market".into(),
            id.as_str().into(),
            0.into(),
            0.into(),
            Value::Null,
            "accepted".into(),
            "complaint".into(),
            "x".into(),
            "phone".into(),
            "ordinary".into(),
        ];
        forge(store, vec![Row::insert(&tables::CASE_ACCESS, access.clone())]).await;
        assert_eq!(bench.house.replay().await.expect("folded").differing, 1);
        forge(store, vec![Row::delete(&tables::CASE_ACCESS, access[..2].to_vec())]).await;
        let timer: Vec<Value> = vec!["zzzz".into(), 1.into(), "tick".into(), Value::Null, "{}".into()];
        forge(store, vec![Row::insert(&tables::TIMER, timer)]).await;
        let replay = bench.house.replay().await.expect("folded");
        assert!(replay.differences[0].contains("zzzz"), "{replay:#?}");

        // An event that is gone.
        forge(store, vec![Row::delete(&tables::TIMER, vec!["zzzz".into()])]).await;
        forge(store, vec![Row::delete(&tables::CASE_EVENT, vec![id.as_str().into(), 3.into()])]).await;
        let replay = bench.house.replay().await.expect("folded");
        assert!(replay.differences[0].contains("event 3 is missing"), "{replay:#?}");
    })
    .await;
}

#[tokio::test]
async fn it_names_a_changed_text_person_and_row_of_the_house() {
    each_raw_house(|bench| async move {
        let number = bench.accept("city.calltaker1", complaint()).await.expect("accepted").number;
        let (store, house) = (&bench.store, Viewer::system("test"));
        let differences = async || bench.house.replay().await.expect("folded").differences;
        assert_eq!(differences().await, Vec::<String>::new());

        let text = "SELECT n.id, n.case_id, n.kind, n.digest, n.sealed, n.wrapped FROM narrative n \
                    WHERE n.kind = 'text' AND {visible:n.case_id}";
        let person = "SELECT p.id, p.phone_key, p.identity_key, p.sealed, p.wrapped FROM person p \
                      JOIN case_person l ON l.person_id = p.id WHERE {visible:l.case_id}";
        for (table, sql, sealed) in [(&tables::NARRATIVE, text, 4), (&tables::PERSON, person, 3)] {
            let truth = row(store, &house, sql).await.into_values();
            let mut other = truth.clone();
            other[sealed] = "bm90IHRydWU=".into();
            forge(store, vec![Row::upsert(table, other)]).await;
            let told = differences().await;
            assert!(told.len() == 1 && told[0].contains(&number), "{}: {told:?}", table.name);
            forge(store, vec![Row::delete(table, truth[..1].to_vec())]).await;
            let told = differences().await;
            assert!(told.len() == 1 && told[0].contains("is missing"), "{}: {told:?}", table.name);
            forge(store, vec![Row::upsert(table, truth)]).await;
            assert_eq!(differences().await, Vec::<String>::new());
        }

        // Somebody makes a leader of a call taker, or another term of a rule.
        for (table, sql) in [
            (&tables::STAFF, "SELECT id, body FROM staff WHERE id = 'city.calltaker1'"),
            (
                &tables::RULEBOOK,
                "SELECT kind, id, version, valid_from, body FROM rulebook WHERE kind = 'policy'",
            ),
        ] {
            let truth = store.house(sql, &[]).await.expect("rows").remove(0).into_values();
            let mut other = truth.clone();
            let body = other.pop().and_then(|body| body.as_text().map(str::to_owned)).expect("a body");
            other.push(body.replace("call_taker", "leader").replace("5wd", "6wd").into());
            assert_ne!(other, truth);
            forge(store, vec![Row::upsert(table, other)]).await;
            let told = differences().await;
            assert!(
                told.iter().any(|what| what.contains("not as it was loaded")),
                "{}: {told:?}",
                table.name
            );
            forge(store, vec![Row::upsert(table, truth)]).await;
            assert_eq!(differences().await, Vec::<String>::new());
        }
    })
    .await;
}
