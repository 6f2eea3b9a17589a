//! Opening a table and reading its rows, whatever its format.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::iter::FusedIterator;
use std::path::Path;

use crate::csv_in::{CsvRows, CsvSheet};
use crate::encoding::Encoding;
use crate::fault::{Fault, FileFault};
use crate::options::{Limits, Options};
use crate::xlsx_guard;
use crate::xlsx_in::{XlsxRows, XlsxSheet};

/// Where a table's bytes come from: a file, or a `Cursor` over bytes.
pub trait Source: Read + Seek + Send {}

impl<T: Read + Seek + Send> Source for T {}

/// A table that came in (表格): its columns, and its rows on demand.
///
/// The first row that is not blank names the columns. Names are trimmed, not empty and unique.
pub struct Sheet {
    pub columns: Vec<String>,
    content: Content,
}

enum Content {
    Csv(CsvSheet),
    Xlsx(Box<XlsxSheet>),
}

/// One row (行), with exactly one cell for each column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The line of the file on which the row begins, or its row number in a sheet, from 1.
    pub number: u64,
    /// In a sheet of XLSX: numbers without a needless `.0`, dates as civil `YYYY-MM-DD HH:MM:SS`,
    /// formulas as the value last computed, errors as they show (`#N/A`).
    pub cells: Vec<String>,
}

impl Sheet {
    /// Opens a file and reads its header.
    pub fn open(path: impl AsRef<Path>, options: &Options) -> Result<Self, FileFault> {
        Self::read(File::open(path)?, options)
    }

    /// Reads the header of a table from anything that can be read and sought.
    pub fn read(source: impl Source + 'static, options: &Options) -> Result<Self, FileFault> {
        let mut source: Box<dyn Source> = Box::new(source);
        let size = source.seek(SeekFrom::End(0))?;
        if size > options.limits.file {
            return Err(FileFault::TooLarge { size, limit: options.limits.file });
        }
        source.rewind()?;
        let mut head = Vec::new();
        source.by_ref().take(512).read_to_end(&mut head)?;
        source.rewind()?;
        let (columns, content) = match Format::of(&head)? {
            Format::Csv => {
                let (columns, sheet) = CsvSheet::open(source, &head, options)?;
                (columns, Content::Csv(sheet))
            }
            Format::Xlsx => {
                let (columns, sheet) = XlsxSheet::open(source, options)?;
                (columns, Content::Xlsx(Box::new(sheet)))
            }
            Format::Ole => return Err(xlsx_guard::ole_fault(source)?),
        };
        check_columns(&columns, &options.limits)?;
        Ok(Self { columns, content })
    }

    /// The encoding of a CSV file, as found or as told; `None` for XLSX, which has but one.
    #[must_use]
    pub fn encoding(&self) -> Option<Encoding> {
        match &self.content {
            Content::Csv(sheet) => Some(sheet.encoding()),
            Content::Xlsx(_) => None,
        }
    }

    /// The rows below the header, from the first, at each call anew. Rows whose cells are all blank
    /// are passed over. After a [`Fault::File`] nothing more comes.
    pub fn rows(&mut self) -> Result<Rows<'_>, FileFault> {
        let width = self.columns.len();
        Ok(Rows(Some(match &mut self.content {
            Content::Csv(sheet) => Inner::Csv(sheet.rows(width)?),
            Content::Xlsx(sheet) => Inner::Xlsx(sheet.rows(width)?),
        })))
    }
}

/// The rows of a [`Sheet`].
pub struct Rows<'a>(Option<Inner<'a>>);

enum Inner<'a> {
    Csv(CsvRows<'a>),
    Xlsx(XlsxRows<'a>),
}

impl Iterator for Rows<'_> {
    type Item = Result<Row, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        let next = match self.0.as_mut()? {
            Inner::Csv(rows) => rows.next(),
            Inner::Xlsx(rows) => rows.next(),
        };
        if matches!(next, None | Some(Err(Fault::File(_)))) {
            self.0 = None;
        }
        next
    }
}

impl FusedIterator for Rows<'_> {}

enum Format {
    Csv,
    Xlsx,
    /// The container of Excel 97-2003 and of encrypted workbooks.
    Ole,
}

impl Format {
    fn of(head: &[u8]) -> Result<Self, FileFault> {
        let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
        match head {
            [b'P', b'K', 3, 4, ..] => Ok(Self::Xlsx),
            [0xd0, 0xcf, 0x11, 0xe0, ..] => Ok(Self::Ole),
            [b'P', b'K', 5, 6, ..] => Err(FileFault::NotATable { what: "ZIP" }),
            [b'%', b'P', b'D', b'F', ..] => Err(FileFault::NotATable { what: "PDF" }),
            [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => Err(FileFault::Utf16),
            // Many systems hand out web pages under the name `.xls`.
            _ if text.starts_with(b"<") => Err(FileFault::NotATable { what: "HTML/XML" }),
            _ => Ok(Self::Csv),
        }
    }
}

fn check_columns(columns: &[String], limits: &Limits) -> Result<(), FileFault> {
    if columns.len() > limits.columns {
        return Err(FileFault::TooManyColumns { limit: limits.columns });
    }
    let mut seen = std::collections::HashMap::new();
    for (column, name) in (1..).zip(columns) {
        if name.is_empty() {
            return Err(FileFault::UnnamedColumn { column });
        }
        if let Some(first) = seen.insert(name, column) {
            return Err(FileFault::DuplicateColumn { name: name.clone(), first, second: column });
        }
    }
    Ok(())
}

/// A header cell as a column's name.
pub(crate) fn column_name(cell: &str) -> String {
    cell.trim().to_owned()
}

pub(crate) fn is_blank(cells: &[String]) -> bool {
    cells.iter().all(|cell| cell.trim().is_empty())
}
