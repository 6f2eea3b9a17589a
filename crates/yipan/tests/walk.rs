//! The built binary, as a newcomer starts it: the demo city, one appeal to its confirmed end, the proof.

use std::process::Command;

fn yipan(data: &std::path::Path, arguments: &[&str]) -> (bool, String) {
    let out = Command::new(env!("CARGO_BIN_EXE_yipan"))
        .args(arguments)
        .arg("--data")
        .arg(data)
        .env("LC_ALL", "C.UTF-8")
        .output()
        .expect("the binary starts");
    let text = String::from_utf8_lossy(&out.stdout).into_owned() + &String::from_utf8_lossy(&out.stderr);
    (out.status.success(), text)
}

#[test]
fn one_appeal_walks_through_the_city_and_the_data_is_proved() {
    let parent = std::env::temp_dir().join(format!("yipan-walk-{}", std::process::id()));
    let data = parent.join("demo");
    let (ok, text) = yipan(&data, &["demo", "walk"]);
    assert!(ok, "{text}");
    assert!(text.contains("→ closed"), "{text}");
    assert!(text.contains("audit chain sound: true"), "{text}");

    let (ok, list) = yipan(&data, &["case", "list", "--as", "city.dispatcher"]);
    assert!(ok && list.contains("closed"), "{list}");
    let number = list.split_whitespace().next().expect("a number").to_owned();

    // A county that has nothing to do with it sees nothing of it.
    let (ok, list) = yipan(&data, &["case", "list", "--as", "qidong.dispatcher"]);
    assert!(ok && list.trim().is_empty(), "{list}");
    let (ok, text) = yipan(&data, &["case", "show", &number, "--as", "qidong.dispatcher"]);
    assert!(!ok && text.contains("case.unknown"), "{text}");

    // A closed case refuses a dispatch and says which rule refused.
    let order = r#"{"command":"dispatch","main":"rudong.housing","basis":{"basis":"judgement"}}"#;
    let (ok, text) = yipan(&data, &["case", "do", &number, order, "--as", "city.dispatcher"]);
    assert!(!ok && text.contains("case.stage"), "{text}");
    let order = r#"{"command":"note","text":"x"}"#;
    let (ok, text) =
        yipan(&data, &["case", "do", &number, order, "--version", "1", "--as", "city.dispatcher"]);
    assert!(!ok && text.contains("case.stale"), "{text}");

    assert!(yipan(&data, &["audit", "verify"]).0);
    assert!(yipan(&data, &["audit", "replay"]).0);
    std::fs::remove_dir_all(parent).expect("the scratch directory goes");
}
