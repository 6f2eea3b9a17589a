//! Scope (可见范围): who may see which cases, and the one predicate that says so in SQL.
//!
//! A query that reads case data names the place of the predicate by a marker:
//!
//! | marker | stands for |
//! |---|---|
//! | `{scope:a}` | the rows of `case_access` or `dossier_access` aliased `a` that the scope's holders have |
//! | `{visible:c.id}` | the column `c.id` names a case that the scope's holders have |
//! | `{dossier:d.id}` | the column `d.id` names a dossier that the scope's holders have |
//! | `{facts:f}` | the rows of the fact table aliased `f` that the scope may count |
//!
//! Secret cases are counted by who is cleared for them, and by who counts the whole city and asks for
//! nothing by which a count would tell of one report (see [`Scope::counting_open`]). Nobody else
//! counts them, those included who handle one: where one is counted and the other not, a difference
//! of one tells whom it concerns.

mod query;
mod tokens;

use std::sync::Arc;

use query::Marker;
pub(crate) use query::Queries;

use crate::table::Table;
use crate::value::Value;

/// Who asks: the house itself, or a member of staff by unit, area and clearance. Clones are cheap.
#[derive(Debug, Clone)]
pub struct Scope {
    reach: Arc<Reach>,
}

#[derive(Debug, Clone)]
enum Reach {
    System { reason: &'static str },
    Staff(Staff),
}

#[derive(Debug, Clone)]
struct Staff {
    holders: Vec<Value>,
    clearance: i64,
    units: Vec<Value>,
    areas: Vec<Value>,
    citywide: bool,
    /// Whether secret cases are left out of the figures of the whole city, too.
    open: bool,
}

/// The clearance from which secret cases may be seen whole; their handlers have less.
const CLEARED: i64 = 2;
/// The clearance that no secret case asks for.
const OPEN: i64 = 0;

/// The columns by which a fact belongs to a unit, and to an area.
const UNIT_COLUMNS: [&str; 3] = ["unit", "main_unit", "centre"];
const AREA_COLUMNS: [&str; 2] = ["county", "town"];

impl Scope {
    /// Background work of the house, which sees everything. The reason is for the audit log.
    #[must_use]
    pub fn system(reason: &'static str) -> Self {
        Self { reach: Arc::new(Reach::System { reason }) }
    }

    /// A member of staff. Holders are `a:<area id>` and `u:<unit id>`; cases above the clearance
    /// stay unseen. Figures are those of the holders' units and areas: without secret cases, or from
    /// clearance 2 on without those that stay unseen.
    #[must_use]
    pub fn staff(holders: Vec<String>, clearance: i64) -> Self {
        let of = |prefix| -> Vec<Value> {
            holders.iter().filter_map(|holder| holder.strip_prefix(prefix)).map(Value::from).collect()
        };
        let (units, areas) = (of("u:"), of("a:"));
        let holders = holders.iter().map(Value::from).collect();
        Self {
            reach: Arc::new(Reach::Staff(Staff {
                holders,
                clearance,
                units,
                areas,
                citywide: false,
                open: false,
            })),
        }
    }

    /// The figures of the whole city may be counted; which cases are seen does not change.
    #[must_use]
    pub fn citywide(mut self) -> Self {
        if let Reach::Staff(staff) = Arc::make_mut(&mut self.reach) {
            staff.citywide = true;
        }
        self
    }

    /// The same without secret cases in the figures of the whole city, for a question by which a count
    /// would tell of one report, such as those of each town. Whoever is cleared counts as before.
    #[must_use]
    pub fn counting_open(mut self) -> Self {
        if let Reach::Staff(staff) = Arc::make_mut(&mut self.reach)
            && staff.clearance < CLEARED
        {
            staff.open = true;
        }
        self
    }

    /// The same without seeing secret cases, of which their handlers see an extract: for lists that
    /// tell more than the case by standing in them. Whoever is cleared sees as before.
    #[must_use]
    pub fn seeing_open(mut self) -> Self {
        if let Reach::Staff(staff) = Arc::make_mut(&mut self.reach)
            && staff.clearance < CLEARED
        {
            staff.clearance = OPEN;
        }
        self
    }

    /// The figures of these units may be counted too, such as those of a county's departments in
    /// the daily roll-up, which knows no areas; which cases are seen does not change.
    #[must_use]
    pub fn counting(mut self, more: impl IntoIterator<Item = String>) -> Self {
        if let Reach::Staff(staff) = Arc::make_mut(&mut self.reach) {
            staff.units.extend(more.into_iter().map(Value::from));
        }
        self
    }

    /// One scope for each holder, seeing what that one sees; the house itself stays whole.
    pub(crate) fn by_holder(&self) -> Vec<Self> {
        let Reach::Staff(Staff { holders, clearance, .. }) = &*self.reach else { return vec![self.clone()] };
        let of = |holder: &Value| {
            Self::staff(holder.as_text().map(str::to_owned).into_iter().collect(), *clearance)
        };
        holders.iter().map(of).collect()
    }

    /// Why the house itself asks; `None` for a member of staff.
    #[must_use]
    pub fn reason(&self) -> Option<&'static str> {
        match *self.reach {
            Reach::System { reason } => Some(reason),
            Reach::Staff(_) => None,
        }
    }

    /// Whether figures of the whole city may be counted, secret cases among them.
    #[must_use]
    pub fn counts_everything(&self) -> bool {
        match &*self.reach {
            Reach::System { .. } => true,
            Reach::Staff(staff) => staff.citywide && !staff.open,
        }
    }

    /// Whether secret cases are in no figure, seen or not.
    #[must_use]
    pub fn counts_open_only(&self) -> bool {
        match &*self.reach {
            Reach::System { .. } => false,
            Reach::Staff(staff) => staff.clearance < CLEARED && !self.counts_everything(),
        }
    }

    /// Appends the predicate in place of a marker.
    pub(crate) fn predicate(&self, marker: &Marker, sql: &mut Statement) {
        let Reach::Staff(Staff { holders, clearance, units, areas, citywide, .. }) = &*self.reach else {
            return sql.push("1 = 1");
        };
        if holders.is_empty() && !matches!(marker, Marker::Facts { .. }) {
            return sql.push("1 = 0");
        }
        match marker {
            Marker::Scope { alias } => sql.access(alias, holders, *clearance),
            Marker::Visible { column, access } => {
                sql.push(&format!("EXISTS (SELECT 1 FROM {} seen WHERE seen.", access.name));
                // The key of both tables: the holder, and what is held.
                sql.push(access.columns[1].name);
                sql.push(" = ");
                sql.push(column);
                sql.push(" AND ");
                sql.access("seen", holders, *clearance);
                sql.push(")");
            }
            Marker::Facts { .. } if self.counts_everything() => sql.push("1 = 1"),
            Marker::Facts { alias, table } => {
                if *citywide {
                    // Counters know no cases that could be left out of them.
                    sql.push(if table.position("case_id").is_some() { "1 = 1" } else { "1 = 0" });
                } else {
                    sql.facts(alias, table, units, areas);
                }
                if self.counts_open_only() {
                    sql.open(alias, table);
                } else {
                    sql.seen_or_open(alias, table, holders, *clearance);
                }
            }
        }
    }
}

/// A statement in the making: its text, and its arguments after the caller's.
pub(crate) struct Statement {
    pub(crate) text: String,
    pub(crate) args: Vec<Value>,
}

impl Statement {
    pub(crate) fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    fn access(&mut self, alias: &str, holders: &[Value], clearance: i64) {
        self.push("(");
        self.one_of(alias, "holder", holders);
        self.push(" AND ");
        self.column(alias, "clearance");
        self.push(" <= ");
        self.argument(&Value::Int(clearance));
        self.push(")");
    }

    /// And the fact belongs to no secret case.
    fn open(&mut self, alias: &str, table: &Table) {
        if table.position("secret").is_some() {
            self.push(" AND ");
            self.column(alias, "secret");
            self.push(" = 0");
        } else if table.position("case_id").is_some() {
            self.push(" AND NOT EXISTS (");
            self.secret_case(alias);
            self.push(")");
        }
    }

    /// And the fact belongs to no secret case that stays unseen.
    fn seen_or_open(&mut self, alias: &str, table: &Table, holders: &[Value], clearance: i64) {
        if table.position("case_id").is_none() {
            return;
        }
        self.push(" AND NOT EXISTS (");
        self.secret_case(alias);
        self.push(" AND NOT EXISTS (SELECT 1 FROM case_access seen WHERE seen.case_id = hidden.case_id AND ");
        if holders.is_empty() {
            self.push("1 = 0");
        } else {
            self.access("seen", holders, clearance);
        }
        self.push("))");
    }

    /// The secret case to which a fact belongs.
    fn secret_case(&mut self, alias: &str) {
        self.push("SELECT 1 FROM fact_case hidden WHERE hidden.case_id = ");
        self.column(alias, "case_id");
        self.push(" AND hidden.secret = 1");
    }

    /// Facts of any of the units or areas, by whichever of their columns the table has.
    fn facts(&mut self, alias: &str, table: &Table, units: &[Value], areas: &[Value]) {
        let columns = UNIT_COLUMNS.iter().map(|column| (*column, units));
        let columns = columns.chain(AREA_COLUMNS.iter().map(|column| (*column, areas)));
        let mut before = "(";
        for (column, values) in columns {
            if values.is_empty() || table.position(column).is_none() {
                continue;
            }
            self.push(before);
            self.one_of(alias, column, values);
            before = " OR ";
        }
        self.push(if before == "(" { "1 = 0" } else { ")" });
    }

    fn one_of(&mut self, alias: &str, column: &str, values: &[Value]) {
        self.column(alias, column);
        if let [value] = values {
            self.push(" = ");
            return self.argument(value);
        }
        for (at, value) in values.iter().enumerate() {
            self.push(if at == 0 { " IN (" } else { ", " });
            self.argument(value);
        }
        self.push(")");
    }

    fn column(&mut self, alias: &str, column: &str) {
        self.push(alias);
        self.push(".");
        self.push(column);
    }

    /// A placeholder for the value; the same value has the same place.
    fn argument(&mut self, value: &Value) {
        let known = self.args.iter().position(|arg| arg == value);
        let at = known.unwrap_or_else(|| {
            self.args.push(value.clone());
            self.args.len() - 1
        });
        self.push(&format!("${}", at + 1));
    }
}
