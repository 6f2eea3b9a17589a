//! `standby`: a PostgreSQL primary with a synchronous standby, behind one address. The primary is lost
//! under load, the operator's script promotes the standby and moves the address; the house is not
//! restarted. Then the other script makes the lost primary the standby of the new one.

use std::io::{Read as _, Write as _};
use std::net::SocketAddr;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};
use std::{fs, sync::Arc};

use anyhow::{Context as _, bail, ensure};
use tokio::process::Child;

use crate::balancer::{Balancer, free_address};
use crate::crew::Tally;
use crate::postgres::{Cluster, Postgres};
use crate::report::{Report, Spread};
use crate::scratch::Scratch;
use crate::trial::{CONNECTIONS, Engine, Options, Trial};
use crate::verdict::{Breach, Finding};

/// The longest time in which nothing is acknowledged.
const GAP: Duration = Duration::from_secs(5);
/// For how long the primary must be silent before the script promotes the standby, in seconds.
const SILENCE: &str = "1.5";
/// How long a script may take.
const SCRIPT: Duration = Duration::from_secs(120);
/// The balancer's names of the two servers.
const NAMES: [&str; 2] = ["database/a", "database/b"];

/// How a primary is lost.
#[derive(Debug, Clone, Copy)]
enum Loss {
    /// All its processes at once; the script watches, and sees it.
    Killed,
    /// They stop where they stand: nothing is refused, nothing answered. The script sees that, too.
    Frozen,
    /// Killed, and the address moved before the standby was promoted: the house meets a server that only
    /// reads.
    MovedFirst,
}

impl Loss {
    const ALL: [Self; 3] = [Self::Killed, Self::Frozen, Self::MovedFirst];

    const fn told(self) -> &'static str {
        match self {
            Self::Killed => "killed",
            Self::Frozen => "frozen",
            Self::MovedFirst => "killed, the address moved before the promotion",
        }
    }
}

/// Two servers, of which one is the primary, and the address in front of them.
struct Pair {
    servers: [Postgres; 2],
    ports: [u16; 2],
    /// Which is the primary.
    primary: usize,
    /// The balancer's admin socket.
    admin: PathBuf,
    scripts: PathBuf,
    scratch: Arc<Scratch>,
    _balancer: Balancer,
}

/// # Errors
/// If the harness itself fails; what the house does wrong is in the report.
pub async fn run(options: &Options) -> anyhow::Result<Report> {
    let possible = match options.engine {
        Engine::Sqlite => Err("an embedded database has no standby".to_owned()),
        Engine::Postgres => Balancer::absent().and_then(|()| scripts().map(drop)),
    };
    if let Some(skipped) = Trial::skipped("standby", options, possible) {
        return Ok(skipped);
    }
    let scratch = Arc::new(Scratch::new()?);
    let ports = [free_port()?, free_port()?];
    let cluster = |at: usize| Cluster { port: Some(ports[at]), ..Cluster::default() };
    let mut trial = Trial::new("standby", options, &scratch, scratch.path(), cluster(0))?;
    let first = trial.postgres.take().context("the first server")?;
    let second = Postgres::at(&scratch.path().join("pg-b"), cluster(1), &scratch)?;
    let (balancer, admin) = Balancer::before_databases(&scratch, ports)?;
    trial.site.database = Some(format!("postgres://yipan@{}/yipan", balancer.address));
    // The server's user need not be able to read the sources.
    let own = scratch.folder("scripts")?;
    for name in ["promote.sh", "standby.sh"] {
        fs::copy(scripts().map_err(anyhow::Error::msg)?.join(name), own.join(name))?;
    }
    let mut pair = Pair {
        servers: [first, second],
        ports,
        primary: 0,
        admin,
        scripts: own,
        scratch: scratch.clone(),
        _balancer: balancer,
    };
    let house = trial.open().await?;
    pair.attach().await?;
    trial.crew.arrive(&house.address).await?;

    let (mut gaps, mut promotions) = (Vec::new(), Vec::new());
    while trial.report.rounds < options.rounds && !trial.failed() {
        let loss = Loss::ALL[(trial.report.rounds % 3) as usize];
        trial.crew.take_tally();
        let shift = trial.crew.shift(&house.address, CONNECTIONS);
        let warming = Duration::from_millis(trial.chance.between(300, 1_200));
        promotions.push(pair.fail_over(loss, warming).await?);
        tokio::time::sleep(Duration::from_millis(500)).await;
        // Rebuilt while people work.
        let rebuilt = Instant::now();
        pair.attach().await?;
        trial.report.measure("standby made again after ms", rebuilt.elapsed().as_millis() as u64);
        tokio::time::sleep(Duration::from_millis(200)).await;
        shift.end().await;
        judge(&mut trial, loss, &mut gaps);
        trial.look(&house).await?;
        trial.round_over(&house).await?;
    }
    for (name, times) in [
        ("longest gap between acknowledgements, ms", &gaps),
        ("from the loss to the promoted standby, at most ms", &promotions),
    ] {
        if let Some(spread) = Spread::of(times) {
            trial.report.measure(name, spread.max);
        }
    }
    house.leave().await?;
    Ok(trial.over())
}

/// Holds what people met with in one round against what they were promised.
fn judge(trial: &mut Trial, loss: Loss, gaps: &mut Vec<Duration>) {
    let Tally { done, faults, unanswered, unheard, .. } = trial.crew.take_tally();
    let gap = done.windows(2).map(|two| two[1].duration_since(two[0])).max();
    gaps.extend(gap);
    trial.report.count(loss.told(), 1);
    let unavailable: u64 =
        faults.iter().filter(|(fault, _)| fault.starts_with("503 ")).map(|(_, count)| count).sum();
    trial.report.count("refused with 503", unavailable);
    let mut find = |what: String| trial.report.find([Finding::new(Breach::Service, what)]);
    if gap.is_none_or(|gap| gap > GAP) {
        find(format!("{}: nothing was acknowledged for {gap:?}", loss.told()));
    }
    if unavailable < faults.values().sum() {
        find(format!("{}: answered with something else than 503: {faults:?}", loss.told()));
    }
    if unanswered > 0 {
        find(format!("{}: {unanswered} requests had no answer at all: {unheard:?}", loss.told()));
    }
    if matches!(loss, Loss::MovedFirst) && unavailable == 0 {
        find("nobody was refused by the server that only reads".to_owned());
    }
}

impl Pair {
    fn connection(&self, at: usize) -> String {
        format!("host=127.0.0.1 port={} user=yipan dbname=postgres", self.ports[at])
    }

    /// Loses the primary after that time and has the standby promoted; returns how long that took.
    async fn fail_over(&mut self, loss: Loss, after: Duration) -> anyhow::Result<Duration> {
        let (old, new) = (self.primary, 1 - self.primary);
        let mut script = tokio::process::Command::from({
            let mut command = self.scratch.command(self.scripts.join("promote.sh"));
            if !matches!(loss, Loss::MovedFirst) {
                command.args(["--watch", SILENCE]);
            }
            command.args([NAMES[old], NAMES[new]]);
            command.env("OLD", self.connection(old)).env("NEW", self.connection(new));
            command.env("HAPROXY", &self.admin).env("PATH", self.servers[new].path());
            command.stdout(Stdio::piped()).stderr(Stdio::piped());
            command
        });
        script.kill_on_drop(true);
        let lost;
        let script = match loss {
            Loss::Killed | Loss::Frozen => {
                let script = script.spawn()?;
                tokio::time::sleep(after).await;
                lost = Instant::now();
                if matches!(loss, Loss::Killed) {
                    self.servers[old].kill();
                } else {
                    self.servers[old].freeze();
                }
                script
            }
            Loss::MovedFirst => {
                tokio::time::sleep(after).await;
                lost = Instant::now();
                self.servers[old].kill();
                self.tell(&format!("set server {} state maint", NAMES[old]))?;
                self.tell(&format!("set server {} state ready", NAMES[new]))?;
                tokio::time::sleep(Duration::from_millis(700)).await;
                script.spawn()?
            }
        };
        ended(script, "promote.sh").await?;
        let took = lost.elapsed();
        self.servers[old].kill();
        self.primary = new;
        Ok(took)
    }

    /// Makes the server that is not the primary its synchronous standby.
    async fn attach(&mut self) -> anyhow::Result<()> {
        let other = 1 - self.primary;
        let server = &mut self.servers[other];
        let mut command = server.as_its_user(&self.scripts.join("standby.sh"));
        command.arg("--replace").arg(server.data());
        command.env("PRIMARY", format!("host=127.0.0.1 port={} user=yipan", self.ports[self.primary]));
        let log = self.scratch.path().join("standby.log");
        command.stdout(Stdio::null()).stderr(fs::File::create(&log)?);
        let mut script = tokio::process::Command::from(command).kill_on_drop(true).spawn()?;
        // It says when the server is to be started.
        let began = Instant::now();
        while !fs::read_to_string(&log)?.contains("start its server now") {
            if script.try_wait()?.is_some() || began.elapsed() > SCRIPT {
                bail!("standby.sh: {}", fs::read_to_string(&log)?);
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        server.start()?;
        ended(script, "standby.sh").await.with_context(|| fs::read_to_string(&log).unwrap_or_default())
    }

    /// Tells the balancer something, as the script does.
    fn tell(&self, what: &str) -> anyhow::Result<()> {
        let mut socket = UnixStream::connect(&self.admin).context("the balancer's admin socket")?;
        writeln!(socket, "{what}")?;
        let mut said = String::new();
        socket.read_to_string(&mut said)?;
        ensure!(said.trim().is_empty(), "the balancer, to `{what}`: {said}");
        Ok(())
    }
}

/// Waits for the good end of a script.
async fn ended(script: Child, name: &str) -> anyhow::Result<()> {
    let out = tokio::time::timeout(SCRIPT, script.wait_with_output()).await;
    let out = out.with_context(|| format!("{name} did not end"))??;
    let said = String::from_utf8_lossy(&out.stderr);
    ensure!(out.status.success(), "{name}: {}: {}", out.status, said.trim());
    Ok(())
}

/// The folder of the operator's scripts, in the sources that this was built from.
fn scripts() -> Result<PathBuf, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tools/postgres");
    folder.canonicalize().map_err(|_| format!("no scripts at {}", folder.display()))
}

fn free_port() -> anyhow::Result<u16> {
    Ok(free_address()?.parse::<SocketAddr>()?.port())
}
