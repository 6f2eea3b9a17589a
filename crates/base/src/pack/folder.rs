//! The files of a pack, read as bytes or as tables, gathering every fault on the way.

use std::borrow::Cow;
use std::collections::BTreeSet;

use csv::StringRecord;
use serde::de::DeserializeOwned;
use serde::de::value::{Error as WordError, StrDeserializer};

use super::PackFault;

/// A pack's files and the faults found in them so far.
pub(super) struct Folder<'f, 'a> {
    open: &'f dyn Fn(&str) -> Option<Cow<'a, [u8]>>,
    faults: Vec<PackFault>,
}

impl<'f, 'a> Folder<'f, 'a> {
    pub fn new(open: &'f dyn Fn(&str) -> Option<Cow<'a, [u8]>>) -> Self {
        Self { open, faults: Vec::new() }
    }

    /// Hands over the faults found so far, if there are any.
    pub fn sound(&mut self) -> Result<(), Vec<PackFault>> {
        if self.faults.is_empty() { Ok(()) } else { Err(std::mem::take(&mut self.faults)) }
    }

    /// A whole file; a missing one is a fault and reads as nothing.
    pub fn bytes(&mut self, file: &'static str) -> Option<Cow<'a, [u8]>> {
        let bytes = (self.open)(file);
        if bytes.is_none() {
            self.fault_in(file, None, "the file is missing; add it to the pack".into());
        }
        bytes
    }

    /// The rows of a CSV file (UTF-8, header first) that `read` accepts, each with its line.
    /// A row that it refuses is left out and its fault kept. Further columns are ignored.
    pub fn table<T>(
        &mut self,
        file: &'static str,
        columns: &[&'static str],
        mut read: impl FnMut(&Row<'_>) -> Result<T, PackFault>,
    ) -> Vec<(u64, T)> {
        let Some(bytes) = self.bytes(file) else { return Vec::new() };
        let mut csv = csv::Reader::from_reader(bytes.as_ref());
        let header = match csv.headers() {
            Ok(header) => header.clone(),
            Err(error) => {
                self.fault_in(file, Some(1), csv_problem(&error));
                return Vec::new();
            }
        };
        let missing: Vec<_> = columns.iter().filter(|c| !header.iter().any(|h| h.trim() == **c)).collect();
        for column in &missing {
            self.fault_in(file, Some(1), format!("the header lacks column `{column}`; add it"));
        }
        if !missing.is_empty() {
            return Vec::new();
        }
        let mut rows = Vec::new();
        for record in csv.records() {
            let record = match record {
                Ok(record) => record,
                Err(error) => {
                    let line = error.position().map(csv::Position::line);
                    self.fault_in(file, line, csv_problem(&error));
                    continue;
                }
            };
            let line = record.position().map_or(0, csv::Position::line);
            match read(&Row { file, line, header: &header, record: &record }) {
                Ok(value) => rows.push((line, value)),
                Err(fault) => self.faults.push(fault),
            }
        }
        rows
    }

    pub fn fault_in(&mut self, file: &'static str, line: Option<u64>, problem: String) {
        self.faults.push(PackFault { file, line, column: None, problem });
    }
}

fn csv_problem(error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            format!("the row has {len} cells and the header {expected_len}; add or remove commas")
        }
        csv::ErrorKind::Utf8 { .. } => "the text is not UTF-8; save the file as UTF-8".into(),
        _ => format!("the row cannot be read ({error}); check its quotes"),
    }
}

/// One row of a table. Cells are trimmed; an empty cell is the same as none.
pub(super) struct Row<'t> {
    file: &'static str,
    line: u64,
    header: &'t StringRecord,
    record: &'t StringRecord,
}

impl<'t> Row<'t> {
    /// A cell, or nothing where it is empty or the table has no such column.
    pub fn optional(&self, column: &str) -> Option<&'t str> {
        let place = self.header.iter().position(|name| name.trim() == column)?;
        self.record.get(place).map(str::trim).filter(|cell| !cell.is_empty())
    }

    /// A cell that must not be empty.
    pub fn text(&self, column: &'static str) -> Result<&'t str, PackFault> {
        self.optional(column).ok_or_else(|| self.fault(column, "the cell is empty; fill it in"))
    }

    /// A cell that no earlier row has in this column.
    pub fn key(&self, column: &'static str, seen: &mut BTreeSet<String>) -> Result<&'t str, PackFault> {
        let text = self.text(column)?;
        if seen.insert(text.to_owned()) {
            Ok(text)
        } else {
            Err(self.fault(column, format!("`{text}` stands twice; give one of them another name")))
        }
    }

    /// A cell that holds one word of a vocabulary, such as a level.
    pub fn word<T: DeserializeOwned>(&self, column: &'static str) -> Result<T, PackFault> {
        self.parse(column, self.text(column)?)
    }

    /// A cell that holds words of a vocabulary with spaces between them, or none.
    pub fn words<T: DeserializeOwned, C: FromIterator<T>>(
        &self,
        column: &'static str,
    ) -> Result<C, PackFault> {
        self.list(column).map(|word| self.parse(column, word)).collect()
    }

    /// The words of a cell, with spaces between them.
    pub fn list(&self, column: &str) -> std::str::SplitWhitespace<'t> {
        self.optional(column).unwrap_or("").split_whitespace()
    }

    /// Refuses `text` where it is not `known`; `what` says what it should have been.
    pub fn check(&self, column: &'static str, text: &str, known: bool, what: &str) -> Result<(), PackFault> {
        if known {
            return Ok(());
        }
        Err(self.fault(column, format!("`{text}` is not {what}; add it there or correct the name")))
    }

    pub fn fault(&self, column: &'static str, problem: impl Into<String>) -> PackFault {
        PackFault { file: self.file, line: Some(self.line), column: Some(column), problem: problem.into() }
    }

    fn parse<T: DeserializeOwned>(&self, column: &'static str, word: &str) -> Result<T, PackFault> {
        T::deserialize(StrDeserializer::<WordError>::new(word))
            .map_err(|error| self.fault(column, format!("{error}; correct the word")))
    }
}
