//! Several nodes of one house over one PostgreSQL.

use serde_json::json;
use yipan_casework::policy::Policy;
use yipan_store::testing::{drop_database, fresh_database, open, postgres};

use crate::support::{Bench, complaint, morning, whole_way};

/// Two nodes with a store each, over the same database and under the same keys.
async fn two(url: &str) -> [Bench; 2] {
    let first = Bench::new(open(url).await).await;
    let second = Bench::over(open(url).await, first.keys.clone(), morning()).await;
    [first, second]
}

async fn each_pair<F: Future<Output = ()>>(body: impl Fn([Bench; 2]) -> F) {
    let Some(server) = postgres() else { return };
    let url = fresh_database(server, "TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'").await;
    let nodes = two(&url).await;
    body(nodes.clone()).await;
    for node in nodes {
        let replay = node.house.replay().await.expect("the events are folded");
        assert!(replay.agrees(), "{replay:#?}");
        node.store.close().await;
    }
    drop_database(server, &url).await;
}

#[tokio::test]
async fn what_one_node_commits_the_other_tells_its_listeners() {
    each_pair(|[one, two]| async move {
        let mut heard = two.store.after_commit();
        let seen = *heard.borrow_and_update();
        let number = one.accept("city.calltaker1", complaint()).await.expect("accepted").number;
        let head = two.house.follow(seen).await.expect("followed");
        assert!(head > seen && heard.has_changed().expect("open"));
        assert_eq!(*heard.borrow_and_update(), head);
        assert_eq!(two.house.follow(head).await.expect("followed"), head);
        assert!(!heard.has_changed().expect("open"), "no news is not told");
        // And the other goes on where the first stopped.
        two.walk(&number, &whole_way()).await;
    })
    .await;
}

#[tokio::test]
async fn rules_adopted_at_one_node_hold_at_the_other() {
    each_pair(|[one, two]| async move {
        let seen = *two.store.after_commit().borrow();
        let policy: Policy = one.house.city().rules.policy().expect("a policy").as_ref().clone();
        let next = Policy { version: policy.version + 1, ..policy };
        one.house.adopt_policy(&one.viewer("city.supervisor"), &next).await.expect("adopted");
        let version = |node: &Bench| node.house.city().rules.policy().expect("a policy").version;
        assert_eq!((version(&one), version(&two)), (next.version, next.version - 1));
        two.house.follow(seen).await.expect("followed");
        assert_eq!(version(&two), next.version);
    })
    .await;
}

#[tokio::test]
async fn one_node_leads_and_another_takes_over() {
    each_pair(|[one, two]| async move {
        let (mut first, mut second) = (one.store.lease(), two.store.lease());
        assert!(first.held().await && first.held().await);
        assert!(!second.held().await);
        first.release().await;
        assert!(second.held().await && !first.held().await);
        // Whoever dies loses it without a word.
        drop(second);
        let mut tries = 0;
        while !first.held().await {
            tries += 1;
            assert!(tries < 100, "the lease of a node that is gone is not given back");
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    })
    .await;
}

#[tokio::test]
async fn both_nodes_work_at_once_and_nothing_is_done_twice() {
    each_pair(|[one, two]| async move {
        let mut numbers = std::collections::BTreeSet::new();
        for round in 0..10 {
            let (a, b) = tokio::join!(
                one.accept("city.calltaker1", complaint()),
                two.accept("city.calltaker2", complaint())
            );
            let (a, b) = (a.expect("accepted").number, b.expect("accepted").number);
            assert!(numbers.insert(a.clone()) && numbers.insert(b), "{round}: a number given twice");
            // The same request, sent to both because the first did not answer in time.
            let note = json!({ "command": "note", "text": "请尽快处理" });
            let key = format!("note-{round}");
            let (left, right) = tokio::join!(
                one.give_keyed("city.dispatcher", &a, note.clone(), Some(&key)),
                two.give_keyed("city.dispatcher", &a, note, Some(&key))
            );
            let (left, right) = (left.expect("noted"), right.expect("noted"));
            assert!(left.repeated != right.repeated && left.version == right.version, "{left:?} {right:?}");
        }
    })
    .await;
}
