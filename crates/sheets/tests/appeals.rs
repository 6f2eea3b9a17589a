//! A real export of appeals, read whole through a mapping.
#![allow(clippy::unwrap_used)]

use std::path::PathBuf;

use yipan_base::time::Timestamp;
use yipan_sheets::{Mapping, Options, Sheet};

#[test]
fn a_real_export_is_read_without_a_refused_row() {
    let root = std::env::var_os("YIPAN_TEST_DATA")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
    let path = root.join("data/appeals/tipdm2020c_fj3.csv");
    if !path.exists() {
        eprintln!("SKIPPED: {} is absent; set YIPAN_TEST_DATA to the folder of test data", path.display());
        return;
    }
    let mapping = Mapping::parse("text=body,title=title,received=time,caller=user,key=id").unwrap();
    mapping.check_fields(&["text", "received"], &["title", "caller", "key"]).unwrap();
    let mut sheet = Sheet::open(&path, &Options::default()).unwrap();
    let binding = mapping.bind(&sheet.columns).unwrap();
    let mut rows = 0;
    let mut last_line = 1;
    for row in sheet.rows().unwrap() {
        let row = row.unwrap();
        assert!(row.number > last_line, "line {} after line {last_line}", row.number);
        last_line = row.number;
        binding.get("received", &row).unwrap().parse::<Timestamp>().unwrap();
        assert!(!binding.get("text", &row).unwrap().is_empty(), "line {last_line}");
        rows += 1;
    }
    assert_eq!(rows, 4_326);
}
