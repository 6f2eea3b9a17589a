//! Facts (事实): timestamps and due times of a case, for the accounts. Never "overdue": that is a
//! comparison with an as-of time, made when somebody asks.

use serde::{Deserialize, Serialize};
use yipan_base::directory::{AreaLevel, Directory};
use yipan_base::id::{AreaId, CaseId, CategoryId, UnitId};
use yipan_base::time::Timestamp;

use crate::case::{
    Case, Channel, Grade, Holding, HoldingRole, Kind, Level, Outcome, Party, RepeatVerdict, Solved, Standing,
};

/// All facts of one case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Facts {
    pub case: CaseFact,
    pub holdings: Vec<HoldingFact>,
    pub terms: Vec<TermFact>,
}

/// What the accounts know of a case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CaseFact {
    pub case: CaseId,
    pub number: String,
    pub kind: Kind,
    pub category: CategoryId,
    pub channel: Channel,
    pub level: Level,
    pub county: Option<AreaId>,
    pub town: Option<AreaId>,
    pub centre: UnitId,
    pub main_unit: Option<UnitId>,
    pub received_at: Timestamp,
    pub accepted_at: Timestamp,
    /// Answered directly at this time.
    pub answered_at: Option<Timestamp>,
    /// First dispatched at this time.
    pub dispatched_at: Option<Timestamp>,
    pub handled_at: Option<Timestamp>,
    pub closed_at: Option<Timestamp>,
    pub outcome: Option<Outcome>,
    /// The call-back that reached the citizen in the last round.
    pub callback_at: Option<Timestamp>,
    pub callback_valid: Option<bool>,
    pub attitude: Option<Grade>,
    pub result: Option<Grade>,
    pub solved: Option<Solved>,
    pub rounds: i64,
    pub returns: i64,
    pub redos: i64,
    pub sheets: i64,
    pub repeat: Option<RepeatVerdict>,
    pub merged: bool,
    pub historical: bool,
    pub secret: bool,
    /// The citizen's time so far, split: in the centre's hands, …
    pub centre_time: i64,
    /// … in the units' hands, …
    pub unit_time: i64,
    /// … while the citizen asked to be called later, …
    pub citizen_time: i64,
    /// … and in others' (owners of outer orders, approved pauses).
    pub other_time: i64,
}

/// What the accounts know of a holding.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HoldingFact {
    pub case: CaseId,
    pub holding: u32,
    pub role: HoldingRole,
    /// 0 at the top, 1 for a county's child orders.
    pub depth: i64,
    pub round: i64,
    pub unit: UnitId,
    pub line: Option<String>,
    pub peer_group: Option<String>,
    pub county: Option<AreaId>,
    pub town: Option<AreaId>,
    pub kind: Kind,
    pub category: CategoryId,
    pub channel: Channel,
    pub level: Level,
    pub dispatched_at: Timestamp,
    pub sign_due: Option<Timestamp>,
    pub signed_at: Option<Timestamp>,
    pub contact_due: Option<Timestamp>,
    pub contacted_at: Option<Timestamp>,
    pub handle_due: Option<Timestamp>,
    pub replied_at: Option<Timestamp>,
    pub completed_at: Option<Timestamp>,
    pub ended_at: Option<Timestamp>,
    pub standing: Standing,
    /// Microseconds of pauses that have ended.
    pub paused: i64,
    pub extended: bool,
    pub deferred: bool,
    pub suspended: bool,
    pub refused_returns: i64,
    pub historical: bool,
}

/// What the accounts know of a term of the centre.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TermFact {
    pub case: CaseId,
    pub term: u32,
    pub centre: UnitId,
    pub kind: String,
    pub started_at: Timestamp,
    pub due_at: Timestamp,
    pub ended_at: Option<Timestamp>,
    pub channel: Channel,
    pub case_kind: Kind,
    pub category: CategoryId,
    pub level: Level,
}

/// The facts of a case as it stands.
#[must_use]
pub fn facts(case: &Case, directory: &Directory) -> Facts {
    Facts {
        case: case_fact(case, directory),
        holdings: case.holdings.iter().map(|h| holding_fact(case, h, directory)).collect(),
        terms: case
            .terms
            .iter()
            .map(|t| TermFact {
                case: case.id.clone(),
                term: t.no,
                centre: t.centre.clone(),
                kind: t.kind.code().to_owned(),
                started_at: t.clock.started_at,
                due_at: t.clock.due,
                ended_at: t.ended_at,
                channel: case.intake.channel,
                case_kind: case.kind,
                category: case.category.clone(),
                level: case.level,
            })
            .collect(),
    }
}

fn case_fact(case: &Case, directory: &Directory) -> CaseFact {
    let place = case.place.area.as_ref().or_else(|| directory.unit(&case.centre).map(|u| &u.area));
    let at = |level| place.and_then(|a| directory.ancestor_at(a, level)).map(|a| a.id.clone());
    let tops = || case.holdings.iter().filter(|h| h.is_top_main());
    let heard = case.callbacks.iter().rev().find(|c| c.reached);
    let mut split = [0_i64; 4];
    for segment in &case.custody {
        let Some(to) = segment.to else { continue };
        let slot = match segment.party {
            Party::Centre(_) => 0,
            Party::Unit(_) => 1,
            Party::Citizen => 2,
            Party::Other => 3,
        };
        split[slot] += to.since(segment.from);
    }
    CaseFact {
        case: case.id.clone(),
        number: case.number.clone(),
        kind: case.kind,
        category: case.category.clone(),
        channel: case.intake.channel,
        level: case.level,
        county: at(AreaLevel::County),
        town: at(AreaLevel::Town),
        centre: case.centre.clone(),
        main_unit: case.last_main().map(|h| h.unit.clone()),
        received_at: case.intake.received_at,
        accepted_at: case.intake.accepted_at,
        answered_at: case.answered_at.filter(|_| case.holdings.is_empty()),
        dispatched_at: tops().map(|h| h.dispatched_at).min(),
        handled_at: case.last_main().and_then(|h| h.completed_at),
        closed_at: case.closed_at,
        outcome: case.outcome,
        callback_at: heard.map(|c| c.at),
        callback_valid: heard.map(crate::case::CallBack::valid),
        attitude: heard.and_then(|c| c.attitude),
        result: heard.and_then(|c| c.result),
        solved: heard.and_then(|c| c.solved),
        rounds: i64::from(case.round),
        returns: case.holdings.iter().filter(|h| h.standing == Standing::Returned).count() as i64,
        redos: case.redos.into(),
        sheets: case.sheets.len() as i64,
        repeat: case.repeat.as_ref().filter(|r| r.confirmed || r.contested.is_none()).map(|r| r.verdict),
        merged: case.merged_into.is_some(),
        historical: case.historical,
        secret: case.secret,
        centre_time: split[0],
        unit_time: split[1],
        citizen_time: split[2],
        other_time: split[3],
    }
}

fn holding_fact(case: &Case, holding: &Holding, directory: &Directory) -> HoldingFact {
    let unit = directory.unit(&holding.unit);
    let at = |level| unit.and_then(|u| directory.ancestor_at(&u.area, level)).map(|a| a.id.clone());
    let timed = !case.historical;
    HoldingFact {
        case: case.id.clone(),
        holding: holding.no,
        role: holding.role,
        depth: depth(case, holding),
        round: i64::from(holding.round),
        unit: holding.unit.clone(),
        line: unit.and_then(|u| u.line.clone()),
        peer_group: unit.and_then(|u| u.peer_group.clone()),
        county: at(AreaLevel::County),
        town: at(AreaLevel::Town),
        kind: case.kind,
        category: case.category.clone(),
        channel: case.intake.channel,
        level: case.level,
        dispatched_at: holding.dispatched_at,
        sign_due: timed.then_some(holding.sign.due),
        signed_at: holding.signed_at,
        contact_due: holding
            .contact
            .as_ref()
            .filter(|_| timed && case.intake.person.is_some())
            .map(|c| c.due),
        contacted_at: holding.contacted_at,
        handle_due: timed.then_some(holding.handle.due),
        replied_at: holding.replied_at,
        completed_at: holding.completed_at,
        ended_at: holding.ended_at,
        standing: holding.standing,
        paused: holding.handle.pauses.iter().map(|p| p.to.since(p.from)).sum(),
        extended: holding.handle.extended > 0,
        deferred: holding.deferred,
        suspended: holding.suspension.is_some(),
        refused_returns: holding
            .returns
            .iter()
            .filter(|r| {
                r.ruling.as_ref().is_some_and(|r| matches!(r.verdict.as_str(), "refused" | "designated"))
            })
            .count() as i64,
        historical: case.historical,
    }
}

fn depth(case: &Case, holding: &Holding) -> i64 {
    let mut depth = 0;
    let mut parent = holding.parent;
    while let Some(no) = parent {
        depth += 1;
        parent = case.holding(no).and_then(|h| h.parent);
    }
    depth
}
