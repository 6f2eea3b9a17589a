//! What the tests share: small units of work, and the contents of tables.

use sqlx::{AssertSqlSafe, Connection};
use yipan_base::refusal::Refusal;
use yipan_base::time::Timestamp;
use yipan_store::table::Table;
use yipan_store::{
    AuditEntry, CommitError, Dialect, Load, Planned, Receipt, Row, Store, UnitOfWork, Value, tables, values,
};

pub fn entry(subject: &str) -> AuditEntry {
    AuditEntry {
        at: Timestamp::from_millis(1_620_000_000_000),
        actor: "staff".to_owned(),
        action: "test".to_owned(),
        subject: subject.to_owned(),
    }
}

/// Writes rows without looking.
pub async fn write(store: &Store, rows: Vec<Row>) -> Result<Receipt<()>, CommitError> {
    let plan = move |_: &yipan_store::Loaded<'_>| Ok(Planned::audited(entry("rows"), rows.clone(), ()));
    store.commit(UnitOfWork::new(Vec::new(), plan)).await
}

/// Takes the next number of a counter; refuses at `limit`.
pub fn take_number(name: &str, limit: i64) -> UnitOfWork<i64> {
    let key = values![name];
    UnitOfWork::new(vec![Load::new(&tables::COUNTER, key.clone())], move |loaded| {
        let next = loaded.get(&tables::COUNTER, &key).map_or(1, |row| row.int("next").unwrap());
        if next > limit {
            return Err(Refusal::rule("test.limit", "满", "full"));
        }
        let row = Row::upsert(&tables::COUNTER, values![&key[0], next + 1]);
        Ok(Planned::audited(entry("counter"), vec![row], next))
    })
}

pub fn case_file(id: &str, number: &str) -> Row {
    let row = values![
        id,
        number,
        1,
        "accepted",
        "complaint",
        "urban",
        "phone",
        "normal",
        None::<&str>,
        None::<&str>,
        1,
        None::<i64>,
        false,
        false,
        false,
        "{}"
    ];
    Row::insert(&tables::CASE_FILE, row)
}

pub fn case_event(id: &str, seq: i64) -> Row {
    Row::insert(
        &tables::CASE_EVENT,
        vec![
            id.into(),
            seq.into(),
            Value::LedgerSeq,
            7.into(),
            "staff".into(),
            "noted".into(),
            "{\"n\":1}".into(),
        ],
    )
}

pub fn case_access(holder: &str, id: &str, clearance: i64, accepted_at: i64) -> Row {
    let row =
        values![holder, id, clearance, accepted_at, None::<i64>, "handling", "k", "c", "phone", "normal"];
    Row::upsert(&tables::CASE_ACCESS, row)
}

/// Every row of a table, in key order.
pub async fn contents(store: &Store, table: &'static Table) -> Vec<Vec<Value>> {
    let names: Vec<_> = table.columns.iter().map(|column| format!("t.{}", column.name)).collect();
    let keys = names[..table.key].join(", ");
    let sql = format!("SELECT {} FROM {} t", names.join(", "), table.name);
    let records = if table.case_data {
        let id =
            table.columns.iter().find(|c| c.name == "case_id" || c.name == "id").map_or("unit", |c| c.name);
        let sql = format!("{sql} WHERE {{visible:t.{id}}} ORDER BY {keys}");
        store.cases(&yipan_store::Scope::system("test"), &sql, &[]).await
    } else {
        store.house(&format!("{sql} ORDER BY {keys}"), &[]).await
    };
    records.unwrap().into_iter().map(yipan_store::Record::into_values).collect()
}

/// Runs a statement on a database past the store.
pub async fn behind(url: &str, dialect: Dialect, sql: &str) {
    let sql = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()));
    match dialect {
        Dialect::Sqlite => {
            let mut conn = sqlx::SqliteConnection::connect(url).await.unwrap();
            sql.execute(&mut conn).await.unwrap();
            conn.close().await.unwrap();
        }
        Dialect::Postgres => {
            let mut conn = sqlx::PgConnection::connect(url).await.unwrap();
            sql.execute(&mut conn).await.unwrap();
            conn.close().await.unwrap();
        }
    }
}
