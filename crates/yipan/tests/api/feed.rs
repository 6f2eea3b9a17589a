//! The live feed: what happened, and nothing lost when the line is.

use std::time::Duration;

use axum::body::Bytes;
use axum::http::Method;
use http_body_util::BodyExt as _;
use serde_json::Value;

use crate::house::{Desk, House};

/// Reads events until so many have come: the place that the client has passed by then, and what they say.
async fn read(desk: &Desk<'_>, headers: &[(&str, &str)], query: &str, count: usize) -> Vec<(i64, Value)> {
    let mut all = vec![("cookie", desk.cookie.as_str())];
    all.extend(headers);
    let answer =
        desk.house.open(Method::GET, &format!("/api/v1/feed/cases{query}"), &all, Bytes::new()).await;
    assert_eq!(answer.headers()["content-type"], "text/event-stream");
    let mut body = answer.into_body();
    let (mut text, mut events, mut place) = (String::new(), Vec::new(), 0);
    while events.len() < count {
        let frame = tokio::time::timeout(Duration::from_secs(10), body.frame()).await.expect("in time");
        let Some(Ok(frame)) = frame else { break };
        text.push_str(&String::from_utf8_lossy(&frame.into_data().unwrap_or_default()));
        while let Some((event, rest)) = text.split_once("\n\n") {
            let field =
                |name: &str| event.lines().find_map(|l| l.strip_prefix(name)).map(|v| v.trim().to_owned());
            place = field("id:").map_or(place, |id| id.parse().expect("a place"));
            if let Some(data) = field("data:") {
                events.push((place, serde_json::from_str(&data).expect("JSON")));
            }
            text = rest.to_owned();
        }
    }
    events
}

#[tokio::test]
async fn a_client_that_lost_the_line_misses_nothing_and_sees_nothing_of_others() {
    let house = House::start();
    let taker = house.desk("city.calltaker1").await;
    let first = taker.accepts("第一件").await;
    let second = taker.accepts("第二件").await;

    // Accepting a case is several events; those of one command stand at one place of the ledger.
    let seen = read(&taker, &[], "?after=0", 4).await;
    let mut numbers: Vec<_> =
        seen.iter().map(|(_, e)| e["number"].as_str().expect("a number").to_owned()).collect();
    numbers.dedup();
    assert_eq!(numbers, [first, second.clone()]);
    assert_eq!(seen[0].1["event"], "accepted");

    // The line is lost within the first: nothing of it counts as passed, and it comes again whole.
    assert_eq!(seen[0].0, 0);
    // It is lost after the first; the second comes again by its place.
    let place = seen[1].0.to_string();
    assert!(seen[1].0 > 0 && seen[2].0 == seen[1].0 && seen[3].0 > seen[1].0);
    let resumed = read(&taker, &[("last-event-id", &place)], "", 1).await;
    assert_eq!(
        (resumed[0].1["number"].clone(), resumed[0].1["event"].clone()),
        (second.clone().into(), "accepted".into())
    );

    // A desk of another county hears nothing of them, only of what is its own.
    let haimen = house.desk("haimen.dispatcher").await;
    let body = serde_json::json!({"command": "dispatch", "main": "haimen.urban_management", "basis": {"basis": "judgement"}});
    house.desk("city.dispatcher").await.gives(&second, body).await;
    let heard = read(&haimen, &[], "?after=0", 1).await;
    assert_eq!(heard[0].1["number"], second);

    // Live: the feed is open before it happens.
    let (live, third) = tokio::join!(read(&taker, &[], "", 1), async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        taker.accepts("第三件").await
    });
    assert_eq!(live[0].1["number"], third);
}
