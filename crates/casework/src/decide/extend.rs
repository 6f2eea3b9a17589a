//! Extension (延期): once, asked before expiry, not longer than the first term, the citizen told.

use yipan_base::id::NarrativeId;
use yipan_base::refusal::Refusal;

use super::Draft;
use super::dispatch::not_signed;
use crate::case::{ConsentSubject, TermKind};
use crate::event::Event;

pub(super) fn request(d: &mut Draft<'_>, no: u32, amount: i64, reason: &NarrativeId) -> Result<(), Refusal> {
    let holding = d.working_holding(no)?;
    if holding.signed_at.is_none() {
        return Err(not_signed(no));
    }
    if holding.extension.is_some() {
        return Err(Refusal::rule(
            "extension.once",
            "每次承办只能申请一次延期",
            "a holding may ask for more time once",
        ));
    }
    if !holding.handle.in_time(d.now()) {
        return Err(Refusal::rule(
            "extension.too_late",
            format!("延期须在到期前申请，已于 {} 到期", holding.handle.due),
            format!("an extension is asked for before expiry; the term ended at {}", holding.handle.due),
        )
        .fact("due", holding.handle.due));
    }
    let most = holding.handle.term.amount * d.policy()?.extension.at_most_percent / 100;
    if amount <= 0 || amount > most {
        let unit = holding.handle.term;
        return Err(Refusal::rule(
            "extension.too_long",
            format!("延期不得超过首次期限（{}），本次最多 {most}", unit.zh()),
            format!("an extension is at most the first term ({}); here at most {most}", unit.en()),
        )
        .at("/amount"));
    }
    d.push(Event::ExtensionRequested { holding: no, amount, reason: reason.clone() });
    d.start_term(TermKind::RuleExtension, Some(no))
}

pub(super) fn rule(d: &mut Draft<'_>, no: u32, granted: bool, reason: &NarrativeId) -> Result<(), Refusal> {
    let holding = d.working_holding(no)?;
    let Some(amount) = holding.pending_extension().map(|e| e.amount) else {
        return Err(Refusal::conflict(
            "extension.none",
            format!("承办 {no} 没有待审批的延期申请"),
            format!("holding {no} has no extension that waits for a ruling"),
        )
        .at("/holding"));
    };
    let clock = if granted {
        let top_main = d.holding(no)?.is_top_main();
        if top_main {
            super::outer::require_consent(d, ConsentSubject::Extension)?;
        }
        let mut clock = d.holding(no)?.handle.clone();
        clock.extended += amount;
        Some(d.reckon(clock)?)
    } else {
        None
    };
    d.push(Event::ExtensionRuled { holding: no, granted, clock, reason: reason.clone() });
    d.end_term(TermKind::RuleExtension, Some(no));
    // The owner who agreed to more time no longer holds us to the old deadline; a new one may follow.
    if granted && d.holding(no)?.is_top_main() && d.case.outer.as_ref().is_some_and(|o| o.deadline.is_some())
    {
        super::outer::update(d, None)?;
    }
    Ok(())
}
