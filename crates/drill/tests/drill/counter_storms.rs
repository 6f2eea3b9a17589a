//! Counter-storms. All figures follow from `intake.csv` and `actors.csv` with a pencil:
//!
//! - An hour's appeals come in its first 45 minutes and are dispatched within 10, so an hour's orders
//!   are dispatched in that hour. Count hours from 1 May 00:00 as H = 0 to 119.
//! - Orders come in fours: one of each four is handled after 12, 20, 28 and 36 hours.
//! - Signing is due after 2 hours, handling after 48: by the cut-off the orders of H ≤ 117 are due for
//!   signing, those of H ≤ 71 for completion.
//! - A citizen is called 3 hours after the reply, between 08:00 and 21:00: those with
//!   H + handling + 3 ≤ 116 are called by the cut-off. Every 20th call hears no opinion, every 50th
//!   opinion is dissatisfied.

use crate::support::{played, share, storm};

/// Haian: 616 appeals, 368 orders, none after H = 117; 296 of them with H ≤ 71; 327 calls, so
/// 327 − 16 = 311 opinions, of which 6 are dissatisfied.
#[tokio::test]
async fn a_county_asleep_for_a_day_signs_and_completes_late() {
    let haian = storm().within(&["haian"]);
    let (_, figures) = played(&haian).await;
    assert_eq!(share(&figures, "accepted").0, 616);
    assert_eq!(share(&figures, "on_time_sign_in"), (368, 368));
    assert_eq!(share(&figures, "on_time_completion"), (296, 296));
    assert_eq!(share(&figures, "satisfaction"), (305, 311));
    let not_due = figures.not_due["on_time_completion"];
    let later = not_due.open + not_due.in_review + not_due.done;
    assert_eq!((later, figures.not_due["on_time_sign_in"].open), (368 - 296, 0));

    // Asleep on 3 May, H = 48 to 71. Signed late are the orders of that day that fall due in it,
    // H = 48 to 69: 68. (Those of the last two hours of 2 May, which might have been, are none.)
    // Completed late are the orders of 1 May, due on 3 May, whose reply would have come on 3 May:
    // those of 36 hours with H ≥ 12, 56 / 4 = 14, and of 28 hours with H ≥ 20, 8 / 4 = 2.
    let (_, asleep) = played(&haian.against("asleep").unwrap()).await;
    assert_eq!(share(&asleep, "on_time_sign_in"), (368 - 68, 368));
    assert_eq!(share(&asleep, "on_time_completion"), (296 - 16, 296));
    assert_eq!(share(&asleep, "satisfaction"), (305, 311));
}

/// Rugao: 705 appeals, 420 orders, 340 with H ≤ 71; 373 calls, so 355 opinions, 7 dissatisfied.
#[tokio::test]
async fn orders_answered_but_not_handled_lose_the_citizens() {
    let rugao = storm().within(&["rugao"]);
    let (_, figures) = played(&rugao).await;
    assert_eq!(share(&figures, "on_time_completion"), (340, 340));
    assert_eq!(share(&figures, "satisfaction"), (348, 355));
    assert_eq!(share(&figures, "redo_rate"), (0, 420));

    // The 48 orders of 4 May are answered after an hour; all those citizens are called by 5 May
    // 09:00, say that nothing was done, and are not called again by the cut-off, for handling
    // again takes 36 hours. The other orders lead to 341 calls, 341 − 17 = 324 opinions, 6 of them
    // dissatisfied. Nothing is late, and the mean even falls: only the citizen can tell.
    let (_, unhandled) = played(&rugao.against("unhandled").unwrap()).await;
    assert_eq!(share(&unhandled, "on_time_sign_in"), (420 + 48, 420 + 48));
    assert_eq!(share(&unhandled, "on_time_completion"), (340, 340));
    assert_eq!(share(&unhandled, "satisfaction"), (324 - 6, 324 + 48));
    assert_eq!(share(&unhandled, "solution"), (324 - 6, 324 + 48));
    assert_eq!(share(&unhandled, "redo_rate"), (48, 420));
    assert_eq!(share(&unhandled, "orders").0, 420 + 48);
    let mean = |results: &yipan_drill::Results| results.get("mean_handling_time").unwrap().value.unwrap();
    assert!(mean(&unhandled) < mean(&figures));
}

/// Tongzhou: 952 appeals, 572 orders, 568 with H ≤ 117, 460 with H ≤ 71; 504 calls, 479 opinions.
#[tokio::test]
async fn a_night_of_returns_leaves_orders_unsigned() {
    let tongzhou = storm().within(&["tongzhou"]);
    // From 2 May 18:00 to 3 May 04:00, H = 42 to 51, 32 orders are returned. The centre rules from
    // 08:00 on: the first two of every four, 16, go to another unit and a new clock; the 16 others
    // are refused, get no time back and are signed late. Nobody ruled within 4 hours but for those
    // returned after 04:00.
    let (played, returns) = played(&tongzhou.against("returns").unwrap()).await;
    assert_eq!(share(&returns, "on_time_sign_in"), (568 - 16, 568));
    assert_eq!(share(&returns, "on_time_completion"), (460, 460));
    assert_eq!(share(&returns, "satisfaction"), (470, 479));
    assert_eq!(share(&returns, "return_rate"), (16, 572 + 16));
    let (on_time, due) = share(&returns, "centre_on_time");
    assert!(due - on_time >= 24, "{on_time} of {due}");
    assert!(played.commands > 0);
}

#[tokio::test]
async fn the_same_storm_runs_the_same_way_twice() {
    let kaifaqu = storm().within(&["kaifaqu"]);
    let (first, second) = (played(&kaifaqu).await, played(&kaifaqu).await);
    assert_eq!(first.0, second.0);
    assert_eq!(first.1, second.1);
    // 144 orders; 126 calls, 120 opinions, 2 dissatisfied.
    assert_eq!(share(&first.1, "on_time_sign_in"), (144, 144));
    assert_eq!(share(&first.1, "satisfaction"), (118, 120));
}
