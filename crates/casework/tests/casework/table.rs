//! The transition table (流转表): every row × stage × person, as the table says and not otherwise.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use yipan_base::directory::Role;
use yipan_base::id::NarrativeId;
use yipan_casework::Command;
use yipan_casework::case::{Case, Grade, HoldingRole, Outcome, SheetLevel, Solved, Stage};
use yipan_casework::command::CommandName;
use yipan_casework::table::{self, MERGED_MOVES, MOVES, Row, Seat, TABLE};

use crate::support::{
    Choice, World, all_commands, appeal, call_back, child, close, dispatch_with, reply, sample, text,
};

/// One case in each stage, as richly held as the stage allows, and merged ones; by a telling name.
fn every_stage() -> World {
    let mut world = World::at("2021-05-06 09:00");
    world.accept("other");
    world.accept("a");
    world.keep("a", "accepted");
    world.accept("direct");
    world.ok("city/call_taker", "direct", Command::AnswerDirectly { text: text("x"), solved: Solved::Yes });

    world.ok("city/dispatcher", "a", dispatch_with("north.gov", &["city.housing"]));
    world.ok(
        "city/supervisor",
        "a",
        Command::Supervise { level: SheetLevel::Blue, holding: 1, reason: text("s") },
    );
    world.keep("a", "dispatched");
    world.ok("north.gov/phone", "a", Command::Sign { holding: 1 });
    world.ok("north.gov/phone", "a", child(1, "n1.gov"));
    world.keep("a", "handling");
    world.handle("a", 2);
    world.handle("a", 3);
    world.ok("north.gov/phone", "a", reply(1));
    world.keep("a", "handled");
    world.ok("city/reviewer", "a", Command::StartReview);
    world.keep("a", "reviewing");
    world.ok("city/reviewer", "a", Command::AcceptReply { holding: 1 });
    world.keep("a", "calling_back");
    world.ok("city/callback", "a", call_back(Grade::Satisfied, Solved::Yes));
    world.ok("city/callback", "a", close(Outcome::Solved));
    world.keep("a", "closed");
    world.ok("north.gov/phone", "a", Command::AnswerSheet { sheet: 1, answer: text("a") });
    world.ok("city/supervisor", "a", Command::LiftSheet { sheet: 1 });
    world.ok("system", "a", Command::Archive);

    let mut found = appeal("verifying");
    found.channel = yipan_casework::case::Channel::Grid;
    world.accept_as("city/call_taker", found).unwrap();
    world.dispatch("verifying", "north.gov");
    world.answer("verifying");

    world.accept("b");
    for name in ["member accepted", "member dispatched", "member handling"] {
        if name != "member accepted" && world.case("b").stage == Stage::Accepted {
            world.dispatch("b", "north.gov");
        } else if name == "member handling" {
            world.ok("north.gov/phone", "b", Command::Sign { holding: 1 });
        }
        world.merge("city/dispatcher", "b", "other").unwrap();
        world.keep("b", name);
        world.unmerge("city/dispatcher", "b").unwrap();
    }
    world.merge("city/dispatcher", "b", "other").unwrap();
    world.dispatch("other", "north.gov");
    world.answer("other");
    world.ok("city/callback", "b", Command::TryCallBack { agreed: None });
    world.keep("b", "member calling_back");
    world.ok("city/callback", "b", call_back(Grade::Satisfied, Solved::Yes));
    world.ok("city/callback", "b", close(Outcome::Merged));
    world.keep("b", "member closed");
    world.ok("system", "b", Command::Archive);
    world
}

/// Whether a unit sits in a seat, told from the names alone: a centre is called like its area, and
/// acts for the government there.
fn sits(case: &Case, unit: &str, seat: Seat, holding: Option<u32>) -> bool {
    let acts = |for_unit: &str| for_unit == unit || for_unit == format!("{unit}.gov");
    let held = |no: u32| case.holdings.iter().find(|h| h.no == no);
    let holding = holding.and_then(held);
    match seat {
        Seat::Centre => unit == "city" && holding.is_none_or(|h| h.parent.is_none()),
        Seat::Holder => holding.is_some_and(|h| acts(h.unit.as_str())),
        Seat::Main => holding.is_some_and(|of| {
            let main = case.holdings.iter().find(|h| h.role == HoldingRole::Main && h.parent == of.parent);
            acts(main.expect("every fixture has its main holding").unit.as_str())
        }),
        Seat::Giver => holding.and_then(|h| held(h.parent?)).is_some_and(|h| acts(h.unit.as_str())),
        Seat::Party => {
            let copies = case.copies.iter().map(|c| c.unit.as_str());
            case.holdings.iter().map(|h| h.unit.as_str()).chain(copies).any(acts)
        }
        Seat::Issuer => unit == "city" && !case.sheets.is_empty(),
        Seat::House => unit == "system",
    }
}

fn may(row: &Row, case: &Case, unit: &str, roles: &BTreeSet<Role>, holding: Option<u32>) -> bool {
    row.by.iter().any(|right| {
        let role = right.seat == Seat::House || right.roles.iter().any(|r| roles.contains(r));
        role && sits(case, unit, right.seat, holding)
    })
}

#[test]
fn every_row_stage_and_person_is_allowed_exactly_where_the_table_says() {
    let world = every_stage();
    let units = ["city", "city.housing", "north", "north.gov", "north.housing", "n1", "n1.gov", "south"];
    let mut people = vec![("system".to_owned(), "system".to_owned(), BTreeSet::new())];
    for member in world.directory.all_staff().filter(|m| units.contains(&m.unit.as_str())) {
        people.push((member.id.to_string(), member.unit.to_string(), member.roles.clone()));
    }
    let stages: BTreeSet<_> =
        world.names().map(|n| (world.case(n).stage, world.case(n).merged_into.is_some())).collect();
    assert_eq!(stages.len(), 10 + 6, "every stage, and every stage of a merged case");
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for name in world.names() {
        let case = world.case(name);
        let merged = case.merged_into.is_some();
        for row in TABLE {
            let stages = if merged { row.merged } else { row.stages };
            let about = sample(row.command, &Choice::default()).and_then(|c| c.holding());
            let unknown = 99;
            let holdings = case.holdings.iter().map(|h| h.no).chain([unknown]).map(Some);
            let holdings: Vec<_> = if about.is_some() { holdings.collect() } else { vec![None] };
            for holding in holdings {
                let choice = Choice { holding: holding.unwrap_or(1), ..Choice::default() };
                let command =
                    sample(row.command, &choice).unwrap().map_texts(&mut |_, _| NarrativeId::new("t"));
                for (who, unit, roles) in &people {
                    let code = world.decide(who, name, &command).err().map(|refusal| refusal.code);
                    let code = code.as_deref();
                    let told = format!("{who}: {:?} on {name} ({:?}): {code:?}", row.command, holding);
                    let expected = if merged && row.merged.is_empty() && row.stages.contains(&case.stage) {
                        "case.merged"
                    } else if !stages.contains(&case.stage) {
                        "case.stage"
                    } else if holding == Some(unknown) {
                        "holding.unknown"
                    } else if !may(row, case, unit, roles, holding) {
                        "case.seat"
                    } else {
                        assert!(!matches!(code, Some("case.stage" | "case.seat" | "case.merged")), "{told}");
                        *seen.entry("allowed").or_default() += 1;
                        continue;
                    };
                    assert_eq!(code, Some(expected), "{told}");
                    *seen.entry(expected).or_default() += 1;
                }
            }
        }
    }
    eprintln!("{seen:?}");
    assert!(seen["allowed"] > 1_000 && seen["case.seat"] > 10_000 && seen["case.stage"] > 10_000, "{seen:?}");
}

#[test]
fn every_command_but_accept_has_its_row() {
    let all = all_commands();
    assert!(all.contains(&CommandName::Accept) && all.contains(&CommandName::Note));
    for command in all {
        let rows = TABLE.iter().filter(|r| r.command == command).count();
        assert_eq!(rows, usize::from(command != CommandName::Accept), "{command:?}");
        if let Some(made) = sample(command, &Choice::default()) {
            assert_eq!(made.name(), command);
        }
    }
    assert_eq!(table::find(CommandName::Accept).map(|r| r.command), None);
}

#[test]
fn the_moves_start_where_the_table_allows_their_command() {
    for (from, command, _) in MOVES {
        assert!(table::find(*command).unwrap().stages.contains(from), "{command:?} from {from}");
    }
    for (from, command, _) in MERGED_MOVES {
        assert!(table::find(*command).unwrap().merged.contains(from), "{command:?} from {from}");
    }
    // Closed is left only by the archive and by opening again; the archive only by the latter.
    let from = |stage| MOVES.iter().filter(|m| m.0 == stage).map(|m| m.1).collect::<Vec<_>>();
    assert_eq!(from(Stage::Closed), [CommandName::Archive, CommandName::Reopen]);
    assert_eq!(from(Stage::Archived), [CommandName::Reopen]);
}

#[test]
fn the_documents_show_the_table_as_it_is() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/transitions.md");
    let page = format!(
        "# Transitions of a case (工单流转)\n\nPrinted from the transition table in `crates/casework/src/table.rs`. \
         `accept` makes the case; every other command is a row here, and what no row allows is refused.\n\n\
         ## Stages\n\nA command with `*` moves only a case that was merged into another.\n\n\
         ```mermaid\n{}```\n\n## Commands\n\n{}",
        table::diagram(),
        table::markdown()
    );
    if std::env::var_os("YIPAN_UPDATE_DOCS").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == page,
        "docs/transitions.md differs from the table; write it anew with: \
         YIPAN_UPDATE_DOCS=1 cargo test -p yipan-casework --test casework the_documents_show"
    );
}
