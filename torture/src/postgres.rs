//! A PostgreSQL server of its own, as durable as it comes.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use rustix::process::{Pid, Signal, kill_process};

use crate::scratch::{Scratch, run};

/// What a server is given beside its folder.
#[derive(Debug, Clone, Copy, Default)]
pub struct Cluster<'a> {
    /// Settings, such as `fsync=off`.
    pub settings: &'a [&'a str],
    /// Where its log of changes lies, if not with its data.
    pub wal: Option<&'a Path>,
    /// The port of loopback where it listens, if not on its socket alone.
    pub port: Option<u16>,
}

/// A server in a folder that it shares with nothing.
pub struct Postgres {
    binaries: PathBuf,
    folder: PathBuf,
    /// The folder of its socket, which may lie on another disk.
    socket: PathBuf,
    /// What runs a command as the server's user.
    user: Vec<String>,
    more: Vec<String>,
    port: Option<u16>,
    server: Option<Child>,
    scratch: Arc<Scratch>,
}

impl Postgres {
    /// Whether this machine has a server to start; if not, why.
    ///
    /// # Errors
    /// Says what is missing.
    pub fn absent() -> Result<(), String> {
        binaries().map(drop).ok_or_else(|| "no initdb and postgres in PATH or /usr/lib/postgresql".to_owned())
    }

    /// Makes a cluster of collation C with an empty database, and starts it.
    ///
    /// # Errors
    /// If there is none on this machine, or it does not start.
    pub fn make(folder: &Path, cluster: Cluster<'_>, scratch: &Arc<Scratch>) -> anyhow::Result<Self> {
        let mut postgres = Self::at(folder, cluster, scratch)?;
        let mut initdb = postgres.command("initdb");
        initdb.arg("-D").arg(&postgres.folder);
        initdb.args(["-U", "yipan", "--auth=trust", "--locale=C", "-E", "UTF8", "--data-checksums"]);
        if let Some(wal) = cluster.wal {
            initdb.arg("--waldir").arg(wal.join("wal"));
        }
        run(&mut initdb)?;
        postgres.start()?;
        let mut createdb = postgres.command("createdb");
        createdb.arg("-h").arg(&postgres.socket).args(postgres.port_words());
        run(createdb.args(["-U", "yipan", "yipan"]))?;
        Ok(postgres)
    }

    /// Where a cluster is going to be, for whoever makes it by other means; it is not started.
    ///
    /// # Errors
    /// If PostgreSQL is not on this machine, or the folder cannot be made.
    pub fn at(folder: &Path, cluster: Cluster<'_>, scratch: &Arc<Scratch>) -> anyhow::Result<Self> {
        let socket = scratch.folder("pg")?;
        std::fs::create_dir_all(folder)?;
        let own: Vec<&Path> = [folder, &*socket].into_iter().chain(cluster.wal).collect();
        let user = user(&own)?;
        Ok(Self {
            binaries: binaries().context("PostgreSQL is not installed")?,
            folder: folder.join("cluster"),
            socket,
            user,
            more: cluster.settings.iter().map(|word| (*word).to_owned()).collect(),
            port: cluster.port,
            server: None,
            scratch: scratch.clone(),
        })
    }

    /// The address of its database.
    pub fn url(&self) -> String {
        format!("postgres://yipan@localhost/yipan?host={}", self.socket.display())
    }

    /// The folder of its data.
    pub fn data(&self) -> &Path {
        &self.folder
    }

    /// A program as the server's user runs it, with the server's own binaries at hand.
    pub fn as_its_user(&self, program: &Path) -> Command {
        let mut command = self.command(&program.to_string_lossy());
        command.env("PATH", self.path());
        command
    }

    /// `PATH` with the server's own binaries in front.
    pub fn path(&self) -> OsString {
        let mut path = self.binaries.clone().into_os_string();
        if let Some(rest) = std::env::var_os("PATH") {
            path.push(":");
            path.push(rest);
        }
        path
    }

    fn port_words(&self) -> Vec<String> {
        self.port.map_or_else(Vec::new, |port| vec!["-p".to_owned(), port.to_string()])
    }

    fn command(&self, program: &str) -> Command {
        let program = self.binaries.join(program);
        let mut command = match self.user.split_first() {
            Some((first, rest)) => {
                let mut command = self.scratch.command(first);
                command.args(rest).arg(program);
                command
            }
            None => self.scratch.command(program),
        };
        command.current_dir("/");
        command
    }

    /// Starts the server and waits until it takes connections.
    ///
    /// # Errors
    /// If it does not within a minute; with the end of its log.
    pub fn start(&mut self) -> anyhow::Result<()> {
        let log = self.scratch.path().join("postgres.log");
        let log = std::fs::OpenOptions::new().create(true).append(true).open(&log)?;
        let mut command = self.command("postgres");
        command.arg("-D").arg(&self.folder).arg("-k").arg(&self.socket);
        let listen = if self.port.is_some() { "127.0.0.1" } else { "" };
        command.args(["-c", &format!("listen_addresses={listen}")]).args(self.port_words());
        command.args(["-c", "max_connections=50", "-c", "shared_buffers=64MB"]);
        command.args(self.more.iter().flat_map(|setting| ["-c", setting]));
        self.server = Some(command.stdout(Stdio::null()).stderr(log).spawn()?);
        let started = Instant::now();
        while started.elapsed() < Duration::from_secs(60) {
            let mut ready = self.command("pg_isready");
            ready.args(["-q", "-U", "yipan", "-h"]).arg(&self.socket).args(self.port_words());
            if ready.status()?.success() {
                return Ok(());
            }
            if let Some(ended) = self.server.as_mut().and_then(|server| server.try_wait().ok().flatten()) {
                bail!("PostgreSQL did not start ({ended}): {}", self.log_tail());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        bail!("PostgreSQL did not start in a minute: {}", self.log_tail())
    }

    /// Lets the server end in good order.
    ///
    /// # Errors
    /// If it does not within a minute.
    pub fn stop(&mut self) -> anyhow::Result<()> {
        let Some(server) = self.server.as_ref().map(Child::id) else { return Ok(()) };
        send(server, Signal::INT);
        let asked = Instant::now();
        while !self.gone() {
            if asked.elapsed() > Duration::from_secs(60) {
                bail!("PostgreSQL does not end: {}", self.log_tail());
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        self.server = None;
        Ok(())
    }

    pub fn log_tail(&self) -> String {
        let text = std::fs::read_to_string(self.scratch.path().join("postgres.log")).unwrap_or_default();
        let telling =
            |line: &&str| !line.contains("not yet accepting") && !line.contains("Consistent recovery");
        let lines: Vec<&str> = text.lines().filter(telling).collect();
        lines[lines.len().saturating_sub(3)..].join(" | ")
    }

    /// Whether the server has ended.
    pub fn gone(&mut self) -> bool {
        self.server.as_mut().is_none_or(|server| server.try_wait().is_ok_and(|ended| ended.is_some()))
    }

    /// Stops every process of the server where it stands, as a machine that no longer answers; to be
    /// killed later.
    pub fn freeze(&self) {
        let Some(server) = self.server.as_ref().map(Child::id) else { return };
        for process in std::iter::once(server).chain(children(server)) {
            send(process, Signal::STOP);
        }
    }

    /// Kills the server and everything it started, and waits until none of it is left.
    pub fn kill(&mut self) {
        let Some(mut server) = self.server.take() else { return };
        // Stopped first: what it would start between the look and the blow would hold its memory.
        send(server.id(), Signal::STOP);
        let below = children(server.id());
        let _ = server.kill();
        for process in &below {
            send(*process, Signal::KILL);
        }
        let _ = server.wait();
        let killed = Instant::now();
        while below.iter().any(|process| alive(*process)) && killed.elapsed() < Duration::from_secs(30) {
            std::thread::sleep(Duration::from_millis(2));
        }
        // What it left in shared memory and in its lock goes with the next start.
        let _ = std::fs::remove_file(self.folder.join("postmaster.pid"));
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Sends a signal; a process that is gone already needs none.
fn send(process: u32, signal: Signal) {
    if let Some(process) = i32::try_from(process).ok().and_then(Pid::from_raw) {
        let _ = kill_process(process, signal);
    }
}

/// State and parent of a process, if there is one.
fn state_and_parent(process: u32) -> Option<(String, u32)> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name in brackets may hold blanks.
    let mut words = stat.rsplit(')').next()?.split_whitespace();
    Some((words.next()?.to_owned(), words.next()?.parse().ok()?))
}

/// Whether a process still holds anything: one that nobody has buried yet does not.
fn alive(process: u32) -> bool {
    state_and_parent(process).is_some_and(|(state, _)| !matches!(state.as_str(), "Z" | "X"))
}

/// The processes whose parent that one is.
fn children(of: u32) -> Vec<u32> {
    let processes = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let ids = processes.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    ids.filter(|id| state_and_parent(*id).is_some_and(|(_, parent)| parent == of)).collect()
}

/// The folder of the server's binaries: the newest.
fn binaries() -> Option<PathBuf> {
    let installed = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut folders: Vec<_> = installed.map(|entry| entry.path().join("bin")).collect();
    folders.sort();
    folders.reverse();
    folders.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
    let whole =
        |folder: &PathBuf| ["initdb", "postgres", "pg_isready"].iter().all(|p| folder.join(p).exists());
    folders.into_iter().find(whole)
}

/// PostgreSQL refuses to run as root: what to put before its commands, and folders made theirs.
fn user(folders: &[&Path]) -> anyhow::Result<Vec<String>> {
    if !rustix::process::getuid().is_root() {
        return Ok(Vec::new());
    }
    for folder in folders {
        run(Command::new("chown").arg("postgres").arg(folder)).context("the user of PostgreSQL")?;
    }
    let words = ["setpriv", "--reuid", "postgres", "--regid", "postgres", "--clear-groups"];
    Ok(words.map(str::to_owned).to_vec())
}
