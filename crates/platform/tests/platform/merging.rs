//! Merging two cases: one command, both change, and unmerging restores both.

use serde_json::json;
use yipan_platform::CaseName;

use crate::support::{complaint, each_house, whole_way};

#[tokio::test]
async fn a_merge_changes_both_and_an_unmerge_restores_them() {
    each_house(|bench| async move {
        let master = bench.accept("city.calltaker1", complaint()).await.expect("master");
        let member = bench.accept("city.calltaker2", complaint()).await.expect("member");
        let viewer = bench.viewer("city.dispatcher");
        let merge = json!({"command":"merge_into","master":master.number});
        bench.walk(&member.number, &[("city.dispatcher", merge.clone())]).await;
        let (m, n) = (CaseName(master.number.clone()), CaseName(member.number.clone()));
        assert_eq!(
            bench.house.case(&viewer, &n).await.expect("member").merged_into.as_ref(),
            Some(&master.id)
        );
        assert_eq!(bench.house.case(&viewer, &m).await.expect("master").members.len(), 1);

        let refusal = bench.give(
            "city.dispatcher",
            &master.number,
            json!({"command":"merge_into","master":member.number}),
        );
        assert!(refusal.await.is_err(), "a chain");
        let refusal = bench.give(
            "city.dispatcher",
            &master.number,
            json!({"command":"merge_into","master":master.number}),
        );
        assert_eq!(refusal.await.expect_err("itself, and a chain").code, "merge.has_members");

        let unmerge = json!({"command":"unmerge","reason":"不是同一件事"});
        bench.walk(&member.number, &[("city.dispatcher", unmerge)]).await;
        let case = bench.house.case(&viewer, &n).await.expect("member");
        assert!(case.merged_into.is_none());
        // The reason belongs to the case that left, not to its master.
        assert!(case.narratives.iter().any(|n| n.kind.code() == "reason"));
        let case = bench.house.case(&viewer, &m).await.expect("master");
        assert!(case.members.is_empty() && !case.narratives.iter().any(|n| n.kind.code() == "reason"));

        bench.walk(&member.number, &[("city.dispatcher", merge)]).await;
        bench.walk(&master.number, &whole_way()).await;
    })
    .await;
}
