//! The business clock of a data directory, real or simulated: fixed when it is created.

use yipan_base::time::{Clock, Timestamp};
use yipan_store::tables::SETTING;
use yipan_store::{Planned, Row, Scope, Store, UnitOfWork};

/// The setting that says so: `real`, or `simulated` and the instant at which it began.
const CLOCK: &str = "clock";
/// How far a simulated one has come at least.
const REACHED: &str = "clock.reached";
const SIMULATED: &str = "simulated";
const REAL: &str = "real";

/// Where the simulated clock of a directory stands: at what happened last. `None` for a real one.
/// Sessions go by the real clock and do not count.
pub async fn stands_at(store: &Store) -> anyhow::Result<Option<Timestamp>> {
    let kept = setting(store, CLOCK).await?;
    let Some(began) = kept.as_deref().and_then(|kept| kept.strip_prefix(SIMULATED)) else {
        return Ok(None);
    };
    let reached = setting(store, REACHED).await?.map(|at| at.parse()).transpose()?;
    let sql = "SELECT e.at FROM case_event e WHERE {visible:e.case_id} ORDER BY e.ledger DESC LIMIT 1";
    let rows = store.cases(&Scope::system("set the clock"), sql, &[]).await?;
    let last = match rows.first() {
        Some(row) => Timestamp::from_micros(row.int("at")?),
        None => began.trim().parse()?,
    };
    Ok(Some(reached.map_or(last, |reached: Timestamp| reached.max(last))))
}

/// Notes that a simulated clock has come so far, although nothing happened at the end.
pub async fn reached(store: &Store, at: Timestamp) -> anyhow::Result<()> {
    put(store, Row::upsert(&SETTING, vec![REACHED.into(), at.to_string().into()])).await
}

/// A directory keeps the kind of clock that it was created with.
pub async fn agree(store: &Store, clock: &dyn Clock) -> anyhow::Result<()> {
    let kind = if clock.simulated() { SIMULATED } else { REAL };
    let body = if clock.simulated() { format!("{SIMULATED} {}", clock.now()) } else { REAL.to_owned() };
    match setting(store, CLOCK).await? {
        Some(kept) => anyhow::ensure!(
            kept.starts_with(kind),
            "it was created with another clock ({kept}) and cannot be opened with a {kind} one; use a directory of its own for each"
        ),
        None => put(store, Row::insert(&SETTING, vec![CLOCK.into(), body.into()])).await?,
    }
    Ok(())
}

async fn put(store: &Store, row: Row) -> anyhow::Result<()> {
    let work = UnitOfWork::new(Vec::new(), move |_| Ok(Planned::unaudited(vec![row.clone()], ())));
    store.commit(work).await?;
    Ok(())
}

async fn setting(store: &Store, name: &str) -> anyhow::Result<Option<String>> {
    let rows = store.house("SELECT body FROM setting WHERE name = $1", &[name.into()]).await?;
    Ok(rows.first().map(|row| row.text("body").map(str::to_owned)).transpose()?)
}
