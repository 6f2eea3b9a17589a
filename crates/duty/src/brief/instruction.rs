//! 批示: a leader's instruction on a brief, from its words to the answer that the leader takes.
//!
//! ```text
//! instructed ─▶ waiting for its case ─▶ in hand ─▶ answered ─▶ accepted
//!                                          ▲           └─▶ refused ─┐ (same case again, or a further one)
//!                                          └────────────────────────┘
//! ```

use serde::{Deserialize, Serialize};
use yipan_base::id::{CaseId, StaffId, UnitId};
use yipan_base::time::Timestamp;

use super::event::Event;
use super::state::{Brief, Signature};
use crate::dossier::{Recorded, TextRef};

/// An instruction (批示).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = BriefInstruction))]
pub struct Instruction {
    /// Counted within the brief, from 1.
    pub no: u32,
    pub stage: InstructionStage,
    pub text: TextRef,
    pub at: Timestamp,
    /// The leader, and where the leader worked.
    pub staff: StaffId,
    pub unit: Option<UnitId>,
    /// Who must answer.
    pub to: UnitId,
    pub due: Timestamp,
    /// The alarm for this due time has gone out.
    pub overdue: bool,
    /// The case in which it is handled last; more than one only after a refusal.
    pub cases: Vec<InstructionCase>,
    /// What came back, the oldest first.
    pub answers: Vec<InstructionAnswer>,
}

/// Where an instruction stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum InstructionStage {
    /// 待立单
    Waiting,
    /// 办理中
    InHand,
    /// 已答复
    Answered,
    /// 答复被退回
    Refused,
    /// 已办结
    Accepted,
}

/// The case of an instruction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct InstructionCase {
    pub case: CaseId,
    pub number: String,
    pub at: Timestamp,
}

/// An answer to an instruction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct InstructionAnswer {
    pub case: CaseId,
    pub text: Option<TextRef>,
    pub at: Timestamp,
    /// It came after the due time.
    pub late: bool,
    pub verdict: Option<AnswerVerdict>,
}

/// The leader's word on an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct AnswerVerdict {
    pub accepted: bool,
    pub text: Option<TextRef>,
    pub by: Signature,
}

impl Instruction {
    /// Nothing more is to come.
    #[must_use]
    pub fn settled(&self) -> bool {
        self.stage == InstructionStage::Accepted
    }

    /// An answer is owed.
    #[must_use]
    pub const fn open(&self) -> bool {
        matches!(self.stage, InstructionStage::Waiting | InstructionStage::InHand | InstructionStage::Refused)
    }

    /// The case in which it is handled now.
    #[must_use]
    pub fn case(&self) -> Option<&CaseId> {
        self.cases.last().map(|opened| &opened.case)
    }

    fn judge(&mut self, accepted: bool, text: Option<TextRef>, by: Signature) {
        self.stage = if accepted { InstructionStage::Accepted } else { InstructionStage::Refused };
        if let Some(answer) = self.answers.last_mut() {
            answer.verdict = Some(AnswerVerdict { accepted, text, by });
        }
    }
}

impl Brief {
    /// The instruction of that number.
    #[must_use]
    pub fn instruction(&self, no: u32) -> Option<&Instruction> {
        self.instructions.iter().find(|instruction| instruction.no == no)
    }

    fn change(&mut self, no: u32, change: impl FnOnce(&mut Instruction)) {
        if let Some(instruction) = self.instructions.iter_mut().find(|instruction| instruction.no == no) {
            change(instruction);
        }
    }

    pub(super) fn take_instruction(&mut self, recorded: &Recorded<Event>) {
        let at = recorded.at;
        let by = Signature { at, staff: recorded.staff.clone() };
        match recorded.event.clone() {
            Event::Instructed { instruction: no, text, to, due } => self.instructions.push(Instruction {
                no,
                stage: InstructionStage::Waiting,
                text,
                at,
                staff: by.staff,
                unit: recorded.unit.clone(),
                to,
                due,
                overdue: false,
                cases: Vec::new(),
                answers: Vec::new(),
            }),
            Event::CaseOpened { instruction, case, number } => self.change(instruction, |it| {
                it.stage = InstructionStage::InHand;
                it.cases.push(InstructionCase { case, number, at });
            }),
            Event::Answered { instruction, case, text } => self.change(instruction, |it| {
                it.stage = InstructionStage::Answered;
                let late = at > it.due;
                it.answers.push(InstructionAnswer { case, text, at, late, verdict: None });
            }),
            Event::AnswerAccepted { instruction, text } => {
                self.change(instruction, |it| it.judge(true, text, by));
            }
            Event::AnswerRefused { instruction, text, due } => self.change(instruction, |it| {
                it.judge(false, Some(text), by);
                it.due = due;
                it.overdue = false;
            }),
            Event::InstructionOverdue { instruction } => self.change(instruction, |it| it.overdue = true),
            _ => {}
        }
    }
}
