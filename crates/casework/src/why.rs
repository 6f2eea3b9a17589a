//! Why a deadline is what it is: rule, version, days used, pauses, extensions.

use serde::{Deserialize, Serialize};
use yipan_base::calendar::{Explanation, Term};
use yipan_base::refusal::Refusal;
use yipan_base::time::Timestamp;

use crate::case::Case;
use crate::clock::{Clock, Lamp, Pin};
use crate::context::Rulebook;

/// The derivation of one deadline (时限说明).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Derivation {
    /// `sign`, `contact`, `handle`, `milestone:fence`, `term:review`, `sheet:1`.
    pub clock: String,
    pub holding: Option<u32>,
    pub unit: Option<String>,
    /// The rule of the policy that gave the term, with its version.
    pub rule: String,
    pub policy: Pin,
    pub started_at: Timestamp,
    pub term: Term,
    /// More time granted, in the term's unit.
    pub extended: i64,
    /// An earlier deadline from outside that binds instead.
    pub cap: Option<Timestamp>,
    pub yellow: Timestamp,
    pub due: Timestamp,
    /// When the clock stopped; `None` while it runs.
    pub stopped_at: Option<Timestamp>,
    /// The lamp now, or when the clock stopped.
    pub lamp: Lamp,
    /// The reckoning, day by day.
    pub explanation: Explanation,
    /// Whether the reckoning gives the recorded due time; `false` would be a fault of the house.
    pub agrees: bool,
}

/// Every clock of a case, explained.
///
/// # Errors
/// A refusal if a pinned calendar is missing from the rulebook.
pub fn why(case: &Case, rules: &Rulebook, now: Timestamp) -> Result<Vec<Derivation>, Refusal> {
    let mut all = Vec::new();
    if case.historical {
        return Ok(all);
    }
    for holding in &case.holdings {
        let ended = holding.ended_at;
        let mut add = |name: String, clock: &Clock, stopped: Option<Timestamp>| -> Result<(), Refusal> {
            let mut one = derive(name, clock, stopped.or(ended), rules, now)?;
            one.holding = Some(holding.no);
            one.unit = Some(holding.unit.to_string());
            all.push(one);
            Ok(())
        };
        add("sign".into(), &holding.sign, holding.signed_at)?;
        if let Some(clock) = &holding.contact {
            add("contact".into(), clock, holding.contacted_at)?;
        }
        add("handle".into(), &holding.handle, holding.replied_at)?;
        for milestone in &holding.milestones {
            add(format!("milestone:{}", milestone.name), &milestone.clock, milestone.reached_at)?;
        }
    }
    for term in &case.terms {
        let mut one = derive(format!("term:{}", term.kind.code()), &term.clock, term.ended_at, rules, now)?;
        one.holding = term.holding;
        one.unit = Some(term.centre.to_string());
        all.push(one);
    }
    for sheet in &case.sheets {
        let mut one = derive(format!("sheet:{}", sheet.no), &sheet.clock, sheet.answered_at, rules, now)?;
        one.holding = sheet.holding;
        one.unit = Some(sheet.to.to_string());
        all.push(one);
    }
    Ok(all)
}

impl Derivation {
    /// The cap, where it and not the term's own end is the due time.
    #[must_use]
    pub fn bound(&self) -> Option<Timestamp> {
        self.cap.filter(|cap| *cap == self.due && *cap < self.explanation.due)
    }

    /// The reckoning in Chinese, and what binds instead of it.
    #[must_use]
    pub fn zh(&self) -> String {
        let words = self.explanation.zh();
        match self.bound() {
            Some(cap) => format!("{words}\n外部交办方（或并入工单）的时限 {cap} 更早，以其为准"),
            None => words,
        }
    }

    /// The reckoning in English, and what binds instead of it.
    #[must_use]
    pub fn en(&self) -> String {
        let words = self.explanation.en();
        match self.bound() {
            Some(cap) => {
                format!(
                    "{words}\nthe outer owner's (or a merged case's) deadline, {cap}, is earlier and binds"
                )
            }
            None => words,
        }
    }
}

fn derive(
    name: String,
    clock: &Clock,
    stopped_at: Option<Timestamp>,
    rules: &Rulebook,
    now: Timestamp,
) -> Result<Derivation, Refusal> {
    let calendar = rules.calendar_at(&clock.calendar)?;
    let explanation = calendar.explain(clock.started_at, clock.whole_term(), &clock.pauses)?;
    let reckoned = clock.binding_cap(explanation.due).unwrap_or(explanation.due);
    Ok(Derivation {
        clock: name,
        holding: None,
        unit: None,
        rule: clock.rule.clone(),
        policy: clock.policy.clone(),
        started_at: clock.started_at,
        term: clock.term,
        extended: clock.extended,
        cap: clock.cap,
        yellow: clock.yellow,
        due: clock.due,
        stopped_at,
        lamp: clock.lamp(stopped_at.unwrap_or(now)),
        agrees: reckoned == clock.due,
        explanation,
    })
}
