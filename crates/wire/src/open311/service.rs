//! What can be asked for. Section "GET Service List".

use super::answer::Item;
use super::tree::Tree;
use super::view::View;
use crate::fault::Fault;
use crate::vocabulary::vocabulary;

vocabulary! {
    /// What a client gets for its submission. Section "GET Service List", type.
    ServiceType {
        /// The number of the request.
        Realtime = "realtime",
        /// A token that the number is got with later.
        Batch = "batch",
        /// Nothing.
        Blackbox = "blackbox",
    }
}

/// A type of request that the city takes (诉求类别). Section "GET Service List".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    pub code: String,
    pub name: String,
    pub description: Option<String>,
    /// Whether there is a definition with attributes to fill in.
    pub metadata: bool,
    pub kind: ServiceType,
    /// Other words for it, none with a comma.
    pub keywords: Vec<String>,
    /// The heading it belongs under.
    pub group: Option<String>,
}

impl Item for Service {
    const NAMES: (&'static str, &'static str) = ("services", "service");

    fn tree(&self) -> Tree {
        let keywords = (!self.keywords.is_empty()).then(|| self.keywords.join(", "));
        Tree::Fields(vec![
            ("service_code", Tree::Code(self.code.clone())),
            ("service_name", Tree::Text(self.name.clone())),
            ("description", Tree::text(self.description.as_ref())),
            ("metadata", Tree::Truth(self.metadata)),
            ("type", Tree::Text(self.kind.to_string())),
            ("keywords", Tree::text(keywords.as_ref())),
            ("group", Tree::text(self.group.as_ref())),
        ])
    }

    fn view(view: &View<'_>) -> Result<Self, Fault> {
        let keywords = view.text_of("keywords")?.unwrap_or_default();
        let keywords = keywords.split(',').map(str::trim).filter(|word| !word.is_empty());
        Ok(Self {
            code: view.need("service_code")?,
            name: view.need("service_name")?,
            description: view.text_of("description")?,
            metadata: view.truth("metadata")?,
            kind: view.need_parsed("type", ServiceType::named, &ServiceType::words())?,
            keywords: keywords.map(str::to_owned).collect(),
            group: view.text_of("group")?,
        })
    }
}
