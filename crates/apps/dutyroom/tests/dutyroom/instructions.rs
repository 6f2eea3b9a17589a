//! A leader's instruction becomes a case, and the unit's answer returns to the brief it came from.

use serde_json::json;
use yipan_base::time::{DAY, HOUR};
use yipan_casework::case::Channel;
use yipan_duty::Brief;
use yipan_duty::brief::InstructionStage;
use yipan_platform::CaseName;

use crate::support::{Bench, each_house, evening};

/// A brief that was drafted, signed by another hand and sent to the city's leader.
async fn sent(bench: &Bench) -> String {
    let draft = json!({
        "command": "draft", "kind": "special", "number": null, "title": "四月三十日风雹专报", "centre": null,
        "from": evening().plus(-HOUR), "to": evening(), "body": "{}", "cut_off": evening(), "incident": null, "figures": 4,
        "recipients": { "leaders": ["city.leader"] },
    });
    let kept = bench.begin::<Brief>("city.dispatcher", draft).await.expect("drafted");
    for (login, command) in
        [("city.dispatcher", "submit"), ("city.shiftleader", "sign"), ("city.dispatcher", "send")]
    {
        bench.command::<Brief>(login, &kept.id, json!({ "command": command })).await.expect(command);
    }
    kept.id
}

#[tokio::test]
async fn an_instruction_is_a_case_whose_answer_returns_to_its_brief() {
    each_house(|bench| async move {
        let brief = sent(&bench).await;
        let due = evening().plus(2 * DAY);
        let instruct = json!({"command": "instruct", "text": "请如东县政府今晚核实倒房情况", "to": "rudong.government", "due": due});
        bench.command::<Brief>("city.leader", &brief, instruct).await.expect("instructed");
        bench.chore().await;
        bench.chore().await;
        let state = bench.state::<Brief>("city.leader", &brief).await;
        let instruction = &state.instructions[0];
        assert_eq!((instruction.stage, instruction.cases.len()), (InstructionStage::InHand, 1));
        let number = instruction.cases[0].number.clone();
        let dispatcher = bench.viewer("city.dispatcher");
        let case = bench.house.case(&dispatcher, &CaseName(number.clone())).await.expect("the case");
        let outer = case.outer.as_ref().expect("it belongs to the leader");
        assert_eq!((case.intake.channel, outer.deadline, outer.returnable), (Channel::Superior, Some(due), false));

        bench.walk(&number, &[
            ("city.dispatcher", json!({"command":"dispatch","main":"rudong.government","basis":{"basis":"judgement"}})),
            ("rudong.handler", json!({"command":"sign","holding":1})),
            ("rudong.handler", json!({"command":"draft_reply","holding":1,"text":"已核实，倒房三间，人员已转移。","truth":true,"solved":"yes"})),
            ("rudong.signer", json!({"command":"pass_step","holding":1})),
            ("rudong.signer", json!({"command":"pass_step","holding":1})),
        ]).await;
        bench.chore().await;
        let stage = async || bench.state::<Brief>("city.leader", &brief).await.instructions[0].stage;
        assert_eq!(stage().await, InstructionStage::InHand, "the centre has not reviewed it");
        bench.later(HOUR);
        bench.walk(&number, &[("city.reviewer", json!({"command":"accept_reply","holding":1}))]).await;
        bench.chore().await;
        bench.chore().await;
        let opened = bench.house.dossier::<Brief>(&bench.viewer("city.leader"), &brief).await.expect("seen");
        let answer = &opened.state.instructions[0].answers[..];
        assert_eq!(answer.len(), 1);
        let text = &opened.texts[answer[0].text.as_ref().expect("in words").id.as_str()];
        assert!(text.contains("倒房三间"), "{text}");

        let refuse = json!({"command": "refuse_answer", "instruction": 1, "text": "转移到了哪里？", "due": null});
        bench.command::<Brief>("city.leader", &brief, refuse).await.expect("refused");
        bench.chore().await;
        assert_eq!(stage().await, InstructionStage::Refused, "the old answer does not come back by itself");
    })
    .await;
}

#[tokio::test]
async fn an_instruction_to_a_unit_that_is_gone_names_whom_to_ask_instead() {
    each_house(|bench| async move {
        let brief = sent(&bench).await;
        let gone = json!({"command": "instruct", "text": "请核实", "to": "rudong.grain_bureau", "due": null});
        let refusal = bench.command::<Brief>("city.leader", &brief, gone).await.expect_err("it is gone");
        assert_eq!(refusal.code, "brief.instruction.unit");
        bench.chore().await;
        assert!(bench.state::<Brief>("city.leader", &brief).await.instructions.is_empty());
    })
    .await;
}
