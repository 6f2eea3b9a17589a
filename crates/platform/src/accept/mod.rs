//! Accepting a case: the door through which every matter enters.
//!
//! - [`NewAppeal`]: what somebody brings, in plain words
//! - `place`, `person`: where it is and who speaks, checked and sealed
//! - `plan`: the number, the events and the rows that are written

mod appeal;
mod person;
mod place;
mod plan;

use std::collections::BTreeSet;

use yipan_base::directory::Staff;
use yipan_base::id::{CaseId, NarrativeId};
use yipan_base::refusal::Refusal;
use yipan_casework::case::{Level, NarrativeKind, OuterOrder};
use yipan_casework::command::Acceptance;
use yipan_store::Planned;

use crate::city::City;
use crate::give::Outcome;
use crate::guard::{check_staff, check_time, check_title, check_words};
use crate::house::House;
use crate::idempotency::Idempotency;
use crate::vault::NewNarrative;
use crate::viewer::Viewer;

pub use appeal::{Appellant, NewAppeal, NewOuter, NewPlace};
pub use plan::Prepared;
use plan::{Accepting, PAPER, known_elsewhere};

/// Whether a member of staff accepts matters, at a centre's desk or in the field.
#[must_use]
pub fn may_accept(staff: &Staff) -> bool {
    yipan_casework::decide::may_accept(&staff.roles)
}

impl House {
    /// Accepts a matter as a case. Returns after it is durable.
    ///
    /// # Errors
    /// The refusal of whatever rule said no; nothing was written then.
    pub async fn accept(
        &self,
        viewer: &Viewer,
        new: NewAppeal,
        idempotency: Option<Idempotency>,
    ) -> Result<Outcome, Refusal> {
        self.enter(self.prepare(viewer, new, idempotency)?).await
    }

    /// Accepts what was taken on a paper form while the house was down: a case from its true time on,
    /// marked as a late entry (补录). Whether the form was allotted, whoever calls this has looked.
    ///
    /// # Errors
    /// As [`House::accept`]; `form.used` where the form has become a case already.
    pub async fn accept_late(
        &self,
        viewer: &Viewer,
        new: NewAppeal,
        form: &str,
        idempotency: Option<Idempotency>,
    ) -> Result<Outcome, Refusal> {
        self.enter(self.sealed(viewer, new, Some(form), idempotency)?).await
    }

    /// Checks and seals a matter as far as this can be done without the store: the first half of
    /// [`House::accept`], for whoever wants to know where the matter lies, or to rehearse.
    ///
    /// # Errors
    /// The refusal of whatever rule said no.
    pub fn prepare(
        &self,
        viewer: &Viewer,
        new: NewAppeal,
        idempotency: Option<Idempotency>,
    ) -> Result<Prepared, Refusal> {
        self.sealed(viewer, new, None, idempotency)
    }

    fn sealed(
        &self,
        viewer: &Viewer,
        new: NewAppeal,
        form: Option<&str>,
        idempotency: Option<Idempotency>,
    ) -> Result<Prepared, Refusal> {
        let city = self.city();
        let now = self.now();
        let id = CaseId::new(self.id());
        let received_at = check_time(new.received_at, now)?;
        if new.historical && new.received_at.is_some_and(|at| at.date() == now.date()) {
            return Err(Refusal::rule(
                "accept.historical",
                "今天的来件不能作为历史件导入；请作为新来件受理（--live）",
                "what came in today is not history: accept it as a case to be worked on (--live)",
            )
            .at("/received_at"));
        }
        check_words(&new, idempotency.as_ref())?;
        check_title(new.title.as_deref())?;
        check_staff(&new.accused_staff, &city.directory)?;
        let place = self.seal_place(&city, &new, &id)?;
        let mut narratives = place.1;
        for (kind, text) in
            [(NarrativeKind::Title, new.title.as_deref()), (NarrativeKind::Text, Some(new.text.as_str()))]
        {
            if let Some(text) = text.filter(|t| kind == NarrativeKind::Text || !t.trim().is_empty()) {
                narratives.push(NewNarrative::seal(
                    self.keys(),
                    NarrativeId::new(self.id()),
                    &id,
                    kind,
                    text,
                )?);
            }
        }
        let person = new.person.as_ref().map(|p| self.seal_person(p)).transpose()?.flatten();
        let safety: BTreeSet<String> = city
            .safety
            .as_ref()
            .map(|words| words.scan(&new.text).into_iter().map(|hit| hit.word.to_string()).collect())
            .unwrap_or_default();
        let level = new.level.unwrap_or_else(|| level(&city, &new));
        // An outer order is one case, however often its owner sends it.
        let order = new.outer.as_ref().map(|o| (format!("outer/{}", o.owner), o.number.clone()));
        // A table's rows are known again by whoever imports: another centre's list is another list.
        let desk = viewer.actor.unit.as_ref().map_or("", |unit| unit.as_str());
        let row = new.source.map(|(source, key)| (format!("{desk}:{source}"), key));
        let form_row = form.map(|form| (PAPER.to_owned(), form.to_owned()));
        let sources = row.into_iter().chain(order).chain(form_row).collect();
        let acceptance = Acceptance {
            id: id.clone(),
            number: String::new(),
            channel: new.channel,
            received_at,
            person: person.as_ref().map(|p| p.id.clone()),
            anonymous: new.anonymous,
            kind: new.kind,
            category: new.category,
            level,
            place: place.0,
            narratives: narratives.iter().map(|n| n.reference.clone()).collect(),
            secret: new.secret,
            accused_units: new.accused_units,
            accused_staff: new.accused_staff,
            safety,
            outer: new.outer.map(|o| OuterOrder {
                owner: o.owner,
                number: o.number,
                deadline: o.deadline,
                returnable: o.returnable,
                consents: Vec::new(),
            }),
            historical: new.historical,
            centre: new.centre,
            late: form.map(str::to_owned),
        };
        let accepting = Accepting {
            city,
            viewer: viewer.clone(),
            now,
            acceptance,
            narratives,
            person,
            sources,
            idempotency,
        };
        let (counter, prefix) = accepting.counter()?;
        Ok(Prepared { accepting, counter, prefix })
    }

    /// Enters a prepared matter as a case: the second half of [`House::accept`].
    ///
    /// # Errors
    /// The refusal of whatever rule said no; nothing was written then.
    pub async fn enter(&self, prepared: Prepared) -> Result<Outcome, Refusal> {
        let (viewer, city) = (prepared.accepting.viewer.clone(), prepared.accepting.city.clone());
        let mut outcome = self.store().commit(prepared.work(|planned| planned)).await?.reply;
        if outcome.number.is_empty() {
            // A row that was imported before: its case tells how it stands now.
            let case = self.case_by_id(&outcome.id).await?;
            if !viewer.may_see(&case, &city.directory) {
                return Err(known_elsewhere());
            }
            (outcome.number, outcome.version, outcome.stage) = (case.number, case.version, case.stage);
        }
        self.numbers().keep(&outcome.number, &outcome.id);
        Ok(outcome)
    }

    /// Answers as [`House::enter`] would, and writes nothing.
    ///
    /// # Errors
    /// As [`House::enter`].
    pub async fn rehearse(&self, prepared: Prepared) -> Result<Outcome, Refusal> {
        let unwritten = |planned: Planned<Outcome>| Planned::unaudited(Vec::new(), planned.reply);
        Ok(self.store().commit(prepared.work(unwritten)).await?.reply)
    }
}

/// The level that follows from words and category, when nobody chose one.
fn level(city: &City, new: &NewAppeal) -> Level {
    use yipan_base::category::Complexity;
    use yipan_text::safety::SafetyLevel;
    let worst = city.safety.as_ref().and_then(|words| words.worst(&new.text));
    let category = city.categories.get(&new.category);
    match (worst, category) {
        (Some(SafetyLevel::Critical), _) => Level::Emergency,
        (_, Some(c)) if c.utilities => Level::Utilities,
        (_, Some(c)) if c.complexity == Complexity::Complex => Level::Complex,
        _ => Level::Ordinary,
    }
}
