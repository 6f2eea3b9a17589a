//! How a suggestion is found: marks, rules, catalogue, precedents, the line; then the copies.

use yipan_base::directory::{AreaLevel, Directory, Unit};
use yipan_base::id::UnitId;

use super::ladder::{Chosen, Ladder, note};
use super::matter::{Ground, Matter};
use super::precedent::{self, LikePrecedent, Precedent};
use super::rule::{Give, RoutingRule, Target};
use super::rules::{Rules, give_of};
use super::suggestion::{Look, Miss, Reason, Source, Suggestion, Warning};
use crate::context::Rulebook;

/// Who should handle a matter, who should assist, who should read along, and why.
///
/// Every unit of the answer is in the directory, none is accused or stands under an accused one,
/// and [`decide`](fn@crate::decide) finds the duty lists kept.
#[must_use]
pub fn suggest(
    matter: &Matter<'_>,
    rules: &Rules,
    directory: &Directory,
    rulebook: &Rulebook,
    precedents: &[Precedent],
) -> Suggestion {
    let ground = Ground::of(matter, directory);
    let ladder = Ladder { matter, directory, ground, line: rulebook.line_of(&matter.category) };
    let mut search = Search { ladder, answer: Suggestion::default() };
    search.marks(rules);
    let like = precedent::ranked(&search.ladder, precedents);
    let ruled = precedent::latest(&search.ladder, &like);
    let found = search.by_rule(rules)
        || search.by_catalogue(rules)
        || ruled.is_some_and(|(unit, ruling)| search.by_precedent(unit, ruling))
        || search.by_line();
    if found {
        search.house_copies();
        if let Some((unit, ruling)) = ruled {
            search.compare(unit, ruling);
        }
    } else {
        search.because(
            Source::House,
            "没有规则可以指明的单位，须由人判断".to_owned(),
            "no rule can name a unit; a person must decide".to_owned(),
        );
    }
    let mut answer = search.answer;
    answer.hold = !found || matter.secret || !matter.safety.is_empty() || !matter.accused_units.is_empty();
    answer.precedents = like
        .into_iter()
        .take(Suggestion::PRECEDENTS)
        .map(|(likeness, precedent)| LikePrecedent { precedent: precedent.clone(), likeness })
        .collect();
    answer
}

struct Search<'a> {
    ladder: Ladder<'a>,
    answer: Suggestion,
}

impl<'a> Search<'a> {
    /// What can be said of the matter before any rule is tried.
    fn marks(&mut self, rules: &Rules) {
        let matter = self.ladder.matter;
        let warnings = &mut self.answer.warnings;
        if !matter.safety.is_empty() {
            warnings.push(Warning::SafetyWord { words: matter.safety.clone() });
        }
        if matter.secret {
            warnings.push(Warning::Secret);
        }
        match self.ladder.ground {
            Ground::Unlocated => warnings.push(Warning::Unlocated),
            Ground::CrossCounty(_) => warnings.push(Warning::CrossCounty),
            Ground::At(_) => {}
        }
        if let Some(metres) = matter.boundary_m.filter(|metres| *metres <= rules.boundary_m()) {
            warnings.push(Warning::NearBoundary { neighbour: matter.neighbour.clone(), metres });
        }
    }

    fn by_rule(&mut self, rules: &Rules) -> bool {
        let text = self.ladder.matter.text.map(str::to_lowercase);
        for rule in rules.in_order() {
            let Ladder { matter, ground, directory, .. } = self.ladder;
            let mut miss = rule.miss(matter, text.as_deref(), ground, directory);
            if miss.is_none() && !self.take(&rule.give, rule_source(rule), |unit| rule_words(rule, unit)) {
                miss = Some(Miss::NoUnit);
            }
            self.look(rule, miss);
            if miss.is_none() {
                return true;
            }
        }
        false
    }

    fn look(&mut self, rule: &RoutingRule, miss: Option<Miss>) {
        self.answer.looked_at += 1;
        let looked = &mut self.answer.looked;
        if looked.len() == Suggestion::LOOKS {
            // The one that decided is always told of.
            if miss.is_some() {
                return;
            }
            looked.pop();
        }
        looked.push(Look { rule: rule.id.clone(), version: rule.version, name: rule.name.clone(), miss });
    }

    fn by_catalogue(&mut self, rules: &Rules) -> bool {
        let Some(entry) = rules.entry(&self.ladder.matter.category) else { return false };
        let source = Source::Catalogue { entry: entry.id.clone(), version: rules.version() };
        self.take(&give_of(entry), source, |unit| {
            (
                format!("派单目录第{}版“{}”：由{}承办", rules.version(), entry.category, unit.name),
                format!(
                    "dispatch catalogue, version {}, `{}`: {} handles it",
                    rules.version(),
                    entry.category,
                    unit.name
                ),
            )
        })
    }

    fn by_precedent(&mut self, unit: &'a Unit, ruling: &Precedent) -> bool {
        self.answer.main = Some(unit.id.clone());
        let source = Source::Precedent { number: ruling.number.clone() };
        self.answer.by = Some(source.clone());
        self.because(
            source,
            format!("判例（{}）：同类诉求由{}承办", ruling.number, unit.name),
            format!("the ruling on case {}: {} handled the like", ruling.number, unit.name),
        );
        true
    }

    /// The last resort: the county's department of the category's line.
    fn by_line(&mut self) -> bool {
        let Some(line) = self.ladder.line else { return false };
        let main = Target::Department { level: AreaLevel::County, line: None };
        let give = Give { main, assistants: Vec::new(), copies: Vec::new() };
        self.take(&give, Source::Line { line: line.to_owned() }, |unit| {
            (
                format!("派单目录没有此类诉求，按条线“{line}”由{}承办", unit.name),
                format!("the catalogue lacks this category; by its line `{line}`, {} handles it", unit.name),
            )
        })
    }

    /// Fills the answer from `give`, unless its main target and everyone above is out.
    fn take(&mut self, give: &Give, source: Source, words: impl FnOnce(&Unit) -> (String, String)) -> bool {
        let Some(Chosen { unit, passed }) = self.ladder.choose(&give.main, &mut self.answer.warnings) else {
            return false;
        };
        self.answer.main = Some(unit.id.clone());
        self.answer.by = Some(source.clone());
        let (zh, en) = words(unit);
        self.because(source, zh, en);
        if !passed.is_empty() {
            let zh: Vec<_> = passed.iter().map(|p| p.zh()).collect();
            let en: Vec<_> = passed.iter().map(|p| p.en()).collect();
            self.because(
                Source::House,
                format!("因{}，交上级的{}", zh.join("、"), unit.name),
                format!("passed up to {}: {}", unit.name, en.join("; ")),
            );
        }
        for target in &give.assistants {
            if let Some(chosen) = self.ladder.choose(target, &mut self.answer.warnings)
                && !self.holds(&chosen.unit.id)
            {
                self.answer.assistants.push(chosen.unit.id.clone());
            }
        }
        for target in &give.copies {
            if let Some(unit) = self.ladder.reader(target) {
                self.copy(unit);
            }
        }
        true
    }

    /// A town is given work with its county and the line's regulator reading along.
    fn house_copies(&mut self) {
        let directory = self.ladder.directory;
        let Some(main) = self.answer.main.as_ref().and_then(|id| directory.unit(id)) else { return };
        if directory.ancestor_at(&main.area, AreaLevel::Town).is_none() {
            return;
        }
        let Some(county) = directory.ancestor_at(&main.area, AreaLevel::County) else { return };
        let government = directory.government(&county.id).or_else(|| directory.centre(&county.id));
        let regulator = self.ladder.line.and_then(|line| directory.department(&county.id, line));
        let readers: Vec<&Unit> =
            government.into_iter().chain(regulator).filter(|unit| !self.ladder.accused(unit)).collect();
        for unit in &readers {
            self.copy(unit);
        }
        if !readers.is_empty() {
            let names: Vec<&str> = readers.iter().map(|unit| unit.name.as_str()).collect();
            self.because(
                Source::House,
                format!("镇街承办，抄送{}督促", names.join("、")),
                format!("a town handles it, so {} read along and urge", names.join(" and ")),
            );
        }
    }

    /// Says so where the latest ruling on the same named another unit.
    fn compare(&mut self, unit: &Unit, ruling: &Precedent) {
        let source = Source::Precedent { number: ruling.number.clone() };
        if self.answer.by.as_ref() == Some(&source) {
            return;
        }
        if self.answer.main.as_ref() == Some(&unit.id) {
            self.because(
                source,
                format!("与最近的判例（{}）一致", ruling.number),
                format!("the latest ruling, on case {}, agrees", ruling.number),
            );
        } else {
            let warning = Warning::Ambiguous { unit: unit.id.clone(), number: ruling.number.clone() };
            let (zh, en) = warning.say(self.ladder.directory);
            note(&mut self.answer.warnings, warning);
            self.because(source, zh, en);
        }
    }

    fn copy(&mut self, unit: &Unit) {
        if !self.holds(&unit.id) && !self.answer.copies.contains(&unit.id) {
            self.answer.copies.push(unit.id.clone());
        }
    }

    fn holds(&self, unit: &UnitId) -> bool {
        self.answer.main.as_ref() == Some(unit) || self.answer.assistants.contains(unit)
    }

    fn because(&mut self, from: Source, zh: String, en: String) {
        self.answer.because.push(Reason { from, zh, en });
    }
}

fn rule_source(rule: &RoutingRule) -> Source {
    Source::Rule { rule: rule.id.clone(), version: rule.version }
}

fn rule_words(rule: &RoutingRule, unit: &Unit) -> (String, String) {
    (
        format!("规则“{}”（{} 第{}版）：由{}承办", rule.name, rule.id, rule.version, unit.name),
        format!("rule “{}” ({}, version {}): {} handles it", rule.name, rule.id, rule.version, unit.name),
    )
}
