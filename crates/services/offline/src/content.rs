//! What stands in a centre's offline file: its open cases, as far as one needs them to work on paper.
//!
//! A file holds what the centre's staff without clearance see on their pages. Secret reports are left
//! out of every file, and nothing says how many: in a town of one report the number would tell of it.
//! Cases that accuse a member of staff are left out too, since a file cannot know who reads it; of
//! anonymous appellants nothing is told.

use std::collections::HashMap;

use serde::Serialize;
use yipan_base::directory::{AreaLevel, area_key};
use yipan_base::id::AreaId;
use yipan_base::refusal::Refusal;
use yipan_base::time::Timestamp;
use yipan_casework::case::{Case, Standing};
use yipan_casework::clock::{Clock, Lamp};
use yipan_platform::House;
use yipan_platform::city::City;
use yipan_platform::keys::KeyFault;
use yipan_platform::vault::Person;
use yipan_store::{Record, Scope, Value};

use crate::words::{self, Words};

/// How many cases are read at once.
const STEP: usize = 200;

/// How many entries of a case's history are told, and among how many of its last events they are looked for.
const ENTRIES: usize = 5;
const LOOKED_AT: i64 = 20;

/// The content of a file before it is sealed.
#[derive(Debug, Serialize)]
pub struct Content {
    pub centre: AreaId,
    pub name: String,
    pub made_at: Timestamp,
    pub as_of: Timestamp,
    pub cases: Vec<OpenCase>,
}

/// An open case (未办结工单).
#[derive(Debug, Serialize)]
pub struct OpenCase {
    number: String,
    title: Option<String>,
    text: Option<String>,
    area: String,
    address: Option<String>,
    category: String,
    kind: Words,
    level: Words,
    stage: Words,
    centre: String,
    holders: Vec<Holder>,
    clock: Option<Running>,
    /// What stands beside the stage: suspended, deferred, a return or an extension pending.
    beside: Vec<Words>,
    received_at: Timestamp,
    accepted_at: Timestamp,
    caller: Option<Caller>,
    anonymous: bool,
    /// The number under which somebody outside knows it.
    outer: Option<String>,
    /// The last entries of its history, the newest first.
    entries: Vec<Entry>,
}

#[derive(Debug, Serialize)]
struct Holder {
    unit: String,
    role: Words,
    signed: bool,
    due: Timestamp,
}

/// The clock that binds now.
#[derive(Debug, Serialize)]
struct Running {
    of: Words,
    due: Timestamp,
    /// At the time of the file.
    lamp: Lamp,
}

#[derive(Debug, Serialize)]
struct Caller {
    name: Option<String>,
    phone: Option<String>,
}

#[derive(Debug, Serialize)]
struct Entry {
    at: Timestamp,
    what: Words,
    by: String,
    texts: Vec<String>,
}

/// Reads what a centre's file holds.
///
/// # Errors
/// If the store cannot be read, or a sealed text cannot be opened.
pub async fn read(house: &House, centre: &AreaId, name: &str) -> Result<Content, Refusal> {
    let scope = Scope::staff(vec![area_key(centre)], 0);
    let (made_at, as_of) = (house.wall(), house.now());
    let sql = "SELECT a.case_id FROM case_access a \
               WHERE {scope:a} AND a.stage NOT IN ('closed', 'archived') ORDER BY a.accepted_at, a.case_id";
    let ids = house.store().cases(&scope, sql, &[]).await?;
    let ids = ids.iter().map(|row| row.value("case_id").cloned()).collect::<Result<Vec<_>, _>>()?;
    let city = house.city();
    let mut cases = Vec::with_capacity(ids.len());
    for ids in ids.chunks(STEP) {
        cases.extend(Stretch::read(house, &scope, ids).await?.told(house, &city, as_of)?);
        // The house has others to serve.
        tokio::task::yield_now().await;
    }
    Ok(Content { centre: centre.clone(), name: name.to_owned(), made_at, as_of, cases })
}

/// Some cases with what belongs to them, by case.
struct Stretch {
    cases: Vec<Record>,
    texts: HashMap<String, Vec<Record>>,
    persons: HashMap<String, Vec<Record>>,
    events: HashMap<String, Vec<Record>>,
}

impl Stretch {
    async fn read(house: &House, scope: &Scope, ids: &[Value]) -> Result<Self, Refusal> {
        let places: Vec<_> = (1..=ids.len()).map(|n| format!("${n}")).collect();
        let among = places.join(", ");
        let ask = |sql: String| async move { house.store().cases(scope, &sql, ids).await };
        let cases = ask(format!(
            "SELECT c.id, c.state FROM case_file c WHERE c.id IN ({among}) AND {{visible:c.id}} \
             ORDER BY c.accepted_at, c.id"
        ))
        .await?;
        let texts = ask(format!(
            "SELECT n.case_id, n.id, n.sealed, n.wrapped FROM narrative n \
             WHERE n.case_id IN ({among}) AND {{visible:n.case_id}}"
        ))
        .await?;
        let persons = ask(format!(
            "SELECT l.case_id, p.id, p.sealed, p.wrapped FROM case_person l JOIN person p ON p.id = l.person_id \
             WHERE l.case_id IN ({among}) AND {{visible:l.case_id}}"
        ))
        .await?;
        let events = ask(format!(
            "SELECT e.case_id, e.at, e.actor, e.kind, e.body FROM case_event e JOIN case_file c ON c.id = e.case_id \
             WHERE e.case_id IN ({among}) AND e.seq > c.version - {LOOKED_AT} AND {{visible:e.case_id}} \
             ORDER BY e.case_id, e.seq DESC"
        ))
        .await?;
        Ok(Self { cases, texts: by_case(texts)?, persons: by_case(persons)?, events: by_case(events)? })
    }

    fn told(&self, house: &House, city: &City, as_of: Timestamp) -> Result<Vec<OpenCase>, Refusal> {
        let mut told = Vec::with_capacity(self.cases.len());
        for row in &self.cases {
            let case: Case = serde_json::from_str(row.text("state")?).map_err(unreadable)?;
            // It may have ended, or become secret, since the list was read.
            if case.is_ended() || case.secret || !case.accused_staff.is_empty() {
                continue;
            }
            let of = |rows: &'_ HashMap<String, Vec<Record>>| -> Vec<Record> {
                rows.get(case.id.as_str()).cloned().unwrap_or_default()
            };
            let mut texts = HashMap::new();
            for row in of(&self.texts) {
                if let Some(text) = opened(house, &row)? {
                    texts.insert(row.text("id")?.to_owned(), text);
                }
            }
            let mut caller = None;
            for row in of(&self.persons) {
                let own = case
                    .intake
                    .person
                    .as_ref()
                    .is_some_and(|p| row.text("id").is_ok_and(|id| id == p.as_str()));
                if own
                    && !case.intake.anonymous
                    && let Some(text) = opened(house, &row)?
                {
                    let person: Person = serde_json::from_str(&text).map_err(unreadable)?;
                    caller = Some(Caller { name: person.name, phone: person.phone });
                }
            }
            let entries = entries(&of(&self.events), city, &texts)?;
            told.push(open_case(case, city, as_of, &mut texts, caller, entries));
        }
        Ok(told)
    }
}

fn by_case(rows: Vec<Record>) -> Result<HashMap<String, Vec<Record>>, Refusal> {
    let mut all: HashMap<String, Vec<Record>> = HashMap::new();
    for row in rows {
        all.entry(row.text("case_id")?.to_owned()).or_default().push(row);
    }
    Ok(all)
}

/// What a row holds sealed; `None` where it was erased.
fn opened(house: &House, row: &Record) -> Result<Option<String>, Refusal> {
    let sealed = row.opt_text("sealed")?.zip(row.opt_text("wrapped")?);
    let id = row.text("id")?;
    let open = |(sealed, wrapped)| house.keys().open(id, sealed, wrapped);
    sealed.map(open).transpose().map_err(|fault: KeyFault| Refusal::internal(fault.to_string()))
}

fn entries(events: &[Record], city: &City, texts: &HashMap<String, String>) -> Result<Vec<Entry>, Refusal> {
    let mut entries = Vec::new();
    for row in events {
        let Some(what) = words::event(row.text("kind")?) else { continue };
        let actor = row.text("actor")?;
        let staff = city.directory.staff(&actor.into());
        let unit = staff.and_then(|s| city.directory.unit(&s.unit));
        let by = match (staff, unit) {
            (Some(staff), Some(unit)) => format!("{} {}", unit.name, staff.name),
            _ => actor.to_owned(),
        };
        let mut said = Vec::new();
        // The first words stand in the case itself.
        if row.text("kind")? != "accepted" {
            let body: serde_json::Value = serde_json::from_str(row.text("body")?).map_err(unreadable)?;
            texts_of(&body, texts, &mut said);
        }
        let at = Timestamp::from_micros(row.int("at")?);
        entries.push(Entry { at, what, by, texts: said });
        if entries.len() == ENTRIES {
            break;
        }
    }
    Ok(entries)
}

/// The texts that an event names by their ids.
fn texts_of(value: &serde_json::Value, texts: &HashMap<String, String>, said: &mut Vec<String>) {
    match value {
        serde_json::Value::String(id) => said.extend(texts.get(id).cloned()),
        serde_json::Value::Array(list) => list.iter().for_each(|value| texts_of(value, texts, said)),
        serde_json::Value::Object(map) => map.values().for_each(|value| texts_of(value, texts, said)),
        _ => {}
    }
}

fn open_case(
    case: Case,
    city: &City,
    as_of: Timestamp,
    texts: &mut HashMap<String, String>,
    caller: Option<Caller>,
    entries: Vec<Entry>,
) -> OpenCase {
    use yipan_casework::case::NarrativeKind;
    let name = |unit| city.directory.unit(unit).map_or_else(|| unit.to_string(), |u| u.name.clone());
    let mut first = |kind| {
        let narrative = case.narratives.iter().find(|n| n.kind == kind)?;
        texts.remove(narrative.id.as_str())
    };
    let (title, text) = (first(NarrativeKind::Title), first(NarrativeKind::Text));
    let address = case.place.address.as_ref().and_then(|id| texts.remove(id.as_str()));
    let live = || case.holdings.iter().filter(|h| h.is_live());
    let holders = live()
        .filter(|h| h.standing == Standing::Open)
        .map(|h| Holder {
            unit: name(&h.unit),
            role: Words::of(h.role),
            signed: h.signed_at.is_some(),
            due: h.handle.due,
        })
        .collect();
    let mut beside = Vec::new();
    let mut stands = |any: bool, words| {
        if any {
            beside.push(words);
        }
    };
    stands(live().any(|h| h.suspension.is_some()), Words("中止", "suspended"));
    stands(live().any(|h| h.deferred), Words("挂账", "deferred"));
    stands(live().any(|h| h.pending_return().is_some()), Words("退单待裁定", "return pending"));
    stands(live().any(|h| h.pending_extension().is_some()), Words("延期待审批", "extension pending"));
    stands(case.merged_into.is_some(), Words("已并入其他工单", "merged into another case"));
    stands(!case.safety.is_empty(), Words("含安全词", "a safety word"));
    OpenCase {
        area: place(city, case.place.area.as_ref()),
        category: city.category_name(&case.category),
        kind: Words::of(case.kind),
        level: Words::of(case.level),
        stage: Words::of(case.stage),
        centre: name(&case.centre),
        clock: binding(&case).map(|(of, clock)| Running { of, due: clock.due, lamp: clock.lamp(as_of) }),
        received_at: case.intake.received_at,
        accepted_at: case.intake.accepted_at,
        anonymous: case.intake.anonymous,
        outer: case.outer.as_ref().map(|o| format!("{} {}", o.owner, o.number)),
        number: case.number,
        title,
        text,
        address,
        holders,
        beside,
        caller,
        entries,
    }
}

/// County and town, as people write them.
fn place(city: &City, area: Option<&AreaId>) -> String {
    let Some(area) = area else { return String::new() };
    let above = city.directory.ancestors(area).filter(|a| a.level != AreaLevel::City);
    let mut names: Vec<_> = above.map(|a| a.name.as_str()).collect();
    names.reverse();
    names.join(" ")
}

/// The clock that binds now: the main holder's, else the centre's own.
fn binding(case: &Case) -> Option<(Words, &Clock)> {
    match case.main() {
        Some(main) if main.is_working() && main.signed_at.is_none() => {
            Some((Words("签收", "signing"), &main.sign))
        }
        Some(main) if main.is_working() => Some((Words("办理", "handling"), &main.handle)),
        _ => {
            let open = case.terms.iter().filter(|t| t.ended_at.is_none());
            open.min_by_key(|t| t.clock.due).map(|t| (words::term(t.kind), &t.clock))
        }
    }
}

fn unreadable(fault: serde_json::Error) -> Refusal {
    Refusal::internal(format!("a row of a case cannot be read: {fault}"))
}
