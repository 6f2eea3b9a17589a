//! Rows of a CSV file, streamed: memory holds one row at a time.

use std::io::{self, BufReader, Seek, SeekFrom};

use crate::encoding::Encoding;
use crate::fault::{Fault, FileFault};
use crate::options::{Delimiter, Options};
use crate::record::{Record, Scanner};
use crate::refused_row::{RefusedRow, RowFault};
use crate::sheet::{Row, Source, column_name, is_blank};

const BOM: &[u8] = b"\xef\xbb\xbf";

pub(crate) struct CsvSheet {
    input: BufReader<Box<dyn Source>>,
    encoding: Encoding,
    /// The state of reading after the header.
    body: Scanner,
}

impl CsvSheet {
    /// Finds out encoding and delimiter and reads the header. `head` is how the file begins.
    pub fn open(
        source: Box<dyn Source>,
        head: &[u8],
        options: &Options,
    ) -> Result<(Vec<String>, Self), FileFault> {
        let mut input = BufReader::with_capacity(64 << 10, source);
        let has_bom = head.starts_with(BOM);
        let encoding = match options.encoding {
            _ if has_bom => Encoding::Utf8,
            Some(encoding) => encoding,
            None => Encoding::detect(&mut input)?.ok_or(FileFault::Encoding)?,
        };
        let start = if has_bom { BOM.len() as u64 } else { 0 };
        let candidates = options.delimiter.as_ref().map_or(&Delimiter::ALL[..], std::slice::from_ref);

        // The delimiter is the one that finds most columns; of equals, the first.
        let mut best: Option<(Record, Scanner)> = None;
        for delimiter in candidates {
            let mut scanner = Scanner::new(delimiter.byte(), options.limits.clone(), start);
            let mut record = Record::default();
            input.seek(SeekFrom::Start(start))?;
            let found = read_filled(&mut scanner, &mut input, &mut record)?;
            if found && best.as_ref().is_none_or(|(other, _)| record.len() > other.len()) {
                best = Some((record, scanner));
            }
        }
        let (header, body) = best.ok_or(FileFault::Empty)?;
        let mut columns = decode(&header, encoding).map_err(FileFault::Header)?;
        columns.iter_mut().for_each(|name| *name = column_name(name));
        Ok((columns, Self { input, encoding, body }))
    }

    pub fn encoding(&self) -> Encoding {
        self.encoding
    }

    pub fn rows(&mut self, width: usize) -> Result<CsvRows<'_>, FileFault> {
        self.input.seek(SeekFrom::Start(self.body.offset))?;
        Ok(CsvRows {
            input: &mut self.input,
            encoding: self.encoding,
            scanner: self.body.clone(),
            record: Record::default(),
            width,
        })
    }
}

/// Passes over records of nothing but spaces and delimiters, of any kind, above the header.
fn read_filled(
    scanner: &mut Scanner,
    input: &mut BufReader<Box<dyn Source>>,
    record: &mut Record,
) -> io::Result<bool> {
    while scanner.read(input, record)? {
        if record.fault.is_some() || record.cells().flatten().any(|byte| !b" \t,;".contains(byte)) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The cells of a record as text.
fn decode(record: &Record, encoding: Encoding) -> Result<Vec<String>, RefusedRow> {
    if let Some(fault) = &record.fault {
        return Err(RefusedRow::uncut(record.line, fault.clone()));
    }
    let refused = |fault| {
        let cells = record.cells().map(|bytes| encoding.decode_lossy(bytes)).collect();
        RefusedRow { line: record.line, fault, cells }
    };
    let mut cells = Vec::with_capacity(record.len());
    for (column, bytes) in (1..).zip(record.cells()) {
        if bytes.contains(&0) {
            return Err(refused(RowFault::Nul { column }));
        }
        let Some(text) = encoding.decode(bytes) else {
            let within = encoding.first_fault(&record.raw).unwrap_or(0) as u64;
            return Err(refused(RowFault::Undecodable { encoding, offset: record.offset + within }));
        };
        cells.push(text.into_owned());
    }
    Ok(cells)
}

pub(crate) struct CsvRows<'a> {
    input: &'a mut BufReader<Box<dyn Source>>,
    encoding: Encoding,
    scanner: Scanner,
    record: Record,
    width: usize,
}

impl Iterator for CsvRows<'_> {
    type Item = Result<Row, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match self.scanner.read(self.input, &mut self.record) {
                Ok(true) => {}
                Ok(false) => return None,
                Err(error) => return Some(Err(Fault::File(error.into()))),
            }
            let cells = match decode(&self.record, self.encoding) {
                Ok(cells) => cells,
                Err(refused) => return Some(Err(refused.into())),
            };
            if is_blank(&cells) {
                continue;
            }
            let number = self.record.line;
            return Some(if cells.len() == self.width {
                Ok(Row { number, cells })
            } else {
                let fault = RowFault::CellCount { expected: self.width, found: cells.len() };
                Err(RefusedRow { line: number, fault, cells }.into())
            });
        }
    }
}
