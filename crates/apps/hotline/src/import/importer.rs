//! Rows to cases, many at a time.

use std::collections::VecDeque;
use std::sync::Arc;

use tokio::task::JoinHandle;
use yipan_base::refusal::{Refusal, RefusalKind};
use yipan_platform::city::City;
use yipan_platform::{House, NewAppeal, Viewer};
use yipan_sheets::{Binding, Encoding, Fault, Row, Sheet};

use super::outcome::{Counts, RowOutcome, Taken, point_at_row};
use super::plan::ImportPlan;
use super::preview::PreviewRow;
use super::reading::Reading;
use super::seen::Seen;

/// How many rows are on their way at once, so that they share commits.
const IN_FLIGHT: usize = 256;
/// How many bytes of cells are on their way at once.
const BYTES_IN_FLIGHT: usize = 32 << 20;

/// Whether rows are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    Write,
    /// Every row is checked as if it were written, and nothing is.
    Rehearse,
}

/// A table about to be imported.
pub struct Importer {
    house: House,
    viewer: Arc<Viewer>,
    city: Arc<City>,
    sheet: Sheet,
    plan: ImportPlan,
    binding: Binding,
    rows: u64,
}

impl Importer {
    /// Binds a plan to a table, and reads the table once to its end, so that a file that breaks off
    /// in the middle is refused before anything is written.
    ///
    /// # Errors
    /// If the mapping, the plan or the file cannot be used.
    pub fn new(house: &House, viewer: &Viewer, mut sheet: Sheet, plan: ImportPlan) -> Result<Self, Refusal> {
        let city = house.city();
        let binding = plan.bind(&sheet.columns, &city)?;
        let mut rows = 0;
        for row in sheet.rows()? {
            match row {
                Ok(_) | Err(Fault::Row(_)) => rows += 1,
                Err(Fault::File(fault)) => return Err(fault.into()),
            }
        }
        Ok(Self { house: house.clone(), viewer: Arc::new(viewer.clone()), city, sheet, plan, binding, rows })
    }

    /// How many rows the table has.
    #[must_use]
    pub const fn rows(&self) -> u64 {
        self.rows
    }

    #[must_use]
    pub fn columns(&self) -> &[String] {
        &self.sheet.columns
    }

    /// Of a CSV file.
    #[must_use]
    pub fn encoding(&self) -> Option<Encoding> {
        self.sheet.encoding()
    }

    /// The first rows as they would be read, masked.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn preview(&mut self, rows: usize) -> Result<Vec<PreviewRow>, Refusal> {
        let Self { house, viewer, city, sheet, plan, binding, .. } = self;
        let reading = Reading { plan, binding, city, keys: house.keys() };
        let mut preview = Vec::new();
        for row in sheet.rows()?.take(rows) {
            preview.push(match row {
                Ok(row) => PreviewRow::of(&row, &reading, |new| house.prepare(viewer, new, None)),
                Err(Fault::Row(refused)) => PreviewRow::refused(refused.line, refused.into()),
                Err(Fault::File(fault)) => return Err(fault.into()),
            });
        }
        Ok(preview)
    }

    /// Takes all rows and tells what became of each, in the order of the file.
    ///
    /// # Errors
    /// What stops an import as a whole: the actor may not accept, the disk is full, the store is
    /// gone, or `told` refuses. What was accepted stays; running again does the rest.
    pub async fn run(
        &mut self,
        mode: Mode,
        mut told: impl FnMut(&Counts, RowOutcome) -> Result<(), Refusal>,
    ) -> Result<Counts, Refusal> {
        let Self { house, viewer, city, sheet, plan, binding, .. } = self;
        let reading = Reading { plan, binding, city, keys: house.keys() };
        let mut flights = Flights::default();
        for row in sheet.rows()? {
            let row = match row {
                Ok(row) => row,
                Err(Fault::Row(refused)) => {
                    let row = Row { number: refused.line, cells: refused.cells.clone() };
                    flights.add(Flight { row, key: None, answer: Answer::Given(Err(refused.into())) });
                    continue;
                }
                Err(Fault::File(fault)) => return Err(fault.into()),
            };
            while flights.full() {
                flights.land(&mut told).await?;
            }
            match reading.appeal(&row) {
                Ok(new) => {
                    let (_, key) = new.source.clone().unwrap_or_default();
                    // What the first row with this key comes to must be known before its second.
                    if flights.seen.before(&key, &new.text).is_some() {
                        while !flights.waiting.is_empty() {
                            flights.land(&mut told).await?;
                        }
                    }
                    if let Some((first, same)) = flights.seen.before(&key, &new.text) {
                        let answer = if same { Ok(Taken::Already) } else { Err(twice(&key, first.line)) };
                        flights.add(Flight { row, key: None, answer: Answer::Given(answer) });
                    } else {
                        flights.seen.note(&key, &new.text, row.number);
                        let (house, viewer) = (house.clone(), viewer.clone());
                        let answer = Answer::Coming(tokio::spawn(take(house, viewer, new, mode)));
                        flights.add(Flight { row, key: Some(key), answer });
                    }
                }
                Err(refusal) => flights.add(Flight { row, key: None, answer: Answer::Given(Err(refusal)) }),
            }
        }
        while !flights.waiting.is_empty() {
            flights.land(&mut told).await?;
        }
        Ok(flights.counts)
    }
}

/// Takes one row through the door of acceptance.
async fn take(house: House, viewer: Arc<Viewer>, new: NewAppeal, mode: Mode) -> Result<Taken, Refusal> {
    let prepared = house.prepare(&viewer, new, None)?;
    let located = prepared.area().is_some();
    let outcome = match mode {
        Mode::Write => house.enter(prepared).await?,
        Mode::Rehearse => house.rehearse(prepared).await?,
    };
    Ok(if outcome.repeated { Taken::Already } else { Taken::New { located } })
}

fn twice(key: &str, line: u64) -> Refusal {
    Refusal::conflict(
        "import.duplicate_key",
        format!("键 {key} 在第 {line} 行已出现，且内容不同；请核对键所在的列"),
        format!(
            "the key {key} stands in line {line} already, with another text; check the column of the key"
        ),
    )
    .at("/key")
}

/// A row on its way.
struct Flight {
    row: Row,
    /// By which the row is noted among those seen.
    key: Option<String>,
    answer: Answer,
}

enum Answer {
    Given(Result<Taken, Refusal>),
    Coming(JoinHandle<Result<Taken, Refusal>>),
}

/// All rows on their way, in the order of the file.
#[derive(Default)]
struct Flights {
    waiting: VecDeque<Flight>,
    bytes: usize,
    seen: Seen,
    counts: Counts,
}

impl Flights {
    fn full(&self) -> bool {
        self.waiting.len() >= IN_FLIGHT || self.bytes > BYTES_IN_FLIGHT && !self.waiting.is_empty()
    }

    fn add(&mut self, flight: Flight) {
        self.bytes += weight(&flight.row);
        self.waiting.push_back(flight);
    }

    /// Waits for the foremost row and tells what became of it.
    async fn land(
        &mut self,
        told: &mut impl FnMut(&Counts, RowOutcome) -> Result<(), Refusal>,
    ) -> Result<(), Refusal> {
        let Some(Flight { row, key, answer }) = self.waiting.pop_front() else { return Ok(()) };
        self.bytes -= weight(&row);
        let answer = match answer {
            Answer::Given(answer) => answer,
            Answer::Coming(task) => task.await.map_err(|fault| Refusal::internal(fault.to_string()))?,
        };
        let answer = match answer {
            Err(refusal) if stops_all(refusal.kind) => return Err(refusal),
            Err(refusal) => Err(point_at_row(refusal, row.number)),
            taken => taken,
        };
        if let (Err(_), Some(key)) = (&answer, &key) {
            self.seen.forget(key);
        }
        self.counts.add(&answer);
        told(&self.counts, RowOutcome { line: row.number, cells: row.cells, answer })
    }
}

fn weight(row: &Row) -> usize {
    row.cells.iter().map(String::len).sum()
}

/// Whether a refusal tells of the house or the actor and not of the row.
const fn stops_all(kind: RefusalKind) -> bool {
    match kind {
        RefusalKind::Invalid
        | RefusalKind::NotFound
        | RefusalKind::Conflict
        | RefusalKind::TooLarge
        | RefusalKind::Rule => false,
        RefusalKind::Unauthenticated
        | RefusalKind::Forbidden
        | RefusalKind::Busy
        | RefusalKind::Unavailable
        | RefusalKind::NoSpace
        | RefusalKind::Internal => true,
    }
}
