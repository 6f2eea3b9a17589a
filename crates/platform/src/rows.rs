//! A decided case as rows: events, present state, access, facts, roll-ups, the next timer, outbox.
//!
//! Everything but the events is a projection of the state; only what changed is written.

use std::collections::BTreeMap;

use serde::Serialize;
use yipan_base::directory::Directory;
use yipan_base::refusal::Refusal;
use yipan_base::time::Timestamp;
use yipan_casework::case::{Case, Word};
use yipan_casework::event::{Event, Recorded};
use yipan_casework::project::{
    self, CaseFact, Facts, HoldingFact, RollupKey, TermFact, access, facts, next_tick, rollup_delta,
};
use yipan_store::tables::{
    CASE_ACCESS, CASE_EVENT, CASE_FILE, FACT_CASE, FACT_HOLDING, FACT_TERM, OUTBOX, ROLLUP_DAY, TIMER,
};
use yipan_store::{Row, Value};

/// The rows of one decision.
pub(crate) fn rows(
    before: Option<&Case>,
    after: &Case,
    events: &[Recorded],
    directory: &Directory,
) -> Result<Vec<Row>, Refusal> {
    let mut rows = Vec::with_capacity(events.len() + 12);
    for event in events {
        rows.push(event_row(after, event)?);
        if let Some(row) = outgoing(after, event)? {
            rows.push(row);
        }
    }
    rows.push(Row::upsert(&CASE_FILE, file_values(after)?));
    access_rows(before, after, directory, &mut rows);

    let old = before.map(|case| facts(case, directory));
    let new = facts(after, directory);
    fact_rows(old.as_ref(), &new, &mut rows);
    for (key, counters) in rollup_delta(old.as_ref(), &new) {
        let deltas: Vec<(&str, i64)> =
            project::Counters::NAMES.into_iter().zip(counters.0).filter(|(_, by)| *by != 0).collect();
        rows.push(Row::add(&ROLLUP_DAY, rollup_key(key), &deltas));
    }
    timer_rows(before, after, &mut rows);
    Ok(rows)
}

/// The columns of a case file's row.
pub(crate) fn file_values(case: &Case) -> Result<Vec<Value>, Refusal> {
    Ok(vec![
        case.id.as_str().into(),
        case.number.as_str().into(),
        int(case.version),
        case.stage.code().into(),
        case.kind.code().into(),
        case.category.as_str().into(),
        case.intake.channel.code().into(),
        case.level.code().into(),
        opt_text(case.place.area.as_ref().map(|a| a.as_str())),
        opt_text(case.last_main().map(|h| h.unit.as_str())),
        case.intake.accepted_at.as_micros().into(),
        opt_time(case.binding_due()),
        Value::Int(case.historical.into()),
        Value::Int(case.secret.into()),
        Value::Int((!case.accused_staff.is_empty()).into()),
        json(case)?,
    ])
}

fn event_row(case: &Case, recorded: &Recorded) -> Result<Row, Refusal> {
    Ok(Row::insert(
        &CASE_EVENT,
        vec![
            case.id.as_str().into(),
            int(recorded.seq),
            Value::LedgerSeq,
            recorded.at.as_micros().into(),
            recorded.staff.as_str().into(),
            recorded.event.name().into(),
            json(&recorded.event)?,
        ],
    ))
}

/// Reads back what [`event_row`] wrote.
pub(crate) fn read_event(row: &yipan_store::Record) -> Result<Recorded, Refusal> {
    let event = serde_json::from_str(row.text("body")?)
        .map_err(|fault| Refusal::internal(format!("an event cannot be read: {fault}")))?;
    Ok(Recorded {
        seq: u64::try_from(row.int("seq")?).unwrap_or_default(),
        at: Timestamp::from_micros(row.int("at")?),
        staff: row.text("actor")?.into(),
        event,
    })
}

/// The key of a daily figure.
pub(crate) fn rollup_key(key: RollupKey) -> Vec<Value> {
    vec![key.day.into(), key.unit.into(), key.depth.into(), key.kind.code().into(), key.channel.code().into()]
}

/// The rows that say who may see a case, by holder.
pub(crate) fn access_values(case: &Case, directory: &Directory) -> BTreeMap<String, Vec<Value>> {
    let mut rows = BTreeMap::new();
    for (holder, clearance) in access(case, directory) {
        let values = vec![
            holder.as_str().into(),
            case.id.as_str().into(),
            Value::Int(clearance as i64),
            case.intake.accepted_at.as_micros().into(),
            opt_time(case.binding_due()),
            case.stage.code().into(),
            case.kind.code().into(),
            case.category.as_str().into(),
            case.intake.channel.code().into(),
            case.level.code().into(),
        ];
        rows.insert(holder, values);
    }
    rows
}

fn access_rows(before: Option<&Case>, after: &Case, directory: &Directory, rows: &mut Vec<Row>) {
    let mut old = before.map(|case| access_values(case, directory)).unwrap_or_default();
    for (holder, values) in access_values(after, directory) {
        if old.remove(&holder).as_ref() != Some(&values) {
            rows.push(Row::upsert(&CASE_ACCESS, values));
        }
    }
    for (holder, _) in old {
        rows.push(Row::delete(&CASE_ACCESS, vec![holder.into(), after.id.as_str().into()]));
    }
}

fn fact_rows(old: Option<&Facts>, new: &Facts, rows: &mut Vec<Row>) {
    if old.is_none_or(|o| o.case != new.case) {
        rows.push(Row::upsert(&FACT_CASE, case_fact(&new.case)));
    }
    for fact in &new.holdings {
        let same = old.and_then(|o| o.holdings.iter().find(|f| f.holding == fact.holding)) == Some(fact);
        if !same {
            rows.push(Row::upsert(&FACT_HOLDING, holding_fact(fact)));
        }
    }
    for fact in &new.terms {
        let same = old.and_then(|o| o.terms.iter().find(|f| f.term == fact.term)) == Some(fact);
        if !same {
            rows.push(Row::upsert(&FACT_TERM, term_fact(fact)));
        }
    }
}

/// One timer a case: the earliest mark that is to be noted.
fn timer_rows(before: Option<&Case>, after: &Case, rows: &mut Vec<Row>) {
    let (old, new) = (before.and_then(next_tick), next_tick(after));
    if old == new {
        return;
    }
    match new {
        Some(due) => rows.push(Row::upsert(&TIMER, timer_values(after, due))),
        None => rows.push(Row::delete(&TIMER, vec![after.id.as_str().into()])),
    }
}

/// The timer of a case.
pub(crate) fn timer_values(case: &Case, due: Timestamp) -> Vec<Value> {
    let id: Value = case.id.as_str().into();
    vec![id.clone(), due.as_micros().into(), "tick".into(), id, "{}".into()]
}

/// What an event sends out of the house, by way of the outbox.
pub(crate) fn outgoing(case: &Case, recorded: &Recorded) -> Result<Option<Row>, Refusal> {
    let topic = match &recorded.event {
        _ if case.historical => return Ok(None),
        // The citizen is told that it takes longer.
        Event::ExtensionRuled { granted: true, .. } => "citizen.extension",
        Event::ReferredAway { .. } => "authority.referral",
        Event::Closed { .. }
        | Event::Replied { .. }
        | Event::Dispatched { .. }
        | Event::ReturnRequested { .. }
            if case.outer.is_some() =>
        {
            "outer.progress"
        }
        _ => return Ok(None),
    };
    let body = serde_json::json!({
        "case": case.number,
        "event": recorded.event.name(),
        "at": recorded.at,
        "outer": case.outer.as_ref().map(|o| (&o.owner, &o.number)),
    });
    Ok(Some(Row::insert(
        &OUTBOX,
        vec![
            format!("{}/{}", case.id, recorded.seq).into(),
            recorded.at.as_micros().into(),
            topic.into(),
            case.id.as_str().into(),
            json(&body)?,
            "ready".into(),
            0.into(),
            recorded.at.as_micros().into(),
            Value::Null,
            Value::LedgerSeq,
        ],
    )))
}

pub(crate) fn case_fact(f: &CaseFact) -> Vec<Value> {
    vec![
        f.case.as_str().into(),
        f.number.as_str().into(),
        f.kind.code().into(),
        f.category.as_str().into(),
        f.channel.code().into(),
        f.level.code().into(),
        opt_text(f.county.as_ref().map(|a| a.as_str())),
        opt_text(f.town.as_ref().map(|a| a.as_str())),
        f.centre.as_str().into(),
        opt_text(f.main_unit.as_ref().map(|u| u.as_str())),
        f.received_at.as_micros().into(),
        f.accepted_at.as_micros().into(),
        opt_time(f.answered_at),
        opt_time(f.dispatched_at),
        opt_time(f.handled_at),
        opt_time(f.closed_at),
        opt_text(f.outcome.map(Word::code)),
        opt_time(f.callback_at),
        f.callback_valid.map_or(Value::Null, |v| Value::Int(v.into())),
        opt_text(f.attitude.map(Word::code)),
        opt_text(f.result.map(Word::code)),
        opt_text(f.solved.map(Word::code)),
        f.rounds.into(),
        f.returns.into(),
        f.redos.into(),
        f.sheets.into(),
        opt_text(f.repeat.map(yipan_casework::case::RepeatVerdict::code)),
        Value::Int(f.merged.into()),
        Value::Int(f.historical.into()),
        Value::Int(f.secret.into()),
        f.centre_time.into(),
        f.unit_time.into(),
        f.citizen_time.into(),
        f.other_time.into(),
    ]
}

pub(crate) fn holding_fact(f: &HoldingFact) -> Vec<Value> {
    vec![
        f.case.as_str().into(),
        Value::Int(f.holding.into()),
        f.role.code().into(),
        f.depth.into(),
        f.round.into(),
        f.unit.as_str().into(),
        opt_text(f.line.as_deref()),
        opt_text(f.peer_group.as_deref()),
        opt_text(f.county.as_ref().map(|a| a.as_str())),
        opt_text(f.town.as_ref().map(|a| a.as_str())),
        f.kind.code().into(),
        f.category.as_str().into(),
        f.channel.code().into(),
        f.level.code().into(),
        f.dispatched_at.as_micros().into(),
        opt_time(f.sign_due),
        opt_time(f.signed_at),
        opt_time(f.contact_due),
        opt_time(f.contacted_at),
        opt_time(f.handle_due),
        opt_time(f.replied_at),
        opt_time(f.completed_at),
        opt_time(f.ended_at),
        f.standing.code().into(),
        f.paused.into(),
        Value::Int(f.extended.into()),
        Value::Int(f.deferred.into()),
        Value::Int(f.suspended.into()),
        f.refused_returns.into(),
        Value::Int(f.historical.into()),
    ]
}

pub(crate) fn term_fact(f: &TermFact) -> Vec<Value> {
    vec![
        f.case.as_str().into(),
        Value::Int(f.term.into()),
        f.centre.as_str().into(),
        f.kind.as_str().into(),
        f.started_at.as_micros().into(),
        f.due_at.as_micros().into(),
        opt_time(f.ended_at),
        f.channel.code().into(),
        f.case_kind.code().into(),
        f.category.as_str().into(),
        f.level.code().into(),
    ]
}

fn json(value: &impl Serialize) -> Result<Value, Refusal> {
    serde_json::to_string(value).map(Value::from).map_err(|e| Refusal::internal(e.to_string()))
}

fn int(n: u64) -> Value {
    Value::Int(i64::try_from(n).unwrap_or(i64::MAX))
}

fn opt_text(text: Option<&str>) -> Value {
    text.map_or(Value::Null, Value::from)
}

fn opt_time(at: Option<Timestamp>) -> Value {
    at.map_or(Value::Null, |at| at.as_micros().into())
}
