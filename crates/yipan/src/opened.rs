//! A data directory opened: lock, keys, store, house.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::database;
use anyhow::Context as _;
use yipan_base::time::{Clock, ManualClock, Timestamp};
use yipan_platform::ambient::{SystemClock, SystemIds};
use yipan_platform::keys::Keys;
use yipan_platform::{House, HouseOptions, Viewer};
use yipan_store::tables::SETTING;
use yipan_store::{DataLock, Planned, Row, Scope, Store, StoreOptions, UnitOfWork};

/// A house over a data directory, owned by this process until it is closed.
pub struct Opened {
    pub house: House,
    /// The business clock, where it is a simulated one that this directory was created with.
    pub simulation: Option<Arc<ManualClock>>,
    _lock: DataLock,
}

/// The key file lies beside the data directory, never in it.
fn key_file(data: &Path) -> PathBuf {
    let mut name = data.file_name().unwrap_or_default().to_owned();
    name.push(".keys");
    data.with_file_name(name)
}

impl Opened {
    /// Opens the directory with the clock that it was created with: the machine's, or a simulated
    /// one that stands at the last thing that happened.
    pub async fn at(data: &Path) -> anyhow::Result<Self> {
        let (lock, store) = Self::store(data).await?;
        let kept = kept(&store).await?;
        let simulation = match kept.as_deref() {
            Some(SIMULATED) => Some(Arc::new(ManualClock::at(last(&store).await?))),
            _ => None,
        };
        let clock: Arc<dyn Clock> = match &simulation {
            Some(clock) => clock.clone(),
            None => Arc::new(SystemClock),
        };
        Self::open(data, lock, store, clock, simulation).await
    }

    /// Opens the directory with a business clock of its own. A directory keeps the kind of clock
    /// that it was created with.
    pub async fn with_clock(data: &Path, clock: Arc<ManualClock>) -> anyhow::Result<Self> {
        let (lock, store) = Self::store(data).await?;
        Self::open(data, lock, store, clock.clone(), Some(clock)).await
    }

    async fn open(
        data: &Path,
        lock: DataLock,
        store: Store,
        clock: Arc<dyn Clock>,
        simulation: Option<Arc<ManualClock>>,
    ) -> anyhow::Result<Self> {
        let keys = Keys::load_or_create(&key_file(data))?;
        agree(&store, &*clock).await.with_context(|| format!("the data directory {}", data.display()))?;
        let house = House::open(HouseOptions {
            store,
            keys,
            clock,
            wall: Arc::new(SystemClock),
            ids: Arc::new(SystemIds),
        })
        .await?;
        Ok(Self { house, simulation, _lock: lock })
    }

    /// Owns the directory and opens its store, and nothing more.
    pub async fn store(data: &Path) -> anyhow::Result<(DataLock, Store)> {
        std::fs::create_dir_all(data).with_context(|| format!("the data directory {}", data.display()))?;
        let lock = DataLock::take(data)?;
        let url = database::address(data)?;
        Ok((lock, Store::open(&url, StoreOptions::default()).await?))
    }

    /// Who acts: a log-in of the directory.
    pub fn viewer(&self, login: Option<&str>) -> anyhow::Result<Viewer> {
        let city = self.house.city();
        let login = login.context("say who acts: --as LOGIN, such as --as city.dispatcher")?;
        let staff = city
            .directory
            .staff_by_login(login)
            .with_context(|| format!("the directory has no log-in {login}"))?;
        Ok(Viewer::of(staff, &city.directory))
    }

    pub async fn close(self) {
        self.house.store().close().await;
    }
}

/// The setting that holds a directory's kind of clock, fixed when it is created.
const CLOCK: &str = "clock";

const SIMULATED: &str = "simulated";
const REAL: &str = "real";

async fn kept(store: &Store) -> anyhow::Result<Option<String>> {
    let rows = store.house("SELECT body FROM setting WHERE name = $1", &[CLOCK.into()]).await?;
    Ok(rows.first().map(|row| row.text("body").map(str::to_owned)).transpose()?)
}

/// When something last happened by the business clock. Sessions go by the real one and do not count.
async fn last(store: &Store) -> anyhow::Result<Timestamp> {
    let sql = "SELECT e.at FROM case_event e WHERE {visible:e.case_id} ORDER BY e.ledger DESC LIMIT 1";
    let mut rows = store.cases(&Scope::system("set the clock"), sql, &[]).await?;
    if rows.is_empty() {
        rows = store.house("SELECT at FROM audit ORDER BY seq LIMIT 1", &[]).await?;
    }
    Ok(Timestamp::from_micros(rows.first().map_or(Ok(0), |row| row.int("at"))?))
}

/// A directory keeps the kind of clock that it was created with.
async fn agree(store: &Store, clock: &dyn Clock) -> anyhow::Result<()> {
    let kind = if clock.simulated() { SIMULATED } else { REAL };
    match kept(store).await?.as_deref() {
        Some(kept) => anyhow::ensure!(
            kept == kind,
            "it was created with a {kept} clock and cannot be opened with a {kind} one; use a directory of its own for each"
        ),
        None => {
            let row = Row::insert(&SETTING, vec![CLOCK.into(), kind.into()]);
            store
                .commit(UnitOfWork::new(Vec::new(), move |_| Ok(Planned::unaudited(vec![row.clone()], ()))))
                .await?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use yipan_base::time::HOUR;

    use super::*;

    #[tokio::test]
    async fn a_directory_keeps_the_kind_of_clock_that_it_was_created_with() {
        let folder = tempfile::tempdir().unwrap();
        let (drill, desk) = (folder.path().join("drill"), folder.path().join("desk"));
        let start: Timestamp = "2021-04-30 20:00".parse().unwrap();
        let clock = Arc::new(ManualClock::at(start));
        let opened = Opened::with_clock(&drill, clock.clone()).await.unwrap();
        crate::demo::load(&opened).await.unwrap();
        clock.advance_to(start.plus(HOUR));
        opened.close().await;

        // It stands where something last happened: when the city was loaded.
        let opened = Opened::at(&drill).await.unwrap();
        assert_eq!((opened.simulation.is_some(), opened.house.now()), (true, start));
        opened.close().await;

        let opened = Opened::at(&desk).await.unwrap();
        assert!(opened.simulation.is_none());
        opened.close().await;
        let refused = Opened::with_clock(&desk, clock).await.err().unwrap();
        assert!(format!("{refused:#}").contains("cannot be opened with a simulated one"), "{refused:#}");
    }
}
