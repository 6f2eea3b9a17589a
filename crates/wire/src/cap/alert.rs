//! The alert: what every message has. Clause 3.2.1.

use super::codes::{MessageType, Scope, Status};
use super::info::Info;
use super::message::Version;
use super::quoted;
use super::reference::Reference;
use super::value::{self, NAME, is_name};
use crate::fault::{Fault, Wrong};
use crate::moment::Moment;
use crate::xml::{Builder, Node, Sequence};

const CLAUSE: &str = "CAP 1.2, 3.2.1";
const SIGNATURE: &str = "http://www.w3.org/2000/09/xmldsig#";

/// One warning message (预警信息). Clause 3.2.1.
#[derive(Debug, Clone, PartialEq)]
pub struct Alert {
    /// Unique with its sender; without spaces, commas, `<` and `&`.
    pub identifier: String,
    /// Unique in the world, such as a domain name; spelt as an identifier.
    pub sender: String,
    pub sent: Moment,
    pub status: Status,
    pub msg_type: MessageType,
    /// The operator or device the message comes from.
    pub source: Option<String>,
    pub scope: Scope,
    /// Whom a restricted message is for.
    pub restriction: Option<String>,
    /// Whom a private message is for; none of them empty or with a double quote.
    pub addresses: Vec<String>,
    /// Special handling, such as the names of profiles.
    pub codes: Vec<String>,
    /// The purpose of an update, cancellation or exercise, or the reason of an error.
    pub note: Option<String>,
    /// Earlier messages this one is about.
    pub references: Vec<Reference>,
    /// Names of incidents; spelt as addresses.
    pub incidents: Vec<String>,
    pub infos: Vec<Info>,
}

impl Alert {
    /// The information in a language: of the blocks whose language is `language`; failing that, of those whose main
    /// language is the same; failing that, of those in the language of the first block.
    pub fn infos_in(&self, language: &str) -> impl Iterator<Item = &Info> {
        fn main(language: &str) -> &str {
            language.split('-').next().unwrap_or(language)
        }
        let exact = |info: &&Info| info.language().eq_ignore_ascii_case(language);
        let akin = |info: &&Info| main(info.language()).eq_ignore_ascii_case(main(language));
        let best = self.infos.iter().find(exact).or_else(|| self.infos.iter().find(akin));
        let chosen = best.or_else(|| self.infos.first()).map(Info::language);
        self.infos
            .iter()
            .filter(move |info| chosen.is_some_and(|best| info.language().eq_ignore_ascii_case(best)))
    }

    /// What would make this alert, once written, break the standard: a value that has not its form, or an element
    /// without the one it needs.
    ///
    /// # Errors
    /// The first such place, in the order of the document.
    pub fn check(&self) -> Result<(), Fault> {
        let path = "/alert";
        value::check(path, "identifier", &self.identifier, is_name, NAME, CLAUSE)?;
        value::check(path, "sender", &self.sender, is_name, NAME, CLAUSE)?;
        let texts = [("source", &self.source), ("restriction", &self.restriction), ("note", &self.note)];
        value::check_texts(path, texts.into_iter().filter_map(|(name, text)| Some((name, text.as_ref()?))))?;
        value::check_texts(path, self.codes.iter().map(|code| ("code", code)))?;
        for (name, entries) in [("addresses", &self.addresses), ("incidents", &self.incidents)] {
            for entry in entries {
                value::check(path, name, entry, quoted::is_entry, "a name without double quotes", CLAUSE)?;
            }
        }
        for reference in &self.references {
            for name in [&reference.sender, &reference.identifier] {
                value::check(path, "references", name, is_name, NAME, CLAUSE)?;
            }
        }
        let needs = |name, because| Err(Fault::of(path, Wrong::Missing { name, because }, CLAUSE));
        if self.scope == Scope::Restricted && self.restriction.as_ref().is_none_or(String::is_empty) {
            return needs("restriction", ": a restricted message says whom it is for");
        }
        if self.scope == Scope::Private && self.addresses.is_empty() {
            return needs("addresses", ": a private message says whom it is for");
        }
        if self.msg_type != MessageType::Alert && self.references.is_empty() {
            return needs("references", ": only a first alert refers to none");
        }
        let several = self.infos.len() > 1;
        self.infos.iter().enumerate().try_for_each(|(place, info)| match several {
            true => info.check(&format!("{path}/info[{}]", place + 1)),
            false => info.check(&format!("{path}/info")),
        })
    }

    /// The alert, and how many XML signatures stand after it.
    pub(super) fn read(node: Node<'_>, version: Version) -> Result<(Self, usize), Fault> {
        let mut children = Sequence::of(node, CLAUSE)?;
        let name = |node| value::checked(node, CLAUSE, is_name, NAME);
        let list =
            |node: Option<Node<'_>>| node.map_or(Ok(Vec::new()), |node| node.leaf(CLAUSE).map(quoted::split));
        let alert = Self {
            identifier: name(children.need("identifier")?)?,
            sender: name(children.need("sender")?)?,
            sent: value::moment(children.need("sent")?, CLAUSE)?,
            status: value::word(children.need("status")?, CLAUSE, Status::named, Status::words)?,
            msg_type: value::word(children.need("msgType")?, CLAUSE, MessageType::named, MessageType::words)?,
            source: value::text(children.maybe("source"), CLAUSE)?,
            scope: value::word(children.need("scope")?, CLAUSE, Scope::named, Scope::words)?,
            restriction: value::text(children.maybe("restriction"), CLAUSE)?,
            addresses: list(children.maybe("addresses"))?,
            codes: children.each("code", |node| node.leaf(CLAUSE).map(str::to_owned))?,
            note: value::text(children.maybe("note"), CLAUSE)?,
            references: children.maybe("references").map_or(Ok(Vec::new()), references)?,
            incidents: list(children.maybe("incidents"))?,
            infos: children.each("info", |node| Info::read(node, version))?,
        };
        let signatures = children.foreign(SIGNATURE);
        children.end()?;
        Ok((alert, signatures))
    }

    pub(super) fn write(&self, to: &mut Builder) {
        to.leaf("identifier", &self.identifier);
        to.leaf("sender", &self.sender);
        to.leaf("sent", &self.sent.to_cap());
        to.leaf("status", self.status.as_str());
        to.leaf("msgType", self.msg_type.as_str());
        value::write_text(to, "source", self.source.as_ref());
        to.leaf("scope", self.scope.as_str());
        value::write_text(to, "restriction", self.restriction.as_ref());
        if !self.addresses.is_empty() {
            to.leaf("addresses", &quoted::join(&self.addresses));
        }
        self.codes.iter().for_each(|code| to.leaf("code", code));
        value::write_text(to, "note", self.note.as_ref());
        if !self.references.is_empty() {
            let references: Vec<_> = self.references.iter().map(Reference::to_string).collect();
            to.leaf("references", &references.join(" "));
        }
        if !self.incidents.is_empty() {
            to.leaf("incidents", &quoted::join(&self.incidents));
        }
        self.infos.iter().for_each(|info| to.block("info", |to| info.write(to)));
    }
}

/// At least one, divided by white space.
fn references(node: Node<'_>) -> Result<Vec<Reference>, Fault> {
    let text = node.leaf(CLAUSE)?;
    let wanted = "`sender,identifier,sent`, once or more, with spaces between";
    let refuse = |value| node.fault(Wrong::value(value, wanted), CLAUSE);
    let all: Result<Vec<_>, _> =
        text.split_whitespace().map(|one| Reference::parse(one).ok_or_else(|| refuse(one))).collect();
    match all?.as_slice() {
        [] => Err(refuse(text)),
        some => Ok(some.to_vec()),
    }
}
