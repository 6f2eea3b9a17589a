//! The route by which a table comes in.

use std::io::Cursor;

use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use utoipa::IntoParams;
use yipan_base::refusal::Refusal;
use yipan_casework::case::{Channel, Kind};
use yipan_http::{Doors, Fault, Problems, Query, Seat, whole};
use yipan_platform::may_accept;
use yipan_sheets::{Mapping, Options, Sheet};

use super::importer::{Importer, Mode};
use super::plan::ImportPlan;
use super::told::Told;

/// The largest file that is taken, in bytes.
const LARGEST: usize = 256 << 20;

/// How many rows a preview shows.
const PREVIEW: usize = 5;

/// After how many rows their counts are told.
const STEP: u64 = 200;

/// How a table is to be imported.
#[derive(Debug, Clone, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ImportQuestion {
    /// Which column feeds which field: `text=内容,title=标题,received=时间,caller=来电人,key=编号`.
    pub map: String,
    /// The older system or list; rows are known again by it and their key.
    pub source: String,
    /// The category of rows that name none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// The kind of rows that name none; `other` if absent.
    #[param(inline)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
    /// The channel of rows that name none; `application` if absent.
    #[param(inline)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<Channel>,
    /// The sheet of a workbook; the first if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// Cases to be worked on, whose clocks start; else they are already over, and only counted.
    #[serde(default)]
    pub live: bool,
    /// Every row is checked, the first are shown, and nothing is written.
    #[serde(default)]
    pub dry_run: bool,
}

impl ImportQuestion {
    fn plan(&self) -> Result<ImportPlan, Refusal> {
        let mapping = Mapping::parse(&self.map).map_err(|fault| Refusal::from(fault).at("/map"))?;
        let mut plan = ImportPlan::new(mapping, self.source.clone());
        plan.historical = !self.live;
        plan.kind = self.kind.unwrap_or(plan.kind);
        plan.channel = self.channel.unwrap_or(plan.channel);
        plan.category = self.category.as_deref().map(Into::into);
        Ok(plan)
    }
}

/// Import a table of appeals (导入).
///
/// The body is a CSV or XLSX file of any column layout, 256 MiB at most. The answer is a stream of
/// JSON, a line each: `table`, then `so` (counts so far) and `refused` (a row, with its reason), at
/// last `done` or `stopped`. Whoever hangs up stops the import; importing again does the rest and
/// adds nothing twice.
#[utoipa::path(
    post, path = "/appeals/imports", operation_id = "importAppeals", tag = "appeals", params(ImportQuestion),
    request_body(content = Vec<u8>, content_type = "application/octet-stream", description = "CSV or XLSX."),
    responses((status = 200, description = "What becomes of the rows.", content_type = "application/x-ndjson", body = String), Problems)
)]
pub(crate) async fn import_appeals(
    State(doors): State<Doors>,
    seat: Seat,
    Query(question): Query<ImportQuestion>,
    request: Request,
) -> Result<Response, Fault> {
    let plan = question.plan()?;
    if !may_accept(&seat.staff) {
        return Err(Fault(Refusal::forbidden(
            "case.seat",
            "您的岗位不能受理来件",
            "people of your roles accept no matters",
        )));
    }
    let file = whole(request.into_body(), LARGEST).await?;
    // What is told is no more than what came in.
    let (tell, told) = unbounded_channel();
    let (ready, opened) = tokio::sync::oneshot::channel();
    let house = doors.house.clone();
    tokio::spawn(async move {
        let importer = open(&question, plan, file)
            .and_then(|(sheet, plan)| Importer::new(&house, &seat.viewer, sheet, plan));
        match importer {
            Ok(importer) => {
                let _ = ready.send(Ok(()));
                run(importer, question.dry_run, tell).await;
            }
            Err(refusal) => {
                let _ = ready.send(Err(refusal));
            }
        }
    });
    opened.await.map_err(|fault| Refusal::internal(fault.to_string()))??;
    let lines = stream::unfold(told, |mut told: UnboundedReceiver<Told>| async move {
        let line = told.recv().await?;
        let mut bytes = serde_json::to_vec(&line).ok()?;
        bytes.push(b'\n');
        Some((Ok::<_, std::convert::Infallible>(Bytes::from(bytes)), told))
    });
    Ok(([(CONTENT_TYPE, "application/x-ndjson")], Body::from_stream(lines)).into_response())
}

fn open(question: &ImportQuestion, plan: ImportPlan, file: Bytes) -> Result<(Sheet, ImportPlan), Refusal> {
    let options = Options { sheet: question.sheet.clone(), ..Options::default() };
    Ok((Sheet::read(Cursor::new(file), &options)?, plan))
}

/// Runs an import and tells of it, as long as anybody listens.
async fn run(mut importer: Importer, dry_run: bool, tell: UnboundedSender<Told>) {
    let preview = if dry_run { importer.preview(PREVIEW) } else { Ok(Vec::new()) };
    let preview = match preview {
        Ok(preview) => preview,
        Err(refusal) => return drop(tell.send(Told::Stopped(refusal))),
    };
    let encoding = importer.encoding().map(|encoding| encoding.to_string());
    let table =
        Told::Table { rows: importer.rows(), columns: importer.columns().to_vec(), encoding, preview };
    if tell.send(table).is_err() {
        return;
    }
    let mode = if dry_run { Mode::Rehearse } else { Mode::Write };
    let ended = importer
        .run(mode, |counts, outcome| {
            let so = counts.rows.is_multiple_of(STEP).then_some(Told::So(*counts));
            for line in Told::of(outcome).into_iter().chain(so) {
                tell.send(line).map_err(|_| Refusal::internal("whoever imported has hung up"))?;
            }
            Ok(())
        })
        .await;
    let last = ended.map_or_else(Told::Stopped, Told::Done);
    let _ = tell.send(last);
}
