//! `catalogue.csv`: the dispatch catalogue (派单目录), which says who handles which category.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::folder::Folder;
use crate::category::Category;
use crate::directory::{AreaLevel, Directory, UnitKind};
use crate::id::{CategoryId, RuleId};

const FILE: &str = "catalogue.csv";
const COLUMNS: &[&str] = &["id", "category", "level", "line", "copies"];

/// An entry of the dispatch catalogue (派单目录). It holds for the category and for everything
/// below it that has no entry of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CatalogueEntry {
    pub id: RuleId,
    pub category: CategoryId,
    /// The level of the unit that handles, around the place of the appeal.
    pub level: AreaLevel,
    /// The line of the department that handles; `None`: the government of that level.
    pub line: Option<String>,
    /// The lines whose departments read along (抄送).
    pub copies: Vec<String>,
}

pub(super) fn read(
    folder: &mut Folder<'_, '_>,
    lines: &BTreeSet<&str>,
    categories: &[Category],
    directory: &Directory,
) -> Vec<CatalogueEntry> {
    let categories: BTreeSet<&str> = categories.iter().map(|c| c.id.as_str()).collect();
    let handlers: BTreeSet<(AreaLevel, Option<&str>)> = directory
        .units()
        .filter(|unit| matches!(unit.kind, UnitKind::Department | UnitKind::Government))
        .filter_map(|unit| Some((directory.level_of(&unit.id)?, unit.line.as_deref())))
        .collect();
    let mut seen = BTreeSet::new();
    let rows = folder.table(FILE, COLUMNS, |row| {
        let (category, level, line) = (row.text("category")?, row.word("level")?, row.optional("line"));
        row.check("category", category, categories.contains(category), "a category of categories.csv")?;
        if !handlers.contains(&(level, line)) {
            let who = line.unwrap_or("government");
            return Err(row
                .fault("level", format!("no area of this level has a `{who}` unit; correct level or line")));
        }
        for copy in row.list("copies") {
            row.check("copies", copy, lines.contains(copy), "a line of departments.csv")?;
        }
        Ok(CatalogueEntry {
            id: row.key("id", &mut seen)?.into(),
            category: category.into(),
            level,
            line: line.map(Into::into),
            copies: row.list("copies").map(Into::into).collect(),
        })
    });
    rows.into_iter().map(|(_, entry)| entry).collect()
}
