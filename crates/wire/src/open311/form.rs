//! `application/x-www-form-urlencoded`, of bodies and of query strings.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode, utf8_percent_encode};

use super::complaint::Complaint;

/// Bytes of a call.
const MOST_BYTES: usize = 256 << 10;
/// Names and values of a call.
const MOST_PAIRS: usize = 512;
/// Left as they are: what the URL standard leaves, and the brackets that attributes are known by.
const ESCAPED: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'*').remove(b'[').remove(b']');

/// Names and values, in order; one that is empty is left out, as if it had not been sent (section "Optional
/// Arguments").
pub(super) fn read(bytes: &[u8]) -> Result<Vec<(String, String)>, Complaint> {
    if bytes.len() > MOST_BYTES {
        return Err(Complaint::TooMuch { what: "bytes", limit: MOST_BYTES });
    }
    let mut pairs = Vec::new();
    for pair in bytes.split(|b| *b == b'&').filter(|pair| !pair.is_empty()) {
        if pairs.len() == MOST_PAIRS {
            return Err(Complaint::TooMuch { what: "parameters", limit: MOST_PAIRS });
        }
        let equals = pair.iter().position(|b| *b == b'=').unwrap_or(pair.len());
        let name = decoded(&pair[..equals])?;
        let value = decoded(pair.get(equals + 1..).unwrap_or_default())?;
        pairs.push((name, value));
    }
    pairs.retain(|(_, value)| !value.trim().is_empty());
    Ok(pairs)
}

fn decoded(part: &[u8]) -> Result<String, Complaint> {
    let spaced: Cow<'_, [u8]> = match part.contains(&b'+') {
        true => part.iter().map(|b| if *b == b'+' { b' ' } else { *b }).collect(),
        false => part.into(),
    };
    let text = percent_decode(&spaced).decode_utf8().map_err(|_| Complaint::NotUtf8)?;
    if text.contains('\0') {
        return Err(Complaint::Value { name: "a value".to_owned(), wanted: "free of U+0000".to_owned() });
    }
    Ok(text.into_owned())
}

/// The one value of a name. A name that came twice is complained of.
pub(super) fn one(pairs: &[(String, String)], name: &str, complaints: &mut Vec<Complaint>) -> Option<String> {
    let mut values = pairs.iter().filter(|(other, _)| other == name).map(|(_, value)| value.trim());
    let first = values.next()?;
    if values.next().is_some() {
        complaints.push(Complaint::Repeated { name: name.to_owned() });
    }
    Some(first.to_owned())
}

/// Adds a name and its value to a form.
pub(super) fn push(form: &mut String, name: &str, value: &str) {
    if !form.is_empty() {
        form.push('&');
    }
    form.extend(utf8_percent_encode(name, ESCAPED));
    form.push('=');
    form.extend(utf8_percent_encode(value, ESCAPED));
}
