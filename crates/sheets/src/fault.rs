//! What makes a whole file unreadable, as one sentence that says what to do.

use std::io;

use yipan_base::refusal::{Refusal, RefusalKind};

use crate::refused_row::RefusedRow;

/// What can go wrong while rows are read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// This row is not taken; reading goes on.
    #[error(transparent)]
    Row(#[from] RefusedRow),
    /// Nothing more can be read.
    #[error(transparent)]
    File(#[from] FileFault),
}

/// Why a file cannot be read, or not to its end.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileFault {
    #[error("the file cannot be read: {detail}")]
    Io { kind: io::ErrorKind, detail: String },
    #[error("the file has {size} bytes and at most {limit} are taken; split it")]
    TooLarge { size: u64, limit: u64 },
    #[error("the workbook unpacks to more than {limit} bytes; split it or remove its pictures")]
    UnpackedTooLarge { limit: u64 },
    #[error("the sheet has more than {limit} rows; split it")]
    TooManyRows { limit: u32 },
    #[error("the table has more than {limit} columns; remove those that are not needed")]
    TooManyColumns { limit: usize },
    #[error("the table is empty; its first row must name the columns")]
    Empty,
    #[error("the text is neither UTF-8 nor GB18030; save it as CSV UTF-8 or XLSX")]
    Encoding,
    #[error("the text is UTF-16; save it as CSV UTF-8 or XLSX")]
    Utf16,
    #[error("this is {what}, not a table; save it as CSV UTF-8 or XLSX")]
    NotATable { what: &'static str },
    #[error("this is a workbook of Excel 97-2003 (.xls); save it as XLSX")]
    OldWorkbook,
    #[error("the workbook is locked with a password; save it without one")]
    Encrypted,
    #[error("the workbook is broken ({detail}); open it in a spreadsheet program and save it anew")]
    Broken { detail: String },
    #[error("there is no sheet `{name}`; the workbook has: {}", present.join(", "))]
    NoSuchSheet { name: String, present: Vec<String> },
    #[error("column {column} has no name in the header; name it or remove it")]
    UnnamedColumn { column: usize },
    #[error("columns {first} and {second} are both named `{name}`; rename one of them")]
    DuplicateColumn { name: String, first: usize, second: usize },
    #[error("the header cannot be read: {0}")]
    Header(RefusedRow),
}

impl FileFault {
    pub(crate) fn broken(detail: impl ToString) -> Self {
        Self::Broken { detail: detail.to_string() }
    }

    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Io { .. } => "sheet.io",
            Self::TooLarge { .. } => "sheet.too_large",
            Self::UnpackedTooLarge { .. } => "sheet.unpacked_too_large",
            Self::TooManyRows { .. } => "sheet.too_many_rows",
            Self::TooManyColumns { .. } => "sheet.too_many_columns",
            Self::Empty => "sheet.empty",
            Self::Encoding => "sheet.encoding",
            Self::Utf16 => "sheet.utf16",
            Self::NotATable { .. } => "sheet.not_a_table",
            Self::OldWorkbook => "sheet.old_workbook",
            Self::Encrypted => "sheet.encrypted",
            Self::Broken { .. } => "sheet.broken",
            Self::NoSuchSheet { .. } => "sheet.no_such_sheet",
            Self::UnnamedColumn { .. } => "sheet.unnamed_column",
            Self::DuplicateColumn { .. } => "sheet.duplicate_column",
            Self::Header(_) => "sheet.header",
        }
    }

    /// The sentence in Chinese.
    #[must_use]
    pub fn zh(&self) -> String {
        match self {
            Self::Io { detail, .. } => format!("无法读取文件：{detail}"),
            Self::TooLarge { size, limit } => {
                format!("文件有 {size} 字节，超过上限 {limit} 字节；请拆分")
            }
            Self::UnpackedTooLarge { limit } => {
                format!("工作簿解压后超过 {limit} 字节；请拆分或删除图片")
            }
            Self::TooManyRows { limit } => format!("工作表超过 {limit} 行；请拆分"),
            Self::TooManyColumns { limit } => format!("表格超过 {limit} 列；请删除不需要的列"),
            Self::Empty => "表格是空的；第一行必须是列名".into(),
            Self::Encoding => "文字既不是 UTF-8 也不是 GB18030 编码；请另存为 CSV UTF-8 或 XLSX".into(),
            Self::Utf16 => "文字是 UTF-16 编码；请另存为 CSV UTF-8 或 XLSX".into(),
            Self::NotATable { what } => {
                format!("这是 {what} 文件，不是表格；请另存为 CSV UTF-8 或 XLSX")
            }
            Self::OldWorkbook => "这是 Excel 97-2003 工作簿（.xls）；请另存为 XLSX".into(),
            Self::Encrypted => "工作簿设有密码；请取消密码后另存".into(),
            Self::Broken { detail } => {
                format!("工作簿已损坏（{detail}）；请用电子表格软件打开后重新保存")
            }
            Self::NoSuchSheet { name, present } => {
                format!("没有名为“{name}”的工作表；现有：{}", present.join("、"))
            }
            Self::UnnamedColumn { column } => format!("表头第 {column} 列没有列名；请命名或删除该列"),
            Self::DuplicateColumn { name, first, second } => {
                format!("第 {first} 列与第 {second} 列同名“{name}”；请改名")
            }
            Self::Header(row) => format!("无法读取表头：第 {} 行：{}", row.line, row.fault.zh()),
        }
    }
}

impl From<io::Error> for FileFault {
    fn from(error: io::Error) -> Self {
        Self::Io { kind: error.kind(), detail: error.to_string() }
    }
}

impl From<calamine::XlsxError> for FileFault {
    fn from(error: calamine::XlsxError) -> Self {
        match error {
            calamine::XlsxError::Password => Self::Encrypted,
            other => Self::broken(other),
        }
    }
}

impl From<FileFault> for Refusal {
    fn from(fault: FileFault) -> Self {
        let kind = match &fault {
            FileFault::Io { kind: io::ErrorKind::NotFound, .. } => RefusalKind::NotFound,
            FileFault::Io { kind: io::ErrorKind::PermissionDenied, .. } => RefusalKind::Forbidden,
            FileFault::Io { .. } => RefusalKind::Internal,
            FileFault::TooLarge { .. }
            | FileFault::UnpackedTooLarge { .. }
            | FileFault::TooManyRows { .. }
            | FileFault::TooManyColumns { .. } => RefusalKind::TooLarge,
            _ => RefusalKind::Invalid,
        };
        Self::new(kind, fault.code(), fault.zh(), fault.to_string())
    }
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Row(row) => row.into(),
            Fault::File(file) => file.into(),
        }
    }
}
