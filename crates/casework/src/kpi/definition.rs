//! Definitions (指标定义): what a figure counts, as data that a city may edit and anybody may read.
//!
//! A definition looks at the facts that its period, the tier and its denominator's conditions take
//! in. Each exclusion in turn takes some of them out, so that
//! `facts taken in = denominator + the sum of all exclusions`; numerator and the counts beside stand
//! within the denominator.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use yipan_base::refusal::Refusal;

use super::condition::{Condition, expect};
use super::field::{Base, Field, FieldKind};
use super::query::Dimension;
use super::source::RollupSource;

/// One figure's definition (指标).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    /// Stable, such as `on_time_sign_in`.
    pub id: String,
    pub zh: String,
    pub en: String,
    pub base: Base,
    /// A fact belongs to the period in which the first of these that is set lies.
    pub period: Vec<Field>,
    /// A fact counts for the unit that the first of these that is set names.
    pub unit: Vec<Field>,
    pub measure: Measure,
    pub statistic: Statistic,
    /// What is looked at, all of it.
    #[serde(default)]
    pub denominator: Vec<Condition>,
    /// What is taken out again, in this order; each fact by the first that fits.
    #[serde(default)]
    pub exclusions: Vec<Subset>,
    /// What a ratio, a count or a sum counts of the denominator.
    #[serde(default)]
    pub numerator: Vec<Condition>,
    /// Other counts within the denominator, shown beside the figure.
    #[serde(default)]
    pub beside: Vec<Subset>,
    /// Which way is good, where one is: only such figures may be banded.
    #[serde(default)]
    pub better: Option<Better>,
    /// Figures without which this one is not shown, such as a satisfaction's coverage.
    #[serde(default)]
    pub companions: Vec<String>,
    /// The daily roll-up's counters that add up to the same; `None` if only the facts say it.
    #[serde(default)]
    pub rollup: Option<RollupSource>,
    pub formula_zh: String,
    pub formula_en: String,
    /// The rule it follows, or `design`.
    pub source: String,
}

/// What a figure measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// A share: 0.9914 is 99.14 %.
    Percent,
    Count,
    /// Microseconds.
    Duration,
}

/// How facts become one number. In JSON: `"ratio"`, or `{"mean": {"plus": […], "minus": […]}}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Statistic {
    /// Numerator over denominator.
    Ratio,
    /// How many are in the numerator.
    Count,
    /// The sum over the numerator.
    Sum(Expression),
    /// The mean over the denominator.
    Mean(Expression),
    /// The middle value of the denominator; of an even number, halfway between the two middle ones.
    Median(Expression),
}

/// A sum of fields minus other fields.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expression {
    pub plus: Vec<Field>,
    #[serde(default)]
    pub minus: Vec<Field>,
}

/// Facts that are counted by themselves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Subset {
    pub id: String,
    pub zh: String,
    pub en: String,
    /// All must hold.
    pub when: Vec<Condition>,
}

/// Which way is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Better {
    Higher,
    Lower,
}

/// A list of definitions, checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Definitions(Vec<Definition>);

/// A list of definitions as it is written. A name in `exclusions` or `beside` stands for the subset
/// shared under it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    shared: BTreeMap<String, Value>,
    definitions: Vec<Value>,
}

impl Definitions {
    /// The shipped definitions.
    #[must_use]
    pub fn shipped() -> &'static Self {
        static SHIPPED: LazyLock<Definitions> = LazyLock::new(|| {
            Definitions::parse(include_str!("../../data/kpis.json")).unwrap_or_else(|faults| {
                unreachable!("the shipped definitions are read by a test: {faults:?}")
            })
        });
        &SHIPPED
    }

    /// Reads and checks a list of definitions.
    ///
    /// # Errors
    /// Every fault, each saying in which definition it is.
    pub fn parse(json: &str) -> Result<Self, Vec<String>> {
        let written: Written = serde_json::from_str(json).map_err(|fault| vec![fault.to_string()])?;
        let read = |mut value: Value| -> Result<Definition, String> {
            let id = value["id"].as_str().unwrap_or("a definition without id").to_owned();
            for list in ["exclusions", "beside"] {
                for entry in value.get_mut(list).and_then(Value::as_array_mut).into_iter().flatten() {
                    if let Some(name) = entry.as_str() {
                        let shared = written.shared.get(name);
                        *entry = shared.ok_or(format!("{id}: nothing is shared as `{name}`"))?.clone();
                    }
                }
            }
            serde_json::from_value(value).map_err(|fault| format!("{id}: {fault}"))
        };
        let mut faults = Vec::new();
        let mut list = Vec::new();
        for value in written.definitions {
            match read(value) {
                Ok(definition) => list.push(definition),
                Err(fault) => faults.push(fault),
            }
        }
        let list = Self(list);
        for definition in &list.0 {
            let own = definition.faults(&list);
            faults.extend(own.into_iter().map(|fault| format!("{}: {fault}", definition.id)));
        }
        if faults.is_empty() { Ok(list) } else { Err(faults) }
    }

    pub fn iter(&self) -> impl Iterator<Item = &Definition> {
        self.0.iter()
    }

    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Definition> {
        self.0.iter().find(|definition| definition.id == id)
    }

    /// The definitions of these ids and of their companions, each once, in this order.
    ///
    /// # Errors
    /// If an id is unknown.
    pub fn of(&self, ids: &[String]) -> Result<Vec<&Definition>, Refusal> {
        let get = |id: &String| self.get(id).ok_or_else(|| unknown(id));
        let mut found: Vec<&Definition> = Vec::new();
        for asked in ids {
            for id in std::iter::once(asked).chain(&get(asked)?.companions) {
                if !found.iter().any(|known| known.id == *id) {
                    found.push(get(id)?);
                }
            }
        }
        Ok(found)
    }
}

fn unknown(id: &str) -> Refusal {
    Refusal::invalid(
        "kpi.unknown",
        format!("没有指标“{id}”，请从指标目录中选择"),
        format!("there is no figure `{id}`; choose one of the list of definitions"),
    )
    .at("ids")
}

impl Definition {
    /// The fields that say where a fact stands in a dimension: the first that is set. `None` if
    /// these facts know nothing of it.
    #[must_use]
    pub fn fields(&self, dimension: Dimension) -> Option<&[Field]> {
        let field: &'static [Field] = match (dimension, self.base) {
            (Dimension::Unit, _) => return Some(&self.unit),
            (Dimension::Duty, Base::Term) => &[Field::Kind],
            (Dimension::Duty, _) => return None,
            (Dimension::Kind, Base::Term) => &[Field::CaseKind],
            (Dimension::Kind, _) => &[Field::Kind],
            (Dimension::County, _) => &[Field::County],
            (Dimension::Town, _) => &[Field::Town],
            (Dimension::Line, _) => &[Field::Line],
            (Dimension::PeerGroup, _) => &[Field::PeerGroup],
            (Dimension::Channel, _) => &[Field::Channel],
            (Dimension::Level, _) => &[Field::Level],
            (Dimension::Outcome, _) => &[Field::Outcome],
            (Dimension::Repeat, _) => &[Field::Repeat],
        };
        self.base.column(field[0]).map(|_| field)
    }

    /// What is summed, or of which the mean or the median is taken.
    #[must_use]
    pub const fn expression(&self) -> Option<&Expression> {
        match &self.statistic {
            Statistic::Sum(e) | Statistic::Mean(e) | Statistic::Median(e) => Some(e),
            Statistic::Ratio | Statistic::Count => None,
        }
    }

    /// Whether facts are placed by when something must be done, which may lie ahead.
    #[must_use]
    pub fn falls_due(&self) -> bool {
        self.period.iter().any(|field| field.is_due())
    }

    /// The definition as if everything were due, or as if nothing were due yet: for one whose roll-up
    /// [asks whether facts are due](RollupSource::asks_whether_due).
    #[must_use]
    pub fn as_if(&self, due: bool) -> Self {
        let mut turned = self.clone();
        let conditions = turned.exclusions.iter_mut().flat_map(|exclusion| &mut exclusion.when);
        for condition in conditions.filter(|condition| condition.asks_whether_due()) {
            // Such a condition says that a fact is not due yet.
            *condition = if due { Condition::Any(Vec::new()) } else { Condition::All(Vec::new()) };
        }
        turned
    }

    fn faults(&self, list: &Definitions) -> Vec<String> {
        let mut faults = Vec::new();
        let texts = [&self.zh, &self.en, &self.formula_zh, &self.formula_en, &self.source];
        if self.id.is_empty() || texts.iter().any(|text| text.trim().is_empty()) {
            faults.push("id, names, formulas and source must not be empty".to_owned());
        }
        if list.0.iter().filter(|other| other.id == self.id).count() > 1 {
            faults.push("its id stands twice".to_owned());
        }
        self.first_of(&self.period, FieldKind::Instant, "period", &mut faults);
        self.first_of(&self.unit, FieldKind::Text, "unit", &mut faults);
        let mut ids = BTreeSet::new();
        for subset in self.exclusions.iter().chain(&self.beside) {
            if subset.when.is_empty() {
                faults.push(format!("`{}` has no condition", subset.id));
            }
            if !ids.insert(&subset.id) {
                faults.push(format!("`{}` stands twice", subset.id));
            }
        }
        let subsets = self.exclusions.iter().chain(&self.beside).flat_map(|subset| &subset.when);
        for condition in self.denominator.iter().chain(&self.numerator).chain(subsets) {
            condition.faults(self.base, &mut faults);
        }
        for field in self.expression().into_iter().flat_map(|e| e.plus.iter().chain(&e.minus)) {
            expect(self.base, *field, &[FieldKind::Instant, FieldKind::Count], &mut faults);
            if self.may_be_null(*field) {
                faults.push(format!("`{}` may be null: ask `set` of it in the denominator", field.name()));
            }
        }
        let whole = matches!(self.statistic, Statistic::Mean(_) | Statistic::Median(_));
        if whole && !self.numerator.is_empty() {
            faults
                .push("a mean or median is taken over the denominator; leave the numerator empty".to_owned());
        }
        if (self.measure == Measure::Percent) != (self.statistic == Statistic::Ratio) {
            faults.push("a ratio, and nothing else, is measured in percent".to_owned());
        }
        for id in self.companions.iter().filter(|id| list.get(id).is_none()) {
            faults.push(format!("its companion `{id}` is not defined"));
        }
        if let Some(source) = &self.rollup {
            source.faults(self, &mut faults);
        }
        faults
    }

    /// All but the last must be nullable, or the last is never reached.
    fn first_of(&self, fields: &[Field], kind: FieldKind, name: &str, faults: &mut Vec<String>) {
        fields.iter().for_each(|field| expect(self.base, *field, &[kind], faults));
        let Some((_, others)) = fields.split_last() else {
            return faults.push(format!("{name} names no field"));
        };
        if others.iter().any(|field| self.base.column(*field).is_some_and(|column| !column.null)) {
            faults.push(format!("{name}: what stands after a field that is always set is never used"));
        }
    }

    fn may_be_null(&self, field: Field) -> bool {
        self.base.column(field).is_some_and(|column| column.null)
            && self.period != [field]
            && !self.denominator.contains(&Condition::Set(field))
    }
}
