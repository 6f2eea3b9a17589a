//! Lists: the newest first, page by page, each case once however many eyes it has.

use yipan_base::time::MINUTE;
use yipan_casework::case::Stage;

use crate::support::{complaint, each_house, whole_way};

#[tokio::test]
async fn pages_follow_each_other_without_gap_or_repetition() {
    each_house(|bench| async move {
        let mut expected = Vec::new();
        for at in 0..23 {
            let number = bench.accept("city.calltaker1", complaint()).await.expect("accepted").number;
            // Several cases share an instant.
            if at % 3 == 0 {
                bench.later(MINUTE);
            }
            if at % 5 == 0 {
                bench.walk(&number, &whole_way()[..1]).await;
            }
            expected.push(number);
        }
        for login in ["city.dispatcher", "rudong.dispatcher", "rudong.juegang.dispatcher"] {
            let viewer = bench.viewer(login);
            for stage in [None, Some(Stage::Dispatched), Some(Stage::Accepted), Some(Stage::Closed)] {
                let mut pages = Vec::new();
                let mut last: Option<(yipan_base::time::Timestamp, String)> = None;
                loop {
                    let before = last.as_ref().map(|(at, id)| (*at, id.as_str()));
                    let page = bench.house.case_list(&viewer, stage, before, 4).await.expect("a page");
                    let Some(end) = page.last() else { break };
                    last = Some((end.accepted_at, end.number.clone()));
                    pages.extend(page);
                }
                assert!(pages.windows(2).all(|w| w[0].accepted_at >= w[1].accepted_at), "{login} {stage:?}");
                let mut numbers: Vec<_> = pages.into_iter().map(|line| line.number).collect();
                numbers.sort();
                let of_stage = expected.iter().enumerate().filter(|(at, _)| match stage {
                    None => true,
                    Some(Stage::Dispatched) => at % 5 == 0,
                    Some(Stage::Accepted) => at % 5 != 0,
                    Some(_) => false,
                });
                assert_eq!(
                    numbers,
                    of_stage.map(|(_, n)| n.clone()).collect::<Vec<_>>(),
                    "{login} {stage:?}"
                );
            }
        }
    })
    .await;
}
