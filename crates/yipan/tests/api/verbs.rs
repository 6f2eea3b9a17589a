//! Verbs of the command line against a running house, by its socket.

use serde_json::{Value, json};

use crate::house::House;

fn answer(output: &std::process::Output) -> Value {
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}");
    serde_json::from_slice(&output.stdout).expect("JSON")
}

#[tokio::test]
async fn verbs_reach_the_running_house_and_a_copy_of_it_can_be_restored() {
    let house = House::start();
    let number = house.desk("city.calltaker1").await.accepts("工地夜间施工").await;
    let shown = answer(&house.verb(&["case", "show", &number, "--as", "city.dispatcher", "--json"]));
    assert_eq!(shown["stage"], "accepted");
    let seen = shown["version"].as_u64().expect("a version");
    let version = seen.to_string();
    let command = json!({"command": "note", "text": "来自命令行"}).to_string();
    let done = answer(&house.verb(&[
        "case",
        "do",
        &number,
        &command,
        "--as",
        "city.dispatcher",
        "--version",
        &version,
        "--json",
    ]));
    assert!(done["version"].as_u64() > Some(seen), "{done}");
    let stale =
        house.verb(&["case", "do", &number, &command, "--as", "city.dispatcher", "--version", &version]);
    assert_eq!(stale.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&stale.stderr).contains("case.stale"));
    let nobody = house.verb(&["case", "show", &number]);
    assert!(String::from_utf8_lossy(&nobody.stderr).contains("--as LOGIN"), "{nobody:?}");

    assert_eq!(answer(&house.verb(&["audit", "verify", "--json"]))["sound"], true);
    assert_eq!(answer(&house.verb(&["audit", "replay", "--json"]))["sound"], true);
    let copy = house.data.with_file_name("copy.jsonl");
    let copy = copy.to_str().expect("a path");
    answer(&house.verb(&["backup", copy, "--json"]));
    let again = house.verb(&["backup", copy]);
    assert!(String::from_utf8_lossy(&again.stderr).contains("backup.exists"));

    // The copy, with the keys that lie beside the data, makes the same house elsewhere.
    let elsewhere = house.data.with_file_name("elsewhere");
    std::fs::copy(house.data.with_file_name("city.keys"), house.data.with_file_name("elsewhere.keys"))
        .expect("keys");
    let run = |words: &[&str]| {
        std::process::Command::new(env!("CARGO_BIN_EXE_yipan"))
            .args(words)
            .arg("--data")
            .arg(&elsewhere)
            .output()
            .expect("runs")
    };
    assert_eq!(answer(&run(&["restore", copy, "--json"]))["sound"], true);
    let same = answer(&run(&["case", "show", &number, "--as", "city.dispatcher", "--json"]));
    assert_eq!(same["version"], done["version"]);
    assert_eq!(same["texts"][1]["text"], "工地夜间施工");
    assert_eq!(run(&["restore", copy]).status.code(), Some(1), "only into an empty directory");
}

#[tokio::test]
async fn a_table_is_imported_into_a_running_house_and_every_row_is_accounted_for() {
    let house = House::start();
    let file = house.data.with_file_name("messages.csv");
    std::fs::write(&file, "key,text\na,路灯不亮\nb,\nc,井盖缺失\n").expect("a file");
    let refused = house.data.with_file_name("refused.csv");
    let [path, back] = [&file, &refused].map(|path| path.to_str().expect("a path"));
    let import = |login: &str, more: &[&str]| {
        let mut words =
            vec!["appeals", "import", path, "--map", "text=text,key=key", "--category", "governance"];
        words.extend(["--as", login, "--json", "--refused", back]);
        words.extend(more);
        house.verb(&words)
    };
    let counts = |output: &std::process::Output| -> Value {
        serde_json::from_slice::<Value>(&output.stdout).expect("JSON")["counts"].clone()
    };
    let whole = json!({"rows": 3, "accepted": 2, "already": 0, "refused": 1, "located": 0, "unlocated": 2});
    let rehearsed = import("city.calltaker1", &["--dry-run"]);
    assert_eq!((rehearsed.status.code(), counts(&rehearsed)), (Some(1), whole.clone()), "one row is refused");
    assert_eq!(house.desk("city.dispatcher").await.get("/cases").await.json()["items"], json!([]));

    assert_eq!(counts(&import("city.calltaker1", &[])), whole);
    let told = std::fs::read_to_string(&refused).expect("the refused rows");
    assert!(told.contains("/rows/3/text"), "{told}");
    let items = house.desk("city.dispatcher").await.get("/cases").await.json()["items"].clone();
    assert_eq!(items.as_array().map(Vec::len), Some(2));
    assert_eq!(counts(&import("city.calltaker1", &[]))["already"], 2);

    let leader = import("city.leader", &[]);
    assert_eq!(leader.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&leader.stdout).contains("case.seat"), "{leader:?}");
}
