//! No personal data and no free text anywhere in clear: the whole database is dumped and searched.

use serde_json::json;

use crate::support::{complaint, each_house, report, whole_way};

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
