//! Files of a scenario as rows.

use std::borrow::Cow;

use serde::de::DeserializeOwned;

use crate::fault::ScenarioFault;

/// Opens a file of a scenario by its name.
pub(crate) type Open<'f, 'a> = &'f dyn Fn(&str) -> Option<Cow<'a, [u8]>>;

/// The rows of a CSV file (UTF-8, header first).
pub(crate) fn rows<T: DeserializeOwned>(
    open: Open<'_, '_>,
    file: &'static str,
) -> Result<Vec<T>, ScenarioFault> {
    let bytes = open(file).ok_or(ScenarioFault::Missing { file })?;
    let mut csv = csv::Reader::from_reader(bytes.as_ref());
    csv.deserialize().map(|row| row.map_err(|fault| ScenarioFault::of(file, fault))).collect()
}

/// The lines of a file of JSON values, one a line.
pub(crate) fn lines<T: DeserializeOwned>(
    open: Open<'_, '_>,
    file: &'static str,
) -> Result<Vec<T>, ScenarioFault> {
    let bytes = open(file).ok_or(ScenarioFault::Missing { file })?;
    serde_json::Deserializer::from_slice(&bytes)
        .into_iter()
        .map(|line| line.map_err(|fault| ScenarioFault::of(file, fault)))
        .collect()
}

/// A JSON file.
pub(crate) fn json<T: DeserializeOwned>(open: Open<'_, '_>, file: &'static str) -> Result<T, ScenarioFault> {
    let bytes = open(file).ok_or(ScenarioFault::Missing { file })?;
    serde_json::from_slice(&bytes).map_err(|fault| ScenarioFault::of(file, fault))
}
