//! The wall clock of a house, which can be made to jump: a library under the house reads a file.

use std::path::PathBuf;

use anyhow::Context as _;

use crate::house::Site;

pub struct Wall {
    file: PathBuf,
    /// Seconds by which it is off.
    off: i64,
}

const LIBRARY: &str = "libfaketimeMT.so.1";

impl Wall {
    /// Whether this machine has what it takes; if not, why.
    ///
    /// # Errors
    /// Says what is missing.
    pub fn absent() -> Result<(), String> {
        let found = library(LIBRARY).map(drop);
        found.ok_or_else(|| "libfaketime is not installed (Debian: faketime)".to_owned())
    }

    /// Puts a clock that tells the time under every process of a house from now on.
    ///
    /// # Errors
    /// If the library or the file cannot be had.
    pub fn under(site: &mut Site) -> anyhow::Result<Self> {
        let library = library(LIBRARY).context(LIBRARY)?;
        let mut wall = Self { file: site.scratch.path().join("wall"), off: 0 };
        wall.jump(0)?;
        for (name, value) in [
            ("LD_PRELOAD", &*library.to_string_lossy()),
            ("FAKETIME_TIMESTAMP_FILE", &wall.file.to_string_lossy()),
            ("FAKETIME_NO_CACHE", "1"),
            // When the wall clock of a machine jumps, its monotonic one does not.
            ("FAKETIME_DONT_FAKE_MONOTONIC", "1"),
            ("DONT_FAKE_MONOTONIC", "1"),
            ("NO_FAKE_STAT", "1"),
        ] {
            *site = site.with(name, value);
        }
        Ok(wall)
    }

    /// # Errors
    /// If the file cannot be written.
    pub fn jump(&mut self, by: i64) -> anyhow::Result<()> {
        self.off += by;
        // Whole at once: the house reads it at any moment.
        let part = self.file.with_extension("part");
        std::fs::write(&part, format!("{:+}\n", self.off))?;
        Ok(std::fs::rename(&part, &self.file)?)
    }
}

/// A shared library of the machine, in any architecture's folder.
pub fn library(name: &str) -> Option<PathBuf> {
    let roots = ["/usr/lib", "/lib", "/usr/lib64", "/usr/local/lib"].map(PathBuf::from);
    let below = roots.iter().flat_map(|root| std::fs::read_dir(root).into_iter().flatten().flatten());
    let below: Vec<PathBuf> = below.map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
    let folders = roots.iter().chain(&below).flat_map(|folder| [folder.clone(), folder.join("faketime")]);
    folders.map(|folder| folder.join(name)).find(|path| path.exists())
}
