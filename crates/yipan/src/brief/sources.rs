//! Where a brief's figures come from: asks the accounts, and keeps a reference of every question.

use std::fmt::Write as _;

use yipan_accounts::Accounts;
use yipan_base::refusal::Refusal;
use yipan_base::time::{HOUR, Timestamp};
use yipan_briefs::{Figure as Printed, Reference};
use yipan_casework::kpi::{
    Base, Cut, Definition, Dimension, Figure, Filters, Measure, Period, Query, Statistic, Tier,
};
use yipan_store::Scope;

use crate::door::escaped;

/// The accounts as of one instant, and what was asked of them so far.
pub struct Sources<'a> {
    pub accounts: &'a Accounts,
    pub scope: &'a Scope,
    pub as_of: Timestamp,
    pub references: Vec<Reference>,
}

/// A figure of the whole, or its groups, with the reference that it is printed with.
pub struct Asked<'a> {
    definition: &'a Definition,
    query: Query,
    reference: u32,
    /// Of the whole.
    pub whole: Figure,
    /// By the cut, if there is one.
    pub groups: Vec<Figure>,
}

/// Counts by the hour, with the reference that they are printed with.
pub struct Hours {
    reference: u32,
    /// In their order.
    pub hours: Vec<Hour>,
}

/// One hour's count.
pub struct Hour {
    pub from: Timestamp,
    pub count: i64,
    link: String,
}

impl<'a> Sources<'a> {
    /// Asks for a figure of a period of whole days.
    ///
    /// # Errors
    /// If the accounts cannot answer.
    pub async fn ask(&mut self, id: &str, period: Period, cut: Cut) -> Result<Asked<'a>, Refusal> {
        let whole = self.query(id, period, Cut::Whole);
        let query = Query { cut, ..whole.clone() };
        let accounts = self.accounts;
        let definition = query.definitions(accounts.definitions())?[0];
        // Companions come along; they are asked for by themselves.
        let whole = self.whole(&whole).await?;
        let mut groups = match cut {
            Cut::Whole => Vec::new(),
            _ => accounts.figures(self.scope, &query).await?,
        };
        groups.retain(|figure| figure.id == id);
        let name = format!("{}{}", definition.zh, of_cut(cut));
        let reference =
            self.refer(name, working(definition, &whole), definition, &query, &whole, main_part(definition));
        Ok(Asked { definition, query, reference, whole, groups })
    }

    /// Asks for a count of each hour of a period, of which there is no cut: each has a question of its
    /// own, and all together one reference.
    ///
    /// # Errors
    /// If the accounts cannot answer.
    pub async fn hours(&mut self, id: &str, period: Period) -> Result<Hours, Refusal> {
        let asked = self.query(id, period, Cut::Whole);
        let definition = asked.definitions(self.accounts.definitions())?[0];
        let whole = self.whole(&asked).await?;
        let name = format!("{}（分时）", definition.zh);
        let (working, part) = (working(definition, &whole), main_part(definition));
        let reference = self.refer(name, working, definition, &asked, &whole, part);
        if let Some(reference) = self.references.last_mut() {
            reference.query.push_str("，按小时分组");
        }
        let mut hours = Vec::new();
        let mut from = period.from;
        while from < period.to {
            let to = from.plus(HOUR).min(period.to);
            let query = Query { period: Period { from, to }, ..asked.clone() };
            let count = self.whole(&query).await?.numerator;
            hours.push(Hour { from, count, link: path(definition, &query, part, None) });
            from = to;
        }
        Ok(Hours { reference, hours })
    }

    async fn whole(&self, query: &Query) -> Result<Figure, Refusal> {
        let id = &query.ids[0];
        let mut figures = self.accounts.figures(self.scope, query).await?.into_iter();
        figures.find(|figure| figure.id == *id).ok_or_else(|| nothing(id))
    }

    /// What was taken out of a figure, or stands beside it, as a figure of its own.
    pub fn tally(&mut self, asked: &Asked<'a>, id: &str) -> (i64, Printed) {
        let definition = asked.definition;
        let count = asked.whole.count(id).unwrap_or_default();
        let excluded = definition.exclusions.iter().find(|subset| subset.id == id);
        let part = if excluded.is_some() { "exclusion" } else { "beside" };
        let subset = excluded.or_else(|| definition.beside.iter().find(|subset| subset.id == id));
        let name = format!("{} · {}", definition.zh, subset.map_or(id, |subset| &subset.zh));
        let text = format!("{count}件");
        let whole = Query { cut: Cut::Whole, ..asked.query.clone() };
        let counted = Figure { numerator: count, denominator: 1, ..asked.whole.clone() };
        let reference = self.refer(name, text.clone(), definition, &whole, &counted, &format!("{part}:{id}"));
        (count, Printed { text, reference, link: None })
    }

    fn query(&self, id: &str, period: Period, cut: Cut) -> Query {
        Query {
            ids: vec![id.to_owned()],
            tier: Tier::City,
            period,
            as_of: self.as_of,
            filters: Filters::default(),
            cut,
            beside: true,
        }
    }

    fn refer(
        &mut self,
        name: String,
        working: String,
        definition: &Definition,
        query: &Query,
        whole: &Figure,
        part: &str,
    ) -> u32 {
        let number = u32::try_from(self.references.len()).map_or(u32::MAX, |n| n + 1);
        self.references.push(Reference {
            number,
            figure: definition.id.clone(),
            name,
            query: in_words(definition, query),
            numerator: whole.numerator,
            denominator: whole.denominator,
            working,
            as_of: query.as_of,
            formula: definition.formula_zh.clone(),
            // The whole: a group's cases are opened by the group's own figure.
            link: path(definition, &Query { cut: Cut::Whole, ..query.clone() }, part, None),
        });
        number
    }
}

impl Asked<'_> {
    /// The whole, as it is printed.
    pub fn figure(&self) -> Printed {
        Printed { text: value(self.definition, &self.whole), reference: self.reference, link: None }
    }

    /// One group, as it is printed; it opens its own cases.
    pub fn group(&self, figure: &Figure) -> Printed {
        let link = path(self.definition, &self.query, main_part(self.definition), figure.key.as_deref());
        Printed { text: value(self.definition, figure), reference: self.reference, link: Some(link) }
    }

    /// The whole as a cell of a table, whose column says the unit.
    pub fn cell(&self) -> Printed {
        bare(self.figure())
    }

    /// One group as a cell of a table.
    pub fn group_cell(&self, figure: &Figure) -> Printed {
        bare(self.group(figure))
    }

    /// The group of a key.
    pub fn of(&self, key: Option<&str>) -> Option<&Figure> {
        self.groups.iter().find(|figure| figure.key.as_deref() == key)
    }

    /// Its reference, for the head of a column.
    pub const fn reference(&self) -> u32 {
        self.reference
    }

    /// What stands beside one group; it opens its own cases.
    pub fn beside(&self, figure: &Figure, id: &str, count: i64) -> Printed {
        let link = path(self.definition, &self.query, &format!("beside:{id}"), figure.key.as_deref());
        Printed { text: format!("{count}件"), reference: self.reference, link: Some(link) }
    }

    /// Another text that rests on the same question, such as a share of its groups.
    pub const fn derived(&self, text: String) -> Printed {
        Printed { text, reference: self.reference, link: None }
    }
}

impl Hours {
    /// The hour of the most, the first of them.
    pub fn busiest(&self) -> Option<&Hour> {
        self.hours.iter().max_by_key(|hour| (hour.count, std::cmp::Reverse(hour.from)))
    }

    /// One hour, as it is printed; it opens its own cases.
    pub fn figure(&self, hour: &Hour) -> Printed {
        let text = format!("{}件", hour.count);
        Printed { text, reference: self.reference, link: Some(hour.link.clone()) }
    }

    /// One hour as a cell of a table.
    pub fn cell(&self, hour: &Hour) -> Printed {
        bare(self.figure(hour))
    }

    /// Its reference, for the head of a column.
    pub const fn reference(&self) -> u32 {
        self.reference
    }
}

/// A figure's value as Chinese documents write it: `99.59%`, `4754件`, `22小时36分钟`.
fn value(definition: &Definition, figure: &Figure) -> String {
    let text = definition.readout(figure.clone()).zh.value.replace(' ', "");
    if definition.measure == Measure::Count { format!("{text}件") } else { text }
}

fn bare(figure: Printed) -> Printed {
    Printed { text: figure.text.trim_end_matches('件').to_owned(), ..figure }
}

fn working(definition: &Definition, figure: &Figure) -> String {
    let value = value(definition, figure);
    match definition.measure {
        _ if matches!(definition.statistic, Statistic::Median(_)) => {
            format!("{}件的中位数为{value}", figure.sample)
        }
        Measure::Percent => format!("{} ÷ {} = {value}", figure.numerator, figure.denominator),
        Measure::Duration => {
            let hours = figure.numerator as f64 / HOUR as f64;
            format!("共{hours:.1}小时 ÷ {}件 = {value}", figure.denominator)
        }
        Measure::Count => value,
    }
}

/// The cases that a figure is looked up by: those counted, or those it was divided from.
fn main_part(definition: &Definition) -> &'static str {
    if definition.measure == Measure::Count { "numerator" } else { "denominator" }
}

/// The question as an address asks it.
fn path(definition: &Definition, query: &Query, part: &str, key: Option<&str>) -> String {
    let mut path = format!(
        "/api/v1/kpis/{}/cases?from={}&to={}&as_of={}&tier=city&part={}",
        definition.id,
        moment(query.period.from),
        moment(query.period.to),
        query.as_of.to_string().replace('+', "%2B"),
        escaped(part)
    );
    // Writing to a string cannot fail.
    let _ = match word(query.cut) {
        Some(word) => write!(path, "&cut={word}"),
        None => Ok(()),
    };
    if let Some(key) = key {
        let _ = write!(path, "&key={}", escaped(key));
    }
    path
}

/// A day by its date, another instant to the minute.
fn moment(at: Timestamp) -> String {
    let civil = at.civil();
    match at.time_of_day() {
        0 => civil.date().to_string(),
        _ => format!("{}T{:02}:{:02}", civil.date(), civil.hour(), civil.minute()),
    }
}

const fn word(cut: Cut) -> Option<&'static str> {
    match cut {
        Cut::By(Dimension::County) => Some("county"),
        Cut::By(Dimension::Channel) => Some("channel"),
        Cut::Category(1) => Some("category"),
        Cut::Category(2) => Some("category_2"),
        Cut::Category(_) => Some("category_3"),
        Cut::Day => Some("day"),
        _ => None,
    }
}

/// What stands behind the name of a figure that is cut so.
const fn of_cut(cut: Cut) -> &'static str {
    match cut {
        Cut::Whole => "",
        Cut::By(Dimension::County) => "（分县）",
        Cut::Category(_) => "（分类）",
        Cut::Day => "（分日）",
        _ => "（分组）",
    }
}

/// The question in words: of which days, of what, in which groups.
fn in_words(definition: &Definition, query: &Query) -> String {
    let day = |at: Timestamp| format!("{}年{}月{}日", at.date().year(), at.date().month(), at.date().day());
    let (first, last) = (day(query.period.from), day(query.period.to.plus(-1)));
    let counted = match definition.base {
        Base::Case => "全部诉求",
        Base::Holding => "市级派出的主办单",
        Base::Term => "中心各环节",
    };
    let cut = match query.cut {
        Cut::Whole => "",
        Cut::By(Dimension::County) => "，按县（市、区）分组",
        Cut::Category(_) => "，按诉求分类分组",
        Cut::Day => "，按日分组",
        _ => "，分组",
    };
    format!("{first}至{last}，{counted}{cut}")
}

fn nothing(id: &str) -> Refusal {
    Refusal::internal(format!("the accounts answered nothing of `{id}`"))
}
