//! How large a case is as it is stored: once per case, so every byte counts a million times.

use yipan_casework::Command;
use yipan_casework::case::{Grade, Outcome, Solved};

use crate::support::{World, appeal, call_back, close};

#[test]
fn a_typical_closed_case_stays_small() {
    let id = |n: u32| format!("01794a3c-7d00-7000-8000-{n:012x}");
    let mut world = World::at("2021-05-06 09:00");
    let mut new = appeal(&id(1));
    new.number = "320600-20210506-00017".to_owned();
    new.person = Some(id(2).into());
    new.narratives = vec![new.narratives.remove(0); 2];
    for (n, narrative) in new.narratives.iter_mut().enumerate() {
        narrative.id = id(3 + n as u32).into();
        narrative.digest = "9f86d081884c7d659a2feaa0c55ad015".to_owned();
    }
    new.place.point = Some([120.894_291, 31.980_171]);
    new.place.boundary_m = Some(2_310.5);
    let name = id(1);
    world.accept_as("city/call_taker", new).unwrap();
    world.dispatch(&name, "n1.gov");
    world.ok("n1.gov/phone", &name, Command::Sign { holding: 1 });
    world.ok("n1.gov/phone", &name, Command::Contact { holding: 1, reached: true });
    world.answer(&name);
    world.clock("2021-05-07 10:00");
    world.ok("city/callback", &name, call_back(Grade::Satisfied, Solved::Yes));
    world.ok("city/callback", &name, close(Outcome::Solved));
    world.ok("system", &name, Command::Archive);
    let json = serde_json::to_string(world.case(&name)).unwrap();
    let events: usize = world.events(&name).iter().map(|e| serde_json::to_string(e).unwrap().len()).sum();
    eprintln!(
        "a closed case: {} bytes of state, {} events of {events} bytes",
        json.len(),
        world.events(&name).len()
    );
    assert!(json.len() < 3_500, "{} bytes: {json}", json.len());
}
