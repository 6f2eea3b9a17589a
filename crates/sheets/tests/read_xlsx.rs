//! XLSX workbooks, good, broken and hostile. All are built here.
#![allow(clippy::unwrap_used)]

use std::io::{Cursor, Write};

use proptest::prelude::*;
use rust_xlsxwriter::{Format, Formula, Workbook};
use yipan_sheets::{Fault, FileFault, Limits, Options, RefusedRow, Row, RowFault, Sheet};
use zip::write::SimpleFileOptions;

fn open(bytes: &[u8], options: &Options) -> Result<Sheet, FileFault> {
    Sheet::read(Cursor::new(bytes.to_vec()), options)
}

fn fault(bytes: &[u8]) -> FileFault {
    open(bytes, &Options::default()).err().unwrap()
}

fn rows(bytes: &[u8]) -> Vec<Result<Row, Fault>> {
    let bare = |row: Result<Row, Fault>| {
        row.map_err(|fault| match fault {
            Fault::Row(row) => Fault::Row(RefusedRow { cells: Vec::new(), ..row }),
            other => other,
        })
    };
    open(bytes, &Options::default()).unwrap().rows().unwrap().map(bare).collect()
}

fn row(number: u64, cells: &[&str]) -> Result<Row, Fault> {
    Ok(Row { number, cells: cells.iter().map(ToString::to_string).collect() })
}

fn refused(line: u64, fault: RowFault) -> Result<Row, Fault> {
    Err(Fault::Row(RefusedRow { line, fault, cells: Vec::new() }))
}

/// A workbook of one sheet, of which some parts are given.
fn book(parts: &[(&str, &str)]) -> Vec<u8> {
    const PARTS: [(&str, &str); 4] = [
        (
            "_rels/.rels",
            r#"<Relationships><Relationship Id="r1" Type="x/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#,
        ),
        (
            "xl/workbook.xml",
            r#"<workbook><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>"#,
        ),
        (
            "xl/_rels/workbook.xml.rels",
            r#"<Relationships><Relationship Id="r1" Type="x/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#,
        ),
        ("xl/worksheets/sheet1.xml", "<worksheet><sheetData/></worksheet>"),
    ];
    let given = |name: &str| parts.iter().any(|(other, _)| *other == name);
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in PARTS.iter().filter(|(name, _)| !given(name)).chain(parts) {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A workbook whose sheet holds these rows of XML.
fn sheet(data: &str) -> Vec<u8> {
    book(&[("xl/worksheets/sheet1.xml", &format!("<worksheet><sheetData>{data}</sheetData></worksheet>"))])
}

fn text(cell: &str, text: &str) -> String {
    format!(r#"<c r="{cell}" t="inlineStr"><is><t>{text}</t></is></c>"#)
}

#[test]
fn cells_read_as_a_person_sees_them() {
    let mut book = Workbook::new();
    book.add_worksheet().set_name("说明").unwrap().set_hidden(true).write_string(0, 0, "x").unwrap();
    let sheet = book.add_worksheet().set_name("诉求").unwrap().set_active(true);
    for (column, name) in (0..).zip(["编号", " 时间 ", "数值", "备注"]) {
        sheet.write_string(2, column, name).unwrap();
    }
    let time = Format::new().set_num_format("yyyy/m/d h:mm");
    let blank = Format::new().set_bold();
    sheet.write_blank(2, 4, &blank).unwrap();
    sheet.write_string(3, 0, "007").unwrap();
    sheet.write_number_with_format(3, 1, 43_524.5, &time).unwrap();
    sheet.write_number(3, 2, 12.0).unwrap();
    sheet.write_formula(3, 3, Formula::new("=A4&\"号\"").set_result("007号")).unwrap();
    sheet.write_boolean(5, 0, true).unwrap();
    sheet.write_number(5, 2, 0.1 + 0.2).unwrap();
    sheet.write_string(5, 3, "第一行\n第二行").unwrap();
    sheet.write_number(6, 0, 320_623_199_001_011_234.0).unwrap();
    sheet.write_string(7, 5, "多出一格").unwrap();
    let bytes = book.save_to_buffer().unwrap();

    assert_eq!(open(&bytes, &Options::default()).unwrap().columns, ["编号", "时间", "数值", "备注"]);
    assert_eq!(
        rows(&bytes),
        [
            row(4, &["007", "2019-02-28 12:00:00", "12", "007号"]),
            row(6, &["TRUE", "", "0.3", "第一行\n第二行"]),
            refused(7, RowFault::InexactNumber { column: 1 }),
            refused(8, RowFault::CellCount { expected: 4, found: 6 }),
        ]
    );
    let other = Options { sheet: Some("说明".into()), ..Options::default() };
    assert_eq!(open(&bytes, &other).unwrap().columns, ["x"]);
    let none = Options { sheet: Some("诉 求".into()), ..Options::default() };
    let fault = open(&bytes, &none).err().unwrap();
    assert_eq!(fault.to_string(), "there is no sheet `诉 求`; the workbook has: 说明, 诉求");
}

#[test]
fn errors_and_oversized_cells_are_told() {
    let long = "x".repeat((1 << 20) + 1);
    let data = format!(
        r#"<row r="1">{}</row><row r="2"><c r="A2" t="e"><v>#N/A</v></c></row><row r="3">{}</row>"#,
        text("A1", "a"),
        text("A3", &long),
    );
    let large = RowFault::CellTooLarge { column: 1, limit: 1 << 20 };
    assert_eq!(rows(&sheet(&data)), [row(2, &["#N/A"]), refused(3, large)]);
}

#[test]
fn a_header_is_needed() {
    assert_eq!(fault(&sheet("")), FileFault::Empty);
    let gap = format!(r#"<row r="1">{}{}</row>"#, text("A1", "a"), text("C1", "c"));
    assert_eq!(fault(&sheet(&gap)), FileFault::UnnamedColumn { column: 2 });
    assert_eq!(
        Sheet::read(Cursor::new(Workbook::new().save_to_buffer().unwrap()), &Options::default()).err(),
        Some(FileFault::Empty)
    );
}

#[test]
fn a_bomb_is_refused_before_it_goes_off() {
    let zeros = "0".repeat(3_000_000);
    let bomb = book(&[("xl/media/a.bin", &zeros)]);
    assert!(bomb.len() < 20_000);
    let limits = Limits { unpacked: 1_000_000, ..Limits::default() };
    let options = Options { limits, ..Options::default() };
    assert_eq!(open(&bomb, &options).err(), Some(FileFault::UnpackedTooLarge { limit: 1_000_000 }));
}

#[test]
fn parts_that_ask_for_too_much_memory_are_refused() {
    let broken = |parts: &[(&str, &str)], what: &str| match fault(&book(parts)) {
        FileFault::Broken { detail } => assert!(detail.contains(what), "{detail}"),
        other => unreachable!("{other}"),
    };
    let strings = format!(r#"<sst {} uniqueCount = "99999999999999"/>"#, " ".repeat(20_000));
    broken(&[("xl/sharedStrings.xml", &strings)], "more strings");
    let xfs = format!("<styleSheet><cellXfs>{}</cellXfs></styleSheet>", "<xf/>".repeat(2_000_000));
    broken(&[("xl/styles.xml", &xfs)], "larger than");
    let font =
        format!(r#"<styleSheet><fonts><font><name val="{}"/></font></fonts></styleSheet>"#, "x".repeat(9000));
    broken(&[("xl/styles.xml", &font)], "tag without end");
}

#[test]
fn broken_sheets_end_with_one_fault() {
    let head = format!(r#"<row r="1">{}</row>"#, text("A1", "a"));
    for bad in [
        r#"<c r="A3"><v>1</v></c><c r="A3"><v>2</v></c>"#,
        r#"<c r="A3"><v>1</v></c></row><row r="1"><c r="A1"><v>2</v></c>"#,
        r#"<c r="A3" t="s"><v>7</v></c>"#,
        r#"<c r="A99999999999"><v>1</v></c>"#,
        r#"<c r="ZZZZZZZZZZ3"><v>1</v></c>"#,
        r#"<c r="A3" t="e"><v>#SPILL!</v></c>"#,
        r#"<c r="A3"><v>1"#,
    ] {
        let good = r#"<row r="2"><c r="A2"><v>1</v></c></row>"#;
        let found = rows(&sheet(&format!("{head}{good}<row r=\"3\">{bad}</row>")));
        assert_eq!(found[0], row(2, &["1"]), "{bad}");
        let is_file_fault = |row: &Result<Row, Fault>| matches!(row, Err(Fault::File(_)));
        assert!(is_file_fault(found.last().unwrap()), "{bad}: {found:?}");
        assert_eq!(found.iter().filter(|row| is_file_fault(row)).count(), 1, "{bad}");
    }
    let low = format!(r#"{head}<row r="1048577"><c r="A1048577"><v>1</v></c></row>"#);
    assert_eq!(rows(&sheet(&low)), [Err(Fault::File(FileFault::TooManyRows { limit: 1_048_576 }))]);
    let dimension = r#"<worksheet><dimension ref="B9:A1"/><sheetData/></worksheet>"#;
    let fault = fault(&book(&[("xl/worksheets/sheet1.xml", dimension)]));
    assert!(matches!(fault, FileFault::Broken { .. } | FileFault::Empty), "{fault}");
}

#[test]
fn what_is_no_workbook_is_named() {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("a.txt", SimpleFileOptions::default()).unwrap();
    let plain = zip.finish().unwrap().into_inner();
    assert_eq!(fault(&plain), FileFault::NotATable { what: "ZIP" });
    let whole = sheet(&format!(r#"<row r="1">{}</row>"#, text("A1", "a")));
    assert!(matches!(fault(&whole[..whole.len() / 2]), FileFault::Broken { .. }));
    let mut ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
    ole.resize(70_000, 0);
    assert_eq!(fault(&ole), FileFault::OldWorkbook);
    // Across the edge of what is read at a time.
    let name: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    ole[65_530..65_530 + name.len()].copy_from_slice(&name);
    assert_eq!(fault(&ole), FileFault::Encrypted);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damaged_xml_never_breaks_the_reader(
        part in 0_usize..3,
        at in any::<prop::sample::Index>(),
        length in 0_usize..12,
        token in prop::sample::select(vec!["", "<", ">", "\"", "&#0;", "&x;", "-1", "99999999999", "<c>", "</row>", "NaN", "路"]),
    ) {
        let mut parts = [
            ("xl/worksheets/sheet1.xml", "<worksheet><dimension ref=\"A1:B2\"/><sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"inlineStr\"><is><t>b</t></is></c></row><row r=\"2\"><c r=\"A2\" s=\"1\"><v>43524.5</v></c><c r=\"B2\" t=\"d\"><v>2019-02-28T11:25:05</v></c></row></sheetData></worksheet>".to_owned()),
            ("xl/sharedStrings.xml", "<sst count=\"1\" uniqueCount=\"1\"><si><t>a</t></si></sst>".to_owned()),
            ("xl/styles.xml", "<styleSheet><numFmts><numFmt numFmtId=\"164\" formatCode=\"[h]:mm\"/></numFmts><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"164\"/></cellXfs></styleSheet>".to_owned()),
        ];
        let text = &mut parts[part].1;
        let start = at.index(text.len());
        text.replace_range(start..(start + length).min(text.len()), token);
        let bytes = book(&parts.each_ref().map(|(name, text)| (*name, text.as_str())));
        if let Ok(mut sheet) = open(&bytes, &Options::default()) {
            let width = sheet.columns.len();
            if let Ok(rows) = sheet.rows() {
                for row in rows.flatten() {
                    prop_assert_eq!(row.cells.len(), width);
                }
            }
        }
    }
}
