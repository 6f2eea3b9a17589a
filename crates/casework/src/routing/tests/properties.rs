//! Ten thousand seeded matters, each with its own rules, accusations and precedents: whatever
//! they are, the answer keeps its promises.

use std::collections::BTreeSet;

use yipan_base::directory::AreaLevel;
use yipan_base::id::splitmix;
use yipan_base::time::DAY;

use super::super::bounds;
use super::*;

/// A source of choices that repeats itself.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9);
        (splitmix(self.0) % n.max(1) as u64) as usize
    }

    fn one<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())].clone()
    }

    fn some<T: Clone>(&mut self, of: &[T]) -> Vec<T> {
        (0..self.below(3)).map(|_| self.one(of)).collect()
    }
}

struct World {
    areas: Vec<AreaId>,
    units: Vec<UnitId>,
    categories: Vec<yipan_base::id::CategoryId>,
    lines: Vec<String>,
}

impl World {
    fn new() -> Self {
        let mut areas: Vec<AreaId> = CITY.directory.areas().map(|a| a.id.clone()).collect();
        areas.push("atlantis".into());
        let mut units: Vec<UnitId> = CITY.directory.units().map(|u| u.id.clone()).collect();
        units.push("dissolved".into());
        let mut categories: Vec<_> = CITY.categories.iter().map(|c| c.id.clone()).collect();
        categories.extend((0..50).map(|_| "spaceflight".into()));
        Self { areas, units, categories, lines: CITY.departments.iter().map(|d| d.line.clone()).collect() }
    }

    fn target(&self, dice: &mut Dice) -> Target {
        let level = dice.one(&[AreaLevel::City, AreaLevel::County, AreaLevel::Town, AreaLevel::Grid]);
        match dice.below(5) {
            0 => Target::Unit { unit: dice.one(&self.units) },
            1 => Target::Department { level, line: None },
            2 => Target::Department { level, line: Some(dice.one(&self.lines)) },
            3 => Target::Government { level },
            _ => Target::Team { group: "town_enforcement".into() },
        }
    }

    fn rules(&self, dice: &mut Dice) -> Rules {
        let rules = (0..dice.below(6))
            .map(|n| RoutingRule {
                id: format!("r{n}").into(),
                version: 1,
                name: format!("r{n}"),
                when: When {
                    areas: dice.some(&self.areas),
                    levels: dice.some(&[Level::Ordinary, Level::Complex]),
                    ..When::default()
                },
                give: Give {
                    main: self.target(dice),
                    assistants: vec![self.target(dice), self.target(dice)],
                    copies: vec![self.target(dice), self.target(dice)],
                },
                priority: dice.below(3) as i64,
                valid_from: None,
                valid_to: None,
            })
            .collect();
        let catalogue = if dice.below(3) == 0 { Vec::new() } else { CITY.catalogue.clone() };
        Rules::new(RulesData { version: 1, rules, catalogue, boundary_m: 200.0 })
    }

    fn matter(&self, dice: &mut Dice) -> Matter<'static> {
        Matter {
            area: dice.some(&self.areas).pop(),
            also: dice.some(&self.areas),
            boundary_m: dice.one(&[None, Some(10.0), Some(900.0)]),
            safety: dice.some(&["坍塌".to_owned(), "燃气".to_owned()]).into_iter().collect(),
            accused_units: dice.some(&self.units).into_iter().collect(),
            level: dice.one(&[Level::Ordinary, Level::Complex]),
            ..matter(dice.one(&self.categories).as_str(), None)
        }
    }

    fn precedent(&self, dice: &mut Dice) -> Precedent {
        Precedent {
            at: Timestamp::from_micros(noon().as_micros() + (dice.below(40) as i64 - 30) * DAY),
            category: dice.one(&self.categories),
            area: dice.some(&self.areas).pop(),
            line: Some(dice.one(&self.lines)),
            unit_from: dice.one(&self.units),
            unit_to: dice.one(&self.units),
            ruling: dice.one(&[Ruling::Granted, Ruling::Refused, Ruling::Designated]),
            number: dice.below(1_000).to_string(),
        }
    }
}

#[test]
fn a_suggestion_keeps_its_promises() {
    let world = World::new();
    let (mut named, mut refused) = (0, 0);
    for seed in 0..10_000 {
        let dice = &mut Dice(seed);
        let (rules, matter) = (world.rules(dice), world.matter(dice));
        let mut precedents: Vec<_> = (0..dice.below(4)).map(|_| world.precedent(dice)).collect();
        if let Some(first) = precedents.first_mut() {
            first.category = matter.category.clone();
        }
        let answer = ask(&matter, &rules, &precedents);
        assert_eq!(answer, ask(&matter, &rules, &precedents), "seed {seed}: the same twice");

        let all: Vec<_> = answer.main.iter().chain(&answer.assistants).chain(&answer.copies).collect();
        assert_eq!(all.len(), all.iter().collect::<BTreeSet<_>>().len(), "seed {seed}: a unit stands twice");
        let line = RULEBOOK.line_of(&matter.category);
        for (at, id) in all.iter().enumerate() {
            let unit = CITY.directory.unit(id).unwrap_or_else(|| panic!("seed {seed}: {id} is unknown"));
            let accused = bounds::accused(&matter.accused_units, unit, &CITY.directory);
            assert!(!accused && !matter.accused_units.contains(*id), "seed {seed}: {id} is accused");
            let by_ruling = at == 0 && matches!(answer.by, Some(Source::Precedent { .. }));
            let holds = at < all.len() - answer.copies.len();
            assert!(
                !holds || by_ruling || bounds::on_duty(unit, line, &CITY.directory),
                "seed {seed}: {id} has no such duty"
            );
        }
        let readable = serde_json::to_string(&answer).unwrap();
        for id in &matter.accused_units {
            assert!(!readable.contains(&format!("\"{id}\"")), "seed {seed}: {id} is named");
        }
        assert!(answer.hold || matter.safety.is_empty(), "seed {seed}: danger is not held");
        assert_eq!(answer.main.is_some(), answer.by.is_some());
        assert_eq!(answer.main.is_some(), answer.basis().is_some());
        assert!(!answer.because.is_empty(), "seed {seed}: no reason");
        if answer.main.is_some() { named += 1 } else { refused += 1 }
    }
    // Both kinds of answer were seen, so neither half of the test is idle.
    assert!(named > 5_000 && refused > 50, "{named} named, {refused} not");
}
