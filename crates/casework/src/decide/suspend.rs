//! Pauses (中止), and the deferred list (挂账).

use yipan_base::calendar::Pause;
use yipan_base::id::NarrativeId;
use yipan_base::refusal::Refusal;

use super::Draft;
use crate::clock::Clock;
use crate::event::Event;

pub(super) fn suspend(d: &mut Draft<'_>, no: u32, reason: &NarrativeId) -> Result<(), Refusal> {
    if d.working_holding(no)?.suspension.is_some() {
        return Err(Refusal::conflict("suspend.already", "承办已经中止", "the holding is suspended already")
            .at("/holding"));
    }
    d.push(Event::Suspended { holding: no, reason: reason.clone() });
    Ok(())
}

/// Lifts a pause: every clock of the holding gets the same interval and is worked out again.
pub(super) fn resume(d: &mut Draft<'_>, no: u32) -> Result<(), Refusal> {
    let holding = d.open_holding(no)?.clone();
    let Some(suspension) = &holding.suspension else {
        return Err(
            Refusal::conflict("resume.none", "承办没有中止", "the holding is not suspended").at("/holding")
        );
    };
    let pause = Pause { from: suspension.from, to: d.now() };
    let paused = |clock: &Clock| {
        let mut clock = clock.clone();
        clock.pauses.push(pause);
        d.reckon(clock)
    };
    // What was done before the pause is not timed again.
    let sign = if holding.signed_at.is_some() { holding.sign.clone() } else { paused(&holding.sign)? };
    let contact = match &holding.contact {
        Some(clock) if holding.contacted_at.is_none() => Some(paused(clock)?),
        other => other.clone(),
    };
    let handle = paused(&holding.handle)?;
    let mut milestones = Vec::new();
    for milestone in holding.milestones.iter().filter(|m| m.reached_at.is_none()) {
        milestones.push((milestone.name.clone(), paused(&milestone.clock)?));
    }
    d.push(Event::Resumed { holding: no, sign, contact, handle, milestones });
    Ok(())
}

pub(super) fn defer(d: &mut Draft<'_>, no: u32, reason: &NarrativeId) -> Result<(), Refusal> {
    if d.working_holding(no)?.deferred {
        return Err(Refusal::conflict(
            "defer.already",
            "已在挂账清单",
            "the holding is on the deferred list already",
        ));
    }
    d.push(Event::Deferred { holding: no, reason: reason.clone() });
    Ok(())
}

pub(super) fn undefer(d: &mut Draft<'_>, no: u32) -> Result<(), Refusal> {
    if !d.working_holding(no)?.deferred {
        return Err(Refusal::conflict(
            "defer.none",
            "不在挂账清单",
            "the holding is not on the deferred list",
        ));
    }
    d.push(Event::Undeferred { holding: no });
    Ok(())
}
