//! A copy of everything in one file, made while the house is at work, and a house made from it.

use std::fs::{File, OpenOptions};
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use yipan_base::refusal::{Refusal, RefusalKind};
use yipan_store::{DumpSummary, Store, dump, restore};

use crate::house::House;

impl House {
    /// Copies the store, as it stands at one place of the ledger, into a new file, and the files that are
    /// not there yet into the folder [`FILES`] beside it, which all copies in a place share. The copy appears
    /// under its name only when it is whole and on the disk. Keys are not in it.
    ///
    /// # Errors
    /// `backup.exists` where the copy is there already, `backup.file` where it cannot be written.
    pub async fn back_up(&self, to: &Path) -> Result<BackedUp, Refusal> {
        if to.exists() {
            return Err(Refusal::conflict(
                "backup.exists",
                format!("{} 已存在，备份不覆盖旧文件", to.display()),
                format!("{} exists already; a backup never overwrites a file", to.display()),
            ));
        }
        let part = part(to);
        let made = self.write_all(to, &part).await;
        let moved = match made {
            Ok(made) => moved_for_good(&part, to).map(|()| made).map_err(|fault| unwritable(to, &fault)),
            Err(refusal) => Err(refusal),
        };
        if moved.is_err() {
            let _ = std::fs::remove_file(&part);
        }
        moved
    }

    async fn write_all(&self, to: &Path, part: &Path) -> Result<BackedUp, Refusal> {
        let dump = self.write_whole(part).await?;
        let Ok(shelf) = self.shelf().cloned() else { return Ok(BackedUp { dump, files: 0 }) };
        // After the dump: whatever that names was on the shelf before.
        let folder = files_beside(to);
        let copied = tokio::task::spawn_blocking(move || shelf.copy_to(&folder))
            .await
            .map_err(|fault| Refusal::internal(fault.to_string()))?;
        let files = copied.map_err(|fault| unwritable(&files_beside(to), &fault))?;
        Ok(BackedUp { dump, files })
    }

    /// Fetches the files of a house that was restored from a copy from the folder beside that, as far as they are
    /// there; what is missing a replay names.
    ///
    /// # Errors
    /// If the store cannot be read, or a file cannot be written.
    pub async fn fetch_files(&self, copy: &Path) -> Result<u64, Refusal> {
        let Ok(shelf) = self.shelf().cloned() else { return Ok(0) };
        let folder = files_beside(copy);
        if !folder.is_dir() {
            return Ok(0);
        }
        let wanted = self.files_on_shelf().await?;
        let fetched = tokio::task::spawn_blocking(move || shelf.fetch_from(&folder, &wanted))
            .await
            .map_err(|fault| Refusal::internal(fault.to_string()))?;
        fetched.map_err(|fault| unwritable(copy, &fault))
    }

    async fn write_whole(&self, part: &Path) -> Result<DumpSummary, Refusal> {
        let file = options().open(part).map_err(|f| unwritable(part, &f))?;
        let mut out = BufWriter::with_capacity(1 << 20, file);
        let made = dump(self.store(), &mut out).await?;
        let file = out.into_inner().map_err(|fault| unwritable(part, fault.error()))?;
        file.sync_all().map_err(|fault| unwritable(part, &fault))?;
        Ok(made)
    }
}

/// What was copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BackedUp {
    pub dump: DumpSummary,
    /// Files that were not beside earlier copies.
    pub files: u64,
}

/// The folder beside a copy in which the files lie, sealed as they are on the shelf.
pub const FILES: &str = "blobs";

fn files_beside(copy: &Path) -> PathBuf {
    copy.parent().unwrap_or(Path::new(".")).join(FILES)
}

/// Fills an empty store from a copy.
///
/// # Errors
/// `backup.unreadable` where the file cannot be opened, or what the store says of a broken copy or a
/// store that is not empty; the store stays empty then.
pub async fn restore_into(store: &Store, from: &Path) -> Result<DumpSummary, Refusal> {
    let file = File::open(from).map_err(|fault| {
        Refusal::invalid(
            "backup.unreadable",
            format!("无法打开备份 {}：{fault}", from.display()),
            format!("the copy {} cannot be opened: {fault}", from.display()),
        )
    })?;
    restore(file, store).await.map_err(|fault| {
        Refusal::conflict(
            "backup.not_restored",
            format!("备份未能恢复，未作任何改动：{fault}"),
            fault.to_string(),
        )
    })
}

/// A copy holds what everybody said, if sealed, and the digests of passwords: nobody else reads it.
fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Gives the copy its name, so that a power cut leaves it there.
fn moved_for_good(part: &Path, to: &Path) -> std::io::Result<()> {
    std::fs::rename(part, to)?;
    let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}

fn part(to: &Path) -> PathBuf {
    let mut name = to.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    to.with_file_name(name)
}

fn unwritable(path: &Path, fault: &std::io::Error) -> Refusal {
    let kind = if fault.kind() == std::io::ErrorKind::StorageFull {
        RefusalKind::NoSpace
    } else {
        RefusalKind::Invalid
    };
    Refusal::new(
        kind,
        "backup.file",
        format!("无法写入 {}：{fault}", path.display()),
        format!("{} cannot be written: {fault}", path.display()),
    )
}
