//! What goes out comes back in, and nothing that comes in breaks the reader.
#![allow(clippy::unwrap_used)]

use std::io::Cursor;

use proptest::prelude::*;
use yipan_base::time::Timestamp;
use yipan_sheets::{
    Cell, Column, Kind, Mark, Options, Row, Sheet, Table, TableFault, neutralised, write_csv, write_xlsx,
};

fn created() -> Timestamp {
    "2021-05-01T08:30:00+08:00".parse().unwrap()
}

fn table(rows: Vec<Vec<Cell>>) -> Table {
    let kinds =
        [("标题", Kind::Text), ("件数", Kind::Integer), ("比率", Kind::Percent), ("时间", Kind::DateTime)];
    Table { columns: kinds.map(|(title, kind)| Column::new(title, kind)).to_vec(), rows }
}

fn csv(table: &Table, mark: Mark) -> Vec<u8> {
    let mut out = Vec::new();
    write_csv(&mut out, table, mark).unwrap();
    out
}

fn xlsx(sheets: &[(&str, &Table)]) -> Result<Vec<u8>, TableFault> {
    let mut out = Vec::new();
    write_xlsx(&mut out, created(), sheets).map(|()| out)
}

fn read(bytes: Vec<u8>, sheet: Option<&str>) -> (Vec<String>, Vec<Row>) {
    let options = Options { sheet: sheet.map(str::to_owned), ..Options::default() };
    let mut sheet = Sheet::read(Cursor::new(bytes), &options).unwrap();
    let rows = sheet.rows().unwrap().collect::<Result<Vec<_>, _>>().unwrap();
    (sheet.columns, rows)
}

/// Reads to the end whatever it is; only that it ends, and without a panic, counts.
fn exhaust(bytes: Vec<u8>) {
    if let Ok(mut sheet) = Sheet::read(Cursor::new(bytes), &Options::default())
        && let Ok(rows) = sheet.rows()
    {
        assert!(rows.count() < 100_000);
    }
}

fn any_text() -> impl Strategy<Value = String> {
    let token = prop::sample::select(vec![
        "=", "+", "-", "@", "\t", "\r", "\n", "\"", ",", ";", "'", " ", "路", "𠮷", "é", "x1", "\u{feff}",
    ]);
    prop::collection::vec(token, 0..8).prop_map(|tokens| tokens.concat())
}

fn any_row() -> impl Strategy<Value = Vec<Cell>> {
    // Between 1991 and 2100, to the second.
    let time = (700_000_000_i64..4_100_000_000).prop_map(|s| Timestamp::from_micros(s * 1_000_000));
    (any_text(), -1_000_000_000_i64..1_000_000_000, -10_000_i32..10_000, time).prop_map(
        |(text, count, share, at)| {
            vec![text.into(), count.into(), Cell::Real(f64::from(share) / 10_000.0), at.into()]
        },
    )
}

/// How a cell reads when it comes back from CSV.
fn shown(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => neutralised(text).into_owned(),
        Cell::Integer(value) => value.to_string(),
        Cell::Real(value) => value.to_string(),
        Cell::DateTime(at) => at.to_string()[..19].replace('T', " "),
        Cell::Empty => String::new(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn csv_comes_back_as_it_was(rows in prop::collection::vec(any_row(), 0..12), bom in any::<bool>()) {
        let table = table(rows);
        let mark = if bom { Mark::Bom } else { Mark::None };
        let (columns, found) = read(csv(&table, mark), None);
        prop_assert_eq!(columns, ["标题", "件数", "比率", "时间"]);
        let expected: Vec<Vec<String>> =
            table.rows.iter().map(|row| row.iter().map(shown).collect()).collect();
        prop_assert_eq!(found.into_iter().map(|row| row.cells).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn bytes_never_break_the_reader(
        start in prop::sample::select(vec![&b""[..], b"a,b\n", b"\xef\xbb\xbf", b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0"]),
        bytes in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        exhaust([start, &bytes].concat());
    }

    #[test]
    fn damage_never_breaks_the_reader(at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<bool>()) {
        let mut bytes = xlsx(&[("S", &table(vec![vec!["a".into(), 1.into(), 0.5.into(), created().into()]]))]).unwrap();
        let at = at.index(bytes.len());
        if cut { bytes.truncate(at) } else { bytes[at] = byte }
        exhaust(bytes);
    }
}

#[test]
fn a_book_comes_back_as_it_was() {
    let first = table(vec![
        vec!["=HYPERLINK(\"http://x\")".into(), 12.into(), Cell::Real(0.8531), created().into()],
        vec!["_x0041_ <&>\n  两端空格 ".into(), i64::MAX.into(), "—".into(), Cell::Empty],
        vec![
            "control \u{1}".into(),
            Cell::Real(f64::INFINITY),
            Cell::Empty,
            Timestamp::from_micros(-3_000_000_000_000_000).into(),
        ],
    ]);
    let second = Table { columns: vec![Column::new("甲", Kind::Real)], rows: vec![vec![Cell::Real(1.5)]] };
    let bytes = xlsx(&[("总表", &first), ("分表", &second)]).unwrap();
    assert_eq!(bytes, xlsx(&[("总表", &first), ("分表", &second)]).unwrap());

    let (columns, rows) = read(bytes.clone(), None);
    assert_eq!(columns, ["标题", "件数", "比率", "时间"]);
    let cells: Vec<Vec<String>> = rows.into_iter().map(|row| row.cells).collect();
    assert_eq!(cells[0], ["=HYPERLINK(\"http://x\")", "12", "0.8531", "2021-05-01 08:30:00"]);
    assert_eq!(cells[1], ["_x0041_ <&>\n  两端空格 ", "9223372036854775807", "—", ""]);
    assert_eq!(cells[2][..3], ["control \u{1}", "", ""]);
    assert!(cells[2][3].starts_with("1874-12-"), "{}", cells[2][3]);
    assert_eq!(read(bytes, Some("分表")).1[0].cells, ["1.5"]);
}

#[test]
fn a_book_holds_types_and_no_formulas() {
    let row = vec!["=1+1".into(), 5.into(), Cell::Real(0.5), created().into()];
    let bytes = xlsx(&[("S", &table(vec![row]))]).unwrap();
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut part = |name: &str| std::io::read_to_string(zip.by_name(name).unwrap()).unwrap();
    let sheet = part("xl/worksheets/sheet1.xml");
    assert!(!sheet.contains("<f>"), "{sheet}");
    assert!(sheet.contains("state=\"frozen\"") && sheet.contains("<cols>"), "{sheet}");
    assert!(sheet.contains("<v>44317.35416666667</v>"), "{sheet}");
    let styles = part("xl/styles.xml");
    assert!(styles.contains("yyyy\\-mm\\-dd hh:mm:ss") || styles.contains("yyyy-mm-dd hh:mm:ss"), "{styles}");
    assert!(part("docProps/core.xml").contains("2021-05-01T00:30:00Z"));
}

#[test]
fn what_xlsx_cannot_hold_is_told_by_place() {
    let fault = |sheets: &[(&str, &Table)]| xlsx(sheets).unwrap_err().to_string();
    let long = table(vec![vec!["长".repeat(32_768).into(), Cell::Empty, Cell::Empty, Cell::Empty]]);
    assert!(fault(&[("S", &long)]).starts_with("sheet `S` row 1 column 1 has more than 32767 characters"));
    assert!(csv(&long, Mark::None).len() > 32_767 * 3);
    let empty = table(vec![]);
    assert!(fault(&[("a/b", &empty)]).starts_with("`a/b` cannot name a sheet"));
    assert!(fault(&[("Ab", &empty), ("aB", &empty)]).starts_with("`aB` cannot name a sheet"));
    let narrow = table(vec![vec![Cell::Empty]]);
    assert_eq!(fault(&[("S", &narrow)]), "row 1 has 1 cells for 4 columns");
}
