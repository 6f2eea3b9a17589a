//! A folder for one run, and the guard that leaves nothing of the run behind, however it ends.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::Context as _;

/// The variable by which the guard knows every process of a run.
const MARK: &str = "YIPAN_TORTURE_RUN";

/// A folder of its own. When this process ends, in good order, by a signal or by a crash, a shell
/// beside it ends every process that was started here, unmounts what was mounted here and removes
/// the folder.
pub struct Scratch {
    path: PathBuf,
    guard: Child,
}

/// `$1`: the folder. It waits for the end of the pipe.
const GUARD: &str = r#"
trap '' INT HUP TERM
cat >/dev/null
for round in 1 2 3 4 5; do
    for process in /proc/[0-9]*; do
        if tr '\0' '\n' 2>/dev/null <"$process/environ" | grep -qxF "YIPAN_TORTURE_RUN=$1"; then
            kill -9 "${process#/proc/}" 2>/dev/null
        fi
    done
    awk -v folder="$1/" 'index($2, folder) == 1 { print $2 }' /proc/mounts | sort -r | while read -r mount; do
        umount "$mount" 2>/dev/null || { sleep 0.3; umount "$mount" 2>/dev/null || umount -l "$mount"; }
    done
    rm -rf --one-file-system "$1" 2>/dev/null && exit 0
    sleep 0.5
done
"#;

impl Scratch {
    /// # Errors
    /// If the folder or the guard cannot be made.
    pub fn new() -> anyhow::Result<Self> {
        let root = std::env::var_os("TMPDIR").map_or_else(|| PathBuf::from("/var/tmp"), PathBuf::from);
        let folder = tempfile::Builder::new()
            .prefix("yipan-torture-")
            .tempdir_in(&root)
            .with_context(|| format!("a folder in {}", root.display()))?;
        // From here on the guard removes it.
        let path = folder.keep();
        // PostgreSQL runs as a user of its own below it.
        std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o755))?;
        let guard = Command::new("sh")
            .args(["-c", GUARD, "sh"])
            .arg(&path)
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("sh")?;
        Ok(Self { path, guard })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A folder below.
    pub fn folder(&self, name: &str) -> anyhow::Result<PathBuf> {
        let path = self.path.join(name);
        std::fs::create_dir_all(&path)?;
        Ok(path)
    }

    /// A command whose process belongs to this run.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command.env(MARK, &self.path).stdin(Stdio::null());
        command
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        drop(self.guard.stdin.take());
        let _ = self.guard.wait();
    }
}

/// Runs a command to its end and returns what it printed.
///
/// # Errors
/// If it cannot be run or fails, with what it said.
pub fn run(command: &mut Command) -> anyhow::Result<String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let out = command.output().with_context(|| name.clone())?;
    anyhow::ensure!(
        out.status.success(),
        "{name}: {}: {}{}",
        out.status,
        String::from_utf8_lossy(&out.stdout).trim(),
        String::from_utf8_lossy(&out.stderr).trim()
    );
    Ok(String::from_utf8_lossy(&out.stdout).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_left_behind() {
        let scratch = Scratch::new().unwrap();
        let path = scratch.path().to_owned();
        std::fs::write(path.join("file"), "x").unwrap();
        let mut process = scratch.command("sleep").arg("600").spawn().unwrap();
        drop(scratch);
        assert!(!path.exists());
        assert!(!process.wait().unwrap().success());
    }
}
