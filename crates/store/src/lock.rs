//! One owner of a data directory.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Write};
use std::path::Path;

use crate::error::StoreError;

/// The lock of a data directory: held as long as this lives, and given up when the process ends,
/// however it ends.
#[derive(Debug)]
pub struct DataLock {
    _file: File,
}

impl DataLock {
    /// Takes the lock of a directory, by its file `owner.lock`.
    ///
    /// # Errors
    /// If another process holds it: names its pid and the path; or if the file cannot be made.
    pub fn take(directory: &Path) -> Result<Self, StoreError> {
        let path = directory.join("owner.lock");
        let failed = |source| StoreError::file(format!("the lock file {}", path.display()), source);
        let mut options = OpenOptions::new();
        let mut file =
            options.read(true).write(true).create(true).truncate(false).open(&path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut owner = String::new();
                file.read_to_string(&mut owner).map_err(failed)?;
                return Err(StoreError::Locked(format!(
                    "the data directory {} is in use by the process with pid {}; stop it first, or let it \
                     do the work",
                    directory.display(),
                    owner.trim()
                )));
            }
            Err(TryLockError::Error(source)) => return Err(failed(source)),
        }
        file.set_len(0).map_err(failed)?;
        writeln!(file, "{}", std::process::id()).map_err(failed)?;
        Ok(Self { _file: file })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_owner_is_told_who_the_first_is() {
        let directory = tempfile::tempdir().unwrap();
        let first = DataLock::take(directory.path()).unwrap();
        let fault = DataLock::take(directory.path()).unwrap_err().to_string();
        assert!(fault.contains(&format!("pid {}", std::process::id())), "{fault}");
        assert!(fault.contains(&*directory.path().to_string_lossy()), "{fault}");
        drop(first);
        DataLock::take(directory.path()).unwrap();
    }
}
