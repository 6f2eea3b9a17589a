//! What the figures mean.

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;
use yipan_casework::kpi::{Definition, Definitions, Measure, Subset};
use yipan_http::Seat;

/// A KPI in words.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Kpi {
    id: String,
    zh: String,
    en: String,
    measure: Measure,
    formula_zh: String,
    formula_en: String,
    /// The rule that the definition follows, or `design`.
    source: String,
    exclusions: Vec<Named>,
    beside: Vec<Named>,
}

/// A subset by its name.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Named {
    id: String,
    zh: String,
    en: String,
}

/// Every KPI: name, formula, exclusions, source.
#[utoipa::path(
    get, path = "/kpis", operation_id = "listKpis", tag = "kpis",
    responses((status = 200, description = "The definitions in force.", body = Vec<Kpi>))
)]
pub(crate) async fn list_kpis(_: Seat) -> Json<Vec<Kpi>> {
    Json(Definitions::shipped().iter().map(kpi).collect())
}

fn kpi(definition: &Definition) -> Kpi {
    Kpi {
        id: definition.id.clone(),
        zh: definition.zh.clone(),
        en: definition.en.clone(),
        measure: definition.measure,
        formula_zh: definition.formula_zh.clone(),
        formula_en: definition.formula_en.clone(),
        source: definition.source.clone(),
        exclusions: definition.exclusions.iter().map(named).collect(),
        beside: definition.beside.iter().map(named).collect(),
    }
}

fn named(subset: &Subset) -> Named {
    Named { id: subset.id.clone(), zh: subset.zh.clone(), en: subset.en.clone() }
}
