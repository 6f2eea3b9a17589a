//! What people, and the house itself, may ask of a brief.

use serde::{Deserialize, Serialize};
use yipan_base::id::{CaseId, StaffId, UnitId};
use yipan_base::time::Timestamp;

/// A command on a brief.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = BriefCommand))]
#[serde(tag = "command", rename_all = "snake_case", deny_unknown_fields)]
pub enum Command {
    /// 拟稿
    Draft {
        kind: BriefKind,
        /// As it will be printed, such as `2021年第3期`.
        number: Option<String>,
        title: String,
        /// The centre that issues it; the actor's own if left out. The house must name it.
        centre: Option<UnitId>,
        /// The period that it covers.
        from: Timestamp,
        to: Timestamp,
        /// The document, as JSON.
        body: String,
        /// Up to when its figures count.
        cut_off: Timestamp,
        /// The incident that it is about.
        incident: Option<String>,
        /// How many figures stand in it.
        figures: u32,
        recipients: Recipients,
    },
    /// 修改: as long as nobody has signed. One that was submitted must be submitted again.
    Revise {
        body: String,
        /// With a new cut-off, and other figures, if these changed.
        cut_off: Option<Timestamp>,
        figures: Option<u32>,
        recipients: Option<Recipients>,
        reason: Option<String>,
    },
    /// 送签
    Submit {},
    /// 签发: by somebody other than whoever had the last hand in the text.
    Sign {},
    /// 退改
    ReturnDraft { reason: String },
    /// 报送
    Send {},
    /// 签收: by the people of a recipient.
    Receipt {},
    /// 阅: a leader has read it; of a recipient this is a receipt too.
    Read {},
    /// 批示: a leader's instruction, which becomes a supervised case.
    Instruct {
        text: String,
        to: UnitId,
        /// When it must be answered; the house's terms if left out.
        due: Option<Timestamp>,
    },
    /// The house has opened the case of an instruction. Never given by a person.
    CaseOpened { instruction: u32, case: CaseId, number: String },
    /// The house has seen the case handled. Never given by a person.
    Answered { instruction: u32, case: CaseId, text: Option<String> },
    /// The leader takes the answer.
    AcceptAnswer { instruction: u32, text: Option<String> },
    /// The leader does not; the unit has until the new due time.
    RefuseAnswer {
        instruction: u32,
        text: String,
        /// The house's terms if left out.
        due: Option<Timestamp>,
    },
    /// 撤回: before it is sent.
    Withdraw { reason: Option<String> },
}

/// Which brief it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = DutyBriefKind))]
#[serde(rename_all = "snake_case")]
pub enum BriefKind {
    /// 日报
    Daily,
    /// 周报
    Weekly,
    /// 专报
    Special,
}

/// To whom it goes: 1 to 200 units and leaders.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = BriefRecipients))]
#[serde(deny_unknown_fields)]
pub struct Recipients {
    #[serde(default)]
    pub units: Vec<UnitId>,
    #[serde(default)]
    pub leaders: Vec<StaffId>,
}
