//! What people call things, in both languages of the page.

use serde::Serialize;
use yipan_casework::case::{TermKind, Word};

/// Chinese and English.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Words(pub &'static str, pub &'static str);

impl Words {
    pub fn of(word: impl Word) -> Self {
        Self(word.zh(), word.en())
    }
}

/// The centre's own terms.
pub const fn term(kind: TermKind) -> Words {
    match kind {
        TermKind::Dispatch => Words("派单", "dispatch"),
        TermKind::RuleReturn => Words("退单裁定", "ruling a return"),
        TermKind::RuleExtension => Words("延期审批", "ruling an extension"),
        TermKind::Review => Words("审核", "review"),
        TermKind::Verify => Words("核查", "verification"),
        TermKind::CallBack => Words("回访", "call-back"),
    }
}

/// What happened, by the event's name; `None` for the house's own bookkeeping.
pub fn event(name: &str) -> Option<Words> {
    Some(match name {
        "accepted" => Words("受理", "accepted"),
        "answered_directly" => Words("直接答复", "answered directly"),
        "dispatched" => Words("派单", "dispatched"),
        "copied" => Words("抄送", "copied"),
        "signed" => Words("签收", "signed for"),
        "contacted" => Words("联系诉求人", "appellant called"),
        "milestone_reached" => Words("完成节点", "milestone reached"),
        "reply_drafted" => Words("填写答复", "reply drafted"),
        "step_passed" => Words("单位内部通过", "passed inside the unit"),
        "step_sent_back" => Words("单位内部退回", "sent back inside the unit"),
        "replied" => Words("提交答复", "replied"),
        "assistant_excused" => Words("免除协办答复", "assistant excused"),
        "review_started" => Words("开始审核", "review began"),
        "reply_accepted" => Words("答复审核通过", "reply accepted"),
        "reply_rejected" => Words("答复审核退回", "reply rejected"),
        "return_requested" => Words("申请退单", "return requested"),
        "return_ruled" => Words("退单裁定", "return ruled"),
        "extension_requested" => Words("申请延期", "extension requested"),
        "extension_ruled" => Words("延期审批", "extension ruled"),
        "suspended" => Words("中止", "suspended"),
        "resumed" => Words("恢复办理", "resumed"),
        "deferred" => Words("挂账", "deferred"),
        "undeferred" => Words("取消挂账", "deferral ended"),
        "reminded" => Words("催办", "reminded"),
        "sheet_issued" => Words("发出督办单", "supervision sheet issued"),
        "sheet_answered" => Words("督办单已反馈", "supervision sheet answered"),
        "sheet_lifted" => Words("督办单已解除", "supervision sheet lifted"),
        "corrected" => Words("更正", "corrected"),
        "centre_changed" => Words("转由其他中心受理", "taken over by another centre"),
        "verified" => Words("现场核查", "verified on site"),
        "call_back_tried" => Words("回访未接通", "call-back not answered"),
        "called_back" => Words("回访", "called back"),
        "redo_ordered" => Words("重办", "to be redone"),
        "closed" => Words("结案", "closed"),
        "reopened" => Words("重新打开", "reopened"),
        "merged" => Words("并入其他工单", "merged into another case"),
        "unmerged" => Words("取消并单", "unmerged"),
        "member_adopted" => Words("并入一件工单", "another case merged into this one"),
        "consent_recorded" => Words("外部平台意见", "the outer platform's consent"),
        "outer_updated" => Words("外部时限更新", "deadline from outside changed"),
        "referred_away" => Words("移送", "referred away"),
        "repeat_judged" => Words("重复认定", "judged a repeat"),
        "repeat_contested" => Words("对重复认定提出异议", "verdict contested"),
        "repeat_confirmed" => Words("异议裁定", "verdict confirmed"),
        "noted" => Words("备注", "note"),
        _ => return None,
    })
}
