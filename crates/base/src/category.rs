//! Categories of appeals (诉求分类): a tree of three levels whose codes carry their path.

use serde::{Deserialize, Serialize};

use crate::id::CategoryId;

/// How much work a case of a category usually is; it chooses the term of handling.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Complexity {
    /// 一般
    Simple,
    /// 复杂
    Complex,
}

/// A category of appeals (诉求分类), such as `housing.property.fees`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Category {
    pub id: CategoryId,
    /// The category whose id is this one's without its last word; `None` at the top.
    pub parent: Option<CategoryId>,
    pub zh: String,
    pub en: String,
    /// The line of duty (条线) responsible for it at city and county level.
    pub line: String,
    /// Whether a town may be given it: its line stands on the duty list (履职事项清单) of towns.
    pub duty_list: bool,
    pub complexity: Complexity,
    /// Water, power, gas and the like, which have a short term on any day of the week.
    pub utilities: bool,
    /// Danger to life or property is likely: a person looks before anything is dispatched.
    pub safety: bool,
}

impl Category {
    /// How deep it stands in the tree: 1 at the top.
    #[must_use]
    pub fn level(&self) -> usize {
        self.id.as_str().split('.').count()
    }
}
