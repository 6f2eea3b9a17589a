//! Reading: the house's own tables freely, case data only through a [`Scope`]. Readers never hold
//! up the writer.

use std::cmp::Ordering;
use std::sync::Arc;

use crate::db::{Arguments, Conn, Line, Reader};
use crate::error::StoreError;
use crate::record::Record;
use crate::row::nul;
use crate::scope::Scope;
use crate::store::Store;
use crate::value::Value;

/// One column by which a page is sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Smallest first.
    Up(&'static str),
    /// Largest first.
    Down(&'static str),
}

impl Order {
    fn key(self, record: &Record) -> Result<Value, StoreError> {
        let (Self::Up(column) | Self::Down(column)) = self;
        record.value(column).cloned()
    }

    fn compare(self, a: &Value, b: &Value) -> Ordering {
        match self {
            Self::Up(_) => a.cmp(b),
            Self::Down(_) => b.cmp(a),
        }
    }
}

impl Store {
    /// Rows of the house's own tables: one SELECT with `$1` placeholders, in the SQL that both
    /// engines read. Counts and sums are written `CAST(SUM(x) AS BIGINT)`.
    ///
    /// # Errors
    /// If the text mentions a table that tells of cases, or the engine refuses it.
    pub async fn house(&self, sql: &str, args: &[Value]) -> Result<Vec<Record>, StoreError> {
        let mut records = Vec::new();
        self.house_scan(sql, args, |record| {
            records.push(record);
            Ok(())
        })
        .await?;
        Ok(records)
    }

    /// Hands every row to `each` as it is read, however many there are.
    ///
    /// # Errors
    /// As [`Store::house`], or whatever `each` answers, which ends the scan.
    pub async fn house_scan(
        &self,
        sql: &str,
        args: &[Value],
        each: impl FnMut(Record) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        self.queries().read(sql).house(sql)?;
        self.stream(&sql.into(), args, each).await
    }

    /// Rows that tell of cases, as far as the scope reaches. The text says by markers where the
    /// scope's predicate stands: `{scope:a}` for `case_access` aliased `a`, `{visible:c.id}` for a
    /// column that holds a case's id, `{facts:f}` for figures. In a system scope the predicate is
    /// true, so a list by `case_access` names a case once for each of its holders there.
    ///
    /// # Errors
    /// If a table that tells of cases has no marker and is not joined to one that has, or the engine
    /// refuses the text.
    pub async fn cases(&self, scope: &Scope, sql: &str, args: &[Value]) -> Result<Vec<Record>, StoreError> {
        let mut records = Vec::new();
        self.scan(scope, sql, args, |record| {
            records.push(record);
            Ok(())
        })
        .await?;
        Ok(records)
    }

    /// Hands every row to `each` as it is read, however many there are.
    ///
    /// # Errors
    /// As [`Store::cases`], or whatever `each` answers, which ends the scan.
    pub async fn scan(
        &self,
        scope: &Scope,
        sql: &str,
        args: &[Value],
        each: impl FnMut(Record) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let statement = self.queries().read(sql).scoped(sql, scope, args)?;
        self.stream(&statement.text.into(), &statement.args, each).await
    }

    /// The first rows of a list by `case_access`, at the cost of one page however many cases there
    /// are: asks for each holder alone, in the order of the index on (holder, time, case), and merges.
    ///
    /// The text selects the columns of `order`, sorts by them and ends with a LIMIT of at least
    /// `limit`; together they name a row, so a case that several holders have is listed once. A column
    /// that may be null must be held apart by a condition, since the engines sort nulls differently.
    ///
    /// # Errors
    /// As [`Store::cases`], or if the query has no such column.
    pub async fn page(
        &self,
        scope: &Scope,
        sql: &str,
        args: &[Value],
        order: &[Order],
        limit: usize,
    ) -> Result<Vec<Record>, StoreError> {
        let mut rows = Vec::new();
        for part in scope.by_holder() {
            for record in self.cases(&part, sql, args).await? {
                let key = order.iter().map(|order| order.key(&record)).collect::<Result<Vec<_>, _>>()?;
                rows.push((key, record));
            }
        }
        rows.sort_by(|(a, _), (b, _)| {
            let pairs = order.iter().zip(a.iter().zip(b));
            pairs.fold(Ordering::Equal, |so_far, (order, (a, b))| so_far.then_with(|| order.compare(a, b)))
        });
        rows.dedup_by(|(a, _), (b, _)| a == b);
        rows.truncate(limit);
        Ok(rows.into_iter().map(|(_, record)| record).collect())
    }

    async fn stream(
        &self,
        sql: &Arc<str>,
        args: &[Value],
        each: impl FnMut(Record) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let mut reader = self.db().reader().await.map_err(|error| StoreError::sql(sql, error))?;
        stream(reader.line(), sql, args, each).await
    }

    /// One moment of the database, for an answer of several statements.
    ///
    /// # Errors
    /// If no reading connection is to be had.
    pub async fn moment(&self) -> Result<Moment<'_>, StoreError> {
        let reader = self.db().reader().await.map_err(|error| StoreError::sql("connect", error))?;
        let begin = self.dialect().begin_snapshot();
        // From here on whoever breaks off closes the connection.
        let mut moment = Moment { store: self, reader: Some(reader) };
        if let Some(reader) = &mut moment.reader {
            reader.line().script(begin).await.map_err(|error| StoreError::sql(begin, error))?;
        }
        Ok(moment)
    }

    /// A moment of the whole database, for reading in many steps.
    pub(crate) async fn snapshot(&self) -> Result<Snapshot, StoreError> {
        let reader = self.db().reader().await.map_err(|error| StoreError::sql("connect", error))?;
        let mut conn = reader.keep();
        let begin = self.dialect().begin_snapshot();
        conn.line().script(begin).await.map_err(|error| StoreError::sql(begin, error))?;
        Ok(Snapshot { conn })
    }
}

/// One moment of the database, to read an answer of several statements that agree with each other.
/// It holds a reading connection until it is dropped.
pub struct Moment<'s> {
    store: &'s Store,
    reader: Option<Reader>,
}

impl Moment<'_> {
    /// As [`Store::cases`], at this moment.
    ///
    /// # Errors
    /// As [`Store::cases`].
    pub async fn cases(
        &mut self,
        scope: &Scope,
        sql: &str,
        args: &[Value],
    ) -> Result<Vec<Record>, StoreError> {
        let statement = self.store.queries().read(sql).scoped(sql, scope, args)?;
        let mut records = Vec::new();
        let each = |record| {
            records.push(record);
            Ok(())
        };
        if let Some(reader) = &mut self.reader {
            stream(reader.line(), &statement.text.into(), &statement.args, each).await?;
        }
        Ok(records)
    }

    /// Gives the connection back to be used again.
    ///
    /// # Errors
    /// If the engine does not end what only read; the connection is then closed.
    pub async fn end(mut self) -> Result<(), StoreError> {
        if let Some(reader) = &mut self.reader {
            reader.line().script("COMMIT").await.map_err(|error| StoreError::sql("COMMIT", error))?;
        }
        drop(self.reader.take());
        Ok(())
    }
}

impl Drop for Moment<'_> {
    fn drop(&mut self) {
        // Still inside its transaction: it must not serve another reader.
        drop(self.reader.take().map(Reader::keep));
    }
}

/// One moment of the database, however long it is read, on a connection of its own.
pub(crate) struct Snapshot {
    conn: Conn,
}

impl Snapshot {
    pub(crate) async fn scan(
        &mut self,
        sql: &str,
        args: &[Value],
        each: impl FnMut(Record) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        stream(self.conn.line(), &sql.into(), args, each).await
    }

    /// The first row, if there is one.
    pub(crate) async fn first(&mut self, sql: &str) -> Result<Option<Record>, StoreError> {
        let mut found = None;
        self.scan(sql, &[], |record| {
            found.get_or_insert(record);
            Ok(())
        })
        .await?;
        Ok(found)
    }
}

async fn stream(
    line: Line<'_>,
    sql: &Arc<str>,
    args: &[Value],
    mut each: impl FnMut(Record) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let mut arguments = Arguments::new(line.dialect(), args.len());
    for (at, value) in args.iter().enumerate() {
        if value.as_text().is_some_and(|text| text.contains('\0')) {
            return Err(StoreError::Sql {
                sql: crate::error::shortened(sql),
                fault: nul("argument", &format!("${}", at + 1)).en,
            });
        }
        arguments.push(value, None).map_err(|error| StoreError::sql(sql, error))?;
    }
    let each = |record| each(record).map_err(Stop::Caller);
    line.each(sql, arguments, None, each).await.map_err(|stop| match stop {
        Stop::Engine(error) => StoreError::sql(sql, error),
        Stop::Caller(error) => error,
    })
}

/// Why a scan ended early.
enum Stop {
    Engine(sqlx::Error),
    Caller(StoreError),
}

impl From<sqlx::Error> for Stop {
    fn from(error: sqlx::Error) -> Self {
        Self::Engine(error)
    }
}
