//! Who sees what: every member of staff against every kind of case, beside an oracle written from
//! the rules and not from the code; and every way to read, for one of each kind of staff.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use yipan_base::directory::{Directory, Role, Staff, UnitKind};
use yipan_base::id::{AreaId, UnitId};
use yipan_casework::case::Case;
use yipan_platform::{CaseName, Viewer};

use crate::support::{Bench, complaint, each_house, report, whole_way};

/// Cases of every kind that the scope tells apart, by number.
async fn cases(bench: &Bench) -> Vec<String> {
    let mut numbers = Vec::new();
    let in_area = |area: &str| {
        let mut appeal = complaint();
        appeal["place"] = json!({ "area": area });
        appeal
    };
    let accept = async |login: &str, appeal| bench.accept(login, appeal).await.expect("accepted").number;
    numbers.push(accept("city.calltaker1", in_area("rudong.juegang")).await);
    numbers.push(accept("city.calltaker1", in_area("qidong")).await);
    numbers.push(accept("rudong.dispatcher", in_area("rudong.matang")).await);
    let mut nowhere = complaint();
    nowhere["place"] = json!({});
    nowhere["text"] = json!("投诉某平台不退款。");
    nowhere["title"] = json!("退款");
    numbers.push(accept("city.calltaker1", nowhere).await);
    // Held by a county's branch, then given to a town's government with copies.
    let held = accept("city.calltaker1", in_area("rudong.juegang")).await;
    bench.walk(&held, &whole_way()[..1]).await;
    numbers.push(held);
    let ruled = json!({"basis":"ruling","reference":"2021-7"});
    let town = json!({"command":"dispatch","main":"rudong.juegang.government","assistants":["qidong.market"],"basis":ruled});
    let given = accept("city.calltaker1", in_area("rudong.juegang")).await;
    bench.walk(&given, &[("city.dispatcher", town)]).await;
    numbers.push(given);
    // Reports: undispatched, held, and one that accuses a county's government.
    numbers.push(accept("city.calltaker1", report()).await);
    let secret = accept("city.calltaker1", report()).await;
    let main = json!({"command":"dispatch","main":"rudong.market","basis":{"basis":"judgement"}});
    let extract = json!({"command":"set_extract","extract":"有人反映问题"});
    bench.walk(&secret, &[("city.secrecy", extract), ("city.secrecy", main)]).await;
    numbers.push(secret);
    let mut accusing = report();
    accusing["accused_units"] = json!(["rudong.government"]);
    numbers.push(accept("city.calltaker1", accusing).await);
    numbers
}

/// What the rules say, in the words of the design: area subtree, own unit, line above, copies, secrecy.
fn may_see(staff: &Staff, case: &Case, d: &Directory) -> bool {
    let administrators =
        [Role::SystemAdministrator, Role::SecurityAdministrator, Role::AuditAdministrator, Role::DataSteward];
    if staff.roles.iter().all(|role| administrators.contains(role)) {
        return false;
    }
    let unit = d.unit(&staff.unit).expect("a unit");
    let cleared = staff.roles.contains(&Role::SecrecyOfficer);
    let accused = |area: &AreaId| {
        case.accused_units.iter().any(|accused| {
            let accused = d.unit(accused).expect("a unit");
            accused.kind == UnitKind::Government && d.within(area, &accused.area)
        })
    };
    if accused(&unit.area) {
        return false;
    }
    let holders: BTreeSet<&UnitId> = case.holdings.iter().map(|h| &h.unit).collect();
    let acts_for_government = unit.kind == UnitKind::Centre || staff.roles.contains(&Role::Leader);
    let holds = holders.iter().any(|holder| {
        let holder = d.unit(holder).expect("a unit");
        holder.id == unit.id
            || (acts_for_government && holder.kind == UnitKind::Government && holder.area == unit.area)
    });
    if case.secret && !cleared {
        return holds;
    }
    let mut places: Vec<&AreaId> = case.place.area.iter().collect();
    places.push(&d.unit(&case.centre).expect("a centre").area);
    places.extend(holders.iter().map(|h| &d.unit(h).expect("a unit").area));
    let own = d.area(&unit.area).expect("an area");
    let below =
        |place: &AreaId| d.within(place, &own.id) || own.holds.iter().any(|held| d.within(place, held));
    let governs = (unit.kind == UnitKind::Centre) && places.iter().any(|place| below(place));
    let above = holders.iter().any(|h| d.unit(h).expect("a unit").parent.as_ref() == Some(&unit.id));
    let copied = case.copies.iter().any(|c| {
        let copy = d.unit(&c.unit).expect("a unit");
        copy.id == unit.id
            || (acts_for_government && copy.kind == UnitKind::Government && copy.area == unit.area)
    });
    holds || governs || above || copied || case.centre == unit.id
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_member_of_staff_sees_what_the_rules_say_and_nothing_else() {
    each_house(|bench| async move {
        let numbers = cases(&bench).await;
        let house = Viewer::system("test");
        let mut all = BTreeMap::new();
        for number in &numbers {
            all.insert(
                number.clone(),
                bench.house.case(&house, &CaseName(number.clone())).await.expect("a case"),
            );
        }
        let city = bench.house.city();
        let d = &city.directory;
        let (mut seen_pairs, mut unseen_pairs) = (0, 0);
        let mut of_a_kind = BTreeMap::new();
        for staff in d.all_staff() {
            let viewer = Viewer::of(staff, d);
            let lines = bench.house.case_list(&viewer, None, None, 100).await.expect("a list");
            let listed: BTreeSet<_> = lines.iter().map(|line| &line.number).collect();
            let expected: BTreeSet<_> =
                all.iter().filter(|(_, case)| may_see(staff, case, d)).map(|(number, _)| number).collect();
            assert_eq!(listed, expected, "{} {:?}", staff.login, staff.roles);
            seen_pairs += listed.len();
            unseen_pairs += all.len() - listed.len();
            let unit = d.unit(&staff.unit).expect("a unit");
            let kind = (
                unit.kind as u8,
                d.level_of(&unit.id),
                staff.roles.clone(),
                listed.into_iter().cloned().collect::<BTreeSet<_>>(),
            );
            of_a_kind.entry(kind).or_insert(staff.clone());
        }
        assert!(
            seen_pairs > 100 && unseen_pairs > 5_000,
            "the matrix is not empty: {seen_pairs}, {unseen_pairs}"
        );

        // Every way to read, and to write, says the same.
        for ((.., sees), staff) in &of_a_kind {
            let viewer = Viewer::of(staff, d);
            for (number, case) in &all {
                for name in [CaseName(number.clone()), CaseName(case.id.to_string())] {
                    let h = &bench.house;
                    let note = serde_json::from_value(json!({"command":"note","text":"x"})).expect("a note");
                    let unknown =
                        |r: Option<yipan_base::refusal::Refusal>| r.is_some_and(|r| r.code == "case.unknown");
                    let found = [
                        !unknown(h.case(&viewer, &name).await.err()),
                        !unknown(h.case_detail(&viewer, &name).await.err()),
                        !unknown(h.case_events(&viewer, &name).await.err()),
                        !unknown(h.case_why(&viewer, &name).await.err()),
                        // A stale version refuses whoever sees the case.
                        !unknown(h.give(&viewer, &name, note, Some(0), None).await.err()),
                    ];
                    assert_eq!(found, [sees.contains(number); 5], "{} {number}", staff.login);
                }
            }
        }
    })
    .await;
}
