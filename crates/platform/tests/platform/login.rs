//! Logging in: passwords, lock-out, sessions, links, the demo.

use yipan_base::time::{HOUR, MINUTE, SECOND};
use yipan_platform::{LoginLimits, Mode, Viewer};

use crate::support::{Bench, each_house, morning};

const PASSWORD: &str = "三只猫 walk over the bridge";

/// A house whose system administrator and a dispatcher have passwords.
async fn with_accounts(bench: &Bench) {
    let link = bench.house.administrator_link().await.expect("made").expect("a first start");
    assert_eq!(bench.house.redeem_link(&link, PASSWORD).await.expect("redeemed").login, "city.system");
    let link = bench.house.login_link(&bench.viewer("city.system"), "city.dispatcher").await.expect("made");
    bench.house.redeem_link(&link, PASSWORD).await.expect("redeemed");
}

async fn refused(bench: &Bench, login: &str, password: &str) -> String {
    let refusal = bench.house.log_in(login, password, "10.0.0.1").await.expect_err("refused");
    format!("{refusal:?}")
}

#[tokio::test]
async fn the_first_link_works_once_and_in_time() {
    each_house(|bench| async move {
        let house = &bench.house;
        let old = house.administrator_link().await.expect("made").expect("a first start");
        let link = house.administrator_link().await.expect("made").expect("still no password");
        let code =
            async |token: &str, new: &str| house.redeem_link(token, new).await.expect_err("refused").code;
        assert_eq!(code(&old, PASSWORD).await, "login.link_dead", "an earlier link stops working");
        assert_eq!(code("made up", PASSWORD).await, "login.link_dead");
        // A weak password leaves the link as it was.
        for weak in [
            "short",
            "passwordpassword",
            "nantong20212021",
            "city.system.123",
            "aaaaaaaaaaaaaaaa",
            "123456789012345",
            "Qwertyuiop12345",
            "史清国史清国2021!",
        ] {
            assert!(code(&link, weak).await.starts_with("password."), "{weak}");
        }
        bench.wall.advance_to(morning().plus(24 * HOUR - 1));
        house
            .redeem_link(
                &link,
                &"长"
                    .repeat(10)
                    .chars()
                    .chain("long enough, and 64 characters or more are welcome: 0123".chars())
                    .collect::<String>(),
            )
            .await
            .expect("in time");
        assert_eq!(code(&link, PASSWORD).await, "login.link_dead", "used");
        assert_eq!(house.administrator_link().await.expect("read"), None);
        assert_eq!(house.mode().await.expect("read"), Mode::Production);
        assert_eq!(house.declare_mode(Mode::Demo).await.expect_err("too late").code, "mode.fixed");

        let link = house.login_link(&bench.viewer("city.system"), "city.dispatcher").await.expect("made");
        bench.wall.advance_to(morning().plus(48 * HOUR));
        assert_eq!(code(&link, PASSWORD).await, "login.link_dead", "too old");
        let refusal =
            house.login_link(&bench.viewer("city.leader"), "city.dispatcher").await.expect_err("no");
        assert_eq!(refusal.code, "login.link");
    })
    .await;
}

#[tokio::test]
async fn two_hands_on_one_link_make_one_password() {
    each_house(|bench| async move {
        let link = bench.house.administrator_link().await.expect("made").expect("a first start");
        let (one, two) = tokio::join!(
            bench.house.redeem_link(&link, "seven green boats at sea"),
            bench.house.redeem_link(&link, "eleven red kites in wind"),
        );
        assert!(one.is_ok() != two.is_ok());
    })
    .await;
}

#[tokio::test]
async fn a_session_ends_by_idleness_by_age_and_by_its_owner() {
    each_house(|bench| async move {
        with_accounts(&bench).await;
        let house = &bench.house;
        let log_in = || house.log_in("city.dispatcher", PASSWORD, "10.0.0.1");
        let ended =
            async |token: &str| house.session(token).await.expect_err("ended").code == "session.ended";
        let first = log_in().await.expect("in");
        let session = house.session(&first.token).await.expect("a session");
        assert_eq!(session.staff.login, "city.dispatcher");
        assert_eq!(session.viewer.actor.staff, session.staff.id);
        assert!(ended("made up").await);
        assert_ne!(first.token, log_in().await.expect("in").token);

        // Worked in every twenty minutes it lasts twelve hours, and no longer.
        for _ in 0..35 {
            bench.later(20 * MINUTE);
            house.session(&first.token).await.expect("at work");
        }
        bench.later(20 * MINUTE);
        assert!(ended(&first.token).await, "twelve hours");
        let second = log_in().await.expect("in");
        bench.later(30 * MINUTE - SECOND);
        house.session(&second.token).await.expect("just in time");
        bench.later(30 * MINUTE);
        assert!(ended(&second.token).await, "idle");

        let (third, fourth) = (log_in().await.expect("in"), log_in().await.expect("in"));
        house.log_out(&third.token).await.expect("out");
        house.log_out(&third.token).await.expect("out already");
        assert!(ended(&third.token).await);
        house.session(&fourth.token).await.expect("the other one");
        let refusal = house.log_out_everywhere(&bench.viewer("city.leader"), &fourth.staff).await;
        assert_eq!(refusal.expect_err("another's").code, "session.others");
        house.log_out_everywhere(&bench.viewer("city.security"), &fourth.staff).await.expect("out");
        assert!(ended(&fourth.token).await);
        let fifth = log_in().await.expect("in again at the same instant");
        house.session(&fifth.token).await.expect("a session");

        let refusal =
            house.set_password(&fifth.token, "not the old one", "seven green boats at sea", "x").await;
        assert_eq!(refusal.expect_err("wrong").code, "login.refused");
        let sixth = house
            .set_password(&fifth.token, PASSWORD, "seven green boats at sea", "x")
            .await
            .expect("changed");
        assert!(ended(&fifth.token).await);
        house.session(&sixth.token).await.expect("the new one");
        refused(&bench, "city.dispatcher", PASSWORD).await;
        house.log_in("city.dispatcher", "seven green boats at sea", "10.0.0.1").await.expect("in");

        house.disable_account(&bench.viewer("city.system"), &sixth.staff, true).await.expect("disabled");
        assert!(ended(&sixth.token).await);
        refused(&bench, "city.dispatcher", "seven green boats at sea").await;
        // No token stands in the database.
        let dump = bench.everything().await;
        assert!(![&first, &fifth, &sixth].iter().any(|s| dump.contains(&s.token)));
        assert!(!dump.contains(PASSWORD));
    })
    .await;
}

#[tokio::test]
async fn five_failures_lock_and_nobody_learns_which_logins_exist() {
    each_house(|bench| async move {
        with_accounts(&bench).await;
        let wrong = refused(&bench, "city.dispatcher", "wrong").await;
        assert_eq!(wrong, refused(&bench, "no.such.login", "wrong").await);
        assert_eq!(wrong, refused(&bench, "city.leader", "no account yet").await);
        bench
            .house
            .log_in("city.dispatcher", PASSWORD, "10.0.0.1")
            .await
            .expect("in, and the count begins anew");
        for _ in 0..5 {
            assert_eq!(wrong, refused(&bench, "city.dispatcher", "wrong").await);
        }
        assert_eq!(wrong, refused(&bench, "city.dispatcher", PASSWORD).await, "locked");
        bench.later(15 * MINUTE - 1);
        assert_eq!(wrong, refused(&bench, "city.dispatcher", PASSWORD).await, "still locked");
        bench.later(1);
        bench.house.log_in("city.dispatcher", PASSWORD, "10.0.0.1").await.expect("open again");
        // The house opened again has not forgotten.
        for _ in 0..5 {
            refused(&bench, "city.dispatcher", "wrong").await;
        }
        let now = bench.house.wall();
        let again = Bench::over(bench.store.clone(), bench.keys.clone(), now).await;
        assert_eq!(wrong, refused(&again, "city.dispatcher", PASSWORD).await);
    })
    .await;
}

#[tokio::test]
async fn guesses_at_once_count_one_after_another() {
    each_house(|bench| async move {
        with_accounts(&bench).await;
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..12 {
            let bench = bench.clone();
            tasks.spawn(
                async move { bench.house.log_in("city.dispatcher", "wrong", "10.0.0.2").await.is_err() },
            );
        }
        assert!(tasks.join_all().await.into_iter().all(|refused| refused));
        refused(&bench, "city.dispatcher", PASSWORD).await;
    })
    .await;
}

#[tokio::test]
async fn a_source_that_fails_too_often_waits_and_limits_are_data() {
    each_house(|bench| async move {
        with_accounts(&bench).await;
        let limits = LoginLimits { source_failures: 3, failures: 100, ..LoginLimits::default() };
        let refusal =
            bench.house.set_login_limits(&bench.viewer("city.system"), limits).await.expect_err("no");
        assert_eq!(refusal.code, "login.limits");
        let zero = LoginLimits { failures: 0, ..limits };
        bench
            .house
            .set_login_limits(&bench.viewer("city.security"), zero)
            .await
            .expect_err("no limit at all");
        bench.house.set_login_limits(&bench.viewer("city.security"), limits).await.expect("set");
        for _ in 0..3 {
            refused(&bench, "city.dispatcher", "wrong").await;
        }
        let refusal = bench.house.log_in("city.dispatcher", PASSWORD, "10.0.0.1").await.expect_err("waits");
        assert_eq!(
            (refusal.code.as_str(), refusal.facts["retry_after_s"].as_str()),
            ("login.too_many", "601")
        );
        bench.house.log_in("city.dispatcher", PASSWORD, "10.0.0.9").await.expect("another address");
        bench.later(10 * MINUTE);
        bench.house.log_in("city.dispatcher", PASSWORD, "10.0.0.1").await.expect("after the wait");
        // Read back when the house opens again.
        let again = Bench::over(bench.store.clone(), bench.keys.clone(), bench.house.wall()).await;
        for _ in 0..3 {
            refused(&again, "city.dispatcher", "wrong").await;
        }
        assert_eq!(again.house.log_in("x", "y", "10.0.0.1").await.expect_err("waits").code, "login.too_many");
    })
    .await;
}

#[tokio::test]
async fn one_password_for_all_is_for_the_demo_only() {
    each_house(|bench| async move {
        let house = &bench.house;
        assert_eq!(house.demo_accounts("demo").await.expect_err("not a demo").code, "mode.not_demo");
        house.declare_mode(Mode::Demo).await.expect("declared");
        house.declare_mode(Mode::Demo).await.expect("the same again");
        assert_eq!(house.declare_mode(Mode::Production).await.expect_err("fixed").code, "mode.fixed");
        let count = house.demo_accounts("demo").await.expect("accounts");
        assert_eq!(count, house.city().directory.all_staff().count());
        assert_eq!(house.demo_accounts("other").await.expect("nobody is left"), 0);
        assert_eq!(house.administrator_link().await.expect("read"), None);
        for login in ["city.dispatcher", "rudong.market.handler"] {
            let session = house.log_in(login, "demo", "10.0.0.1").await.expect("in");
            let session = house.session(&session.token).await.expect("a session");
            let city = house.city();
            let staff = city.directory.staff_by_login(login).expect("staff");
            assert_eq!(session.viewer.holders(), Viewer::of(staff, &city.directory).holders());
        }
    })
    .await;
}

/// A login that does not exist takes as long to refuse as one that does.
#[tokio::test]
async fn time_tells_nobody_which_logins_exist() {
    each_house(|bench| async move {
        with_accounts(&bench).await;
        let limits = LoginLimits { source_failures: 10_000, failures: 10_000, ..LoginLimits::default() };
        bench.house.set_login_limits(&bench.viewer("city.security"), limits).await.expect("set");
        refused(&bench, "no.such.login", "wrong").await;
        let mut times = [Vec::new(), Vec::new()];
        for _ in 0..15 {
            for (login, times) in ["city.dispatcher", "no.such.login"].iter().zip(&mut times) {
                let start = std::time::Instant::now();
                refused(&bench, login, "wrong").await;
                times.push(start.elapsed());
            }
        }
        // The middle of fifteen; hashing takes tens of milliseconds, skipping it would take under one.
        let [known, unknown] = times.map(|mut t| {
            t.sort();
            t[7].as_secs_f64()
        });
        assert!(
            (0.6..1.6).contains(&(unknown / known)),
            "{known} s for a login that exists, {unknown} s for none"
        );
    })
    .await;
}
