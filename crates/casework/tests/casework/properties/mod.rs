//! Random people give random commands to several cases; what must always hold is checked after
//! every step.

mod laws;

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed, TestRunner};
use yipan_base::id::{CaseId, NarrativeId};
use yipan_base::time::{HOUR, MINUTE};
use yipan_casework::Command;
use yipan_casework::case::{Channel, Kind, NarrativeKind};
use yipan_casework::command::CommandName;

use crate::support::{Choice, WORDS, World, all_commands, appeal, order, report, sample};

const CASES: [&str; 6] = ["a", "b", "c", "order", "report", "grid"];
const UNITS: [&str; 10] = [
    "north.gov",
    "north.housing",
    "city.housing",
    "n1.gov",
    "north.water",
    "south.gov",
    "n1.team",
    "s1.gov",
    "north.housing.team",
    "n2.gov",
];

/// One step: who, to which case, what, with which choices, how much later.
#[derive(Debug, Clone)]
struct Step {
    /// Of ten: three bring the case forward, five are allowed, one is anything, one is the timer.
    sensible: u8,
    who: usize,
    case: usize,
    what: usize,
    choice: Choice,
    later: i64,
}

fn step() -> impl Strategy<Value = Step> {
    let numbers = (0_u8..10, any::<usize>(), 0..CASES.len(), any::<usize>(), any::<usize>(), any::<bool>());
    let places = (0..UNITS.len(), 0..UNITS.len(), 0..CASES.len(), 1_u32..5);
    let later = prop_oneof![4 => Just(0), 8 => 1..20 * MINUTE, 2 => (0..200_i64).prop_map(|m| m * MINUTE), 1 => 0..40 * HOUR];
    (numbers, places, later).prop_map(
        |((sensible, who, case, what, pick, yes), (unit, other, second, holding), later)| {
            let choice = Choice {
                holding,
                sheet: 1 + holding % 2,
                unit: UNITS[unit].to_owned(),
                other: UNITS[other].to_owned(),
                case: CASES[second].to_owned(),
                yes,
                pick,
            };
            Step { sensible, who, case, what, choice, later }
        },
    )
}

fn begin() -> World {
    let mut world = World::at("2021-05-06 09:00");
    for name in ["a", "b", "c"] {
        world.accept(name);
    }
    world.accept_as("city/call_taker", order("order", Some("2021-05-10 17:00"), true)).unwrap();
    world.accept_as("city/call_taker", report("report", &["north.water"])).unwrap();
    let mut grid = appeal("grid");
    (grid.channel, grid.kind, grid.person) = (Channel::Grid, Kind::Help, None);
    world.accept_as("n1/grid", grid).unwrap();
    world
}

/// Everybody who plays: the desks of three centres, one person with every role at each unit, a few
/// with one, and an accused one.
fn people() -> Vec<String> {
    let desks = ["city", "north", "n1"].into_iter().flat_map(|centre| {
        let roles =
            ["dispatcher", "call_taker", "reviewer", "callback", "supervisor", "inspector", "secrecy"];
        roles.map(|role| format!("{centre}/{role}"))
    });
    let units = UNITS.iter().map(|unit| format!("{unit}/phone"));
    let single =
        ["north.housing/handler", "north.housing/reviewer", "north.water/signer", "city/shift_leader"];
    desks.chain(units).chain(single.map(str::to_owned)).collect()
}

/// Commands that are always there or soon leave nothing to do: given seldom, unless the case calls
/// for them.
fn seldom(name: CommandName) -> bool {
    use CommandName as N;
    matches!(
        name,
        N::Close
            | N::ReferAway
            | N::MakeSecret
            | N::Archive
            | N::Escalate
            | N::Note
            | N::Correct
            | N::Copy
            | N::Remind
            | N::AnswerDirectly
            | N::JudgeRepeat
    )
}

/// Who asks what: something that brings the case forward, something else that is allowed, or
/// anything by anybody.
fn ask(world: &World, step: &Step) -> Option<(String, Command<String>)> {
    let name = CASES[step.case];
    let people = people();
    let who = |n: usize| people[(step.who + n) % people.len()].clone();
    if step.sensible == 9 {
        return Some(("system".to_owned(), Command::Tick));
    }
    if step.sensible == 8 {
        let all = all_commands();
        return Some((who(0), sample(all[step.what % all.len()], &step.choice)?));
    }
    let mut pool = Vec::new();
    for who in (0..people.len()).map(who) {
        let allowed = world.moves(&who, name).into_iter().filter(|m| m.allowed);
        pool.extend(allowed.map(|m| (who.clone(), m)));
    }
    if step.sensible < 3 {
        pool.retain(|(_, m)| m.primary);
    }
    if !step.choice.pick.is_multiple_of(8) {
        pool.retain(|(_, m)| !seldom(m.command) || m.primary && m.command != CommandName::AnswerDirectly);
    }
    // First the command, each as likely, then who gives it on which holding.
    let commands: BTreeSet<_> = pool.iter().map(|(_, m)| m.command).collect();
    let command = *commands.iter().nth(step.what % commands.len().max(1))?;
    pool.retain(|(_, m)| m.command == command);
    let (who, chosen) = pool.swap_remove(step.who % pool.len());
    let choice = Choice {
        holding: chosen.holding.unwrap_or(1),
        sheet: chosen.sheet.unwrap_or(1),
        ..step.choice.clone()
    };
    Some((who, sample(command, &choice)?))
}

/// Takes the step; answers whether it was accepted.
fn take(world: &mut World, step: &Step) -> bool {
    world.now = world.now.plus(step.later);
    let name = CASES[step.case];
    let Some((who, asked)) = ask(world, step) else {
        return false;
    };
    // At the door texts become ids; the words themselves go nowhere.
    let mut texts = 0;
    let command = asked.map_texts(&mut |_: NarrativeKind, words: String| {
        assert_eq!(words, WORDS);
        texts += 1;
        NarrativeId::new(format!("n-{}-{texts}", world.case(name).version))
    });
    laws::hold_for_moves(world, &who, name);
    let given = match &command {
        // The house gives both halves of a merge, or neither.
        Command::MergeInto { master } => {
            let master = master.to_string();
            let before = laws::before(world, &[name, &master]);
            let merged = if master == name {
                world.give(&who, name, command).map(|_| ())
            } else {
                world.merge(&who, name, &master)
            };
            merged.map(|()| laws::hold_after(world, &before, CommandName::MergeInto))
        }
        Command::Unmerge { .. } if world.case(name).merged_into.is_some() => {
            let master = world.case(name).merged_into.as_ref().map(CaseId::to_string).unwrap();
            let before = laws::before(world, &[name, &master]);
            world.unmerge(&who, name).map(|()| laws::hold_after(world, &before, CommandName::Unmerge))
        }
        Command::AdoptMember { .. } | Command::ReleaseMember { .. } => return false,
        _ => {
            let before = laws::before(world, &[name]);
            let said = command.name();
            world.give(&who, name, command).map(|_| laws::hold_after(world, &before, said))
        }
    };
    if let Err(refusal) = &given {
        laws::hold_for_refusal(refusal);
    }
    given.is_ok()
}

#[test]
fn whatever_anybody_does_the_laws_hold() {
    let seed = std::env::var("YIPAN_SEED").ok().and_then(|s| s.parse().ok()).unwrap_or(20_210_506);
    let cases = std::env::var("YIPAN_CASES").ok().and_then(|s| s.parse().ok()).unwrap_or(32);
    eprintln!("seed {seed} (set YIPAN_SEED for another, YIPAN_CASES for more than {cases} histories)");
    let config = Config {
        cases,
        rng_seed: RngSeed::Fixed(seed),
        failure_persistence: None,
        max_shrink_iters: 400,
        ..Config::default()
    };
    let mut reached = laws::Reached::default();
    let mut runner = TestRunner::new(config);
    let count = std::cell::RefCell::new(&mut reached);
    let outcome = runner.run(&proptest::collection::vec(step(), 120..240), |steps| {
        let mut world = begin();
        let taken = steps.iter().filter(|step| take(&mut world, step)).count();
        laws::hold_at_the_end(&world);
        count.borrow_mut().add(&world, steps.len(), taken);
        Ok(())
    });
    if let Err(fault) = outcome {
        panic!("seed {seed}: {fault}");
    }
    eprintln!("{reached}");
    reached.went_everywhere();
}
