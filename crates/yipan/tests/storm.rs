//! The storm of 30 April 2021, whole, by the built binary: the published rates come out of the
//! events, and an independent count over the events agrees.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Connection as _, Row as _, SqliteConnection};

fn yipan(data: &Path, arguments: &[&str]) -> (bool, String, String) {
    let out = Command::new(env!("CARGO_BIN_EXE_yipan"))
        .args(arguments)
        .arg("--data")
        .arg(data)
        .env("LC_ALL", "C.UTF-8")
        .output()
        .expect("the binary starts");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (out.status.success(), text(&out.stdout), text(&out.stderr))
}

/// A folder for one test, gone when it ends.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        Self(std::env::temp_dir().join(format!("yipan-{name}-{}", std::process::id())))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Numerator and denominator of a figure in the answer.
fn share(answer: &Value, id: &str) -> (i64, i64) {
    let figures = answer["figures"].as_array().expect("figures");
    let figure = figures.iter().find(|f| f["id"] == id).unwrap_or_else(|| panic!("no figure {id}"));
    (figure["numerator"].as_i64().unwrap(), figure["denominator"].as_i64().unwrap())
}

/// The orders of the city with what happened to each, from the events alone: no facts, no roll-ups,
/// none of the product's definitions.
const ORDERS: &str = "
    WITH given AS (
        SELECT e.case_id, json_extract(h.value, '$.no') AS no, e.at AS dispatched,
               unixepoch(json_extract(h.value, '$.sign.due')) * 1000000 AS sign_due,
               unixepoch(json_extract(h.value, '$.handle.due')) * 1000000 AS handle_due
        FROM case_event e, json_each(e.body, '$.holdings') h
        WHERE e.kind = 'dispatched' AND json_extract(h.value, '$.role') = 'main'
          AND json_extract(h.value, '$.parent') IS NULL
    ), did AS (
        SELECT case_id, json_extract(body, '$.holding') AS no, kind, MAX(at) AS at FROM case_event
        WHERE kind IN ('signed', 'replied', 'reply_accepted') GROUP BY 1, 2, 3
    ), orders AS (
        SELECT g.*, s.at AS signed, r.at AS replied, a.at AS accepted FROM given g
        LEFT JOIN did s ON s.case_id = g.case_id AND s.no = g.no AND s.kind = 'signed'
        LEFT JOIN did r ON r.case_id = g.case_id AND r.no = g.no AND r.kind = 'replied'
        LEFT JOIN did a ON a.case_id = g.case_id AND a.no = g.no AND a.kind = 'reply_accepted'
    ), opinions AS (
        SELECT json_extract(e.body, '$.attitude') AS attitude, json_extract(e.body, '$.result') AS result
        FROM case_event e WHERE e.kind = 'called_back' AND e.seq =
            (SELECT MAX(l.seq) FROM case_event l WHERE l.case_id = e.case_id AND l.kind = 'called_back')
    ) ";

async fn count(database: &mut SqliteConnection, select: &str) -> (i64, i64) {
    let row =
        sqlx::query(sqlx::AssertSqlSafe(format!("{ORDERS} {select}"))).fetch_one(database).await.unwrap();
    (row.get(0), row.get(1))
}

#[tokio::test]
async fn the_published_rates_come_out_of_the_events() {
    let scratch = Scratch::new("storm");
    let data = scratch.0.join("storm");
    let (ok, text, told) = yipan(&data, &["demo", "storm", "--speed", "max", "--json"]);
    assert!(ok, "{text}{told}");
    assert!(told.is_empty(), "no progress bar but on a terminal: {told}");
    let answer: Value = serde_json::from_str(&text).unwrap();

    // As published, to the rounding of the publication: 100 %, 100 %, 1 day, 98 %; 4,754 appeals.
    assert_eq!(answer["rounded"], answer["published"]);
    assert_eq!(answer["equal"], true);
    assert_eq!(share(&answer, "accepted").0, 4_754);

    // As worked out by hand from the tables (the scenario's README shows how).
    assert_eq!(share(&answer, "direct").0, 1_902);
    assert_eq!(share(&answer, "dispatched").0, 2_852);
    assert_eq!(share(&answer, "on_time_sign_in"), (2_848, 2_848));
    assert_eq!(share(&answer, "on_time_completion"), (2_292, 2_292));
    assert_eq!(share(&answer, "satisfaction"), (2_345, 2_392));
    let not_due = &answer["not_due"]["on_time_completion"];
    let later: i64 = ["open", "in_review", "done"].iter().map(|part| not_due[part].as_i64().unwrap()).sum();
    assert_eq!(later, 2_852 - 2_292);

    // As counted over the events by someone who knows nothing of the accounts.
    let from = "unixepoch('2021-05-01T00:00:00+08:00') * 1000000";
    let to = "unixepoch('2021-05-06T00:00:00+08:00') * 1000000";
    let options = SqliteConnectOptions::new().filename(data.join("yipan.db")).read_only(true);
    let mut database = SqliteConnection::connect_with(&options).await.unwrap();
    let sign = format!(
        "SELECT COUNT(CASE WHEN signed <= sign_due THEN 1 END), COUNT(*) FROM orders WHERE sign_due < {to}"
    );
    assert_eq!(count(&mut database, &sign).await, share(&answer, "on_time_sign_in"));
    let completed = format!(
        "SELECT COUNT(CASE WHEN replied <= handle_due AND accepted <= {to} THEN 1 END), COUNT(*) \
         FROM orders WHERE handle_due < {to}"
    );
    assert_eq!(count(&mut database, &completed).await, share(&answer, "on_time_completion"));
    let mean = format!(
        "SELECT SUM(replied - dispatched), COUNT(*) FROM orders WHERE accepted IS NOT NULL AND replied < {to}"
    );
    assert_eq!(count(&mut database, &mean).await, share(&answer, "mean_handling_time"));
    let satisfied = "SELECT COUNT(CASE WHEN attitude <> 'dissatisfied' AND result <> 'dissatisfied' THEN 1 END), COUNT(*) \
                     FROM opinions WHERE attitude <> 'no_opinion' OR result <> 'no_opinion'";
    assert_eq!(count(&mut database, satisfied).await, share(&answer, "satisfaction"));
    let accepted =
        format!("SELECT COUNT(*), 1 FROM case_event WHERE kind = 'accepted' AND at >= {from} AND at < {to}");
    assert_eq!(count(&mut database, &accepted).await, share(&answer, "accepted"));
    database.close().await.unwrap();

    // Afterwards the directory is read under its own clock, and proves itself.
    assert!(yipan(&data, &["audit", "verify"]).0);
    let (ok, text, _) = yipan(&data, &["audit", "replay"]);
    assert!(ok, "{text}");
    let (ok, list, _) = yipan(&data, &["case", "list", "--as", "city.dispatcher", "--limit", "5"]);
    assert!(ok && list.contains("20210505"), "{list}");

    // Nothing is played over it.
    let (ok, _, told) = yipan(&data, &["demo", "storm"]);
    assert!(!ok && told.contains("is not empty"), "{told}");
}

#[test]
fn an_unknown_counter_storm_or_speed_is_refused_before_anything_is_written() {
    let scratch = Scratch::new("no-storm");
    let data = scratch.0.join("storm");
    let (ok, _, told) = yipan(&data, &["demo", "storm", "--counter", "locusts"]);
    assert!(!ok && told.contains("choose one of: asleep, returns, unhandled"), "{told}");
    let (ok, _, told) = yipan(&data, &["demo", "storm", "--speed", "0"]);
    assert!(!ok && told.contains("such as 600, or `max`"), "{told}");
    assert!(!data.exists());
}
