//! What every kind has in common: a house, its people, its faults, and the look at it afterwards.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::ValueEnum;

use crate::chance::Chance;
use crate::check;
use crate::crew::Crew;
use crate::house::{House, Site};
use crate::postgres::{Cluster, Postgres};
use crate::report::{Report, Spread};
use crate::scratch::{Scratch, run};
use crate::verdict::{Breach, Finding};

/// How many connections work at a time.
pub const CONNECTIONS: usize = 16;
/// How long a house may take to its first write after a fault before the run is given up.
const FIRST_WRITE: Duration = Duration::from_secs(60);
/// After so many rounds the house proves itself, and everything is looked at.
const PROOF_EVERY: u64 = 25;
/// So many cases are looked at one by one at a time.
const MOST_CASES: usize = 50_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }
}

/// How a run is asked for.
#[derive(Debug, Clone)]
pub struct Options {
    pub yipan: PathBuf,
    pub engine: Engine,
    pub rounds: u64,
    pub seed: u64,
    /// How many cases there are before it begins.
    pub fill: u64,
    /// The longest that a first write may take after a start; not judged if 0.
    pub first_write_ms: u64,
    /// The binary of an earlier release, for what is done with two.
    pub older: Option<PathBuf>,
    /// Where what tells of a failure is kept.
    pub evidence: PathBuf,
}

/// The largest data that is kept of a failure, in bytes.
const KEPT: u64 = 256 << 20;

/// The size of the files in a folder.
fn size(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.metadata().ok()).map(|file| file.len()).sum()
}

/// A house on trial.
pub struct Trial {
    pub options: Options,
    pub site: Site,
    pub postgres: Option<Postgres>,
    pub crew: Arc<Crew>,
    pub chance: Chance,
    pub report: Report,
    pub scratch: Arc<Scratch>,
    began: Instant,
}

impl Trial {
    /// Prepares a house whose data, and whose database's data, lie in that folder.
    ///
    /// # Errors
    /// If PostgreSQL cannot be started, or a file not be made.
    pub fn new(
        kind: &str,
        options: &Options,
        scratch: &Arc<Scratch>,
        folder: &Path,
        cluster: Cluster<'_>,
    ) -> anyhow::Result<Self> {
        let mut site = Site::new(&options.yipan, folder.join("house"), scratch);
        let postgres = match options.engine {
            Engine::Sqlite => None,
            Engine::Postgres => Some(Postgres::make(&folder.join("pg"), cluster, scratch)?),
        };
        site.database = postgres.as_ref().map(Postgres::url);
        let crew = Crew::new(options.seed, Some(&scratch.path().join("acknowledged.log")))?;
        let report = Report {
            kind: kind.to_owned(),
            engine: options.engine.name().to_owned(),
            seed: options.seed,
            ..Report::default()
        };
        Ok(Self {
            options: options.clone(),
            site,
            postgres,
            crew,
            chance: Chance::new(options.seed),
            report,
            scratch: scratch.clone(),
            began: Instant::now(),
        })
    }

    /// A report that says why this kind cannot be run here; none where it can. `also` says whether
    /// what it needs beside the engine is there.
    pub fn skipped(kind: &str, options: &Options, also: Result<(), String>) -> Option<Report> {
        let engine = match options.engine {
            Engine::Sqlite => Ok(()),
            Engine::Postgres => Postgres::absent(),
        };
        let why = engine.and(also).err()?;
        Some(Report {
            kind: kind.to_owned(),
            engine: options.engine.name().to_owned(),
            seed: options.seed,
            skipped: Some(why),
            good: true,
            ..Report::default()
        })
    }

    /// Starts the house, and waits for its first acknowledged write.
    ///
    /// # Errors
    /// If there is none.
    pub async fn open(&mut self) -> anyhow::Result<House> {
        let house = self.site.start().await?;
        self.crew.first_write(&house.address, FIRST_WRITE).await?;
        Ok(house)
    }

    /// Fills a house with as many cases as were asked for; they are part of what must be kept.
    ///
    /// # Errors
    /// If the house takes no more.
    pub async fn fill(&mut self, house: &House) -> anyhow::Result<()> {
        if self.options.fill == 0 {
            return Ok(());
        }
        let shift = self.crew.accepting(&house.address, 128);
        let mut before = 0;
        while self.crew.acks().accepted < self.options.fill {
            tokio::time::sleep(Duration::from_secs(10)).await;
            let now = self.crew.acks().accepted;
            anyhow::ensure!(
                now > before,
                "the house takes no more cases: {:?}",
                self.crew.take_tally().faults
            );
            before = now;
        }
        shift.end().await;
        self.crew.take_tally();
        // They are looked at with everything else.
        self.crew.acks().take_touched();
        self.report.measure("filled with", self.crew.acks().accepted);
        Ok(())
    }

    /// Works a house for that long; what comes next finds it under load.
    pub async fn load(&self, house: &House, length: Duration) -> crate::crew::Shift {
        let shift = self.crew.shift(&house.address, CONNECTIONS);
        tokio::time::sleep(length).await;
        shift
    }

    /// Starts the house again after a fault, and looks at what the fault may have touched. `None`
    /// where the house is beyond use; the report says why.
    ///
    /// # Errors
    /// If the harness itself fails.
    pub async fn recover(&mut self) -> anyhow::Result<Option<House>> {
        let house = self.reopen().await;
        if let Some(house) = &house {
            self.look(house).await?;
        }
        Ok(house)
    }

    /// Starts the house again, up to its first write; `None` where it cannot be.
    pub async fn reopen(&mut self) -> Option<House> {
        match self.open().await {
            Ok(house) => {
                let took = house.started.elapsed();
                self.report.starts.push(took);
                let most = Duration::from_millis(self.options.first_write_ms);
                if !most.is_zero() && took > most {
                    let what = format!("the first write came {} ms after the start", took.as_millis());
                    self.report.find([Finding::new(Breach::Service, what)]);
                }
                Some(house)
            }
            Err(fault) => {
                let database = self.postgres.as_ref().map(Postgres::log_tail).unwrap_or_default();
                let what = format!("the house did not come back: {fault:#} {database}").trim().to_owned();
                self.report.find([Finding::new(Breach::Unsound, what)]);
                None
            }
        }
    }

    /// Repeats what had no answer, and some of what had one; then looks at what was worked on.
    ///
    /// # Errors
    /// If the house does not answer.
    pub async fn look(&mut self, house: &House) -> anyhow::Result<()> {
        let (unanswered, landed, findings) = self.crew.settle(&house.address).await;
        self.report.unanswered += unanswered;
        self.report.landed += landed;
        self.report.find(findings);
        let (repeated, findings) = self.crew.repeat(&house.address, 64, 32).await?;
        self.report.repeated += repeated;
        self.report.find(findings);
        let touched = self.crew.acks().take_touched();
        let looked = check::cases(&self.crew, &house.address, touched, &|_| true).await?;
        self.report.find(looked.findings);
        self.report.find(check::list(&self.crew, &house.address, Some(2)).await?);
        Ok(())
    }

    /// One round more; every so many, and in the last, everything is looked at and proved. A house that
    /// was filled is proved in the last alone: of a million cases that takes minutes.
    ///
    /// # Errors
    /// If the house does not answer.
    pub async fn round_over(&mut self, house: &House) -> anyhow::Result<()> {
        self.report.rounds += 1;
        let last = self.report.rounds == self.options.rounds;
        if last || self.options.fill == 0 && self.report.rounds.is_multiple_of(PROOF_EVERY) {
            self.everything(house).await?;
        }
        Ok(())
    }

    /// Looks at every case, every list, and asks for the proofs. Of very many cases it looks at some:
    /// each was looked at in its own round, and the proofs leave none out.
    ///
    /// # Errors
    /// If the house does not answer.
    pub async fn everything(&mut self, house: &House) -> anyhow::Result<()> {
        let mut cases = self.crew.acks().cases();
        let whole = cases.len() <= MOST_CASES;
        if !whole {
            let chance = &mut self.chance;
            let some = MOST_CASES as u64 * 100 / cases.len() as u64;
            cases.retain(|_| chance.percent(some.max(1)));
        }
        let looked = check::cases(&self.crew, &house.address, cases, &|_| true).await?;
        self.report.find(looked.findings);
        let pages = (!whole).then_some(MOST_CASES / 500);
        self.report.find(check::list(&self.crew, &house.address, pages).await?);
        let accepted = self.crew.acks().accepted;
        let events = whole.then_some(looked.events);
        self.report.find(check::proofs(&self.site, Some(accepted), events).await?);
        Ok(())
    }

    pub fn failed(&self) -> bool {
        self.report.breaches() > 0
    }

    /// The report of a run in which no breach is good.
    pub fn over(mut self) -> Report {
        self.report.good = !self.failed();
        self.closed()
    }

    /// The report of a run whose goodness is said already.
    pub fn closed(mut self) -> Report {
        let acks = self.crew.acks();
        self.report.acknowledged = acks.acknowledged;
        self.report.measured.insert("cases".to_owned(), acks.accepted.into());
        let refused: u64 = acks.refused.values().sum();
        if refused > 0 {
            self.report.measured.insert("refused".to_owned(), serde_json::json!(acks.refused));
        }
        drop(acks);
        self.report.first_write_ms = Spread::of(&self.report.starts);
        self.report.seconds = self.began.elapsed().as_secs_f64();
        if !self.report.good {
            self.keep();
        }
        std::mem::take(&mut self.report)
    }

    /// Keeps logs and data of a run that failed.
    fn keep(&mut self) {
        if let Some(postgres) = &mut self.postgres {
            postgres.kill();
        }
        let name = format!("{}-{}-{:x}", self.report.kind, self.report.engine, self.options.seed);
        let to = self.options.evidence.join(name);
        let _ = std::fs::remove_dir_all(&to);
        let kept = std::fs::create_dir_all(&to).map_err(anyhow::Error::from).and_then(|()| {
            let mut copy = self.scratch.command("cp");
            let logs = ["house.log", "postgres.log", "acknowledged.log"];
            copy.arg("-a")
                .args(logs.map(|log| self.scratch.path().join(log)).iter().filter(|log| log.exists()));
            if size(&self.site.data) <= KEPT {
                copy.arg(&self.site.data);
            }
            run(copy.arg(&to))
        });
        let what = match kept {
            Ok(_) => format!("logs and data are kept in {}", to.display()),
            Err(fault) => format!("logs and data could not be kept: {fault:#}"),
        };
        self.report.measure("evidence", what);
    }
}
