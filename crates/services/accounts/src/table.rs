//! Figures as tables that go out.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use yipan_base::time::HOUR;
use yipan_casework::kpi::{Cut, Definition, Definitions, Figure, Measure, Statistic, Subset};
use yipan_sheets::{Cell, Column, Kind, Table};

/// The language of titles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    Zh,
    En,
}

impl Language {
    fn of<'a>(self, zh: &'a str, en: &'a str) -> &'a str {
        match self {
            Self::Zh => zh,
            Self::En => en,
        }
    }
}

/// Figures of one question as a table (统计表): a row for each group, and for each figure its value,
/// what it was divided from, and what stands beside it. Shares stand as published, durations in
/// hours. `name` says how a key is called, such as a unit by its name.
#[must_use]
pub fn table(
    definitions: &Definitions,
    figures: &[Figure],
    name: impl Fn(&str) -> String,
    language: Language,
) -> Table {
    let mut shown: Vec<&Definition> = Vec::new();
    let mut groups: BTreeMap<Option<&str>, BTreeMap<&str, &Figure>> = BTreeMap::new();
    for figure in figures {
        if let Some(definition) = definitions.get(&figure.id) {
            if !shown.contains(&definition) {
                shown.push(definition);
            }
            groups.entry(figure.key.as_deref()).or_default().insert(&figure.id, figure);
        }
    }
    let counted_beside = figures.iter().any(|f| !f.exclusions.is_empty() || !f.beside.is_empty());
    let group = match figures.iter().any(|figure| figure.without_secret) {
        true => language.of("分组（不含涉密件）", "group (without secret cases)"),
        false => language.of("分组", "group"),
    };
    let mut columns = vec![Column::new(group, Kind::Text)];
    for definition in &shown {
        columns.extend(titles(definition, language, counted_beside));
    }
    let rows = groups.iter().map(|(key, figures)| {
        let whole = figures.values().any(|figure| figure.cut == Cut::Whole);
        let group = match key {
            Some(key) => name(key),
            None if whole => language.of("合计", "total").to_owned(),
            None => language.of("未注明", "not known").to_owned(),
        };
        let mut row = vec![Cell::from(group)];
        for definition in &shown {
            let width = titles(definition, language, counted_beside).len();
            let cells =
                figures.get(definition.id.as_str()).map(|figure| cells(definition, figure, counted_beside));
            row.extend(cells.unwrap_or_else(|| vec![Cell::Empty; width]));
        }
        row
    });
    Table { rows: rows.collect(), columns }
}

/// What the figures mean (指标口径): name, formula, what is taken out, and the rule behind it.
#[must_use]
pub fn formulas<'a>(definitions: impl IntoIterator<Item = &'a Definition>, language: Language) -> Table {
    let titles = match language {
        Language::Zh => ["指标", "公式", "另列", "依据"],
        Language::En => ["figure", "formula", "shown beside", "source"],
    };
    let names = |subsets: &[Subset]| -> Vec<String> {
        subsets.iter().map(|subset| language.of(&subset.zh, &subset.en).to_owned()).collect()
    };
    let rows = definitions.into_iter().map(|d| {
        let beside = [names(&d.exclusions), names(&d.beside)].concat().join(language.of("、", "; "));
        let formula = language.of(&d.formula_zh, &d.formula_en);
        vec![language.of(&d.zh, &d.en).into(), formula.into(), beside.into(), d.source.as_str().into()]
    });
    let columns = titles.map(|title| Column::new(title, Kind::Text)).to_vec();
    Table { rows: rows.collect(), columns }
}

fn titles(definition: &Definition, language: Language, beside: bool) -> Vec<Column> {
    let name = language.of(&definition.zh, &definition.en);
    let (unit, kind) = match definition.measure {
        Measure::Percent => ("", Kind::Percent),
        Measure::Count => ("", Kind::Integer),
        Measure::Duration => (language.of("（小时）", " (hours)"), Kind::Real),
    };
    let mut columns = vec![Column::new(format!("{name}{unit}"), kind)];
    let mut count = |what: &str| columns.push(Column::new(format!("{name} · {what}"), Kind::Integer));
    if definition.statistic == Statistic::Ratio {
        count(language.of("分子", "numerator"));
        count(language.of("分母", "denominator"));
    } else if definition.measure == Measure::Duration {
        count(language.of("样本数", "sample"));
    }
    if beside {
        for subset in definition.exclusions.iter().chain(&definition.beside) {
            count(language.of(&subset.zh, &subset.en));
        }
    }
    columns
}

fn cells(definition: &Definition, figure: &Figure, beside: bool) -> Vec<Cell> {
    let value = match figure.measure {
        Measure::Percent => {
            figure.published().map_or(Cell::Empty, |share| Cell::Real(share.0 as f64 / 10_000.0))
        }
        Measure::Count => Cell::Integer(figure.numerator),
        Measure::Duration => figure.value.map_or(Cell::Empty, |micros| Cell::Real(micros / HOUR as f64)),
    };
    let mut cells = vec![value];
    if definition.statistic == Statistic::Ratio {
        cells.extend([Cell::Integer(figure.numerator), Cell::Integer(figure.denominator)]);
    } else if definition.measure == Measure::Duration {
        cells.push(Cell::Integer(figure.sample));
    }
    if beside {
        let tallies = figure.exclusions.iter().chain(&figure.beside);
        cells.extend(tallies.map(|tally| Cell::Integer(tally.count)));
    }
    cells
}
