//! What is asked: which figures, of which period, as of when, of whom, cut by what.

use serde::{Deserialize, Serialize};
use yipan_base::id::{AreaId, CategoryId, UnitId};
use yipan_base::refusal::Refusal;
use yipan_base::time::{DAY, Date, Timestamp, date_to_day, day_to_date};

use super::definition::{Definition, Definitions};
use super::field::{Datum, Fact, Field};
use crate::case::{Channel, Kind, Level, Word};
use crate::policy::category_within;

/// The levels of the tree of categories.
pub const CATEGORY_LEVELS: u8 = 3;

/// The longest period that can be asked for, in days: a hundred years.
const LONGEST: i64 = 36_525;

/// How many values a filter may list.
const MOST_VALUES: usize = 500;

/// A question to the accounts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Query {
    /// Definitions; their companions come along.
    pub ids: Vec<String>,
    /// Whose holdings are counted.
    pub tier: Tier,
    pub period: Period,
    /// What fell due later is not yet in the rates, and what happened later is not counted. Standings
    /// are those of the last event: who was deferred later is deferred.
    pub as_of: Timestamp,
    #[serde(default)]
    pub filters: Filters,
    #[serde(default)]
    pub cut: Cut,
    /// Whether exclusions and what else stands beside are counted too.
    pub beside: bool,
}

/// Whose holdings are counted (层级): never both, so that nothing is counted twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Tier {
    /// Holdings at the top.
    City,
    /// The holdings that those were handed down to.
    County,
}

impl Tier {
    /// The depth of its holdings.
    #[must_use]
    pub const fn depth(self) -> i64 {
        match self {
            Self::City => 0,
            Self::County => 1,
        }
    }
}

/// A stretch of time, without its end (统计期).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Period {
    pub from: Timestamp,
    pub to: Timestamp,
}

impl Period {
    /// From the first to the last of these days, both included.
    #[must_use]
    pub fn days(first: Date, last: Date) -> Self {
        let after = day_to_date(date_to_day(last) + 1);
        Self { from: Timestamp::midnight(first), to: Timestamp::midnight(after) }
    }

    /// What both have in common; empty if nothing.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let from = self.from.max(other.from);
        Self { from, to: self.to.min(other.to).max(from) }
    }

    #[must_use]
    pub fn contains(self, at: Timestamp) -> bool {
        self.from <= at && at < self.to
    }
}

/// Which facts are counted; an empty list asks nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Filters {
    pub units: Vec<UnitId>,
    /// Counties and towns.
    pub areas: Vec<AreaId>,
    pub lines: Vec<String>,
    /// Each also stands for everything below it.
    pub categories: Vec<CategoryId>,
    pub kinds: Vec<Kind>,
    pub channels: Vec<Channel>,
    pub levels: Vec<Level>,
}

/// Something by which facts differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Dimension {
    Unit,
    County,
    Town,
    /// 条线
    Line,
    PeerGroup,
    Kind,
    Channel,
    Level,
    /// How a case ended.
    Outcome,
    /// The verdict on a repeat appeal.
    Repeat,
    /// Which duty of the centre a term measures.
    Duty,
}

/// What a figure is cut by. Days, weeks (from Monday) and months are those of Shanghai, of the
/// instant that places a fact in the period.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Cut {
    #[default]
    Whole,
    By(Dimension),
    /// The category's first words: 1 to [`CATEGORY_LEVELS`] of them.
    Category(u8),
    Day,
    Week,
    Month,
}

impl Query {
    /// The definitions asked for, with their companions, once it is sure that they can be counted
    /// as is asked.
    ///
    /// # Errors
    /// If an id is unknown, the period is empty or longer than a hundred years, a filter lists more
    /// than 500 values, or a figure has no such cut or filter.
    pub fn definitions<'a>(&self, definitions: &'a Definitions) -> Result<Vec<&'a Definition>, Refusal> {
        if self.period.from >= self.period.to {
            return Err(Refusal::invalid(
                "kpi.period",
                "统计期的结束须晚于开始",
                "the period must end after it begins",
            )
            .at("period"));
        }
        if self.period.to.since(self.period.from) > LONGEST * DAY {
            return Err(Refusal::invalid(
                "kpi.period",
                "统计期最长一百年",
                "the period may be a hundred years at most",
            )
            .at("period"));
        }
        if self.filters.longest() > MOST_VALUES {
            return Err(Refusal::invalid(
                "kpi.filter",
                format!("每项筛选最多 {MOST_VALUES} 个值，请改用上级分类或区划"),
                format!("a filter may list {MOST_VALUES} values at most; name what stands above them"),
            )
            .at("filters"));
        }
        if let Cut::Category(level) = self.cut
            && !(1..=CATEGORY_LEVELS).contains(&level)
        {
            return Err(Refusal::invalid(
                "kpi.category_level",
                format!("分类层级须为 1 至 {CATEGORY_LEVELS}"),
                format!("the level of categories must be 1 to {CATEGORY_LEVELS}, not {level}"),
            )
            .at("cut"));
        }
        let found = definitions.of(&self.ids)?;
        for definition in &found {
            self.check(definition)?;
        }
        Ok(found)
    }

    /// When a fact must be placed to count: in the period, and unless it is placed by a due time not
    /// after the as-of time.
    #[must_use]
    pub fn placed(&self, definition: &Definition) -> Period {
        let so_far = Period { from: self.period.from, to: self.as_of.plus(1) };
        if definition.falls_due() { self.period } else { self.period.and(so_far) }
    }

    /// Whether the count of a single case would tell of it where it lies, what it is, who handles it, how
    /// pressing it is, how or at which hour it came in: of a secret report that is for nobody who may not
    /// read it. What is left are totals of the whole city over whole days; `now` ends the last of them.
    #[must_use]
    pub fn pinpoints(&self, now: Option<Timestamp>) -> bool {
        let cut = matches!(self.cut, Cut::Category(_) | Cut::By(_));
        let ends = |at: Timestamp| at == Timestamp::midnight(at.date()) || now.is_some_and(|now| at >= now);
        let Period { from, to } = self.period;
        cut || self.filters != Filters::default()
            || !(ends(from) && ends(to) && (self.as_of >= to || ends(self.as_of)))
    }

    fn check(&self, definition: &Definition) -> Result<(), Refusal> {
        let missing = |dimension| definition.fields(dimension).is_none();
        if let Cut::By(dimension) = self.cut
            && missing(dimension)
        {
            return Err(unfit(definition, "cut", dimension));
        }
        let filters = &self.filters;
        for (dimension, used) in
            [(Dimension::County, !filters.areas.is_empty()), (Dimension::Line, !filters.lines.is_empty())]
        {
            if used && missing(dimension) {
                return Err(unfit(definition, "filters", dimension));
            }
        }
        Ok(())
    }
}

fn unfit(definition: &Definition, at: &str, dimension: Dimension) -> Refusal {
    let Definition { id, zh, base, .. } = definition;
    Refusal::invalid(
        "kpi.dimension",
        format!("指标“{zh}”的数据没有该维度，请改用其他分组或筛选"),
        format!(
            "`{id}` is counted over {}, which has no {dimension:?}; use another cut or filter",
            base.table()
        ),
    )
    .at(at)
}

impl Filters {
    /// The values asked for in each dimension; areas and categories stand apart.
    #[must_use]
    pub fn words(&self) -> Vec<(Dimension, Vec<&str>)> {
        let all = [
            (Dimension::Unit, self.units.iter().map(UnitId::as_str).collect()),
            (Dimension::Line, self.lines.iter().map(String::as_str).collect()),
            (Dimension::Kind, self.kinds.iter().map(|word| word.code()).collect()),
            (Dimension::Channel, self.channels.iter().map(|word| word.code()).collect()),
            (Dimension::Level, self.levels.iter().map(|word| word.code()).collect()),
        ];
        all.into_iter().filter(|(_, values): &(_, Vec<_>)| !values.is_empty()).collect()
    }

    fn longest(&self) -> usize {
        let words = self.words().into_iter().map(|(_, values)| values.len());
        words.chain([self.areas.len(), self.categories.len()]).max().unwrap_or_default()
    }

    pub(super) fn take(&self, definition: &Definition, fact: &impl Fact) -> bool {
        let is = |dimension, value: &str| {
            let fields = definition.fields(dimension).unwrap_or_default();
            first_set(fact, fields) == Datum::Text(value)
        };
        let in_area =
            |area: &AreaId| is(Dimension::County, area.as_str()) || is(Dimension::Town, area.as_str());
        let in_category = |above: &CategoryId| match fact.datum(Field::Category) {
            Datum::Text(category) => category_within(category, above.as_str()),
            _ => false,
        };
        self.words().iter().all(|(dimension, values)| values.iter().any(|value| is(*dimension, value)))
            && (self.areas.is_empty() || self.areas.iter().any(in_area))
            && (self.categories.is_empty() || self.categories.iter().any(in_category))
    }
}

/// The first of the fields that is set.
pub(super) fn first_set<'a>(fact: &'a impl Fact, fields: &[Field]) -> Datum<'a> {
    fields.iter().map(|field| fact.datum(*field)).find(|datum| *datum != Datum::Null).unwrap_or(Datum::Null)
}

impl Cut {
    /// The group to which a fact belongs that was placed at `at`.
    pub(super) fn key(self, definition: &Definition, fact: &impl Fact, at: Timestamp) -> Option<String> {
        let text = |datum: Datum<'_>| match datum {
            Datum::Text(text) => Some(text.to_owned()),
            Datum::Int(number) => Some(number.to_string()),
            Datum::Null => None,
        };
        match self {
            Self::Whole => None,
            Self::By(dimension) => text(first_set(fact, definition.fields(dimension).unwrap_or_default())),
            Self::Category(level) => {
                let category = text(fact.datum(Field::Category))?;
                let words: Vec<&str> = category.split('.').take(level.into()).collect();
                Some(words.join("."))
            }
            Self::Day | Self::Week | Self::Month => self.label(at.day()),
        }
    }

    /// The first day of the stretch to which a day belongs.
    #[must_use]
    pub fn first_day(self, day: i64) -> i64 {
        match self {
            // 1970-01-01 was a Thursday.
            Self::Week => (day + 3).div_euclid(7) * 7 - 3,
            Self::Month => date_to_day(day_to_date(day).first_of_month()),
            _ => day,
        }
    }

    /// The stretch that [`Cut::label`] calls so.
    #[must_use]
    pub fn stretch(self, label: &str) -> Option<Period> {
        let first: Date = match self {
            Self::Month => format!("{label}-01").parse().ok()?,
            Self::Day | Self::Week => label.parse().ok()?,
            Self::Whole | Self::By(_) | Self::Category(_) => return None,
        };
        let last = match self {
            Self::Month => first.last_of_month(),
            Self::Week => day_to_date(date_to_day(first) + 6),
            _ => first,
        };
        (self.label(date_to_day(first)).as_deref() == Some(label)).then(|| Period::days(first, last))
    }

    /// How the stretch of a day is called: its first day, or `2021-05`. `None` if the cut is not by
    /// time.
    #[must_use]
    pub fn label(self, day: i64) -> Option<String> {
        let date = day_to_date(self.first_day(day));
        match self {
            Self::Day | Self::Week => Some(date.to_string()),
            Self::Month => Some(format!("{:04}-{:02}", date.year(), date.month())),
            Self::Whole | Self::By(_) | Self::Category(_) => None,
        }
    }
}
