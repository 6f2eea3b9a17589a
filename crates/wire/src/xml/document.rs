//! A message as a tree of elements, in one list in the order of the document.

use std::borrow::Cow;

use crate::fault::{At, Fault, Wrong};

/// The elements of one message. A tree of indices: dropped and walked without recursion.
#[derive(Debug)]
pub(crate) struct Document<'t> {
    pub(super) source: Cow<'t, str>,
    pub(super) elements: Vec<Element>,
    pub(super) namespaces: Vec<String>,
}

#[derive(Debug, Default)]
pub(super) struct Element {
    pub parent: Option<u32>,
    pub first_child: Option<u32>,
    pub last_child: Option<u32>,
    pub next: Option<u32>,
    /// Without prefix.
    pub name: String,
    /// Index into the document's namespaces; none for an element of no namespace.
    pub namespace: Option<u8>,
    /// All character data directly inside.
    pub text: String,
    /// Names of attributes, those that declare namespaces or point at schemas left out.
    pub attributes: Vec<String>,
    /// Where its start tag begins.
    pub byte: usize,
}

/// One element of a document.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Node<'d> {
    document: &'d Document<'d>,
    index: u32,
}

impl<'t> Document<'t> {
    pub(crate) fn root<'d>(&'d self) -> Node<'d> {
        Node { document: self, index: 0 }
    }

    pub(super) fn at(&self, byte: usize) -> At {
        At::of(&self.source, byte)
    }

    /// The way from the root: `/alert/info[2]/area`.
    pub(super) fn path(&self, index: u32) -> String {
        let mut steps = Vec::new();
        let mut at = Some(index);
        while let Some(index) = at {
            steps.push(self.step(index));
            at = self.elements[index as usize].parent;
        }
        steps.reverse();
        format!("/{}", steps.join("/"))
    }

    /// A name, with its place among the siblings of that name where there are several.
    fn step(&self, index: u32) -> String {
        let element = &self.elements[index as usize];
        let (mut place, mut several) = (1, false);
        let mut sibling = element.parent.and_then(|parent| self.elements[parent as usize].first_child);
        while let Some(other) = sibling {
            if other != index && self.elements[other as usize].name == element.name {
                several = true;
                place += usize::from(other < index);
            }
            sibling = self.elements[other as usize].next;
        }
        if several { format!("{}[{place}]", element.name) } else { element.name.clone() }
    }
}

impl<'d> Node<'d> {
    fn element(self) -> &'d Element {
        &self.document.elements[self.index as usize]
    }

    /// The name without prefix.
    pub(crate) fn name(self) -> &'d str {
        &self.element().name
    }

    /// Empty where the element is of no namespace.
    pub(crate) fn namespace(self) -> &'d str {
        let index = self.element().namespace;
        index.map_or("", |index| self.document.namespaces[usize::from(index)].as_str())
    }

    pub(crate) fn attributes(self) -> &'d [String] {
        &self.element().attributes
    }

    pub(crate) fn children(self) -> impl Iterator<Item = Self> {
        let beside = move |index: Option<u32>| index.map(|index| Node { document: self.document, index });
        std::iter::successors(beside(self.element().first_child), move |node| beside(node.element().next))
    }

    /// The character data directly inside, whatever else there is.
    pub(crate) fn text(self) -> &'d str {
        &self.element().text
    }

    pub(crate) fn path(self) -> String {
        self.document.path(self.index)
    }

    /// A fault of this element.
    pub(crate) fn fault(self, wrong: Wrong, rule: &'static str) -> Fault {
        Fault { path: self.path(), at: Some(self.document.at(self.element().byte)), wrong, rule }
    }
}
