//! Published weeks. The sources print totals and rates; the integers behind a rate are reconstructed
//! as the only count that rounds to it: 2,763 of 2,787 orders in time is 99.14 %, 2,127 of 2,367
//! call-backs satisfied is 89.86 %, 4,379 of 4,403 is 99.45 %. Which of the six numbers belongs to
//! which type is not printed in our source: they are taken in the order of the types.

use yipan_base::time::HOUR;

use super::build::{
    ask, block, case, completed, groups, holding, mixed, monday, of_holdings, one, spread, sunday_night, week,
};
use crate::case::{Channel, Grade, Kind, Solved};
use crate::kpi::{Cut, Dimension, FactSet, published};
use crate::project::{CaseFact, HoldingFact};

/// How many orders are completed in time, late, and not at all.
const IN_TIME_A: [usize; 3] = [2_763, 16, 8];
const IN_TIME_B: [usize; 3] = [4_379, 14, 10];

pub struct Week {
    pub cases: Vec<CaseFact>,
    pub holdings: Vec<HoldingFact>,
}

impl Week {
    pub fn facts(&self) -> FactSet<'_> {
        FactSet { cases: &self.cases, holdings: &self.holdings, terms: &[] }
    }
}

/// 13,604 appeals: 10,817 answered directly, 2,787 dispatched; 2,367 valid call-backs.
pub fn week_a() -> Week {
    use Grade::{Basically, Dissatisfied, NoOpinion, Satisfied};
    let kinds = [
        (Kind::Consultation, 7_564),
        (Kind::Help, 3_200),
        (Kind::Complaint, 647),
        (Kind::Report, 252),
        (Kind::Suggestion, 1_222),
        (Kind::Other, 719),
    ];
    // Attitude and result of those who were reached: 2,127 satisfied at least basically, 240 not,
    // 133 without an opinion.
    let opinions = [
        ((Satisfied, Satisfied), 1_500),
        ((Satisfied, Basically), 400),
        ((NoOpinion, Satisfied), 127),
        ((Basically, NoOpinion), 100),
        ((Satisfied, Dissatisfied), 200),
        ((Dissatisfied, NoOpinion), 40),
        ((NoOpinion, NoOpinion), 133),
    ];
    let mut week = intake(13_604, 10_817, IN_TIME_A);
    for (n, case) in week.cases.iter_mut().enumerate() {
        case.kind = block(&kinds, mixed(n, 13_604));
        if n >= 2_500 {
            continue;
        }
        let (attitude, result) = block(&opinions, n);
        case.callback_at = Some(spread(n));
        case.callback_valid = Some((attitude, result) != (NoOpinion, NoOpinion));
        (case.attitude, case.result, case.solved) = (Some(attitude), Some(result), Some(Solved::Yes));
    }
    week
}

/// 25,560 appeals: 21,157 answered directly, 4,403 dispatched.
pub fn week_b() -> Week {
    let channels = [
        (Channel::Phone, 23_898),
        (Channel::Application, 1_335),
        (Channel::Province, 310),
        (Channel::Other, 17),
    ];
    let mut week = intake(25_560, 21_157, IN_TIME_B);
    for (n, case) in week.cases.iter_mut().enumerate() {
        case.channel = block(&channels, mixed(n, 25_560));
    }
    week
}

fn intake(accepted: usize, direct: usize, in_time: [usize; 3]) -> Week {
    let lateness = [(Some(-HOUR), in_time[0]), (Some(HOUR), in_time[1]), (None, in_time[2])];
    let mut week = Week { cases: Vec::new(), holdings: Vec::new() };
    for n in 0..accepted {
        let mut case = case(n);
        if mixed(n, accepted) < direct {
            case.answered_at = Some(case.accepted_at);
        } else {
            let mut holding = holding(n);
            if let Some(late) = block(&lateness, week.holdings.len()) {
                holding = completed(holding, late);
            }
            case.dispatched_at = Some(holding.dispatched_at);
            case.main_unit = Some(holding.unit.clone());
            week.holdings.push(holding);
        }
        week.cases.push(case);
    }
    week
}

#[test]
fn week_a_prints_as_published() {
    let week_a = week_a();
    let facts = week_a.facts();
    assert_eq!(one(facts, "accepted").numerator, 13_604);
    assert_eq!(one(facts, "direct").numerator, 10_817);
    assert_eq!(one(facts, "dispatched").numerator, 2_787);

    let query = week(&["accepted"]);
    let kinds = ask(facts, &crate::kpi::Query { cut: Cut::By(Dimension::Kind), ..query });
    assert_eq!(
        groups(&kinds),
        [
            ("complaint", 647),
            ("consultation", 7_564),
            ("help", 3_200),
            ("other", 719),
            ("report", 252),
            ("suggestion", 1_222)
        ]
    );

    let on_time = one(facts, "on_time_completion");
    assert_eq!((on_time.numerator, on_time.denominator), (2_763, 2_787));
    assert_eq!(on_time.published().unwrap().to_string(), "99.14 %");
    assert_eq!((on_time.count("late"), on_time.count("open")), (Some(16), Some(8)));

    assert_eq!(one(facts, "callbacks").numerator, 2_500);
    assert_eq!(one(facts, "valid_callbacks").numerator, 2_367);
    let satisfaction = ask(facts, &week(&["satisfaction"]));
    assert_eq!(satisfaction[0].published().unwrap().to_string(), "89.86 %");
    assert_eq!(satisfaction[0].sample, 2_367);
    assert_eq!(satisfaction[0].count("dissatisfied"), Some(240));
    assert_eq!(satisfaction[0].count("basically"), Some(500));
    assert_eq!(satisfaction[0].count("no_opinion"), Some(133));
    assert_eq!(satisfaction[1].id, "callback_coverage", "satisfaction is never shown without it");
    assert_eq!(satisfaction[1].published(), published(2_367, 2_500));
}

#[test]
fn week_b_prints_as_published() {
    let week_b = week_b();
    let facts = week_b.facts();
    let all = ask(facts, &week(&["accepted", "direct", "dispatched"]));
    assert_eq!(all.iter().map(|figure| figure.numerator).collect::<Vec<_>>(), [25_560, 21_157, 4_403]);
    let query = week(&["accepted"]);
    let channels = ask(facts, &crate::kpi::Query { cut: Cut::By(Dimension::Channel), ..query });
    assert_eq!(
        groups(&channels),
        [("application", 1_335), ("other", 17), ("phone", 23_898), ("province", 310)]
    );
    assert_eq!(one(facts, "on_time_completion").published().unwrap().to_string(), "99.45 %");
}

#[test]
fn the_reconstructed_counts_are_the_only_ones() {
    for (count, sample, text) in
        [(2_763, 2_787, "99.14 %"), (2_127, 2_367, "89.86 %"), (4_379, 4_403, "99.45 %")]
    {
        let fits: Vec<i64> =
            (0..=sample).filter(|n| published(*n, sample).is_some_and(|p| p.to_string() == text)).collect();
        assert_eq!(fits, [count], "{text} of {sample}");
    }
}

/// A city that defers nothing: 972 orders due, 737 completed in time, 911 completed at all.
#[test]
fn completion_with_and_without_deferral() {
    let mut holdings: Vec<HoldingFact> = (0..972)
        .map(|n| {
            let due_at_start = HoldingFact { handle_due: Some(monday().plus(HOUR)), ..holding(n) };
            match n {
                0..737 => completed(due_at_start, -HOUR),
                737..911 => completed(due_at_start, HOUR),
                _ => due_at_start,
            }
        })
        .collect();
    let both = |holdings: &[HoldingFact]| {
        let figures = ask(of_holdings(holdings), &week(&["on_time_completion", "completion"]));
        assert_eq!(figures[0].as_of, sunday_night());
        figures.iter().map(|figure| figure.published().unwrap().to_string()).collect::<Vec<_>>()
    };
    assert_eq!(both(&holdings), ["75.82 %", "93.72 %"]);
    // Deferring the 61 that are open takes them out of the denominator, in plain sight.
    holdings.iter_mut().filter(|h| h.completed_at.is_none()).for_each(|h| h.deferred = true);
    assert_eq!(both(&holdings), [published(737, 911).unwrap().to_string(), "100.00 %".to_owned()]);
    assert_eq!(one(of_holdings(&holdings), "on_time_completion").count("deferred"), Some(61));
}
