//! The information of an alert in one language. Clause 3.2.2.

use super::area::Area;
use super::codes::{Category, Certainty, ResponseType, Severity, Urgency};
use super::message::Version;
use super::resource::Resource;
use super::value::{self, LANGUAGE, URI, collapsed, is_language, is_uri};
use crate::fault::{Fault, Wrong};
use crate::moment::Moment;
use crate::xml::{Builder, Node, Sequence, check_text};

const CLAUSE: &str = "CAP 1.2, 3.2.2";

/// What is coming, how bad, where, and what to do (预警内容), in one language. Clause 3.2.2.
#[derive(Debug, Clone, PartialEq)]
pub struct Info {
    /// RFC 3066, such as `zh-CN`; none means `en-US`.
    pub language: Option<String>,
    /// At least one.
    pub categories: Vec<Category>,
    /// The kind of event in words (事件).
    pub event: String,
    pub response_types: Vec<ResponseType>,
    pub urgency: Urgency,
    pub severity: Severity,
    pub certainty: Certainty,
    /// Whom it is meant for (受众).
    pub audience: Option<String>,
    /// The kind of event in codes of systems.
    pub event_codes: Vec<NamedValue>,
    /// From when the information holds; none means since the alert was sent (生效时间).
    pub effective: Option<Moment>,
    /// When the event is expected to begin.
    pub onset: Option<Moment>,
    /// Until when the information holds (失效时间).
    pub expires: Option<Moment>,
    /// Who warns, for people to read (发布机构).
    pub sender_name: Option<String>,
    pub headline: Option<String>,
    pub description: Option<String>,
    pub instruction: Option<String>,
    /// A page with more: a URI.
    pub web: Option<String>,
    pub contact: Option<String>,
    pub parameters: Vec<NamedValue>,
    pub resources: Vec<Resource>,
    pub areas: Vec<Area>,
}

/// A value of somebody's list, and the name of the list: an event code, a parameter, a geocode.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedValue {
    pub name: String,
    pub value: String,
}

impl Info {
    /// The language, or the standard's own where it is not told.
    #[must_use]
    pub fn language(&self) -> &str {
        self.language.as_deref().unwrap_or("en-US")
    }

    pub(super) fn check(&self, path: &str) -> Result<(), Fault> {
        if let Some(language) = &self.language {
            value::check(path, "language", language, is_language, LANGUAGE, CLAUSE)?;
        }
        if self.categories.is_empty() {
            return Err(Fault::of(path, Wrong::Missing { name: "category", because: "" }, CLAUSE));
        }
        let texts = [
            ("event", Some(&self.event)),
            ("audience", self.audience.as_ref()),
            ("senderName", self.sender_name.as_ref()),
            ("headline", self.headline.as_ref()),
            ("description", self.description.as_ref()),
            ("instruction", self.instruction.as_ref()),
            ("contact", self.contact.as_ref()),
        ];
        value::check_texts(path, texts.into_iter().filter_map(|(name, text)| Some((name, text?))))?;
        if let Some(web) = &self.web {
            value::check(path, "web", web, is_uri, URI, CLAUSE)?;
        }
        self.event_codes.iter().try_for_each(|code| code.check(&format!("{path}/eventCode")))?;
        self.parameters.iter().try_for_each(|parameter| parameter.check(&format!("{path}/parameter")))?;
        self.resources.iter().try_for_each(|resource| resource.check(&format!("{path}/resource")))?;
        self.areas.iter().try_for_each(|area| area.check(&format!("{path}/area")))
    }

    pub(super) fn read(node: Node<'_>, version: Version) -> Result<Self, Fault> {
        let mut children = Sequence::of(node, CLAUSE)?;
        let category = |node| value::word(node, CLAUSE, Category::named, Category::words);
        let response = move |node| version.response_type(node, CLAUSE);
        let language = language(children.maybe("language"))?;
        let mut categories = vec![category(children.need("category")?)?];
        categories.extend(children.each("category", category)?);
        let info = Self {
            language,
            categories,
            event: children.need("event")?.leaf(CLAUSE)?.to_owned(),
            response_types: children.each("responseType", response)?,
            urgency: value::word(children.need("urgency")?, CLAUSE, Urgency::named, Urgency::words)?,
            severity: value::word(children.need("severity")?, CLAUSE, Severity::named, Severity::words)?,
            certainty: value::word(children.need("certainty")?, CLAUSE, Certainty::named, Certainty::words)?,
            audience: value::text(children.maybe("audience"), CLAUSE)?,
            event_codes: children.each("eventCode", |node| NamedValue::read(node, CLAUSE))?,
            effective: value::moment_if(children.maybe("effective"), CLAUSE)?,
            onset: value::moment_if(children.maybe("onset"), CLAUSE)?,
            expires: value::moment_if(children.maybe("expires"), CLAUSE)?,
            sender_name: value::text(children.maybe("senderName"), CLAUSE)?,
            headline: value::text(children.maybe("headline"), CLAUSE)?,
            description: value::text(children.maybe("description"), CLAUSE)?,
            instruction: value::text(children.maybe("instruction"), CLAUSE)?,
            web: value::uri(children.maybe("web"), CLAUSE)?,
            contact: value::text(children.maybe("contact"), CLAUSE)?,
            parameters: children.each("parameter", |node| NamedValue::read(node, CLAUSE))?,
            resources: children.each("resource", |node| Resource::read(node, version))?,
            areas: children.each("area", Area::read)?,
        };
        children.end()?;
        Ok(info)
    }

    pub(super) fn write(&self, to: &mut Builder) {
        value::write_text(to, "language", self.language.as_ref());
        self.categories.iter().for_each(|category| to.leaf("category", category.as_str()));
        to.leaf("event", &self.event);
        self.response_types.iter().for_each(|response| to.leaf("responseType", response.as_str()));
        to.leaf("urgency", self.urgency.as_str());
        to.leaf("severity", self.severity.as_str());
        to.leaf("certainty", self.certainty.as_str());
        value::write_text(to, "audience", self.audience.as_ref());
        self.event_codes.iter().for_each(|code| code.write(to, "eventCode"));
        value::write_moment(to, "effective", self.effective);
        value::write_moment(to, "onset", self.onset);
        value::write_moment(to, "expires", self.expires);
        value::write_text(to, "senderName", self.sender_name.as_ref());
        value::write_text(to, "headline", self.headline.as_ref());
        value::write_text(to, "description", self.description.as_ref());
        value::write_text(to, "instruction", self.instruction.as_ref());
        value::write_text(to, "web", self.web.as_ref());
        value::write_text(to, "contact", self.contact.as_ref());
        self.parameters.iter().for_each(|parameter| parameter.write(to, "parameter"));
        self.resources.iter().for_each(|resource| to.block("resource", |to| resource.write(to)));
        self.areas.iter().for_each(|area| to.block("area", |to| area.write(to)));
    }
}

impl NamedValue {
    pub(super) fn check(&self, path: &str) -> Result<(), Fault> {
        check_text(&self.name, &format!("{path}/valueName"))?;
        check_text(&self.value, &format!("{path}/value"))
    }

    pub(super) fn read(node: Node<'_>, clause: &'static str) -> Result<Self, Fault> {
        let mut children = Sequence::of(node, clause)?;
        let name = children.need("valueName")?.leaf(clause)?.to_owned();
        let value = children.need("value")?.leaf(clause)?.to_owned();
        children.end()?;
        Ok(Self { name, value })
    }

    pub(super) fn write(&self, to: &mut Builder, element: &'static str) {
        to.block(element, |to| {
            to.leaf("valueName", &self.name);
            to.leaf("value", &self.value);
        });
    }
}

/// An empty language is the standard's default.
fn language(node: Option<Node<'_>>) -> Result<Option<String>, Fault> {
    let Some(node) = node else { return Ok(None) };
    let text = collapsed(node.leaf(CLAUSE)?);
    if text.is_empty() {
        return Ok(None);
    }
    if !is_language(&text) {
        return Err(node.fault(Wrong::value(&text, LANGUAGE), CLAUSE));
    }
    Ok(Some(text.into_owned()))
}
