//! What must hold when everything has come to rest.

use std::collections::{BTreeMap, BTreeSet};

use yipan_accounts::Accounts;
use yipan_base::time::{DAY, Timestamp};
use yipan_casework::case::{Case, Stage, Standing};
use yipan_casework::clock::{Clock, Mark};
use yipan_casework::event::{Event, Marked, Recorded};
use yipan_casework::kpi::{Cut, Definitions, Dimension, FactSet, Filters, Period, Query, Tier, figures};
use yipan_casework::project::facts;
use yipan_platform::CaseName;
use yipan_store::{Scope, audit_verify};

use crate::book::{Book, links};
use crate::city::opening;
use crate::finding::{Breach, Finding, demand};
use crate::reached::Reached;
use crate::world::World;

/// A case and what happened to it.
struct Life {
    case: Case,
    events: Vec<Recorded>,
}

/// Looks at everything. `latest`: the latest time that it ever was.
///
/// # Errors
/// The first thing that does not hold.
pub async fn all(
    world: &World<'_>,
    book: &Book,
    latest: Timestamp,
    reached: &mut Reached,
) -> Result<(), Finding> {
    let audit = audit_verify(world.store()).await?;
    demand(audit.is_sound(), Breach::Unsound, || format!("{audit:?}"))?;
    let replay = world.house.replay().await?;
    demand(replay.agrees(), Breach::Unsound, || format!("{replay:?}"))?;
    promises(world, book).await?;

    let mut lives = Vec::new();
    for number in &book.cases {
        let events = world.house.case_events(&world.eyes(), &CaseName(number.clone())).await?;
        let case = Case::fold(&events)
            .ok_or_else(|| Finding::new(Breach::Unsound, format!("{number} does not begin")))?;
        for event in &events {
            reached.count("event", event.event.name(), 1);
        }
        lives.push(Life { case, events });
    }
    demand(replay.cases == lives.len() as u64, Breach::Doubled, || {
        format!("{} cases, and {:?} were acknowledged", replay.cases, book.cases)
    })?;
    for life in &lives {
        stands(life)?;
        marks(life, latest)?;
    }
    timers(world, &lives).await?;
    outbox(world, &lives).await?;
    accounts(world, &lives, latest.max(world.house.now())).await
}

/// Everything that was acknowledged is there once, and nothing else is.
async fn promises(world: &World<'_>, book: &Book) -> Result<(), Finding> {
    let ledger = links(world.store(), 0).await?;
    demand(ledger == book.chain, Breach::Lost, || "the ledger is not what it was step by step".to_owned())?;

    let sql = "SELECT e.ledger, e.case_id, e.seq, e.kind FROM case_event e WHERE {visible:e.case_id} \
               ORDER BY e.ledger, e.case_id, e.seq";
    let mut written: BTreeMap<(i64, String), (i64, Vec<String>)> = BTreeMap::new();
    for row in world.store().cases(&world.eyes().scope(), sql, &[]).await? {
        let of = (row.int("ledger")?, row.text("case_id")?.to_owned());
        let (last, kinds) = written.entry(of).or_default();
        *last = row.int("seq")?;
        kinds.push(row.text("kind")?.to_owned());
    }
    for (seq, outcome) in &book.outcomes {
        let there = written.get(&(*seq, outcome.id.to_string()));
        let expected = (outcome.version as i64, outcome.events.clone());
        let nothing = outcome.events.is_empty() && there.is_none();
        demand(nothing || there == Some(&expected), Breach::Lost, || {
            format!("entry {seq} was told as {outcome:?}, and holds {there:?}")
        })?;
    }

    let sql = "SELECT actor, key, reply FROM idempotency ORDER BY actor, key";
    let mut kept = BTreeMap::new();
    for row in world.store().house(sql, &[]).await? {
        let key = (row.text("actor")?.to_owned(), row.text("key")?.to_owned());
        kept.insert(key, serde_json::from_str(row.text("reply")?)?);
    }
    let done = book.keyed.iter().filter_map(|known| {
        let key = known.request.key.as_ref()?.key.clone();
        Some(((known.request.who().to_owned(), key), known.done.clone()?))
    });
    let done: BTreeMap<_, yipan_platform::Outcome> = done.collect();
    demand(kept == done, Breach::Lost, || {
        format!("answers are kept for {kept:?}, and were given for {done:?}")
    })
}

/// A case that is open has one who holds it, or stands at a centre; nothing runs on one that has ended.
fn stands(life: &Life) -> Result<(), Finding> {
    let case = &life.case;
    let mains: Vec<_> =
        case.holdings.iter().filter(|h| h.is_top_main() && h.standing == Standing::Open).collect();
    let running = case.terms.iter().filter(|term| term.ended_at.is_none()).count();
    let open = case.holdings.iter().filter(|h| h.standing == Standing::Open).count();
    let live =
        case.holdings.iter().filter(|h| h.is_top_main() && h.round == case.round && h.is_live()).count();
    let holds = if case.is_ended() {
        open == 0 && running == 0
    } else if case.merged_into.is_some() {
        open == 0
    } else {
        match case.stage {
            Stage::Accepted | Stage::AnsweredDirectly => live == 0 && !case.centre.as_str().is_empty(),
            Stage::Dispatched | Stage::Handling => mains.len() == 1 && live == 1,
            _ => live == 1,
        }
    };
    demand(holds, Breach::Case, || {
        let units: Vec<_> = mains.iter().map(|main| (&main.unit, main.no)).collect();
        format!(
            "{} at {:?}: {units:?} hold it, {open} orders and {running} terms are open",
            case.number, case.stage
        )
    })?;
    let order = life.events.windows(2).all(|pair| pair[0].at <= pair[1].at);
    demand(order, Breach::Case, || format!("{} went back in time", case.number))
}

/// Every mark was noted once, and none before its time.
fn marks(life: &Life, latest: Timestamp) -> Result<(), Finding> {
    for (at, event) in life.events.iter().enumerate() {
        let Event::Marked { clock, mark } = &event.event else { continue };
        let before = Case::fold(&life.events[..at]);
        let (of, noted) = before.as_ref().and_then(|case| marked(case, clock, *mark)).ok_or_else(|| {
            Finding::new(Breach::Timer, format!("{}: no clock has {event:?}", life.case.number))
        })?;
        demand(!noted, Breach::Timer, || format!("{}: {event:?} was noted before", life.case.number))?;
        demand(of.mark(*mark) <= event.at && event.at <= latest, Breach::Timer, || {
            format!(
                "{}: {event:?} is noted before {}, or before it was so late",
                life.case.number,
                of.mark(*mark)
            )
        })?;
    }
    Ok(())
}

/// The clock of a mark, and whether the mark was noted.
fn marked<'a>(case: &'a Case, clock: &Marked, mark: Mark) -> Option<(&'a Clock, bool)> {
    let of_holding = |no: u32, name: &str| {
        let holding = case.holding(no)?;
        let noted = holding.noted.iter().any(|(of, noted)| of == name && *noted == mark);
        Some((if name == "sign" { &holding.sign } else { &holding.handle }, noted))
    };
    match clock {
        Marked::Sign { holding } => of_holding(*holding, "sign"),
        Marked::Handle { holding } => of_holding(*holding, "handle"),
        Marked::Term { no } => case
            .terms
            .iter()
            .find(|term| term.no == *no)
            .map(|term| (&term.clock, term.noted.contains(&mark))),
        Marked::Sheet { no } => case
            .sheets
            .iter()
            .find(|sheet| sheet.no == *no)
            .map(|sheet| (&sheet.clock, sheet.noted.contains(&mark))),
    }
}

/// Timers stand for open cases alone, one each, and all lie ahead.
async fn timers(world: &World<'_>, lives: &[Life]) -> Result<(), Finding> {
    let mut timed = BTreeSet::new();
    for row in world.store().house("SELECT case_id, due_at FROM timer", &[]).await? {
        let case = row.text("case_id")?.to_owned();
        let due = Timestamp::from_micros(row.int("due_at")?);
        demand(due > world.house.now(), Breach::Timer, || format!("the timer of {case} was due at {due}"))?;
        demand(timed.insert(case.clone()), Breach::Timer, || format!("{case} has two timers"))?;
    }
    // A supervision sheet is answered even after its case has ended.
    let sheet = |case: &Case| case.sheets.iter().any(|s| s.answered_at.is_none() && s.lifted_at.is_none());
    let over = |case: &Case| case.is_ended() && !sheet(case);
    let over = lives.iter().find(|life| over(&life.case) && timed.contains(life.case.id.as_str()));
    demand(over.is_none(), Breach::Timer, || {
        format!("{} has ended, and a timer runs", over.map_or("", |life| life.case.number.as_str()))
    })
}

/// What must be said to others is in the outbox once.
async fn outbox(world: &World<'_>, lives: &[Life]) -> Result<(), Finding> {
    let mut expected = BTreeSet::new();
    for life in lives.iter().filter(|life| !life.case.historical) {
        let outer = life.case.outer.is_some();
        for event in &life.events {
            let told = match &event.event {
                Event::ExtensionRuled { granted, .. } => *granted,
                Event::ReferredAway { .. } => true,
                Event::Closed { .. }
                | Event::Replied { .. }
                | Event::Dispatched { .. }
                | Event::ReturnRequested { .. } => outer,
                _ => false,
            };
            if told {
                expected.insert((format!("{}/{}", life.case.id, event.seq), "acknowledged".to_owned()));
            }
        }
    }
    let mut found = Vec::new();
    for row in world.store().house("SELECT id, state FROM outbox ORDER BY id", &[]).await? {
        // What the other side answers later, it may not have answered yet.
        let state = row.text("state")?.replace("sent", "acknowledged");
        found.push((row.text("id")?.to_owned(), state));
    }
    demand(found.iter().eq(&expected), Breach::Outbox, || {
        format!("the outbox holds {found:?}, not {expected:?}")
    })
}

/// The accounts, who ask the daily figures, say what a plain count of the facts says.
async fn accounts(world: &World<'_>, lives: &[Life], latest: Timestamp) -> Result<(), Finding> {
    let directory = &world.house.city().directory;
    let (mut cases, mut holdings, mut terms) = (Vec::new(), Vec::new(), Vec::new());
    for life in lives {
        let facts = facts(&life.case, directory);
        cases.push(facts.case);
        holdings.extend(facts.holdings);
        terms.extend(facts.terms);
    }
    let counted = FactSet { cases: &cases, holdings: &holdings, terms: &terms };
    let known = Definitions::shipped();
    let cuts = [
        Cut::Whole,
        Cut::Day,
        Cut::By(Dimension::Unit),
        Cut::By(Dimension::Kind),
        Cut::By(Dimension::Channel),
    ];
    let turn = turn_of(lives);
    let query = Query {
        ids: known.iter().map(|definition| definition.id.clone()).collect(),
        tier: if turn.is_multiple_of(2) { Tier::City } else { Tier::County },
        period: Period { from: Timestamp::midnight(opening().plus(-DAY).date()), to: latest.plus(90 * DAY) },
        as_of: latest,
        filters: Filters::default(),
        cut: cuts[turn % cuts.len()],
        beside: true,
    };
    let fits = |id: &String| Query { ids: vec![id.clone()], ..query.clone() }.definitions(known).is_ok();
    let query = Query { ids: query.ids.iter().filter(|id| fits(id)).cloned().collect(), ..query.clone() };
    let found = Accounts::new(world.store().clone())
        .asked_at(latest)
        .figures(&Scope::system("simulation"), &query)
        .await?;
    let expected = figures(known, counted, &query)?;
    let other = found.iter().zip(&expected).find(|(found, expected)| found != expected);
    demand(other.is_none() && found.len() == expected.len(), Breach::Figure, || {
        format!("of {} and {} figures these differ first: {other:?}", found.len(), expected.len())
    })
}

/// A number that differs from run to run, by what happened.
fn turn_of(lives: &[Life]) -> usize {
    lives.iter().map(|life| life.events.len()).sum()
}
