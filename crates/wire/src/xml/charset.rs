//! Bytes to text, by the mark at their beginning or the declaration.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8};

use crate::fault::{At, Fault, Wrong};
use crate::limits::Limits;

const RULE: &str = "XML 1.0, 4.3.3";
/// A declaration is looked for in so many bytes.
const DECLARATION: usize = 256;

/// The message as text, without its byte order mark.
pub(crate) fn decode<'b>(bytes: &'b [u8], limits: &Limits) -> Result<Cow<'b, str>, Fault> {
    let too_large = || Fault::of("", Wrong::TooLarge { limit: limits.bytes }, "limit of this reader");
    if bytes.len() > limits.bytes {
        return Err(too_large());
    }
    let (encoding, mark) = match Encoding::for_bom(bytes) {
        Some(marked) => marked,
        None => (declared(bytes)?, 0),
    };
    let body = &bytes[mark..];
    let text = encoding.decode_without_bom_handling_and_without_replacement(body).ok_or_else(|| {
        let sound = std::str::from_utf8(body).map_or_else(|fault| fault.valid_up_to(), str::len);
        let at = (encoding == UTF_8).then(|| {
            let lines = body[..sound].iter().filter(|b| **b == b'\n').count();
            At { line: 1 + lines, byte: sound }
        });
        Fault { at, ..Fault::of("", Wrong::Bytes { label: encoding.name().to_owned() }, RULE) }
    })?;
    if text.len() > limits.bytes {
        return Err(too_large());
    }
    Ok(text)
}

/// The encoding that `<?xml … encoding="…"?>` names; UTF-8 without it.
fn declared(bytes: &[u8]) -> Result<&'static Encoding, Fault> {
    let head = &bytes[..bytes.len().min(DECLARATION)];
    let Some(head) = head.strip_prefix(b"<?xml") else { return Ok(UTF_8) };
    let end = head.windows(2).position(|pair| pair == b"?>").unwrap_or(head.len());
    let head = String::from_utf8_lossy(&head[..end]);
    let Some((_, value)) = head.split_once("encoding") else { return Ok(UTF_8) };
    let value = value.trim_start().trim_start_matches('=').trim_start();
    let label = value.get(1..).and_then(|rest| rest.split(['"', '\'']).next()).unwrap_or_default();
    match Encoding::for_label_no_replacement(label.as_bytes()) {
        // Text that could be read so far is not of 16-bit units.
        Some(encoding) if encoding.is_ascii_compatible() => Ok(encoding),
        _ => Err(Fault::of("", Wrong::Encoding { label: label.to_owned() }, RULE)),
    }
}
