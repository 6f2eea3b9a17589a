//! XML, written with two spaces an inner level.

use super::parse::allowed;
use crate::fault::{Fault, Wrong};

/// A document being written.
pub(crate) struct Builder {
    out: String,
    open: Vec<&'static str>,
}

impl Builder {
    /// Begins with the declaration and the root's start tag; `namespace` is empty for none.
    pub(crate) fn new(root: &'static str, namespace: &str) -> Self {
        let mut builder = Self { out: String::new(), open: Vec::new() };
        builder.out.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<");
        builder.out.push_str(root);
        if !namespace.is_empty() {
            builder.out.push_str(" xmlns=\"");
            builder.out.push_str(namespace);
            builder.out.push('"');
        }
        builder.out.push_str(">\n");
        builder.open.push(root);
        builder
    }

    fn indent(&mut self) {
        for _ in &self.open {
            self.out.push_str("  ");
        }
    }

    /// `<name>text</name>`. A character that may not stand in XML is left out: [`check_text`] tells beforehand.
    pub(crate) fn leaf(&mut self, name: &'static str, text: &str) {
        self.indent();
        self.out.push('<');
        self.out.push_str(name);
        self.out.push('>');
        for c in text.chars() {
            match c {
                '<' => self.out.push_str("&lt;"),
                '>' => self.out.push_str("&gt;"),
                '&' => self.out.push_str("&amp;"),
                // A reader would make a line feed of it.
                '\r' => self.out.push_str("&#13;"),
                c if allowed(c) => self.out.push(c),
                _ => {}
            }
        }
        self.close_tag(name);
    }

    /// An element with what `inside` writes.
    pub(crate) fn block(&mut self, name: &'static str, inside: impl FnOnce(&mut Self)) {
        self.indent();
        self.out.push('<');
        self.out.push_str(name);
        self.out.push_str(">\n");
        self.open.push(name);
        inside(self);
        self.open.pop();
        self.indent();
        self.close_tag(name);
    }

    fn close_tag(&mut self, name: &str) {
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push_str(">\n");
    }

    /// Closes the root.
    pub(crate) fn finish(mut self) -> Vec<u8> {
        if let Some(root) = self.open.pop() {
            self.close_tag(root);
        }
        self.out.into_bytes()
    }
}

/// Whether `text` can be written in XML at all.
pub(crate) fn check_text(text: &str, path: &str) -> Result<(), Fault> {
    match text.chars().find(|c| !allowed(*c)) {
        Some(c) => Err(Fault::of(path, Wrong::Character { code: c.into() }, "XML 1.0, 2.2")),
        None => Ok(()),
    }
}
