//! No personal data and no free text anywhere in clear: the whole database is dumped and searched.

use serde_json::json;
use yipan_base::id::CaseId;
use yipan_platform::{CaseName, House, Purpose};
use yipan_store::audit_verify;

use crate::support::{Bench, complaint, each_house, each_raw_house, morning, report, whole_way};

#[tokio::test]
async fn nothing_that_a_person_said_stands_in_clear_anywhere() {
    each_house(|bench| async move {
        let secrets = [
            "王小明", "赵举报", "13800001111", "13900002222", "32062319900101", "友谊路八十八号", "夜间施工噪声",
            "影响休息", "收受礼品", "已现场检查", "不是本单位的事", "old-card-7788", "通情达理",
        ];
        let mut appeal = complaint();
        appeal["person"]["identity"] = json!("32062319900101001X");
        appeal["person"]["reference"] = json!("old-card-7788");
        let number = match bench.accept("city.calltaker1", appeal.clone()).await {
            Ok(outcome) => outcome.number,
            Err(refusal) => panic!("{refusal}"),
        };
        bench.walk(&number, &whole_way()).await;
        let note = json!({"command":"note","text":"王小明（13800001111）通情达理"});
        let key = Some("retry-1");
        bench.give_keyed("city.calltaker1", &number, note, key).await.expect("noted");
        let number = bench.accept("city.calltaker1", complaint()).await.expect("accepted").number;
        bench.walk(&number, &whole_way()[..1]).await;
        let ask = json!({"command":"request_return","holding":1,"reason":"not_our_duty","basis":"不是本单位的事","proposed":"rudong.market"});
        bench.walk(&number, &[("rudong.urban_management.handler", ask)]).await;
        bench.accept("city.calltaker1", report()).await.expect("accepted");
        bench.house.log_in("王小明13800001111", "不对的密码很长很长", "10.1.2.3").await.expect_err("nobody");

        let dump = bench.everything().await;
        for secret in secrets {
            assert!(!dump.contains(secret), "{secret} stands in the database");
            // Nor behind the usual disguises.
            let escaped: String = secret.chars().map(|c| format!("\\u{:04x}", u32::from(c))).collect();
            assert!(!dump.contains(&escaped), "{secret} stands in the database, escaped");
        }
        assert!(!dump.contains("10.1.2.3"), "a source address stands in the database");
        // The texts are there all the same.
        let viewer = bench.viewer("city.dispatcher");
        let detail = bench.house.case_detail(&viewer, &yipan_platform::CaseName(number)).await.expect("a case");
        assert!(detail.texts.iter().any(|t| t.text.as_deref().is_some_and(|t| t.contains("影响休息"))));
        assert_eq!(detail.person.expect("masked").phone.as_deref(), Some("138****1111"));
    })
    .await;
}

/// What the audit log says of an action.
async fn audited(house: &House, action: &str) -> Vec<String> {
    let sql = "SELECT actor, subject FROM audit WHERE action = $1 ORDER BY seq";
    let rows = house.store().house(sql, &[action.into()]).await.expect("read");
    rows.iter()
        .map(|r| format!("{} {}", r.text("actor").expect("text"), r.text("subject").expect("text")))
        .collect()
}

#[tokio::test]
async fn a_person_is_revealed_to_who_works_on_the_case_and_it_is_noted() {
    each_house(|bench| async move {
        let house = &bench.house;
        let number = bench.accept("city.calltaker1", complaint()).await.expect("accepted").number;
        let name = CaseName(number.clone());
        bench.walk(&number, &whole_way()[..1]).await;
        let handler = bench.viewer("rudong.urban_management.handler");
        let person = house.reveal(&handler, &name, Purpose::Contact).await.expect("revealed");
        let said = (person.person.name.as_deref(), person.person.phone.as_deref());
        assert_eq!((said, person.texts.len()), ((Some("王小明"), Some("13800001111")), 0));
        assert_eq!(
            audited(house, "person.reveal").await,
            [format!("rudong.urban_management.handler {number}:contact")]
        );
        // The line above and the county watch; they do not work on it.
        for login in ["city.urban_management.handler", "rudong.dispatcher"] {
            let refusal = house.reveal(&bench.viewer(login), &name, Purpose::Contact).await.expect_err(login);
            assert_eq!(refusal.code, "person.not_yours", "{login}");
        }
        let refusal = house.reveal(&bench.viewer("qidong.dispatcher"), &name, Purpose::Contact).await;
        assert_eq!(refusal.expect_err("another county").code, "case.unknown");
        let mut anonymous = complaint();
        anonymous["anonymous"] = json!(true);
        let name = CaseName(bench.accept("city.calltaker1", anonymous).await.expect("accepted").number);
        let refusal = house.reveal(&bench.viewer("city.callback1"), &name, Purpose::CallBack).await;
        assert_eq!(refusal.expect_err("anonymous").code, "person.not_yours");
        house.reveal(&bench.viewer("city.secrecy"), &name, Purpose::Emergency).await.expect("the officer");
        assert_eq!(audited(house, "person.reveal").await.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn a_phone_finds_its_cases_in_scope_and_never_a_protected_voice() {
    each_house(|bench| async move {
        let mut plain = complaint();
        plain["person"]["phone"] = json!("+86 139-0000-2222");
        let plain = bench.accept("city.calltaker1", plain).await.expect("accepted").number;
        let secret = bench.accept("city.calltaker1", report()).await.expect("accepted").number;
        let extract = json!({"command":"set_extract","extract":"有人反映问题"});
        let dispatch = json!({"command":"dispatch","main":"rudong.market","basis":{"basis":"judgement"}});
        bench.walk(&secret, &[("city.secrecy", extract), ("city.secrecy", dispatch)]).await;
        let mut anonymous = complaint();
        anonymous["person"]["phone"] = json!("13900002222");
        anonymous["anonymous"] = json!(true);
        let anonymous = bench.accept("city.calltaker1", anonymous).await.expect("accepted").number;
        let found = async |login: &str| -> Vec<String> {
            let lines =
                bench.house.cases_of_phone(&bench.viewer(login), "１３９ 0000 2222").await.expect("found");
            lines.into_iter().map(|line| line.number).collect()
        };
        assert_eq!(found("city.calltaker1").await, std::slice::from_ref(&plain));
        let mut all = found("city.secrecy").await;
        all.sort();
        assert_eq!(all, [plain, secret, anonymous]);
        // The unit that holds the report cannot try who spoke.
        assert!(found("rudong.market.handler").await.is_empty());
        assert!(found("qidong.dispatcher").await.is_empty());
        let refusal = bench.house.cases_of_phone(&bench.viewer("city.calltaker1"), "not a phone").await;
        assert_eq!(refusal.expect_err("no phone").code, "identity.phone");
        let noted = audited(&bench.house, "person.search").await;
        assert!(noted.len() == 4 && noted.iter().all(|n| !n.contains("139")));
    })
    .await;
}

#[tokio::test]
async fn numbers_in_what_was_said_are_masked_until_they_are_revealed() {
    each_house(|bench| async move {
        let house = &bench.house;
        let mut appeal = complaint();
        appeal["text"] = json!("工地夜间施工，负责人电话13912345678，请处理。");
        appeal.as_object_mut().expect("an object").remove("person");
        let name = CaseName(bench.accept("city.calltaker1", appeal).await.expect("accepted").number);
        let viewer = bench.viewer("city.dispatcher");
        let texts = house.case_detail(&viewer, &name).await.expect("a case").texts;
        let said: Vec<_> = texts.iter().filter(|t| t.masked).filter_map(|t| t.text.as_deref()).collect();
        assert_eq!(said, ["工地夜间施工，负责人电话139****5678，请处理。"]);
        let revealed = house.reveal(&viewer, &name, Purpose::Contact).await.expect("revealed");
        assert!(revealed.texts[0].text.as_deref().is_some_and(|said| said.contains("13912345678")));
        assert_eq!((revealed.texts.len(), audited(house, "person.reveal").await.len()), (1, 1));
    })
    .await;
}

#[tokio::test]
async fn what_is_erased_is_gone_and_the_replay_still_passes() {
    each_house(|bench| async move {
        let house = &bench.house;
        let number = bench.accept("city.calltaker1", complaint()).await.expect("accepted").number;
        let kept = bench.accept("city.calltaker1", complaint()).await.expect("accepted").number;
        let (name, steward) = (CaseName(number.clone()), bench.viewer("city.data"));
        let refusal = house.erase(&bench.viewer("city.secrecy"), &name).await.expect_err("no steward");
        assert_eq!(refusal.code, "erase.right");
        assert_eq!(house.erase(&steward, &name).await.expect_err("open").code, "erase.open");
        bench.walk(&number, &whole_way()).await;
        house.erase(&steward, &name).await.expect("erased");
        house.erase(&steward, &name).await.expect("erased already");
        let reopen = json!({ "command": "reopen", "reason": "又坏了" });
        let refusal = bench.give("city.reviewer", &number, reopen).await.expect_err("nothing to work on");
        assert_eq!(refusal.code, "reopen.erased");
        let viewer = bench.viewer("city.dispatcher");
        let detail = house.case_detail(&viewer, &name).await.expect("a case");
        assert!(detail.person.is_none() && !detail.texts.is_empty());
        assert!(detail.texts.iter().all(|t| t.text.is_none()));
        let refusal = house.reveal(&bench.viewer("city.callback1"), &name, Purpose::CallBack).await;
        assert_eq!(refusal.expect_err("gone").code, "person.none");
        let found = house.cases_of_phone(&viewer, "13800001111").await.expect("found");
        assert_eq!(found.into_iter().map(|l| l.number).collect::<Vec<_>>(), [kept]);
        let erased = "SELECT n.id FROM narrative n WHERE n.case_id = $1 AND (n.sealed IS NOT NULL OR n.wrapped IS NOT NULL) AND {visible:n.case_id}";
        let scope = yipan_store::Scope::system("test");
        let id: CaseId = detail.case.id;
        assert!(bench.store.cases(&scope, erased, &[id.as_str().into()]).await.expect("read").is_empty());
        assert_eq!(audited(house, "person.erase").await.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn other_keys_do_not_open_the_house() {
    each_raw_house(|bench| async move {
        bench.accept("city.calltaker1", complaint()).await.expect("accepted");
        let options = yipan_platform::HouseOptions {
            store: bench.store.clone(),
            keys: yipan_platform::keys::Keys::fresh(),
            clock: bench.clock.clone(),
            wall: bench.wall.clone(),
            ids: std::sync::Arc::new(yipan_platform::ambient::SystemIds),
            shelf: None,
        };
        let Err(refusal) = House::open(options).await else { panic!("opened with other keys") };
        assert_eq!(refusal.code, "keys.other");
        Bench::over(bench.store.clone(), bench.keys.clone(), morning()).await;
        assert!(audit_verify(&bench.store).await.expect("read").is_sound());
    })
    .await;
}
