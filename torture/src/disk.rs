//! A disk of its own: an ext4 image, mounted. Its power can be cut, and it can be filled.

use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use rustix::ioctl::{Setter, ioctl, opcode};
use rustix::mount::{UnmountFlags, unmount};

use crate::scratch::{Scratch, run};

/// Stops the file system at once. What was written and not synced is gone, as when the power fails:
/// the log is not flushed.
const SHUTDOWN: rustix::ioctl::Opcode = opcode::read::<u32>(b'X', 125);
const NO_LOG_FLUSH: u32 = 2;

pub struct Disk {
    image: PathBuf,
    mount: PathBuf,
    scratch: Arc<Scratch>,
}

impl Disk {
    /// Whether this machine lets us have one; if not, why.
    ///
    /// # Errors
    /// Says what is missing.
    pub fn absent() -> Result<(), String> {
        if !rustix::process::getuid().is_root() {
            return Err("mounting takes root".to_owned());
        }
        if !Path::new("/dev/loop-control").exists() {
            return Err("the kernel has no loop devices (/dev/loop-control)".to_owned());
        }
        let found = ["/sbin", "/usr/sbin", "/bin", "/usr/bin"]
            .iter()
            .any(|dir| Path::new(dir).join("mkfs.ext4").exists());
        if found { Ok(()) } else { Err("mkfs.ext4 is not installed".to_owned()) }
    }

    /// Makes an empty disk of that size and mounts it.
    ///
    /// # Errors
    /// If the machine refuses.
    pub fn make(name: &str, mebibytes: u64, scratch: &Arc<Scratch>) -> anyhow::Result<Self> {
        let image = scratch.path().join(format!("{name}.img"));
        File::create(&image)?.set_len(mebibytes << 20)?;
        // Nothing kept back for root, or a full disk would not be full for us.
        run(scratch.command("mkfs.ext4").args(["-q", "-F", "-m", "0"]).arg(&image))?;
        let disk = Self { image, mount: scratch.folder(name)?, scratch: scratch.clone() };
        disk.mount()?;
        Ok(disk)
    }

    pub fn path(&self) -> &Path {
        &self.mount
    }

    fn mount(&self) -> anyhow::Result<()> {
        run(self.scratch.command("mount").args(["-o", "loop"]).arg(&self.image).arg(&self.mount)).map(drop)
    }

    /// Cuts the power.
    #[allow(unsafe_code, reason = "no library wraps this ioctl; its argument is one integer by reference")]
    pub fn cut(&self) -> anyhow::Result<()> {
        let root = File::open(&self.mount)?;
        // SAFETY: the kernel reads one u32 behind the pointer and keeps nothing.
        unsafe { ioctl(&root, Setter::<SHUTDOWN, u32>::new(NO_LOG_FLUSH)) }
            .with_context(|| format!("shutting {} down", self.mount.display()))
    }

    /// Takes the disk away and puts it back: its journal is replayed as after a power cut. Whoever
    /// used it must be gone.
    pub fn remount(&self) -> anyhow::Result<()> {
        let began = Instant::now();
        loop {
            match unmount(&self.mount, UnmountFlags::empty()) {
                Ok(()) => break,
                Err(rustix::io::Errno::BUSY) if began.elapsed() < Duration::from_secs(20) => {
                    std::thread::sleep(Duration::from_millis(20));
                }
                Err(fault) => bail!("unmounting {}: {fault}", self.mount.display()),
            }
        }
        self.mount()
    }

    fn filler(&self) -> PathBuf {
        self.mount.join("filler")
    }

    /// Writes until nothing more goes on the disk; returns how much went, in bytes.
    pub fn fill(&self) -> anyhow::Result<u64> {
        let mut file = OpenOptions::new().create(true).append(true).open(self.filler())?;
        let mut written = 0;
        let mut size = 1 << 20;
        let block = vec![0x5a_u8; size];
        while size >= 512 {
            match file.write(&block[..size]) {
                Ok(0) => size /= 2,
                Ok(bytes) => written += bytes as u64,
                Err(fault) if fault.kind() == std::io::ErrorKind::StorageFull => size /= 2,
                Err(fault) => return Err(fault).context("filling the disk"),
            }
        }
        // Space that was only promised is taken for good.
        let _ = file.sync_all();
        Ok(written)
    }

    /// Gives the space back.
    pub fn release(&self) -> anyhow::Result<()> {
        std::fs::remove_file(self.filler())?;
        // Freed blocks come back with the journal's next commit.
        rustix::fs::syncfs(File::open(&self.mount)?).context("syncing the disk")
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // Whoever still holds it is ended by the guard.
        let _ = unmount(&self.mount, UnmountFlags::empty());
    }
}
