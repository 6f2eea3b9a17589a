//! CSV files as they come in from departments.
#![allow(clippy::unwrap_used)]

use std::io::Cursor;

use yipan_base::refusal::{Refusal, RefusalKind};
use yipan_sheets::{
    Delimiter, Encoding, Fault, FileFault, Limits, Options, RefusedRow, Row, RowFault, Sheet,
};

fn open(bytes: &[u8], options: &Options) -> Result<Sheet, FileFault> {
    Sheet::read(Cursor::new(bytes.to_vec()), options)
}

fn read(bytes: &[u8]) -> (Vec<String>, Vec<Result<Row, Fault>>) {
    let mut sheet = open(bytes, &Options::default()).unwrap();
    let rows = sheet.rows().unwrap().map(bare).collect();
    (sheet.columns, rows)
}

/// A row without the cells of one that was refused.
fn bare(row: Result<Row, Fault>) -> Result<Row, Fault> {
    row.map_err(|fault| match fault {
        Fault::Row(row) => Fault::Row(RefusedRow { cells: Vec::new(), ..row }),
        other => other,
    })
}

#[test]
fn a_refused_row_keeps_its_cells_to_be_corrected() {
    let table = b"a,b\n1,2,3\nx,\0\nx,\xff\xfe\nx\n\"open,y\n";
    let mut sheet = open(table, &Options::default()).unwrap();
    let cells = |row: Result<Row, Fault>| match row {
        Err(Fault::Row(row)) => row.cells,
        other => panic!("{other:?}"),
    };
    let refused: Vec<Vec<String>> = sheet.rows().unwrap().map(cells).collect();
    let expected: [&[&str]; 5] =
        [&["1", "2", "3"], &["x", "\u{fffd}"], &["x", "\u{fffd}\u{fffd}"], &["x"], &[]];
    assert_eq!(refused, expected);
}

fn row(number: u64, cells: &[&str]) -> Result<Row, Fault> {
    Ok(Row { number, cells: cells.iter().map(ToString::to_string).collect() })
}

fn refused(line: u64, fault: RowFault) -> Result<Row, Fault> {
    Err(Fault::Row(RefusedRow { line, fault, cells: Vec::new() }))
}

fn gbk(text: &str) -> Vec<u8> {
    encoding_rs::GBK.encode(text).0.into_owned()
}

const TABLE: &str = "编号,内容\r\n1,\"路灯不亮,\n已三天\"\r\n\r\n,\r\n2,\"他说\"\"停水\"\"\"\r\n";

#[test]
fn the_same_table_is_read_from_every_encoding() {
    let rows = [row(2, &["1", "路灯不亮,\n已三天"]), row(6, &["2", "他说\"停水\""])];
    for bytes in [TABLE.as_bytes().to_vec(), format!("\u{feff}{TABLE}").into_bytes(), gbk(TABLE)] {
        let (columns, found) = read(&bytes);
        assert_eq!(columns, ["编号", "内容"]);
        assert_eq!(found, rows);
    }
}

#[test]
fn rows_begin_anew_at_each_call_on_any_thread() {
    let mut sheet = open(TABLE.as_bytes(), &Options::default()).unwrap();
    let first: Vec<_> = sheet.rows().unwrap().map(bare).collect();
    let again = std::thread::spawn(move || sheet.rows().unwrap().map(bare).collect::<Vec<_>>());
    assert_eq!(again.join().unwrap(), first);
}

#[test]
fn the_delimiter_is_found_or_given() {
    for (text, delimiter) in
        [("a;b,c;d\n1;2;3\n", Delimiter::Semicolon), ("a\tb,c\td\n1\t2\t3\n", Delimiter::Tab)]
    {
        let (columns, rows) = read(text.as_bytes());
        assert_eq!(columns, ["a", "b,c", "d"]);
        assert_eq!(rows, [row(2, &["1", "2", "3"])]);
        let options = Options { delimiter: Some(delimiter), ..Options::default() };
        assert_eq!(open(text.as_bytes(), &options).unwrap().columns, columns);
    }
    let comma = Options { delimiter: Some(Delimiter::Comma), ..Options::default() };
    assert_eq!(open(b"a;b,c;d\n", &comma).unwrap().columns, ["a;b", "c;d"]);
    assert_eq!(read("内容\n路灯；不亮\n".as_bytes()).1, [row(2, &["路灯；不亮"])]);
}

#[test]
fn a_bad_row_is_refused_and_the_rest_goes_on() {
    let mut bytes = "编号,内容\n1,路灯\n2,积".as_bytes().to_vec();
    let offset = bytes.len() as u64;
    bytes.extend_from_slice(b"\xe6\xb0\n3\n4,a,b\n5,x\0y\n");
    bytes.extend_from_slice("6,井盖\n7,垃圾\n".as_bytes());
    assert_eq!(
        read(&bytes).1,
        [
            row(2, &["1", "路灯"]),
            refused(3, RowFault::Undecodable { encoding: Encoding::Utf8, offset }),
            refused(4, RowFault::CellCount { expected: 2, found: 1 }),
            refused(5, RowFault::CellCount { expected: 2, found: 3 }),
            refused(6, RowFault::Nul { column: 2 }),
            row(7, &["6", "井盖"]),
            row(8, &["7", "垃圾"]),
        ]
    );
}

#[test]
fn a_broken_row_of_gbk_is_refused_at_its_byte() {
    let mut bytes = gbk("编号,内容\n1,路灯不亮\n2,\"停\"\"");
    let offset = bytes.len() as u64;
    bytes.extend_from_slice(b"\xff\"\n");
    bytes.extend_from_slice(&gbk("3,井盖破损\n"));
    assert_eq!(
        read(&bytes).1,
        [
            row(2, &["1", "路灯不亮"]),
            refused(3, RowFault::Undecodable { encoding: Encoding::Gb18030, offset }),
            row(4, &["3", "井盖破损"]),
        ]
    );
}

#[test]
fn a_cell_of_thirty_megabytes_is_refused_with_its_line() {
    let huge = "满".repeat(10 << 20);
    let text = format!("a,b\n1,x\n2,\"{huge}\"\n3,y\n");
    let large = RowFault::CellTooLarge { column: 2, limit: 1 << 20 };
    let (_, rows) = read(text.as_bytes());
    assert_eq!(rows, [row(2, &["1", "x"]), refused(3, large), row(4, &["3", "y"])]);
    let Some(Err(Fault::Row(refused))) = rows.into_iter().nth(1) else { unreachable!() };
    let refusal = Refusal::from(refused);
    assert_eq!((refusal.kind, refusal.code.as_str()), (RefusalKind::TooLarge, "sheet.row.cell_too_large"));
    assert_eq!(refusal.pointer.as_deref(), Some("/rows/3"));
    assert!(refusal.zh.starts_with("第 3 行：第 2 列"), "{}", refusal.zh);
}

#[test]
fn a_row_of_many_cells_has_its_limit_too() {
    let limits = Limits { row: 1000, columns: 50, ..Limits::default() };
    let options = Options { limits, ..Options::default() };
    let long = vec!["x".repeat(99); 20].join(",");
    let mut sheet = open(format!("a,b\n{long}\n1,2\n").as_bytes(), &options).unwrap();
    let rows: Vec<_> = sheet.rows().unwrap().map(bare).collect();
    assert_eq!(rows, [refused(2, RowFault::RowTooLarge { limit: 1000 }), row(3, &["1", "2"])]);
    let wide = open(format!("{}\n", vec!["a"; 99].join(",")).as_bytes(), &options);
    assert_eq!(wide.err(), Some(FileFault::TooManyColumns { limit: 50 }));
}

#[test]
fn an_open_quote_says_how_much_it_swallowed() {
    let (_, rows) = read(b"a,b\n1,x\n2,\"y\n3,z\n");
    assert_eq!(rows, [row(2, &["1", "x"]), refused(3, RowFault::OpenQuote { last_line: 4 })]);
}

#[test]
fn a_header_that_names_nothing_or_twice_is_refused() {
    let fault = |text: &str| open(text.as_bytes(), &Options::default()).err().unwrap();
    assert_eq!(fault(""), FileFault::Empty);
    assert_eq!(fault("\r\n\n , \n"), FileFault::Empty);
    assert_eq!(fault("a,,c\n1,2,3\n"), FileFault::UnnamedColumn { column: 2 });
    let twice = fault("a,b, a \n1,2,3\n");
    assert_eq!(twice, FileFault::DuplicateColumn { name: "a".into(), first: 1, second: 3 });
    assert_eq!(twice.to_string(), "columns 1 and 3 are both named `a`; rename one of them");
    assert_eq!(Refusal::from(twice).zh, "第 1 列与第 3 列同名“a”；请改名");
    let header = RefusedRow {
        line: 1,
        fault: RowFault::Nul { column: 2 },
        cells: vec!["a".into(), "\u{fffd}".into()],
    };
    assert_eq!(fault("a,\0\n"), FileFault::Header(header));
}

#[test]
fn what_is_not_a_table_of_text_is_named() {
    let fault = |bytes: &[u8]| open(bytes, &Options::default()).err().unwrap();
    assert_eq!(fault(b"\xff\xfea\0,\0"), FileFault::Utf16);
    assert_eq!(fault(b"%PDF-1.7\n"), FileFault::NotATable { what: "PDF" });
    assert_eq!(fault(b"  <html><table>"), FileFault::NotATable { what: "HTML/XML" });
    assert_eq!(fault(b"\x80\xff\xfe,\xfa\n\xff\xff\n"), FileFault::Encoding);
    let limits = Limits { file: 10, ..Limits::default() };
    let options = Options { limits, ..Options::default() };
    let large = open(b"a,b\n1,2\n3,4\n", &options).err().unwrap();
    assert_eq!(large, FileFault::TooLarge { size: 12, limit: 10 });
    assert_eq!(Refusal::from(large).kind, RefusalKind::TooLarge);
    let missing = Sheet::open("no/such/file.csv", &Options::default()).err().unwrap();
    assert_eq!(Refusal::from(missing).kind, RefusalKind::NotFound);
}
