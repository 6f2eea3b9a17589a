//! The children of an element, taken in the order of the schema.

use super::document::Node;
use crate::fault::{Fault, Wrong};

/// What an `xs:sequence` holds: each child is asked for by name, in order; what was asked for in vain is named where
/// another stands instead.
pub(crate) struct Sequence<'d> {
    parent: Node<'d>,
    children: Vec<Node<'d>>,
    taken: usize,
    namespace: &'d str,
    clause: &'static str,
    /// Asked for since the last child was taken, and not there.
    missed: Vec<&'static str>,
}

impl<'d> Sequence<'d> {
    /// The children of `parent`, which may have neither text nor attributes; `clause` is the clause of the block.
    pub(crate) fn of(parent: Node<'d>, clause: &'static str) -> Result<Self, Fault> {
        refuse_attributes(parent, clause)?;
        if !is_blank(parent.text()) {
            return Err(parent.fault(Wrong::Text, clause));
        }
        let children = parent.children().collect();
        Ok(Self { parent, children, taken: 0, namespace: parent.namespace(), clause, missed: Vec::new() })
    }

    fn next(&self) -> Option<Node<'d>> {
        self.children.get(self.taken).copied()
    }

    /// The next child, if it has this name.
    pub(crate) fn maybe(&mut self, name: &'static str) -> Option<Node<'d>> {
        match self.next() {
            Some(node) if node.name() == name && node.namespace() == self.namespace => {
                self.taken += 1;
                self.missed.clear();
                Some(node)
            }
            _ => {
                self.missed.push(name);
                None
            }
        }
    }

    /// The next child, which must have this name.
    pub(crate) fn need(&mut self, name: &'static str) -> Result<Node<'d>, Fault> {
        if let Some(node) = self.maybe(name) {
            return Ok(node);
        }
        match self.next() {
            Some(node) => Err(self.unexpected(node)),
            None => Err(self.parent.fault(Wrong::Missing { name, because: "" }, self.clause)),
        }
    }

    /// All next children of this name.
    pub(crate) fn each<T>(
        &mut self,
        name: &'static str,
        read: impl Fn(Node<'d>) -> Result<T, Fault>,
    ) -> Result<Vec<T>, Fault> {
        let mut all = Vec::new();
        while let Some(node) = self.maybe(name) {
            all.push(read(node)?);
        }
        Ok(all)
    }

    /// Children that are left and belong to `namespace`: how many.
    pub(crate) fn foreign(&mut self, namespace: &str) -> usize {
        let before = self.taken;
        while self.next().is_some_and(|node| node.namespace() == namespace) {
            self.taken += 1;
            self.missed.clear();
        }
        self.taken - before
    }

    /// There must be nothing more.
    pub(crate) fn end(self) -> Result<(), Fault> {
        match self.next() {
            Some(node) => Err(self.unexpected(node)),
            None => Ok(()),
        }
    }

    fn unexpected(&self, node: Node<'d>) -> Fault {
        let expected = match self.missed.as_slice() {
            [] => "the end".to_owned(),
            names => names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" or "),
        };
        let found = match node.namespace() {
            namespace if namespace == self.namespace => node.name().to_owned(),
            "" => format!("{} (of no namespace)", node.name()),
            other => format!("{} (of {other})", node.name()),
        };
        node.fault(Wrong::Unexpected { found, expected }, self.clause)
    }
}

impl<'d> Node<'d> {
    /// The text of an element that holds nothing else.
    pub(crate) fn leaf(self, clause: &'static str) -> Result<&'d str, Fault> {
        refuse_attributes(self, clause)?;
        match self.children().next() {
            Some(child) => {
                let found = child.name().to_owned();
                Err(child.fault(Wrong::Unexpected { found, expected: "text".to_owned() }, clause))
            }
            None => Ok(self.text()),
        }
    }
}

fn refuse_attributes(node: Node<'_>, clause: &'static str) -> Result<(), Fault> {
    match node.attributes().first() {
        Some(name) => Err(node.fault(Wrong::Attribute { name: name.clone() }, clause)),
        None => Ok(()),
    }
}

/// Nothing but XML white space.
pub(super) fn is_blank(text: &str) -> bool {
    text.bytes().all(|b| matches!(b, b' ' | b'\t' | b'\n' | b'\r'))
}
