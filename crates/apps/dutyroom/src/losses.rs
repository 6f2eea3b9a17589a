//! What a page asks of a collection of losses (灾情): totals that open down to their towns, who is
//! late, what jumped, and the table for the level above.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use yipan_base::refusal::Refusal;
use yipan_base::time::Timestamp;
use yipan_duty::Losses;
use yipan_duty::losses::{self, Basis, Form, Late, RowKind, Totals, UnexplainedJump};
use yipan_http::{Doors, Fault, Language as Spoken, Problems, Query, Seat};
use yipan_sheets::{Cell, Column, Kind, Table, write_xlsx};

/// Totals, and the moment at which they stood so.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TotalsAsOf {
    as_of: Timestamp,
    version: u64,
    totals: Totals,
}

/// Which figures.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct TableQuery {
    /// `reported` by the towns, or `signed` by their counties; `reported` if absent.
    #[param(inline)]
    basis: Option<Basis>,
}

/// The form that towns fill in, with the rules that bind its figures.
#[utoipa::path(
    get, path = "/duty/losses-form", operation_id = "getLossesForm", tag = "duty",
    responses((status = 200, description = "Fields and checks.", body = Form), Problems)
)]
pub(crate) async fn form(_seat: Seat) -> Result<Json<&'static Form>, Fault> {
    Ok(Json(losses::form()))
}

/// The sums of city, counties and towns, each with how much of it was reported and signed.
#[utoipa::path(
    get, path = "/duty/losses/{id}/totals", operation_id = "getLossTotals", tag = "duty",
    params(("id" = String, Path, description = "Its id or its number.")),
    responses((status = 200, description = "Open down to each town's report.", body = TotalsAsOf), Problems)
)]
pub(crate) async fn totals(
    State(doors): State<Doors>,
    seat: Seat,
    Path(id): Path<String>,
) -> Result<Json<TotalsAsOf>, Fault> {
    let opened = doors.house.dossier::<Losses>(&seat.viewer, &id).await?;
    let totals = losses::totals(&opened.state, &doors.house.city().directory);
    Ok(Json(TotalsAsOf { as_of: opened.line.changed_at, version: opened.line.version, totals }))
}

/// Who owes a report that was due, the longest first.
#[utoipa::path(
    get, path = "/duty/losses/{id}/late", operation_id = "listLateReporters", tag = "duty",
    params(("id" = String, Path, description = "Its id or its number.")),
    responses((status = 200, description = "Nobody, if empty.", body = Vec<Late>), Problems)
)]
pub(crate) async fn late(
    State(doors): State<Doors>,
    seat: Seat,
    Path(id): Path<String>,
) -> Result<Json<Vec<Late>>, Fault> {
    let opened = doors.house.dossier::<Losses>(&seat.viewer, &id).await?;
    Ok(Json(losses::late(&opened.state, doors.house.now())))
}

/// Figures that jumped between two reports of one unit, and were not explained.
#[utoipa::path(
    get, path = "/duty/losses/{id}/jumps", operation_id = "listUnexplainedJumps", tag = "duty",
    params(("id" = String, Path, description = "Its id or its number.")),
    responses((status = 200, description = "None, if empty.", body = Vec<UnexplainedJump>), Problems)
)]
pub(crate) async fn jumps(
    State(doors): State<Doors>,
    seat: Seat,
    Path(id): Path<String>,
) -> Result<Json<Vec<UnexplainedJump>>, Fault> {
    let opened = doors.house.dossier::<Losses>(&seat.viewer, &id).await?;
    Ok(Json(losses::jumps(&opened.state)))
}

/// The table in the shape of the national one, as XLSX: a row for each town, sums above them.
#[utoipa::path(
    get, path = "/duty/losses/{id}/table", operation_id = "getLossTable", tag = "duty",
    params(("id" = String, Path, description = "Its id or its number."), TableQuery),
    responses((status = 200, description = "An XLSX book.", content_type = "application/octet-stream"), Problems)
)]
pub(crate) async fn table(
    State(doors): State<Doors>,
    seat: Seat,
    spoken: Spoken,
    Path(id): Path<String>,
    Query(query): Query<TableQuery>,
) -> Result<Response, Fault> {
    let opened = doors.house.dossier::<Losses>(&seat.viewer, &id).await?;
    let basis = query.basis.unwrap_or(Basis::Reported);
    let table = sheet(&opened.state, &doors, basis, spoken);
    let mut out = std::io::Cursor::new(Vec::new());
    let name = spoken.pick("灾情统计", "losses");
    write_xlsx(&mut out, doors.house.now(), &[(name, &table)])
        .map_err(|fault| Refusal::internal(fault.to_string()))?;
    let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    let disposition = format!("attachment; filename=\"{}.xlsx\"", opened.line.number);
    Ok(([(CONTENT_TYPE, kind.to_owned()), (CONTENT_DISPOSITION, disposition)], out.into_inner())
        .into_response())
}

fn sheet(losses: &Losses, doors: &Doors, basis: Basis, spoken: Spoken) -> Table {
    let national = losses::national_table(losses, &doors.house.city().directory, basis);
    let mut columns = vec![
        Column::new(spoken.pick("地区", "area"), Kind::Text),
        Column::new(spoken.pick("应报", "asked"), Kind::Integer),
        Column::new(spoken.pick("已计", "counted"), Kind::Integer),
    ];
    columns.extend(national.columns.iter().map(|column| {
        let title = format!("{} ({})", spoken.pick(&column.zh, &column.en), column.unit);
        Column::new(title, if column.scale == 1 { Kind::Integer } else { Kind::Real })
    }));
    let rows = national.rows.iter().map(|row| {
        let indent = match row.kind {
            RowKind::Whole => "",
            RowKind::County => "　",
            RowKind::Town => "　　",
        };
        let mut cells = vec![
            Cell::Text(format!("{indent}{}", row.name)),
            Cell::Integer(row.asked.into()),
            Cell::Integer(row.counted.into()),
        ];
        cells.extend(row.figures.iter().zip(&national.columns).map(|(figure, column)| match figure {
            None => Cell::Empty,
            Some(figure) if column.scale == 1 => Cell::Integer(*figure),
            Some(figure) => Cell::Real(*figure as f64 / column.scale as f64),
        }));
        cells
    });
    Table { rows: rows.collect(), columns }
}
