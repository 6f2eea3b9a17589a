//! What all dossiers (卷宗) have in common.

use std::collections::BTreeSet;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use yipan_base::actor::Actor;
use yipan_base::directory::{Directory, Role, Unit, UnitKind, area_key, unit_key};
use yipan_base::id::{AreaId, BlobId, NarrativeId, StaffId, UnitId};
use yipan_base::refusal::Refusal;
use yipan_base::time::Timestamp;

use crate::terms::Terms;

/// What a dossier is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = DossierKind))]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// 值班表: who is on duty at one centre, when and at which post
    Roster,
    /// 班次: one shift as it was kept: call log, notes, hand-over
    Shift,
    /// 指挥部: a command post, from raising to standing down
    Post,
    /// 事件: cases, alerts, warnings and reports about one thing
    Incident,
    /// 灾情收集: the losses of one disaster, reported by towns and summed up
    Losses,
    /// 紧急信息: one urgent report up the line
    Urgent,
    /// 专报: a brief that was drafted, signed, sent, receipted and answered by instructions
    Brief,
    /// 研判: a question to resident officers and their signed opinions
    Judgement,
}

impl Kind {
    pub const ALL: [Self; 8] = [
        Self::Roster,
        Self::Shift,
        Self::Post,
        Self::Incident,
        Self::Losses,
        Self::Urgent,
        Self::Brief,
        Self::Judgement,
    ];

    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Roster => "roster",
            Self::Shift => "shift",
            Self::Post => "post",
            Self::Incident => "incident",
            Self::Losses => "losses",
            Self::Urgent => "urgent",
            Self::Brief => "brief",
            Self::Judgement => "judgement",
        }
    }

    #[must_use]
    pub const fn zh(self) -> &'static str {
        match self {
            Self::Roster => "值班表",
            Self::Shift => "班次",
            Self::Post => "指挥部",
            Self::Incident => "事件",
            Self::Losses => "灾情",
            Self::Urgent => "紧急信息",
            Self::Brief => "专报",
            Self::Judgement => "研判",
        }
    }

    /// The kind of that code.
    #[must_use]
    pub fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// One dossier: the present state of its events.
pub trait Dossier: Sized + Clone + Send + Sync + Serialize + DeserializeOwned + 'static {
    const KIND: Kind;
    /// What people may ask. Its free texts are plain `String`s; [`Desk::keep`] takes them out.
    type Command: DeserializeOwned + Clone + Send + Sync + 'static;
    /// What happened: ids, numbers, words of closed lists and references to texts; never a free text,
    /// never personal data.
    type Event: Serialize + DeserializeOwned + Clone + Send + Sync + 'static;

    /// Decides a command: of a dossier that is to be begun, or of one that exists. Says who may.
    ///
    /// # Errors
    /// The rule that refuses; nothing has happened then.
    fn decide(
        before: Option<&Self>,
        command: &Self::Command,
        desk: &Desk<'_>,
    ) -> Result<Vec<Self::Event>, Refusal>;

    /// What the house itself does when [`Card::due`] has come. Empty if nothing is to be done.
    fn tick(&self, now: Timestamp) -> Vec<Self::Event>;

    /// The dossier that an event begins; `None` if it begins none.
    fn begin(first: &Recorded<Self::Event>) -> Option<Self>;

    /// Takes in a later event.
    fn apply(&mut self, event: &Recorded<Self::Event>);

    /// What lists, timers and scopes need to know of it.
    fn card(&self, directory: &Directory) -> Card;

    /// Who is told of an event that just happened; `self` is the state after it.
    fn notices(&self, event: &Recorded<Self::Event>, directory: &Directory) -> Vec<Notice> {
        let _ = (event, directory);
        Vec::new()
    }

    /// The files that a command names, by the SHA-256 of their content; they were put into the house before.
    fn named(command: &Self::Command) -> &[BlobId] {
        let _ = command;
        &[]
    }

    /// The files that an event names: those of its command, or some of them.
    fn files(event: &Self::Event) -> &[BlobId] {
        let _ = event;
        &[]
    }

    /// The name of an event, as it stands in logs: `signed`.
    fn name_of(event: &Self::Event) -> &'static str;
}

/// An event as it was recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recorded<E> {
    /// From 1, without gaps.
    pub seq: u64,
    pub at: Timestamp,
    pub staff: StaffId,
    /// The unit of whoever did it; `None` for the house itself.
    pub unit: Option<UnitId>,
    pub event: E,
}

/// What lists, timers and scopes need to know of a dossier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// A word of the kind's own: `open`, `signed`, `stood_down`. `over` dossiers are left out of lists
    /// unless asked for.
    pub stage: &'static str,
    pub over: bool,
    /// The unit that keeps it.
    pub unit: UnitId,
    /// When the house must look at it again by itself.
    pub due: Option<Timestamp>,
    /// Who may see it: `a:<area>` and `u:<unit>`.
    pub holders: BTreeSet<String>,
}

/// Somebody must know of something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The unit whose people are told.
    pub unit: UnitId,
    /// What of: a code such as `losses.asked`; its words are in the notices' templates.
    pub what: &'static str,
    /// Also at night.
    pub urgent: bool,
}

/// A reference to a text that was sealed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = DossierText))]
pub struct TextRef {
    pub id: NarrativeId,
    /// Keyed, so that replay can tell a text that was changed.
    pub digest: String,
}

/// Takes texts out of commands and seals them; gives fresh ids.
pub trait Words {
    /// Keeps a text under a name such as `summary`.
    ///
    /// # Errors
    /// If it is empty, too long, or holds what no door takes.
    fn keep(&self, field: &'static str, text: &str) -> Result<TextRef, Refusal>;
}

/// What a decision may look at beside the dossier.
#[derive(Clone, Copy)]
pub struct Desk<'a> {
    pub now: Timestamp,
    pub actor: &'a Actor,
    pub directory: &'a Directory,
    pub terms: &'a Terms,
    pub words: &'a dyn Words,
}

impl<'a> Desk<'a> {
    /// Takes a text out of a command.
    ///
    /// # Errors
    /// If no door would take it.
    pub fn keep(&self, field: &'static str, text: &str) -> Result<TextRef, Refusal> {
        self.words.keep(field, text)
    }

    /// The actor's own unit.
    ///
    /// # Errors
    /// For the house itself, and for a unit that is gone.
    pub fn unit(&self) -> Result<&'a Unit, Refusal> {
        self.actor.unit.as_ref().and_then(|unit| self.directory.unit(unit)).ok_or_else(|| {
            Refusal::forbidden(
                "duty.no_unit",
                "您不属于任何现有单位，不能办理值班事务",
                "you belong to no unit that exists; nothing of the duty room is yours to do",
            )
        })
    }

    /// The unit of that id.
    ///
    /// # Errors
    /// `unit.unknown`, pointing at `pointer`.
    pub fn unit_called(&self, id: &UnitId, pointer: &str) -> Result<&'a Unit, Refusal> {
        self.directory.unit(id).ok_or_else(|| {
            Refusal::rule("unit.unknown", format!("没有单位 {id}"), format!("there is no unit {id}"))
                .at(pointer)
        })
    }

    /// A centre, such as the actor's own.
    ///
    /// # Errors
    /// `duty.not_a_centre`.
    pub fn centre_called(&self, id: &UnitId, pointer: &str) -> Result<&'a Unit, Refusal> {
        let unit = self.unit_called(id, pointer)?;
        if unit.kind == UnitKind::Centre {
            return Ok(unit);
        }
        Err(Refusal::rule(
            "duty.not_a_centre",
            format!("{} 不是指挥中心", unit.name),
            format!("{id} is no command centre"),
        )
        .at(pointer))
    }

    /// Whether the actor works at that unit.
    #[must_use]
    pub fn at(&self, unit: &UnitId) -> bool {
        self.actor.unit.as_ref() == Some(unit)
    }

    /// Whether the actor works at the centre of an area above that unit's, or at that unit's own centre.
    #[must_use]
    pub fn over(&self, unit: &UnitId) -> bool {
        let own = self.actor.unit.as_ref().and_then(|own| self.directory.unit(own));
        let other = self.directory.unit(unit);
        own.zip(other).is_some_and(|(own, other)| {
            own.kind == UnitKind::Centre && crate::check::covers(self.directory, &own.area, &other.area)
        })
    }

    /// Refuses whoever has none of the roles. The house itself may.
    ///
    /// # Errors
    /// `duty.role`, naming the roles that may.
    pub fn needs(&self, roles: &[Role]) -> Result<(), Refusal> {
        if self.actor.is_system() || self.actor.has_any(roles) {
            return Ok(());
        }
        let names: Vec<_> = roles.iter().map(|role| role.zh()).collect();
        Err(Refusal::forbidden(
            "duty.role",
            format!("此项由{}办理", names.join("、")),
            format!("this is done by: {roles:?}"),
        ))
    }
}

/// The keys of a unit and of every area above it, boards included: those who may see what that unit keeps.
#[must_use]
pub fn line_of_sight(unit: &UnitId, directory: &Directory) -> BTreeSet<String> {
    let mut holders = BTreeSet::from([unit_key(unit)]);
    if let Some(unit) = directory.unit(unit) {
        holders.extend(sight_of_area(&unit.area, directory));
    }
    holders
}

/// The keys of an area and of every area above it, boards included. The city stands above all of them:
/// its boards are in a tree of their own.
#[must_use]
pub fn sight_of_area(area: &AreaId, directory: &Directory) -> BTreeSet<String> {
    let above = directory.ancestors(area).chain(directory.governance_of(area));
    above.chain(directory.city()).map(|area| area_key(&area.id)).collect()
}

/// A dossier that is not there, or was to be begun and is there already.
pub mod refused {
    use super::{Kind, Refusal};

    /// A command on a dossier that has not begun.
    #[must_use]
    pub fn not_begun(kind: Kind) -> Refusal {
        Refusal::not_found(
            "dossier.unknown",
            format!("没有这份{}，或不在您的可见范围内", kind.zh()),
            format!("there is no such {}, or it lies outside your scope", kind.code()),
        )
    }

    /// A dossier that is begun a second time.
    #[must_use]
    pub fn begun(kind: Kind) -> Refusal {
        Refusal::conflict(
            "dossier.begun",
            format!("这份{}已经建立", kind.zh()),
            format!("this {} has begun already", kind.code()),
        )
    }

    /// A dossier that is over.
    #[must_use]
    pub fn over(kind: Kind) -> Refusal {
        Refusal::conflict(
            "dossier.over",
            format!("这份{}已经结束", kind.zh()),
            format!("this {} is over", kind.code()),
        )
    }
}
