//! The rows that were not taken, as a file to be corrected and imported again.

use std::fs::{self, File};
use std::io::BufWriter;
use std::path::Path;

use yipan_base::refusal::Refusal;
use yipan_sheets::{Cell, Column, CsvTable, FileFault, Kind, Mark};

use super::outcome::RowOutcome;

/// What our own columns begin with; columns of an earlier round that do are left out.
const OURS: &str = "refused.";

/// What the codes of rows begin with that could not be cut into the table's columns.
const UNCUT: &str = "sheet.row.";

/// A file of refused rows (拒收清单): the cells as they came, then line, pointer, code and the sentence
/// in both languages, and of a row that could not be cut into columns what stood there. CSV in UTF-8 with a byte order mark.
pub struct RefusedFile {
    csv: CsvTable<BufWriter<File>>,
    /// Which of the table's columns are repeated.
    kept: Vec<usize>,
}

impl RefusedFile {
    /// Makes the file, in place of one that is there.
    ///
    /// # Errors
    /// If it cannot be made, or is the very file that is being imported.
    pub fn create(path: &Path, imported: &Path, columns: &[String]) -> Result<Self, Refusal> {
        let pointed = |refusal: Refusal| refusal.at(path.display().to_string());
        if let (Ok(one), Ok(other)) = (fs::canonicalize(path), fs::canonicalize(imported))
            && one == other
        {
            return Err(pointed(Refusal::invalid(
                "import.refused_file",
                "拒收清单不能写入正在导入的文件；请换一个文件名",
                "the refused rows cannot be written over the file that is imported; give another name",
            )));
        }
        let kept: Vec<usize> = (0..columns.len()).filter(|at| !columns[*at].starts_with(OURS)).collect();
        let ours = ["line", "pointer", "code", "zh", "en", "row"].map(|name| format!("{OURS}{name}"));
        let titles = kept.iter().map(|at| columns[*at].clone()).chain(ours);
        let titles: Vec<Column> = titles.map(|title| Column::new(title, Kind::Text)).collect();
        let file = File::create(path).map_err(|fault| pointed(FileFault::from(fault).into()))?;
        Ok(Self { csv: CsvTable::new(BufWriter::new(file), &titles, Mark::Bom)?, kept })
    }

    /// Adds a row if it was refused.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn add(&mut self, outcome: &RowOutcome) -> Result<(), Refusal> {
        let Err(refusal) = &outcome.answer else { return Ok(()) };
        // A row that was not cut rightly must not pass uncorrected: it stands beside the columns, whole.
        let uncut = refusal.code.starts_with(UNCUT);
        let cut = |at: &usize| outcome.cells.get(*at).filter(|_| !uncut).cloned();
        let mut cells: Vec<Cell> = self.kept.iter().map(|at| cut(at).into()).collect();
        cells.push(i64::try_from(outcome.line).unwrap_or(i64::MAX).into());
        cells.push(refusal.pointer.clone().into());
        cells.extend([&refusal.code, &refusal.zh, &refusal.en].map(|text| text.as_str().into()));
        cells.push(uncut.then(|| outcome.cells.join(",")).into());
        Ok(self.csv.row(&cells)?)
    }

    /// Writes what is still held back.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn finish(self) -> Result<(), Refusal> {
        let mut out = self.csv.finish()?;
        std::io::Write::flush(&mut out).map_err(|fault| FileFault::from(fault).into())
    }
}
