//! A house over its database, and what can happen to the machine below it.

use std::path::PathBuf;
use std::sync::Arc;

use tempfile::TempDir;
use yipan_base::id::Ids;
use yipan_base::id::SeededIds;
use yipan_base::time::Timestamp;
use yipan_platform::{House, HouseOptions, Viewer};
use yipan_store::{Store, StoreOptions};

use crate::city::{Template, opening, url};
use crate::clock::SetClock;
use crate::finding::Finding;
use crate::trouble::Ahead;

/// The house of one run.
pub struct World<'t> {
    pub template: &'t Template,
    pub house: House,
    pub clock: Arc<SetClock>,
    pub ahead: Arc<Ahead>,
    ids: Arc<dyn Ids>,
    options: StoreOptions,
    folder: TempDir,
    /// How often the machine has died: each life has a file of its own.
    life: u32,
}

impl<'t> World<'t> {
    /// Opens a house with the city and no cases. `group`: the most units in one commit; `ahead`: how far
    /// the house's clock runs ahead of the truth.
    ///
    /// # Errors
    /// If the house cannot be opened.
    pub async fn open(template: &'t Template, seed: u64, group: usize, hurry: i64) -> Result<Self, Finding> {
        let memory = std::path::Path::new("/dev/shm");
        let folder = if memory.is_dir() { tempfile::tempdir_in(memory)? } else { tempfile::tempdir()? };
        std::fs::write(path(&folder, 0), &template.database)?;
        let clock = Arc::new(SetClock::new(opening(), hurry));
        let (ahead, ids) = (Arc::new(Ahead::default()), Arc::new(SeededIds::new(seed)));
        // One reader: who asks first is answered first, in every run alike.
        let options = StoreOptions { readers: 1, waiting: WAITING, group };
        let house = open(template, &path(&folder, 0), options, &clock, &ahead, ids.clone()).await?;
        Ok(Self { template, house, clock, ahead, ids, options, folder, life: 0 })
    }

    pub fn store(&self) -> &Store {
        self.house.store()
    }

    /// The time that it really is.
    pub fn now(&self) -> Timestamp {
        self.clock.truth()
    }

    /// The house's own eyes, which see every case.
    pub fn eyes(&self) -> Viewer {
        Viewer::system("simulation")
    }

    /// How long the write-ahead log is: what a power cut may shorten.
    pub fn written(&self) -> u64 {
        std::fs::metadata(log(&path(&self.folder, self.life))).map_or(0, |file| file.len())
    }

    /// The machine dies and starts again: of the write-ahead log so many bytes are left.
    ///
    /// # Errors
    /// If the house does not open again.
    pub async fn crash(&mut self, left: u64) -> Result<(), Finding> {
        let (old, new) = (path(&self.folder, self.life), path(&self.folder, self.life + 1));
        std::fs::copy(&old, &new)?;
        if log(&old).exists() {
            std::fs::copy(log(&old), log(&new))?;
            std::fs::OpenOptions::new().write(true).open(log(&new))?.set_len(left)?;
        }
        // Whatever the dead still do, they do to a file that nobody reads any more.
        self.store().close().await;
        self.life += 1;
        self.reopen().await
    }

    /// The house is closed in good order and opened again.
    ///
    /// # Errors
    /// If it does not open again.
    pub async fn restart(&mut self) -> Result<(), Finding> {
        self.store().close().await;
        self.reopen().await
    }

    async fn reopen(&mut self) -> Result<(), Finding> {
        let at = path(&self.folder, self.life);
        let (template, options, ids) = (self.template, self.options, self.ids.clone());
        self.house = open(template, &at, options, &self.clock, &self.ahead, ids).await?;
        Ok(())
    }
}

/// Units of work that may wait for the writer.
pub const WAITING: usize = 16;

async fn open(
    template: &Template,
    at: &std::path::Path,
    options: StoreOptions,
    clock: &Arc<SetClock>,
    ahead: &Arc<Ahead>,
    ids: Arc<dyn Ids>,
) -> Result<House, Finding> {
    let store = Store::open_in_trouble(&url(at), options, ahead.clone()).await?;
    let keys = template.keys.clone();
    let (clock, wall) = (clock.clone(), clock.clone());
    Ok(House::open(HouseOptions { store, keys, clock, wall, ids, shelf: None }).await?)
}

fn path(folder: &TempDir, life: u32) -> PathBuf {
    folder.path().join(format!("life{life}.db"))
}

fn log(database: &std::path::Path) -> PathBuf {
    database.with_extension("db-wal")
}
