//! The dark hour by the verbs: a key, a file, paper out and back in.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

fn yipan(data: &Path, verbs: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_yipan"))
        .args(verbs)
        .arg("--data")
        .arg(data)
        .env("LANG", "C")
        .env("YIPAN_OFFLINE_PASSPHRASE", "correct horse 2021")
        .env_remove("LC_ALL")
        .env_remove("LC_MESSAGES")
        .output()
        .unwrap()
}

fn done(data: &Path, verbs: &[&str]) -> String {
    let output = yipan(data, verbs);
    assert!(output.status.success(), "{verbs:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn refused(data: &Path, verbs: &[&str]) -> String {
    let output = yipan(data, verbs);
    assert_eq!(output.status.code(), Some(1), "{verbs:?}");
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn a_key_is_made_once_and_files_follow() {
    let folder = tempfile::tempdir().unwrap();
    let (data, key) = (folder.path().join("data"), folder.path().join("rudong.json"));
    let key = key.to_str().unwrap();
    done(&data, &["demo", "load"]);
    assert!(
        String::from_utf8_lossy(&yipan(&data, &["offline", "write"]).stderr).contains("no centre has a key")
    );
    let make = ["offline", "key", "--centre", "rudong", "--as", "city.system", "--out", key];
    assert!(done(&data, &make).contains("如东县指挥中心"));
    let file: Value = serde_json::from_slice(&std::fs::read(key).unwrap()).unwrap();
    assert_eq!(file["house"], done(&data, &["offline", "house-key", "--as", "city.system"]).trim());
    assert!(refused(&data, &make).contains("exists already"));
    let other = folder.path().join("other.json");
    let again =
        ["offline", "key", "--centre", "rudong", "--as", "city.system", "--out", other.to_str().unwrap()];
    assert!(refused(&data, &again).contains("offline.registered"));
    assert!(!other.exists(), "a key that is not registered is not left behind");
    let written = done(&data, &["offline", "write"]);
    assert!(Path::new(written.trim()).is_file(), "{written}");
    assert!(data.join("offline/open.html").is_file());
}

#[test]
fn paper_goes_out_and_comes_back_with_its_times() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let (sheet, table) = (folder.path().join("forms.html"), folder.path().join("forms.csv"));
    done(&data, &["demo", "load"]);
    let draw =
        ["offline", "forms", "--centre", "rudong", "--count", "3", "--as", "rudong.dispatcher", "--json"];
    let draw = [&draw[..], &["--out", sheet.to_str().unwrap()]].concat();
    let batch: Value = serde_json::from_str(&done(&data, &draw)).unwrap();
    let numbers: Vec<_> = batch["numbers"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    let printed = std::fs::read_to_string(&sheet).unwrap();
    assert!(numbers.len() == 3 && numbers.iter().all(|number| printed.contains(number)));

    // The time of allotment, to the second above.
    let allotted = batch["allotted_at"].as_str().unwrap();
    let taken: yipan_base::time::Timestamp = allotted.parse().unwrap();
    let rows = format!(
        "纸质单号,来件时间,内容,分类,类型,来电人,电话,区划\n\
         {},{taken},断网时来电：路灯不亮。,environment.noise.site,投诉,王小明,13800001111,掘港街道\n\
         {},2020-01-01 08:00,时间写错了。,environment.noise.site,投诉,,,\n",
        numbers[0], numbers[1]
    );
    std::fs::write(&table, rows).unwrap();
    let enter = ["offline", "enter", table.to_str().unwrap(), "--as", "rudong.dispatcher"];
    let output = yipan(&data, &enter);
    let (told, said) = (String::from_utf8_lossy(&output.stderr), String::from_utf8_lossy(&output.stdout));
    assert_eq!(output.status.code(), Some(1));
    assert!(told.contains("form.before"), "{told}");
    assert!(said.contains("2 forms: 1 entered, 1 refused"), "{said}");
    let number = said.split_whitespace().find(|word| word.starts_with("3206")).unwrap().to_owned();

    let shown = done(&data, &["case", "show", &number, "--as", "rudong.dispatcher"]);
    assert!(shown.contains("late entry ") && shown.contains(numbers[0]), "{shown}");
    let events = done(&data, &["case", "events", &number, "--as", "rudong.dispatcher"]);
    assert!(events.lines().next().unwrap().contains(numbers[0]), "{events}");
    // Entered again, it is the same case.
    let again = yipan(&data, &enter);
    assert!(String::from_utf8_lossy(&again.stdout).contains(&number));
}
