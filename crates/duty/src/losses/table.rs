//! The national table (统计表): a row for each town, with the sums of its county and of the city.

use serde::{Deserialize, Serialize};
use yipan_base::directory::Directory;
use yipan_base::id::AreaId;

use super::form::{Figures, Group, form};
use super::state::Losses;
use super::totals::{Basis, Tally, totals};

/// A table ready to be printed: exact whole numbers in the smallest step of each column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = LossesTable))]
pub struct Table {
    pub basis: Basis,
    pub columns: Vec<Column>,
    /// The whole first, then each county, followed by its towns.
    pub rows: Vec<Row>,
}

/// A column: one field of the form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = LossesColumn))]
pub struct Column {
    pub code: String,
    pub zh: String,
    pub en: String,
    /// As printed …
    pub unit: String,
    /// … which is the figure divided by this.
    pub scale: i64,
    pub group: Group,
}

/// Which row it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = LossesRowKind))]
#[serde(rename_all = "snake_case")]
pub enum RowKind {
    /// 合计
    Whole,
    /// 小计
    County,
    Town,
}

/// A row: an area and its figures, one for each column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = LossesRow))]
pub struct Row {
    pub kind: RowKind,
    pub area: AreaId,
    pub name: String,
    /// Towns that were asked, and those whose figures are in the row.
    pub asked: u32,
    pub counted: u32,
    /// Empty cells, not noughts, where no town has spoken.
    pub figures: Vec<Option<i64>>,
}

/// The table of a collection.
#[must_use]
pub fn national_table(losses: &Losses, directory: &Directory, basis: Basis) -> Table {
    let totals = totals(losses, directory);
    let row = |kind, area: &AreaId, name: &str, tally: &Tally| row(kind, area, name, tally, basis);
    let mut rows = vec![row(RowKind::Whole, &totals.area, &totals.name, &totals.tally)];
    for county in &totals.counties {
        rows.push(row(RowKind::County, &county.area, &county.name, &county.tally));
        rows.extend(county.towns.iter().map(|town| row(RowKind::Town, &town.area, &town.name, &town.tally)));
    }
    let columns = form().fields.iter().map(|field| Column {
        code: field.code.clone(),
        zh: field.zh.clone(),
        en: field.en.clone(),
        unit: field.unit.clone(),
        scale: field.scale,
        group: field.group,
    });
    Table { basis, columns: columns.collect(), rows }
}

fn row(kind: RowKind, area: &AreaId, name: &str, tally: &Tally, basis: Basis) -> Row {
    let (sums, counted): (&Figures, u32) = match basis {
        Basis::Reported => (&tally.reported, tally.heard),
        Basis::Signed => (&tally.signed, tally.covered),
    };
    let cell = |code: &str| (counted > 0).then(|| sums.get(code).copied().unwrap_or(0));
    Row {
        kind,
        area: area.clone(),
        name: name.to_owned(),
        asked: tally.asked,
        counted,
        figures: form().fields.iter().map(|field| cell(&field.code)).collect(),
    }
}
