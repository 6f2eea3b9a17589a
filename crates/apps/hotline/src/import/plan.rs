//! How a table is to be imported.

use yipan_base::id::CategoryId;
use yipan_base::refusal::Refusal;
use yipan_casework::case::{Channel, Kind};
use yipan_platform::city::City;
use yipan_sheets::{Binding, Mapping};

use super::field::Field;
use super::reading::LONGEST_KEY;

/// How a table is to be imported (导入方案).
#[derive(Debug, Clone)]
pub struct ImportPlan {
    pub mapping: Mapping,
    /// The older system or list. A row is known again by its source and its key.
    pub source: String,
    /// Already over: counted, never timed. Otherwise clocks start as for a call of today.
    pub historical: bool,
    /// Of rows that name no kind, channel or category of their own.
    pub kind: Kind,
    pub channel: Channel,
    pub category: Option<CategoryId>,
}

impl ImportPlan {
    /// A plan for historical rows of no known kind or category.
    #[must_use]
    pub fn new(mapping: Mapping, source: impl Into<String>) -> Self {
        Self {
            mapping,
            source: source.into(),
            historical: true,
            kind: Kind::Other,
            channel: Channel::Application,
            category: None,
        }
    }

    /// Checks the plan as a whole, so that one mistake does not come back as a refusal of every row.
    pub(super) fn bind(&self, columns: &[String], city: &City) -> Result<Binding, Refusal> {
        let names = |fields: &[Field]| fields.iter().map(|f| f.name()).collect::<Vec<_>>();
        let mapped = |fault| Refusal::from(fault).at("/map");
        self.mapping.check_fields(&names(&Field::REQUIRED), &names(&Field::OPTIONAL)).map_err(mapped)?;
        let binding = self.mapping.bind(columns).map_err(mapped)?;
        if self.source.trim().is_empty() || self.source.len() > LONGEST_KEY || self.source.contains('\0') {
            return Err(Refusal::invalid(
                "import.source",
                format!("来源名称须为 1 至 {LONGEST_KEY} 字节的文字"),
                format!("the source must be a name of 1 to {LONGEST_KEY} bytes"),
            )
            .at("/source"));
        }
        match &self.category {
            Some(category) if !city.categories.contains_key(category) => Err(Refusal::invalid(
                "category.unknown",
                format!("没有诉求分类 {category}；请改用现有分类的代码"),
                format!("there is no category {category}; name one that the city knows"),
            )
            .at("/category")),
            None if !self.mapping.pairs().any(|(field, _)| field == Field::Category.name()) => {
                Err(Refusal::invalid(
                    "import.category",
                    "没有分类列时须指定默认分类",
                    "no column gives the category; name one for all rows",
                )
                .at("/category"))
            }
            _ => Ok(binding),
        }
    }
}
