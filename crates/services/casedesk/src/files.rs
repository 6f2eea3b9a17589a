//! Files: put into the house, named by a command, had again through the case.

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS,
};
use axum::response::{IntoResponse, Response};
use yipan_base::id::BlobId;
use yipan_http::{Doors, Fault, Problems, Seat, whole};
use yipan_platform::blobs::LARGEST;
use yipan_platform::{Blob, CaseName};

/// Put a file into the house; a command names it afterwards by its `id`.
///
/// At most 50 MiB; what no command names within seven days is swept away. The same content twice is one file.
#[utoipa::path(
    post,
    path = "/blobs",
    operation_id = "putBlob",
    tag = "cases",
    request_body(content = Vec<u8>, content_type = "application/octet-stream", description =
        "The bytes, with their own Content-Type: image/jpeg, image/png, image/webp, image/heic, audio/wav, audio/ogg, \
         audio/mp4, audio/mpeg, video/mp4, application/pdf, DOCX, XLSX, text/plain."),
    responses((status = 200, description = "The file, by the SHA-256 of its content.", body = Blob), Problems)
)]
pub(crate) async fn put_blob(
    State(doors): State<Doors>,
    _seat: Seat,
    request: Request,
) -> Result<Json<Blob>, Fault> {
    let media_type = request.headers().get(CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let media_type = media_type.to_owned();
    let content = whole(request.into_body(), LARGEST).await?;
    Ok(Json(doors.house.keep_blob(&media_type, content.into()).await?))
}

/// A file of a case.
#[utoipa::path(
    get,
    path = "/cases/{number}/files/{file}",
    operation_id = "getCaseFile",
    tag = "cases",
    params(
        ("number" = String, Path, description = "The case's number, or its id."),
        ("file" = String, Path, description = "The SHA-256 of its content."),
    ),
    responses(
        (status = 200, description = "The bytes, with the media type they were put in with.",
         body = Vec<u8>, content_type = "application/octet-stream"),
        Problems,
    )
)]
pub(crate) async fn get_case_file(
    State(doors): State<Doors>,
    seat: Seat,
    Path((number, file)): Path<(String, String)>,
) -> Result<Response, Fault> {
    let file = doors.house.case_file(&seat.viewer, &CaseName(number), &BlobId::new(file)).await?;
    Ok(shown(file))
}

/// A file as an answer. Pictures, sound and PDF are shown where they are asked for; whatever it is, no browser
/// runs anything in it.
fn shown((blob, content): (Blob, Vec<u8>)) -> Response {
    let seen = ["image/", "audio/", "video/", "application/pdf"];
    let how = if seen.iter().any(|kind| blob.media_type.starts_with(kind)) { "inline" } else { "attachment" };
    let headers = [
        (CONTENT_TYPE, blob.media_type.clone()),
        (CONTENT_DISPOSITION, how.to_owned()),
        (CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox".to_owned()),
        (X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        // Shared machines keep no copy.
        (CACHE_CONTROL, "no-store".to_owned()),
    ];
    (headers, Body::from(content)).into_response()
}
