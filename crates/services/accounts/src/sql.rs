//! A definition as SQL, in the subset that both engines read. Facts are always aliased `f`.

use std::fmt::Write;

use yipan_base::time::{DAY, HOUR, date_to_day, day_to_date};
use yipan_casework::kpi::{
    Asked, Base, Condition, Cut, Definition, Expression, Field, Operand, Period, Query,
};
use yipan_store::Value;

/// A statement in the making, about one definition or others that look at the same facts.
pub(crate) struct Sql<'a> {
    pub definition: &'a Definition,
    pub query: &'a Query,
    pub text: String,
    pub args: Vec<Value>,
}

impl<'a> Sql<'a> {
    pub fn new(definition: &'a Definition, query: &'a Query) -> Self {
        Self { definition, query, text: String::with_capacity(2_048), args: Vec::new() }
    }

    pub fn push(&mut self, text: &str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    /// A placeholder for the value; the same value has the same place.
    pub fn arg(&mut self, value: impl Into<Value>) -> &mut Self {
        let value = value.into();
        let known = self.args.iter().position(|arg| *arg == value);
        let at = known.unwrap_or_else(|| {
            self.args.push(value);
            self.args.len() - 1
        });
        let _ = write!(self.text, "${}", at + 1);
        self
    }

    /// `IN ($1, $2)`.
    pub fn one_of(&mut self, values: &[&str]) -> &mut Self {
        for (at, value) in values.iter().enumerate() {
            self.push(if at == 0 { " IN (" } else { ", " }).arg(*value);
        }
        self.push(")")
    }

    /// `FROM fact_holding f WHERE …`: all that the definition looks at, within scope and filters.
    pub fn looked_at(&mut self) -> &mut Self {
        let (definition, query) = (self.definition, self.query);
        self.push(" FROM ").push(definition.base.table()).push(" f WHERE {facts:f} AND ");
        self.placed(&definition.period, query.placed(definition));
        if definition.base == Base::Holding {
            let _ = write!(self.text, " AND f.depth = {}", query.tier.depth());
        }
        self.push(" AND ").all(&definition.denominator).filters()
    }

    /// The first of the fields that is set lies in the period; so that each field's index can serve.
    fn placed(&mut self, fields: &[Field], period: Period) {
        for (at, field) in fields.iter().enumerate() {
            self.push(if at == 0 { "(" } else { " OR " }).push("(");
            for unset in &fields[..at] {
                self.field(*unset).push(" IS NULL AND ");
            }
            self.field(*field).push(" >= ").arg(period.from).push(" AND ");
            self.field(*field).push(" < ").arg(period.to).push(")");
        }
        self.push(")");
    }

    fn filters(&mut self) -> &mut Self {
        let (definition, filters) = (self.definition, &self.query.filters);
        for (dimension, values) in filters.words() {
            self.push(" AND ").first(definition.fields(dimension).unwrap_or_default()).one_of(&values);
        }
        if !filters.areas.is_empty() {
            let areas: Vec<&str> = filters.areas.iter().map(|area| area.as_str()).collect();
            self.push(" AND (").field(Field::County).one_of(&areas);
            self.push(" OR ").field(Field::Town).one_of(&areas).push(")");
        }
        for (at, above) in filters.categories.iter().enumerate() {
            self.push(if at == 0 { " AND (" } else { " OR " });
            // `/` is what comes after `.`: everything below is one stretch of the order by bytes.
            self.field(Field::Category).push(" = ").arg(above).push(" OR (");
            self.field(Field::Category).push(" >= ").arg(format!("{above}.")).push(" AND ");
            self.field(Field::Category).push(" < ").arg(format!("{above}/")).push(")");
        }
        self.push(if filters.categories.is_empty() { "" } else { ")" })
    }

    /// Where a fact stands: 0 in the denominator, else the number of the exclusion that took it out,
    /// from 1.
    pub fn place(&mut self, definition: &Definition) -> &mut Self {
        if definition.exclusions.is_empty() {
            return self.push("0");
        }
        self.push("CASE");
        for (at, exclusion) in definition.exclusions.iter().enumerate() {
            self.push(" WHEN ").all(&exclusion.when);
            let _ = write!(self.text, " THEN {}", at + 1);
        }
        self.push(" ELSE 0 END")
    }

    /// The group of a fact: text, or for a cut by time the first day of its stretch.
    pub fn key(&mut self) -> &mut Self {
        match self.query.cut {
            Cut::Whole => self.push("CAST(NULL AS TEXT)"),
            Cut::By(dimension) => self.first(self.definition.fields(dimension).unwrap_or_default()),
            Cut::Category(level) => self.category(level),
            Cut::Day | Cut::Week | Cut::Month => {
                let mut day = Sql::new(self.definition, self.query);
                // Shanghai's clocks are eight hours ahead.
                day.push("((").first(&self.definition.period);
                let _ = write!(day.text, " + {}) / {DAY})", 8 * HOUR);
                self.stretch(&day.text)
            }
        }
    }

    /// The first day of the stretch in which the day lies that the expression says.
    pub fn stretch(&mut self, day: &str) -> &mut Self {
        match self.query.cut {
            Cut::Week => {
                let _ = write!(self.text, "(({day} + 3) / 7 * 7 - 3)");
            }
            Cut::Month => {
                // The subset has no calendar: the months are told by their first days.
                let Period { from, to } = self.query.period;
                let mut first = Cut::Month.first_day(from.day());
                self.push("CASE");
                while first <= to.day() {
                    let next = date_to_day(day_to_date(first).last_of_month()) + 1;
                    let _ = write!(self.text, " WHEN {day} < {next} THEN {first}");
                    first = next;
                }
                self.push(" END");
            }
            _ => {
                self.push(day);
            }
        }
        self
    }

    /// The first words of a category, of which there are at most [`CATEGORY_LEVELS`]. Cutting a text
    /// at a dot is none of the subset; cutting off the letters of its end up to a dot is.
    ///
    /// [`CATEGORY_LEVELS`]: yipan_casework::kpi::CATEGORY_LEVELS
    fn category(&mut self, level: u8) -> &mut Self {
        let whole = "f.category";
        let parent = |of: &str| format!("RTRIM(RTRIM({of}, REPLACE({of}, '.', '')), '.')");
        let dots = format!("LENGTH({whole}) - LENGTH(REPLACE({whole}, '.', ''))");
        let (one_up, two_up) = (parent(whole), parent(&parent(whole)));
        let _ = match level {
            1 => write!(self.text, "CASE {dots} WHEN 0 THEN {whole} WHEN 1 THEN {one_up} ELSE {two_up} END"),
            2 => write!(self.text, "CASE {dots} WHEN 2 THEN {one_up} ELSE {whole} END"),
            _ => write!(self.text, "{whole}"),
        };
        self
    }

    pub fn expression(&mut self, expression: &Expression) -> &mut Self {
        self.push("(0");
        for (sign, fields) in [(" + ", &expression.plus), (" - ", &expression.minus)] {
            for field in fields {
                self.push(sign).field(*field);
            }
        }
        self.push(")")
    }

    /// All conditions, together; true if there are none.
    pub fn all(&mut self, conditions: &[Condition]) -> &mut Self {
        self.joined(conditions, " AND ", "1 = 1")
    }

    fn joined(&mut self, conditions: &[Condition], between: &str, none: &str) -> &mut Self {
        self.push("(");
        for (at, condition) in conditions.iter().enumerate() {
            self.push(if at == 0 { "" } else { between }).condition(condition);
        }
        self.push(if conditions.is_empty() { none } else { "" }).push(")")
    }

    /// Never unknown, so that NOT means what it says: whatever may be null is asked first.
    fn condition(&mut self, condition: &Condition) -> &mut Self {
        match condition {
            Condition::All(conditions) => self.all(conditions),
            Condition::Any(conditions) => self.joined(conditions, " OR ", "1 = 0"),
            Condition::Not(condition) => self.push("NOT ").condition(condition),
            Condition::Set(field) => self.push("(").field(*field).push(" IS NOT NULL)"),
            Condition::Flag(field) => self.push("(").known(*field).field(*field).push(" = 1)"),
            // Words are a-z and _: a definition with any other is not accepted.
            Condition::Is(field, word) => {
                self.push("(").known(*field).field(*field).push(" = '").push(word).push("')")
            }
            Condition::AtMost(low, high) => {
                self.push("(");
                for side in [low, high] {
                    if let Operand::Field(field) = side {
                        self.known(*field);
                    }
                }
                self.operand(*low).push(" <= ").operand(*high).push(")")
            }
        }
    }

    fn known(&mut self, field: Field) -> &mut Self {
        let null = self.definition.base.column(field).is_some_and(|column| column.null);
        if null { self.field(field).push(" IS NOT NULL AND ") } else { self }
    }

    fn operand(&mut self, operand: Operand) -> &mut Self {
        match operand {
            Operand::Field(field) => self.field(field),
            Operand::Asked(Asked::AsOf) => self.arg(self.query.as_of),
            Operand::Number(number) => self.push(&number.to_string()),
        }
    }

    /// The first of the fields that is set.
    fn first(&mut self, fields: &[Field]) -> &mut Self {
        let [one] = fields else {
            self.push("COALESCE(");
            for (at, field) in fields.iter().enumerate() {
                self.push(if at == 0 { "" } else { ", " }).field(*field);
            }
            return self.push(")");
        };
        self.field(*one)
    }

    fn field(&mut self, field: Field) -> &mut Self {
        self.push("f.").push(field.name())
    }
}
