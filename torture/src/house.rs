//! A house in a process of its own: the built binary, as it is deployed.

use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use rustix::process::{Pid, Signal, kill_process};
use tokio::process::Child;

use crate::scratch::Scratch;

/// How long a house may take to open before it counts as broken.
const OPENING: Duration = Duration::from_secs(90);

/// Where a house lies and how it is started.
#[derive(Clone)]
pub struct Site {
    pub yipan: PathBuf,
    pub data: PathBuf,
    /// The PostgreSQL database; embedded if none.
    pub database: Option<String>,
    /// Where it listens.
    pub listen: String,
    /// More words for `serve`.
    pub serve: Vec<String>,
    /// More of the process's environment, such as a library loaded before all others.
    pub environment: Vec<(String, String)>,
    pub scratch: Arc<Scratch>,
}

/// A house that runs.
pub struct House {
    process: Child,
    pub address: String,
    /// When its process was started.
    pub started: Instant,
}

impl Site {
    pub fn new(yipan: &Path, data: PathBuf, scratch: &Arc<Scratch>) -> Self {
        let (yipan, scratch) = (yipan.to_owned(), scratch.clone());
        Self {
            yipan,
            data,
            database: None,
            listen: "127.0.0.1:0".to_owned(),
            serve: Vec::new(),
            environment: Vec::new(),
            scratch,
        }
    }

    /// The same house with its process in another environment.
    #[must_use]
    pub fn with(&self, name: &str, value: &str) -> Self {
        let mut with = self.clone();
        with.environment.push((name.to_owned(), value.to_owned()));
        with
    }

    fn command(&self) -> Command {
        let mut command = self.scratch.command(&self.yipan);
        command
            .arg("--data")
            .arg(&self.data)
            .env("LC_ALL", "C")
            .env("NO_COLOR", "1")
            .env_remove("YIPAN_DATABASE");
        if let Some(database) = &self.database {
            command.args(["--database", database]);
        }
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }

    /// What the houses of this run wrote to their logs.
    pub fn log(&self) -> PathBuf {
        self.scratch.path().join("house.log")
    }

    /// The last words in that log beyond so many bytes, for a report.
    fn last_words(&self, beyond: u64) -> String {
        let text = std::fs::read(self.log()).unwrap_or_default();
        let text = String::from_utf8_lossy(text.get(beyond as usize..).unwrap_or_default()).into_owned();
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(3)..].join(" | ")
    }

    fn spawn(&self) -> anyhow::Result<Child> {
        let mut command = self.command();
        command.args(["serve", "--demo", "--listen", &self.listen]).args(&self.serve);
        command.stdout(Stdio::piped()).stderr(self.appended()?);
        let mut command = tokio::process::Command::from(command);
        command.kill_on_drop(true).spawn().with_context(|| self.yipan.display().to_string())
    }

    fn appended(&self) -> anyhow::Result<File> {
        Ok(OpenOptions::new().create(true).append(true).open(self.log())?)
    }

    /// Starts the house and waits until it listens.
    ///
    /// # Errors
    /// If it ends or says nothing; with the end of its log.
    pub async fn start(&self) -> anyhow::Result<House> {
        use tokio::io::{AsyncBufReadExt as _, BufReader};
        let started = Instant::now();
        let before = std::fs::metadata(self.log()).map_or(0, |log| log.len());
        let mut process = self.spawn()?;
        let out = process.stdout.take().context("the house has no output")?;
        let mut lines = BufReader::new(out).lines();
        let listening = async {
            while let Some(line) = lines.next_line().await? {
                if let Some((_, address)) = line.split_once("listens at http://") {
                    return Ok(address.to_owned());
                }
            }
            bail!("the house did not open: {}", self.last_words(before))
        };
        let address = tokio::time::timeout(OPENING, listening).await.map_err(|_| {
            anyhow::anyhow!("the house did not open in {OPENING:?}: {}", self.last_words(before))
        })??;
        // Whatever else it says must not fill the pipe.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Ok(House { process, address, started })
    }

    /// Starts the house and kills it after that time, wherever it has come by then.
    pub async fn stumble(&self, after: Duration) -> anyhow::Result<()> {
        let mut process = self.spawn()?;
        tokio::time::sleep(after).await;
        process.kill().await?;
        Ok(())
    }

    /// Runs a verb of the binary to its end.
    pub async fn verb(&self, words: &[&str]) -> anyhow::Result<Output> {
        let mut command = self.command();
        command.args(words);
        let mut command = tokio::process::Command::from(command);
        command.kill_on_drop(true).output().await.with_context(|| format!("yipan {}", words.join(" ")))
    }

    /// The key file, which lies beside the data directory.
    pub fn keys(&self) -> PathBuf {
        let mut name = self.data.file_name().unwrap_or_default().to_owned();
        name.push(".keys");
        self.data.with_file_name(name)
    }
}

impl House {
    /// Kills the process as a power cut would end it.
    pub async fn kill(&mut self) -> anyhow::Result<()> {
        self.process.kill().await.context("killing the house")
    }

    /// Asks the house to leave in good order, and waits until it has.
    pub async fn leave(mut self) -> anyhow::Result<()> {
        self.ask_to_leave()?;
        self.left().await
    }

    /// Asks the house to leave in good order.
    pub fn ask_to_leave(&self) -> anyhow::Result<()> {
        let id = self.process.id().and_then(|id| Pid::from_raw(i32::try_from(id).ok()?));
        Ok(kill_process(id.context("the house ended by itself")?, Signal::TERM)?)
    }

    /// Waits until it has left.
    pub async fn left(&mut self) -> anyhow::Result<()> {
        let ended = tokio::time::timeout(Duration::from_secs(30), self.process.wait()).await;
        ended.context("the house did not leave in 30 s")??;
        Ok(())
    }

    /// Whether the process has ended.
    pub fn gone(&mut self) -> bool {
        self.process.try_wait().is_ok_and(|ended| ended.is_some())
    }
}
