//! Text to a tree, event by event, within limits.

use std::borrow::Cow;

use quick_xml::NsReader;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::name::ResolveResult;

use super::document::{Document, Element};
use crate::fault::{Fault, Wrong};
use crate::limits::Limits;

const WELL_FORMED: &str = "XML 1.0, 2.1";
const NAMESPACES: &str = "Namespaces in XML 1.0";
const LIMIT: &str = "limit of this reader";
/// Attributes of one element: each is compared with all before it.
const ATTRIBUTES: usize = 64;
const SCHEMA_INSTANCE: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// The tree of a well-formed message.
///
/// # Errors
/// The first place where the text is not well-formed XML with namespaces, has a document type or an entity of its
/// own, or passes a limit.
pub(crate) fn parse<'t>(source: Cow<'t, str>, limits: &Limits) -> Result<Document<'t>, Fault> {
    let document = Document { source: Cow::Borrowed(""), elements: Vec::new(), namespaces: Vec::new() };
    let mut grower = Grower { document, open: Vec::new(), limits, begins: 0 };
    let grown = grower.read(&source);
    let mut document = grower.document;
    let (open, begins) = (grower.open, grower.begins);
    document.source = source;
    grown.map_err(|(wrong, rule)| {
        let path = open.last().map(|index| document.path(*index)).unwrap_or_default();
        Fault { path, at: Some(document.at(begins)), wrong, rule }
    })?;
    Ok(document)
}

struct Grower<'l> {
    document: Document<'static>,
    open: Vec<u32>,
    limits: &'l Limits,
    /// Where the event at hand begins.
    begins: usize,
}

type Grown = Result<(), (Wrong, &'static str)>;

fn ill_formed(what: impl Into<String>) -> (Wrong, &'static str) {
    (Wrong::IllFormed { what: what.into() }, WELL_FORMED)
}

/// XML 1.0, 2.2.
pub(super) const fn allowed(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}

impl Grower<'_> {
    fn read(&mut self, source: &str) -> Grown {
        if let Some((byte, c)) = source.char_indices().find(|(_, c)| !allowed(*c)) {
            self.begins = byte;
            return Err((Wrong::Character { code: c.into() }, "XML 1.0, 2.2"));
        }
        let mut reader = NsReader::from_str(source);
        reader.config_mut().enable_all_checks(true);
        reader.config_mut().expand_empty_elements = true;
        loop {
            self.begins = usize::try_from(reader.buffer_position()).unwrap_or(source.len());
            let event = match reader.read_event() {
                Ok(event) => event,
                Err(fault) => {
                    self.begins = usize::try_from(reader.error_position()).unwrap_or(source.len());
                    return Err(ill_formed(fault.to_string()));
                }
            };
            match event {
                Event::Start(tag) => self.start(&reader, &tag)?,
                Event::End(_) => {
                    self.open.pop();
                }
                Event::Text(text) if text.contains("]]>") => return Err(ill_formed("`]]>` in text")),
                Event::Text(text) => self.text(&text.xml10_content())?,
                Event::CData(_) if self.open.is_empty() => return Err(ill_formed("text outside the root")),
                Event::CData(text) => self.text(&text.xml10_content())?,
                Event::GeneralRef(reference) => self.reference(&reference)?,
                Event::DocType(_) => return Err((Wrong::Doctype, LIMIT)),
                Event::Decl(_) if self.begins != 0 => {
                    return Err(ill_formed("the XML declaration does not stand first"));
                }
                Event::Decl(declaration) => {
                    declaration.version().map_err(|fault| ill_formed(fault.to_string()))?;
                }
                Event::Comment(_) | Event::PI(_) => {}
                Event::Empty(_) => return Err(ill_formed("an empty element that was not expanded")),
                Event::Eof => break,
            }
        }
        if !self.open.is_empty() {
            return Err(ill_formed("the message ends inside this element"));
        }
        if self.document.elements.is_empty() {
            return Err(ill_formed("there is no element"));
        }
        Ok(())
    }

    fn start(&mut self, reader: &NsReader<&[u8]>, tag: &BytesStart<'_>) -> Grown {
        let parent = self.open.last().copied();
        if parent.is_none() && !self.document.elements.is_empty() {
            return Err(ill_formed("a second root element"));
        }
        if self.open.len() >= self.limits.depth {
            return Err((Wrong::TooDeep { limit: self.limits.depth }, LIMIT));
        }
        if self.document.elements.len() >= self.limits.elements {
            return Err((Wrong::TooMany { limit: self.limits.elements }, LIMIT));
        }
        let (bound, name) = reader.resolver().resolve_element(tag.name());
        let namespace = self.namespace(&bound)?;
        let element = Element {
            parent,
            name: name.as_ref().to_owned(),
            namespace,
            attributes: attributes(reader, tag)?,
            byte: self.begins,
            ..Element::default()
        };
        let index = u32::try_from(self.document.elements.len()).unwrap_or(u32::MAX);
        self.document.elements.push(element);
        if let Some(parent) = parent {
            let before = self.document.elements[parent as usize].last_child.replace(index);
            match before {
                Some(before) => self.document.elements[before as usize].next = Some(index),
                None => self.document.elements[parent as usize].first_child = Some(index),
            }
        }
        self.open.push(index);
        Ok(())
    }

    /// The index of a namespace in the document's list.
    fn namespace(&mut self, bound: &ResolveResult<'_>) -> Result<Option<u8>, (Wrong, &'static str)> {
        let name: &str = match bound {
            ResolveResult::Unbound => return Ok(None),
            ResolveResult::Bound(namespace) => namespace.0,
            ResolveResult::Unknown(prefix) => return Err(unknown_prefix(prefix)),
        };
        let known = &mut self.document.namespaces;
        let index = known.iter().position(|other| other == name).unwrap_or_else(|| {
            known.push(name.to_owned());
            known.len() - 1
        });
        // Few, for each element looks through them.
        u8::try_from(index).map(Some).map_err(|_| ill_formed("more than 256 namespaces"))
    }

    fn text(&mut self, text: &str) -> Grown {
        match self.open.last() {
            Some(index) => self.document.elements[*index as usize].text.push_str(text),
            None if text.trim_matches([' ', '\t', '\r', '\n']).is_empty() => {}
            None => return Err(ill_formed("text outside the root")),
        }
        Ok(())
    }

    /// `&amp;` and its four brothers, and characters by number.
    fn reference(&mut self, reference: &BytesRef<'_>) -> Grown {
        let name: &str = reference;
        let c = match name {
            "lt" => '<',
            "gt" => '>',
            "amp" => '&',
            "apos" => '\'',
            "quot" => '"',
            _ => match reference.resolve_char_ref() {
                Ok(Some(c)) if allowed(c) => c,
                Ok(Some(c)) => return Err((Wrong::Character { code: c.into() }, "XML 1.0, 4.1")),
                Ok(None) => return Err((Wrong::Entity { name: name.chars().take(60).collect() }, LIMIT)),
                Err(fault) => return Err(ill_formed(fault.to_string())),
            },
        };
        match self.open.last() {
            Some(index) => self.document.elements[*index as usize].text.push(c),
            None => return Err(ill_formed("text outside the root")),
        }
        Ok(())
    }
}

/// Names of the attributes that say something about the element itself.
fn attributes(reader: &NsReader<&[u8]>, tag: &BytesStart<'_>) -> Result<Vec<String>, (Wrong, &'static str)> {
    let mut names = Vec::new();
    for (count, attribute) in tag.attributes().enumerate() {
        if count == ATTRIBUTES {
            return Err(ill_formed(format!("more than {ATTRIBUTES} attributes in one element")));
        }
        let attribute = attribute.map_err(|fault| ill_formed(fault.to_string()))?;
        if attribute.value.contains('<') {
            return Err(ill_formed("`<` in the value of an attribute"));
        }
        if attribute.key.as_namespace_binding().is_some() {
            continue;
        }
        let (bound, local) = reader.resolver().resolve_attribute(attribute.key);
        let points_at_schema = match bound {
            ResolveResult::Unknown(prefix) => return Err(unknown_prefix(&prefix)),
            ResolveResult::Bound(namespace) => {
                namespace.0 == SCHEMA_INSTANCE
                    && matches!(local.as_ref(), "schemaLocation" | "noNamespaceSchemaLocation")
            }
            ResolveResult::Unbound => false,
        };
        if !points_at_schema {
            names.push(attribute.key.as_ref().to_owned());
        }
    }
    Ok(names)
}

fn unknown_prefix(prefix: &str) -> (Wrong, &'static str) {
    (Wrong::IllFormed { what: format!("the prefix `{prefix}` is not declared") }, NAMESPACES)
}
