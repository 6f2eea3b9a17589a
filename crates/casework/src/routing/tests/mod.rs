//! The demonstration city asked by hand and at random.

mod catalogue;
mod dry_runs;
mod faults;
mod places;
mod precedents;
mod properties;
mod reports;
mod rules;

use std::borrow::Cow;
use std::path::Path;
use std::sync::LazyLock;

use yipan_base::calendar::Calendar;
use yipan_base::id::{AreaId, UnitId};
use yipan_base::pack::{self, Pack};
use yipan_base::time::Timestamp;

use super::*;
use crate::case::{Channel, Kind, Level};
use crate::context::{CategoryTraits, Rulebook};
use crate::policy::Policy;

static CITY: LazyLock<Pack> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios/nantong");
    let open = |name: &str| std::fs::read(folder.join(name)).ok().map(Cow::Owned);
    pack::read(&open).unwrap_or_else(|faults| panic!("{}", faults[0]))
});

static RULEBOOK: LazyLock<Rulebook> = LazyLock::new(|| {
    let mut rulebook = Rulebook::default();
    rulebook.add_policy(Policy::shipped());
    rulebook.add_calendar(Calendar::china().unwrap());
    for category in &CITY.categories {
        rulebook.add_category(category.id.clone(), CategoryTraits { line: Some(category.line.clone()) });
    }
    rulebook
});

fn noon() -> Timestamp {
    "2026-03-10T12:00:00+08:00".parse().unwrap()
}

/// A complaint by telephone, without text.
fn matter(category: &str, area: Option<&str>) -> Matter<'static> {
    Matter {
        area: area.map(AreaId::from),
        ..Matter::new(noon(), Kind::Complaint, category.into(), Level::Ordinary, Channel::Phone)
    }
}

fn ask(matter: &Matter<'_>, rules: &Rules, precedents: &[Precedent]) -> Suggestion {
    suggest(matter, rules, &CITY.directory, &RULEBOOK, precedents)
}

/// What the catalogue alone answers.
fn by_default(matter: &Matter<'_>) -> Suggestion {
    ask(matter, &default_rules(&CITY), &[])
}

/// Rules in JSON before the city's catalogue.
fn with_rules(rules: &str) -> Rules {
    let rules = serde_json::from_str(rules).unwrap();
    let catalogue = CITY.catalogue.clone();
    Rules::new(RulesData { version: 2, rules, catalogue, boundary_m: 200.0 })
}

fn main_of(suggestion: &Suggestion) -> &str {
    suggestion.main.as_ref().map_or("nobody", UnitId::as_str)
}

fn ids(units: &[UnitId]) -> Vec<&str> {
    units.iter().map(UnitId::as_str).collect()
}
