//! Rows of a sheet of an XLSX workbook, streamed from the unpacked part.

use calamine::{Cell, DataRef, DataType as _, Reader, SheetType, SheetVisible, Xlsx, XlsxCellReader};

use crate::fault::{Fault, FileFault};
use crate::number::cell_text;
use crate::options::{Limits, Options};
use crate::refused_row::{RefusedRow, RowFault};
use crate::sheet::{Row, Source, column_name, is_blank};
use crate::xlsx_guard::{check, guarded};

pub(crate) struct XlsxSheet {
    book: Xlsx<Box<dyn Source>>,
    name: String,
    /// The row number of the header.
    header: u64,
    limits: Limits,
}

impl XlsxSheet {
    /// Opens the workbook and reads the header of the sheet that is asked for.
    pub fn open(mut source: Box<dyn Source>, options: &Options) -> Result<(Vec<String>, Self), FileFault> {
        let limits = options.limits.clone();
        check(&mut source, &limits)?;
        let book = guarded(|| Xlsx::new(source))?;
        let name = choose(&book, options.sheet.as_deref())?;
        let mut sheet = Self { book, name, header: 0, limits };
        let width = sheet.limits.columns;
        let header = match sheet.rows(width)?.next() {
            None => return Err(FileFault::Empty),
            Some(Err(Fault::Row(refused))) => return Err(FileFault::Header(refused)),
            Some(Err(Fault::File(fault))) => return Err(fault),
            Some(Ok(row)) => row,
        };
        sheet.header = header.number;
        // Cells that are only formatted have no text, so the header ends with its last name.
        let mut columns: Vec<String> = header.cells.iter().map(|cell| column_name(cell)).collect();
        let named = columns.iter().rposition(|name| !name.is_empty()).map_or(0, |last| last + 1);
        columns.truncate(named);
        Ok((columns, sheet))
    }

    pub fn rows(&mut self, width: usize) -> Result<XlsxRows<'_>, FileFault> {
        let Self { book, name, header, limits } = self;
        let cells = guarded(|| book.worksheet_cells_reader(name))?;
        Ok(XlsxRows { cells, pending: None, last: *header, skip: *header, width, limits })
    }
}

/// The sheet asked for, or the first that is shown.
fn choose(book: &Xlsx<Box<dyn Source>>, wanted: Option<&str>) -> Result<String, FileFault> {
    let sheets = || book.sheets_metadata().iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
    let chosen = match wanted {
        Some(name) => sheets().find(|sheet| sheet.name == name),
        None => sheets().find(|sheet| sheet.visible == SheetVisible::Visible).or_else(|| sheets().next()),
    };
    match (chosen, wanted) {
        (Some(sheet), _) => Ok(sheet.name.clone()),
        (None, Some(name)) => Err(FileFault::NoSuchSheet {
            name: name.to_owned(),
            present: sheets().map(|sheet| sheet.name.clone()).collect(),
        }),
        (None, None) => Err(FileFault::Empty),
    }
}

pub(crate) struct XlsxRows<'a> {
    cells: XlsxCellReader<'a, Box<dyn Source>>,
    /// What came after the last cell of the row before: a cell, the end, or a fault.
    pending: Option<Result<Option<Cell<DataRef<'a>>>, FileFault>>,
    /// The number of the last row read or passed over.
    last: u64,
    /// Rows up to this number are passed over, until one below it has come.
    skip: u64,
    width: usize,
    limits: &'a Limits,
}

impl<'a> XlsxRows<'a> {
    fn next_cell(&mut self) -> Result<Option<Cell<DataRef<'a>>>, FileFault> {
        self.pending.take().unwrap_or_else(|| guarded(|| self.cells.next_cell()))
    }

    /// The next row below `skip` that has a cell; `None` at the end of the sheet.
    fn read(&mut self) -> Result<Option<Result<Row, RefusedRow>>, FileFault> {
        let first = loop {
            match self.next_cell()? {
                Some(cell) if row_number(&cell) > self.skip => break cell,
                Some(_) => {}
                None => return Ok(None),
            }
        };
        self.skip = 0;
        let number = row_number(&first);
        if number <= self.last {
            return Err(FileFault::broken(format!("row {number} stands after row {}", self.last)));
        }
        if number > u64::from(self.limits.rows) {
            return Err(FileFault::TooManyRows { limit: self.limits.rows });
        }
        self.last = number;
        let mut row = Building::new(number);
        let mut cell = first;
        loop {
            row.add(cell.get_position().1 as usize, cell.get_value(), self.width, self.limits)?;
            match self.next_cell() {
                Ok(Some(next)) if row_number(&next) == number => cell = next,
                other => {
                    self.pending = Some(other);
                    return Ok(Some(row.finish(self.width)));
                }
            }
        }
    }
}

fn row_number(cell: &Cell<DataRef<'_>>) -> u64 {
    u64::from(cell.get_position().0) + 1
}

impl Iterator for XlsxRows<'_> {
    type Item = Result<Row, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match self.read() {
                Ok(Some(Ok(row))) if is_blank(&row.cells) => {}
                Ok(Some(row)) => return Some(row.map_err(Fault::Row)),
                Ok(None) => return None,
                Err(fault) => return Some(Err(fault.into())),
            }
        }
    }
}

/// A row whose cells are still coming.
struct Building {
    number: u64,
    cells: Vec<String>,
    size: usize,
    /// The last column that holds something, from 1.
    found: usize,
    /// The last column seen, from 1.
    last: usize,
    fault: Option<RowFault>,
}

impl Building {
    fn new(number: u64) -> Self {
        Self { number, cells: Vec::new(), size: 0, found: 0, last: 0, fault: None }
    }

    fn add(
        &mut self,
        index: usize,
        value: &DataRef<'_>,
        width: usize,
        limits: &Limits,
    ) -> Result<(), FileFault> {
        let column = index + 1;
        if column <= self.last {
            return Err(FileFault::broken(format!("row {}: column {column} stands twice", self.number)));
        }
        self.last = column;
        if self.fault.is_some() {
            return Ok(());
        }
        match text_within(value, column, limits) {
            Ok(text) if text.is_empty() => {}
            Ok(_) if self.size > limits.row => self.fault = Some(RowFault::RowTooLarge { limit: limits.row }),
            Ok(text) => {
                self.found = column;
                self.size += text.len();
                if column <= width {
                    self.cells.resize(column, String::new());
                    self.cells[index] = text;
                }
            }
            Err(fault) => self.fault = Some(fault),
        }
        Ok(())
    }

    fn finish(mut self, width: usize) -> Result<Row, RefusedRow> {
        let too_many =
            || (self.found > width).then_some(RowFault::CellCount { expected: width, found: self.found });
        if let Some(fault) = self.fault.take().or_else(too_many) {
            return Err(RefusedRow { line: self.number, fault, cells: self.cells });
        }
        self.cells.resize(width, String::new());
        Ok(Row { number: self.number, cells: self.cells })
    }
}

/// The text of a cell; too long a text is not even copied.
fn text_within(value: &DataRef<'_>, column: usize, limits: &Limits) -> Result<String, RowFault> {
    let length = value.get_string().map_or(0, str::len);
    if length > limits.cell {
        return Err(RowFault::CellTooLarge { column, limit: limits.cell });
    }
    let text = cell_text(value, column)?;
    if text.contains('\0') { Err(RowFault::Nul { column }) } else { Ok(text) }
}
