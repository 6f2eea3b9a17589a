//! What pickers and names need: areas, units, categories, the words of the field.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use yipan_base::category::Category;
use yipan_base::directory::{Area, Staff, Unit};
use yipan_base::id::{StaffId, UnitId};
use yipan_casework::case::{AttachmentKind, Channel, Grade, Kind, Level, Outcome, Solved, Stage, Word};
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
pub(crate) struct Named {
    code: String,
    zh: String,
    en: String,
}

/// A member of staff by name (人员).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct StaffName {
    id: StaffId,
    login: String,
    name: String,
    unit: UnitId,
}

/// Who is who: the names behind the ids in events.
#[utoipa::path(
    get, path = "/staff", operation_id = "listStaff", tag = "directory",
    responses((status = 200, description = "All staff.", body = Vec<StaffName>))
)]
pub(crate) async fn list_staff(State(doors): State<Doors>, _: Seat) -> Json<Vec<StaffName>> {
    let city = doors.house.city();
    let name = |s: &Staff| StaffName {
        id: s.id.clone(),
        login: s.login.clone(),
        name: s.name.clone(),
        unit: s.unit.clone(),
    };
    Json(city.directory.all_staff().map(name).collect())
}

/// The words of the field, by list: stages, kinds, channels, levels, grades, outcomes.
#[utoipa::path(
    get, path = "/words", operation_id = "listWords", tag = "directory",
    responses((status = 200, description = "Lists by name.", body = BTreeMap<String, Vec<Named>>))
)]
pub(crate) async fn list_words(_: Seat) -> Json<BTreeMap<&'static str, Vec<Named>>> {
    Json(BTreeMap::from([
        ("stage", words::<Stage>()),
        ("kind", words::<Kind>()),
        ("channel", words::<Channel>()),
        ("level", words::<Level>()),
        ("grade", words::<Grade>()),
        ("solved", words::<Solved>()),
        ("outcome", words::<Outcome>()),
        ("attachment_kind", words::<AttachmentKind>()),
    ]))
}

fn words<W: Word>() -> Vec<Named> {
    let term = |(_, code, zh, en): &(W, &str, &str, &str)| Named {
        code: (*code).to_owned(),
        zh: (*zh).to_owned(),
        en: (*en).to_owned(),
    };
    W::LIST.iter().map(term).collect()
}
