//! What pickers and names need: areas, units, categories, the words of the field.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use yipan_base::category::Category;
use yipan_base::directory::{Area, Unit};
use yipan_casework::case::{Channel, Grade, Kind, Level, Outcome, Solved, Stage, Word};
use yipan_http::{Doors, Seat};

/// Every area: divisions and governance areas (区划与板块).
#[utoipa::path(
    get, path = "/areas", operation_id = "listAreas", tag = "directory",
    responses((status = 200, description = "Parents before children.", body = Vec<Area>))
)]
pub(crate) async fn list_areas(State(doors): State<Doors>, _: Seat) -> Json<Vec<Area>> {
    Json(doors.house.city().directory.areas().cloned().collect())
}

/// Every unit that can hold work (单位).
#[utoipa::path(
    get, path = "/units", operation_id = "listUnits", tag = "directory",
    responses((status = 200, description = "All units.", body = Vec<Unit>))
)]
pub(crate) async fn list_units(State(doors): State<Doors>, _: Seat) -> Json<Vec<Unit>> {
    Json(doors.house.city().directory.units().cloned().collect())
}

/// Every category of appeals (诉求分类).
#[utoipa::path(
    get, path = "/categories", operation_id = "listCategories", tag = "directory",
    responses((status = 200, description = "All categories.", body = Vec<Category>))
)]
pub(crate) async fn list_categories(State(doors): State<Doors>, _: Seat) -> Json<Vec<Category>> {
    Json(doors.house.city().categories.values().cloned().collect())
}

/// A word of the field in both languages.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Term {
    code: String,
    zh: String,
    en: String,
}

/// The words of the field, by list: stages, kinds, channels, levels, grades, outcomes.
#[utoipa::path(
    get, path = "/words", operation_id = "listWords", tag = "directory",
    responses((status = 200, description = "Lists by name.", body = BTreeMap<String, Vec<Term>>))
)]
pub(crate) async fn list_words(_: Seat) -> Json<BTreeMap<&'static str, Vec<Term>>> {
    Json(BTreeMap::from([
        ("stage", words::<Stage>()),
        ("kind", words::<Kind>()),
        ("channel", words::<Channel>()),
        ("level", words::<Level>()),
        ("grade", words::<Grade>()),
        ("solved", words::<Solved>()),
        ("outcome", words::<Outcome>()),
    ]))
}

fn words<W: Word>() -> Vec<Term> {
    let term = |(_, code, zh, en): &(W, &str, &str, &str)| Term {
        code: (*code).to_owned(),
        zh: (*zh).to_owned(),
        en: (*en).to_owned(),
    };
    W::LIST.iter().map(term).collect()
}
