//! Lists divided by white space, in which an entry that holds white space stands in double quotes: addresses and
//! incidents. Clause 3.2.1.

/// The entries of such a list. A quote that is never closed reaches to the end.
pub(super) fn split(text: &str) -> Vec<String> {
    let mut entries = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let (entry, after) = match rest.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
            None => rest.split_once(char::is_whitespace).unwrap_or((rest, "")),
        };
        if !entry.is_empty() {
            entries.push(entry.to_owned());
        }
        rest = after.trim_start();
    }
    entries
}

/// Whether an entry can be told in such a list.
pub(super) fn is_entry(text: &str) -> bool {
    !text.is_empty() && !text.contains('"')
}

pub(super) fn join(entries: &[String]) -> String {
    let quoted = |entry: &String| match entry.contains(char::is_whitespace) {
        true => format!("\"{entry}\""),
        false => entry.clone(),
    };
    entries.iter().map(quoted).collect::<Vec<_>>().join(" ")
}
