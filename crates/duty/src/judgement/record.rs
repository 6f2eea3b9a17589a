//! What pages read of joint judgements: opinions side by side, and each department's record.

use std::collections::BTreeMap;

use serde::Serialize;
use yipan_base::id::UnitId;

use super::command::Verdict;
use super::event::Answer;
use super::state::{Judgement, Opinion, Stage};

/// One department's opinion, beside the decision and what was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = JudgementSide))]
pub struct Side {
    pub department: UnitId,
    pub timing: Timing,
    /// The one that stands.
    pub opinion: Option<Opinion>,
    /// Those that it took the place of, the oldest first.
    pub superseded: Vec<Opinion>,
    /// `None` as long as one of the two is missing.
    pub agrees_with_decision: Option<bool>,
    /// `None` as long as one of the two is missing, and for an opinion that only asked for a visit.
    pub agrees_with_found: Option<bool>,
}

/// Whether a department spoke in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = JudgementTiming))]
#[serde(rename_all = "snake_case")]
pub enum Timing {
    /// Its first opinion came by the due time.
    InTime,
    /// Its first opinion came after it.
    Late,
    /// The clock ran out and it had said nothing, nor did it afterwards.
    Silent,
    /// It has said nothing, and its clock did not run out: it may still speak, or the lead did not wait.
    NotDue,
}

/// The opinions of a judgement, in the order of the departments' ids.
#[must_use]
pub fn side_by_side(judgement: &Judgement) -> Vec<Side> {
    judgement.opinions.iter().map(|(department, opinions)| side(judgement, department, opinions)).collect()
}

fn side(judgement: &Judgement, department: &UnitId, opinions: &[Opinion]) -> Side {
    let ran_out = judgement.expired || judgement.decision.as_ref().is_some_and(|it| it.at >= judgement.due);
    let timing = match opinions.first() {
        Some(first) if first.at <= judgement.due => Timing::InTime,
        Some(_) => Timing::Late,
        None if ran_out => Timing::Silent,
        None => Timing::NotDue,
    };
    let standing = opinions.last();
    let agrees = |with: Option<&Answer>| standing.zip(with).map(|(opinion, with)| &opinion.answer == with);
    let claims = standing.is_some_and(|opinion| opinion.answer.verdict != Verdict::NeedsVisit);
    Side {
        department: department.clone(),
        timing,
        opinion: standing.cloned(),
        superseded: opinions.split_last().map(|(_, before)| before.to_vec()).unwrap_or_default(),
        agrees_with_decision: agrees(judgement.decision.as_ref().map(|it| &it.answer)),
        agrees_with_found: agrees(judgement.found.as_ref().map(|it| &it.answer)).filter(|_| claims),
    }
}

/// How a department has judged. Withdrawn judgements do not count.
///
/// `asked` is always `in_time + late + silent + not_due`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct DepartmentRecord {
    pub asked: u32,
    pub in_time: u32,
    pub late: u32,
    pub silent: u32,
    /// Said nothing, and the clock had not run out.
    pub not_due: u32,
    /// Judgements that were decided and in which it had an opinion …
    pub decided: u32,
    /// … and of these, in which the decision was the same.
    pub agreed_with_decision: u32,
    /// Judgements whose truth was found on site and in which it had claimed something. An opinion that
    /// only asked for the visit claimed nothing.
    pub found: u32,
    /// Of these, in which the truth was as it had claimed.
    pub agreed_with_found: u32,
}

/// The records of all departments that were asked.
#[must_use]
pub fn records(judgements: &[Judgement]) -> BTreeMap<UnitId, DepartmentRecord> {
    let mut records: BTreeMap<UnitId, DepartmentRecord> = BTreeMap::new();
    let counted = judgements.iter().filter(|judgement| judgement.stage != Stage::Withdrawn);
    for side in counted.flat_map(side_by_side) {
        let record = records.entry(side.department).or_default();
        record.asked += 1;
        *match side.timing {
            Timing::InTime => &mut record.in_time,
            Timing::Late => &mut record.late,
            Timing::Silent => &mut record.silent,
            Timing::NotDue => &mut record.not_due,
        } += 1;
        record.decided += u32::from(side.agrees_with_decision.is_some());
        record.agreed_with_decision += u32::from(side.agrees_with_decision == Some(true));
        record.found += u32::from(side.agrees_with_found.is_some());
        record.agreed_with_found += u32::from(side.agrees_with_found == Some(true));
    }
    records
}
