//! Reports of wrongdoing (举报): the accused neither see, hold, rule, merge nor answer.

use std::collections::BTreeSet;

use yipan_base::directory::{Directory, Role};
use yipan_base::id::{CaseId, StaffId};
use yipan_casework::Command;
use yipan_casework::case::{Kind, Outcome, Solved, Stage, Standing, TermKind};
use yipan_casework::command::{Basis, CommandName};
use yipan_casework::project::{Clearance, access};

use crate::support::{World, appeal, ask_return, dispatch, dispatch_with, grant_return, report, text, unit};

fn reported(accused: &[&str]) -> World {
    let mut world = World::at("2021-05-06 09:00");
    world.accept_as("city/call_taker", report("a", accused)).unwrap();
    world
}

fn extract() -> Command {
    Command::SetExtract { extract: text("extract") }
}

fn make_secret(units: &[&str], staff: &[&str]) -> Command {
    Command::MakeSecret {
        accused_units: units.iter().map(|u| unit(u)).collect(),
        accused_staff: staff.iter().map(StaffId::new).collect(),
    }
}

#[test]
fn a_report_is_secret_and_leaves_the_desk_only_with_an_extract() {
    let mut world = reported(&["n1.gov"]);
    assert!(world.case("a").secret);
    let answer = Command::AnswerDirectly { text: text("x"), solved: Solved::Yes };
    assert_eq!(world.refused("city/call_taker", "a", answer), "secret.direct_answer");
    assert_eq!(world.refused("city/dispatcher", "a", dispatch("north.housing")), "secret.extract_missing");
    assert_eq!(world.refused("city/dispatcher", "a", extract()), "case.seat");
    world.ok("city/secrecy", "a", extract());
    world.ok("city/dispatcher", "a", dispatch("north.housing"));
    let access = access(world.case("a"), &world.directory);
    assert_eq!(access.get("u:north.housing"), Some(&Clearance::Extract));
    assert_eq!(access.get("u:city"), Some(&Clearance::Cleared));
    assert_eq!(access.get("a:north"), Some(&Clearance::Cleared));
    assert_eq!(access.get("u:city.housing"), Some(&Clearance::Cleared), "the line above");
    for shut in ["u:n1.gov", "a:n1", "u:n1", "u:n1.team"] {
        assert_eq!(access.get(shut), None, "{shut}");
    }
    world.accept("open");
    assert_eq!(
        world.refused("city/call_taker", "open", Command::SetExtract { extract: text("x") }),
        "case.seat"
    );
    assert_eq!(
        world.refused("city/secrecy", "open", Command::SetExtract { extract: text("x") }),
        "secret.not"
    );
}

#[test]
fn whoever_is_accused_is_given_nothing() {
    let mut world = reported(&["n1.gov", "city.water"]);
    world.ok("city/secrecy", "a", extract());
    // A government stands for its area, a department for its line below.
    for main in ["n1.gov", "n1.team", "n1", "city.water", "north.water"] {
        assert_eq!(world.refused("city/dispatcher", "a", dispatch(main)), "dispatch.accused", "{main}");
    }
    assert_eq!(
        world.refused("city/dispatcher", "a", dispatch_with("north.gov", &["n1.gov"])),
        "dispatch.accused"
    );
    assert_eq!(
        world.refused("city/dispatcher", "a", Command::Copy { units: vec![unit("n1.gov")] }),
        "dispatch.accused"
    );
    world.ok("city/dispatcher", "a", dispatch("north.gov"));
    let add = Command::AddAssistant { unit: unit("south.water"), basis: Basis::Judgement };
    assert_eq!(world.refused("city/dispatcher", "a", add), "dispatch.accused");
    world.ok("north.gov/phone", "a", ask_return(1, "n1.gov"));
    assert_eq!(world.refused("city/dispatcher", "a", grant_return(1, "n1.gov")), "dispatch.accused");
    world.ok("city/dispatcher", "a", grant_return(1, "north.housing"));
    // No copy reaches them by rule either.
    assert!(world.case("a").copies.iter().all(|c| c.unit != unit("north.water")));
}

#[test]
fn an_accused_person_does_nothing_whatever_the_seat() {
    let mut world = World::at("2021-05-06 09:00");
    let mut new = report("a", &[]);
    new.accused_staff = BTreeSet::from([StaffId::new("city/dispatcher"), StaffId::new("north.gov/receiver")]);
    world.accept_as("city/call_taker", new).unwrap();
    world.ok("city/secrecy", "a", extract());
    assert_eq!(world.refused("city/dispatcher", "a", dispatch("north.gov")), "case.accused");
    world.ok("city/shift_leader", "a", dispatch("north.gov"));
    assert_eq!(world.refused("north.gov/receiver", "a", Command::Sign { holding: 1 }), "case.accused");
    world.ok("north.gov/phone", "a", Command::Sign { holding: 1 });
    assert_eq!(world.refused("city/dispatcher", "a", Command::Note { text: text("x") }), "case.accused");
}

#[test]
fn it_goes_one_level_up_from_an_accused_centre() {
    let mut world = World::at("2021-05-06 09:00");
    world.accept_as("n1/call_taker", report("a", &["n1.gov"])).unwrap();
    assert_eq!(world.case("a").centre, unit("north"));
    world.accept_as("n1/call_taker", report("b", &["north.gov"])).unwrap();
    assert_eq!(world.case("b").centre, unit("city"));
    let refusal = world.accept_as("n1/call_taker", report("c", &["city.gov"])).unwrap_err();
    assert_eq!(refusal.code, "accept.no_centre_above");
}

#[test]
fn found_out_later_it_is_taken_from_the_accused() {
    let mut world = World::at("2021-05-06 09:00");
    world.accept("a");
    world.ok("city/dispatcher", "a", dispatch_with("n1.gov", &["north.water"]));
    world.handle("a", 2);
    world.handle("a", 1);
    assert_eq!(world.case("a").stage, Stage::Handled);
    world.ok("city/call_taker", "a", make_secret(&["n1.gov"], &[]));
    let case = world.case("a");
    assert!(case.secret);
    assert_eq!((case.stage, case.main().is_none()), (Stage::Accepted, true));
    assert!(case.holdings.iter().all(|h| h.standing == Standing::Withdrawn));
    let open: Vec<_> = case.terms.iter().filter(|t| t.ended_at.is_none()).map(|t| t.kind).collect();
    assert_eq!(open, [TermKind::Dispatch]);
    world.ok("city/secrecy", "a", extract());
    assert_eq!(world.refused("city/dispatcher", "a", dispatch("n1.gov")), "dispatch.accused");
    world.ok("city/dispatcher", "a", dispatch("north.gov"));
    assert_eq!(world.refused("n1.gov/phone", "a", Command::Sign { holding: 1 }), "case.accused");
}

#[test]
fn an_accused_assistant_leaves_and_the_main_goes_on() {
    let mut world = World::at("2021-05-06 09:00");
    world.accept("a");
    world.ok("city/dispatcher", "a", dispatch_with("north.housing", &["north.water"]));
    world.ok("city/call_taker", "a", make_secret(&["north.water"], &[]));
    let case = world.case("a");
    assert_eq!(case.stage, Stage::Dispatched);
    assert_eq!((case.holdings[0].standing, case.holdings[1].standing), (Standing::Open, Standing::Withdrawn));
}

#[test]
fn found_out_later_a_centre_loses_the_case_to_the_one_above() {
    let mut world = World::at("2021-05-06 09:00");
    world.accept_as("north/call_taker", appeal("a")).unwrap();
    world.ok("north/call_taker", "a", make_secret(&["north.gov"], &[]));
    let case = world.case("a");
    assert_eq!(case.centre, unit("city"));
    let open: Vec<_> =
        case.terms.iter().filter(|t| t.ended_at.is_none()).map(|t| t.centre.as_str()).collect();
    assert_eq!(open, ["city"]);
    assert_eq!(world.refused("north/dispatcher", "a", Command::Note { text: text("x") }), "case.accused");
    world.accept("b");
    assert_eq!(
        world.refused("city/call_taker", "b", make_secret(&["city.gov"], &[])),
        "secret.no_centre_above"
    );
    assert_eq!(world.refused("city/call_taker", "b", make_secret(&["nobody"], &[])), "unit.unknown");
}

#[test]
fn a_complaint_corrected_to_a_report_becomes_secret_and_stays_one() {
    let mut world = World::at("2021-05-06 09:00");
    world.accept("a");
    let kind = |kind| Command::Correct {
        kind: Some(kind),
        category: None,
        level: None,
        place: None,
        reason: text("misheard"),
    };
    world.ok("city/call_taker", "a", kind(Kind::Report));
    assert_eq!((world.case("a").kind, world.case("a").secret), (Kind::Report, true));
    assert_eq!(world.refused("city/call_taker", "a", kind(Kind::Help)), "secret.kind");
}

#[test]
fn a_case_with_members_is_released_before_it_becomes_secret() {
    let mut world = World::at("2021-05-06 09:00");
    world.accept("a");
    world.accept("b");
    world.merge("city/dispatcher", "b", "a").unwrap();
    assert_eq!(world.refused("city/call_taker", "a", make_secret(&[], &[])), "secret.merged");
    assert_eq!(world.refused("city/call_taker", "b", make_secret(&[], &[])), "case.merged");
    assert_eq!(world.case("a").members[0].case, CaseId::new("b"));
}

#[test]
fn discipline_matters_leave_the_house() {
    let mut world = reported(&["n1.gov"]);
    let refer = |to: &str| Command::ReferAway { authority: to.to_owned(), reason: text("discipline") };
    assert_eq!(world.refused("city/dispatcher", "a", refer("市纪委监委")), "case.seat");
    for wrong in [" ", "", "市纪委监委，请查王某某", "纪委13800138000"] {
        assert_eq!(world.refused("city/secrecy", "a", refer(wrong)), "refer.authority", "{wrong}");
    }
    world.ok("city/secrecy", "a", refer("市纪委监委"));
    let case = world.case("a");
    assert_eq!((case.stage, case.outcome), (Stage::Closed, Some(Outcome::BeyondDuty)));
    assert!(case.terms.iter().all(|t| t.ended_at.is_some()));
}

/// The city with officers only where they are named, and some of them disabled.
fn with_officers(at: &[&str], disabled: &[&str]) -> World {
    let mut world = World::at("2021-05-06 09:00");
    let directory = &world.directory;
    let staff = directory.all_staff().cloned().filter_map(|mut member| {
        let officer = member.roles.contains(&Role::SecrecyOfficer);
        member.disabled = disabled.contains(&member.unit.as_str());
        (!officer || at.contains(&member.unit.as_str())).then_some(member)
    });
    let areas = directory.areas().cloned().collect();
    let units = directory.units().cloned().collect();
    world.directory = Directory::new(areas, units, staff.collect()).unwrap();
    world
}

#[test]
fn it_goes_up_to_where_a_secrecy_officer_can_act() {
    let mut world = with_officers(&["city", "north"], &[]);
    world.accept_as("n1/call_taker", report("a", &[])).unwrap();
    assert_eq!(world.case("a").centre, unit("north"));
    world.ok("north/secrecy", "a", extract());
    world.accept_as("n1/call_taker", report("b", &["north.gov"])).unwrap();
    assert_eq!(world.case("b").centre, unit("city"));
    // An officer who is accused does not count, and one who left does not either.
    let mut new = report("c", &[]);
    new.accused_staff = BTreeSet::from([StaffId::new("north/secrecy")]);
    world.accept_as("n1/call_taker", new).unwrap();
    assert_eq!(world.case("c").centre, unit("city"));
    let mut world = with_officers(&["city", "north"], &["north"]);
    world.accept_as("n1/call_taker", report("a", &[])).unwrap();
    assert_eq!(world.case("a").centre, unit("city"));
    // What is no report stays where it came in; what is over needs nobody.
    world.accept_as("n1/call_taker", appeal("open")).unwrap();
    assert_eq!(world.case("open").centre, unit("n1"));
}

#[test]
fn a_report_that_nobody_could_act_on_is_refused() {
    let mut world = with_officers(&["north"], &[]);
    let refusal = world.accept_as("city/call_taker", report("a", &[])).unwrap_err();
    assert_eq!(refusal.code, "accept.no_secrecy_officer");
    assert!(refusal.zh.contains("涉密举报专员") && refusal.en.contains("secrecy_officer"), "{refusal:?}");
    let mut new = report("a", &[]);
    new.accused_staff = BTreeSet::from([StaffId::new("north/secrecy")]);
    assert_eq!(world.accept_as("n1/call_taker", new).unwrap_err().code, "accept.no_secrecy_officer");
    world
        .accept_as(
            "city/call_taker",
            yipan_casework::command::Acceptance { historical: true, ..report("old", &[]) },
        )
        .unwrap();
    // Nor does a case become secret, or leave the last officer by an escalation.
    world.accept("b");
    assert_eq!(world.refused("city/call_taker", "b", make_secret(&[], &[])), "secret.no_secrecy_officer");
    world.accept_as("n1/call_taker", appeal("c")).unwrap();
    world.ok("n1/call_taker", "c", make_secret(&["n2.gov"], &[]));
    assert_eq!(world.case("c").centre, unit("north"));
    let up = Command::Escalate { reason: text("up") };
    assert_eq!(world.refused("north/dispatcher", "c", up), "escalate.no_secrecy_officer");
    assert_eq!(
        world.refused("north/call_taker", "c", make_secret(&[], &["north/secrecy"])),
        "secret.no_secrecy_officer"
    );
}

#[test]
fn no_move_is_offered_that_secrecy_refuses() {
    let mut world = reported(&["n1.gov"]);
    let refused = |world: &World, who: &str, command| {
        let moves = world.moves(who, "a");
        let one = moves.iter().find(|m| m.command == command).unwrap();
        one.refusal.as_ref().map(|r| r.code.clone()).unwrap_or_default()
    };
    assert_eq!(refused(&world, "city/dispatcher", CommandName::MergeInto), "merge.secret");
    assert_eq!(refused(&world, "city/dispatcher", CommandName::Dispatch), "secret.extract_missing");
    assert_eq!(refused(&world, "city/dispatcher", CommandName::Escalate), "escalate.top");
    assert_eq!(refused(&world, "city/supervisor", CommandName::Repin), "repin.nothing");
    let primary = world.moves("city/secrecy", "a").into_iter().find(|m| m.primary).map(|m| m.command);
    assert_eq!(primary, Some(CommandName::SetExtract));
    world.ok("city/secrecy", "a", extract());
    assert_eq!(refused(&world, "city/dispatcher", CommandName::Dispatch), "");
}
