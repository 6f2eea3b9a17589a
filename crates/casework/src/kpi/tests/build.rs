//! Facts to test with: an ordinary one of each kind, to be changed by the test.

use yipan_base::id::CaseId;
use yipan_base::time::{DAY, HOUR, Timestamp};

use crate::case::{Channel, HoldingRole, Kind, Level, Standing};
use crate::kpi::{Cut, Definitions, FactSet, Figure, Filters, Period, Query, Tier, figures};
use crate::project::{CaseFact, HoldingFact, TermFact};

pub fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// Monday of the week in which the tests play; it ends with Sunday 2021-12-12.
pub fn monday() -> Timestamp {
    at("2021-12-06")
}

pub fn sunday_night() -> Timestamp {
    monday().plus(7 * DAY)
}

/// An hour of the week, spread evenly.
pub fn spread(n: usize) -> Timestamp {
    monday().plus((n % 168) as i64 * HOUR)
}

/// Of `count` things, the `n`th in another order: what was put in blocks is mixed, and repeatable.
pub fn mixed(n: usize, count: usize) -> usize {
    let stride = (count / 2 + 1..).find(|stride| gcd(*stride, count) == 1).unwrap_or(1);
    n * stride % count
}

fn gcd(a: usize, b: usize) -> usize {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// The value of the block in which the `n`th thing lies.
pub fn block<T: Copy>(blocks: &[(T, usize)], mut n: usize) -> T {
    for (value, size) in blocks {
        if n < *size {
            return *value;
        }
        n -= size;
    }
    panic!("there are fewer than {n} things")
}

pub fn case(n: usize) -> CaseFact {
    let accepted_at = spread(n);
    CaseFact {
        case: CaseId::new(format!("case-{n:05}")),
        number: format!("{n:05}"),
        kind: Kind::Help,
        category: "housing.property.fees".into(),
        channel: Channel::Phone,
        level: Level::Ordinary,
        county: Some("north".into()),
        town: None,
        centre: "centre".into(),
        main_unit: None,
        received_at: accepted_at,
        accepted_at,
        answered_at: None,
        dispatched_at: None,
        handled_at: None,
        closed_at: None,
        outcome: None,
        callback_at: None,
        callback_valid: None,
        attitude: None,
        result: None,
        solved: None,
        rounds: 1,
        returns: 0,
        redos: 0,
        sheets: 0,
        repeat: None,
        merged: false,
        historical: false,
        secret: false,
        centre_time: 0,
        unit_time: 0,
        citizen_time: 0,
        other_time: 0,
    }
}

/// A main holding, dispatched two days before its due hour of the week, untouched.
pub fn holding(n: usize) -> HoldingFact {
    let due = spread(n);
    HoldingFact {
        case: CaseId::new(format!("case-{n:05}")),
        holding: 1,
        role: HoldingRole::Main,
        depth: 0,
        round: 1,
        unit: "water".into(),
        line: Some("utilities".to_owned()),
        peer_group: None,
        county: Some("north".into()),
        town: None,
        kind: Kind::Help,
        category: "housing.property.fees".into(),
        channel: Channel::Phone,
        level: Level::Ordinary,
        dispatched_at: due.plus(-2 * DAY),
        sign_due: Some(due),
        signed_at: None,
        contact_due: Some(due),
        contacted_at: None,
        handle_due: Some(due),
        replied_at: None,
        completed_at: None,
        ended_at: None,
        standing: Standing::Open,
        paused: 0,
        extended: false,
        deferred: false,
        suspended: false,
        refused_returns: 0,
        historical: false,
    }
}

/// The holding, completed so long after its due time; before it if negative.
pub fn completed(mut holding: HoldingFact, late: i64) -> HoldingFact {
    let done = holding.handle_due.unwrap().plus(late);
    holding.replied_at = Some(done);
    holding.completed_at = Some(done);
    holding.ended_at = Some(done);
    holding.standing = Standing::Completed;
    holding
}

pub fn term(n: usize) -> TermFact {
    let due = spread(n);
    TermFact {
        case: CaseId::new(format!("case-{n:05}")),
        term: 1,
        centre: "centre".into(),
        kind: "dispatch".to_owned(),
        started_at: due.plus(-2 * HOUR),
        due_at: due,
        ended_at: None,
        channel: Channel::Phone,
        case_kind: Kind::Help,
        category: "housing.property.fees".into(),
        level: Level::Ordinary,
    }
}

/// The city's figures of the week, as of its end, uncut.
pub fn week(ids: &[&str]) -> Query {
    Query {
        ids: ids.iter().map(|id| (*id).to_owned()).collect(),
        tier: Tier::City,
        period: Period { from: monday(), to: sunday_night() },
        as_of: sunday_night(),
        filters: Filters::default(),
        cut: Cut::Whole,
        beside: true,
    }
}

pub fn ask(facts: FactSet<'_>, query: &Query) -> Vec<Figure> {
    figures(Definitions::shipped(), facts, query).unwrap()
}

/// The one figure of that id, of the week.
pub fn one(facts: FactSet<'_>, id: &str) -> Figure {
    ask(facts, &week(&[id])).swap_remove(0)
}

pub fn of_cases(cases: &[CaseFact]) -> FactSet<'_> {
    FactSet { cases, ..FactSet::default() }
}

pub fn of_holdings(holdings: &[HoldingFact]) -> FactSet<'_> {
    FactSet { holdings, ..FactSet::default() }
}

/// `key: numerator` of each group.
pub fn groups(figures: &[Figure]) -> Vec<(&str, i64)> {
    figures.iter().map(|figure| (figure.key.as_deref().unwrap_or("-"), figure.numerator)).collect()
}
