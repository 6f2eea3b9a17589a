//! Tables as CSV: UTF-8, CRLF, quotation marks where they are needed (RFC 4180).

use std::borrow::Cow;
use std::io::{self, Write};

use crate::number::timestamp_text;
use crate::table::{Cell, Column, Table, TableFault};

/// Whether a CSV file begins with the byte order mark by which Excel knows UTF-8.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    Bom,
    None,
}

/// Writes a whole table.
pub fn write_csv(out: impl Write, table: &Table, mark: Mark) -> Result<(), TableFault> {
    let mut csv = CsvTable::new(out, &table.columns, mark)?;
    for row in &table.rows {
        csv.row(row)?;
    }
    csv.finish()?;
    Ok(())
}

/// A CSV file that is written row by row, for tables that need not fit into memory.
pub struct CsvTable<W: Write> {
    csv: csv::Writer<W>,
    width: usize,
    rows: usize,
}

impl<W: Write> CsvTable<W> {
    /// Writes the header.
    pub fn new(mut out: W, columns: &[Column], mark: Mark) -> Result<Self, TableFault> {
        if mark == Mark::Bom {
            out.write_all("\u{feff}".as_bytes())?;
        }
        let mut csv = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(out);
        csv.write_record(columns.iter().map(|column| neutralised(&column.title).into_owned()))
            .map_err(io::Error::from)?;
        Ok(Self { csv, width: columns.len(), rows: 0 })
    }

    /// Writes a row. Shares are written as fractions, times as `YYYY-MM-DD HH:MM:SS` of Shanghai.
    pub fn row(&mut self, cells: &[Cell]) -> Result<(), TableFault> {
        self.rows += 1;
        if cells.len() != self.width {
            return Err(TableFault::RowWidth { row: self.rows, expected: self.width, found: cells.len() });
        }
        for cell in cells {
            self.csv.write_field(&*cell_text(cell)).map_err(io::Error::from)?;
        }
        self.csv.write_record(None::<&[u8]>).map_err(io::Error::from)?;
        Ok(())
    }

    /// Writes what is still held back and returns the writer.
    pub fn finish(self) -> Result<W, TableFault> {
        self.csv.into_inner().map_err(|e| TableFault::Io(e.into_error()))
    }
}

fn cell_text(cell: &Cell) -> Cow<'_, str> {
    match cell {
        Cell::Empty => Cow::Borrowed(""),
        Cell::Text(text) => neutralised(text),
        Cell::Integer(value) => value.to_string().into(),
        Cell::Real(value) if value.is_finite() => value.to_string().into(),
        Cell::Real(_) => Cow::Borrowed(""),
        Cell::DateTime(at) => timestamp_text(*at).into(),
    }
}

/// A text that a spreadsheet will not take for a formula: one that begins like a formula gets an
/// apostrophe before it. The full-width signs count, because East Asian spreadsheets take them too.
#[must_use]
pub fn neutralised(text: &str) -> Cow<'_, str> {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Kind;

    fn written(rows: Vec<Vec<Cell>>) -> Result<String, TableFault> {
        let columns = ["编号", "=标题"].map(|title| Column::new(title, Kind::Text)).to_vec();
        let mut out = Vec::new();
        write_csv(&mut out, &Table { columns, rows }, Mark::Bom)?;
        Ok(String::from_utf8(out).unwrap())
    }

    #[test]
    fn text_never_becomes_a_formula_and_numbers_stay_numbers() {
        let at = "2021-05-01T08:30:00+08:00".parse().unwrap();
        let rows = vec![
            vec!["=1+1".into(), "@x,\"y\"".into()],
            vec![Cell::Integer(-5), Cell::Real(-0.85)],
            vec![Cell::DateTime(at), Cell::Real(f64::NAN)],
            vec!["－１".into(), "a=b".into()],
        ];
        assert_eq!(
            written(rows).unwrap(),
            "\u{feff}编号,'=标题\r\n'=1+1,\"'@x,\"\"y\"\"\"\r\n-5,-0.85\r\n2021-05-01 08:30:00,\r\n'－１,a=b\r\n"
        );
    }

    #[test]
    fn a_row_of_another_width_is_refused() {
        let fault = written(vec![vec![], vec![Cell::Empty]]).unwrap_err();
        assert!(matches!(fault, TableFault::RowWidth { row: 1, expected: 2, found: 0 }));
    }
}
