//! Corrections of type, category, level and place; escalation; moving to new rules.

use std::collections::BTreeSet;

use yipan_base::directory::Unit;
use yipan_base::id::{CategoryId, NarrativeId, UnitId};
use yipan_base::refusal::Refusal;

use super::Draft;
use super::accept::{Accused, centre_over};
use super::dispatch::clocks;
use crate::case::{Case, Holding, Kind, Level, Place, Standing};
use crate::clock::Clock;
use crate::event::Event;

pub(super) fn correct(
    d: &mut Draft<'_>,
    kind: Option<Kind>,
    category: Option<&CategoryId>,
    level: Option<Level>,
    place: Option<&Place>,
    reason: &NarrativeId,
) -> Result<(), Refusal> {
    if kind.is_none() && category.is_none() && level.is_none() && place.is_none() {
        return Err(Refusal::invalid("correct.nothing", "没有要更正的内容", "nothing to correct is named"));
    }
    if let Some(category) = category.filter(|c| !d.ctx.rules.knows(c)) {
        return Err(Refusal::rule(
            "category.unknown",
            format!("没有诉求分类 {category}"),
            format!("there is no category {category}"),
        )
        .at("/category"));
    }
    if let Some(area) = place.and_then(|p| p.area.as_ref()).filter(|a| d.ctx.directory.area(a).is_none()) {
        return Err(Refusal::rule(
            "area.unknown",
            format!("没有区划 {area}"),
            format!("the directory has no area {area}"),
        )
        .at("/place/area"));
    }
    if d.case.secret && kind.is_some_and(|k| k != Kind::Report) {
        return Err(Refusal::rule(
            "secret.kind",
            "涉密举报不能改为其他类型",
            "a secret report cannot become another kind of case",
        )
        .at("/kind"));
    }
    // What turns out to be a report of wrongdoing is secret from here on, as if it had come in as one.
    if kind == Some(Kind::Report) && !d.case.secret {
        super::secret::make(d, &BTreeSet::new(), &BTreeSet::new())?;
    }
    d.push(Event::Corrected {
        kind,
        category: category.cloned(),
        level,
        place: place.cloned(),
        reason: reason.clone(),
    });
    Ok(())
}

/// The centre above takes the case over; holdings stay as they are.
pub(super) fn escalate(d: &mut Draft<'_>, reason: &NarrativeId) -> Result<(), Refusal> {
    let above = above(d)?.id.clone();
    change_centre(d, &above, reason)
}

/// The centre to which the case can be escalated; a secret one goes only where an officer can act.
pub(super) fn above<'a>(d: &Draft<'a>) -> Result<&'a Unit, Refusal> {
    let directory = d.ctx.directory;
    let Some(above) = directory.unit(&d.case.centre).and_then(|u| centre_over(&u.area, directory)) else {
        return Err(Refusal::rule(
            "escalate.top",
            "已是最高一级指挥中心，无可提级；请在本中心办理",
            "this is the highest centre already; handle the case here",
        ));
    };
    let accused = Accused { units: &d.case.accused_units, staff: &d.case.accused_staff };
    accused.run_by(Some(above), d.case.secret, directory, "escalate")
}

/// Another centre takes over; what the old one still owed begins again in the new one's name.
pub(super) fn change_centre(d: &mut Draft<'_>, centre: &UnitId, reason: &NarrativeId) -> Result<(), Refusal> {
    let old = d.case.centre.clone();
    let owed: Vec<_> = d
        .case
        .terms
        .iter()
        .filter(|t| t.ended_at.is_none() && t.centre == old)
        .filter(|t| t.holding.and_then(|no| d.case.holding(no)).is_none_or(|h| h.parent.is_none()))
        .map(|t| (t.no, t.kind, t.holding))
        .collect();
    for (no, ..) in &owed {
        d.push(Event::TermEnded { no: *no });
    }
    d.push(Event::CentreChanged { centre: centre.clone(), reason: reason.clone() });
    for (_, kind, holding) in owed {
        d.start_term(kind, holding)?;
    }
    Ok(())
}

/// Whether a holding would move to new rules.
fn moves_on(holding: &Holding) -> bool {
    holding.standing == Standing::Open && holding.replied_at.is_none()
}

/// Whether there is anything to move to new rules.
pub(super) fn may_repin(case: &Case) -> Result<(), Refusal> {
    if case.holdings.iter().any(moves_on) {
        return Ok(());
    }
    Err(Refusal::rule(
        "repin.nothing",
        "没有在办的承办，无需适用新规则",
        "no open holding to move; what is given out from now on follows the new rules by itself",
    ))
}

/// Moves the open holdings to the rules in force now, as a recorded event.
pub(super) fn repin(d: &mut Draft<'_>, reason: &NarrativeId) -> Result<(), Refusal> {
    let policy = d.policy()?.pin();
    let mut moved = Vec::new();
    for holding in d.case.holdings.iter().filter(|h| moves_on(h)) {
        let (sign, _, handle, _) = clocks(d, holding.role)?;
        moved.push((holding.no, again(d, &holding.sign, sign)?, again(d, &holding.handle, handle)?));
    }
    d.push(Event::Repinned { policy, clocks: moved, reason: reason.clone() });
    Ok(())
}

/// The new rule's term from the old clock's start, with the pauses and extensions it has had.
fn again(d: &Draft<'_>, old: &Clock, mut new: Clock) -> Result<Clock, Refusal> {
    new.started_at = old.started_at;
    new.pauses.clone_from(&old.pauses);
    new.cap = old.cap;
    if new.term.unit == old.term.unit {
        new.extended = old.extended;
    }
    d.reckon(new)
}
