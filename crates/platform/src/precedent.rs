//! Precedents (判例): every ruling on a return, kept for later dispatches of the like.

use yipan_base::id::CategoryId;
use yipan_casework::case::Case;
use yipan_casework::event::{Event, Recorded};
use yipan_store::Value;

/// What a ruling leaves behind: of the case as it was ruled on, and the events from the ruling on.
pub(crate) fn values(before: &Case, events: &[Recorded]) -> Option<Vec<Value>> {
    let at = events.iter().position(|e| matches!(e.event, Event::ReturnRuled { .. }))?;
    let ruled = &events[at];
    let Event::ReturnRuled { holding, verdict, .. } = &ruled.event else { return None };
    let from = before.holding(*holding)?;
    // A return that was granted goes on with another unit.
    let unit = match verdict.as_str() {
        "granted" => events[at..].iter().find_map(|e| match &e.event {
            Event::Dispatched { holdings, .. } => holdings.first().map(|grant| grant.unit.clone()),
            _ => None,
        })?,
        _ => from.unit.clone(),
    };
    let basis = from.returns.last().map(|r| r.reason.clone()).unwrap_or_default();
    let category: &CategoryId = &before.category;
    Some(vec![
        format!("{}/{}", before.id, ruled.seq).into(),
        ruled.at.as_micros().into(),
        category.as_str().into(),
        before.place.area.as_ref().map_or("", |a| a.as_str()).into(),
        Value::Null,
        unit.as_str().into(),
        format!("{verdict}:{}", from.unit).into(),
        before.id.as_str().into(),
        basis.into(),
    ])
}

/// All that a case's events left behind.
pub(crate) fn of_history(events: &[Recorded]) -> impl Iterator<Item = Vec<Value>> {
    let ruled = |(_, e): &(usize, &Recorded)| matches!(e.event, Event::ReturnRuled { .. });
    events
        .iter()
        .enumerate()
        .filter(ruled)
        .filter_map(|(at, _)| values(&Case::fold(&events[..at])?, &events[at..]))
}
