//! The first rows of a table as they would be read, for a person to look at before anything happens.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use yipan_base::id::AreaId;
use yipan_base::identity::mask_name;
use yipan_base::refusal::Refusal;
use yipan_platform::{NewAppeal, Prepared};
use yipan_sheets::Row;
use yipan_text::mask::mask;

use super::field::Field;
use super::outcome::point_at_row;
use super::reading::Reading;

/// How much of a cell is shown, in characters.
const SHOWN: usize = 40;

/// A row as it would be read (预览行). Personal data is masked and long texts are cut.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviewRow {
    pub line: u64,
    /// The mapped cells that are not blank, by [`Field`] name.
    pub fields: BTreeMap<String, String>,
    /// Where the matter lies, as given or recognised.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area: Option<AreaId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refusal: Option<Refusal>,
}

impl PreviewRow {
    pub(super) fn refused(line: u64, refusal: Refusal) -> Self {
        let refusal = Some(point_at_row(refusal, line));
        Self { line, fields: BTreeMap::new(), area: None, refusal }
    }

    pub(super) fn of(
        row: &Row,
        reading: &Reading<'_>,
        prepare: impl Fn(NewAppeal) -> Result<Prepared, Refusal>,
    ) -> Self {
        let fields = Field::REQUIRED
            .into_iter()
            .chain(Field::OPTIONAL)
            .filter_map(|field| Some((field.name().to_owned(), shown(field, reading.cell(field, row)?))))
            .collect();
        let (area, refusal) = match reading.appeal(row).and_then(prepare) {
            Ok(prepared) => (prepared.area().cloned(), None),
            Err(refusal) => (None, Some(point_at_row(refusal, row.number))),
        };
        Self { line: row.number, fields, area, refusal }
    }
}

fn shown(field: Field, cell: &str) -> String {
    if field == Field::Caller {
        return mask_name(cell);
    }
    // Cut after masking, or half a number would pass; but not all of a megabyte is searched for it.
    let head: String = cell.chars().take(8 * SHOWN).collect();
    let masked = mask(&head);
    let mut rest = masked.chars().map(|c| if c.is_control() { ' ' } else { c });
    let mut shown: String = rest.by_ref().take(SHOWN).collect();
    if rest.next().is_some() {
        shown.push('…');
    }
    shown
}
