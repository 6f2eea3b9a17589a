//! The doors of the dark hour: the house's key, centres' keys, paper forms, late entries.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use ring::rand::SystemRandom;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use yipan_http::{Body, Doors, Fault, Problems, Seat};
use yipan_platform::Outcome;

use crate::centres::{self, CentreKey};
use crate::entry::{self, PaperForm};
use crate::format::key_id;
use crate::forms::{self, Batch};
use crate::house_key::HouseKey;

/// The public half of the key by which the house signs offline files.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HousePublicKey {
    /// The first eight bytes of its SHA-256, in hexadecimal.
    key: String,
    /// An uncompressed point of P-256, 65 bytes, in Base64.
    public: String,
}

/// A centre's public key.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Registering {
    /// An uncompressed point of P-256, 65 bytes, in Base64.
    public: String,
    /// In place of another that is registered.
    #[serde(default)]
    replace: bool,
}

/// How many paper forms are wanted, and for whom.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FormsWanted {
    /// The area's id, or the centre's own.
    centre: String,
    /// 1 to 500.
    count: u32,
}

/// The house's public key for offline files; made when it is asked for first.
#[utoipa::path(
    get, path = "/offline/house-key", operation_id = "getOfflineHouseKey", tag = "offline",
    responses((status = 200, description = "The public half.", body = HousePublicKey), Problems)
)]
pub(crate) async fn get_house_key(
    State(doors): State<Doors>,
    _seat: Seat,
) -> Result<Json<HousePublicKey>, Fault> {
    let key = HouseKey::of(&doors.house, &SystemRandom::new()).await?;
    Ok(Json(HousePublicKey { key: key_id(key.public()), public: BASE64.encode(key.public()) }))
}

/// The centres that get an offline file.
#[utoipa::path(
    get, path = "/offline/centres", operation_id = "listOfflineCentres", tag = "offline",
    responses((status = 200, description = "By area.", body = Vec<CentreKey>), Problems)
)]
pub(crate) async fn list_centres(
    State(doors): State<Doors>,
    _seat: Seat,
) -> Result<Json<Vec<CentreKey>>, Fault> {
    Ok(Json(centres::registered(&doors.house).await?))
}

/// Register a centre's public key: from now on it gets an offline file.
#[utoipa::path(
    put, path = "/offline/centres/{centre}", operation_id = "registerOfflineCentre", tag = "offline",
    params(("centre" = String, Path, description = "The area's id, or the centre's own.")),
    request_body = Registering,
    responses((status = 200, description = "As it is registered.", body = CentreKey), Problems)
)]
pub(crate) async fn register_centre(
    State(doors): State<Doors>,
    seat: Seat,
    Path(centre): Path<String>,
    body: Body<Registering>,
) -> Result<Json<CentreKey>, Fault> {
    let Registering { public, replace } = body.value;
    let rng = SystemRandom::new();
    Ok(Json(centres::register(&doors.house, &seat.viewer, &centre, &public, replace, &rng).await?))
}

/// Allot numbers for paper forms to a centre. No number is ever allotted twice.
#[utoipa::path(
    post, path = "/offline/forms", operation_id = "allotPaperForms", tag = "offline", request_body = FormsWanted,
    responses((status = 201, description = "The numbers.", body = Batch), Problems)
)]
pub(crate) async fn allot_forms(
    State(doors): State<Doors>,
    seat: Seat,
    body: Body<FormsWanted>,
) -> Result<(StatusCode, Json<Batch>), Fault> {
    let FormsWanted { centre, count } = body.value;
    Ok((StatusCode::CREATED, Json(forms::allot(&doors.house, &seat.viewer, &centre, count).await?)))
}

/// Enter a paper form as a case (补录): it counts, and its clocks run, from the time written on it. The
/// very same form entered again answers the same case.
#[utoipa::path(
    post, path = "/offline/entries", operation_id = "enterPaperForm", tag = "offline", request_body = PaperForm,
    responses((status = 201, description = "The case.", body = Outcome), Problems)
)]
pub(crate) async fn enter_form(
    State(doors): State<Doors>,
    seat: Seat,
    body: Body<PaperForm>,
) -> Result<(StatusCode, Json<Outcome>), Fault> {
    Ok((StatusCode::CREATED, Json(entry::enter(&doors.house, &seat.viewer, body.value).await?)))
}
