//! An answer being read, whether it is XML or JSON.

use serde_json::Value;

use crate::fault::{Fault, Wrong};
use crate::moment::Moment;
use crate::xml::Node;

/// A value of an answer, and the way to it.
#[derive(Debug, Clone)]
pub struct View<'d> {
    source: Source<'d>,
    /// In JSON; an XML node knows its own.
    path: String,
}

#[derive(Debug, Clone, Copy)]
enum Source<'d> {
    Xml(Node<'d>),
    Json(&'d Value),
}

/// Where the fields of an answer are described.
const RULE: &str = "GeoReport v2, API methods";

impl<'d> View<'d> {
    pub(crate) const fn xml(root: Node<'d>) -> Self {
        Self { source: Source::Xml(root), path: String::new() }
    }

    pub const fn json(root: &'d Value) -> Self {
        Self { source: Source::Json(root), path: String::new() }
    }

    pub fn fault(&self, wrong: Wrong) -> Fault {
        match self.source {
            Source::Xml(node) => node.fault(wrong, RULE),
            Source::Json(_) if self.path.is_empty() => Fault::of("/", wrong, RULE),
            Source::Json(_) => Fault::of(self.path.clone(), wrong, RULE),
        }
    }

    /// What a name holds; an empty element is something, `null` is not.
    fn field(&self, name: &'static str) -> Option<Self> {
        match self.source {
            Source::Xml(node) => {
                let own = |child: &Node<'_>| child.name() == name && child.namespace() == node.namespace();
                node.children().find(own).map(Self::xml)
            }
            Source::Json(value) => {
                let source = value.get(name).filter(|value| !value.is_null()).map(Source::Json)?;
                Some(Self { source, path: format!("{}/{name}", self.path) })
            }
        }
    }

    /// The text, without white space around it; none where there is none.
    pub fn text(&self) -> Result<Option<String>, Fault> {
        let text = match self.source {
            Source::Xml(node) => match node.children().next() {
                None => node.text().to_owned(),
                Some(child) => {
                    let found = child.name().to_owned();
                    return Err(self.fault(Wrong::Unexpected { found, expected: "text".to_owned() }));
                }
            },
            Source::Json(Value::Null) => return Ok(None),
            Source::Json(Value::String(text)) => text.clone(),
            Source::Json(value @ (Value::Number(_) | Value::Bool(_))) => value.to_string(),
            Source::Json(_) => return Err(self.fault(Wrong::value("an array or object", "text"))),
        };
        let text = text.trim();
        Ok((!text.is_empty()).then(|| text.to_owned()))
    }

    /// The text under a name, if there is any.
    pub fn text_of(&self, name: &'static str) -> Result<Option<String>, Fault> {
        self.field(name).map_or(Ok(None), |value| value.text())
    }

    /// The text under a name, which must be there.
    pub fn need(&self, name: &'static str) -> Result<String, Fault> {
        self.text_of(name)?.ok_or_else(|| self.fault(Wrong::Missing { name, because: "" }))
    }

    /// The text under a name, read as something else.
    pub fn parsed<T>(
        &self,
        name: &'static str,
        parse: impl Fn(&str) -> Option<T>,
        wanted: &str,
    ) -> Result<Option<T>, Fault> {
        let Some(value) = self.field(name) else { return Ok(None) };
        let Some(text) = value.text()? else { return Ok(None) };
        parse(&text).map(Some).ok_or_else(|| value.fault(Wrong::value(&text, wanted)))
    }

    /// A value under a name, which must be there.
    pub fn need_parsed<T>(
        &self,
        name: &'static str,
        parse: impl Fn(&str) -> Option<T>,
        wanted: &str,
    ) -> Result<T, Fault> {
        self.parsed(name, parse, wanted)?.ok_or_else(|| self.fault(Wrong::Missing { name, because: "" }))
    }

    pub fn truth(&self, name: &'static str) -> Result<bool, Fault> {
        self.need_parsed(name, |text| text.parse().ok(), "true or false")
    }

    pub fn number(&self, name: &'static str) -> Result<Option<f64>, Fault> {
        self.parsed(name, |text| text.parse().ok().filter(|n: &f64| n.is_finite()), "a number")
    }

    pub fn moment(&self, name: &'static str) -> Result<Option<Moment>, Fault> {
        self.parsed(name, Moment::from_w3c, "a time with its zone such as 2010-01-01T00:00:00Z")
    }

    /// The values of a list: in XML the children called `each`, in JSON the members.
    pub fn items(&self, each: &'static str) -> Result<Vec<Self>, Fault> {
        match self.source {
            Source::Xml(node) => {
                let own = |child: &Node<'_>| child.name() == each && child.namespace() == node.namespace();
                Ok(node.children().filter(own).map(Self::xml).collect())
            }
            Source::Json(Value::Array(values)) => {
                let view = |(place, value)| Self {
                    source: Source::Json(value),
                    path: format!("{}[{place}]", self.path),
                };
                Ok(values.iter().enumerate().map(view).collect())
            }
            Source::Json(_) => Err(self.fault(Wrong::value("what stands here", "an array"))),
        }
    }

    /// The values of a list under a name; none where it is not there.
    pub fn items_of(&self, name: &'static str, each: &'static str) -> Result<Vec<Self>, Fault> {
        self.field(name).map_or(Ok(Vec::new()), |list| list.items(each))
    }
}
