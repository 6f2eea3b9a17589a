//! Samples with something changed: this reader takes nothing that the schema refuses, and refuses nothing that the
//! schema with the rules for single values takes, but for what no schema can say.

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use yipan_wire::cap;
use yipan_wire::fault::Wrong;

use super::support::{sample, schema, xmllint};

const MUTANTS: usize = 600;

/// What a piece of a message may become.
const PIECES: &[&str] = &[
    "",
    " ",
    "x",
    "<",
    "&",
    "&amp;",
    "&#65;",
    "<!-- c -->",
    "<?p i?>",
    "<![CDATA[y]]>",
    "Actual",
    "Likely",
    "en-US",
    "2021-05-01T08:30:00+08:00",
    "2021-05-01T08:30:00Z",
    "2021-13-01T08:30:00+08:00",
    "-1",
    "1.5",
    "+2",
    "1e3",
    "32,120 1",
    "a,b,2021-05-01T08:30:00+08:00",
    "http://a b",
    "http://h:70000000/",
    "%zz",
    "%20",
    "#a#b",
    "1:b",
    "<note>n</note>",
    "<event/>",
    "<x/>",
    "<info/>",
    "<altitude>-3.5</altitude>",
    "\u{1}",
    "预警",
    " a=\"b\"",
    "http://[::1]:80/a",
    "http://[::1]x/",
    "http://a/[b]",
    "//h/p",
    "a//b:c",
    "http://u:p@h:1",
    "mailto:a@b",
    "a<b",
    "a\"b{}|",
    "?q",
];

/// A good sample with one to three of its pieces replaced; pieces are tags and the texts between them.
fn mutant() -> impl Strategy<Value = String> {
    let samples: Vec<String> = ["canada.cap", "australia.cap", "wcatwc-warning.cap"]
        .iter()
        .map(|name| String::from_utf8(sample(name)).unwrap())
        .collect();
    let change =
        (any::<prop::sample::Index>(), prop::sample::select(PIECES), any::<prop::sample::Index>(), 0..3);
    (prop::sample::select(samples), prop::collection::vec(change, 1..4)).prop_map(|(text, changes)| {
        let mut pieces: Vec<String> = text.split_inclusive('>').flat_map(cut).collect();
        for (at, piece, other, way) in changes {
            let at = at.index(pieces.len());
            match way {
                0 => pieces[at] = piece.to_owned(),
                1 => pieces.insert(at, piece.to_owned()),
                _ => {
                    let other = other.index(pieces.len());
                    pieces.swap(at, other);
                }
            }
        }
        pieces.concat()
    })
}

/// The text before a tag, and the tag.
fn cut(piece: &str) -> Vec<String> {
    let at = piece.find('<').unwrap_or(0);
    vec![piece[..at].to_owned(), piece[at..].to_owned()]
}

/// Rules of the standard that the schemas leave to prose, and limits.
fn beyond_schema(wrong: &Wrong, path: &str) -> bool {
    matches!(wrong, Wrong::Doctype)
        || (matches!(wrong, Wrong::Value { .. }) && (path.contains("/polygon") || path.contains("/circle")))
}

#[test]
fn mutants_are_judged_between_the_two_schemas() {
    let (Some(plain), Some(extended)) = (schema("cap12.xsd"), schema("cap12_extended.xsd")) else { return };
    let folder = tempfile::tempdir().unwrap();
    let mut runner = TestRunner::deterministic();
    let mutants: Vec<_> = (0..MUTANTS).map(|_| mutant().new_tree(&mut runner).unwrap().current()).collect();
    let files: Vec<_> = (0..MUTANTS).map(|place| folder.path().join(format!("{place}.cap"))).collect();
    for (file, mutant) in files.iter().zip(&mutants) {
        std::fs::write(file, mutant).unwrap();
    }
    let (plain, extended) = (xmllint(&plain, &files), xmllint(&extended, &files));
    let mut taken = 0;
    for (place, mutant) in mutants.iter().enumerate() {
        match cap::read(mutant.as_bytes()) {
            Ok(_) => {
                taken += 1;
                assert!(plain[place], "taken, though the schema refuses it:\n{mutant}");
            }
            Err(fault) if beyond_schema(&fault.wrong, &fault.path) => {}
            Err(fault) => assert!(!extended[place], "{fault}, though the schema takes it:\n{mutant}"),
        }
    }
    assert!((MUTANTS / 20..MUTANTS * 19 / 20).contains(&taken), "{taken} of {MUTANTS} were taken");
}
