//! Floor 4: tables in and out, safely.
//!
//! In: [`Sheet`] opens a CSV or XLSX file of any column layout, whatever its encoding and
//! delimiter, and streams its rows. A bad row is refused by itself ([`RefusedRow`]) and the rest
//! goes on; a bad file is refused with one clear sentence ([`FileFault`]). [`Mapping`] says which
//! column feeds which field.
//!
//! Out: one [`Table`] is written as CSV ([`write_csv`], [`CsvTable`]) or as a sheet of an XLSX book
//! ([`write_xlsx`]). What a person typed never becomes a formula in either.
//!
//! What comes in is hostile until read: every buffer has a limit ([`Limits`]).

mod csv_in;
mod csv_out;
mod encoding;
mod fault;
mod mapping;
mod number;
mod options;
mod record;
mod refused_row;
mod sheet;
mod table;
mod xlsx_guard;
mod xlsx_in;
mod xlsx_out;

pub use csv_out::{CsvTable, Mark, neutralised, write_csv};
pub use encoding::Encoding;
pub use fault::{Fault, FileFault};
pub use mapping::{Binding, Mapping, MappingFault};
pub use options::{Delimiter, Limits, Options};
pub use refused_row::{RefusedRow, RowFault};
pub use sheet::{Row, Rows, Sheet, Source};
pub use table::{Cell, Column, Kind, Table, TableFault};
pub use xlsx_out::write_xlsx;
