//! Cutting bytes into the records of a CSV file (RFC 4180, read leniently).
//!
//! The cutting is our own because a refusal must name the byte, a cell must have a limit, and a
//! quotation mark that swallows the rest of a file must be noticed. A test holds it to the `csv`
//! crate's reading of arbitrary bytes.

use std::io::{self, BufRead};

use crate::options::Limits;
use crate::refused_row::RowFault;

/// One record, before it is decoded. Reused from record to record.
#[derive(Debug, Default)]
pub(crate) struct Record {
    /// The line on which it begins, from 1.
    pub line: u64,
    /// The byte of the file at which [`Self::raw`] begins.
    pub offset: u64,
    /// The bytes as they stand in the file, up to its line break.
    pub raw: Vec<u8>,
    /// The bytes of all cells, without quotation marks and delimiters.
    text: Vec<u8>,
    /// Where each cell ends in `text`.
    ends: Vec<usize>,
    /// Why the record was not kept whole.
    pub fault: Option<RowFault>,
}

impl Record {
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn cells(&self) -> impl Iterator<Item = &[u8]> {
        let mut start = 0;
        self.ends.iter().map(move |&end| &self.text[std::mem::replace(&mut start, end)..end])
    }

    fn cell_len(&self) -> usize {
        self.text.len() - self.ends.last().copied().unwrap_or(0)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// Before the first byte of a cell.
    Cell,
    Plain,
    Quoted,
    /// After a quotation mark inside a quoted cell: its end, or half of a doubled one.
    QuoteInQuoted,
    /// After the line break that ends the record.
    End,
}

/// Where the reading of a file stands, and by which rules.
#[derive(Debug, Clone)]
pub(crate) struct Scanner {
    delimiter: u8,
    limits: Limits,
    /// The next byte to be read.
    pub offset: u64,
    /// The line of the next byte, from 1.
    line: u64,
    /// The last byte read.
    last: u8,
}

impl Scanner {
    pub fn new(delimiter: u8, limits: Limits, offset: u64) -> Self {
        Self { delimiter, limits, offset, line: 1, last: 0 }
    }

    /// Reads the next record; `false` at the end of the file. Blank lines are passed over.
    pub fn read(&mut self, input: &mut impl BufRead, record: &mut Record) -> io::Result<bool> {
        self.pass_line_breaks(input)?;
        record.raw.clear();
        record.text.clear();
        record.ends.clear();
        record.fault = None;
        record.offset = self.offset;
        record.line = self.line;
        let mut state = State::Cell;
        while state != State::End {
            let chunk = input.fill_buf()?;
            if chunk.is_empty() {
                return Ok(self.finish(state, record));
            }
            let used = self.take(chunk, &mut state, record);
            if record.raw.len() + used > self.limits.row {
                record.fault.get_or_insert(RowFault::RowTooLarge { limit: self.limits.row });
            }
            if record.fault.is_none() {
                record.raw.extend_from_slice(&chunk[..used]);
            }
            input.consume(used);
            self.offset += used as u64;
        }
        Ok(true)
    }

    fn pass_line_breaks(&mut self, input: &mut impl BufRead) -> io::Result<()> {
        loop {
            let chunk = input.fill_buf()?;
            let breaks = chunk.iter().take_while(|&&b| matches!(b, b'\r' | b'\n')).count();
            for &byte in &chunk[..breaks] {
                self.count_line(byte);
            }
            let done = breaks < chunk.len() || breaks == 0;
            input.consume(breaks);
            self.offset += breaks as u64;
            if done {
                return Ok(());
            }
        }
    }

    /// Takes bytes up to the end of the record or of the chunk; how many.
    fn take(&mut self, chunk: &[u8], state: &mut State, record: &mut Record) -> usize {
        for (at, &byte) in chunk.iter().enumerate() {
            self.count_line(byte);
            *state = match (*state, byte) {
                (State::Cell, b'"') => State::Quoted,
                (State::Quoted, b'"') => State::QuoteInQuoted,
                (State::Quoted, _) | (State::QuoteInQuoted, b'"') => {
                    self.keep(byte, record);
                    State::Quoted
                }
                (_, b'\r' | b'\n') => {
                    self.end_cell(record);
                    *state = State::End;
                    return at + 1;
                }
                _ if byte == self.delimiter => {
                    self.end_cell(record);
                    State::Cell
                }
                _ => {
                    self.keep(byte, record);
                    State::Plain
                }
            };
        }
        chunk.len()
    }

    /// A line ends with LF, CR or CRLF.
    fn count_line(&mut self, byte: u8) {
        self.line += u64::from(byte == b'\r' || byte == b'\n' && self.last != b'\r');
        self.last = byte;
    }

    fn keep(&self, byte: u8, record: &mut Record) {
        if record.fault.is_some() {
            return;
        }
        if record.cell_len() == self.limits.cell {
            let column = record.len() + 1;
            record.fault = Some(RowFault::CellTooLarge { column, limit: self.limits.cell });
            return;
        }
        record.text.push(byte);
    }

    /// One cell more than the limit is kept, to tell that there are too many.
    fn end_cell(&self, record: &mut Record) {
        if record.len() <= self.limits.columns {
            record.ends.push(record.text.len());
        }
    }

    /// The end of the file: whether it ends a record.
    fn finish(&self, state: State, record: &mut Record) -> bool {
        if self.offset == record.offset {
            return false;
        }
        if state == State::Quoted {
            let last_line = self.line - u64::from(matches!(self.last, b'\r' | b'\n'));
            record.fault = Some(RowFault::OpenQuote { last_line });
        }
        self.end_cell(record);
        true
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn scan(bytes: &[u8], chunk: usize) -> Vec<(u64, Vec<Vec<u8>>, Option<RowFault>)> {
        let mut input = io::BufReader::with_capacity(chunk, bytes);
        let mut scanner = Scanner::new(b',', Limits { cell: 64, ..Limits::default() }, 0);
        let mut record = Record::default();
        let mut all = Vec::new();
        while scanner.read(&mut input, &mut record).unwrap() {
            let cells = record.cells().map(<[u8]>::to_vec).collect();
            all.push((record.line, cells, record.fault.clone()));
        }
        all
    }

    #[test]
    fn lines_are_those_that_a_person_sees() {
        let lines = |text: &str| scan(text.as_bytes(), 4).iter().map(|r| r.0).collect::<Vec<_>>();
        assert_eq!(lines("a\r\n\r\nb\r\n\"c\r\nd\"\r\ne"), [1, 3, 4, 6]);
        assert_eq!(lines("a\n\n\nb\nc\n\n"), [1, 4, 5]);
        assert_eq!(lines("a\rb\r\rc"), [1, 2, 4]);
    }

    #[test]
    fn an_open_quote_and_a_large_cell_are_noticed() {
        let open = scan(b"a,b\n1,\"x\n2,y\n", 8);
        assert_eq!(open[1], (2, open[1].1.clone(), Some(RowFault::OpenQuote { last_line: 3 })));
        let large = scan(format!("a\nb,{}\nc\n", "x".repeat(65)).as_bytes(), 8);
        assert_eq!(large[1].2, Some(RowFault::CellTooLarge { column: 2, limit: 64 }));
        assert_eq!((large[2].0, &large[2].1, &large[2].2), (3, &vec![b"c".to_vec()], &None));
    }

    proptest! {
        #[test]
        fn reads_as_the_csv_crate_does(
            bytes in prop::collection::vec(prop::sample::select(b"a,\"\r\n\xc2".to_vec()), 0..60),
            chunk in 1_usize..9,
        ) {
            let mut peer = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(&bytes[..]);
            let expected: Vec<Vec<Vec<u8>>> = peer
                .byte_records()
                .map(|record| record.unwrap().iter().map(<[u8]>::to_vec).collect())
                .collect();
            let ours: Vec<_> = scan(&bytes, chunk).into_iter().map(|r| r.1).collect();
            prop_assert_eq!(ours, expected);
        }
    }
}
