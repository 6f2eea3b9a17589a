//! The dispatch catalogue of the real pack, and that dispatch accepts what it suggests.

use std::collections::BTreeSet;

use yipan_base::id::{CaseId, NarrativeId, StaffId};

use super::*;
use crate::Actor;
use crate::case::{Case, NarrativeKind, NarrativeRef, Place};
use crate::command::{Acceptance, Command};
use crate::context::Context;
use crate::decide::decide;
use crate::event::{Event, Recorded};

#[test]
fn departments_answer_at_the_level_of_the_catalogue() {
    for (category, area, unit) in [
        // An entry of its own, one of its parent's, one of the city's.
        ("housing.sale.title", "rudong.juegang.001", "rudong.planning"),
        ("labour.disputes.wages", "haian.qutang", "haian.human_resources"),
        ("traffic.transit.metro", "chongchuan.wenfeng", "city.metro"),
    ] {
        let answer = by_default(&matter(category, Some(area)));
        assert_eq!(main_of(&answer), unit, "{category}");
        assert!(answer.warnings.is_empty() && answer.copies.is_empty() && !answer.hold, "{answer:?}");
        assert!(matches!(answer.by, Some(Source::Catalogue { version: 1, .. })));
    }
}

#[test]
fn a_town_is_given_its_duties_with_county_and_regulator_reading_along() {
    let answer = by_default(&matter("housing.property.fees", Some("rudong.caobu.003")));
    assert_eq!(main_of(&answer), "rudong.caobu.government");
    assert_eq!(ids(&answer.copies), ["rudong.housing", "rudong.government"]);
    let [first, copies] = &answer.because[..] else { panic!("{:?}", answer.because) };
    assert!(first.zh.contains("housing.property.fees") && first.zh.contains("曹埠镇"), "{}", first.zh);
    assert_eq!(copies.from, Source::House);
}

#[test]
fn a_category_without_an_entry_follows_its_line_and_an_unknown_one_nobody() {
    let bare = Rules::new(RulesData { version: 1, rules: vec![], catalogue: vec![], boundary_m: 200.0 });
    let answer = ask(&matter("market.food.hygiene", Some("qidong")), &bare, &[]);
    assert_eq!(main_of(&answer), "qidong.market");
    assert_eq!(answer.by, Some(Source::Line { line: "market".into() }));

    let nobody = by_default(&matter("spaceflight", Some("qidong")));
    assert_eq!((main_of(&nobody), nobody.hold), ("nobody", true));
    assert_eq!(nobody.because.len(), 1);
}

/// Accepts a case at the city's centre and dispatches it as suggested.
fn dispatch(matter: &Matter<'_>, suggestion: &Suggestion) -> Result<Vec<Event>, String> {
    let actor = Actor::from(CITY.directory.staff_by_login("city.dispatcher").unwrap());
    let context =
        Context { now: noon(), actor: &actor, directory: &CITY.directory, rules: &RULEBOOK, related: None };
    let acceptance = Acceptance {
        id: CaseId::from("case"),
        number: "1".into(),
        channel: matter.channel,
        received_at: matter.at,
        person: None,
        anonymous: true,
        kind: matter.kind,
        category: matter.category.clone(),
        level: matter.level,
        place: Place { area: matter.area.clone(), ..Place::default() },
        narratives: vec![NarrativeRef {
            id: NarrativeId::from("text"),
            kind: NarrativeKind::Text,
            digest: "digest".into(),
        }],
        secret: None,
        accused_units: BTreeSet::new(),
        accused_staff: BTreeSet::new(),
        safety: BTreeSet::new(),
        outer: None,
        historical: false,
        centre: None,
        late: None,
    };
    let accepted =
        decide(None, &Command::Accept(Box::new(acceptance)), &context).map_err(|r| r.to_string())?;
    let recorded: Vec<_> = accepted
        .into_iter()
        .zip(1..)
        .map(|(event, seq)| Recorded { seq, at: noon(), staff: StaffId::from("city.dispatcher"), event })
        .collect();
    let case = Case::fold(&recorded).ok_or("no case")?;
    let command = Command::Dispatch {
        main: suggestion.main.clone().ok_or("nobody is suggested")?,
        assistants: suggestion.assistants.clone(),
        copies: suggestion.copies.clone(),
        basis: suggestion.basis().ok_or("no basis")?,
    };
    decide(Some(&case), &command, &context).map_err(|refusal| refusal.to_string())
}

#[test]
fn dispatch_accepts_what_is_suggested_for_every_category_and_adds_no_copies_of_its_own() {
    let places = ["nantong", "haimen", "rudong.caobu", "kaifaqu.sutong-park", "qidong.lvsigang.001"];
    for category in &CITY.categories {
        for area in places.into_iter().map(Some).chain([None]) {
            let matter = matter(category.id.as_str(), area);
            let suggestion = by_default(&matter);
            if suggestion.main.is_none() {
                assert!(category.level() == 1, "nobody handles {}", category.id);
                continue;
            }
            let events =
                dispatch(&matter, &suggestion).unwrap_or_else(|why| panic!("{}: {why}", category.id));
            let copies = events.iter().find_map(|event| match event {
                Event::Dispatched { copies, .. } => {
                    Some(copies.iter().map(|c| c.0.clone()).collect::<Vec<_>>())
                }
                _ => None,
            });
            assert_eq!(copies, Some(suggestion.copies), "{} at {area:?}", category.id);
        }
    }
}
