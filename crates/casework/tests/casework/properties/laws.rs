//! What must always hold of a case.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use yipan_base::id::NarrativeId;
use yipan_base::refusal::Refusal;
use yipan_base::time::Timestamp;
use yipan_casework::Command;
use yipan_casework::case::{Case, Stage, Standing, TermKind, Word};
use yipan_casework::command::CommandName;
use yipan_casework::event::{Event, Recorded};
use yipan_casework::kpi::{Column, Datum, Fact, FieldKind};
use yipan_casework::project::{
    Counter, Counters, Facts, RollupKey, access, facts, next_tick, rollup, rollup_delta,
};
use yipan_casework::table::{MERGED_MOVES, MOVES};
use yipan_casework::why::why;

use crate::support::{Choice, World, counted, sample, time};

/// A case as it was before a command, by its name.
pub type Before = BTreeMap<String, Case>;

pub fn before(world: &World, names: &[&str]) -> Before {
    names.iter().map(|n| ((*n).to_owned(), world.case(n).clone())).collect()
}

/// After a command that was accepted.
pub fn hold_after(world: &World, before: &Before, said: CommandName) {
    for (name, old) in before {
        let case = world.case(name);
        let events: Vec<_> = world.events(name).iter().filter(|e| e.seq > old.version).cloned().collect();
        numbered_and_read_back(old, case, &events);
        along_the_arrows(old, said, &events);
        custody_is_whole(case, world.events(name));
        nothing_hangs(case);
        stage_fits_the_main(case);
        clocks_can_say_why(world, case);
        ticks_come_in_time(world, name);
        rollups_add_up(world, old, case);
        the_accused_are_shut_out(world, case);
    }
}

pub fn hold_at_the_end(world: &World) {
    for name in world.names() {
        let events = world.events(name);
        let folded = Case::fold(events).expect("every history begins with an acceptance");
        assert_eq!(&folded, world.case(name), "the fold of all events is the state kept step by step");
        let text = serde_json::to_string(events).unwrap();
        for words in ["王某某", "13800138000", "暖气"] {
            assert!(!text.contains(words), "an event holds what somebody wrote: {words}");
        }
    }
}

pub fn hold_for_refusal(refusal: &Refusal) {
    let word = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase() || c == '_');
    assert!(refusal.code.split('.').all(word) && refusal.code.contains('.'), "{refusal:?}");
    assert!(!refusal.zh.is_empty() && !refusal.en.is_empty(), "{refusal:?}");
}

/// What refuses a command whatever it says: a move that it would meet is not offered.
const WHATEVER_IT_SAYS: [&str; 21] = [
    "case.stage",
    "case.seat",
    "case.merged",
    "case.accused",
    "secret.direct_answer",
    "secret.extract_missing",
    "secret.not",
    "secret.merged",
    "contact.nobody",
    "escalate.top",
    "repin.nothing",
    "callback.nobody",
    "callback.master_open",
    "callback.agreed_hour",
    "callback.hours",
    "callback.done",
    "redo.no_ground",
    "archive.sheet_open",
    "merge.secret",
    "merge.has_members",
    "merge.pending",
];

/// A move is offered exactly where it is not always refused, and is refused as its command would be.
pub fn hold_for_moves(world: &World, who: &str, name: &str) {
    let moves = world.moves(who, name);
    assert!(moves.iter().filter(|m| m.primary).count() <= 1);
    for one in moves {
        let choice =
            Choice { holding: one.holding.unwrap_or(1), sheet: one.sheet.unwrap_or(1), ..Choice::default() };
        if one.holding.is_none() && sample(one.command, &choice).unwrap().holding().is_some() {
            assert!(!one.allowed, "a move on a holding names it: {one:?}");
            continue;
        }
        let command = sample(one.command, &choice).unwrap().map_texts(&mut |_, _| NarrativeId::new("t"));
        let refused = world.decide(who, name, &command).err().map(|r| r.code).unwrap_or_default();
        // That the other case of a merge is secret is no matter of this one.
        let always = WHATEVER_IT_SAYS.contains(&refused.as_str())
            && (one.command != CommandName::MergeInto
                || refused != "merge.secret"
                || world.case(name).secret);
        assert_eq!(one.allowed, one.refusal.is_none());
        match &one.refusal {
            Some(refusal) => assert_eq!(refused, refusal.code, "{who} on {name}: {one:?}"),
            None => assert!(!always, "{who} on {name}: {one:?}, refused: {refused}"),
        }
    }
}

fn numbered_and_read_back(old: &Case, case: &Case, events: &[Recorded]) {
    assert_eq!(case.version, old.version + events.len() as u64);
    for (event, seq) in events.iter().zip(old.version + 1..) {
        assert_eq!(event.seq, seq);
        let text = serde_json::to_string(event).unwrap();
        let read: Recorded = serde_json::from_str(&text).unwrap_or_else(|e| panic!("{e}: {text}"));
        assert_eq!(&read, event);
        assert_eq!(serde_json::to_string(&read).unwrap(), text);
    }
    let text = serde_json::to_string(case).unwrap();
    let read: Case = serde_json::from_str(&text).unwrap_or_else(|e| panic!("{e}: {text}"));
    assert_eq!(&read, case);
}

fn along_the_arrows(old: &Case, said: CommandName, events: &[Recorded]) {
    let mut from = old.stage;
    for event in events {
        if let Event::StageReached { stage } = event.event {
            let merged = old.merged_into.is_some();
            let arrow = |list: &[(Stage, CommandName, Stage)]| list.contains(&(from, said, stage));
            assert!(arrow(MOVES) || merged && arrow(MERGED_MOVES), "{said:?} leads from {from} to {stage}");
            from = stage;
        }
    }
}

/// The citizen's time is split without remainder, from the first word to the end.
fn custody_is_whole(case: &Case, events: &[Recorded]) {
    let parts = &case.custody;
    assert_eq!(parts[0].from, case.intake.received_at);
    let mut held = 0;
    for (at, part) in parts.iter().enumerate() {
        let last = at + 1 == parts.len();
        assert!(part.to.is_some() || last && !case.is_ended(), "{parts:?}");
        assert!(part.to.is_none_or(|to| to > part.from) || parts.len() == 1, "{parts:?}");
        held += part.to.unwrap_or(case.changed_at).since(part.from);
    }
    assert_eq!(parts.last().unwrap().to.is_some(), case.is_ended());
    // What lies between an end and the opening again belongs to nobody.
    let mut closed = 0;
    let mut since: Option<Timestamp> = None;
    for event in events {
        match event.event {
            Event::Closed { .. } => since = Some(event.at),
            Event::Reopened { .. } => closed += event.at.since(since.take().unwrap()),
            _ => {}
        }
    }
    let until = since.unwrap_or(case.changed_at);
    assert_eq!(held, until.since(case.intake.received_at) - closed, "{parts:?}");
    for pair in parts.windows(2) {
        let gap = pair[1].from.since(pair[0].to.unwrap());
        assert!(gap == 0 || gap > 0 && closed > 0, "{parts:?}");
    }
}

/// No term of the centre runs for something that is over, and none is missing.
fn nothing_hangs(case: &Case) {
    let open: Vec<_> = case.terms.iter().filter(|t| t.ended_at.is_none()).collect();
    let count = |kind| open.iter().filter(|t| t.kind == kind).count();
    if case.is_ended() {
        assert!(open.is_empty(), "{open:?}");
        assert!(case.holdings.iter().all(|h| h.standing != Standing::Open));
        return;
    }
    let pending =
        |h: &&yipan_casework::case::Holding| h.standing == Standing::Open && h.pending_return().is_some();
    assert_eq!(count(TermKind::RuleReturn), case.holdings.iter().filter(pending).count());
    let asked = case.holdings.iter().filter(|h| h.is_working() && h.pending_extension().is_some()).count();
    assert_eq!(count(TermKind::RuleExtension), asked);
    if case.merged_into.is_some() {
        assert!(open.is_empty() && case.holdings.iter().all(|h| h.standing != Standing::Open));
        return;
    }
    for (stage, kind) in [(Stage::Accepted, TermKind::Dispatch), (Stage::Verifying, TermKind::Verify)] {
        assert_eq!(count(kind), usize::from(case.stage == stage), "{kind:?} at {}", case.stage);
    }
    let reviewing = matches!(case.stage, Stage::Handled | Stage::Reviewing);
    assert_eq!(count(TermKind::Review), usize::from(reviewing));
    let calling = case.stage == Stage::CallingBack && case.heard().is_none();
    assert_eq!(count(TermKind::CallBack), usize::from(calling));
    for holding in case.holdings.iter().filter(|h| h.standing == Standing::Open) {
        let parent = holding.parent.and_then(|no| case.holding(no));
        assert!(parent.is_none_or(|p| p.is_working()), "a child order outlives its parent: {holding:?}");
    }
}

/// The stage follows the main holding.
fn stage_fits_the_main(case: &Case) {
    if case.merged_into.is_some() || case.is_ended() {
        return;
    }
    let main = case.main();
    let told = format!("{}: {main:?}", case.stage.code());
    match case.stage {
        Stage::Accepted | Stage::AnsweredDirectly => assert!(main.is_none(), "{told}"),
        Stage::Dispatched => assert!(main.is_some_and(|m| m.is_working() && m.signed_at.is_none()), "{told}"),
        Stage::Handling => assert!(main.is_some_and(|m| m.is_working() && m.signed_at.is_some()), "{told}"),
        _ => {
            let main = main.unwrap_or_else(|| panic!("{told}"));
            assert!(main.replied_at.is_some(), "{told}");
            assert_eq!(case.outstanding_assistants(main).count(), 0, "handled needs every assistant");
            assert_eq!(
                main.completed_at.is_some(),
                matches!(case.stage, Stage::Verifying | Stage::CallingBack)
            );
        }
    }
}

fn clocks_can_say_why(world: &World, case: &Case) {
    for derived in why(case, &world.rules, world.now).unwrap() {
        assert!(derived.agrees, "{derived:?}");
        assert!(derived.started_at.min(derived.due) <= derived.yellow, "{derived:?}");
        assert!(derived.yellow <= derived.due, "{derived:?}");
    }
    let outer = case.outer.as_ref().and_then(|o| o.deadline);
    for holding in case.holdings.iter().filter(|h| h.is_working() && h.rejected_replies == 0) {
        let since = holding.handle.started_at;
        let members = case.members.iter().filter_map(|m| m.due).filter(|due| *due > since);
        let earliest = outer.into_iter().chain(members).min();
        assert_eq!(holding.handle.cap, earliest, "the earliest deadline binds every open holding");
    }
}

fn ticks_come_in_time(world: &World, name: &str) {
    let case = world.case(name);
    let tick = |at| world.decide_at(at, "system", name, &Command::Tick).unwrap();
    match next_tick(case) {
        None => assert_eq!(tick(time("2026-01-01")), []),
        Some(at) => {
            assert_eq!(tick(at.plus(-1)), [], "nothing is marked before the next tick");
            assert!(!tick(at).is_empty(), "the next tick marks something");
        }
    }
}

fn rollups_add_up(world: &World, old: &Case, case: &Case) {
    let (old, new) = (facts(old, &world.directory), facts(case, &world.directory));
    let mut sum = rollup(&old);
    for (key, delta) in rollup_delta(Some(&old), &new) {
        let row = sum.entry(key).or_insert_with(Counters::zero);
        row.0.iter_mut().zip(delta.0).for_each(|(to, by)| *to += by);
    }
    sum.retain(|_, counters| !counters.is_zero());
    assert_eq!(sum, rollup(&new));
    the_city_is_all_units(&sum);
    counted_once(&new);
    nothing_happened_later(&new.case, world.now);
    new.holdings.iter().for_each(|holding| nothing_happened_later(holding, world.now));
    new.terms.iter().for_each(|term| nothing_happened_later(term, world.now));
}

/// Only what is due lies ahead: as of now, the roll-up of today tells of nothing that is still to come.
fn nothing_happened_later<F: Fact>(fact: &F, now: Timestamp) {
    let happened = |column: &&Column| column.kind == FieldKind::Instant && !column.field.is_due();
    for column in F::BASE.columns().iter().filter(happened) {
        assert!(fact.datum(column.field) <= Datum::Int(now.as_micros()), "{column:?} lies ahead");
    }
}

fn the_city_is_all_units(rows: &BTreeMap<RollupKey, Counters>) {
    let mut sum: BTreeMap<RollupKey, Counters> = BTreeMap::new();
    for (key, counters) in rows.iter().filter(|(key, _)| key.unit != RollupKey::CITY) {
        let key = RollupKey { unit: RollupKey::CITY.to_owned(), ..key.clone() };
        let row = sum.entry(key).or_insert_with(Counters::zero);
        row.0.iter_mut().zip(counters.0).for_each(|(to, by)| *to += by);
    }
    assert!(rows.iter().filter(|(key, _)| key.unit == RollupKey::CITY).eq(&sum), "{rows:?}");
}

/// A case is one case, whoever held it and however often.
fn counted_once(facts: &Facts) {
    use Counter::{
        Accepted, Basically, Callbacks, Concluded, Direct, Dispatched, Dissatisfied, HandleDue, HandleOnTime,
        Handled, SignDue, SignOnTime, Signed, Unreached, Valid,
    };
    let sum = |counter| counted(facts, counter);
    assert_eq!(sum(Accepted), 1);
    assert!(sum(Direct) + sum(Dispatched) <= 1);
    assert!(sum(HandleOnTime) <= sum(Handled) && sum(Handled) <= sum(HandleDue), "{facts:?}");
    assert!(sum(SignOnTime) <= sum(Signed) && sum(Signed) <= sum(SignDue), "{facts:?}");
    assert!(sum(Basically) + sum(Dissatisfied) <= sum(Valid));
    assert!(sum(Valid) <= sum(Callbacks) && sum(Callbacks) <= 1);
    assert!(sum(Unreached) <= sum(Concluded) && sum(Concluded) <= 1);
    assert!(rollup(facts).values().all(|row| row.0.iter().all(|n| *n >= 0)));
}

fn the_accused_are_shut_out(world: &World, case: &Case) {
    let seen = access(case, &world.directory);
    for accused in &case.accused_units {
        assert!(!seen.contains_key(&format!("u:{accused}")));
        let holds = case.holdings.iter().any(|h| h.unit == *accused && h.standing == Standing::Open);
        assert!(!holds && case.centre != *accused);
    }
}

/// What the random histories came upon: a law is worth little where nothing happens.
#[derive(Default)]
pub struct Reached {
    steps: usize,
    taken: usize,
    events: BTreeMap<String, usize>,
    stages: BTreeSet<&'static str>,
}

impl Reached {
    pub fn add(&mut self, world: &World, steps: usize, taken: usize) {
        self.steps += steps;
        self.taken += taken;
        for event in world.names().flat_map(|name| world.events(name)) {
            *self.events.entry(event.event.name()).or_default() += 1;
            if let Event::StageReached { stage } = event.event {
                self.stages.insert(stage.code());
            }
        }
    }

    pub fn went_everywhere(&self) {
        assert!(self.taken * 4 > self.steps, "too few steps were accepted: {self}");
        assert_eq!(self.stages.len(), Stage::LIST.len(), "{:?}", self.stages);
        assert!(self.events.len() >= 48, "only {} kinds of events: {self}", self.events.len());
    }
}

impl fmt::Display for Reached {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {} steps accepted; {:?}", self.taken, self.steps, self.events)
    }
}
