//! Arrows run downward only: a crate may use any crate on a lower floor, never one beside it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The floors of the house, by folder under `crates/`.
const FLOORS: &[(&str, u8)] = &[
    ("base", 0),
    ("casework", 1),
    ("duty", 1),
    ("watch", 1),
    ("text", 1),
    ("imagery", 1),
    ("wire", 1),
    ("store", 2),
    ("platform", 3),
    ("http", 4),
    ("sheets", 4),
    ("services", 5),
    ("apps", 6),
    ("server", 7),
    ("gateway", 7),
    ("drill", 7),
    ("yipan", 8),
];

fn manifests(dir: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(dir) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() && !path.ends_with("src") {
            manifests(&path, found);
        } else if path.ends_with("Cargo.toml") {
            found.push(path);
        }
    }
}

#[test]
fn arrows_run_downward_only() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut found = Vec::new();
    manifests(&root, &mut found);
    let mut floor_of = BTreeMap::new();
    let mut uses = BTreeMap::new();
    for manifest in found {
        let text = fs::read_to_string(&manifest).unwrap();
        let folder = manifest.parent().unwrap().strip_prefix(&root).unwrap();
        let room = folder.iter().next().unwrap().to_str().unwrap().to_owned();
        let floor = FLOORS.iter().find(|(name, _)| *name == room);
        let floor =
            floor.unwrap_or_else(|| panic!("crates/{} is on no floor of the house", folder.display())).1;
        let name = text.lines().find_map(|l| l.strip_prefix("name = ")).unwrap().trim_matches('"').to_owned();
        let body = text.split("[dev-dependencies]").next().unwrap();
        let body = body.split("[dependencies]").nth(1).unwrap_or_default();
        let arrows: Vec<String> = body
            .lines()
            .filter_map(|l| l.split(['.', ' ', '=']).next())
            .filter(|l| l.starts_with("yipan"))
            .map(str::to_owned)
            .collect();
        floor_of.insert(name.clone(), floor);
        uses.insert(name, arrows);
    }
    assert!(uses.len() >= 10, "the test found only {} crates", uses.len());
    for (name, arrows) in &uses {
        for target in arrows {
            let (from, to) = (floor_of[name], floor_of[target]);
            assert!(to < from, "{name} (floor {from}) uses {target} (floor {to}): arrows run downward only");
        }
    }
}
