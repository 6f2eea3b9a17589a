//! Small cases: what each definition counts, and what it does not.

use yipan_base::time::{DAY, HOUR};

use super::build::{
    ask, case, completed, groups, holding, monday, of_cases, of_holdings, one, spread, sunday_night, term,
    week,
};
use crate::case::{Grade, HoldingRole, Outcome, RepeatVerdict, Solved, Standing};
use crate::kpi::{
    Band, Banding, Cut, Definitions, Dimension, FactSet, Figure, Filters, NamedTally, Period, Query, Tier,
    bands,
};
use crate::project::{CaseFact, HoldingFact, TermFact};

fn counts(figure: &Figure) -> Vec<(&str, i64)> {
    let all = figure.exclusions.iter().chain(&figure.beside).filter(|tally| tally.count > 0);
    all.map(|tally| (tally.id.as_str(), tally.count)).collect()
}

#[test]
fn overdue_and_open_stays_in_the_denominator_and_what_is_not_due_does_not() {
    let due = |hours: i64| HoldingFact { handle_due: Some(sunday_night().plus(hours * HOUR)), ..holding(1) };
    let holdings = [
        completed(due(-20), 0),
        completed(due(-20), 1),
        due(-2),
        // The due instant itself, as of which the account is given, is due.
        due(-1),
        due(1),
        completed(due(1), -5 * HOUR),
    ];
    let query = Query {
        period: Period { from: monday(), to: sunday_night().plus(DAY) },
        as_of: sunday_night().plus(-HOUR),
        ..week(&["on_time_completion"])
    };
    let figure = ask(of_holdings(&holdings), &query).swap_remove(0);
    assert_eq!((figure.numerator, figure.denominator), (1, 4));
    assert_eq!(counts(&figure), [("open_not_due", 1), ("done_not_due", 1), ("late", 1), ("open", 2)]);
}

#[test]
fn what_is_taken_out_of_a_rate_stands_beside_it() {
    let with = |change: &dyn Fn(&mut HoldingFact)| {
        let mut holding = holding(3);
        change(&mut holding);
        holding
    };
    let holdings = [
        completed(holding(3), 0),
        with(&|h| h.standing = Standing::Returned),
        with(&|h| h.standing = Standing::Merged),
        with(&|h| h.standing = Standing::Withdrawn),
        with(&|h| h.suspended = true),
        with(&|h| h.deferred = true),
        // Replied in time, and the centre takes its time to review.
        with(&|h| h.replied_at = h.handle_due),
        // Replied late: overdue, whether or not it is reviewed.
        with(&|h| h.replied_at = h.handle_due.map(|due| due.plus(1))),
        with(&|h| {
            h.historical = true;
            (h.sign_due, h.contact_due, h.handle_due) = (None, None, None);
            h.dispatched_at = monday();
        }),
        with(&|h| h.role = HoldingRole::Assistant),
        completed(with(&|h| h.extended = true), 0),
    ];
    let completion = one(of_holdings(&holdings), "on_time_completion");
    assert_eq!((completion.numerator, completion.denominator), (2, 3));
    assert_eq!(
        counts(&completion),
        [
            ("historical", 1),
            ("merged", 1),
            ("withdrawn", 1),
            ("returned", 1),
            ("suspended", 1),
            ("deferred", 1),
            ("awaiting_review", 1),
            ("open", 1),
            ("extended", 1)
        ]
    );
    // Deferring and replying are no excuse for not having signed.
    let sign_in = one(of_holdings(&holdings), "on_time_sign_in");
    assert_eq!((sign_in.numerator, sign_in.denominator), (0, 5));
}

#[test]
fn city_and_county_never_count_the_same_holding() {
    let at_depth = |depth| HoldingFact { depth, ..completed(holding(100), 0) };
    let holdings = [at_depth(0), at_depth(1), at_depth(1), at_depth(2)];
    for id in ["on_time_sign_in", "on_time_completion", "orders"] {
        for (tier, sample) in [(Tier::City, 1), (Tier::County, 2)] {
            let figure = ask(of_holdings(&holdings), &Query { tier, ..week(&[id]) }).swap_remove(0);
            assert_eq!((figure.sample, figure.tier), (sample, Some(tier)), "{id}");
        }
    }
    assert_eq!(one(of_cases(&[]), "accepted").tier, None, "an appeal has no tier");
}

#[test]
fn a_redo_is_a_holding_of_its_own() {
    let first = completed(holding(8), HOUR);
    let second = HoldingFact { round: 2, holding: 2, ..completed(holding(9), -HOUR) };
    let figure = one(of_holdings(&[first, second]), "on_time_completion");
    assert_eq!((figure.numerator, figure.denominator), (1, 2), "the second round does not repair the first");
}

#[test]
fn contact_is_asked_only_where_there_is_somebody() {
    let due = holding(2).contact_due;
    let with = |contact_due, contacted_at| HoldingFact { contact_due, contacted_at, ..holding(2) };
    let anonymous = HoldingFact { dispatched_at: monday(), ..with(None, None) };
    let holdings = [with(due, due), with(due, due.map(|d| d.plus(1))), with(due, None), anonymous];
    let figure = one(of_holdings(&holdings), "response");
    assert_eq!((figure.numerator, figure.denominator), (1, 3));
    assert_eq!(counts(&figure), [("nobody_to_contact", 1), ("late", 1), ("open", 1)]);
}

#[test]
fn mean_and_median_of_handling_leave_pauses_out() {
    let took = |days: i64, paused: i64| {
        let mut holding = completed(holding(50), 0);
        holding.dispatched_at = holding.completed_at.unwrap().plus(-days * DAY);
        holding.paused = paused * DAY;
        holding
    };
    let days =
        |holdings: &[HoldingFact], id: &str| one(of_holdings(holdings), id).value.map(|v| v / DAY as f64);
    let mut holdings = vec![took(1, 0), took(2, 0), took(12, 3)];
    assert_eq!(days(&holdings, "mean_handling_time"), Some(4.0));
    assert_eq!(days(&holdings, "median_handling_time"), Some(2.0));
    holdings.push(took(5, 0));
    assert_eq!(days(&holdings, "median_handling_time"), Some(3.5));
    assert_eq!(days(&[holding(1)], "median_handling_time"), None, "nothing was completed");
    let pair = ask(of_holdings(&holdings), &week(&["median_handling_time"]));
    assert_eq!(pair[1].id, "mean_handling_time", "the mean stands beside the median");
}

#[test]
fn the_worse_opinion_counts() {
    use Grade::{Basically, Dissatisfied, NoOpinion, Satisfied};
    let heard = |attitude, result| CaseFact {
        callback_at: Some(spread(1)),
        callback_valid: Some((attitude, result) != (NoOpinion, NoOpinion)),
        attitude: Some(attitude),
        result: Some(result),
        ..case(1)
    };
    for (attitude, result, satisfied, sample) in [
        (Satisfied, Satisfied, 1, 1),
        (Basically, Satisfied, 1, 1),
        (Basically, NoOpinion, 1, 1),
        (NoOpinion, Dissatisfied, 0, 1),
        (Satisfied, Dissatisfied, 0, 1),
        (Dissatisfied, Satisfied, 0, 1),
        (NoOpinion, NoOpinion, 0, 0),
    ] {
        let figure = one(of_cases(&[heard(attitude, result)]), "satisfaction");
        assert_eq!((figure.numerator, figure.sample), (satisfied, sample), "{attitude} {result}");
    }
    let last_week = CaseFact { callback_at: Some(monday().plus(-1)), ..heard(Satisfied, Satisfied) };
    let unheard = CaseFact { closed_at: Some(spread(3)), ..case(3) };
    let figures = ask(of_cases(&[heard(Satisfied, NoOpinion), last_week, unheard]), &week(&["satisfaction"]));
    assert_eq!(figures[0].sample, 1);
    assert_eq!((figures[1].numerator, figures[1].denominator), (1, 2), "the coverage");
}

#[test]
fn a_repeat_of_an_unsolved_appeal_is_not_solved() {
    let said = |solved, repeat| CaseFact {
        callback_at: Some(spread(1)),
        callback_valid: Some(false),
        solved: Some(solved),
        repeat,
        ..case(1)
    };
    let cases = [
        said(Solved::Yes, None),
        said(Solved::Yes, Some(RepeatVerdict::AlreadyAnswered)),
        said(Solved::Yes, Some(RepeatVerdict::Unsolved)),
        said(Solved::Partly, None),
        said(Solved::No, None),
        said(Solved::Unknown, None),
    ];
    let figure = one(of_cases(&cases), "solution");
    assert_eq!((figure.numerator, figure.denominator), (2, 5));
    assert_eq!(counts(&figure), [("not_asked", 1), ("partly", 1), ("repeat_unsolved", 1)]);
    let verdicts = ask(of_cases(&cases), &Query { cut: Cut::By(Dimension::Repeat), ..week(&["repeats"]) });
    assert_eq!(groups(&verdicts), [("already_answered", 1), ("unsolved", 1)]);
}

#[test]
fn the_citizens_time_is_split_without_remainder() {
    let closed = |parts: [i64; 4], outcome| CaseFact {
        closed_at: Some(spread(30)),
        outcome: Some(outcome),
        centre_time: parts[0],
        unit_time: parts[1],
        citizen_time: parts[2],
        other_time: parts[3],
        ..case(1)
    };
    let cases = [closed([1, 20, 300, 4000], Outcome::Solved), closed([3, 0, 0, 0], Outcome::Explained)];
    let figures = ask(of_cases(&cases), &week(&["citizen_total_time"]));
    assert_eq!(groups(&figures), [("-", 4324), ("-", 4), ("-", 20), ("-", 300), ("-", 4000)]);
    assert_eq!(figures[0].value, Some(2162.0));
    let outcomes = ask(of_cases(&cases), &Query { cut: Cut::By(Dimension::Outcome), ..week(&["closed"]) });
    assert_eq!(groups(&outcomes), [("explained", 1), ("solved", 1)]);
}

#[test]
fn the_centre_is_measured_like_everybody_else() {
    let duty = |kind: &str, late: Option<i64>| TermFact {
        kind: kind.to_owned(),
        ended_at: late.map(|late| term(7).due_at.plus(late)),
        ..term(7)
    };
    let terms = [duty("dispatch", Some(0)), duty("dispatch", Some(1)), duty("review", None)];
    let facts = FactSet { terms: &terms, ..FactSet::default() };
    let query = Query { cut: Cut::By(Dimension::Duty), ..week(&["centre_on_time", "centre_mean_time"]) };
    let figures = ask(facts, &query);
    let text: Vec<_> = figures.iter().map(|f| (f.id.as_str(), f.key.as_deref(), f.value)).collect();
    let mean = (2 * HOUR) as f64 + 0.5;
    assert_eq!(
        text,
        [
            ("centre_on_time", Some("dispatch"), Some(0.5)),
            ("centre_on_time", Some("review"), Some(0.0)),
            ("centre_mean_time", Some("dispatch"), Some(mean)),
        ]
    );
}

#[test]
fn days_weeks_and_months_are_those_of_shanghai() {
    let accepted = |text: &str| CaseFact { accepted_at: text.parse().unwrap(), ..case(1) };
    let cases = [accepted("2021-11-30 23:59:59"), accepted("2021-12-01 00:00"), accepted("2021-12-06 00:00")];
    let period = Period { from: "2021-11-01".parse().unwrap(), to: "2022-01-01".parse().unwrap() };
    let keys = |cut| {
        let figures = ask(of_cases(&cases), &Query { period, cut, ..week(&["accepted"]) });
        groups(&figures).into_iter().map(|(key, n)| format!("{key}: {n}")).collect::<Vec<_>>()
    };
    assert_eq!(keys(Cut::Day), ["2021-11-30: 1", "2021-12-01: 1", "2021-12-06: 1"]);
    assert_eq!(keys(Cut::Week), ["2021-11-29: 2", "2021-12-06: 1"]);
    assert_eq!(keys(Cut::Month), ["2021-11: 1", "2021-12: 2"]);
    let week = Cut::Week.stretch("2021-11-29").unwrap();
    assert_eq!((week.from, week.to), ("2021-11-29".parse().unwrap(), "2021-12-06".parse().unwrap()));
    assert_eq!(Cut::Month.stretch("2021-12").unwrap().to, "2022-01-01".parse().unwrap());
    assert_eq!(Cut::Week.stretch("2021-11-30"), None, "no week begins on a Tuesday");
}

#[test]
fn what_happened_after_the_as_of_time_is_not_counted() {
    let noon = monday().plus(12 * HOUR);
    let done = |hours: i64| HoldingFact { dispatched_at: monday(), ..completed(holding(14), hours * HOUR) };
    // Completed an hour before noon, at noon and after it.
    let holdings = [done(-3), done(-2), HoldingFact { dispatched_at: noon.plus(1), ..done(-1) }];
    let cases =
        [CaseFact { accepted_at: noon, ..case(1) }, CaseFact { accepted_at: noon.plus(1), ..case(2) }];
    let facts = FactSet { cases: &cases, holdings: &holdings, terms: &[] };
    let sample = |id: &str, as_of| ask(facts, &Query { as_of, ..week(&[id]) })[0].sample;
    for (id, at_noon, later) in [("accepted", 1, 2), ("orders", 2, 3), ("mean_handling_time", 2, 3)] {
        assert_eq!(sample(id, noon), at_noon, "{id}");
        assert_eq!(sample(id, sunday_night()), later, "{id}");
        assert_eq!(sample(id, monday().plus(-1)), 0, "{id}");
    }
    // What is due later is known beforehand, and shown beside the rate.
    let due = ask(facts, &Query { as_of: noon, ..week(&["on_time_completion"]) }).swap_remove(0);
    assert_eq!((due.sample, counts(&due)), (0, vec![("open_not_due", 1), ("done_not_due", 2)]));
}

#[test]
fn a_readout_says_all_that_must_be_printed() {
    let excluded = HoldingFact { deferred: true, ..holding(50) };
    let holdings = [completed(holding(50), 0), completed(holding(50), HOUR), holding(50), excluded];
    let ids = ["on_time_completion", "mean_handling_time", "median_handling_time", "orders", "satisfaction"];
    let readouts = Definitions::shipped().readouts(ask(of_holdings(&holdings), &week(&ids)));
    let values: Vec<_> =
        readouts.iter().map(|r| (r.en.name.as_str(), r.zh.value.as_str(), r.en.value.as_str())).collect();
    assert_eq!(
        values,
        [
            ("on-time completion", "33.33 %", "33.33 %"),
            ("mean handling time", "2 天 1 小时", "2 days 1 hour"),
            ("median handling time", "2 天 1 小时", "2 days 1 hour"),
            ("orders held", "4", "4"),
            ("satisfaction", "—", "—"),
            ("call-back coverage", "—", "—"),
        ]
    );
    let completion = &readouts[0];
    assert_eq!(completion.zh.name, "按时办结率");
    assert!(completion.zh.formula.contains("办理时限") && completion.en.formula.contains("accepted reply"));
    assert!(completion.source.starts_with("design"));
    let named = |tallies: &[NamedTally]| {
        let told = tallies.iter().filter(|tally| tally.count > 0);
        told.map(|tally| format!("{} {}", tally.name, tally.count)).collect::<Vec<_>>()
    };
    assert_eq!(named(&completion.zh.exclusions), ["挂账 1"]);
    assert_eq!(named(&completion.en.beside), ["late 1", "overdue and open 1"]);
}

#[test]
fn filters_narrow_what_is_counted() {
    let mut north = holding(1);
    north.town = Some("riverside".into());
    let mut south = HoldingFact { unit: "roads".into(), county: Some("south".into()), ..holding(2) };
    south.category = "housing.propertymen".into();
    let holdings = [north, south];
    let count = |filters| ask(of_holdings(&holdings), &Query { filters, ..week(&["sign_in"]) })[0].sample;
    let none = Filters::default;
    assert_eq!(count(none()), 2);
    assert_eq!(count(Filters { areas: vec!["riverside".into()], ..none() }), 1);
    assert_eq!(count(Filters { areas: vec!["riverside".into(), "south".into()], ..none() }), 2);
    assert_eq!(count(Filters { categories: vec!["housing.property".into()], ..none() }), 1);
    assert_eq!(count(Filters { units: vec!["roads".into()], areas: vec!["north".into()], ..none() }), 0);
    assert_eq!(count(Filters { lines: vec!["utilities".to_owned()], ..none() }), 2);
}

#[test]
fn questions_without_an_answer_are_refused() {
    let refused = |query: Query| query.definitions(Definitions::shipped()).unwrap_err().code;
    assert_eq!(refused(week(&["on_time_signin"])), "kpi.unknown");
    assert_eq!(refused(Query { cut: Cut::By(Dimension::Line), ..week(&["accepted"]) }), "kpi.dimension");
    assert_eq!(refused(Query { cut: Cut::By(Dimension::Duty), ..week(&["orders"]) }), "kpi.dimension");
    assert_eq!(refused(Query { cut: Cut::Category(0), ..week(&["orders"]) }), "kpi.category_level");
    let areas = Filters { areas: vec!["north".into()], ..Filters::default() };
    assert_eq!(refused(Query { filters: areas, ..week(&["centre_on_time"]) }), "kpi.dimension");
    let empty = Period { from: monday(), to: monday() };
    assert_eq!(refused(Query { period: empty, ..week(&["orders"]) }), "kpi.period");
    let ever = Period { from: monday(), to: monday().plus(36_526 * DAY) };
    assert_eq!(refused(Query { period: ever, ..week(&["orders"]) }), "kpi.period");
    let lines = Filters { lines: vec!["roads".to_owned(); 501], ..Filters::default() };
    assert_eq!(refused(Query { filters: lines, ..week(&["orders"]) }), "kpi.filter");
}

#[test]
fn units_are_banded_among_peers_only_where_enough_is_known() {
    let definition = Definitions::shipped().get("on_time_completion").unwrap();
    let mut holdings = Vec::new();
    // Of 40 orders each, so many in time; `f` has too few to say, `g` has no peers.
    for (unit, orders, in_time) in
        [("a", 40, 40), ("b", 40, 30), ("c", 40, 30), ("d", 40, 10), ("f", 29, 29), ("g", 40, 40)]
    {
        for n in 0..orders {
            let late = if n < in_time { 0 } else { 1 };
            holdings.push(HoldingFact { unit: unit.into(), ..completed(holding(n), late) });
        }
    }
    let query = Query { cut: Cut::By(Dimension::Unit), ..week(&["on_time_completion"]) };
    let figures = ask(of_holdings(&holdings), &query);
    let group = |unit: &str| Some(if unit == "g" { "parks" } else { "towns" }.to_owned());
    let quarters = |banding| {
        let bands = bands(definition, &figures, group, banding);
        bands.into_iter().map(|Band { key, quarter, .. }| (key, quarter)).collect::<Vec<_>>()
    };
    assert_eq!(quarters(Banding::default()), [], "off by default");
    let expected = [("g", None), ("a", Some(1)), ("b", Some(2)), ("c", Some(2)), ("d", Some(4)), ("f", None)];
    let expected = expected.map(|(key, quarter)| (key.to_owned(), quarter));
    assert_eq!(quarters(Banding { enabled: true, ..Banding::default() }), expected);
    let strict = Banding { enabled: true, minimum_peers: 5, ..Banding::default() };
    assert!(quarters(strict).iter().all(|(_, quarter)| quarter.is_none()));
}
