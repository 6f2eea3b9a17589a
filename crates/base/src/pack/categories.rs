//! `categories.csv`: the tree of categories. An empty cell takes the parent's value.

use std::collections::{BTreeMap, BTreeSet};

use super::PackFault;
use super::folder::{Folder, Row};
use crate::category::Category;

const FILE: &str = "categories.csv";
/// Levels of the tree (大类、小类、细类): a deeper one is never counted or routed on its own.
const DEEPEST: usize = 3;
const COLUMNS: &[&str] = &["id", "zh", "en", "line", "duty_list", "complexity", "utilities", "safety"];

pub(super) fn read(folder: &mut Folder<'_, '_>, lines: &BTreeSet<&str>) -> Vec<Category> {
    let mut seen = BTreeSet::new();
    let mut known = BTreeMap::<String, Category>::new();
    let rows = folder.table(FILE, COLUMNS, |row| {
        let id = row.key("id", &mut seen)?;
        let parent = match id.rsplit_once('.') {
            None => None,
            Some((parent, _)) => {
                let found = known.get(parent);
                row.check("id", parent, found.is_some(), "a category of an earlier line")?;
                found
            }
        };
        if id.split('.').count() > DEEPEST {
            return Err(row.fault("id", format!("`{id}` has more than {DEEPEST} levels; place it higher")));
        }
        let category = category(row, id, parent)?;
        row.check(
            "line",
            &category.line,
            lines.contains(category.line.as_str()),
            "a line of departments.csv",
        )?;
        known.insert(id.to_owned(), category.clone());
        Ok(category)
    });
    rows.into_iter().map(|(_, category)| category).collect()
}

fn category(row: &Row<'_>, id: &str, parent: Option<&Category>) -> Result<Category, PackFault> {
    Ok(Category {
        id: id.into(),
        parent: parent.map(|p| p.id.clone()),
        zh: row.text("zh")?.into(),
        en: row.text("en")?.into(),
        line: match (row.optional("line"), parent) {
            (None, Some(parent)) => parent.line.clone(),
            _ => row.text("line")?.into(),
        },
        duty_list: flag(row, "duty_list", parent.map(|p| p.duty_list))?,
        complexity: match (row.optional("complexity"), parent) {
            (None, Some(parent)) => parent.complexity,
            _ => row.word("complexity")?,
        },
        utilities: flag(row, "utilities", parent.map(|p| p.utilities))?,
        safety: flag(row, "safety", parent.map(|p| p.safety))?,
    })
}

fn flag(row: &Row<'_>, column: &'static str, parent: Option<bool>) -> Result<bool, PackFault> {
    match (row.optional(column), parent) {
        (Some("yes"), _) => Ok(true),
        (Some("no"), _) => Ok(false),
        (None, Some(inherited)) => Ok(inherited),
        (None, None) => row.text(column).map(|_| false),
        (Some(other), _) => {
            Err(row.fault(column, format!("`{other}` is neither yes nor no; write one of them")))
        }
    }
}
