//! Paper forms: numbers once, times as they were.

use serde_json::{Value as Json, json};
use yipan_base::refusal::Refusal;
use yipan_base::time::{HOUR, MINUTE, Timestamp};
use yipan_casework::event::Event;
use yipan_offline::forms::{MOST, allot};
use yipan_offline::{FormNumber, entry, sheet};
use yipan_platform::{CaseName, Outcome};

use crate::support::{Bench, code, each_house, morning};

/// Draws forms for a centre.
async fn draw(bench: &Bench, login: &str, centre: &str, count: u32) -> Vec<String> {
    allot(&bench.house, &bench.viewer(login), centre, count).await.unwrap().numbers
}

fn paper(form: &str, received: Timestamp) -> Json {
    json!({
        "form": form, "received_at": received, "kind": "投诉", "category": "environment.noise.site",
        "text": "停电时来电：工地打桩。", "caller": "王小明", "phone": "13800001111",
        "area": "掘港街道", "address": "友谊路八十八号", "given_to": "如东县城市管理局值班室 张工",
    })
}

async fn enter(bench: &Bench, login: &str, paper: &Json) -> Result<Outcome, Refusal> {
    let paper = serde_json::from_value(paper.clone()).unwrap();
    entry::enter(&bench.house, &bench.viewer(login), paper).await
}

#[tokio::test]
async fn a_paper_form_becomes_a_case_from_its_true_time_on_and_is_marked() {
    each_house(|bench| async move {
        let forms = draw(&bench, "rudong.dispatcher", "rudong", 2).await;
        bench.later(HOUR);
        let taken = morning().plus(20 * MINUTE);
        let entered = enter(&bench, "rudong.dispatcher", &paper(&forms[0], taken)).await.unwrap();

        let name = CaseName(entered.number.clone());
        let viewer = bench.viewer("rudong.dispatcher");
        let found = bench.house.case_detail(&viewer, &name).await.unwrap();
        let case = &found.case;
        assert_eq!((case.intake.received_at, case.intake.accepted_at), (taken, taken));
        assert_eq!(case.terms[0].clock.started_at, taken);
        let late = case.intake.late.as_ref().unwrap();
        assert_eq!((late.form.as_str(), late.entered_at), (forms[0].as_str(), morning().plus(HOUR)));
        assert_eq!(case.place.area.as_ref().unwrap().as_str(), "rudong.juegang");
        assert!(
            found.texts.iter().any(|t| t.text.as_deref()
                == Some("停电时来电：工地打桩。\n【电话交办】如东县城市管理局值班室 张工"))
        );
        // The timeline says so, and so does the audit log.
        let events = bench.house.case_events(&viewer, &name).await.unwrap();
        assert!(
            matches!(&events[0].event, Event::Accepted { intake, .. } if intake.late.as_ref() == Some(late))
        );
        assert_eq!(events[0].at, morning().plus(HOUR));
        assert!(bench.everything().await.contains("case.accept_late"));
    })
    .await;
}

#[tokio::test]
async fn a_form_is_used_once_by_its_own_centre_with_a_time_that_can_be() {
    each_house(|bench| async move {
        let early = morning().plus(-MINUTE);
        let forms = draw(&bench, "rudong.dispatcher", "rudong", 3).await;
        bench.later(HOUR);
        let taken = morning().plus(20 * MINUTE);
        let first = paper(&forms[0], taken);
        let entered = enter(&bench, "rudong.dispatcher", &first).await.unwrap();
        assert!(!entered.repeated);

        // The very same again is the same case; anything else on that number is refused with it.
        let again = enter(&bench, "rudong.dispatcher", &first).await.unwrap();
        assert_eq!((again.repeated, &again.number), (true, &entered.number));
        let mut other = first.clone();
        other["text"] = "另一件事。".into();
        let refusal = enter(&bench, "rudong.dispatcher", &other).await.err().unwrap();
        assert_eq!((refusal.code.as_str(), refusal.facts.get("case")), ("form.used", Some(&entered.number)));
        assert!(refusal.zh.contains(&entered.number) && refusal.en.contains(&forms[0]));
        let mut later = first.clone();
        later["received_at"] = json!(taken.plus(MINUTE));
        assert_eq!(code(enter(&bench, "rudong.dispatcher", &later).await), "form.used");

        let refused = async |paper: Json, login: &'static str| code(enter(&bench, login, &paper).await);
        assert_eq!(refused(paper(&forms[1], early), "rudong.dispatcher").await, "form.before");
        let tomorrow = morning().plus(25 * HOUR);
        assert_eq!(refused(paper(&forms[1], tomorrow), "rudong.dispatcher").await, "accept.future");
        assert_eq!(refused(paper(&forms[1], taken), "haimen.dispatcher").await, "form.elsewhere");
        assert_eq!(refused(paper(&forms[1], taken), "city.dispatcher").await, "form.elsewhere");
        assert_eq!(refused(paper(&forms[1], taken), "rudong.reviewer").await, "case.seat");
        let mut never: FormNumber = forms[2].parse().unwrap();
        never.serial += 1;
        assert_eq!(refused(paper(&never.to_string(), taken), "rudong.dispatcher").await, "form.unknown");
        never.day = "2021-05-17".parse().unwrap();
        assert_eq!(refused(paper(&never.to_string(), taken), "rudong.dispatcher").await, "form.unknown");
        let wrong = forms[1].replace("0002", "0003");
        assert_eq!(refused(paper(&wrong, taken), "rudong.dispatcher").await, "form.number");
        let mut kind = paper(&forms[1], taken);
        kind["kind"] = "骂人".into();
        assert_eq!(refused(kind, "rudong.dispatcher").await, "form.kind");
        let mut nowhere = paper(&forms[1], taken);
        nowhere["area"] = "月球".into();
        assert_eq!(refused(nowhere, "rudong.dispatcher").await, "area.unknown");

        // None of them used the second form up.
        assert!(!enter(&bench, "rudong.dispatcher", &paper(&forms[1], taken)).await.unwrap().repeated);
    })
    .await;
}

#[tokio::test]
async fn two_hands_on_one_form_make_one_case() {
    each_house(|bench| async move {
        let forms = draw(&bench, "city.system", "nantong", 1).await;
        bench.later(HOUR);
        let one = paper(&forms[0], morning().plus(MINUTE));
        let mut two = one.clone();
        two["text"] = "同一张单，第二个人录入。".into();
        let (a, b) =
            tokio::join!(enter(&bench, "city.calltaker1", &one), enter(&bench, "city.calltaker2", &two));
        let codes: Vec<_> = [a, b].into_iter().filter_map(Result::err).map(|r| r.code).collect();
        assert_eq!(codes, ["form.used"]);
    })
    .await;
}

#[tokio::test]
async fn numbers_are_allotted_once_and_written_down() {
    each_house(|bench| async move {
        let (a, b) = tokio::join!(
            draw(&bench, "rudong.dispatcher", "rudong", 50),
            draw(&bench, "city.system", "rudong.centre", 50)
        );
        let mut all: Vec<_> = a.iter().chain(&b).cloned().collect();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 100);
        assert!(
            all[0].starts_with("纸-rudong-20210518-0001-") && all[99].starts_with("纸-rudong-20210518-0100-")
        );
        let draws =
            async |login, centre, count| code(allot(&bench.house, &bench.viewer(login), centre, count).await);
        assert_eq!(draws("rudong.dispatcher", "haimen", 1).await, "forms.right");
        assert_eq!(draws("rudong.leader", "rudong", 1).await, "forms.right");
        assert_eq!(draws("rudong.dispatcher", "nowhere", 1).await, "offline.centre");
        for count in [0, MOST + 1] {
            assert_eq!(draws("rudong.dispatcher", "rudong", count).await, "forms.count");
        }
        bench.later(24 * HOUR);
        assert!(
            draw(&bench, "rudong.dispatcher", "rudong", 1).await[0].starts_with("纸-rudong-20210519-0001-")
        );
        let dump = bench.everything().await;
        assert!(dump.contains("offline.forms") && dump.contains(&format!("{}..", all[0])));
    })
    .await;
}

#[tokio::test]
async fn a_sheet_shows_each_number_once() {
    each_house(|bench| async move {
        let batch = allot(&bench.house, &bench.viewer("city.system"), "rudong", 3).await.unwrap();
        let html = sheet(&batch);
        for number in &batch.numbers {
            assert_eq!(html.matches(number.as_str()).count(), 1, "{number}");
        }
        assert_eq!(html.matches("如东县指挥中心 纸质受理单").count(), 3);
        assert!(!html.contains("{number}") && !html.contains("{centre}"));
    })
    .await;
}
