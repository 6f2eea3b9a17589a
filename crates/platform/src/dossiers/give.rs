//! Giving a command to a dossier: the one way in which one begins or changes.

use std::cell::RefCell;
use std::marker::PhantomData;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use yipan_base::id::NarrativeId;
use yipan_base::refusal::Refusal;
use yipan_base::time::Timestamp;
use yipan_duty::dossier::refused;
use yipan_duty::{Desk, Dossier, Kind, Recorded, TextRef, Words};
use yipan_store::tables::{COUNTER, DOSSIER, DOSSIER_TEXT, IDEMPOTENCY};
use yipan_store::{AuditEntry, Load, Loaded, Planned, Row, UnitOfWork, Value};

use crate::blobs;
use crate::city::City;
use crate::dossiers::{of_kind, rows};
use crate::house::House;
use crate::idempotency::{Answer, Idempotency, repeated, reply_row};
use crate::vault::{check_text, sealing};
use crate::viewer::Viewer;

/// Which dossier a command is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DossierName {
    /// One that is to be begun.
    New,
    /// One that stands under a name of its own, such as a centre's roster; it begins with its first command.
    Named(String),
    /// One that exists, by id.
    Id(String),
}

/// What came of a command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = DossierOutcome))]
pub struct Kept {
    pub id: String,
    pub number: String,
    pub version: u64,
    pub stage: String,
    /// The events that it made, by name.
    pub events: Vec<String>,
    /// The house had answered this request before and gives the same answer again.
    #[serde(default)]
    pub repeated: bool,
}

impl Answer for Kept {
    fn again(self) -> Self {
        Self { repeated: true, ..self }
    }
}

impl House {
    /// Gives a command to a dossier. Returns after the change is durable.
    ///
    /// `version`: the version that the actor saw; a dossier that changed meanwhile refuses.
    ///
    /// # Errors
    /// The refusal of the rule that said no; nothing was changed then.
    pub async fn keep<D: Dossier>(
        &self,
        viewer: &Viewer,
        name: &DossierName,
        command: D::Command,
        version: Option<u64>,
        idempotency: Option<Idempotency>,
    ) -> Result<Kept, Refusal> {
        self.keep_step::<D>(viewer, name, Some(command), version, idempotency).await
    }

    /// The same for a kind that is known only when the program runs, with the command as JSON.
    ///
    /// # Errors
    /// As [`House::keep`]; `body.field` where it is no command of that kind.
    pub async fn keep_any(
        &self,
        viewer: &Viewer,
        kind: Kind,
        name: &DossierName,
        command: serde_json::Value,
    ) -> Result<Kept, Refusal> {
        of_kind!(kind, D => {
            let command = serde_json::from_value(command).map_err(|fault| {
                Refusal::invalid("body.field", format!("命令有误：{fault}"), fault.to_string()).at("/")
            })?;
            self.keep::<D>(viewer, name, command, None, None).await
        })
    }

    /// Lets a dossier look at the clock.
    pub(crate) async fn tick_dossier<D: Dossier>(&self, id: &str) -> Result<Kept, Refusal> {
        let name = DossierName::Id(id.to_owned());
        self.keep_step::<D>(&Viewer::system("timers"), &name, None, None, None).await
    }

    async fn keep_step<D: Dossier>(
        &self,
        viewer: &Viewer,
        name: &DossierName,
        command: Option<D::Command>,
        version: Option<u64>,
        idempotency: Option<Idempotency>,
    ) -> Result<Kept, Refusal> {
        if let Some(idempotency) = &idempotency {
            idempotency.check()?;
        }
        let id = match name {
            DossierName::New => self.id(),
            DossierName::Named(id) | DossierName::Id(id) => id.clone(),
        };
        let now = self.now();
        let date = now.date();
        let prefix = format!("{}-{:04}{:02}{:02}", D::KIND.code(), date.year(), date.month(), date.day());
        let step = Step::<D> {
            house: self.clone(),
            city: self.city(),
            viewer: viewer.clone(),
            now,
            may_begin: !matches!(name, DossierName::Id(_)),
            // A request that begins something is known by its key before it is known by its id.
            about: match name {
                DossierName::New => D::KIND.code().to_owned(),
                DossierName::Named(id) | DossierName::Id(id) => id.clone(),
            },
            id,
            counter: format!("dossier/{prefix}"),
            prefix,
            command,
            version,
            idempotency,
            kind: PhantomData,
        };
        let mut load = vec![Load::new(&DOSSIER, vec![step.id.as_str().into()])];
        if step.may_begin {
            load.push(Load::new(&COUNTER, vec![step.counter.as_str().into()]));
        }
        load.extend(step.command.iter().flat_map(|command| blobs::loads(D::named(command))));
        load.extend(step.idempotency.iter().map(|i| Load::new(&IDEMPOTENCY, step.idempotency_key(i))));
        let work = UnitOfWork::new(load, move |loaded| step.plan(loaded));
        Ok(self.store().commit(work).await?.reply)
    }
}

struct Step<D: Dossier> {
    house: House,
    city: Arc<City>,
    viewer: Viewer,
    now: Timestamp,
    id: String,
    about: String,
    may_begin: bool,
    counter: String,
    prefix: String,
    /// `None`: the clock.
    command: Option<D::Command>,
    version: Option<u64>,
    idempotency: Option<Idempotency>,
    kind: PhantomData<D>,
}

impl<D: Dossier> Step<D> {
    fn idempotency_key(&self, idempotency: &Idempotency) -> Vec<Value> {
        vec![self.viewer.actor.staff.as_str().into(), idempotency.key.as_str().into()]
    }

    fn plan(&self, loaded: &Loaded<'_>) -> Result<Planned<Kept>, Refusal> {
        if let Some(idempotency) = &self.idempotency
            && let Some(row) = loaded.get(&IDEMPOTENCY, &self.idempotency_key(idempotency))
        {
            return repeated(idempotency, &self.about, row)
                .map(|kept: Kept| Planned::unaudited(Vec::new(), kept));
        }
        let before = loaded.get(&DOSSIER, &[self.id.as_str().into()]).map(rows::read::<D>).transpose()?;
        let directory = &self.city.directory;
        if let Some(before) = &before {
            self.may_see(&before.state)?;
            self.check_version(before.version)?;
        } else if !self.may_begin {
            return Err(refused::not_begun(D::KIND));
        }
        let state = before.as_ref().map(|before| &before.state);
        let texts = Texts { house: &self.house, dossier: &self.id, rows: RefCell::default() };
        // What happens to one dossier never runs backwards in time.
        let now = before.as_ref().map_or(self.now, |before| self.now.max(before.changed_at));
        let events = match (&self.command, state) {
            (Some(command), state) => {
                let desk = Desk {
                    now,
                    actor: &self.viewer.actor,
                    directory,
                    terms: &self.city.duty_terms,
                    words: &texts,
                };
                D::decide(state, command, &desk)?
            }
            (None, Some(state)) => state.tick(now),
            (None, None) => Vec::new(),
        };
        let mut rows = texts.rows.into_inner();
        rows.extend(blobs::named(loaded, events.iter().flat_map(D::files))?);
        let (number, opened_at) = match &before {
            Some(before) => (before.number.clone(), before.opened_at),
            None => (self.number(loaded, &mut rows)?, now),
        };
        let mut version = before.as_ref().map_or(0, |before| before.version);
        let mut after = before.as_ref().map(|before| before.state.clone());
        let (mut names, mut recorded) = (Vec::new(), Vec::new());
        for event in events {
            version += 1;
            names.push(D::name_of(&event).to_owned());
            let event = Recorded {
                seq: version,
                at: now,
                staff: self.viewer.actor.staff.clone(),
                unit: self.viewer.actor.unit.clone(),
                event,
            };
            after = match after.take() {
                None => D::begin(&event),
                Some(mut state) => {
                    state.apply(&event);
                    Some(state)
                }
            };
            let state = after.as_ref().ok_or_else(|| {
                Refusal::internal(format!("`{}` begins no dossier", D::name_of(&event.event)))
            })?;
            rows.extend(rows::notices(&self.id, state, &event, directory));
            recorded.push(event);
        }
        let Some(after) = after.filter(|_| !recorded.is_empty()) else {
            return self.nothing(before);
        };
        let file = rows::File { id: &self.id, number: &number, version, opened_at, changed_at: now };
        rows.extend(rows::rows(
            &file,
            before.as_ref().map(|before| &before.state),
            &after,
            &recorded,
            directory,
        )?);
        let kept = Kept {
            id: self.id.clone(),
            number: number.clone(),
            version,
            stage: after.card(directory).stage.to_owned(),
            events: names,
            repeated: false,
        };
        if let Some(idempotency) = &self.idempotency {
            let key = self.idempotency_key(idempotency);
            rows.push(reply_row(key, idempotency, &self.about, &kept, self.now)?);
        }
        let audit = AuditEntry {
            at: now,
            actor: self.viewer.actor.staff.to_string(),
            action: format!("{}.{}", D::KIND.code(), kept.events.first().map_or("tick", String::as_str)),
            subject: number,
        };
        Ok(Planned::audited(audit, rows, kept))
    }

    /// The clock found nothing to do; a command that makes no event is a fault of the model.
    fn nothing(&self, before: Option<rows::Before<D>>) -> Result<Planned<Kept>, Refusal> {
        let before = before
            .filter(|_| self.command.is_none())
            .ok_or_else(|| Refusal::internal(format!("a command on a {} made no event", D::KIND.code())))?;
        let stage = before.state.card(&self.city.directory).stage.to_owned();
        let (number, version) = (before.number, before.version);
        let kept = Kept { id: self.id.clone(), number, version, stage, events: Vec::new(), repeated: false };
        Ok(Planned::unaudited(Vec::new(), kept))
    }

    fn may_see(&self, state: &D) -> Result<(), Refusal> {
        let holders = state.card(&self.city.directory).holders;
        if self.viewer.is_house() || !holders.is_disjoint(self.viewer.holders()) {
            return Ok(());
        }
        Err(refused::not_begun(D::KIND))
    }

    fn check_version(&self, version: u64) -> Result<(), Refusal> {
        let Some(seen) = self.version.filter(|seen| *seen != version) else { return Ok(()) };
        Err(Refusal::conflict(
            "dossier.stale",
            format!("这份{}已变化（您看到的是第 {seen} 版，现为第 {version} 版），请刷新后再办", D::KIND.zh()),
            format!(
                "this {} has changed (you saw version {seen}, it is at {version}); reload it and decide again",
                D::KIND.code()
            ),
        )
        .fact("version", version))
    }

    /// Draws the next number of the day.
    fn number(&self, loaded: &Loaded<'_>, rows: &mut Vec<Row>) -> Result<String, Refusal> {
        let key = vec![self.counter.as_str().into()];
        let next = loaded.get(&COUNTER, &key).map_or(Ok(0), |row| row.int("next"))? + 1;
        rows.push(Row::upsert(&COUNTER, vec![self.counter.as_str().into(), next.into()]));
        Ok(format!("{}-{next:04}", self.prefix))
    }
}

/// Texts on their way into the vault.
struct Texts<'a> {
    house: &'a House,
    dossier: &'a str,
    rows: RefCell<Vec<Row>>,
}

impl Words for Texts<'_> {
    fn keep(&self, field: &'static str, text: &str) -> Result<TextRef, Refusal> {
        check_text(text, field)?;
        let id = NarrativeId::new(self.house.id());
        let digest = self.house.keys().digest("narrative", text);
        let sealed = self.house.keys().seal(id.as_str(), text).map_err(sealing)?;
        self.rows.borrow_mut().push(Row::insert(
            &DOSSIER_TEXT,
            vec![
                id.as_str().into(),
                self.dossier.into(),
                field.into(),
                digest.as_str().into(),
                sealed.sealed.into(),
                sealed.wrapped.into(),
            ],
        ));
        Ok(TextRef { id, digest })
    }
}
