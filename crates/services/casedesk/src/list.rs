//! Lists of cases: keyset pages from `case_access`, at the cost of a page however many cases there are.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use yipan_base::refusal::Refusal;
use yipan_base::time::Timestamp;
use yipan_casework::case::{Channel, Kind, Level, Stage, Word};
use yipan_http::cursor::{self, Page};
use yipan_http::{Doors, Fault, Problems, Query, Seat};
use yipan_platform::cases::CaseLine;
use yipan_platform::{House, Viewer};
use yipan_store::{Order, Value};

/// The longest page.
const MOST: usize = 500;

/// In which order cases are listed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    /// The newest first.
    #[default]
    Newest,
    /// What is due next first; cases without a deadline are left out.
    Due,
}

/// Which cases, in which order, and how many.
#[derive(Debug, Clone, Default, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct CaseQuery {
    #[param(inline)]
    pub stage: Option<Stage>,
    #[param(inline)]
    pub kind: Option<Kind>,
    #[param(inline)]
    pub channel: Option<Channel>,
    #[param(inline)]
    pub level: Option<Level>,
    /// A category, with all below it.
    pub category: Option<String>,
    /// Accepted at or after.
    pub accepted_from: Option<Timestamp>,
    /// Accepted before.
    pub accepted_to: Option<Timestamp>,
    /// Due before: with the present time, what is overdue.
    pub due_before: Option<Timestamp>,
    #[serde(default)]
    #[param(inline)]
    pub sort: Sort,
    /// 1 to 500; 20 if absent.
    pub limit: Option<usize>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}

/// Cases in the asker's scope.
#[utoipa::path(
    get,
    path = "/cases",
    operation_id = "listCases",
    tag = "cases",
    params(CaseQuery),
    responses((status = 200, description = "A page.", body = Page<CaseLine>), Problems)
)]
pub(crate) async fn list_cases(
    State(doors): State<Doors>,
    seat: Seat,
    Query(query): Query<CaseQuery>,
) -> Result<Json<Page<CaseLine>>, Fault> {
    Ok(Json(query.page(&doors.house, &seat.viewer).await?))
}

/// A line and the key by which its page is sorted.
struct Keyed {
    line: CaseLine,
    key: (i64, String),
}

impl CaseQuery {
    async fn page(&self, house: &House, viewer: &Viewer) -> Result<Page<CaseLine>, Refusal> {
        let limit = self.limit()?;
        let (sql, args, order) = self.statement(limit + 1)?;
        let rows = house.store().page(&viewer.scope(), &sql, &args, &order, limit + 1).await?;
        let sorted_by = self.column();
        let mut keyed = Vec::with_capacity(rows.len());
        for row in &rows {
            let key = (row.int(sorted_by)?, row.text("case_id")?.to_owned());
            keyed.push(Keyed { line: CaseLine::read(row)?, key });
        }
        let page = Page::cut(keyed, limit, |k| k.key.clone());
        let lines = page.items.into_iter().map(|k| k.line).collect();
        Ok(Page { items: house.unaccused(viewer, lines).await?, next: page.next })
    }

    fn limit(&self) -> Result<usize, Refusal> {
        let limit = self.limit.unwrap_or(20);
        if (1..=MOST).contains(&limit) {
            return Ok(limit);
        }
        Err(Refusal::invalid(
            "query.limit",
            format!("limit 须在 1 至 {MOST} 之间"),
            format!("limit is from 1 to {MOST}"),
        )
        .at("limit"))
    }

    const fn column(&self) -> &'static str {
        match self.sort {
            Sort::Newest => "accepted_at",
            Sort::Due => "due_at",
        }
    }

    fn statement(&self, rows: usize) -> Result<(String, Vec<Value>, [Order; 2]), Refusal> {
        let mut conditions = vec!["{scope:a}".to_owned()];
        if self.stage.is_some_and(|stage| !matches!(stage, Stage::Closed | Stage::Archived)) {
            // Says what the index of open stages holds, so that it is used.
            conditions.push("a.stage NOT IN ('closed', 'archived')".to_owned());
        }
        let mut args: Vec<Value> = Vec::new();
        let mut with = |text: &str, value: Value| {
            args.push(value);
            conditions.push(text.replace('?', &format!("${}", args.len())));
        };
        let words = [
            ("a.stage = ?", self.stage.map(Word::code)),
            ("a.kind = ?", self.kind.map(Word::code)),
            ("a.channel = ?", self.channel.map(Word::code)),
            ("a.level = ?", self.level.map(Word::code)),
        ];
        for (text, word) in words {
            if let Some(word) = word {
                with(text, word.into());
            }
        }
        if let Some(category) = self.category.as_deref() {
            // `/` follows `.` in the order of bytes: everything below the category, and itself.
            with("a.category >= ?", category.into());
            with("a.category < ?", format!("{category}/").into());
        }
        let times = [
            ("a.accepted_at >= ?", self.accepted_from),
            ("a.accepted_at < ?", self.accepted_to),
            ("a.due_at < ?", self.due_before),
        ];
        for (text, at) in times {
            if let Some(at) = at {
                with(text, at.as_micros().into());
            }
        }
        if self.sort == Sort::Due {
            conditions.push("a.due_at IS NOT NULL".to_owned());
        }
        let (column, way, beyond, order) = match self.sort {
            Sort::Newest => {
                ("accepted_at", "DESC", "<", [Order::Down("accepted_at"), Order::Down("case_id")])
            }
            Sort::Due => ("due_at", "", ">", [Order::Up("due_at"), Order::Up("case_id")]),
        };
        if let Some(cursor) = self.cursor.as_deref() {
            let (at, id): (i64, String) = cursor::read(cursor)?;
            args.extend([at.into(), id.into()]);
            let (at, id) = (args.len() - 1, args.len());
            // The first bound lets the engine seek; the second cuts among equals.
            conditions.push(format!("a.{column} {beyond}= ${at}"));
            conditions.push(format!("(a.{column} {beyond} ${at} OR a.case_id {beyond} ${id})"));
        }
        let sql = format!(
            "SELECT a.case_id, a.accepted_at, a.due_at, c.number, c.stage, c.kind, c.category, c.channel, c.level, \
             c.area, c.main_unit, c.secret, c.accuses FROM case_access a JOIN case_file c ON c.id = a.case_id WHERE {} \
             ORDER BY a.{column} {way}, a.case_id {way} LIMIT {rows}",
            conditions.join(" AND ")
        );
        Ok((sql, args, order))
    }
}
