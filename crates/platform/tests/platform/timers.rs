//! Timers: fired once, and caught up after the house was closed.

use yipan_base::time::{MINUTE, Timestamp};
use yipan_platform::CaseName;

use crate::support::{Bench, DAY, complaint, each_house, morning, whole_way};

async fn marks(bench: &Bench, number: &str) -> Vec<Timestamp> {
    let name = CaseName(number.to_owned());
    let events = bench.house.case_events(&bench.viewer("city.dispatcher"), &name).await.expect("events");
    events.iter().filter(|e| e.event.name() == "marked").map(|e| e.at).collect()
}

#[tokio::test]
async fn a_timer_fires_once_when_its_mark_has_passed() {
    each_house(|bench| async move {
        let number = bench.accept("city.calltaker1", complaint()).await.expect("accepted").number;
        assert_eq!(bench.house.fire_timers().await.expect("nothing is due"), 0);
        let due = bench.house.next_timer().await.expect("read").expect("a term of the centre runs");
        bench.clock.advance_to(due.plus(-1));
        assert_eq!(bench.house.fire_timers().await.expect("not yet"), 0);
        bench.clock.advance_to(due);
        assert_eq!(bench.house.fire_timers().await.expect("fired"), 1);
        assert_eq!(marks(&bench, &number).await, [due]);
        assert_eq!(bench.house.fire_timers().await.expect("once"), 0);
        assert!(bench.house.next_timer().await.expect("read").is_none_or(|next| next > due));
        assert_eq!(marks(&bench, &number).await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn what_fell_due_while_the_house_was_closed_is_caught_up_once() {
    each_house(|bench| async move {
        let mut numbers = Vec::new();
        for _ in 0..30 {
            let number = bench.accept("city.calltaker1", complaint()).await.expect("accepted").number;
            bench.walk(&number, &whole_way()[..2]).await;
            numbers.push(number);
        }
        let again = Bench::over(bench.store.clone(), bench.keys.clone(), morning().plus(30 * DAY)).await;
        assert_eq!(again.house.fire_timers().await.expect("caught up"), 30);
        assert_eq!(again.house.fire_timers().await.expect("once"), 0);
        assert_eq!(again.house.next_timer().await.expect("read"), None);
        for number in &numbers {
            // Half, yellow and due of the handling clock, noted in the order in which they fell.
            assert_eq!(marks(&again, number).await.len(), 3, "{number}");
        }
    })
    .await;
}

#[tokio::test]
async fn two_runners_at_once_fire_each_timer_once() {
    each_house(|bench| async move {
        let number = bench.accept("city.calltaker1", complaint()).await.expect("accepted").number;
        bench.later(DAY + MINUTE);
        let (one, two) = tokio::join!(bench.house.fire_timers(), bench.house.fire_timers());
        one.expect("fired");
        two.expect("fired");
        assert_eq!(marks(&bench, &number).await.len(), 1);
    })
    .await;
}
