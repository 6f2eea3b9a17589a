//! The description of the API is checked in: a change of it is seen in review.

use std::path::Path;
use std::process::Command;

#[test]
fn the_checked_in_description_is_the_binary_s_own() {
    let printed = Command::new(env!("CARGO_BIN_EXE_yipan")).arg("openapi").output().expect("the verb runs");
    let printed = String::from_utf8(printed.stdout).expect("text");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/openapi.json");
    if std::env::var_os("YIPAN_UPDATE_DOCS").is_some() {
        std::fs::write(&path, &printed).expect("written");
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == printed,
        "docs/openapi.json is not what `yipan openapi` prints; run YIPAN_UPDATE_DOCS=1 cargo test -p yipan --test api \
         description, and `npm run types` in web/"
    );
}
