//! How a table is opened. The defaults suit a file of which nothing is known.

use crate::encoding::Encoding;

/// What stands between the cells of a CSV file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delimiter {
    Comma,
    Tab,
    Semicolon,
}

impl Delimiter {
    /// None of these bytes occurs inside a character of UTF-8 or GB18030, so that a file can be
    /// cut into cells before it is decoded.
    pub(crate) const ALL: [Self; 3] = [Self::Comma, Self::Tab, Self::Semicolon];

    pub(crate) fn byte(self) -> u8 {
        match self {
            Self::Comma => b',',
            Self::Tab => b'\t',
            Self::Semicolon => b';',
        }
    }
}

/// How much is taken before a file, a row or a cell is refused. All sizes in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// The file as it lies on the disk.
    pub file: u64,
    /// All parts of an XLSX workbook together, unpacked.
    pub unpacked: u64,
    /// The last row number of an XLSX sheet.
    pub rows: u32,
    pub columns: usize,
    pub cell: usize,
    pub row: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file: 1 << 30,
            unpacked: 200_000_000,
            rows: 1_048_576,
            columns: 16_384,
            cell: 1 << 20,
            row: 16 << 20,
        }
    }
}

/// How to open a table. `None` means: find out from the content.
///
/// Whether the file is CSV or XLSX is always found out from its content: names lie.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    pub encoding: Option<Encoding>,
    pub delimiter: Option<Delimiter>,
    /// The sheet of an XLSX workbook by name; `None` is the first visible one.
    pub sheet: Option<String>,
    pub limits: Limits,
}
