//! Reports of wrongdoing: who handles one sees its extract and nothing else; the accused see nothing.

use serde_json::json;
use yipan_platform::CaseName;

use crate::support::{complaint, each_house, report};

#[tokio::test]
async fn a_handler_reads_the_extract_and_an_officer_the_whole() {
    each_house(|bench| async move {
        let mut appeal = report();
        appeal["place"] = json!({"longitude":121.18,"latitude":32.32,"address":"掘港街道友谊路八十八号"});
        let number = bench.accept("city.calltaker1", appeal).await.expect("accepted").number;
        let name = CaseName(number.clone());
        let dispatch = json!({"command":"dispatch","main":"rudong.market","basis":{"basis":"judgement"}});
        for login in ["city.calltaker1", "city.dispatcher", "city.leader", "rudong.dispatcher"] {
            let refusal = bench.give(login, &number, dispatch.clone()).await.expect_err(login);
            assert_eq!(refusal.code, "case.unknown", "{login}");
        }
        let extract = json!({"command":"set_extract","extract":"有人反映收受礼品，请核实。"});
        bench.walk(&number, &[("city.secrecy", extract), ("city.secrecy", dispatch)]).await;

        let officer = bench.house.case_detail(&bench.viewer("city.secrecy"), &name).await.expect("whole");
        let read = |detail: &yipan_platform::cases::CaseDetail| -> Vec<String> {
            detail.texts.iter().filter_map(|t| t.text.clone()).collect()
        };
        assert!(read(&officer).contains(&"举报工作人员收受礼品。".to_owned()));
        assert!(officer.person.is_some() && officer.case.place.point.is_some());

        let handler = bench.viewer("rudong.market.handler");
        let detail = bench.house.case_detail(&handler, &name).await.expect("the extract");
        assert_eq!(read(&detail), ["有人反映收受礼品，请核实。"]);
        assert_eq!(detail.person, None, "not even masked");
        let told = serde_json::to_string(&detail).expect("JSON");
        let events = serde_json::to_string(&bench.house.case_events(&handler, &name).await.expect("events")).expect("JSON");
        let line = bench.house.case_list(&handler, None, None, 10).await.expect("a list");
        let line = serde_json::to_string(&line).expect("JSON");
        for secret in ["121.18", "juegang", "\"person\":\"", "友谊路"] {
            assert!(![&told, &events, &line].iter().any(|text| text.contains(secret)), "{secret} in {told} {events} {line}");
        }

        // What the unit itself wrote, its own people read.
        let sign = json!({"command":"sign","holding":1});
        let reply = json!({"command":"draft_reply","holding":1,"text":"经核实，不存在收礼。","truth":false,"solved":"yes"});
        bench.walk(&number, &[("rudong.market.handler", sign), ("rudong.market.handler", reply)]).await;
        let signer = bench.house.case_detail(&bench.viewer("rudong.market.signer"), &name).await.expect("the draft");
        assert!(read(&signer).contains(&"经核实，不存在收礼。".to_owned()));
    })
    .await;
}

#[tokio::test]
async fn the_accused_neither_see_nor_touch_it() {
    each_house(|bench| async move {
        let officer = bench.viewer("city.secrecy");
        // An accused member of staff of the unit that holds it.
        let accused = bench.viewer("rudong.market.handler");
        let mut appeal = report();
        appeal["accused_staff"] = json!([accused.actor.staff]);
        let number = bench.accept("city.calltaker1", appeal).await.expect("accepted").number;
        let name = CaseName(number.clone());
        let dispatch = json!({"command":"dispatch","main":"rudong.market","basis":{"basis":"judgement"}});
        let extract = json!({"command":"set_extract","extract":"有人反映问题"});
        bench.walk(&number, &[("city.secrecy", extract), ("city.secrecy", dispatch)]).await;
        let house = &bench.house;
        assert_eq!(house.case(&accused, &name).await.expect_err("accused").code, "case.unknown");
        assert_eq!(house.case_detail(&accused, &name).await.expect_err("accused").code, "case.unknown");
        assert_eq!(house.case_events(&accused, &name).await.expect_err("accused").code, "case.unknown");
        assert_eq!(house.case_why(&accused, &name).await.expect_err("accused").code, "case.unknown");
        let sign = bench.give("rudong.market.handler", &number, json!({"command":"sign","holding":1})).await;
        assert_eq!(sign.expect_err("accused").code, "case.unknown");
        assert!(house.case_list(&accused, None, None, 100).await.expect("a list").is_empty());
        assert!(house.case(&bench.viewer("rudong.market.signer"), &name).await.is_ok());

        // The only officer there is cannot be given a report about herself.
        let mut appeal = report();
        appeal["accused_staff"] = json!([officer.actor.staff]);
        let refusal = bench.accept("city.calltaker1", appeal).await.expect_err("nobody could work on it");
        assert_eq!(refusal.code, "accept.no_secrecy_officer");
    })
    .await;
}

#[tokio::test]
async fn an_anonymous_voice_stays_so_for_everyone_but_the_officer() {
    each_house(|bench| async move {
        let mut appeal = crate::support::complaint();
        appeal["anonymous"] = json!(true);
        let number = bench.accept("city.calltaker1", appeal).await.expect("accepted").number;
        let name = CaseName(number);
        let person =
            async |login| bench.house.case_detail(&bench.viewer(login), &name).await.expect("a case").person;
        assert_eq!(person("city.dispatcher").await, None);
        let seen = person("city.secrecy").await.expect("masked");
        assert_eq!(seen.phone.as_deref(), Some("138****1111"));
        assert_eq!(seen.name.as_deref(), Some("王**"));
    })
    .await;
}

#[tokio::test]
async fn an_open_complaint_about_a_person_is_not_in_that_persons_lists() {
    each_house(|bench| async move {
        let accused = bench.viewer("city.dispatcher");
        let mut about = complaint();
        about["accused_staff"] = json!([accused.actor.staff]);
        let about = bench.accept("city.calltaker1", about).await.expect("accepted").number;
        let other = bench.accept("city.calltaker1", complaint()).await.expect("accepted").number;
        let list = bench.house.case_list(&accused, None, None, 10).await.expect("a list");
        assert_eq!(list.iter().map(|line| &line.number).collect::<Vec<_>>(), [&other]);
        let list = bench.house.case_list(&bench.viewer("city.leader"), None, None, 10).await.expect("a list");
        assert!(list.iter().any(|line| line.number == about && !line.secret));
    })
    .await;
}
