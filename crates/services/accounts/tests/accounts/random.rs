//! Cases of which anything may be true, and a store that holds them.

use std::cell::Cell;
use std::collections::BTreeSet;

use yipan_base::id::{CaseId, splitmix};
use yipan_base::time::{DAY, HOUR, Timestamp};
use yipan_casework::case::{
    Channel, Grade, HoldingRole, Kind, Level, Outcome, RepeatVerdict, Solved, Standing, Word,
};
use yipan_casework::kpi::{Base, Cut, Datum, Fact, FactSet, Filters, Period, Query, Tier};
use yipan_casework::project::{CaseFact, Counters, Facts, HoldingFact, RollupKey, TermFact, rollup};
use yipan_store::table::Table;
use yipan_store::{Planned, Row, Store, UnitOfWork, Value, tables};

/// Midnight of 2021-11-22, a Monday; what happens, happens in the forty days after.
pub fn start() -> Timestamp {
    "2021-11-22".parse().unwrap()
}

/// All forty days, in hours.
const LONGEST: u64 = 40 * 24;

/// The middle of a working day, of which facts know what happened until then.
pub fn noon() -> Timestamp {
    start().plus(20 * DAY + 9 * HOUR)
}

/// Chance that repeats itself.
struct Chance {
    seed: Cell<u64>,
    /// For so many hours something has happened.
    until: u64,
}

impl Chance {
    fn below(&self, n: u64) -> u64 {
        self.seed.set(self.seed.get() + 1);
        splitmix(self.seed.get()) % n
    }

    fn one_in(&self, n: u64) -> bool {
        self.below(n) == 0
    }

    fn of<T: Copy>(&self, list: &[T]) -> T {
        list[self.below(list.len() as u64) as usize]
    }

    fn word<W: Word>(&self) -> W {
        W::LIST[self.below(W::LIST.len() as u64) as usize].0
    }

    /// When something happened. Whole hours, so that instants meet: what is done when it is due, and
    /// what is due at midnight.
    fn instant(&self) -> Timestamp {
        start().plus(self.below(self.until) as i64 * HOUR)
    }

    /// When something must be done, which may lie ahead.
    fn due(&self) -> Timestamp {
        start().plus(self.below(LONGEST) as i64 * HOUR)
    }

    fn some<T>(&self, value: impl FnOnce(&Self) -> T) -> Option<T> {
        if self.one_in(3) { None } else { Some(value(self)) }
    }
}

const CATEGORIES: [&str; 7] = [
    "urban",
    "urban.noise",
    "urban.noise.dogs",
    "urban.noise.dogs_at_night",
    "urban.noisework",
    "water.burst.main",
    "water",
];
const UNITS: [&str; 4] = ["water", "roads", "north town", "south town"];

pub struct City(pub Vec<Facts>);

impl City {
    pub fn random(seed: u64, cases: usize) -> Self {
        Self::until(LONGEST, seed, cases)
    }

    /// A city as it is at [`noon`]: nothing has happened later, and much is not due yet.
    pub fn at_noon(seed: u64, cases: usize) -> Self {
        Self::until((noon().since(start()) / HOUR) as u64 + 1, seed, cases)
    }

    fn until(until: u64, seed: u64, cases: usize) -> Self {
        let chance = Chance { seed: Cell::new(splitmix(seed)), until };
        Self((0..cases).map(|n| facts(&chance, n)).collect())
    }

    pub fn of(&self, keep: impl Fn(&Facts) -> bool) -> Parts {
        let kept = || self.0.iter().filter(|facts| keep(facts));
        Parts {
            cases: kept().map(|facts| facts.case.clone()).collect(),
            holdings: kept().flat_map(|facts| facts.holdings.clone()).collect(),
            terms: kept().flat_map(|facts| facts.terms.clone()).collect(),
        }
    }

    /// Writes facts, roll-up and access into the store.
    pub async fn write(&self, store: &Store) {
        self.put(store, rows).await;
    }

    /// Adds the roll-up once more, so that whoever reads it is found out.
    pub async fn double_rollup(&self, store: &Store) {
        self.put(store, rollup_rows).await;
    }

    async fn put(&self, store: &Store, rows: fn(&Facts) -> Vec<Row>) {
        let rows: Vec<Row> = self.0.iter().flat_map(rows).collect();
        let work = UnitOfWork::new(Vec::new(), move |_| Ok(Planned::unaudited(rows.clone(), ())));
        store.commit(work).await.unwrap();
    }
}

/// Facts by their kinds.
pub struct Parts {
    pub cases: Vec<CaseFact>,
    pub holdings: Vec<HoldingFact>,
    pub terms: Vec<TermFact>,
}

impl Parts {
    pub fn set(&self) -> FactSet<'_> {
        FactSet { cases: &self.cases, holdings: &self.holdings, terms: &self.terms }
    }
}

/// A question about three weeks that begin and end within the forty days, and span a month's end.
pub fn query(ids: &[&str]) -> Query {
    Query {
        ids: ids.iter().map(|id| (*id).to_owned()).collect(),
        tier: Tier::City,
        period: Period { from: start().plus(5 * DAY), to: start().plus(26 * DAY) },
        as_of: noon(),
        filters: Filters::default(),
        cut: Cut::Whole,
        beside: true,
    }
}

fn facts(chance: &Chance, n: usize) -> Facts {
    let case = case(chance, n);
    let holdings = (1..=chance.below(4) as u32).map(|no| holding(chance, &case, no)).collect();
    let terms = (1..=chance.below(3) as u32).map(|no| term(chance, &case, no)).collect();
    Facts { case, holdings, terms }
}

fn case(chance: &Chance, n: usize) -> CaseFact {
    let heard = chance.some(|_| ());
    let opinion = |chance: &Chance| heard.map(|()| chance.word::<Grade>());
    let (attitude, result) = (opinion(chance), opinion(chance));
    let voiced = |grade: Option<Grade>| grade.is_some_and(|grade| grade != Grade::NoOpinion);
    let accepted_at = chance.instant();
    let closed_at = chance.some(|chance| chance.instant());
    CaseFact {
        case: CaseId::new(format!("case-{n:05}")),
        number: format!("N{n:05}"),
        kind: chance.word::<Kind>(),
        category: chance.of(&CATEGORIES).into(),
        channel: chance.word::<Channel>(),
        level: chance.word::<Level>(),
        county: chance.some(|chance| chance.of(&["north", "south"]).into()),
        town: chance.some(|chance| chance.of(&["riverside", "hill"]).into()),
        centre: chance.of(&["city centre", "north centre"]).into(),
        main_unit: chance.some(|chance| chance.of(&UNITS).into()),
        received_at: accepted_at,
        accepted_at,
        answered_at: chance.some(|_| accepted_at),
        dispatched_at: chance.some(|chance| chance.instant()),
        handled_at: None,
        closed_at,
        outcome: closed_at.map(|_| chance.word::<Outcome>()),
        callback_at: heard.map(|()| chance.instant()),
        callback_valid: heard.map(|()| voiced(attitude) || voiced(result)),
        attitude,
        result,
        solved: heard.and_then(|()| chance.some(|chance| chance.word::<Solved>())),
        rounds: 1,
        returns: chance.below(3) as i64,
        redos: chance.below(2) as i64,
        sheets: chance.below(4) as i64,
        repeat: chance.one_in(3).then(|| {
            use RepeatVerdict::{AlreadyAnswered, NewFact, Recurred, Unsolved};
            chance.of(&[Unsolved, Recurred, NewFact, AlreadyAnswered])
        }),
        merged: chance.one_in(9),
        historical: chance.one_in(12),
        secret: chance.one_in(9),
        centre_time: chance.below(90) as i64 * HOUR,
        unit_time: chance.below(90) as i64 * HOUR + 1,
        citizen_time: chance.below(9) as i64,
        other_time: chance.below(9) as i64,
    }
}

fn holding(chance: &Chance, case: &CaseFact, no: u32) -> HoldingFact {
    let timed = |chance: &Chance| (!case.historical).then(|| chance.due());
    let replied_at = chance.some(|chance| chance.instant());
    let completed_at = replied_at.filter(|_| !chance.one_in(4));
    let standing = match chance.below(10) {
        0 => Standing::Returned,
        1 => Standing::Merged,
        2 => Standing::Withdrawn,
        _ if completed_at.is_some() => Standing::Completed,
        _ => Standing::Open,
    };
    HoldingFact {
        case: case.case.clone(),
        holding: no,
        role: if chance.one_in(5) { HoldingRole::Assistant } else { HoldingRole::Main },
        depth: chance.below(3) as i64,
        round: 1,
        unit: chance.of(&UNITS).into(),
        line: chance.some(|chance| chance.of(&["utilities", "transport"]).to_owned()),
        peer_group: chance.some(|chance| chance.of(&["towns", "departments"]).to_owned()),
        county: chance.some(|chance| chance.of(&["north", "south"]).into()),
        town: chance.some(|chance| chance.of(&["riverside", "hill"]).into()),
        kind: case.kind,
        category: case.category.clone(),
        channel: case.channel,
        level: case.level,
        dispatched_at: chance.instant(),
        sign_due: timed(chance),
        signed_at: chance.some(|chance| chance.instant()),
        contact_due: timed(chance).filter(|_| !chance.one_in(4)),
        contacted_at: chance.some(|chance| chance.instant()),
        handle_due: timed(chance),
        replied_at,
        completed_at,
        ended_at: completed_at,
        standing,
        paused: chance.below(20) as i64 * HOUR,
        extended: chance.one_in(5),
        deferred: chance.one_in(9),
        suspended: chance.one_in(9),
        refused_returns: chance.below(3) as i64,
        historical: case.historical,
    }
}

fn term(chance: &Chance, case: &CaseFact, no: u32) -> TermFact {
    let started_at = chance.instant();
    TermFact {
        case: case.case.clone(),
        term: no,
        centre: case.centre.clone(),
        kind: chance.of(&["dispatch", "review", "call_back"]).to_owned(),
        started_at,
        due_at: chance.due(),
        ended_at: chance.some(|chance| chance.instant().max(started_at.plus(7))),
        channel: case.channel,
        case_kind: case.kind,
        category: case.category.clone(),
        level: case.level,
    }
}

fn rows(facts: &Facts) -> Vec<Row> {
    let mut rows = vec![row(&tables::FACT_CASE, &facts.case)];
    rows.extend(facts.holdings.iter().map(|holding| row(&tables::FACT_HOLDING, holding)));
    rows.extend(facts.terms.iter().map(|term| row(&tables::FACT_TERM, term)));
    rows.extend(rollup_rows(facts));
    let case = &facts.case;
    let access = |(holder, clearance): (String, i64)| {
        let access = yipan_store::values![
            holder,
            &case.case,
            if case.secret { clearance } else { 0 },
            case.accepted_at,
            None::<i64>,
            "handling",
            case.kind.code(),
            &case.category,
            case.channel.code(),
            case.level.code(),
        ];
        Row::insert(&tables::CASE_ACCESS, access)
    };
    // The city, and as of an extract the units that handle it.
    let units: BTreeSet<_> = facts.holdings.iter().map(|holding| format!("u:{}", holding.unit)).collect();
    let holders = units.into_iter().map(|holder| (holder, 1));
    rows.extend(std::iter::once(("a:city".to_owned(), 2)).chain(holders).map(access));
    rows
}

fn rollup_rows(facts: &Facts) -> Vec<Row> {
    let row = |(key, counters): (RollupKey, Counters)| {
        let deltas: Vec<_> = Counters::NAMES.into_iter().zip(counters.0).collect();
        let key = yipan_store::values![key.day, key.unit, key.depth, key.kind.code(), key.channel.code()];
        Row::add(&tables::ROLLUP_DAY, key, &deltas)
    };
    rollup(facts).into_iter().map(row).collect()
}

fn row(table: &'static Table, fact: &impl Fact) -> Row {
    let values = fact.row().into_iter().map(|datum| match datum {
        Datum::Null => Value::Null,
        Datum::Int(value) => value.into(),
        Datum::Text(text) => text.into(),
    });
    Row::insert(table, values.collect())
}

/// The store's tables and the fields of the facts are the same, column by column.
#[test]
fn facts_have_the_columns_of_their_tables() {
    use yipan_casework::kpi::FieldKind;
    for (base, table) in [
        (Base::Case, &tables::FACT_CASE),
        (Base::Holding, &tables::FACT_HOLDING),
        (Base::Term, &tables::FACT_TERM),
    ] {
        let fields = base.columns().iter().map(|column| {
            let text = matches!(column.kind, FieldKind::Text | FieldKind::Word);
            (column.field.name(), text, column.null)
        });
        let columns = table
            .columns
            .iter()
            .map(|column| (column.name, column.kind == yipan_store::table::Kind::Text, column.null));
        assert_eq!(fields.collect::<Vec<_>>(), columns.collect::<Vec<_>>(), "{}", table.name);
        assert_eq!(base.table(), table.name);
    }
}
