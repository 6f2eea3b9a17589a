//! Giving a command to a case: the one way in which a case that exists changes.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use yipan_base::id::{CaseId, NarrativeId};
use yipan_base::refusal::Refusal;
use yipan_base::time::Timestamp;
use yipan_casework::case::{Case, NarrativeKind, Stage};
use yipan_casework::event::{Event, Recorded};
use yipan_casework::{Command, Context, decide};
use yipan_store::tables::{CASE_FILE, IDEMPOTENCY, NARRATIVE, PRECEDENT};
use yipan_store::{AuditEntry, Load, Loaded, Planned, Row, UnitOfWork, Value};

use crate::blobs;
use crate::city::City;
use crate::guard;
use crate::house::House;
use crate::idempotency::{Idempotency, repeated, reply_row};
use crate::precedent;
use crate::rows;
use crate::vault::NewNarrative;
use crate::viewer::Viewer;

/// A case by its number (what people say) or its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseName(pub String);

/// What came of a command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = CommandOutcome))]
pub struct Outcome {
    pub id: CaseId,
    pub number: String,
    pub version: u64,
    pub stage: Stage,
    /// The events that it made, by name.
    pub events: Vec<String>,
    /// The house had answered this request before and gives the same answer again.
    #[serde(default)]
    pub repeated: bool,
}

impl House {
    /// Gives a command to a case. Returns after the change is durable.
    ///
    /// `version`: the version that the actor saw; a case that changed meanwhile refuses.
    ///
    /// # Errors
    /// The refusal of the rule that said no; nothing was changed then.
    pub async fn give(
        &self,
        viewer: &Viewer,
        name: &CaseName,
        command: Command<String>,
        version: Option<u64>,
        idempotency: Option<Idempotency>,
    ) -> Result<Outcome, Refusal> {
        if let Some(idempotency) = &idempotency {
            idempotency.check()?;
        }
        guard::check(&command, &self.city())?;
        let id = self.case_called(name).await?;
        let (other, pair) = self.pairing(viewer, &command, &id).await?;
        let first_word = match &command {
            Command::Reopen { .. } => first_word(&self.case_by_id(&id).await?),
            _ => None,
        };
        let command = self.reckoned(command)?;
        let mut narratives = Vec::new();
        let mut fault = None;
        let now = self.now();
        let command = command.map_texts(&mut |kind, text: String| {
            let narrative = NarrativeId::new(self.id());
            match NewNarrative::seal(self.keys(), narrative.clone(), &id, kind, &text) {
                Ok(sealed) => narratives.push(sealed),
                Err(refusal) => {
                    fault.get_or_insert(refusal);
                }
            }
            narrative
        });
        if let Some(refusal) = fault {
            return Err(refusal);
        }
        let given = Given {
            city: self.city(),
            viewer: viewer.clone(),
            now,
            name: name.clone(),
            id,
            other,
            pair,
            first_word,
            command,
            version,
            narratives,
            idempotency,
        };
        let mut load = vec![Load::new(&CASE_FILE, vec![given.id.as_str().into()])];
        load.extend(given.other.iter().map(|o| Load::new(&CASE_FILE, vec![o.as_str().into()])));
        load.extend(blobs::loads(given.command.files()));
        load.extend(given.idempotency.iter().map(|i| Load::new(&IDEMPOTENCY, given.idempotency_key(i))));
        load.extend(given.first_word.iter().map(|n| Load::new(&NARRATIVE, vec![n.as_str().into()])));
        let work = UnitOfWork::new(load, move |loaded| given.plan(loaded));
        Ok(self.store().commit(work).await?.reply)
    }

    /// The command with what the house itself must reckon.
    fn reckoned(&self, mut command: Command<String>) -> Result<Command<String>, Refusal> {
        if let Command::Correct { place: Some(place), .. } = &mut command {
            *place = guard::located(place, &self.city())?;
        }
        Ok(command)
    }

    /// The other case of a command, and the command that goes to it in the same breath.
    async fn pairing(
        &self,
        viewer: &Viewer,
        command: &Command<String>,
        id: &CaseId,
    ) -> Result<(Option<CaseId>, Pair), Refusal> {
        Ok(match command {
            Command::MergeInto { master } => {
                let master = self.case_id(viewer, &CaseName(master.to_string())).await?;
                (Some(master), Pair::Adopt)
            }
            Command::AdoptMember { .. } | Command::ReleaseMember { .. } => {
                return Err(Refusal::invalid(
                    "command.paired",
                    "请在被并入的工单上执行并单或取消并单",
                    "give merge_into or unmerge on the case that is merged; its master follows by itself",
                ));
            }
            Command::Unmerge { .. } => (self.case_by_id(id).await?.merged_into, Pair::Release),
            Command::JudgeRepeat { earlier, .. } => {
                (Some(self.case_id(viewer, &CaseName(earlier.to_string())).await?), Pair::None)
            }
            Command::TryCallBack { .. } | Command::CallBack { .. } | Command::Close { .. } => {
                (self.case_by_id(id).await?.merged_into, Pair::None)
            }
            _ => (None, Pair::None),
        })
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pair {
    None,
    Adopt,
    Release,
}

struct Given {
    city: Arc<City>,
    viewer: Viewer,
    now: Timestamp,
    /// As the actor called the case.
    name: CaseName,
    id: CaseId,
    other: Option<CaseId>,
    pair: Pair,
    /// What was said first, where a case cannot go on without it.
    first_word: Option<NarrativeId>,
    command: Command,
    version: Option<u64>,
    narratives: Vec<NewNarrative>,
    idempotency: Option<Idempotency>,
}

impl Given {
    fn idempotency_key(&self, idempotency: &Idempotency) -> Vec<Value> {
        vec![self.viewer.actor.staff.as_str().into(), idempotency.key.as_str().into()]
    }

    fn plan(&self, loaded: &Loaded<'_>) -> Result<Planned<Outcome>, Refusal> {
        if let Some(idempotency) = &self.idempotency
            && let Some(row) = loaded.get(&IDEMPOTENCY, &self.idempotency_key(idempotency))
        {
            return repeated(idempotency, self.id.as_str(), row)
                .map(|outcome| Planned::unaudited(Vec::new(), outcome));
        }
        let case = load_case(loaded, &self.id)?.ok_or_else(|| unknown_case(&self.name.0))?;
        if !self.viewer.may_see(&case, &self.city.directory) {
            return Err(unknown_case(&self.name.0));
        }
        if let Some(seen) = self.version.filter(|v| *v != case.version) {
            return Err(Refusal::conflict(
                "case.stale",
                format!(
                    "工单 {} 已变化（您看到的是第 {seen} 版，现为第 {} 版），请刷新后再办",
                    case.number, case.version
                ),
                format!(
                    "case {} has changed (you saw version {seen}, it is at {}); reload it and decide again",
                    case.number, case.version
                ),
            )
            .fact("version", case.version));
        }
        let other = match &self.other {
            Some(id) => load_case(loaded, id)?,
            None => None,
        };
        if self.follows_merge() && case.merged_into != self.other {
            return Err(Refusal::conflict(
                "case.stale",
                format!("工单 {} 的并单关系刚刚变化，请刷新后再办", case.number),
                format!("case {} was merged or released just now; reload it and decide again", case.number),
            )
            .fact("version", case.version));
        }
        self.check_not_erased(loaded, &case)?;
        let command = self.resolved(other.as_ref());
        guard::check_on(&command, &case)?;
        let (after, events) = self.decide(&case, &command, other.as_ref())?;
        let mut rows = rows::rows(Some(&case), &after, &events, &self.city.directory)?;
        if let (Some(other), Some(command)) = (&other, self.paired(&case)) {
            let (other_after, other_events) = self.decide(other, &command, Some(&case))?;
            rows.extend(rows::rows(Some(other), &other_after, &other_events, &self.city.directory)?);
        }
        rows.extend(blobs::named(loaded, self.command.files()).map_err(|refusal| refusal.at("/file"))?);
        rows.extend(self.narratives.iter().map(NewNarrative::row));
        rows.extend(precedent::values(&case, &events).map(|values| Row::insert(&PRECEDENT, values)));
        let outcome = Outcome {
            id: after.id.clone(),
            number: after.number.clone(),
            version: after.version,
            stage: after.stage,
            events: events.iter().map(|e| e.event.name()).collect(),
            repeated: false,
        };
        if let Some(idempotency) = &self.idempotency {
            let key = self.idempotency_key(idempotency);
            rows.push(reply_row(key, idempotency, self.id.as_str(), &outcome, self.now)?);
        }
        let audit = AuditEntry {
            at: self.now.max(case.changed_at),
            actor: self.viewer.actor.staff.to_string(),
            action: format!("case.{}", command.name().code()),
            subject: case.number,
        };
        Ok(Planned::audited(audit, rows, outcome))
    }

    /// Nobody can work on a case whose words were erased.
    fn check_not_erased(&self, loaded: &Loaded<'_>, case: &Case) -> Result<(), Refusal> {
        let row = self.first_word.as_ref().and_then(|n| loaded.get(&NARRATIVE, &[n.as_str().into()]));
        match row {
            Some(row) if *row.value("sealed")? == Value::Null => Err(Refusal::conflict(
                "reopen.erased",
                format!(
                    "工单 {} 的内容和诉求人信息已依申请删除，不能重新打开；请作为新诉求受理",
                    case.number
                ),
                format!(
                    "what was said in case {} and by whom was erased on request; it is not opened again: accept a new one",
                    case.number
                ),
            )),
            _ => Ok(()),
        }
    }

    /// Whether the other case was looked up as the one that this case was merged into.
    fn follows_merge(&self) -> bool {
        matches!(
            self.command,
            Command::Unmerge { .. }
                | Command::TryCallBack { .. }
                | Command::CallBack { .. }
                | Command::Close { .. }
        )
    }

    /// The command with numbers of other cases replaced by their ids.
    fn resolved(&self, other: Option<&Case>) -> Command {
        match (&self.command, other) {
            (Command::MergeInto { .. }, Some(other)) => Command::MergeInto { master: other.id.clone() },
            (Command::JudgeRepeat { verdict, .. }, Some(other)) => {
                Command::JudgeRepeat { earlier: other.id.clone(), verdict: *verdict }
            }
            (command, _) => command.clone(),
        }
    }

    fn paired(&self, case: &Case) -> Option<Command> {
        match self.pair {
            Pair::None => None,
            Pair::Adopt => Some(Command::AdoptMember { member: case.id.clone() }),
            Pair::Release => Some(Command::ReleaseMember { member: case.id.clone() }),
        }
    }

    fn decide(
        &self,
        case: &Case,
        command: &Command,
        related: Option<&Case>,
    ) -> Result<(Case, Vec<Recorded>), Refusal> {
        // Commands of one case never run backwards in time, whatever the order of their arrival.
        let now = self.now.max(case.changed_at);
        let context = Context {
            now,
            actor: &self.viewer.actor,
            directory: &self.city.directory,
            rules: &self.city.rules,
            related,
        };
        let decided = decide(Some(case), command, &context)?;
        let mut after = case.clone();
        let narratives = self
            .narratives
            .iter()
            .filter(|_| !matches!(command, Command::AdoptMember { .. } | Command::ReleaseMember { .. }))
            .map(|n| Event::NarrativeAdded { narrative: n.reference.clone() });
        let mut events = Vec::new();
        for event in narratives.chain(decided) {
            let recorded =
                Recorded { seq: after.version + 1, at: now, staff: self.viewer.actor.staff.clone(), event };
            after.apply(&recorded);
            events.push(recorded);
        }
        Ok((after, events))
    }
}

/// The text with which a case began.
fn first_word(case: &Case) -> Option<NarrativeId> {
    case.narratives.iter().find(|n| n.kind == NarrativeKind::Text).map(|n| n.id.clone())
}

/// The case as the group of units so far left it.
pub(crate) fn load_case(loaded: &Loaded<'_>, id: &CaseId) -> Result<Option<Case>, Refusal> {
    let Some(row) = loaded.get(&CASE_FILE, &[id.as_str().into()]) else {
        return Ok(None);
    };
    read_state(row.text("state")?).map(Some)
}

pub(crate) fn read_state(text: &str) -> Result<Case, Refusal> {
    serde_json::from_str(text)
        .map_err(|fault| Refusal::internal(format!("a case's state cannot be read: {fault}")))
}

pub(crate) fn unknown_case(name: &str) -> Refusal {
    Refusal::not_found(
        "case.unknown",
        format!("没有工单 {name}，或不在您的可见范围内"),
        format!("there is no case {name}, or it lies outside your scope"),
    )
}
