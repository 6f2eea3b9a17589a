//! What is wrong with a pack, where, and what to do about it.

use std::fmt;

/// A fault in one file of a pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackFault {
    /// The file's name within the pack.
    pub file: &'static str,
    /// The line as an editor counts it, from 1; `None` where the whole file is at fault.
    pub line: Option<u64>,
    /// The column's name in the header of a table.
    pub column: Option<&'static str>,
    /// What is wrong and what to do, in English.
    pub problem: String,
}

impl fmt::Display for PackFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.file)?;
        if let Some(line) = self.line {
            write!(f, ", line {line}")?;
        }
        if let Some(column) = self.column {
            write!(f, ", column `{column}`")?;
        }
        write!(f, ": {}", self.problem)
    }
}

impl std::error::Error for PackFault {}
