//! The clocks of the duty room (值班时限), as data: a house may load its own.

use serde::{Deserialize, Serialize};
use yipan_base::refusal::Refusal;

/// Terms in minutes of the wall clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Terms {
    /// Counted up with each change.
    pub version: i64,
    /// A shift that nobody took over so long after its beginning raises an alarm (缺岗).
    pub absence_minutes: i64,
    /// The first report of losses, from the moment they are asked for (初报; older rule: 2 h).
    pub losses_first_minutes: i64,
    /// From one report of losses to the next, zero reports included (零报告: 24 h).
    pub losses_cycle_minutes: i64,
    /// A figure that grows by more than this factor between two reports must be explained.
    pub losses_jump_factor: i64,
    /// Urgent information by telephone, from the moment of knowing (20 min).
    pub urgent_telephone_minutes: i64,
    /// Urgent information in writing, from the moment of knowing (40 min).
    pub urgent_written_minutes: i64,
    /// From one follow-up of urgent information to the next.
    pub urgent_follow_up_minutes: i64,
    /// Signed opinions of a joint judgement, from the question.
    pub judgement_minutes: i64,
    /// A brief that was sent must be receipted.
    pub receipt_minutes: i64,
    /// The answer to an instruction whose author set no other term.
    pub instruction_minutes: i64,
    /// The category of the cases that instructions become; where the city does not know it, its first.
    pub instruction_category: String,
}

impl Terms {
    /// The terms that come with the product.
    #[must_use]
    pub fn shipped() -> Self {
        Self {
            version: 1,
            absence_minutes: 15,
            losses_first_minutes: 2 * 60,
            losses_cycle_minutes: 24 * 60,
            losses_jump_factor: 5,
            urgent_telephone_minutes: 20,
            urgent_written_minutes: 40,
            urgent_follow_up_minutes: 4 * 60,
            judgement_minutes: 60,
            receipt_minutes: 30,
            instruction_minutes: 3 * 24 * 60,
            instruction_category: "governance".to_owned(),
        }
    }

    /// Refuses terms that no duty room could keep.
    ///
    /// # Errors
    /// Names the field.
    pub fn check(&self) -> Result<(), Refusal> {
        let fields = [
            ("absence_minutes", self.absence_minutes),
            ("losses_first_minutes", self.losses_first_minutes),
            ("losses_cycle_minutes", self.losses_cycle_minutes),
            ("urgent_telephone_minutes", self.urgent_telephone_minutes),
            ("urgent_written_minutes", self.urgent_written_minutes),
            ("urgent_follow_up_minutes", self.urgent_follow_up_minutes),
            ("judgement_minutes", self.judgement_minutes),
            ("receipt_minutes", self.receipt_minutes),
            ("instruction_minutes", self.instruction_minutes),
        ];
        let most = 366 * 24 * 60;
        if let Some((field, minutes)) = fields.into_iter().find(|(_, m)| !(1..=most).contains(m)) {
            return Err(Refusal::invalid(
                "terms.range",
                format!("{field} 为 {minutes} 分钟，须在 1 至 {most} 之间"),
                format!("{field} is {minutes} minutes; it must be from 1 to {most}"),
            )
            .at(format!("/{field}")));
        }
        if self.losses_jump_factor < 2 {
            return Err(Refusal::invalid(
                "terms.range",
                "losses_jump_factor 至少为 2",
                "losses_jump_factor must be at least 2",
            )
            .at("/losses_jump_factor"));
        }
        Ok(())
    }
}
