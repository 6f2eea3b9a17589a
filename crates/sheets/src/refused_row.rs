//! A row that cannot be taken. The rows after it can.

use yipan_base::refusal::{Refusal, RefusalKind};

use crate::encoding::Encoding;

/// A refused row (拒收行): where it stands and why it was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {fault}")]
pub struct RefusedRow {
    /// The line of the file on which the row begins, or its row number in a sheet, from 1.
    pub line: u64,
    pub fault: RowFault,
    /// Its cells, to be corrected: as many as there are, with � for what is no text. None of a row that
    /// could not be cut into cells, or is too large.
    pub cells: Vec<String>,
}

impl RefusedRow {
    pub(crate) fn uncut(line: u64, fault: RowFault) -> Self {
        Self { line, fault, cells: Vec::new() }
    }
}

/// Why a row was not taken. Columns count from 1, byte offsets from 0 at the start of the file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RowFault {
    #[error("{found} cells where the header has {expected}; a text with a delimiter needs quotation marks")]
    CellCount { expected: usize, found: usize },
    #[error("byte {offset} is not {encoding}; correct the row or save the whole file as UTF-8")]
    Undecodable { encoding: Encoding, offset: u64 },
    #[error("column {column} holds a NUL character; remove it")]
    Nul { column: usize },
    #[error("column {column} is larger than {limit} bytes; shorten it, or look for an open quotation mark")]
    CellTooLarge { column: usize, limit: usize },
    #[error("the row is larger than {limit} bytes; shorten it")]
    RowTooLarge { limit: usize },
    #[error("a quotation mark is never closed, so that lines up to {last_line} were not read; close it")]
    OpenQuote { last_line: u64 },
    #[error(
        "column {column} holds a number of more than 15 digits, which a spreadsheet cannot keep exactly; \
         enter it as text"
    )]
    InexactNumber { column: usize },
}

impl RowFault {
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::CellCount { .. } => "sheet.row.cell_count",
            Self::Undecodable { .. } => "sheet.row.encoding",
            Self::Nul { .. } => "sheet.row.nul",
            Self::CellTooLarge { .. } => "sheet.row.cell_too_large",
            Self::RowTooLarge { .. } => "sheet.row.too_large",
            Self::OpenQuote { .. } => "sheet.row.open_quote",
            Self::InexactNumber { .. } => "sheet.row.inexact_number",
        }
    }

    /// The sentence in Chinese.
    #[must_use]
    pub fn zh(&self) -> String {
        match self {
            Self::CellCount { expected, found } => {
                format!("有 {found} 格，而表头有 {expected} 列；含分隔符的文字须加双引号")
            }
            Self::Undecodable { encoding, offset } => {
                format!("第 {offset} 字节不是 {encoding} 编码；请改正此行，或将整个文件另存为 UTF-8")
            }
            Self::Nul { column } => format!("第 {column} 列含空字符（NUL）；请删除"),
            Self::CellTooLarge { column, limit } => {
                format!("第 {column} 列超过 {limit} 字节；请缩短，或检查是否有未闭合的引号")
            }
            Self::RowTooLarge { limit } => format!("此行超过 {limit} 字节；请缩短"),
            Self::OpenQuote { last_line } => {
                format!("引号未闭合，到第 {last_line} 行为止均未读入；请补上引号")
            }
            Self::InexactNumber { column } => {
                format!("第 {column} 列的数字超过 15 位，电子表格已无法精确保存；请按文本填写")
            }
        }
    }
}

impl From<RefusedRow> for Refusal {
    fn from(row: RefusedRow) -> Self {
        let kind = match row.fault {
            RowFault::CellTooLarge { .. } | RowFault::RowTooLarge { .. } => RefusalKind::TooLarge,
            _ => RefusalKind::Invalid,
        };
        let zh = format!("第 {} 行：{}", row.line, row.fault.zh());
        Self::new(kind, row.fault.code(), zh, row.to_string()).at(format!("/rows/{}", row.line))
    }
}
