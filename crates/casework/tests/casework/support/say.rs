//! Short ways to say the commands that most tests need.

use std::collections::BTreeSet;

use yipan_base::id::{AreaId, CaseId, CategoryId, NarrativeId, PersonId, UnitId};
use yipan_casework::Command;
use yipan_casework::case::{
    Channel, Grade, Kind, Level, NarrativeKind, NarrativeRef, Outcome, OuterOrder, Place, Solved,
};
use yipan_casework::command::{Acceptance, Basis};

use super::time;

pub fn text(name: &str) -> NarrativeId {
    NarrativeId::new(format!("t-{name}"))
}

pub fn unit(id: &str) -> UnitId {
    UnitId::new(id)
}

/// An ordinary complaint by telephone about housing, from somewhere in town `n1`.
pub fn appeal(name: &str) -> Acceptance {
    Acceptance {
        id: CaseId::new(name),
        number: format!("320600-20210506-{name}"),
        channel: Channel::Phone,
        received_at: time("2021-05-06 08:55"),
        person: Some(PersonId::new(format!("p-{name}"))),
        anonymous: false,
        kind: Kind::Complaint,
        category: CategoryId::new("urban.housing.heating"),
        level: Level::Ordinary,
        place: Place { area: Some(AreaId::new("n1")), ..Place::default() },
        narratives: vec![NarrativeRef {
            id: text(name),
            kind: NarrativeKind::Text,
            digest: "5e884898da28".to_owned(),
        }],
        secret: None,
        accused_units: BTreeSet::new(),
        accused_staff: BTreeSet::new(),
        safety: BTreeSet::new(),
        outer: None,
        historical: false,
        centre: None,
        late: None,
    }
}

/// The same as a report of wrongdoing against a unit.
pub fn report(name: &str, accused: &[&str]) -> Acceptance {
    Acceptance {
        kind: Kind::Report,
        accused_units: accused.iter().map(|u| unit(u)).collect(),
        ..appeal(name)
    }
}

/// The same as an order of the province platform.
pub fn order(name: &str, deadline: Option<&str>, returnable: bool) -> Acceptance {
    let outer = OuterOrder {
        owner: "province".to_owned(),
        number: format!("JS-{name}"),
        deadline: deadline.map(time),
        returnable,
        consents: Vec::new(),
    };
    Acceptance { channel: Channel::Province, outer: Some(outer), ..appeal(name) }
}

pub fn dispatch(main: &str) -> Command {
    dispatch_with(main, &[])
}

pub fn dispatch_with(main: &str, assistants: &[&str]) -> Command {
    let assistants = assistants.iter().map(|u| unit(u)).collect();
    Command::Dispatch { main: unit(main), assistants, copies: Vec::new(), basis: Basis::Judgement }
}

pub fn child(holding: u32, main: &str) -> Command {
    Command::DispatchChild { holding, main: unit(main), assistants: Vec::new(), basis: Basis::Judgement }
}

pub fn reply(holding: u32) -> Command {
    reply_solved(holding, Solved::Yes)
}

pub fn reply_solved(holding: u32, solved: Solved) -> Command {
    Command::DraftReply {
        holding,
        text: text("reply"),
        public_text: None,
        truth: true,
        beyond_duty: false,
        solved,
    }
}

pub fn ask_return(holding: u32, proposed: &str) -> Command {
    Command::RequestReturn {
        holding,
        reason: "not_our_duty".to_owned(),
        basis: text("law"),
        proposed: unit(proposed),
    }
}

pub fn grant_return(holding: u32, to: &str) -> Command {
    Command::GrantReturn { holding, to: unit(to), reason: text("ruling") }
}

pub fn call_back(grade: Grade, solved: Solved) -> Command {
    Command::CallBack { attitude: grade, result: grade, solved, remark: None }
}

pub fn close(outcome: Outcome) -> Command {
    Command::Close { outcome, reason: Some(text("outcome")) }
}
