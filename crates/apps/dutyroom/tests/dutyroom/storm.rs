//! The duty room on the evening of a storm: incident, command post, losses from every town, shift.

use serde_json::{Value as Json, json};
use yipan_base::time::{HOUR, MINUTE};
use yipan_duty::losses::{self, Basis};
use yipan_duty::{Incident, Losses, Post, Urgent};

use crate::support::{Bench, each_house, evening};

async fn asked(bench: &Bench) -> String {
    let ask = json!({ "command": "ask", "area": "nantong" });
    bench.begin::<Losses>("city.shiftleader", ask).await.expect("asked").id
}

fn report(unit: &str, kind: &str, figures: Json) -> Json {
    json!({ "command": "report", "unit": unit, "kind": kind, "as_of": evening(), "figures": figures })
}

/// Somebody of a unit who may report for it.
fn reporter(bench: &Bench, unit: &str) -> String {
    let city = bench.house.city();
    city.directory.staff_of(&unit.into()).next().unwrap_or_else(|| panic!("nobody at {unit}")).login.clone()
}

#[tokio::test]
async fn every_town_reports_and_the_city_total_opens_down_to_each() {
    each_house(|bench| async move {
        let id = asked(&bench).await;
        let state = bench.state::<Losses>("city.shiftleader", &id).await;
        let units: Vec<String> = state.units.keys().map(ToString::to_string).collect();
        assert!(units.len() >= 90, "{} towns are asked", units.len());
        let field = losses::form().fields[0].code.clone();
        for (at, unit) in units.iter().enumerate() {
            let by = reporter(&bench, unit);
            let command = match at % 3 {
                0 => report(unit, "first", json!({ (field.as_str()): 10 })),
                _ => report(unit, "zero", json!({})),
            };
            bench.command::<Losses>(&by, &id, command).await.unwrap_or_else(|r| panic!("{unit}: {r}"));
        }
        let state = bench.state::<Losses>("city.shiftleader", &id).await;
        let totals = losses::totals(&state, &bench.house.city().directory);
        let expected = 10 * units.len().div_ceil(3) as i64;
        assert_eq!(totals.tally.reported.get(&field), Some(&expected));
        assert_eq!(totals.tally.heard as usize, units.len());
        let of_towns: i64 = totals
            .counties
            .iter()
            .flat_map(|county| &county.towns)
            .filter_map(|town| town.tally.reported.get(&field))
            .sum();
        assert_eq!(of_towns, expected);
        let table = losses::national_table(&state, &bench.house.city().directory, Basis::Reported);
        assert_eq!(table.rows[0].figures[0], Some(expected));
    })
    .await;
}

#[tokio::test]
async fn whoever_is_late_is_told_by_the_clock_and_a_total_that_shrinks_must_say_why() {
    each_house(|bench| async move {
        let id = asked(&bench).await;
        let field = losses::form().fields[0].code.clone();
        let unit = bench
            .state::<Losses>("city.shiftleader", &id)
            .await
            .units
            .keys()
            .next()
            .expect("a town")
            .to_string();
        let by = reporter(&bench, &unit);
        bench
            .command::<Losses>(&by, &id, report(&unit, "first", json!({ (field.as_str()): 8 })))
            .await
            .expect("reported");
        bench.later(MINUTE);
        let less = report(&unit, "follow_up", json!({ (field.as_str()): 3 }));
        let refusal = bench.command::<Losses>(&by, &id, less).await.expect_err("it shrinks");
        assert_eq!(refusal.code, "losses.shrinks");

        bench.later(2 * HOUR);
        assert_eq!(bench.house.fire_timers().await.expect("fired"), 1);
        let state = bench.state::<Losses>("city.shiftleader", &id).await;
        let late = losses::late(&state, bench.house.now());
        assert_eq!(late.len(), state.units.len() - 1);
        let told = bench
            .house
            .notices(&bench.viewer(&reporter(&bench, late[0].unit.as_str())), true)
            .await
            .expect("told");
        assert!(told.iter().any(|notice| notice.what == "losses.overdue"), "{told:#?}");
    })
    .await;
}

#[tokio::test]
async fn a_command_post_counts_who_acknowledged_and_stands_down() {
    each_house(|bench| async move {
        let plan = yipan_duty::post::plans().plans.keys().next().expect("a plan").to_string();
        let raise = json!({"command": "raise", "level": "II", "plan": plan, "areas": ["rudong"], "centres": ["rudong.centre"], "reason": "冰雹大风"});
        let post = bench.begin::<Post>("city.shiftleader", raise).await.expect("raised").id;
        bench.command::<Post>("rudong.dispatcher", &post, json!({"command": "acknowledge"})).await.expect("acknowledged");
        bench.later(16 * MINUTE);
        bench.house.fire_timers().await.expect("fired");
        let refusal = bench.command::<Post>("rudong.dispatcher", &post, json!({"command": "stand_down", "reason": "雨停"})).await;
        assert!(refusal.is_err(), "a county does not stand down the city's post");
        bench.command::<Post>("city.leader", &post, json!({"command": "stand_down", "reason": "雨停"})).await.expect("over");
    })
    .await;
}

#[tokio::test]
async fn cases_stand_under_an_incident_that_its_area_sees() {
    each_house(|bench| async move {
        let appeal = json!({
            "channel": "phone", "kind": "help", "category": "governance", "text": "如东县掘港街道大风掀翻屋顶",
            "place": { "area": "rudong.juegang" }, "anonymous": true,
        });
        let case = bench.accept("city.calltaker1", appeal).await;
        let open = json!({"command": "open", "kind": "storm", "title": "4·30 风雹", "centre": null, "areas": ["rudong"], "began_at": evening(), "warning": null});
        let incident = bench.begin::<Incident>("city.shiftleader", open).await.expect("opened").id;
        let add = json!({"command": "add", "cases": [case.id]});
        bench.command::<Incident>("city.calltaker1", &incident, add.clone()).await.expect("added");
        let refusal = bench.command::<Incident>("city.calltaker1", &incident, add).await.expect_err("nothing new");
        assert_eq!(refusal.code, "incident.nothing_new");
        assert_eq!(bench.state::<Incident>("rudong.dispatcher", &incident).await.cases.len(), 1);
        let stranger = bench.viewer("haian.dispatcher");
        assert_eq!(bench.house.dossier::<Incident>(&stranger, &incident).await.expect_err("elsewhere").code, "dossier.unknown");
    })
    .await;
}

#[tokio::test]
async fn urgent_information_has_its_clocks_from_the_moment_of_knowing() {
    each_house(|bench| async move {
        let know = json!({"command": "know", "kind": "disaster", "happened_at": evening(), "known_at": evening(), "summary": "如东洋口冰雹，房屋受损"});
        let id = bench.begin::<Urgent>("rudong.dispatcher", know).await.expect("known").id;
        bench.later(21 * MINUTE);
        bench.house.fire_timers().await.expect("fired");
        let told = bench.house.notices(&bench.viewer("city.shiftleader"), true).await.expect("told");
        assert!(told.iter().any(|notice| notice.what == "urgent.telephone_overdue" && notice.dossier == id), "{told:#?}");
        let written = json!({"command": "written", "text": "受损房屋约三十户，无人员伤亡"});
        bench.command::<Urgent>("rudong.dispatcher", &id, written).await.expect("written in time");
        bench.command::<Urgent>("city.shiftleader", &id, json!({"command": "receipt"})).await.expect("receipted");
    })
    .await;
}
