//! Where files lie: a folder, each file sealed under a key of its own.
//!
//! `<folder>/<first two digits>/<digest>.<mark>`: the mark comes of the wrapped key, so that content which is
//! put in again after it was swept is another file. Within it: `YPB1`, then segments of 64 KiB, each sealed
//! by AES-256-GCM with its number and whether it is the last one, so that none can be changed, moved or cut off
//! unnoticed.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Key, Nonce};
use sha2::{Digest, Sha256};
use yipan_base::id::BlobId;

use super::digest;
use crate::ambient;
use crate::keys::{KeyFault, Keys};

const MAGIC: &[u8; 4] = b"YPB1";
const SEGMENT: usize = 64 * 1024;
const TAG: usize = 16;

/// A folder of sealed files. Nodes of one house share it.
#[derive(Debug, Clone)]
pub struct Shelf {
    folder: PathBuf,
}

/// What is wrong with a file or its place.
#[derive(Debug, thiserror::Error)]
pub enum ShelfFault {
    #[error("there is no room for the file: {0}")]
    NoRoom(io::Error),
    #[error("{0} cannot be {1}: {2}")]
    File(PathBuf, &'static str, io::Error),
    #[error("{0} is missing; restore it from a copy")]
    Missing(PathBuf),
    #[error("{0} is not as it was written, from byte {1} on; restore it from a copy")]
    Damaged(PathBuf, usize),
    #[error(transparent)]
    Key(#[from] KeyFault),
}

impl Shelf {
    #[must_use]
    pub fn at(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// Seals a content and puts it down for good. Gives its wrapped key.
    ///
    /// # Errors
    /// [`ShelfFault`]; nothing is there then.
    pub fn put(&self, keys: &Keys, id: &BlobId, content: &[u8]) -> Result<String, ShelfFault> {
        let mut data = [0; 32];
        ambient::fill(&mut data);
        let wrapped = keys.wrap(id.as_str(), &data)?;
        let path = self.path(id, &wrapped);
        let folder = path.parent().unwrap_or(&self.folder);
        let fault = |what| {
            let path = path.clone();
            move |fault: io::Error| match fault.kind() {
                io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => ShelfFault::NoRoom(fault),
                _ => ShelfFault::File(path, what, fault),
            }
        };
        fs::create_dir_all(folder).map_err(fault("made"))?;
        let part = unfinished(&path);
        let written = seal(&data, id, content)
            .and_then(|sealed| write(&part, &sealed).map_err(fault("written")))
            .and_then(|()| fs::rename(&part, &path).map_err(fault("written")))
            .and_then(|()| File::open(folder).and_then(|folder| folder.sync_all()).map_err(fault("written")))
            .and_then(|()| {
                File::open(&self.folder).and_then(|folder| folder.sync_all()).map_err(fault("written"))
            });
        if written.is_err() {
            let _ = fs::remove_file(&part);
        }
        written.map(|()| wrapped)
    }

    /// The content of a file.
    ///
    /// # Errors
    /// [`ShelfFault`] where it is gone, or not what was put down.
    pub fn get(&self, keys: &Keys, id: &BlobId, wrapped: &str) -> Result<Vec<u8>, ShelfFault> {
        let path = self.path(id, wrapped);
        let data = keys.unwrap(id.as_str(), wrapped)?;
        let sealed = fs::read(&path).map_err(|fault| match fault.kind() {
            io::ErrorKind::NotFound => ShelfFault::Missing(path.clone()),
            _ => ShelfFault::File(path.clone(), "read", fault),
        })?;
        open(&data, id, &sealed).map_err(|at| ShelfFault::Damaged(path, at))
    }

    /// Whether the file is there.
    #[must_use]
    pub fn has(&self, id: &BlobId, wrapped: &str) -> bool {
        self.path(id, wrapped).is_file()
    }

    /// Takes a file away. One that stays is of no use to anybody: its key is gone.
    pub fn remove(&self, id: &BlobId, wrapped: &str) {
        let path = self.path(id, wrapped);
        if let Err(fault) = fs::remove_file(&path)
            && fault.kind() != io::ErrorKind::NotFound
        {
            tracing::warn!("{} could not be removed: {fault}", path.display());
        }
    }

    /// Copies what is not there yet to another folder. Returns how many files that were.
    ///
    /// # Errors
    /// If one cannot be read or written.
    pub fn copy_to(&self, folder: &Path) -> io::Result<u64> {
        let mut copied = 0;
        let drawers = match fs::read_dir(&self.folder) {
            Err(fault) if fault.kind() == io::ErrorKind::NotFound => return Ok(0),
            drawers => drawers?,
        };
        for drawer in drawers {
            let drawer = drawer?;
            for file in fs::read_dir(drawer.path())? {
                let file = file?;
                let half = file.path().extension().is_some_and(|ending| ending == "part");
                let to = folder.join(drawer.file_name()).join(file.file_name());
                if !half && !to.exists() {
                    copy(&file.path(), &to)?;
                    copied += 1;
                }
            }
        }
        Ok(copied)
    }

    /// Fetches files from a folder that [`Shelf::copy_to`] filled, as far as they are there.
    ///
    /// # Errors
    /// If one cannot be read or written.
    pub fn fetch_from(&self, folder: &Path, files: &[(BlobId, String)]) -> io::Result<u64> {
        let from = Self::at(folder.to_owned());
        let mut fetched = 0;
        for (id, wrapped) in files {
            if from.has(id, wrapped) && !self.has(id, wrapped) {
                copy(&from.path(id, wrapped), &self.path(id, wrapped))?;
                fetched += 1;
            }
        }
        Ok(fetched)
    }

    fn path(&self, id: &BlobId, wrapped: &str) -> PathBuf {
        let mark: String = Sha256::digest(wrapped).iter().take(4).map(|byte| format!("{byte:02x}")).collect();
        let id = id.as_str();
        self.folder.join(id.get(..2).unwrap_or("__")).join(format!("{id}.{mark}"))
    }
}

/// Copies a file for good: it has its name when it is whole and on the disk.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    let folder = to.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let part = unfinished(to);
    write(&part, &fs::read(from)?)?;
    fs::rename(&part, to)?;
    File::open(folder)?.sync_all()
}

/// The name of a file until it is whole.
fn unfinished(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    path.with_file_name(name)
}

fn write(path: &Path, sealed: &[u8]) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(sealed)?;
    file.sync_all()
}

/// The key is used for this one file, so a segment's number serves as its nonce.
fn nonce(number: u64, last: bool) -> Nonce<aes_gcm::aead::consts::U12> {
    let mut nonce = [0_u8; 12];
    nonce[0] = u8::from(last);
    nonce[4..].copy_from_slice(&number.to_be_bytes());
    Nonce::from(nonce)
}

fn seal(data: &[u8; 32], id: &BlobId, content: &[u8]) -> Result<Vec<u8>, ShelfFault> {
    let cipher = Aes256Gcm::new(&Key::<Aes256Gcm>::from(*data));
    let segments = content.len().div_ceil(SEGMENT);
    let mut out = Vec::with_capacity(MAGIC.len() + content.len() + segments * TAG);
    out.extend(MAGIC);
    for (number, segment) in content.chunks(SEGMENT).enumerate() {
        let payload = Payload { msg: segment, aad: id.as_str().as_bytes() };
        let nonce = nonce(number as u64, number + 1 == segments);
        out.extend(cipher.encrypt(&nonce, payload).map_err(|_| KeyFault::Seal)?);
    }
    Ok(out)
}

/// The content, or from which byte on the file is not as it was written.
fn open(data: &[u8; 32], id: &BlobId, sealed: &[u8]) -> Result<Vec<u8>, usize> {
    let body = sealed.strip_prefix(MAGIC).ok_or(0_usize)?;
    let cipher = Aes256Gcm::new(&Key::<Aes256Gcm>::from(*data));
    let segments = body.len().div_ceil(SEGMENT + TAG);
    let mut out = Vec::with_capacity(body.len());
    for (number, segment) in body.chunks(SEGMENT + TAG).enumerate() {
        let payload = Payload { msg: segment, aad: id.as_str().as_bytes() };
        let nonce = nonce(number as u64, number + 1 == segments);
        let at = MAGIC.len() + number * (SEGMENT + TAG);
        out.extend(cipher.decrypt(&nonce, payload).map_err(|_| at)?);
    }
    if digest(&out) == id.as_str() { Ok(out) } else { Err(0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_put_down_is_had_again_and_every_flipped_bit_is_found() {
        let dir = tempfile::tempdir().unwrap();
        let (shelf, keys) = (Shelf::at(dir.path().join("blobs")), Keys::fresh());
        let content: Vec<u8> = (0..150_000_u32).map(|n| (n * 7 % 251) as u8).collect();
        let id = BlobId::new(digest(&content));
        let wrapped = shelf.put(&keys, &id, &content).unwrap();
        assert!(shelf.get(&keys, &id, &wrapped).unwrap() == content);
        let path = shelf.path(&id, &wrapped);
        let sound = fs::read(&path).unwrap();
        for at in (0..sound.len()).step_by(997) {
            let mut broken = sound.clone();
            broken[at] ^= 1 << (at % 8);
            fs::write(&path, broken).unwrap();
            let fault = shelf.get(&keys, &id, &wrapped).unwrap_err();
            assert!(matches!(fault, ShelfFault::Damaged(_, from) if from <= at), "{at}: {fault}");
        }
        // Cut off between two segments.
        fs::write(&path, &sound[..MAGIC.len() + SEGMENT + TAG]).unwrap();
        assert!(matches!(shelf.get(&keys, &id, &wrapped), Err(ShelfFault::Damaged(..))));
        fs::write(&path, &sound).unwrap();
        assert!(matches!(shelf.get(&Keys::fresh(), &id, &wrapped), Err(ShelfFault::Key(_))));
        shelf.remove(&id, &wrapped);
        assert!(matches!(shelf.get(&keys, &id, &wrapped), Err(ShelfFault::Missing(_))));
    }
}
