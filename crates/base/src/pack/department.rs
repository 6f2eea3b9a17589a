//! `departments.csv`: the lines of duty (条线) and how their departments are called.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::folder::Folder;

const FILE: &str = "departments.csv";
const COLUMNS: &[&str] = &["line", "group", "en", "city"];

/// A line of duty (条线) and the department that leads it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Department {
    /// The code that units and categories name, such as `housing`.
    pub line: String,
    /// The field it belongs to, such as `construction`; its city department's peers.
    pub group: String,
    /// The city department's name without the city's.
    pub zh: String,
    pub en: String,
}

pub(super) fn read(folder: &mut Folder<'_, '_>) -> Vec<Department> {
    let mut seen = BTreeSet::new();
    let rows = folder.table(FILE, COLUMNS, |row| {
        Ok(Department {
            line: row.key("line", &mut seen)?.into(),
            group: row.text("group")?.into(),
            zh: row.text("city")?.into(),
            en: row.text("en")?.into(),
        })
    });
    rows.into_iter().map(|(_, department)| department).collect()
}
