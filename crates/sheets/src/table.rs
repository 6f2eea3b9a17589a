//! A table that goes out, before it has a format.

use std::io;

use yipan_base::refusal::{Refusal, RefusalKind};
use yipan_base::time::Timestamp;

/// A table (报表) that goes out: columns, and rows of one cell for each.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Table {
    pub columns: Vec<Column>,
    pub rows: Vec<Vec<Cell>>,
}

/// A column of a table that goes out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    pub title: String,
    pub kind: Kind,
}

impl Column {
    pub fn new(title: impl Into<String>, kind: Kind) -> Self {
        Self { title: title.into(), kind }
    }
}

/// How the numbers and times of a column are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Text,
    Integer,
    Real,
    /// A share: 0.85 is shown as 85.00 %.
    Percent,
    DateTime,
}

/// A cell of a table that goes out. A cell need not be of its column's kind: a rate without a
/// denominator is `Text("—")` or `Empty`.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Cell {
    #[default]
    Empty,
    Text(String),
    Integer(i64),
    /// A number or a share; one that is not finite is written as an empty cell.
    Real(f64),
    /// Shown in Shanghai's time, to the second.
    DateTime(Timestamp),
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Cell {
    fn from(value: i64) -> Self {
        Self::Integer(value)
    }
}

impl From<f64> for Cell {
    fn from(value: f64) -> Self {
        Self::Real(value)
    }
}

impl From<Timestamp> for Cell {
    fn from(at: Timestamp) -> Self {
        Self::DateTime(at)
    }
}

impl<T: Into<Self>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Empty, Into::into)
    }
}

/// Why a table could not be written. Rows count from 1 below the header, columns from 1.
#[derive(Debug, thiserror::Error)]
pub enum TableFault {
    #[error("the table could not be written: {0}")]
    Io(#[from] io::Error),
    #[error("row {row} has {found} cells for {expected} columns")]
    RowWidth { row: usize, expected: usize, found: usize },
    #[error(
        "sheet `{sheet}` row {row} column {column} has more than {limit} characters, which XLSX cannot \
         hold; export as CSV"
    )]
    TextTooLong { sheet: String, row: usize, column: usize, limit: usize },
    #[error("sheet `{sheet}` has more rows or columns than XLSX can hold; export as CSV or split it")]
    SheetTooLarge { sheet: String },
    #[error(
        "`{name}` cannot name a sheet: 1 to 31 characters, none of []:*?/\\, no apostrophe at an end, \
         and no name twice"
    )]
    SheetName { name: String },
    #[error("the workbook could not be written: {0}")]
    Xlsx(String),
}

impl TableFault {
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Io(_) => "table.io",
            Self::RowWidth { .. } => "table.row_width",
            Self::TextTooLong { .. } => "table.text_too_long",
            Self::SheetTooLarge { .. } => "table.sheet_too_large",
            Self::SheetName { .. } => "table.sheet_name",
            Self::Xlsx(_) => "table.xlsx",
        }
    }

    /// The sentence in Chinese.
    #[must_use]
    pub fn zh(&self) -> String {
        match self {
            Self::Io(error) => format!("无法写出表格：{error}"),
            Self::RowWidth { row, expected, found } => {
                format!("第 {row} 行有 {found} 格，而表格有 {expected} 列")
            }
            Self::TextTooLong { sheet, row, column, limit } => {
                format!("工作表“{sheet}”第 {row} 行第 {column} 列超过 {limit} 字，XLSX 无法容纳；请导出 CSV")
            }
            Self::SheetTooLarge { sheet } => {
                format!("工作表“{sheet}”的行列数超过 XLSX 上限；请导出 CSV 或拆分")
            }
            Self::SheetName { name } => {
                format!("“{name}”不能作工作表名：须为 1 至 31 字，不含 []:*?/\\，首尾无单引号，且不重名")
            }
            Self::Xlsx(detail) => format!("无法写出工作簿：{detail}"),
        }
    }
}

impl From<TableFault> for Refusal {
    fn from(fault: TableFault) -> Self {
        let kind = match &fault {
            TableFault::Io(error) if error.kind() == io::ErrorKind::StorageFull => RefusalKind::NoSpace,
            TableFault::Io(_) | TableFault::RowWidth { .. } | TableFault::Xlsx(_) => RefusalKind::Internal,
            TableFault::TextTooLong { .. } | TableFault::SheetTooLarge { .. } => RefusalKind::TooLarge,
            TableFault::SheetName { .. } => RefusalKind::Invalid,
        };
        Self::new(kind, fault.code(), fault.zh(), fault.to_string())
    }
}
