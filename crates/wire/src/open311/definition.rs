//! What a service wants to know besides place and words. Section "GET Service Definition".

use super::answer::Answer;
use super::tree::Tree;
use super::view::View;
use crate::fault::Fault;
use crate::vocabulary::vocabulary;

vocabulary! {
    /// The kind of field. Section "GET Service Definition", datatype.
    Datatype {
        /// One line.
        String = "string",
        Number = "number",
        /// ISO 8601.
        Datetime = "datetime",
        /// Several lines.
        Text = "text",
        /// One of the choices.
        SingleValueList = "singlevaluelist",
        /// Some of the choices.
        MultiValueList = "multivaluelist",
    }
}

/// The attributes of a service (诉求要素). Section "GET Service Definition".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Definition {
    pub service_code: String,
    pub attributes: Vec<Attribute>,
}

/// One field of a service's form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    /// Whether there is anything to fill in; if not, the description is shown and that is all.
    pub variable: bool,
    pub code: String,
    pub datatype: Datatype,
    pub required: bool,
    /// How to fill it in.
    pub datatype_description: Option<String>,
    /// From 1, unique in the definition.
    pub order: u32,
    /// What is asked.
    pub description: Option<String>,
    /// What a list may be answered with; not told of other kinds.
    pub choices: Vec<Choice>,
}

/// A value that may be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    pub key: String,
    pub name: String,
}

impl Datatype {
    /// Whether there are choices.
    #[must_use]
    pub const fn is_list(self) -> bool {
        matches!(self, Self::SingleValueList | Self::MultiValueList)
    }
}

impl Attribute {
    fn tree(&self) -> Tree {
        let mut fields = vec![
            ("variable", Tree::Truth(self.variable)),
            ("code", Tree::Code(self.code.clone())),
            ("datatype", Tree::Text(self.datatype.to_string())),
            ("required", Tree::Truth(self.required)),
            ("datatype_description", Tree::text(self.datatype_description.as_ref())),
            ("order", Tree::Code(self.order.to_string())),
            ("description", Tree::text(self.description.as_ref())),
        ];
        if self.datatype.is_list() {
            fields.push(("values", Tree::List("value", self.choices.iter().map(Choice::tree).collect())));
        }
        Tree::Fields(fields)
    }

    fn view(view: &View<'_>) -> Result<Self, Fault> {
        let order = |text: &str| text.parse().ok().filter(|order| *order > 0);
        let choices = view.items_of("values", "value")?;
        Ok(Self {
            variable: view.truth("variable")?,
            code: view.need("code")?,
            datatype: view.need_parsed("datatype", Datatype::named, &Datatype::words())?,
            required: view.truth("required")?,
            datatype_description: view.text_of("datatype_description")?,
            order: view.need_parsed("order", order, "a whole number from 1")?,
            description: view.text_of("description")?,
            choices: choices.iter().map(Choice::view).collect::<Result<_, _>>()?,
        })
    }
}

impl Choice {
    fn tree(&self) -> Tree {
        Tree::Fields(vec![("key", Tree::Code(self.key.clone())), ("name", Tree::Text(self.name.clone()))])
    }

    fn view(view: &View<'_>) -> Result<Self, Fault> {
        Ok(Self { key: view.need("key")?, name: view.need("name")? })
    }
}

impl Answer for Definition {
    const ROOT: &'static str = "service_definition";

    fn tree(&self) -> Tree {
        Tree::Fields(vec![
            ("service_code", Tree::Code(self.service_code.clone())),
            ("attributes", Tree::List("attribute", self.attributes.iter().map(Attribute::tree).collect())),
        ])
    }

    fn view(view: &View<'_>) -> Result<Self, Fault> {
        let attributes = view.items_of("attributes", "attribute")?;
        Ok(Self {
            service_code: view.need("service_code")?,
            attributes: attributes.iter().map(Attribute::view).collect::<Result<_, _>>()?,
        })
    }
}
