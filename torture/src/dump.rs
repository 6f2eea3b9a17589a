//! Reading a copy that `yipan backup` made, as far as it takes to say where two of them differ. Pure.

use serde_json::Value;

/// A line of a copy that stands otherwise in another.
#[derive(Debug, PartialEq, Eq)]
pub struct Difference {
    pub table: String,
    /// The row as it was, or empty where there was none.
    pub row: String,
    /// The part of it that differs, as it was and as it is.
    pub part: (String, String),
}

/// The first line in which a copy differs from the one it should equal; `None` where both are equal
/// to the byte.
pub fn difference(was: &[u8], is: &[u8]) -> Option<Difference> {
    if was == is {
        return None;
    }
    let (mut before, mut after) = (was.split(|byte| *byte == b'\n'), is.split(|byte| *byte == b'\n'));
    let mut at = 0_u64;
    loop {
        let (one, other) = (before.next(), after.next());
        // The header counts rows, and differs with them: what differs below it says more.
        if (one != other && at > 0) || one.is_none() {
            let (one, other) = (one.unwrap_or_default(), other.unwrap_or_default());
            let row = String::from_utf8_lossy(one).into_owned();
            return Some(Difference { table: table(was, at), row, part: part(one, other) });
        }
        at += 1;
    }
}

/// What two texts hold around the first byte in which they differ.
pub fn part(was: &[u8], is: &[u8]) -> (String, String) {
    let at = was.iter().zip(is).take_while(|(one, other)| one == other).count();
    let around = |row: &[u8]| {
        let (from, to) = (at.saturating_sub(24).min(row.len()), (at + 24).min(row.len()));
        String::from_utf8_lossy(&row[from..to]).into_owned()
    };
    (around(was), around(is))
}

/// The table of a line, by the header's counts.
fn table(copy: &[u8], line: u64) -> String {
    let header = copy.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let header: Value = serde_json::from_slice(header).unwrap_or_default();
    let mut last = 0;
    for section in header["tables"].as_array().into_iter().flatten() {
        last += section["rows"].as_u64().unwrap_or_default();
        if line <= last {
            return section["name"].as_str().unwrap_or_default().to_owned();
        }
    }
    "the trailer".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const COPY: &str = concat!(
        r#"{"yipan_dump":1,"tables":[{"name":"area","rows":2},{"name":"unit","rows":0},{"name":"staff","rows":1}]}"#,
        "\n[\"a\"]\n[\"b\"]\n[\"c\"]\n{\"sha256\":\"00\"}\n"
    );

    #[test]
    fn the_first_difference_is_found_in_its_table() {
        let differs = |from: &str, to: &str| {
            difference(COPY.as_bytes(), COPY.replace(from, to).as_bytes()).map(|found| found.table)
        };
        assert_eq!(differs("", ""), None);
        assert_eq!(differs("\"b\"", "\"x\"").as_deref(), Some("area"));
        assert_eq!(differs("\"c\"", "\"x\"").as_deref(), Some("staff"));
        let found = difference(COPY.as_bytes(), COPY.replace("\"b\"", "\"x\"").as_bytes()).unwrap();
        assert_eq!(found.part, ("[\"b\"]".to_owned(), "[\"x\"]".to_owned()));
        assert_eq!(differs("00", "01").as_deref(), Some("the trailer"));
        assert_eq!(differs("\n[\"c\"]\n{\"sha256\":\"00\"}\n", "").as_deref(), Some("staff"));
    }
}
