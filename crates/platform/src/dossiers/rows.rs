//! A decided dossier as rows.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use yipan_base::directory::Directory;
use yipan_base::id::UnitId;
use yipan_base::refusal::Refusal;
use yipan_base::time::Timestamp;
use yipan_duty::refold::Stored;
use yipan_duty::{Card, Dossier, Kind, Notice, Recorded};
use yipan_store::tables::{DOSSIER, DOSSIER_ACCESS, DOSSIER_EVENT, NOTICE, TIMER};
use yipan_store::{Record, Row, Value};

/// The kind of the timers that look at dossiers.
pub(crate) const TIMER_KIND: &str = "dossier";

/// A dossier as it stood.
pub(crate) struct Before<D> {
    pub(crate) state: D,
    pub(crate) number: String,
    pub(crate) version: u64,
    pub(crate) opened_at: Timestamp,
    pub(crate) changed_at: Timestamp,
}

pub(crate) fn read<D: Dossier>(row: &Record) -> Result<Before<D>, Refusal> {
    if row.text("kind")? != D::KIND.code() {
        return Err(yipan_duty::dossier::refused::not_begun(D::KIND));
    }
    Ok(Before {
        state: state_of(row)?,
        number: row.text("number")?.to_owned(),
        version: u64::try_from(row.int("version")?).unwrap_or_default(),
        opened_at: Timestamp::from_micros(row.int("opened_at")?),
        changed_at: Timestamp::from_micros(row.int("changed_at")?),
    })
}

pub(crate) fn state_of<D: Dossier>(row: &Record) -> Result<D, Refusal> {
    serde_json::from_str(row.text("state")?).map_err(|fault| {
        Refusal::internal(format!("the state of a {} cannot be read: {fault}", D::KIND.code()))
    })
}

/// What a dossier's row says beside its state.
pub(crate) struct File<'a> {
    pub(crate) id: &'a str,
    pub(crate) number: &'a str,
    pub(crate) version: u64,
    pub(crate) opened_at: Timestamp,
    pub(crate) changed_at: Timestamp,
}

/// The rows of one decision, but for texts and notices.
pub(crate) fn rows<D: Dossier>(
    file: &File<'_>,
    before: Option<&D>,
    after: &D,
    events: &[Recorded<D::Event>],
    directory: &Directory,
) -> Result<Vec<Row>, Refusal> {
    let mut rows = Vec::new();
    for event in events {
        rows.push(Row::insert(&DOSSIER_EVENT, event_values::<D>(file.id, event)?));
    }
    let (old, card) = (before.map(|before| before.card(directory)), after.card(directory));
    let state = serde_json::to_string(after).map_err(|fault| Refusal::internal(fault.to_string()))?;
    rows.push(Row::upsert(&DOSSIER, file_values(D::KIND, file, &card, state)));
    let mut former = old.as_ref().map(|card| card.holders.clone()).unwrap_or_default();
    let same = old.as_ref().is_some_and(|old| old.over == card.over);
    for holder in &card.holders {
        let known = former.remove(holder);
        if !(known && same) {
            rows.push(Row::upsert(&DOSSIER_ACCESS, access_values(D::KIND, file, &card, holder)));
        }
    }
    for holder in former {
        rows.push(Row::delete(&DOSSIER_ACCESS, vec![holder.into(), file.id.into()]));
    }
    match (old.and_then(|card| card.due), card.due) {
        (old, new) if old == new => {}
        (_, Some(due)) => rows.push(Row::upsert(&TIMER, timer_values(file.id, due))),
        (_, None) => rows.push(Row::delete(&TIMER, vec![timer_id(file.id).into()])),
    }
    Ok(rows)
}

pub(crate) fn file_values(kind: Kind, file: &File<'_>, card: &Card, state: String) -> Vec<Value> {
    vec![
        file.id.into(),
        kind.code().into(),
        file.number.into(),
        Value::Int(file.version as i64),
        card.stage.into(),
        Value::Int(card.over.into()),
        card.unit.as_str().into(),
        file.opened_at.as_micros().into(),
        file.changed_at.as_micros().into(),
        card.due.map_or(Value::Null, |due| due.as_micros().into()),
        state.into(),
    ]
}

fn access_values(kind: Kind, file: &File<'_>, card: &Card, holder: &str) -> Vec<Value> {
    vec![
        holder.into(),
        file.id.into(),
        0.into(),
        kind.code().into(),
        file.opened_at.as_micros().into(),
        Value::Int(card.over.into()),
    ]
}

/// All rows that say who may see a dossier.
pub(crate) fn all_access(kind: Kind, file: &File<'_>, card: &Card) -> BTreeSet<Vec<Value>> {
    card.holders.iter().map(|holder| access_values(kind, file, card, holder)).collect()
}

fn timer_id(dossier: &str) -> String {
    format!("{TIMER_KIND}/{dossier}")
}

pub(crate) fn timer_values(dossier: &str, due: Timestamp) -> Vec<Value> {
    vec![timer_id(dossier).into(), due.as_micros().into(), TIMER_KIND.into(), Value::Null, dossier.into()]
}

/// An event's body: what happened, and at which unit.
#[derive(Serialize, Deserialize)]
struct Body<E> {
    unit: Option<UnitId>,
    event: E,
}

fn event_values<D: Dossier>(id: &str, recorded: &Recorded<D::Event>) -> Result<Vec<Value>, Refusal> {
    let body = Body { unit: recorded.unit.clone(), event: &recorded.event };
    Ok(vec![
        id.into(),
        Value::Int(recorded.seq as i64),
        Value::LedgerSeq,
        recorded.at.as_micros().into(),
        recorded.staff.as_str().into(),
        D::name_of(&recorded.event).into(),
        serde_json::to_string(&body).map_err(|fault| Refusal::internal(fault.to_string()))?.into(),
    ])
}

/// Reads back what was recorded.
pub(crate) fn read_event(row: &Record) -> Result<Stored, Refusal> {
    let body: Body<serde_json::Value> = serde_json::from_str(row.text("body")?)
        .map_err(|fault| Refusal::internal(format!("an event of a dossier cannot be read: {fault}")))?;
    Ok(Recorded {
        seq: u64::try_from(row.int("seq")?).unwrap_or_default(),
        at: Timestamp::from_micros(row.int("at")?),
        staff: row.text("actor")?.into(),
        unit: body.unit,
        event: body.event,
    })
}

/// Who is told of an event.
pub(crate) fn notices<D: Dossier>(
    id: &str,
    state: &D,
    event: &Recorded<D::Event>,
    directory: &Directory,
) -> Vec<Row> {
    let told = state.notices(event, directory);
    notice_values(id, event.seq, event.at, &told).map(|values| Row::insert(&NOTICE, values)).collect()
}

/// The rows of who was told of one event; each unit once of each thing.
pub(crate) fn notice_values(
    id: &str,
    seq: u64,
    at: Timestamp,
    told: &[Notice],
) -> impl Iterator<Item = Vec<Value>> {
    let mut seen = BTreeSet::new();
    told.iter().filter(move |notice| seen.insert((notice.unit.clone(), notice.what))).enumerate().map(
        move |(count, notice)| {
            vec![
                format!("{id}/{seq}/{count}").into(),
                notice.unit.as_str().into(),
                at.as_micros().into(),
                notice.what.into(),
                id.into(),
                Value::Int(notice.urgent.into()),
                Value::Null,
                Value::Null,
            ]
        },
    )
}
