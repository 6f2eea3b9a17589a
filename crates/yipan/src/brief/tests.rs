//! A small storm is played, and its report checked against the doors that its links lead to.

use std::collections::BTreeMap;
use std::sync::Arc;

use clap::Parser as _;
use yipan_base::time::ManualClock;
use yipan_briefs::{Brief, Figure, Span};
use yipan_casework::kpi::{self, Counted, Cut, Definitions, Dimension, Filters, Period, Query, Tier};
use yipan_drill::{Company, Speed};
use yipan_platform::Viewer;

use super::{Imprint, storm_brief, text};
use crate::door::Door;
use crate::opened::Opened;
use crate::{Arguments, clock, demo, storm};

fn imprint() -> Imprint {
    Imprint {
        signer: "李主任".into(), issue: 7, recipients: vec!["市委、市政府".into()], site: None
    }
}

/// The smallest county's part of the storm, and the directory in which it was played.
async fn played(data: &std::path::Path) -> Brief {
    let storm = storm::scenario().unwrap().within(&["kaifaqu"]);
    let time = Arc::new(ManualClock::at(storm.opens));
    let opened = Opened::with_clock(data, time.clone()).await.unwrap();
    demo::load(&opened).await.unwrap();
    storm.play(&opened.house, &time, Speed::Max, Company::Nobody, |_| {}).await.unwrap();
    clock::reached(opened.house.store(), storm.to).await.unwrap();
    let viewer = Viewer::system("a test");
    let brief = storm_brief(&opened.house, &viewer, &storm, &imprint()).await.unwrap();
    assert_eq!(brief, storm_brief(&opened.house, &viewer, &storm, &imprint()).await.unwrap());
    opened.close().await;
    brief
}

#[tokio::test(flavor = "multi_thread")]
async fn every_figure_opens_as_many_cases_as_it_says() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("storm");
    let brief = played(&data).await;
    assert_eq!(brief.check(), Ok(()));
    assert_eq!(brief.references[0].numerator, 239);
    assert!(brief.references.iter().all(|reference| !reference.formula.is_empty()));

    let data = data.to_str().unwrap();
    let arguments = Arguments::parse_from(["yipan", "--data", data, "--as", "city.leader", "openapi"]);
    let door = Door::open(&arguments).await.unwrap();
    let mut opened: BTreeMap<String, usize> = BTreeMap::new();
    for reference in &brief.references {
        let cases = cases(&door, &mut opened, &reference.link).await;
        // A mean's numerator is a time, a median's denominator the two that it lies between.
        let expected = match reference.figure.as_str() {
            "median_handling_time" => continue,
            _ if reference.link.contains("part=denominator") => reference.denominator,
            _ => reference.numerator,
        };
        assert_eq!(cases as i64, expected, "{}: {}", reference.name, reference.link);
    }
    // By county, and by the hour: each cell opens what it says and no more.
    let mut hours = 0;
    for (nth, row) in
        [0, 2].into_iter().flat_map(|nth| brief.annexes[nth].rows.iter().map(move |row| (nth, row)))
    {
        for figure in row.iter().filter_map(Span::figure) {
            if let Figure { text, link: Some(link), .. } = figure
                && let Ok(count) = text.parse::<usize>()
            {
                assert_eq!(cases(&door, &mut opened, link).await, count, "{link}");
                hours += usize::from(nth == 2 && count > 0 && link.contains("T0"));
            }
        }
    }
    assert!(hours > 9, "only {hours} hours of the mornings have cases");
    let whole = brief.sections[0].paragraphs[1].iter().rev().find_map(Span::figure).unwrap();
    let busiest: usize = whole.text.trim_end_matches('件').parse().unwrap();
    assert_eq!(cases(&door, &mut opened, whole.link.as_ref().unwrap()).await, busiest, "{whole:?}");
    for link in brief.annexes.iter().flat_map(|a| &a.rows).flatten().filter_map(|s| s.figure()?.link.as_ref())
    {
        cases(&door, &mut opened, link).await;
    }
    door.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_directory_without_a_storm_is_told_from_a_quiet_one() {
    let folder = tempfile::tempdir().unwrap();
    let opened = Opened::at_or_new(&folder.path().join("data")).await.unwrap();
    demo::load(&opened).await.unwrap();
    let viewer = Viewer::system("a test");
    let refusal =
        storm_brief(&opened.house, &viewer, &storm::scenario().unwrap(), &imprint()).await.unwrap_err();
    assert_eq!(refusal.code, "brief.nothing");
    opened.close().await;
}

#[test]
fn all_that_are_lowest_are_named() {
    let definition = Definitions::shipped().get("satisfaction").unwrap();
    let query = Query {
        ids: vec![definition.id.clone()],
        tier: Tier::City,
        period: Period::days("2021-05-01".parse().unwrap(), "2021-05-05".parse().unwrap()),
        as_of: "2021-05-06".parse().unwrap(),
        filters: Filters::default(),
        cut: Cut::By(Dimension::County),
        beside: false,
    };
    let named = |groups: &[(&str, i64, i64)]| {
        let counted = groups.iter().map(|&(key, numerator, denominator)| {
            (Some(key.to_owned()), Counted { numerator, denominator, ..Counted::default() })
        });
        let figures = kpi::Figure::of_groups(definition, &query, counted.collect());
        let keys = |groups: Vec<&kpi::Figure>| -> Vec<String> {
            groups.into_iter().filter_map(|group| group.key.clone()).collect()
        };
        let printed = |figure: &kpi::Figure| definition.readout(figure.clone()).zh.value;
        text::extremes(&figures, printed).map(|found| found.map(keys))
    };
    let some = |low: &[&str], high: &[&str]| {
        Some([low, high].map(|keys| keys.iter().map(|&k| k.to_owned()).collect::<Vec<_>>()))
    };
    // A tenth of 40 and of 80 is the same; what rests on few is not compared.
    let groups = [("a", 36, 40), ("b", 39, 40), ("c", 72, 80), ("d", 1, 9), ("e", 78, 80)];
    assert_eq!(named(&groups), some(&["a", "c"], &["b", "e"]));
    // 99.001 % and 99.004 % are both printed as 99.00 %.
    assert_eq!(
        named(&[("a", 99_001, 100_000), ("b", 99_004, 100_000), ("c", 40, 40)]),
        some(&["a", "b"], &["c"])
    );
    assert_eq!(named(&[("a", 36, 40), ("b", 72, 80)]), None);
}

/// How many cases a link opens.
async fn cases(door: &Door, opened: &mut BTreeMap<String, usize>, link: &str) -> usize {
    if let Some(known) = opened.get(link) {
        return *known;
    }
    let path = link.strip_prefix("/api/v1").expect("links lead to the first version");
    let page =
        door.get(&format!("{path}&limit=500")).await.unwrap_or_else(|fault| panic!("{link}: {fault:#}"));
    assert!(page["next"].is_null(), "{link} has one page");
    let count = page["items"].as_array().unwrap().len();
    opened.insert(link.to_owned(), count);
    count
}
