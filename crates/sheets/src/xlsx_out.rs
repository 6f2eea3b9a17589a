//! Tables as sheets of an XLSX book.

use std::io::Write;

use rust_xlsxwriter::{
    Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};
use yipan_base::time::{DAY, HOUR, SECOND, Timestamp};

use crate::number::timestamp_text;
use crate::table::{Cell, Column, Kind, Table, TableFault};

/// Excel's limits for one sheet and one cell.
const ROWS: usize = 1_048_576;
const COLUMNS: usize = 16_384;
const CHARACTERS: usize = 32_767;
/// Whole numbers beyond this are written as text: Excel keeps 15 digits.
const EXACT: u64 = 999_999_999_999_999;
/// Rows that decide how wide a column is.
const SAMPLE: usize = 200;

/// Writes a book of named sheets. Text is never a formula, numbers and times are typed, the header
/// stays in view. The same tables and `created` give the same bytes.
pub fn write_xlsx(
    out: impl Write + Send,
    created: Timestamp,
    sheets: &[(&str, &Table)],
) -> Result<(), TableFault> {
    let mut book = Workbook::new();
    let at = ExcelDateTime::from_timestamp(created.as_micros().div_euclid(SECOND)).map_err(fault)?;
    book.set_properties(&DocProperties::new().set_creation_datetime(&at));
    let formats = Formats::new();
    let mut names = std::collections::HashSet::new();
    for (name, table) in sheets {
        let name = (*name).to_owned();
        if !names.insert(name.to_lowercase()) {
            return Err(TableFault::SheetName { name });
        }
        if table.rows.len() >= ROWS || table.columns.len() > COLUMNS {
            return Err(TableFault::SheetTooLarge { sheet: name });
        }
        let sheet = book.add_worksheet();
        sheet.set_name(&name).map_err(|_| TableFault::SheetName { name: name.clone() })?;
        fill(sheet, &name, table, &formats)?;
    }
    book.save_to_writer(out).map_err(fault)
}

struct Formats {
    header: Format,
    integer: Format,
    plain: Format,
    percent: Format,
    date_time: Format,
}

impl Formats {
    fn new() -> Self {
        Self {
            header: Format::new()
                .set_bold()
                .set_align(FormatAlign::Center)
                .set_background_color(Color::RGB(0xDDE7F3))
                .set_border_bottom(FormatBorder::Thin),
            integer: Format::new().set_num_format("0"),
            plain: Format::new(),
            percent: Format::new().set_num_format("0.00%"),
            date_time: Format::new().set_num_format("yyyy-mm-dd hh:mm:ss"),
        }
    }

    fn of(&self, kind: Kind) -> &Format {
        match kind {
            Kind::Text | Kind::Real => &self.plain,
            Kind::Integer => &self.integer,
            Kind::Percent => &self.percent,
            Kind::DateTime => &self.date_time,
        }
    }
}

fn fill(sheet: &mut Worksheet, name: &str, table: &Table, formats: &Formats) -> Result<(), TableFault> {
    for (index, column) in (0_u16..).zip(&table.columns) {
        let too_long = |error| text_fault(error, name, 0, index);
        sheet.write_string_with_format(0, index, &column.title, &formats.header).map_err(too_long)?;
        sheet.set_column_width(index, width(column, usize::from(index), &table.rows)).map_err(fault)?;
    }
    sheet.set_freeze_panes(1, 0).map_err(fault)?;
    for (number, row) in (1_u32..).zip(&table.rows) {
        if row.len() != table.columns.len() {
            return Err(TableFault::RowWidth {
                row: number as usize,
                expected: table.columns.len(),
                found: row.len(),
            });
        }
        for ((index, column), cell) in (0_u16..).zip(&table.columns).zip(row) {
            write_cell(sheet, (number, index), cell, formats.of(column.kind), formats)
                .map_err(|error| text_fault(error, name, number, index))?;
        }
    }
    Ok(())
}

fn write_cell(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    cell: &Cell,
    format: &Format,
    formats: &Formats,
) -> Result<(), XlsxError> {
    match cell {
        Cell::Empty => {}
        Cell::Text(text) => {
            sheet.write_string(row, column, text)?;
        }
        Cell::Integer(value) if value.unsigned_abs() > EXACT => {
            sheet.write_string(row, column, value.to_string())?;
        }
        Cell::Integer(value) => {
            sheet.write_number_with_format(row, column, *value as f64, format)?;
        }
        Cell::Real(value) if value.is_finite() => {
            sheet.write_number_with_format(row, column, *value, format)?;
        }
        Cell::Real(_) => {}
        Cell::DateTime(at) => match serial(*at) {
            Some(days) => {
                sheet.write_number_with_format(row, column, days, &formats.date_time)?;
            }
            None => {
                sheet.write_string(row, column, timestamp_text(*at))?;
            }
        },
    }
    Ok(())
}

/// Days since 1899-12-30 on Shanghai's clocks; `None` outside 1900-03-01 to 9999-12-31, where
/// spreadsheets count otherwise or not at all.
fn serial(at: Timestamp) -> Option<f64> {
    const EPOCH: i64 = 25_569;
    let local = at.as_micros().checked_add(8 * HOUR)?.div_euclid(SECOND) * SECOND;
    let days = local as f64 / DAY as f64 + EPOCH as f64;
    (61.0..2_958_466.0).contains(&days).then_some(days)
}

/// The width of a column in characters: that of its longest text among the first rows, within bounds.
fn width(column: &Column, index: usize, rows: &[Vec<Cell>]) -> f64 {
    let shown = |cell: &Cell| match cell {
        Cell::Text(text) => shown_width(text),
        Cell::Integer(value) => value.to_string().len(),
        Cell::Real(_) => 10,
        Cell::DateTime(_) => 19,
        Cell::Empty => 0,
    };
    let longest = rows.iter().take(SAMPLE).filter_map(|row| row.get(index)).map(shown).max().unwrap_or(0);
    longest.max(shown_width(&column.title)).clamp(6, 60) as f64 + 2.0
}

/// How wide the first line of a text is shown: two for each wide character.
fn shown_width(text: &str) -> usize {
    text.lines().next().unwrap_or("").chars().map(|c| if c < '\u{1100}' { 1 } else { 2 }).sum()
}

fn text_fault(error: XlsxError, sheet: &str, row: u32, column: u16) -> TableFault {
    match error {
        XlsxError::MaxStringLengthExceeded => TableFault::TextTooLong {
            sheet: sheet.to_owned(),
            row: row as usize,
            column: usize::from(column) + 1,
            limit: CHARACTERS,
        },
        other => fault(other),
    }
}

fn fault(error: XlsxError) -> TableFault {
    match error {
        XlsxError::IoError(error) => TableFault::Io(error),
        XlsxError::ZipError(zip::result::ZipError::Io(error)) => TableFault::Io(error),
        other => TableFault::Xlsx(other.to_string()),
    }
}
