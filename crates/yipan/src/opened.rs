//! A data directory opened: lock, keys, store, house.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use yipan_base::time::Clock;
use yipan_platform::ambient::{SystemClock, SystemIds};
use yipan_platform::keys::Keys;
use yipan_platform::{House, HouseOptions, Viewer};
use yipan_store::{DataLock, Store, StoreOptions};

/// A house over a data directory, owned by this process until it is closed.
pub struct Opened {
    pub house: House,
    _lock: DataLock,
}

/// The key file lies beside the data directory, never in it.
fn key_file(data: &Path) -> PathBuf {
    let mut name = data.file_name().unwrap_or_default().to_owned();
    name.push(".keys");
    data.with_file_name(name)
}

impl Opened {
    /// Opens the directory with the machine's clock.
    pub async fn at(data: &Path) -> anyhow::Result<Self> {
        Self::with_clock(data, Arc::new(SystemClock)).await
    }

    /// Opens the directory with a business clock of its own.
    pub async fn with_clock(data: &Path, clock: Arc<dyn Clock>) -> anyhow::Result<Self> {
        std::fs::create_dir_all(data).with_context(|| format!("the data directory {}", data.display()))?;
        let lock = DataLock::take(data)?;
        let keys = Keys::load_or_create(&key_file(data))?;
        let url = format!("sqlite:{}", data.join("yipan.db").display());
        let store = Store::open(&url, StoreOptions::default()).await?;
        let house =
            House::open(HouseOptions { store, keys, clock, wall: Arc::new(SystemClock), ids: Arc::new(SystemIds) })
                .await?;
        Ok(Self { house, _lock: lock })
    }

    /// Who acts: a log-in of the directory.
    pub fn viewer(&self, login: Option<&str>) -> anyhow::Result<Viewer> {
        let city = self.house.city();
        let login = login.context("say who acts: --as LOGIN, such as --as city.dispatcher")?;
        let staff = city.directory.staff_by_login(login).with_context(|| format!("the directory has no log-in {login}"))?;
        Ok(Viewer::of(staff, &city.directory))
    }

    pub async fn close(self) {
        self.house.store().close().await;
    }
}
