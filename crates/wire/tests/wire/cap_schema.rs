//! What we write, and how we read single values, before the schema of the standard.

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use yipan_wire::cap;

use super::support::{alert, schema, xmllint};

const ALERTS: usize = 300;

#[test]
fn xmllint_takes_all_that_is_written() {
    let Some(schema) = schema("cap12.xsd") else { return };
    let folder = tempfile::tempdir().unwrap();
    let mut runner = TestRunner::deterministic();
    let files: Vec<_> = (0..ALERTS)
        .map(|place| {
            let alert = alert().new_tree(&mut runner).unwrap().current();
            let file = folder.path().join(format!("{place}.cap"));
            std::fs::write(&file, cap::write(&alert).unwrap()).unwrap();
            file
        })
        .collect();
    for (file, valid) in files.iter().zip(xmllint(&schema, &files)) {
        assert!(valid, "{}", std::fs::read_to_string(file).unwrap());
    }
}

/// Not `http://h:/`: RFC 3986 lets a port be empty, this schema checker does not.
const URIS: &[&str] = &[
    "",
    "a",
    "a/b",
    "/a",
    "//h",
    "//h:1/p",
    "?q",
    "#f",
    "http:",
    "http://",
    "http:///p",
    "http://h",
    "http://h/",
    "http://h:80",
    "http://h:port/",
    "http://h:123456/",
    "http://u@h",
    "http://u:p@h:1/",
    "http://u@v@h/",
    "http://[::1]/",
    "http://[::1]:80/a",
    "http://[::1]x/",
    "http://[::1",
    "http://a/[b]",
    "http://a/b]",
    "http://a/?[b]",
    "http://a?b?c",
    "http://a#b#c",
    "http://a/%20",
    "http://a/%2",
    "http://a/%",
    "http://a/%zz",
    "http://%41/",
    "http://a/%C3%A9",
    "http://南通/预警",
    "mailto:a@b.c",
    "urn:x:y",
    "urn:",
    ":a",
    "1a:b",
    "a:b",
    "a1+-.:b",
    "南:a",
    "./a:b",
    "a//b:c",
    "a b",
    " a ",
    "http://a/\n",
    "http://a b/",
    "a\tb",
    "a  b",
    "a&lt;b&gt;",
    "a\"b",
    "a{b}|c^d`e\\f",
    "http://a/b:c",
    "http://a/b@c",
    "http://a/(b);c=d,e!$'*",
    "tel:+86-513",
    "x://h:80:90/",
    "http://h/a//b",
];

const TIMES: &[&str] = &[
    "2021-05-01T08:30:00+08:00",
    " 2021-05-01T08:30:00-00:00\n",
    "2021-05-01T08:30:00Z",
    "2021-05-01T08:30:00",
    "2021-05-01T08:30:00.5+08:00",
    "2021-05-01T08:30+08:00",
    "2021-05-01 08:30:00+08:00",
    "2021-05-01T24:00:00+08:00",
    "2021-05-01T24:00:01+08:00",
    "2021-05-01T25:00:00+08:00",
    "2021-02-29T08:30:00+08:00",
    "2020-02-29T08:30:00+08:00",
    "2021-05-01T08:60:00+08:00",
    "2021-05-01T08:30:60+08:00",
    "2021-05-01T08:30:00+14:00",
    "2021-05-01T08:30:00+14:01",
    "2021-05-01T08:30:00+13:59",
    "2021-05-01T08:30:00+08:60",
    "2021-00-01T08:30:00+08:00",
    "2021-13-01T08:30:00+08:00",
    "2021-05-00T08:30:00+08:00",
    "0001-01-02T00:00:00+00:00",
    "9999-12-30T00:00:00+00:00",
    "0000-01-01T00:00:00+00:00",
    "-2021-05-01T08:30:00+08:00",
    "12021-05-01T08:30:00+08:00",
    "2021-05-01T08:30:00,08:00",
    "",
];

const LANGUAGES: &[&str] = &[
    "",
    "en",
    "zh-CN",
    "zh-Hans-CN",
    " en ",
    "e n",
    "abcdefgh",
    "abcdefghi",
    "en-",
    "-en",
    "en-1",
    "1-en",
    "en_US",
    "中",
];

const DECIMALS: &[&str] = &[
    "0",
    "1",
    "+1",
    "1.5",
    "1.",
    ".5",
    "007",
    " 2 ",
    "1e3",
    "INF",
    "NaN",
    "1,5",
    "1 2",
    "",
    "+",
    ".",
    "0x1",
    "12345678.901",
];

/// Each value in its place, read as the schema with the rules for single values reads it.
#[test]
fn single_values_are_judged_as_the_schema_does() {
    let Some(schema) = schema("cap12_extended.xsd") else { return };
    let folder = tempfile::tempdir().unwrap();
    let mut messages = Vec::new();
    for (before, after, values) in [
        ("<web>", "</web>", URIS),
        ("<onset>", "</onset>", TIMES),
        ("<area><areaDesc/><altitude>", "</altitude></area>", DECIMALS),
    ] {
        messages.extend(values.iter().map(|value| message("", &format!("{before}{value}{after}"))));
    }
    messages.extend(LANGUAGES.iter().map(|value| message(&format!("<language>{value}</language>"), "")));
    let files: Vec<_> = (0..messages.len()).map(|place| folder.path().join(format!("{place}.cap"))).collect();
    for (file, message) in files.iter().zip(&messages) {
        std::fs::write(file, message).unwrap();
    }
    let (mut taken, mut apart) = (0, Vec::new());
    for (message, valid) in messages.iter().zip(xmllint(&schema, &files)) {
        let read = cap::read(message.as_bytes());
        taken += usize::from(read.is_ok());
        if read.is_ok() != valid {
            apart.push(format!("{message}\nschema: {valid}, here: {:?}\n", read.err()));
        }
    }
    assert!(apart.is_empty(), "{}", apart.concat());
    assert!(taken > 60, "{taken}");
}

/// An alert whose information begins and ends with what is given.
fn message(first: &str, last: &str) -> String {
    format!(
        "<alert xmlns=\"urn:oasis:names:tc:emergency:cap:1.2\"><identifier>i</identifier><sender>s</sender>\
         <sent>2021-05-01T08:30:00+08:00</sent><status>Actual</status><msgType>Alert</msgType><scope>Public</scope>\
         <info>{first}<category>Met</category><event>e</event><urgency>Past</urgency><severity>Minor</severity>\
         <certainty>Likely</certainty>{last}</info></alert>"
    )
}
