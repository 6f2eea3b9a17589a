//! Tables: CSV in any encoding and with any delimiter, XLSX.

use std::io::Cursor;

use yipan_base::refusal::Refusal;
use yipan_base::time::Timestamp;
use yipan_fuzz::Target;
use yipan_sheets::{
    Cell, Column, Fault, Kind, Limits, Mapping, Mark, Options, Sheet, Table, neutralised, write_csv,
    write_xlsx,
};

use crate::speaks;

/// Little enough that the limits are met with.
fn small() -> Options {
    let limits = Limits {
        unpacked: 4 << 20,
        rows: 2_000,
        columns: 200,
        cell: 4 << 10,
        row: 16 << 10,
        ..Limits::default()
    };
    Options { limits, ..Options::default() }
}

/// Reads everything; each row has a cell for each column.
fn read(input: &[u8], options: &Options) -> Option<(Vec<String>, Vec<Vec<String>>)> {
    let mut sheet = match Sheet::read(Cursor::new(input.to_vec()), options) {
        Ok(sheet) => sheet,
        Err(fault) => {
            speaks(&Refusal::from(fault));
            return None;
        }
    };
    let (columns, mut rows) = (sheet.columns.clone(), Vec::new());
    assert!(columns.iter().all(|name| !name.trim().is_empty()));
    match sheet.rows() {
        Err(fault) => speaks(&Refusal::from(fault)),
        Ok(all) => {
            for row in all {
                match row {
                    Ok(row) => {
                        assert_eq!(row.cells.len(), columns.len());
                        assert!(!row.cells.iter().any(|cell| cell.contains('\0')));
                        rows.push(row.cells);
                    }
                    Err(Fault::Row(row)) => speaks(&row.into()),
                    Err(Fault::File(fault)) => speaks(&fault.into()),
                }
            }
        }
    }
    Some((columns, rows))
}

fn table(columns: &[String], rows: &[Vec<String>]) -> Table {
    Table {
        columns: columns.iter().map(|name| Column::new(name.clone(), Kind::Text)).collect(),
        rows: rows.iter().map(|row| row.iter().map(|cell| Cell::Text(cell.clone())).collect()).collect(),
    }
}

#[test]
fn csv_is_read_row_by_row_and_comes_back_as_it_was_written() {
    let target =
        Target { name: "csv", inputs: 6_000, words: &["编号,内容", "\"a\nb\"", "=1+1", "，", ";;;;"] };
    target.fuzz(Vec::new(), |input| {
        let Some((columns, rows)) = read(input, &small()) else { return };
        let mut out = Vec::new();
        write_csv(&mut out, &table(&columns, &rows), Mark::Bom).unwrap();
        let safe = |text: &String| neutralised(text).into_owned();
        let columns: Vec<String> = columns.iter().map(safe).collect();
        let rows: Vec<Vec<String>> = rows.iter().map(|row| row.iter().map(safe).collect()).collect();
        let Some((again, back)) = read(&out, &Options::default()) else { return };
        if again == columns {
            assert_eq!(back, rows);
        }
    });
}

#[test]
fn a_workbook_is_read_whatever_is_broken_in_it() {
    let rows = [vec!["编号".to_owned(), "内容".to_owned()], vec!["1".to_owned(), "暖气不热".to_owned()]];
    let mut book = Cursor::new(Vec::new());
    write_xlsx(&mut book, Timestamp::ZERO, &[("诉求", &table(&rows[0], &rows[1..]))]).unwrap();
    let target = Target { name: "xlsx", inputs: 3_000, words: &["PK\x03\x04", "<row>", "sheet1.xml"] };
    target.fuzz(vec![book.into_inner()], |input| drop(read(input, &small())));
}

#[test]
fn a_mapping_of_columns_is_read() {
    let target = Target { name: "mapping", inputs: 4_000, words: &["text=", ",", "key=编号"] };
    target.fuzz(Vec::new(), |input| {
        let text = String::from_utf8_lossy(input);
        match Mapping::parse(&text) {
            Ok(mapping) => {
                let columns = ["编号".to_owned(), "内容".to_owned()];
                if let Err(fault) =
                    mapping.check_fields(&["text"], &["key"]).and_then(|()| mapping.bind(&columns).map(drop))
                {
                    speaks(&fault.into());
                }
            }
            Err(fault) => speaks(&fault.into()),
        }
    });
}
