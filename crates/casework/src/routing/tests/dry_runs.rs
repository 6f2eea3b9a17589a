//! New rules against old ones over the past.

use super::*;

fn past(category: &str, area: &str, actual: Option<&str>) -> Past<'static> {
    Past { matter: matter(category, Some(area)), actual: actual.map(UnitId::from) }
}

#[test]
fn a_dry_run_counts_what_changes_and_whether_for_the_better() {
    // Noise of sites moves from urban management to housing, as the units had long agreed.
    let new = with_rules(
        r#"[{ "id": "site-noise", "version": 1, "name": "工地噪声", "when": { "categories": ["environment.noise.site"] },
              "give": { "main": { "target": "department", "level": "county", "line": "housing" } } }]"#,
    );
    let old = default_rules(&CITY);
    let days = [
        past("environment.noise.site", "rudong", Some("rudong.housing")),
        past("environment.noise.site", "haian", Some("haian.urban_management")),
        past("environment.noise.site", "qidong", None),
        past("environment.noise.industry", "rudong", Some("rudong.ecology")),
        past("spaceflight", "rudong", Some("rudong.science")),
    ];
    let run = dry_run(&new, &old, days.clone(), &CITY.directory, &RULEBOOK, &[]);
    assert_eq!((run.total, run.same, run.differ, run.unmatched, run.held), (5, 2, 3, 1, 1));
    assert_eq!(run.agreement, Agreement { known: 4, old: 2, new: 2 });
    let tally = run.by_rule[&"site-noise".into()];
    assert_eq!(tally, RuleTally { decided: 3, known: 2, agreed: 1 });
    let noise = run.by_rule[&"catalogue.environment.noise".into()];
    assert_eq!(noise, RuleTally { decided: 1, known: 1, agreed: 1 });
    let change = Change {
        index: 1,
        old: Some("haian.urban_management".into()),
        new: Some("haian.housing".into()),
        actual: Some("haian.urban_management".into()),
    };
    assert_eq!(run.changed[1], change);

    let same = dry_run(&new, &new, days, &CITY.directory, &RULEBOOK, &[]);
    assert_eq!((same.same, same.changed.len()), (5, 0));
}

#[test]
fn changes_are_listed_within_bounds_and_counted_beyond() {
    let new = with_rules(
        r#"[{ "id": "all", "version": 1, "name": "全部", "give": { "main": { "target": "unit", "unit": "city.metro" } } }]"#,
    );
    let days = (0..1_500).map(|_| past("market.food", "rudong", None));
    let run = dry_run(&new, &default_rules(&CITY), days, &CITY.directory, &RULEBOOK, &[]);
    assert_eq!((run.differ, run.changed.len()), (1_500, DryRun::CHANGES));
}
