//! Counting the day in which the as-of time lies, of which some is due and some is not yet.
//!
//! The roll-up says what there would be if everything in the day were due, or nothing. For the
//! smaller part of the day that is wrong; a scan of that part counts it both ways, and what the
//! roll-up took it for is taken off again.

use std::collections::BTreeSet;
use std::fmt::Write;

use yipan_base::refusal::Refusal;
use yipan_base::time::{Timestamp, day_to_date};
use yipan_casework::kpi::{Definition, Period, Query};
use yipan_casework::project::Counter;
use yipan_store::{Moment, Scope};

use crate::facts::{self, Groups};
use crate::rollup;
use crate::sql::Sql;

/// A part of the day.
struct Part {
    period: Period,
    due: bool,
}

impl Part {
    /// The shorter of the part that is due and the one that is not.
    fn of(day: i64, as_of: Timestamp) -> Self {
        let midnight = |day| Timestamp::midnight(day_to_date(day));
        let (from, to, after) = (midnight(day), midnight(day + 1), as_of.plus(1));
        if after.since(from) <= to.since(after) {
            Self { period: Period { from, to: after }, due: true }
        } else {
            Self { period: Period { from: after, to }, due: false }
        }
    }
}

/// What definitions that are alike count in the day, by the keys of the cut, in their order.
pub(crate) async fn count(
    moment: &mut Moment<'_>,
    scope: &Scope,
    definitions: &[&Definition],
    query: &Query,
    day: i64,
) -> Result<Vec<Groups>, Refusal> {
    let part = Part::of(day, query.as_of);
    let scanned = Query { period: part.period, ..query.clone() };
    let both = [part.due, !part.due];
    let turned: Vec<Definition> =
        both.iter().flat_map(|due| definitions.iter().map(|definition| definition.as_if(*due))).collect();
    let turned: Vec<&Definition> = turned.iter().collect();

    // One statement sees one moment: nothing is taken off that was not added.
    let counters = rollup::counters(definitions, query);
    let mut sql = Sql::new(definitions[0], query);
    select(&mut sql, &counters, &facts::columns(&turned, query), false);
    rollup::adding(&mut sql, &(day..day + 1), &counters);
    sql.push(") s UNION ALL ");
    select(&mut sql, &counters, &facts::columns(&turned, query), true);
    sql.query = &scanned;
    facts::counting(&mut sql, &turned);
    sql.push(") s");

    let mut told = vec![Groups::new(); definitions.len()];
    let mut found = vec![Groups::new(); turned.len()];
    for record in moment.cases(scope, &sql.text, &sql.args).await? {
        if record.flag("scanned")? {
            facts::take(&record, &turned, query, &mut found)?;
        } else {
            rollup::take(&record, definitions, query, &counters, !part.due, &mut told)?;
        }
    }
    let (right, wrong) = found.split_at(definitions.len());
    for ((told, right), wrong) in told.iter_mut().zip(right).zip(wrong) {
        for (key, counted) in told {
            right.get(key).into_iter().for_each(|right| counted.add(right));
            wrong.get(key).into_iter().for_each(|wrong| counted.take_off(wrong));
        }
    }
    Ok(told)
}

/// `SELECT … FROM (` with the columns of the roll-up and those of the scan; what the one does not have
/// is 0.
fn select(sql: &mut Sql<'_>, of_day: &BTreeSet<Counter>, of_part: &[String], scanned: bool) {
    let _ = write!(sql.text, "SELECT {} AS scanned, s.grp AS grp", u8::from(scanned));
    let of_day = of_day.iter().map(|counter| (counter.name(), !scanned));
    let of_part = of_part.iter().map(|name| (name.as_str(), scanned));
    for (name, has) in of_day.chain(of_part) {
        let _ = write!(sql.text, ", {}{name}", if has { "s." } else { "0 AS " });
    }
    sql.push(" FROM (");
}

#[cfg(test)]
mod tests {
    use yipan_base::time::HOUR;

    use super::*;

    #[test]
    fn the_shorter_part_of_the_day_is_scanned() {
        let midnight: Timestamp = "2021-11-22".parse().unwrap();
        let part = |as_of: Timestamp| {
            let part = Part::of(midnight.day(), as_of);
            (part.due, part.period.from.since(midnight), part.period.to.since(midnight))
        };
        assert_eq!(part(midnight), (true, 0, 1));
        assert_eq!(part(midnight.plus(9 * HOUR)), (true, 0, 9 * HOUR + 1));
        assert_eq!(part(midnight.plus(12 * HOUR)), (false, 12 * HOUR + 1, 24 * HOUR));
        assert_eq!(part(midnight.plus(24 * HOUR - 2)), (false, 24 * HOUR - 1, 24 * HOUR));
    }
}
