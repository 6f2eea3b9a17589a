//! Reads a query's text just far enough to know which case data it touches and where its scope
//! stands. A guard against forgetting the scope, not a parser of SQL.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::error::{StoreError, shortened};
use crate::scope::tokens::{Token, mentions, ties, tokens};
use crate::scope::{Scope, Statement};
use crate::table::Table;
use crate::tables;
use crate::value::Value;

/// A query, taken apart.
#[derive(Debug)]
pub(crate) struct Query {
    pieces: Vec<Piece>,
    /// The case tables it mentions, by alias.
    case_tables: Vec<(String, &'static Table)>,
    fault: Option<String>,
}

#[derive(Debug)]
enum Piece {
    Text(String),
    Marker(Marker),
}

/// Where the predicate of a scope stands.
#[derive(Debug)]
pub(crate) enum Marker {
    Scope {
        alias: String,
    },
    /// A column that names a case or a dossier, and the table that says who may see that.
    Visible {
        column: String,
        access: &'static Table,
    },
    Facts {
        alias: String,
        table: &'static Table,
    },
}

/// Queries that were read before: their texts are few, being written in the source.
#[derive(Default)]
pub(crate) struct Queries(Mutex<HashMap<Box<str>, Arc<Query>>>);

/// More texts than this come from somewhere that puts values into them.
const MOST: usize = 4_096;

impl Queries {
    pub(crate) fn read(&self, sql: &str) -> Arc<Query> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(query) = known.get(sql) {
            return query.clone();
        }
        if known.len() >= MOST {
            known.clear();
        }
        let query = Arc::new(Query::read(sql));
        known.insert(sql.into(), query.clone());
        query
    }
}

impl Query {
    /// The text of a query on the house itself, which touches no case data.
    pub(crate) fn house(&self, sql: &str) -> Result<(), StoreError> {
        let fault = match (self.case_tables.first(), self.pieces.len()) {
            (Some((_, table)), _) => format!("table {} tells of cases: ask with a scope", table.name),
            (None, 2..) => "a marker of a scope stands in a query that has none".to_owned(),
            _ => return Ok(()),
        };
        Err(StoreError::Scope { sql: shortened(sql), fault })
    }

    /// The query as it reads in a scope, with the scope's arguments after the caller's.
    pub(crate) fn scoped(&self, sql: &str, scope: &Scope, args: &[Value]) -> Result<Statement, StoreError> {
        if let Some(fault) = &self.fault {
            return Err(StoreError::Scope { sql: shortened(sql), fault: fault.clone() });
        }
        let mut statement = Statement { text: String::with_capacity(sql.len() + 128), args: args.to_vec() };
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => statement.push(text),
                Piece::Marker(marker) => scope.predicate(marker, &mut statement),
            }
        }
        Ok(statement)
    }

    fn read(sql: &str) -> Self {
        let tokens = tokens(sql);
        let mentions = mentions(&tokens);
        let mut pieces = vec![Piece::Text(String::new())];
        let (mut covered, mut fault) = (Vec::new(), None);
        let mut from = 0;
        for token in &tokens {
            let Token::Marker { text, start, end } = token else { continue };
            match marker(text, &mentions) {
                Ok((found, alias)) => {
                    pieces.push(Piece::Text(sql[from..*start].to_owned()));
                    pieces.push(Piece::Marker(found));
                    covered.push(alias);
                }
                Err(text) => fault = Some(text),
            }
            from = *end;
        }
        pieces.push(Piece::Text(sql[from..].to_owned()));
        pieces.retain(|piece| !matches!(piece, Piece::Text(text) if text.is_empty()));
        let fault = fault.or_else(|| mixed(&mentions)).or_else(|| uncovered(&tokens, &mentions, covered));
        let case_tables = mentions.into_iter().filter(|(_, table)| table.case_data).collect();
        Self { pieces, case_tables, fault }
    }
}

/// What a marker says, and the alias that it covers.
fn marker(text: &str, mentions: &[(String, &'static Table)]) -> Result<(Marker, String), String> {
    let table_of = |alias: &str| {
        let found = mentions.iter().find(|(name, _)| name == alias).map(|(_, table)| *table);
        found.ok_or_else(|| format!("the marker {{{text}}} names no table of the query"))
    };
    match text.split_once(':') {
        Some(("scope", alias)) => {
            let table = table_of(alias)?;
            if ![&tables::CASE_ACCESS, &tables::DOSSIER_ACCESS].iter().any(|t| std::ptr::eq(*t, table)) {
                return Err(format!(
                    "the marker {{{text}}} must name case_access or dossier_access; else use {{visible:alias.column}}"
                ));
            }
            Ok((Marker::Scope { alias: alias.to_owned() }, alias.to_owned()))
        }
        Some((what @ ("visible" | "dossier"), column)) => {
            let (alias, name) = column.split_once('.').unwrap_or((column, ""));
            let table = mentions.iter().find(|(known, _)| known == alias).map(|(_, table)| *table);
            if name.is_empty() || table.is_some_and(|table| table.position(name).is_none()) {
                return Err(format!("the marker {{{text}}} must name a column, as {{visible:c.case_id}}"));
            }
            if !column.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.')) {
                return Err(format!("the marker {{{text}}} names no column"));
            }
            let access = if what == "visible" { &tables::CASE_ACCESS } else { &tables::DOSSIER_ACCESS };
            Ok((Marker::Visible { column: column.to_owned(), access }, alias.to_owned()))
        }
        Some(("facts", alias)) => {
            let table = table_of(alias)?;
            if !table.name.starts_with("fact_") && !table.name.starts_with("rollup_") {
                return Err(format!("the marker {{{text}}} must name a table of facts"));
            }
            Ok((Marker::Facts { alias: alias.to_owned(), table }, alias.to_owned()))
        }
        _ => Err(format!(
            "{{{text}}} is no marker: write {{scope:a}}, {{visible:c.id}}, {{dossier:d.id}} or {{facts:f}}"
        )),
    }
}

/// Cases and dossiers are seen by different people: one query reads of one of them, so that no join can
/// lend the sight of the other.
fn mixed(mentions: &[(String, &'static Table)]) -> Option<String> {
    let guarded = || mentions.iter().map(|(_, table)| *table).filter(|table| table.case_data);
    let of_dossiers = |table: &&Table| table.name.starts_with("dossier");
    (guarded().any(|table| of_dossiers(&table)) && !guarded().all(|table| of_dossiers(&table)))
        .then(|| "cases and dossiers stand in one query: ask two".to_owned())
}

/// Says which case table stands outside the scope, if one does: every one must carry a marker or be
/// tied, by `a.x = b.y` or `a.x IN (SELECT …`, to something that does.
fn uncovered(
    tokens: &[Token<'_>],
    mentions: &[(String, &'static Table)],
    mut covered: Vec<String>,
) -> Option<String> {
    if covered.is_empty() {
        return Some("the query carries no marker of its scope, such as {scope:a}".to_owned());
    }
    for (at, (alias, table)) in mentions.iter().enumerate() {
        if table.case_data && mentions[..at].iter().any(|(other, _)| other == alias) {
            return Some(format!("two tables are called `{alias}`: give each an alias of its own"));
        }
    }
    let is_table = |alias: &str| mentions.iter().any(|(known, _)| known == alias);
    let ties = ties(tokens);
    loop {
        let before = covered.len();
        for (left, right) in &ties {
            let safe = |side: &String, covered: &[String]| covered.contains(side) || !is_table(side);
            if safe(left, &covered) && !covered.contains(right) {
                covered.push(right.clone());
            }
            if safe(right, &covered) && !covered.contains(left) {
                covered.push(left.clone());
            }
        }
        if covered.len() == before {
            break;
        }
    }
    let bare = mentions.iter().find(|(alias, table)| table.case_data && !covered.contains(alias));
    bare.map(|(alias, table)| {
        format!(
            "table {} (`{alias}`) stands outside the scope: mark it, or join it by `=` to what is marked",
            table.name
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(sql: &str, scope: &Scope, args: &[Value]) -> Result<(String, usize), String> {
        let statement = Query::read(sql).scoped(sql, scope, args);
        statement.map(|s| (s.text, s.args.len())).map_err(|fault| fault.to_string())
    }

    fn town() -> Scope {
        Scope::staff(vec!["u:town".to_owned(), "a:north".to_owned()], 1)
    }

    #[test]
    fn markers_become_predicates() {
        let sql = "SELECT a.case_id FROM case_access a WHERE {scope:a} AND a.stage = $1";
        assert_eq!(
            text(sql, &town(), &["x".into()]).unwrap(),
            (
                "SELECT a.case_id FROM case_access a \
                 WHERE (a.holder IN ($2, $3) AND a.clearance <= $4) AND a.stage = $1"
                    .to_owned(),
                4
            )
        );
        assert_eq!(
            text(sql, &Scope::system("test"), &["x".into()]).unwrap().0,
            sql.replace("{scope:a}", "1 = 1")
        );
        let nobody = Scope::staff(Vec::new(), 9);
        assert_eq!(text(sql, &nobody, &[]).unwrap().0, sql.replace("{scope:a}", "1 = 0"));

        let one = Scope::staff(vec!["u:town".to_owned()], 0);
        let sql = "SELECT c.number FROM case_file AS c WHERE {visible:c.id}";
        assert_eq!(
            text(sql, &one, &[]).unwrap().0,
            "SELECT c.number FROM case_file AS c WHERE EXISTS (SELECT 1 FROM case_access seen \
             WHERE seen.case_id = c.id AND (seen.holder = $1 AND seen.clearance <= $2))"
        );
    }

    #[test]
    fn dossiers_have_readers_of_their_own() {
        let one = Scope::staff(vec!["u:town".to_owned()], 0);
        let sql = "SELECT d.state FROM dossier d WHERE {dossier:d.id}";
        assert_eq!(
            text(sql, &one, &[]).unwrap().0,
            "SELECT d.state FROM dossier d WHERE EXISTS (SELECT 1 FROM dossier_access seen \
             WHERE seen.dossier_id = d.id AND (seen.holder = $1 AND seen.clearance <= $2))"
        );
        let sql = "SELECT a.dossier_id FROM dossier_access a WHERE {scope:a}";
        assert_eq!(
            text(sql, &one, &[]).unwrap().0,
            "SELECT a.dossier_id FROM dossier_access a WHERE (a.holder = $1 AND a.clearance <= $2)"
        );
        assert!(text("SELECT d.state FROM dossier d", &one, &[]).is_err());
        let lent = "SELECT c.state FROM dossier d JOIN case_file c ON c.id = d.id WHERE {dossier:d.id}";
        assert!(text(lent, &one, &[]).unwrap_err().contains("ask two"));
    }

    #[test]
    fn facts_are_counted_by_the_columns_that_the_table_has() {
        let of = |sql: &str, scope: &Scope| text(sql, scope, &[]).unwrap().0;
        let holding = "SELECT COUNT(*) FROM fact_holding h WHERE {facts:h}";
        let (part, open) = (
            "(h.unit = $1 OR h.county = $2 OR h.town = $2)",
            "AND NOT EXISTS (SELECT 1 FROM fact_case hidden WHERE hidden.case_id = h.case_id \
             AND hidden.secret = 1",
        );
        let counting = |predicate: &str| holding.replace("{facts:h}", predicate);
        assert_eq!(of(holding, &town()), counting(&format!("{part} {open})")));
        assert_eq!(of(holding, &town().citywide()), counting("1 = 1"));
        assert_eq!(of(holding, &town().citywide().counting_open()), counting(&format!("1 = 1 {open})")));
        let cleared = Scope::staff(vec!["u:town".to_owned(), "a:north".to_owned()], 2);
        let seen = "AND NOT EXISTS (SELECT 1 FROM case_access seen \
             WHERE seen.case_id = hidden.case_id AND (seen.holder IN ($3, $4) AND seen.clearance <= $5)))";
        assert_eq!(of(holding, &cleared.clone().counting_open()), counting(&format!("{part} {open} {seen}")));
        assert_eq!(of(holding, &cleared.citywide().counting_open()), counting("1 = 1"));
        let case = "SELECT COUNT(*) FROM fact_case WHERE {facts:fact_case}";
        assert!(
            of(case, &town()).ends_with(
                "WHERE (fact_case.main_unit = $1 OR fact_case.centre = $1 \
                 OR fact_case.county = $2 OR fact_case.town = $2) AND fact_case.secret = 0"
            ),
            "{}",
            of(case, &town())
        );
        let seen = |scope: Scope| {
            let sql = "SELECT c.state FROM case_file c WHERE {visible:c.id}";
            Query::read(sql).scoped(sql, &scope, &[]).unwrap().args.pop()
        };
        assert_eq!(seen(town()), Some(Value::Int(1)));
        assert_eq!(seen(town().seeing_open()), Some(Value::Int(0)));
        assert_eq!(seen(Scope::staff(vec!["u:town".to_owned()], 2).seeing_open()), Some(Value::Int(2)));
        let day = "SELECT 1 FROM rollup_day d WHERE {facts:d}";
        assert!(of(day, &town().counting(["dept".to_owned()])).ends_with("(d.unit IN ($1, $2))"));
        assert!(of(day, &Scope::staff(vec!["a:north".to_owned()], 0)).ends_with("WHERE 1 = 0"));
        assert!(of(day, &town().citywide()).ends_with("WHERE 1 = 1"));
        assert!(of(day, &town().citywide().counting_open()).ends_with("WHERE 1 = 0"));
    }

    #[test]
    fn what_stands_outside_the_scope_is_refused() {
        for (sql, words) in [
            ("SELECT * FROM case_file c", "no marker"),
            ("SELECT * FROM case_file c, case_access a WHERE {scope:a}", "case_file (`c`) stands outside"),
            (
                "SELECT * FROM case_access a JOIN case_event e ON e.at = $1 WHERE {scope:a}",
                "case_event (`e`) stands outside",
            ),
            ("SELECT * FROM case_file c WHERE {scope:c}", "must name case_access"),
            ("SELECT * FROM case_file c WHERE {visible:c}", "must name a column"),
            ("SELECT * FROM case_file c WHERE {visible:c.name}", "must name a column"),
            ("SELECT * FROM case_access a WHERE {facts:a}", "table of facts"),
            ("SELECT * FROM case_access a WHERE {scope:b}", "names no table"),
            ("SELECT * FROM case_access a WHERE {all}", "is no marker"),
            (
                "SELECT * FROM case_access a JOIN case_access a ON a.case_id = a.case_id WHERE {scope:a}",
                "two tables are called `a`",
            ),
        ] {
            let fault = text(sql, &town(), &[]).unwrap_err();
            assert!(fault.contains(words), "{sql}\n{fault}");
        }
    }

    #[test]
    fn what_is_joined_to_the_scope_is_inside() {
        for sql in [
            "SELECT c.state FROM case_access a JOIN case_file c ON c.id = a.case_id WHERE {scope:a}",
            "SELECT p.id FROM person p JOIN case_person cp ON cp.person_id = p.id WHERE {visible:cp.case_id}",
            "WITH mine AS (SELECT a.case_id FROM case_access a WHERE {scope:a}) \
             SELECT c.state FROM mine m JOIN case_file c ON c.id = m.case_id",
            "SELECT c.state FROM case_file c WHERE c.id IN \
             (SELECT a.case_id FROM case_access a WHERE {scope:a})",
        ] {
            text(sql, &town(), &[]).unwrap();
        }
    }

    #[test]
    fn the_house_is_read_without_a_scope_and_cases_are_not() {
        let house = |sql: &str| Query::read(sql).house(sql).map_err(|fault| fault.to_string());
        house("SELECT body FROM unit WHERE id = 'case_file {scope:a}' -- case_file").unwrap();
        house("SELECT kind, case_id FROM timer WHERE due_at <= $1").unwrap();
        for sql in [
            "SELECT 1 FROM case_file",
            "SELECT 1 FROM \"Case_File\" c",
            "SELECT 1 FROM unit WHERE EXISTS (SELECT 1 FROM rollup_day)",
            "SELECT 1 FROM unit,person",
        ] {
            assert!(house(sql).unwrap_err().contains("ask with a scope"), "{sql}");
        }
    }
}
