//! A data directory opened: lock, keys, store, house.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::{clock, database};
use anyhow::Context as _;
use yipan_base::time::{Clock, ManualClock};
use yipan_platform::ambient::{SystemClock, SystemIds};
use yipan_platform::keys::Keys;
use yipan_platform::{House, HouseOptions, Shelf, Viewer, keys_bound};
use yipan_store::{DataLock, Store, StoreOptions};

/// A house over a data directory, owned by this process until it is closed.
pub struct Opened {
    pub house: House,
    /// The business clock, where it is a simulated one that this directory was created with.
    pub simulation: Option<Arc<ManualClock>>,
    _lock: DataLock,
}

/// The key file lies beside the data directory, never in it.
pub fn key_file(data: &Path) -> PathBuf {
    let mut name = data.file_name().unwrap_or_default().to_owned();
    name.push(".keys");
    data.with_file_name(name)
}

impl Opened {
    /// Opens the directory with the clock that it was created with: the machine's, or a simulated
    /// one that stands at the last thing that happened.
    pub async fn at(data: &Path) -> anyhow::Result<Self> {
        anyhow::ensure!(
            data.exists(),
            "there is no data directory {}; name another with --data, or make one by `yipan serve --demo`, \
             `yipan demo load` or `yipan city load`",
            data.display()
        );
        if let Some(file) = database::embedded(data) {
            anyhow::ensure!(
                file.exists(),
                "the data directory {} has no database: {} is not there. If it was, restore a backup; to begin a \
                 new house, use `yipan serve --demo`, `yipan demo load` or `yipan city load`",
                data.display(),
                file.display()
            );
        }
        Self::at_or_new(data).await
    }

    /// The same, or a new directory with the machine's clock.
    pub async fn at_or_new(data: &Path) -> anyhow::Result<Self> {
        let (lock, store) = Self::store(data).await?;
        let simulation = clock::stands_at(&store).await?.map(|at| Arc::new(ManualClock::at(at)));
        let own: Arc<dyn Clock> = match &simulation {
            Some(clock) => clock.clone(),
            None => Arc::new(SystemClock),
        };
        Self::open(data, lock, store, own, simulation).await
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
        let file = key_file(data);
        anyhow::ensure!(
            file.exists() || !keys_bound(&store).await?,
            "the key file {} is not there, and this data was sealed with it: put it back from where its copy is \
             kept. No new one was made: under it nothing old could be read",
            file.display()
        );
        let keys = Keys::load_or_create(&file)?;
        clock::agree(&store, &*clock)
            .await
            .with_context(|| format!("the data directory {}", data.display()))?;
        let house = House::open(HouseOptions {
            store,
            keys,
            clock,
            wall: Arc::new(SystemClock),
            ids: Arc::new(SystemIds),
            shelf: Some(Shelf::at(data.join("blobs"))),
        })
        .await?;
        Ok(Self { house, simulation, _lock: lock })
    }

    /// Owns the directory and opens its store, and nothing more.
    pub async fn store(data: &Path) -> anyhow::Result<(DataLock, Store)> {
        database::make(data).with_context(|| format!("the data directory {}", data.display()))?;
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

#[cfg(test)]
mod tests {
    use yipan_base::time::{HOUR, Timestamp};

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

        let opened = Opened::at_or_new(&desk).await.unwrap();
        assert!(opened.simulation.is_none());
        opened.close().await;
        let refused = Opened::with_clock(&desk, clock).await.err().unwrap();
        assert!(format!("{refused:#}").contains("cannot be opened with a simulated one"), "{refused:#}");
    }

    #[tokio::test]
    async fn a_database_or_a_key_file_that_is_missing_is_not_made_anew() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("desk");
        Opened::at_or_new(&data).await.unwrap().close().await;
        let keys = std::fs::read(key_file(&data)).unwrap();
        let refused = async || format!("{:#}", Opened::at(&data).await.err().unwrap());

        std::fs::remove_file(key_file(&data)).unwrap();
        assert!(refused().await.contains("put it back"), "{}", refused().await);
        assert!(!key_file(&data).exists());
        std::fs::write(key_file(&data), keys).unwrap();
        Opened::at(&data).await.unwrap().close().await;

        std::fs::remove_file(data.join("yipan.db")).unwrap();
        assert!(refused().await.contains("has no database"), "{}", refused().await);
        assert!(!data.join("yipan.db").exists());
        // A log of a database that is gone is not begun over, either.
        std::fs::write(data.join("yipan.db-wal"), "what is left").unwrap();
        let fault = Opened::at_or_new(&data).await.err().unwrap();
        assert!(format!("{fault:#}").contains("is gone"), "{fault:#}");
    }
}
