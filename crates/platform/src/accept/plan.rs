//! From a matter that was checked to the rows that are written: number, events, keys, audit.

use std::sync::Arc;

use yipan_base::directory::UnitKind;
use yipan_base::id::AreaId;
use yipan_base::refusal::Refusal;
use yipan_base::time::{Date, Timestamp};
use yipan_casework::case::{Case, NarrativeKind, Stage};
use yipan_casework::command::Acceptance;
use yipan_casework::event::Recorded;
use yipan_casework::{Command, Context, decide};
use yipan_store::tables::{COUNTER, IDEMPOTENCY, IMPORT_ROW};
use yipan_store::{AuditEntry, Load, Loaded, Planned, Row, UnitOfWork, Value};

use crate::city::City;
use crate::give::Outcome;
use crate::idempotency::{Idempotency, repeated, reply_row};
use crate::rows;
use crate::vault::{NewNarrative, NewPerson};
use crate::viewer::Viewer;

/// What an idempotency key of this door is bound to.
const DOOR: &str = "accept";

/// The source of whatever was taken on a paper form; its key is the form's number.
pub(super) const PAPER: &str = "paper";

/// A matter that has been checked and sealed, ready to become a case.
pub struct Prepared {
    pub(super) accepting: Accepting,
    /// The counter of case numbers, and what stands before its count.
    pub(super) counter: String,
    pub(super) prefix: String,
}

impl Prepared {
    /// Where it lies: as given, by its coordinates, or as its words say; `None` if nothing tells.
    #[must_use]
    pub fn area(&self) -> Option<&AreaId> {
        self.accepting.acceptance.place.area.as_ref()
    }

    pub(super) fn work(self, outcome: fn(Planned<Outcome>) -> Planned<Outcome>) -> UnitOfWork<Outcome> {
        let Self { accepting, counter, prefix } = self;
        let mut load = vec![Load::new(&COUNTER, vec![counter.as_str().into()])];
        load.extend(
            accepting.idempotency.iter().map(|i| Load::new(&IDEMPOTENCY, accepting.idempotency_key(i))),
        );
        load.extend(
            accepting
                .sources
                .iter()
                .map(|(s, k)| Load::new(&IMPORT_ROW, vec![s.as_str().into(), k.as_str().into()])),
        );
        UnitOfWork::new(load, move |loaded| accepting.plan(loaded, &counter, &prefix).map(outcome))
    }
}

pub(super) struct Accepting {
    pub(super) city: Arc<City>,
    pub(super) viewer: Viewer,
    pub(super) now: Timestamp,
    pub(super) acceptance: Acceptance,
    pub(super) narratives: Vec<NewNarrative>,
    pub(super) person: Option<NewPerson>,
    /// The keys under which it came in, each once: its row of an import, its outer order.
    pub(super) sources: Vec<(String, String)>,
    pub(super) idempotency: Option<Idempotency>,
}

impl Accepting {
    fn idempotency_key(&self, idempotency: &Idempotency) -> Vec<Value> {
        vec![self.viewer.actor.staff.as_str().into(), idempotency.key.as_str().into()]
    }

    /// The counter of today's numbers of the accepting centre's area: its name and their prefix.
    pub(super) fn counter(&self) -> Result<(String, String), Refusal> {
        let directory = &self.city.directory;
        let unit = self.acceptance.centre.as_ref().or(self.viewer.actor.unit.as_ref());
        let unit = unit.and_then(|u| directory.unit(u));
        // A grid worker's or a unit's find is accepted by the nearest centre above.
        let centre =
            unit.map(|u| directory.centre_above(&u.area).filter(|_| u.kind != UnitKind::Centre).unwrap_or(u));
        let area = centre.and_then(|c| directory.area(&c.area)).ok_or_else(|| {
            Refusal::rule(
                "accept.centre",
                "没有指明由哪个指挥中心受理",
                "no command centre is named to accept the case",
            )
            .at("/centre")
        })?;
        let coded = directory.ancestors(&area.id).find_map(|a| a.code.as_deref()).unwrap_or("0");
        let code: String = coded.chars().chain("000000".chars()).take(coded.len().max(6)).collect();
        let day: Date = self.day();
        let prefix = format!("{code}-{:04}{:02}{:02}", day.year(), day.month(), day.day());
        Ok((format!("case/{prefix}"), prefix))
    }

    /// Historical cases are numbered by the day they came in.
    fn day(&self) -> Date {
        if self.acceptance.historical { self.acceptance.received_at.date() } else { self.now.date() }
    }

    fn plan(&self, loaded: &Loaded<'_>, counter: &str, prefix: &str) -> Result<Planned<Outcome>, Refusal> {
        if let Some(idempotency) = &self.idempotency
            && let Some(row) = loaded.get(&IDEMPOTENCY, &self.idempotency_key(idempotency))
        {
            return repeated(idempotency, DOOR, row).map(|outcome| Planned::unaudited(Vec::new(), outcome));
        }
        let before = self.sources.iter().find_map(|(source, key)| {
            Some((key, loaded.get(&IMPORT_ROW, &[source.as_str().into(), key.as_str().into()])?))
        });
        if let (Some((key, _)), true) = (before, self.acceptance.late.is_some()) {
            return Err(Refusal::conflict(
                "form.used",
                format!("纸质单 {key} 已录入，不能重复使用"),
                format!("the paper form {key} has been entered already; a form is used once"),
            )
            .at("/form"));
        }
        if let Some((key, row)) = before {
            return self.imported_before(key, row).map(|outcome| Planned::unaudited(Vec::new(), outcome));
        }
        let next = loaded.get(&COUNTER, &[counter.into()]).map_or(Ok(0), |row| row.int("next"))? + 1;
        let number = format!("{prefix}-{next:05}");
        let acceptance = Acceptance { number: number.clone(), ..self.acceptance.clone() };
        let context = Context {
            now: self.now,
            actor: &self.viewer.actor,
            directory: &self.city.directory,
            rules: &self.city.rules,
            related: None,
        };
        let decided = decide(None, &Command::Accept(Box::new(acceptance)), &context)?;
        let mut events = Vec::new();
        for (at, event) in decided.into_iter().enumerate() {
            let seq = at as u64 + 1;
            events.push(Recorded { seq, at: self.now, staff: self.viewer.actor.staff.clone(), event });
        }
        let case = Case::fold(&events).ok_or_else(|| Refusal::internal("an acceptance begins a case"))?;
        let mut rows = rows::rows(None, &case, &events, &self.city.directory)?;
        rows.extend(self.narratives.iter().map(NewNarrative::row));
        if let Some(person) = &self.person {
            rows.extend(person.rows(&case.id, self.now));
        }
        rows.push(Row::upsert(&COUNTER, vec![counter.into(), next.into()]));
        let outcome = Outcome {
            id: case.id.clone(),
            number: number.clone(),
            version: case.version,
            stage: case.stage,
            events: events.iter().map(|e| e.event.name()).collect(),
            repeated: false,
        };
        if let Some(idempotency) = &self.idempotency {
            rows.push(reply_row(self.idempotency_key(idempotency), idempotency, DOOR, &outcome, self.now)?);
        }
        for (source, key) in &self.sources {
            rows.push(Row::insert(
                &IMPORT_ROW,
                vec![
                    source.as_str().into(),
                    key.as_str().into(),
                    self.digest().into(),
                    case.id.as_str().into(),
                    self.now.as_micros().into(),
                ],
            ));
        }
        let audit = AuditEntry {
            at: self.now,
            actor: self.viewer.actor.staff.to_string(),
            action: if self.acceptance.late.is_some() { "case.accept_late" } else { "case.accept" }
                .to_owned(),
            subject: number,
        };
        Ok(Planned::audited(audit, rows, outcome))
    }

    /// Tells an unchanged row from one with the same key: the keyed digest of the appeal's text, and of
    /// an outer order its terms.
    fn digest(&self) -> String {
        let text = self.narratives.iter().find(|n| n.reference.kind == NarrativeKind::Text);
        let text = text.map(|n| n.reference.digest.as_str()).unwrap_or_default();
        match &self.acceptance.outer {
            Some(outer) => {
                let due = outer.deadline.map_or("never".to_owned(), |at| at.as_micros().to_string());
                format!("{text}/{due}/{}", outer.returnable)
            }
            None => text.to_owned(),
        }
    }

    fn imported_before(&self, key: &str, row: &yipan_store::Record) -> Result<Outcome, Refusal> {
        if row.text("digest")? != self.digest() {
            if self.acceptance.outer.is_some() {
                return Err(known_elsewhere());
            }
            return Err(Refusal::conflict(
                "import.changed",
                format!("键 {key} 已导入过，但内容不同；请核对来源"),
                format!("the key {key} was imported before with another text; check the source"),
            )
            .at("/key"));
        }
        Ok(Outcome {
            id: row.text("case_id")?.into(),
            number: String::new(),
            version: 1,
            stage: Stage::Accepted,
            events: Vec::new(),
            repeated: true,
        })
    }
}

/// An outer order that is a case already, of which nothing more is told.
pub(super) fn known_elsewhere() -> Refusal {
    Refusal::conflict(
        "outer.known",
        "该外部工单号已受理为工单，且内容、时限或退单约定与这次不同（或不在您的可见范围内）；请在工单列表中查找，变更时限请用“更新外部工单”",
        "this outer order is a case already, with another text, deadline or agreement on returns (or outside your scope); look for it in the list, and change its deadline by `update_outer`",
    )
    .at("/outer/number")
}
