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
    /// Whether its last column is the [`sum`](crate::sum) of the others, which the store reckons:
    /// for what no replay of events brings forth again.
    pub summed: bool,
}

/// One column of a [`Table`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    pub name: &'static str,
    pub kind: Kind,
    pub null: bool,
    /// Whether its value follows from the key for ever: an upsert then leaves it, and every index on
    /// it, alone.
    pub fixed: bool,
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
        Self { name, columns, key, case_data: false, summed: false }
    }

    pub(crate) const fn case_data(name: &'static str, key: usize, columns: &'static [Column]) -> Self {
        Self { name, columns, key, case_data: true, summed: false }
    }

    /// The same table with a sum in its last column.
    pub(crate) const fn summed(self) -> Self {
        Self { summed: true, ..self }
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

    /// The columns that an upsert sets anew.
    pub(crate) fn changing(&self) -> impl Iterator<Item = &'static Column> {
        self.other_columns().iter().filter(|column| !column.fixed)
    }

    /// Where the column of that name stands, if there is one.
    #[must_use]
    pub fn position(&self, column: &str) -> Option<usize> {
        self.columns.iter().position(|c| c.name == column)
    }

    /// Whether every column beside the key is a counter, so that a row can be written by deltas.
    #[must_use]
    pub fn counts(&self) -> bool {
        !self.summed && self.other_columns().iter().all(|c| c.kind == Kind::Int && !c.null)
    }
}

impl Column {
    pub(crate) const fn or_null(self) -> Self {
        Self { null: true, ..self }
    }

    pub(crate) const fn fixed(self) -> Self {
        Self { fixed: true, ..self }
    }
}

pub(crate) const fn text(name: &'static str) -> Column {
    Column { name, kind: Kind::Text, null: false, fixed: false }
}

pub(crate) const fn int(name: &'static str) -> Column {
    Column { name, kind: Kind::Int, null: false, fixed: false }
}
