//! Many hands at once: numbers without gaps, one winner where only one can win.

use serde_json::json;
use yipan_platform::CaseName;

use crate::support::{Bench, complaint, each_house, new, whole_way};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn numbers_are_gapless_and_never_used_twice() {
    each_house(|bench| async move {
        let mut tasks = tokio::task::JoinSet::new();
        for at in 0..120 {
            let bench = bench.clone();
            tasks.spawn(async move {
                let mut appeal = complaint();
                if at % 4 == 0 {
                    // Refused inside the queue: must take no number with it.
                    appeal["category"] = json!("no.such");
                }
                bench.accept(["city.calltaker1", "city.calltaker2"][at % 2], appeal).await
            });
        }
        let mut numbers = Vec::new();
        while let Some(done) = tasks.join_next().await {
            if let Ok(outcome) = done.expect("no panic") {
                numbers.push(outcome.number);
            }
        }
        numbers.sort();
        let expected: Vec<_> = (1..=90).map(|n| format!("320600-20210518-{n:05}")).collect();
        assert_eq!(numbers, expected);
    })
    .await;
}

#[tokio::test]
async fn a_stale_version_is_refused() {
    each_house(|bench| async move {
        let accepted = bench.accept("city.calltaker1", complaint()).await.expect("accepted");
        bench.walk(&accepted.number, &[("city.calltaker1", json!({"command":"note","text":"补充"}))]).await;
        let (_, dispatch) = whole_way().swap_remove(0);
        let give = |bench: Bench, version| {
            let (name, command) = (CaseName(accepted.number.clone()), dispatch.clone());
            async move {
                let command = serde_json::from_value(command).expect("a command");
                bench.house.give(&bench.viewer("city.dispatcher"), &name, command, Some(version), None).await
            }
        };
        let refusal = give(bench.clone(), accepted.version).await.expect_err("stale");
        assert_eq!(refusal.code, "case.stale");
        let version = refusal.facts["version"].parse().expect("a version");
        give(bench, version).await.expect("the present version");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_dispatchers_at_once_make_one_dispatch() {
    each_house(|bench| async move {
        for _ in 0..10 {
            let accepted = bench.accept("city.calltaker1", complaint()).await.expect("accepted");
            let (_, dispatch) = whole_way().swap_remove(0);
            let (one, two) = tokio::join!(
                bench.give("city.dispatcher", &accepted.number, dispatch.clone()),
                bench.give("city.dispatcher2", &accepted.number, dispatch),
            );
            let refused = match (one, two) {
                (Ok(_), Err(refusal)) | (Err(refusal), Ok(_)) => refusal,
                other => panic!("one must win: {other:?}"),
            };
            assert_eq!(refused.code, "case.stage");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn notes_of_many_hands_stand_one_after_another() {
    each_house(|bench| async move {
        let accepted = bench.accept("city.calltaker1", complaint()).await.expect("accepted");
        let mut tasks = tokio::task::JoinSet::new();
        for n in 0..30 {
            let (bench, name) = (bench.clone(), CaseName(accepted.number.clone()));
            tasks.spawn(async move {
                let command = serde_json::from_value(json!({"command":"note","text":format!("第{n}次")}))
                    .expect("a note");
                bench
                    .house
                    .give(&bench.viewer("city.calltaker1"), &name, command, None, None)
                    .await
                    .expect("noted")
                    .version
            });
        }
        let mut versions = tasks.join_all().await;
        versions.sort_unstable();
        versions.dedup();
        assert_eq!(versions.len(), 30);
        let viewer = bench.viewer("city.calltaker1");
        let events = bench.house.case_events(&viewer, &CaseName(accepted.number)).await.expect("events");
        assert!(events.iter().zip(1..).all(|(event, seq)| event.seq == seq));
        let _ = new(complaint());
    })
    .await;
}
