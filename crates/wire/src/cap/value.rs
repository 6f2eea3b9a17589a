//! Single values: the same check when reading and before writing.

use std::borrow::Cow;

use crate::fault::{Fault, Wrong};
use crate::moment::Moment;
use crate::xml::{Builder, Node, check_text};

/// Where a date and time is described.
const DATE_TIME: &str = "CAP 1.2, 3.3.2";

/// What an identifier or a sender must be. Clause 3.2.1.
pub(super) const NAME: &str = "a name without spaces, commas, `<` and `&`";
/// What the schema calls `xs:language`: RFC 3066.
pub(super) const LANGUAGE: &str = "a language such as zh-CN or en";
/// What the schema calls `xs:anyURI`.
pub(super) const URI: &str = "a URI such as https://example.org/a";

pub(super) fn is_name(text: &str) -> bool {
    !text.is_empty() && !text.contains(|c: char| c.is_whitespace() || matches!(c, ',' | '<' | '&'))
}

pub(super) fn is_language(text: &str) -> bool {
    text.split('-').enumerate().all(|(place, part)| {
        let sort = |b: u8| if place == 0 { b.is_ascii_alphabetic() } else { b.is_ascii_alphanumeric() };
        (1..=8).contains(&part.len()) && part.bytes().all(sort)
    })
}

/// RFC 3986's shape; characters that a URI would have to escape may stand as they are, and so may single spaces.
pub(super) fn is_uri(text: &str) -> bool {
    let head = text.split(['/', '?', '#']).next().unwrap_or_default();
    let scheme_ok = head.split_once(':').is_none_or(|(scheme, _)| {
        let sound = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
        scheme.starts_with(|c: char| c.is_ascii_alphabetic()) && scheme.chars().all(sound)
    });
    let (rest, authority) = match text.split_once("//") {
        Some((before, after)) if before.is_empty() || (before == head && before.ends_with(':')) => {
            let end = after.find(['/', '?', '#']).unwrap_or(after.len());
            (&after[end..], &after[..end])
        }
        _ => (text, ""),
    };
    scheme_ok
        && is_authority(authority)
        && escapes_are_whole(text)
        && text.matches('#').count() <= 1
        && !rest.contains(['[', ']'])
        && collapsed(text) == text
}

/// `user@host:port`; the host may be an address of IPv6 in brackets.
fn is_authority(text: &str) -> bool {
    let host = text.split_once('@').map_or(text, |(_, host)| host);
    let (name, port) = match host.strip_prefix('[').and_then(|literal| literal.split_once(']')) {
        Some((_, after)) => ("", after.strip_prefix(':').unwrap_or(after)),
        None => host.split_once(':').unwrap_or((host, "")),
    };
    !name.contains(['[', ']', '@']) && port.len() <= 8 && port.bytes().all(|b| b.is_ascii_digit())
}

/// Two hexadecimal digits follow each percent sign.
fn escapes_are_whole(text: &str) -> bool {
    let digits =
        |part: &str| part.as_bytes().get(..2).is_some_and(|two| two.iter().all(u8::is_ascii_hexdigit));
    text.split('%').skip(1).all(digits)
}

/// Text with the white space that the schema takes away in most of its types: at both ends, and all but one space
/// within.
pub(super) fn collapsed(text: &str) -> Cow<'_, str> {
    let space = |c: char| matches!(c, ' ' | '\t' | '\n' | '\r');
    let text = text.trim_matches(space);
    if text.contains(['\t', '\n', '\r']) || text.contains("  ") {
        return text.split(space).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ").into();
    }
    text.into()
}

/// The text of a leaf, of which a check holds.
pub(super) fn checked(
    node: Node<'_>,
    clause: &'static str,
    check: fn(&str) -> bool,
    wanted: &str,
) -> Result<String, Fault> {
    let text = node.leaf(clause)?;
    if check(text) { Ok(text.to_owned()) } else { Err(node.fault(Wrong::value(text, wanted), clause)) }
}

/// The text of an optional leaf; empty says nothing.
pub(super) fn text(node: Option<Node<'_>>, clause: &'static str) -> Result<Option<String>, Fault> {
    let Some(node) = node else { return Ok(None) };
    let text = node.leaf(clause)?;
    Ok((!text.is_empty()).then(|| text.to_owned()))
}

/// An optional URI; empty says nothing.
pub(super) fn uri(node: Option<Node<'_>>, clause: &'static str) -> Result<Option<String>, Fault> {
    let Some(node) = node else { return Ok(None) };
    let text = collapsed(node.leaf(clause)?);
    if !is_uri(&text) {
        return Err(node.fault(Wrong::value(&text, URI), clause));
    }
    Ok((!text.is_empty()).then(|| text.into_owned()))
}

/// A word of a closed list.
pub(super) fn word<T>(
    node: Node<'_>,
    clause: &'static str,
    named: fn(&str) -> Option<T>,
    words: fn() -> String,
) -> Result<T, Fault> {
    let text = node.leaf(clause)?;
    named(text).ok_or_else(|| node.fault(Wrong::value(text, format!("one of {}", words())), clause))
}

pub(super) fn moment(node: Node<'_>, clause: &'static str) -> Result<Moment, Fault> {
    let text = node.leaf(clause)?;
    let wanted = "a time with its offset such as 2021-05-01T08:30:00+08:00 (UTC is -00:00, never Z)";
    Moment::from_cap(text).ok_or_else(|| node.fault(Wrong::value(text, wanted), DATE_TIME))
}

pub(super) fn moment_if(node: Option<Node<'_>>, clause: &'static str) -> Result<Option<Moment>, Fault> {
    node.map(|node| moment(node, clause)).transpose()
}

/// Writes an optional text; empty says nothing and is left out.
pub(super) fn write_text(to: &mut Builder, name: &'static str, text: Option<&String>) {
    if let Some(text) = text.filter(|text| !text.is_empty()) {
        to.leaf(name, text);
    }
}

pub(super) fn write_moment(to: &mut Builder, name: &'static str, moment: Option<Moment>) {
    if let Some(moment) = moment {
        to.leaf(name, &moment.to_cap());
    }
}

/// A value that is to be written, and a check it must pass.
pub(super) fn check(
    path: &str,
    name: &str,
    value: &str,
    sound: fn(&str) -> bool,
    wanted: &str,
    clause: &'static str,
) -> Result<(), Fault> {
    let path = format!("{path}/{name}");
    if !sound(value) {
        return Err(Fault::of(path, Wrong::value(value, wanted), clause));
    }
    check_text(value, &path)
}

/// Texts that are to be written.
pub(super) fn check_texts<'a>(
    path: &str,
    texts: impl IntoIterator<Item = (&'static str, &'a String)>,
) -> Result<(), Fault> {
    texts.into_iter().try_for_each(|(name, text)| check_text(text, &format!("{path}/{name}")))
}
