//! `yipan appeals import` with the built binary: files as they really come, good and bad.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use yipan_sheets::{Cell, Column, Kind, Table, write_xlsx};

/// A scratch directory with the demo city in it.
struct Desk {
    folder: tempfile::TempDir,
}

/// How a call ended.
struct Ended {
    code: i32,
    out: String,
    err: String,
}

impl Desk {
    fn new() -> Self {
        let desk = Self { folder: tempfile::tempdir().unwrap() };
        assert_eq!(desk.call(&["demo", "load"]).code, 0);
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn file(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        fs::write(self.path(name), content).unwrap();
        self.path(name).display().to_string()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_yipan"));
        command.args(arguments).arg("--data").arg(self.path("demo")).env("LC_ALL", "C.UTF-8");
        command
    }

    fn call(&self, arguments: &[&str]) -> Ended {
        let out = self.command(arguments).output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        Ended { code: out.status.code().unwrap(), out: text(&out.stdout), err: text(&out.stderr) }
    }

    /// Imports and returns the exit code and the answer in JSON.
    fn import(&self, file: &str, map: &str, more: &[&str]) -> (i32, Value) {
        let mut arguments = vec!["appeals", "import", file, "--map", map, "--category", "governance"];
        arguments.extend(["--as", "city.calltaker1", "--json"]);
        arguments.extend(more);
        let ended = self.call(&arguments);
        let answer =
            serde_json::from_str(&ended.out).unwrap_or_else(|_| panic!("{}{}", ended.out, ended.err));
        (ended.code, answer)
    }

    /// A file that is refused as a whole: code and pointer.
    fn refused(&self, file: &str, map: &str, more: &[&str]) -> (String, String) {
        let (code, answer) = self.import(file, map, more);
        assert_eq!(code, 1, "{answer}");
        assert!(answer["detail"].is_string(), "{answer}");
        let text = |name: &str| answer[name].as_str().unwrap_or_default().to_owned();
        (text("code"), text("pointer"))
    }

    /// How large the database is, in bytes.
    fn size(&self) -> u64 {
        let size = |name| fs::metadata(self.path("demo").join(name)).map_or(0, |file| file.len());
        size("yipan.db") + size("yipan.db-wal")
    }

    /// The audit chain and the replay, and how many cases the replay folded.
    fn proved(&self) -> u64 {
        let verified = self.call(&["audit", "verify"]);
        assert_eq!(verified.code, 0, "{}", verified.out);
        let replayed = self.call(&["audit", "replay", "--json"]);
        assert_eq!(replayed.code, 0, "{}", replayed.out);
        serde_json::from_str::<Value>(&replayed.out).unwrap()["report"]["cases"].as_u64().unwrap()
    }
}

/// Code and pointer of each refused row.
fn rows(answer: &Value) -> Vec<(&str, &str)> {
    let refusals = answer["refusals"].as_array().unwrap();
    refusals.iter().map(|r| (r["code"].as_str().unwrap(), r["pointer"].as_str().unwrap())).collect()
}

fn count(answer: &Value, name: &str) -> u64 {
    answer["counts"][name].as_u64().unwrap_or_else(|| panic!("{answer}"))
}

/// 路灯不亮 in GBK.
const GBK: &[u8] = b"\xc2\xb7\xb5\xc6\xb2\xbb\xc1\xc1";

#[test]
fn a_broken_row_a_huge_text_and_strange_bytes_cost_only_themselves() {
    let desk = Desk::new();
    let huge = "路".repeat(10 << 20);
    let table = [
        "编号,内容,时间\n1,路灯不亮,2020-01-01\n2,少一格\n3,".as_bytes(),
        huge.as_bytes(),
        ",2020-01-01\n4,".as_bytes(),
        b"\xe8\xb7\xff",
        ",2020-01-01\n5,空\0字符,2020-01-01\n6,早,1900-01-01\n7,晚,2100-01-01\n8,停水三天,2020-01-02\n"
            .as_bytes(),
    ]
    .concat();
    assert!(huge.len() > 30_000_000);
    let file = desk.file("messages.csv", table);
    let map = "text=内容,received=时间,key=编号";
    let refused = desk.path("refused.csv").display().to_string();
    let (code, answer) = desk.import(&file, map, &["--refused", &refused]);
    assert_eq!(code, 1);
    let expected = [
        ("sheet.row.cell_count", "/rows/3"),
        ("sheet.row.cell_too_large", "/rows/4"),
        ("sheet.row.encoding", "/rows/5"),
        ("sheet.row.nul", "/rows/6"),
        ("accept.too_old", "/rows/7/received"),
        ("accept.future", "/rows/8/received"),
    ];
    assert_eq!(rows(&answer), expected);
    assert_eq!((count(&answer, "accepted"), count(&answer, "refused"), desk.proved()), (2, 6, 2));

    // The list of refused rows is corrected and imported under the same source.
    let list = fs::read_to_string(&refused).unwrap();
    let header = "\u{feff}编号,内容,时间,refused.line,refused.pointer,refused.code,refused.zh,refused.en,refused.row\r\n";
    assert!(list.starts_with(header), "{list}");
    assert_eq!(list.lines().count(), 7);
    assert!(
        list.contains("\"2,少一格\"\r\n") && list.contains(",\"5,空\u{fffd}字符,2020-01-01\"\r\n"),
        "{list}"
    );
    assert!(list.contains("6,早,1900-01-01,7,/rows/7/received,accept.too_old,来件时间"), "{list}");
    let corrected: String = list
        .lines()
        .filter(|l| !l.starts_with(","))
        .map(|l| l.replacen("00-01-01", "20-01-01", 1) + "\n")
        .collect();
    let corrected = corrected.replace("1920-01-01", "2019-01-01").replace("2120-01-01", "2019-01-01");
    let corrected = desk.file("corrected.csv", corrected);
    let (code, answer) = desk.import(&corrected, map, &["--source", "messages.csv"]);
    assert_eq!((code, count(&answer, "accepted")), (0, 2), "{answer}");
    assert_eq!(desk.proved(), 4);
}

#[test]
fn a_file_in_gbk_is_read_and_its_bad_bytes_are_named() {
    let desk = Desk::new();
    let mut table = b"id,text\n1,".to_vec();
    table.extend([GBK, b"\n2,", GBK, b"\xff\n3,", GBK, b"\n"].concat());
    let (code, answer) = desk.import(&desk.file("gbk.csv", table), "text=text,key=id", &[]);
    assert_eq!((code, &answer["encoding"]), (1, &"GB18030".into()));
    assert_eq!(rows(&answer), [("sheet.row.encoding", "/rows/3")]);
    assert_eq!(count(&answer, "accepted"), 2);
    let number = desk.call(&["case", "list", "--as", "city.dispatcher"]).out;
    let shown = desk.call(&["case", "show", number.split(' ').next().unwrap(), "--as", "city.dispatcher"]);
    assert!(shown.out.contains("路灯不亮"), "{}", shown.out);
}

#[test]
fn places_outside_the_city_and_keys_used_twice_are_refused() {
    let desk = Desk::new();
    let table = "编号,内容,经度,纬度\n1,甲,121.07,32.07\n2,乙,116.4,39.9\n1,丙,,\n1,甲,121.07,32.07\n";
    let file = desk.file("places.csv", table);
    let map = "text=内容,key=编号,longitude=经度,latitude=纬度";
    let (code, answer) = desk.import(&file, map, &[]);
    assert_eq!(code, 1);
    assert_eq!(
        rows(&answer),
        [("place.outside", "/rows/3/longitude"), ("import.duplicate_key", "/rows/4/key")]
    );
    let counts = ["accepted", "already", "located"].map(|name| count(&answer, name));
    assert_eq!(counts, [1, 1, 1]);

    // The same key with another text, in a later file of the same name.
    let file = desk.file("places.csv", "编号,内容,经度,纬度\n1,改过,,\n");
    let (code, answer) = desk.import(&file, map, &[]);
    assert_eq!((code, rows(&answer)), (1, vec![("import.changed", "/rows/2/key")]));
    assert_eq!(desk.proved(), 1);
}

#[test]
fn what_is_wrong_with_the_whole_file_is_said_once() {
    let desk = Desk::new();
    let told = |code: &str, pointer: &str| (code.to_owned(), pointer.to_owned());
    let file = desk.file("good.csv", "编号,内容\n1,甲\n");
    assert_eq!(desk.refused(&file, "text=内荣", &[]), told("mapping.unknown_column", "/map"));
    assert_eq!(desk.refused(&file, "txet=内容", &[]), told("mapping.unknown_field", "/map"));
    assert_eq!(desk.refused(&file, "text", &[]), told("mapping.syntax", "/map"));
    assert_eq!(desk.refused(&file, "text=内容", &["--source", ""]), told("import.source", "/source"));
    let over = desk.refused(&file, "text=内容", &["--refused", &file]);
    assert_eq!(over, told("import.refused_file", &file));
    assert_eq!(fs::read_to_string(&file).unwrap(), "编号,内容\n1,甲\n");
    let missing = desk.path("missing.csv").display().to_string();
    assert_eq!(desk.refused(&missing, "text=内容", &[]), told("sheet.io", &missing));
    for (name, content, code) in [
        ("empty.csv", &b""[..], "sheet.empty"),
        ("paper.csv", b"%PDF-1.7\n", "sheet.not_a_table"),
        ("page.xls", b"<html><table>", "sheet.not_a_table"),
        ("wide.csv", b"\xff\xfea\0,\0b\0\n\0", "sheet.utf16"),
        ("broken.xlsx", b"PK\x03\x04 and nothing more", "sheet.broken"),
        ("twins.csv", b"a,a\n1,2\n", "sheet.duplicate_column"),
    ] {
        let file = desk.file(name, content);
        assert_eq!(desk.refused(&file, "text=a", &[]), told(code, &file), "{name}");
    }
    let spoken = desk.call(&["appeals", "import", &file, "--map", "text=内荣", "--as", "city.calltaker1"]);
    assert_eq!(spoken.code, 1);
    assert!(spoken.err.contains("did you mean `内容`?") && spoken.out.is_empty(), "{}", spoken.err);
    let usage = desk.call(&["appeals", "import", &file, "--as", "city.calltaker1"]);
    assert_eq!(usage.code, 2, "{}", usage.err);
    assert_eq!(desk.proved(), 0);
}

#[test]
fn a_workbook_is_rehearsed_and_then_imported() {
    let desk = Desk::new();
    let columns = ["编号", "内容", "时间"].map(|title| Column::new(title, Kind::Text)).to_vec();
    let at: yipan_base::time::Timestamp = "2020-03-04 05:06:07".parse().unwrap();
    let row = |key: &str, text: &str| vec![Cell::from(key), text.into(), Cell::DateTime(at)];
    let table =
        Table { columns, rows: vec![row("A-1", "路灯不亮"), row("A-2", ""), row("A-3", "停水三天")] };
    let mut book = Vec::new();
    write_xlsx(&mut book, at, &[("诉求", &table)]).unwrap();
    let file = desk.file("messages.xlsx", book);
    let map = "text=内容,received=时间,key=编号";

    let (code, answer) = desk.import(&file, map, &["--dry-run"]);
    assert_eq!((code, &answer["dry_run"]), (1, &true.into()));
    assert_eq!(answer["preview"][0]["fields"]["text"], "路灯不亮");
    assert_eq!((count(&answer, "accepted"), desk.proved()), (2, 0));
    assert_eq!(rows(&answer), [("text.empty", "/rows/3/text")]);

    let (code, answer) = desk.import(&file, map, &[]);
    assert_eq!((code, count(&answer, "accepted"), count(&answer, "unlocated")), (1, 2, 2));
    let (_, answer) = desk.import(&file, map, &[]);
    assert_eq!((count(&answer, "accepted"), count(&answer, "already")), (0, 2));
    let list = desk.call(&["case", "list", "--as", "city.dispatcher"]).out;
    assert!(list.lines().all(|line| line.contains("-20200304-")), "{list}");
    assert_eq!(desk.refused(&file, map, &["--sheet", "没有"]).0, "sheet.no_such_sheet");
}

#[test]
fn an_import_that_is_cut_off_is_completed_by_running_it_again() {
    const ROWS: u64 = 20_000;
    let desk = Desk::new();
    let table: String = (0..ROWS).map(|n| format!("{n},第{n}件\n")).collect();
    let file = desk.file("many.csv", format!("编号,内容\n{table}"));
    let arguments = ["appeals", "import", &file, "--map", "text=内容,key=编号", "--category", "governance"];
    let mut command = desk.command(&arguments);
    command.args(["--as", "city.calltaker1"]).stdout(Stdio::null()).stderr(Stdio::null());
    let before = desk.size();
    let mut child = command.spawn().unwrap();
    // Cut off once something is surely written.
    let began = Instant::now();
    while desk.size() < before + 3_000_000 && began.elapsed() < Duration::from_secs(60) {
        std::thread::sleep(Duration::from_millis(2));
    }
    child.kill().unwrap();
    child.wait().unwrap();

    let (code, answer) = desk.import(&file, "text=内容,key=编号", &[]);
    let (accepted, already) = (count(&answer, "accepted"), count(&answer, "already"));
    assert_eq!((code, accepted + already), (0, ROWS));
    assert!(accepted > 0 && already > 0, "cut off after {already} rows");
    assert_eq!(desk.proved(), ROWS);
}

#[test]
fn the_real_messages_are_imported_once() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let data = std::env::var_os("YIPAN_TEST_DATA").map_or_else(|| root.join("../shared"), PathBuf::from);
    let file = data.join("data/appeals/tipdm2020c_fj3.csv");
    if !file.exists() {
        eprintln!("SKIPPED: {} is not there; YIPAN_TEST_DATA says where the test data lies", file.display());
        return;
    }
    let desk = Desk::new();
    let file = file.display().to_string();
    let map = "text=body,title=title,received=time,caller=user,key=id";
    let (code, answer) = desk.import(&file, map, &["--dry-run"]);
    assert_eq!((code, count(&answer, "accepted"), desk.proved()), (0, 4326, 0));
    let began = Instant::now();
    let (code, answer) = desk.import(&file, map, &[]);
    let seconds = began.elapsed().as_secs_f64();
    eprintln!("{} in {seconds:.2} s, start and end of the process included", answer["counts"]);
    assert_eq!((code, count(&answer, "accepted")), (0, 4326));
    assert!(count(&answer, "unlocated") > 4300, "{answer}");
    let (code, answer) = desk.import(&file, map, &[]);
    assert_eq!((code, count(&answer, "accepted"), count(&answer, "already")), (0, 0, 4326));
    assert_eq!(desk.proved(), 4326);
}
