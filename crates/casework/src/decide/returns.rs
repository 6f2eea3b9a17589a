//! Return of an order (退单): request, ruling, designation, one last review.

use yipan_base::id::{NarrativeId, UnitId};
use yipan_base::refusal::Refusal;

use super::Draft;
use super::dispatch::{below, copies_for, grant};
use super::draft::{unit_name, unknown_unit};
use crate::case::{ConsentSubject, Stage, TermKind};
use crate::clock::Clock;
use crate::command::Basis;
use crate::event::Event;

pub(super) fn request(
    d: &mut Draft<'_>,
    no: u32,
    reason: &str,
    basis: &NarrativeId,
    proposed: &UnitId,
) -> Result<(), Refusal> {
    let holding = d.working_holding(no)?;
    let policy = d.policy()?;
    let rules = &policy.returns;
    if holding.pending_return().is_some() {
        return Err(Refusal::conflict("return.pending", "退单申请正在裁定", "a return waits for its ruling"));
    }
    let final_review = holding.designated;
    if final_review && holding.final_review_used {
        return Err(Refusal::rule(
            "return.final",
            "指定承办后的最后一次复核已用完，须办理",
            "the one last review after a designation has been used; the order must be handled",
        ));
    }
    if !rules.reasons.iter().any(|r| r == reason) {
        return Err(Refusal::rule(
            "return.reason",
            format!("退单理由 {reason} 不在规则之内：{}", rules.reasons.join("、")),
            format!("`{reason}` is no ground for a return; use one of: {}", rules.reasons.join(", ")),
        )
        .at("/reason"));
    }
    if *proposed == holding.unit || d.ctx.directory.unit(proposed).is_none() {
        return Err(if *proposed == holding.unit {
            Refusal::rule(
                "return.proposed",
                "退单必须写明应由哪个单位承办，且不能是本单位",
                "a return names the unit that should hold the order instead, and not itself",
            )
            .at("/proposed")
        } else {
            unknown_unit(proposed, "/proposed")
        });
    }
    if !final_review {
        if rules.before_contact && holding.contacted_at.is_some() {
            return Err(Refusal::rule(
                "return.contacted",
                "已联系诉求人，不能再退单",
                "the citizen has been contacted; the order can no longer be returned",
            ));
        }
        let calendar = d.ctx.rules.calendar(&policy.calendar)?;
        let limit =
            Clock::start(holding.dispatched_at, rules.within, "return", &policy.pin(), calendar, None)?;
        if !limit.in_time(d.now()) {
            return Err(Refusal::rule(
                "return.too_late",
                format!("退单须在派单后{}内提出，已于 {} 到期", rules.within.zh(), limit.due),
                format!(
                    "a return is due within {} of dispatch; that ended at {}",
                    rules.within.en(),
                    limit.due
                ),
            )
            .fact("due", limit.due));
        }
    }
    if d.case.outer.as_ref().is_some_and(|o| !o.returnable) && d.holding(no)?.is_top_main() {
        let owner = d.case.outer.as_ref().map(|o| o.owner.clone()).unwrap_or_default();
        return Err(Refusal::rule(
            "outer.no_return",
            format!("{owner} 的工单不允许退单"),
            format!("{owner} does not take its orders back"),
        ));
    }
    d.push(Event::ReturnRequested {
        holding: no,
        reason: reason.to_owned(),
        basis: basis.clone(),
        proposed: proposed.clone(),
        final_review,
    });
    d.start_term(TermKind::RuleReturn, Some(no))
}

/// Granted: the holding ends, another begins with a new clock; the citizen's clock runs on.
pub(super) fn grant_return(
    d: &mut Draft<'_>,
    no: u32,
    to: &UnitId,
    reason: &NarrativeId,
) -> Result<(), Refusal> {
    pending(d, no)?;
    let holding = d.holding(no)?.clone();
    // What moves inside the city below the main holding is not the owner's concern.
    if holding.is_top_main() {
        super::outer::require_consent(d, ConsentSubject::Return)?;
    }
    if *to == holding.unit {
        return Err(Refusal::rule(
            "return.same_unit",
            format!("同意退单后不能仍派给 {}", unit_name(&d.ctx, to)),
            format!("a granted return cannot go back to {}", unit_name(&d.ctx, to)),
        )
        .at("/to"));
    }
    let basis = Basis::Ruling { reference: format!("return {}/{no}", d.case.number) };
    if let Some(giver) = holding.parent {
        below(d, &d.holding(giver)?.unit, to)?;
    }
    let holdings = vec![grant(d, holding.parent, to, holding.role, &basis, d.next_holding())?];
    let copies = copies_for(d, &holdings, &[])?;
    rule(d, no, "granted", reason);
    d.release(no);
    d.push(Event::Dispatched { round: holding.round, holdings, copies });
    if holding.is_top_main() {
        d.reach(Stage::Dispatched);
    }
    Ok(())
}

/// Refused: no time is given back.
pub(super) fn refuse(d: &mut Draft<'_>, no: u32, reason: &NarrativeId) -> Result<(), Refusal> {
    pending(d, no)?;
    rule(d, no, "refused", reason);
    Ok(())
}

pub(super) fn designate(d: &mut Draft<'_>, no: u32, reason: &NarrativeId) -> Result<(), Refusal> {
    pending(d, no)?;
    rule(d, no, "designated", reason);
    Ok(())
}

fn pending(d: &Draft<'_>, no: u32) -> Result<(), Refusal> {
    if d.open_holding(no)?.pending_return().is_some() {
        return Ok(());
    }
    Err(Refusal::conflict(
        "return.none",
        format!("承办 {no} 没有待裁定的退单申请"),
        format!("holding {no} has no return that waits for a ruling"),
    )
    .at("/holding"))
}

fn rule(d: &mut Draft<'_>, no: u32, verdict: &str, reason: &NarrativeId) {
    d.push(Event::ReturnRuled { holding: no, verdict: verdict.to_owned(), reason: reason.clone() });
    d.end_term(TermKind::RuleReturn, Some(no));
}
