//! Tables as data: the store knows tables and rows, never commands.

/// One table: its columns, how many of them (the first) are the primary key, and whether its rows
/// tell of cases, so that only a [`crate::Scope`] may read them.
#[derive(Debug)]
pub struct Table {
    pub name: &'static str,
    pub columns: &'static [Column],
    /// The first `key` columns are the primary key.
    pub key: usize,
    /// Whether a query on this table must carry a scope.
    pub case_data: bool,
}

/// One column of a [`Table`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    pub name: &'static str,
    pub kind: Kind,
    pub null: bool,
}

/// The three kinds of value that both engines keep alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// TEXT: ids, names, JSON.
    Text,
    /// BIGINT: counts, instants in microseconds, booleans as 0 and 1.
    Int,
    /// DOUBLE PRECISION.
    Real,
}

impl Table {
    pub(crate) const fn house(name: &'static str, key: usize, columns: &'static [Column]) -> Self {
        Self { name, columns, key, case_data: false }
    }

    pub(crate) const fn case_data(name: &'static str, key: usize, columns: &'static [Column]) -> Self {
        Self { name, columns, key, case_data: true }
    }

    /// The columns of the primary key.
    #[must_use]
    pub fn key_columns(&self) -> &'static [Column] {
        &self.columns[..self.key]
    }

    /// The columns beside the primary key.
    #[must_use]
    pub fn other_columns(&self) -> &'static [Column] {
        &self.columns[self.key..]
    }

    /// Where the column of that name stands, if there is one.
    #[must_use]
    pub fn position(&self, column: &str) -> Option<usize> {
        self.columns.iter().position(|c| c.name == column)
    }

    /// Whether every column beside the key is a counter, so that a row can be written by deltas.
    #[must_use]
    pub fn counts(&self) -> bool {
        self.other_columns().iter().all(|c| c.kind == Kind::Int && !c.null)
    }
}

impl Column {
    pub(crate) const fn or_null(self) -> Self {
        Self { null: true, ..self }
    }
}

pub(crate) const fn text(name: &'static str) -> Column {
    Column { name, kind: Kind::Text, null: false }
}

pub(crate) const fn int(name: &'static str) -> Column {
    Column { name, kind: Kind::Int, null: false }
}
