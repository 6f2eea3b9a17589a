//! Repeat appeals (重复诉求): judged, contestable, and only "unsolved" counts.

use yipan_base::id::CaseId;
use yipan_casework::Command;
use yipan_casework::case::RepeatVerdict;
use yipan_casework::project::facts;

use crate::support::{World, text};

fn two() -> World {
    let mut world = World::at("2021-05-06 09:00");
    world.accept("old");
    world.accept("a");
    world.dispatch("a", "north.housing");
    world
}

fn judge(earlier: &str, verdict: RepeatVerdict) -> Command {
    Command::JudgeRepeat { earlier: CaseId::new(earlier), verdict }
}

fn verdict(world: &World) -> Option<RepeatVerdict> {
    facts(world.case("a"), &world.directory).case.repeat
}

#[test]
fn a_verdict_is_contested_by_the_unit_and_ruled_by_somebody_else() {
    let mut world = two();
    let contest = Command::ContestRepeat { reason: text("new facts") };
    let confirm = |verdict| Command::ConfirmRepeat { verdict };
    assert_eq!(world.refused("city/reviewer", "a", judge("a", RepeatVerdict::Unsolved)), "repeat.self");
    assert_eq!(
        world.refused("city/reviewer", "a", judge("nothing", RepeatVerdict::Unsolved)),
        "repeat.unknown"
    );
    assert_eq!(world.refused("north.housing/handler", "a", contest.clone()), "repeat.none");
    assert_eq!(world.refused("city/reviewer", "a", confirm(RepeatVerdict::Unsolved)), "repeat.none");
    world.ok("city/dispatcher", "a", judge("old", RepeatVerdict::Recurred));
    world.ok("city/reviewer", "a", judge("old", RepeatVerdict::Unsolved));
    assert_eq!(verdict(&world), Some(RepeatVerdict::Unsolved));
    assert_eq!(
        world.refused("city/shift_leader", "a", confirm(RepeatVerdict::Unsolved)),
        "repeat.not_contested"
    );
    assert_eq!(world.refused("north.water/handler", "a", contest.clone()), "case.seat");

    world.ok("north.housing/handler", "a", contest.clone());
    assert_eq!(verdict(&world), None, "while contested it counts for nobody");
    assert_eq!(world.refused("north.housing/handler", "a", contest.clone()), "repeat.contested");
    // A new verdict is no way around the objection.
    assert_eq!(
        world.refused("city/reviewer", "a", judge("old", RepeatVerdict::Unsolved)),
        "repeat.contested"
    );
    assert_eq!(world.refused("city/reviewer", "a", confirm(RepeatVerdict::NewFact)), "repeat.own_verdict");
    world.ok("city/shift_leader", "a", confirm(RepeatVerdict::NewFact));
    assert_eq!(verdict(&world), Some(RepeatVerdict::NewFact));
    assert_eq!(world.refused("north.housing/handler", "a", contest), "repeat.contested");
    assert_eq!(
        world.refused("city/shift_leader", "a", confirm(RepeatVerdict::Unsolved)),
        "repeat.not_contested"
    );
}
