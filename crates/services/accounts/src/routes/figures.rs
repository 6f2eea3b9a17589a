//! Figures, as JSON or as a table that goes out.

use axum::Json;
use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use yipan_base::refusal::Refusal;
use yipan_casework::kpi::{Figure, Readout};
use yipan_http::{Doors, Fault, Language as Spoken, Problems, Query, Seat};
use yipan_platform::House;
use yipan_sheets::{Mark, Table, write_csv, write_xlsx};

use super::question::Question;
use crate::{Accounts, Language, formulas, table};

/// Figures, each with its numerator, its denominator, what was taken out, its formula and source.
///
/// As far as the asker may count: a county its county, a department its line. `format=csv` or
/// `xlsx` gives a table with the formulas beside it.
#[utoipa::path(
    get, path = "/kpis/figures", operation_id = "getFigures", tag = "kpis", params(Question),
    responses(
        (status = 200, description = "One readout a figure and group.", body = Vec<Readout>),
        Problems
    )
)]
pub(crate) async fn get_figures(
    State(doors): State<Doors>,
    seat: Seat,
    spoken: Spoken,
    Query(question): Query<Question>,
) -> Result<Response, Fault> {
    let elsewhere = [
        ("part", question.part.is_some()),
        ("key", question.key.is_some()),
        ("cursor", question.cursor.is_some()),
        ("limit", question.limit.is_some()),
    ];
    question.only("/kpis/figures", &elsewhere)?;
    let spoken = match question.language.as_deref() {
        Some("en") => Spoken::English,
        Some(_) => Spoken::Chinese,
        None => spoken,
    };
    let house = &doors.house;
    let now = house.now();
    let query = question.query(now)?;
    let accounts = Accounts::new(house.store().clone()).asked_at(now);
    let figures = accounts.figures(&seat.viewer.scope(), &query).await?;
    match question.format.as_deref().unwrap_or("json") {
        "json" => Ok(Json(accounts.definitions().readouts(figures)).into_response()),
        "csv" => Ok(csv(&tables(&accounts, house, &figures, spoken).0)?),
        "xlsx" => Ok(xlsx(house, &tables(&accounts, house, &figures, spoken), spoken)?),
        other => Err(Fault(
            Refusal::invalid(
                "query.format",
                format!("没有格式 {other}；可用 json、csv、xlsx"),
                format!("there is no format `{other}`; use json, csv or xlsx"),
            )
            .at("format"),
        )),
    }
}

/// The figures and their formulas as tables.
fn tables(accounts: &Accounts, house: &House, figures: &[Figure], spoken: Spoken) -> (Table, Table) {
    let city = house.city();
    let name = |key: &str| {
        let unit = city.directory.unit(&key.into()).map(|u| u.name.clone());
        let area = || city.directory.area(&key.into()).map(|a| a.name.clone());
        let category = || city.categories.get(&key.into()).map(|c| c.zh.clone());
        unit.or_else(area).or_else(category).unwrap_or_else(|| key.to_owned())
    };
    let language = match spoken {
        Spoken::Chinese => Language::Zh,
        Spoken::English => Language::En,
    };
    let definitions = accounts.definitions();
    let mut shown = Vec::new();
    for figure in figures {
        if let Some(definition) = definitions.get(&figure.id).filter(|d| !shown.contains(d)) {
            shown.push(definition);
        }
    }
    (table(definitions, figures, name, language), formulas(shown, language))
}

fn csv(table: &Table) -> Result<Response, Refusal> {
    let mut out = Vec::new();
    write_csv(&mut out, table, Mark::Bom).map_err(|fault| Refusal::internal(fault.to_string()))?;
    Ok(file("text/csv; charset=utf-8", "figures.csv", out))
}

fn xlsx(house: &House, (figures, formulas): &(Table, Table), spoken: Spoken) -> Result<Response, Refusal> {
    let mut out = std::io::Cursor::new(Vec::new());
    let sheets = [(spoken.pick("指标", "figures"), figures), (spoken.pick("公式", "formulas"), formulas)];
    write_xlsx(&mut out, house.now(), &sheets).map_err(|fault| Refusal::internal(fault.to_string()))?;
    let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    Ok(file(kind, "figures.xlsx", out.into_inner()))
}

fn file(kind: &'static str, name: &str, bytes: Vec<u8>) -> Response {
    let disposition = format!("attachment; filename=\"{name}\"");
    ([(CONTENT_TYPE, kind.to_owned()), (CONTENT_DISPOSITION, disposition)], bytes).into_response()
}
