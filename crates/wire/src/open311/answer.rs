//! Answers as bytes, and back.

use serde_json::Value;

use super::format::Format;
use super::tree::Tree;
use super::view::View;
use crate::fault::{At, Fault, Wrong};
use crate::limits::Limits;
use crate::xml;

/// What a server may answer: [`write()`] and [`read`] take each. Not to be implemented elsewhere.
pub trait Answer: Sized {
    /// The root element in XML.
    const ROOT: &'static str;

    #[doc(hidden)]
    fn tree(&self) -> Tree;

    #[doc(hidden)]
    fn view(view: &View<'_>) -> Result<Self, Fault>;
}

/// A member of an answer that is a list.
pub trait Item: Sized {
    /// The root element, and the element of each member.
    const NAMES: (&'static str, &'static str);

    fn tree(&self) -> Tree;

    fn view(view: &View<'_>) -> Result<Self, Fault>;
}

impl<T: Item> Answer for Vec<T> {
    const ROOT: &'static str = T::NAMES.0;

    fn tree(&self) -> Tree {
        Tree::List(T::NAMES.1, self.iter().map(Item::tree).collect())
    }

    fn view(view: &View<'_>) -> Result<Self, Fault> {
        view.items(T::NAMES.1)?.iter().map(T::view).collect()
    }
}

/// The bytes of an answer, in UTF-8. A character that XML does not allow is left out of XML.
#[must_use]
pub fn write<A: Answer>(answer: &A, format: Format) -> Vec<u8> {
    let tree = answer.tree();
    match format {
        Format::Xml => tree.to_xml(A::ROOT),
        // A tree has text for keys and writes to memory: it cannot fail.
        Format::Json => serde_json::to_vec(&tree).unwrap_or_default(),
    }
}

/// An answer from its bytes, within the usual [`Limits`]. Names that the specification does not know are passed over.
///
/// # Errors
/// The first place that is not well formed, or not as the specification has it.
pub fn read<A: Answer>(bytes: &[u8], format: Format) -> Result<A, Fault> {
    read_within(bytes, format, &Limits::default())
}

/// [`read`] within limits of one's own; in JSON, depth is at most 127 and elements are not counted.
///
/// # Errors
/// As [`read`].
pub fn read_within<A: Answer>(bytes: &[u8], format: Format, limits: &Limits) -> Result<A, Fault> {
    let text = xml::decode(bytes, limits)?;
    match format {
        Format::Xml => {
            let document = xml::parse(text, limits)?;
            let root = document.root();
            if root.name() == A::ROOT {
                return A::view(&View::xml(root));
            }
            let wrong = Wrong::Root { found: root.name().to_owned(), expected: A::ROOT };
            Err(root.fault(wrong, "GeoReport v2, XML Support"))
        }
        Format::Json => {
            let value: Value = serde_json::from_str(&text).map_err(|fault| {
                let line_begins = text.split_inclusive('\n').take(fault.line().saturating_sub(1));
                let byte = line_begins.map(str::len).sum::<usize>() + fault.column().saturating_sub(1);
                let wrong = Wrong::IllFormed { what: fault.to_string() };
                Fault { at: Some(At { line: fault.line(), byte }), ..Fault::of("", wrong, "RFC 8259") }
            })?;
            A::view(&View::json(&value))
        }
    }
}
