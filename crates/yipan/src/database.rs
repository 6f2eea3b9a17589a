//! Which database a data directory keeps its cases in: the embedded one, or PostgreSQL by its address.
//!
//! The address stands in a file of the directory, so that every verb finds the same database.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};
use yipan_store::{Store, StoreOptions};

/// The file's name; a directory that holds nothing else is still new.
pub const FILE: &str = "database";

fn file(data: &Path) -> PathBuf {
    data.join(FILE)
}

/// The address of the directory's database.
pub fn address(data: &Path) -> anyhow::Result<String> {
    match fs::read_to_string(file(data)) {
        Ok(kept) => Ok(kept.trim().to_owned()),
        Err(fault) if fault.kind() == std::io::ErrorKind::NotFound => {
            Ok(format!("sqlite:{}", data.join("yipan.db").display()))
        }
        Err(fault) => Err(fault).with_context(|| format!("reading {}", file(data).display())),
    }
}

/// The file of the directory's embedded database; `None` where it keeps its cases elsewhere.
pub fn embedded(data: &Path) -> Option<PathBuf> {
    (!file(data).exists()).then(|| data.join("yipan.db"))
}

/// Opens the database once, so that an address that leads nowhere is not kept.
pub async fn reach(url: &str) -> anyhow::Result<()> {
    check(url)?;
    Store::open(url, StoreOptions::default()).await?.close().await;
    Ok(())
}

fn check(url: &str) -> anyhow::Result<()> {
    ensure!(
        url.starts_with("postgres://") || url.starts_with("postgresql://"),
        "--database takes postgres://USER@HOST/NAME; without it the database is embedded"
    );
    Ok(())
}

/// Makes a data directory that only its owner can look into.
pub fn make(data: &Path) -> std::io::Result<()> {
    if data.is_dir() {
        return Ok(());
    }
    fs::DirBuilder::new().recursive(true).mode(0o700).create(data)
}

/// Keeps the address that a new directory is given. One that has a database keeps it.
pub fn keep(data: &Path, url: &str) -> anyhow::Result<()> {
    check(url)?;
    make(data).with_context(|| format!("the data directory {}", data.display()))?;
    ensure!(
        !data.join("yipan.db").exists(),
        "the data directory {} has an embedded database already; use a directory of its own for another",
        data.display()
    );
    match fs::read_to_string(file(data)) {
        Ok(kept) => {
            ensure!(
                kept.trim() == url,
                "the data directory {} belongs to another database; use a directory of its own for each",
                data.display()
            );
            Ok(())
        }
        Err(_) => Ok(write(data, url)?),
    }
}

/// Writes the address, whole or not at all, whatever befalls the machine meanwhile.
fn write(data: &Path, url: &str) -> std::io::Result<()> {
    let part = data.join("database.part");
    // It may hold a password: nobody else reads it.
    let mut out = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&part)?;
    writeln!(out, "{url}")?;
    out.sync_all()?;
    fs::rename(&part, file(data))?;
    fs::File::open(data)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_keeps_its_database() {
        let dir = tempfile::tempdir().unwrap();
        assert!(address(dir.path()).unwrap().starts_with("sqlite:"));
        keep(dir.path(), "postgres://yipan@localhost/one").unwrap();
        keep(dir.path(), "postgres://yipan@localhost/one").unwrap();
        assert_eq!(address(dir.path()).unwrap(), "postgres://yipan@localhost/one");
        assert!(keep(dir.path(), "postgres://yipan@localhost/two").is_err());
        assert!(keep(dir.path(), "mysql://x").is_err());
    }
}
