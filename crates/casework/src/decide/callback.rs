//! Call-back (回访): attempts at agreed hours, then what the citizen says.

use yipan_base::id::NarrativeId;
use yipan_base::refusal::Refusal;
use yipan_base::time::{MINUTE, Timestamp};

use super::Draft;
use crate::case::{Case, Grade, Solved, Stage, TermKind};
use crate::event::Event;

pub(super) fn attempt(d: &mut Draft<'_>, agreed: Option<Timestamp>) -> Result<(), Refusal> {
    if let Some(at) = agreed.filter(|at| *at <= d.now()) {
        return Err(Refusal::invalid(
            "callback.agreed_past",
            format!("约定时间 {at} 已过"),
            format!("the agreed hour {at} lies in the past"),
        )
        .at("/agreed"));
    }
    follow_master(d);
    d.push(Event::CallBackTried { agreed });
    Ok(())
}

/// Whether an attempt may be made now.
pub(super) fn may_try(d: &Draft<'_>) -> Result<(), Refusal> {
    reachable(d)?;
    if let Some(at) = d.case.callbacks.last().and_then(|c| c.agreed).filter(|at| *at > d.now()) {
        return Err(Refusal::rule(
            "callback.agreed_hour",
            format!("诉求人约定 {at} 回访，请到时再拨"),
            format!("the citizen asked to be called at {at}; call then"),
        ));
    }
    if agreed_hour(d) {
        return Ok(());
    }
    at_calling_hours(d)?;
    apart(d)
}

/// Whether the hour has come that the citizen agreed to at the last attempt.
fn agreed_hour(d: &Draft<'_>) -> bool {
    let last = d.case.callbacks.last().filter(|c| c.round == d.case.round);
    last.and_then(|c| c.agreed).is_some_and(|at| at <= d.now())
}

/// People are called only at an hour at which they can be reached.
fn at_calling_hours(d: &Draft<'_>) -> Result<(), Refusal> {
    let hours = &d.policy()?.callback.hours;
    let minute = d.now().time_of_day() / MINUTE;
    if (i64::from(hours.from())..i64::from(hours.to())).contains(&minute) {
        return Ok(());
    }
    Err(Refusal::rule(
        "callback.hours",
        format!("回访时段为 {hours}，请在该时段内拨打"),
        format!("citizens are called between {hours}; try then"),
    ))
}

/// An attempt counts only some time after the last.
fn apart(d: &Draft<'_>) -> Result<(), Refusal> {
    let policy = d.policy()?;
    let rules = &policy.callback;
    let tried = d.case.callbacks.iter().rev().find(|c| c.round == d.case.round && !c.reached);
    let Some(tried) = tried else {
        return Ok(());
    };
    let next = d.ctx.rules.calendar(&policy.calendar)?.due(tried.at, rules.spacing)?;
    if d.now() < next {
        return Err(Refusal::rule(
            "callback.too_soon",
            format!("两次回访须间隔{}，请在 {next} 以后再拨", rules.spacing.zh()),
            format!("attempts are {} apart; try again from {next}", rules.spacing.en()),
        )
        .fact("from", next));
    }
    Ok(())
}

pub(super) fn record(
    d: &mut Draft<'_>,
    attitude: Grade,
    result: Grade,
    solved: Solved,
    remark: Option<&NarrativeId>,
) {
    follow_master(d);
    d.push(Event::CalledBack { attitude, result, solved, remark: remark.cloned() });
    d.end_term(TermKind::CallBack, None);
}

/// Whether the citizen may be asked now.
pub(super) fn may_record(d: &Draft<'_>) -> Result<(), Refusal> {
    reachable(d)?;
    // Nobody is asked again until the answer pleases; another round asks anew.
    if d.case.valid_callback().is_some() {
        return Err(Refusal::conflict(
            "callback.done",
            "本轮已有有效回访，不能再次评价",
            "the citizen has given an opinion in this round already; it is not replaced",
        ));
    }
    // A citizen may call in at any hour, and be asked then.
    Ok(())
}

fn reachable(d: &Draft<'_>) -> Result<(), Refusal> {
    if d.case.intake.person.is_none() {
        return Err(Refusal::rule(
            "callback.nobody",
            "本单没有可回访的诉求人",
            "nobody can be called back: this case has no appellant",
        ));
    }
    if d.case.merged_into.is_some() && d.case.stage != Stage::CallingBack && !master_answered(d) {
        return Err(Refusal::conflict(
            "callback.master_open",
            "主单尚无审核通过的答复，暂不能回访",
            "the master case has no accepted answer yet; call the citizen after it",
        ));
    }
    Ok(())
}

/// A merged case whose citizen is called stands where its master stood then.
fn follow_master(d: &mut Draft<'_>) {
    if d.case.merged_into.is_some() {
        d.reach(Stage::CallingBack);
    }
}

/// A merged case may be called back once its master has an answer that review accepted.
pub(super) fn master_answered(d: &Draft<'_>) -> bool {
    master(d).is_some_and(|m| matches!(m.stage, Stage::CallingBack | Stage::Closed | Stage::Archived))
}

/// The case that this one was merged into.
pub(super) fn master<'a>(d: &Draft<'a>) -> Option<&'a Case> {
    d.ctx.related.filter(|c| d.case.merged_into.as_ref() == Some(&c.id))
}
