//! Which interfaces a city offers, and where. "Service Discovery".

use super::answer::Answer;
use super::tree::Tree;
use super::view::View;
use crate::fault::Fault;
use crate::vocabulary::vocabulary;

vocabulary! {
    /// Whether what is sent to an endpoint is acted upon.
    EndpointType {
        Production = "production",
        Test = "test",
    }
}

/// The discovery file of a city. "Service Discovery", Fields for All Versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Discovery {
    /// Sorts later whenever this or anything behind it changed, such as a time.
    pub changeset: String,
    /// How to reach people, for people to read.
    pub contact: String,
    /// How to get an API key, for people to read.
    pub key_service: String,
    pub endpoints: Vec<Endpoint>,
}

/// One interface.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// What is spoken there: [`Endpoint::GEOREPORT_V2`].
    pub specification: String,
    pub url: String,
    /// Sorts later whenever services or their definitions changed.
    pub changeset: String,
    pub kind: EndpointType,
    /// MIME types.
    pub formats: Vec<String>,
}

impl Endpoint {
    /// The name of this specification.
    pub const GEOREPORT_V2: &'static str = "http://wiki.open311.org/GeoReport_v2";

    fn tree(&self) -> Tree {
        Tree::Fields(vec![
            ("specification", Tree::Text(self.specification.clone())),
            ("url", Tree::Text(self.url.clone())),
            ("changeset", Tree::Text(self.changeset.clone())),
            ("type", Tree::Text(self.kind.to_string())),
            ("formats", Tree::List("format", self.formats.iter().cloned().map(Tree::Text).collect())),
        ])
    }

    fn view(view: &View<'_>) -> Result<Self, Fault> {
        let formats = view.items_of("formats", "format")?;
        let formats: Result<Vec<_>, _> = formats.iter().map(View::text).collect();
        Ok(Self {
            specification: view.need("specification")?,
            url: view.need("url")?,
            changeset: view.need("changeset")?,
            kind: view.need_parsed("type", EndpointType::named, &EndpointType::words())?,
            formats: formats?.into_iter().flatten().collect(),
        })
    }
}

impl Answer for Discovery {
    const ROOT: &'static str = "discovery";

    fn tree(&self) -> Tree {
        Tree::Fields(vec![
            ("changeset", Tree::Text(self.changeset.clone())),
            ("contact", Tree::Text(self.contact.clone())),
            ("key_service", Tree::Text(self.key_service.clone())),
            ("endpoints", Tree::List("endpoint", self.endpoints.iter().map(Endpoint::tree).collect())),
        ])
    }

    fn view(view: &View<'_>) -> Result<Self, Fault> {
        let endpoints = view.items_of("endpoints", "endpoint")?;
        Ok(Self {
            changeset: view.need("changeset")?,
            contact: view.need("contact")?,
            key_service: view.need("key_service")?,
            endpoints: endpoints.iter().map(Endpoint::view).collect::<Result<_, _>>()?,
        })
    }
}
