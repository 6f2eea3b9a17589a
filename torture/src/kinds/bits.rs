//! `bits`: single random bits are flipped: in the data file, in the log beside it that a killed house left, in a
//! copy that `yipan backup` made, in photos of cases, and in the rows of the audit chain. Copies in which nothing was flipped go
//! through the same verbs first, so that a verb that is broken is not taken for one that detects. Whatever changes an answer must be detected by a verb of the product;
//! what is not detected must be harmless, proved by an equal copy and equal answers.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use sqlx::{AssertSqlSafe, Connection as _, SqliteConnection};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::chance::Chance;
use crate::dump::{Difference, difference, part};
use crate::house::Site;
use crate::postgres::Cluster;
use crate::report::Report;
use crate::scratch::Scratch;
use crate::trial::{Options, Trial};
use crate::verdict::{Breach, Finding};

/// How many flips are looked at at a time.
const AT_A_TIME: usize = 2;

/// What became of a flip.
#[derive(Debug)]
enum Fate {
    /// Which verb said so.
    Detected(&'static str),
    Harmless,
    /// What it changed, and where.
    Undetected(String),
}

/// A house that is closed, and what it answers.
struct Original {
    site: Site,
    /// The whole of it, as `yipan backup` writes it.
    copy: Vec<u8>,
    answers: Vec<(Vec<String>, String)>,
    /// Data file and log as the killed house left them.
    left: PathBuf,
    /// So many bytes of the log lie before its last commit, which nothing tells from one that was cut off.
    told_apart: usize,
    scratch: Arc<Scratch>,
}

/// # Errors
/// If the harness itself fails; what the house does not notice is in the report.
pub async fn run(options: &Options) -> anyhow::Result<Report> {
    let scratch = Arc::new(Scratch::new()?);
    let mut trial = Trial::new("bits", options, &scratch, scratch.path(), Cluster::default())?;
    let mut house = trial.open().await?;
    let shift = trial.load(&house, Duration::from_millis(1_500)).await;
    shift.end().await;
    trial.crew.settle(&house.address).await;
    take_photos(&mut trial).await?;
    // Killed, so that its log is left: a house that leaves empties it.
    house.kill().await?;
    let left = scratch.folder("left")?;
    for file in ["yipan.db", "yipan.db-wal"] {
        std::fs::copy(trial.site.data.join(file), left.join(file))?;
    }
    settle(&trial.site.data.join("yipan.db")).await?;
    let original = Arc::new(Original::read(&trial, left).await?);
    original.control().await?;
    let pages = pages(&original.file()).await?;

    let mut flips = Vec::new();
    for _ in 0..options.rounds {
        flips.push(Flip::File(trial.chance.next()));
        flips.push(Flip::Log(trial.chance.next()));
        flips.push(Flip::Copy(trial.chance.next()));
        flips.push(Flip::Blob(trial.chance.next()));
        flips.push(Flip::Chain(trial.chance.next()));
    }
    let (room, mut looking) = (Arc::new(Semaphore::new(AT_A_TIME)), JoinSet::new());
    for (at, flip) in flips.into_iter().enumerate() {
        let (original, room) = (original.clone(), room.clone());
        looking.spawn(async move {
            let _turn = room.acquire_owned().await?;
            let folder = original.scratch.folder(&format!("flip-{at}"))?;
            let fate = flip.look(&original, &folder).await;
            std::fs::remove_dir_all(&folder)?;
            anyhow::Ok((flip, fate?))
        });
    }
    // By place and table, with the first example of each.
    let mut undetected: BTreeMap<String, (u64, String)> = BTreeMap::new();
    while let Some(ended) = looking.join_next().await {
        let (flip, fate) = ended??;
        let target = flip.target();
        trial.report.rounds += 1;
        match fate {
            Fate::Detected(by) => {
                trial.report.count(&format!("{target}: detected"), 1);
                trial.report.count(&format!("{target}: detected by {by}"), 1);
            }
            Fate::Harmless => trial.report.count(&format!("{target}: harmless"), 1),
            Fate::Undetected(what) => {
                trial.report.count(&format!("{target}: NOT DETECTED"), 1);
                let place = flip.place(&original, &pages);
                let changed = what.split(':').next().unwrap_or_default();
                let class = undetected.entry(format!("{target} {place}: {changed}"));
                class.or_insert((0, what)).0 += 1;
            }
        }
    }
    for (class, (times, example)) in undetected {
        let what = format!("{class}, {times} times not detected, such as {example}");
        trial.report.find([Finding::new(Breach::Unsound, what)]);
    }
    Ok(trial.over())
}

/// A bit, chosen by a number.
#[derive(Debug, Clone, Copy)]
enum Flip {
    File(u64),
    Log(u64),
    Copy(u64),
    Blob(u64),
    Chain(u64),
}

impl Flip {
    const fn target(self) -> &'static str {
        match self {
            Self::File(_) => "data file",
            Self::Log(_) => "log",
            Self::Copy(_) => "backup",
            Self::Blob(_) => "photo",
            Self::Chain(_) => "audit chain",
        }
    }

    fn place(self, original: &Original, pages: &BTreeMap<u64, String>) -> String {
        let Self::File(chosen) = self else { return String::new() };
        let size = std::fs::metadata(original.file()).map_or(1, |file| file.len());
        let page = chosen / 8 % size / 4_096 + 1;
        pages.get(&page).cloned().unwrap_or_else(|| "a free page".to_owned())
    }

    async fn look(self, original: &Original, folder: &Path) -> anyhow::Result<Fate> {
        match self {
            Self::File(chosen) => {
                let site = original.again(folder)?;
                flip(&site.data.join("yipan.db"), chosen)?;
                original.judge(&site).await
            }
            Self::Log(chosen) => {
                let site = original.as_left(folder)?;
                flip_before(&site.data.join("yipan.db-wal"), chosen, original.told_apart)?;
                original.judge(&site).await
            }
            Self::Copy(chosen) => original.restored(folder, Some(chosen)).await,
            Self::Blob(chosen) => {
                let site = original.again(folder)?;
                let photos = photos(&site.data)?;
                flip(&photos[chosen as usize % photos.len()], chosen >> 8)?;
                original.judge(&site).await
            }
            Self::Chain(chosen) => {
                let site = original.again(folder)?;
                change_row(&site.data.join("yipan.db"), chosen).await?;
                let told = site.verb(&["audit", "verify"]).await?;
                Ok(if told.status.success() {
                    Fate::Undetected("audit verify finds the chain sound".to_owned())
                } else {
                    Fate::Detected("audit verify")
                })
            }
        }
    }
}

impl Original {
    async fn read(trial: &Trial, left: PathBuf) -> anyhow::Result<Self> {
        let told_apart = before_the_last_commit(&std::fs::read(left.join("yipan.db-wal"))?)
            .context("the killed house left fewer than two commits in its log")?;
        let site = trial.site.clone();
        let copy =
            backup(&site, &trial.scratch.path().join("original")).await?.map_err(anyhow::Error::msg)?;
        let case = trial.crew.acks().cases().first().cloned().context("no case was made")?;
        let questions = [
            "case list --limit 500 --json --as city.dispatcher",
            "case list --limit 500 --json --sort due --as city.dispatcher",
            "case list --limit 500 --json --stage accepted --as city.dispatcher",
            "case list --limit 500 --json --as rudong.urban_management.handler",
            "case find --json --phone 13900000000 --as city.calltaker1",
            "kpi show --json --as city.dispatcher",
            &format!("case show {case} --json --as city.dispatcher"),
            "outbox stuck --json",
        ]
        .map(|question| question.split(' ').map(str::to_owned).collect::<Vec<_>>());
        let scratch = trial.scratch.clone();
        let mut original = Self { site, copy, answers: Vec::new(), left, told_apart, scratch };
        // To ask is to be noted, in some questions: the original is not asked itself.
        let asked = original.again(&trial.scratch.folder("asked")?)?;
        for question in questions {
            let (one, other) = (answer(&asked, &question).await?, answer(&asked, &question).await?);
            // An answer that tells the time proves nothing.
            if one == other {
                original.answers.push((question, one));
            }
        }
        ensure!(original.answers.len() >= 4, "too few answers stay the same: {:?}", original.answers);
        Ok(original)
    }

    fn file(&self) -> PathBuf {
        self.site.data.join("yipan.db")
    }

    /// What nobody touched must pass every verb.
    async fn control(&self) -> anyhow::Result<()> {
        let folder = |name| self.scratch.folder(name);
        let fates = [
            self.judge(&self.again(&folder("control-file")?)?).await?,
            self.judge(&self.as_left(&folder("control-log")?)?).await?,
            self.restored(&folder("control-copy")?, None).await?,
        ];
        let sound = fates.iter().all(|fate| matches!(fate, Fate::Harmless));
        ensure!(sound, "data file, log or copy is told to be damaged with no bit flipped: {fates:?}");
        Ok(())
    }

    /// The house as it was killed, in a folder of its own.
    fn as_left(&self, folder: &Path) -> anyhow::Result<Site> {
        let site = Site { data: folder.join("house"), ..self.site.clone() };
        std::fs::create_dir_all(&site.data)?;
        for file in ["yipan.db", "yipan.db-wal"] {
            std::fs::copy(self.left.join(file), site.data.join(file))?;
        }
        std::fs::copy(self.site.keys(), site.keys())?;
        self.with_photos(&site.data)?;
        Ok(site)
    }

    /// The same house again, in a folder of its own.
    fn again(&self, folder: &Path) -> anyhow::Result<Site> {
        let site = Site { data: folder.join("house"), ..self.site.clone() };
        std::fs::create_dir_all(&site.data)?;
        std::fs::copy(self.file(), site.data.join("yipan.db"))?;
        std::fs::copy(self.site.keys(), site.keys())?;
        self.with_photos(&site.data)?;
        Ok(site)
    }

    fn with_photos(&self, folder: &Path) -> anyhow::Result<()> {
        for photo in photos(&self.site.data)? {
            let there = folder.join(photo.strip_prefix(&self.site.data)?);
            std::fs::create_dir_all(there.parent().context("a photo lies in a folder")?)?;
            std::fs::copy(photo, there)?;
        }
        Ok(())
    }

    async fn judge(&self, site: &Site) -> anyhow::Result<Fate> {
        let copy = match backup(site, &site.data.with_file_name("copy")).await? {
            Ok(copy) => copy,
            Err(_) => return Ok(Fate::Detected("backup")),
        };
        for (by, words) in [("audit verify", ["audit", "verify"]), ("audit replay", ["audit", "replay"])] {
            if !site.verb(&words).await?.status.success() {
                return Ok(Fate::Detected(by));
            }
        }
        if let Some(found) = difference(&self.copy, &copy) {
            // What is sealed cannot be opened when it was changed: whoever reads it is told.
            if let Some(case) = self.case_of(&found.table, &found.row)
                && !site.verb(&["case", "show", &case, "--as", "city.dispatcher"]).await?.status.success()
            {
                return Ok(Fate::Detected("reading the sealed text"));
            }
            return Ok(Fate::Undetected(told(&found)));
        }
        for (question, expected) in &self.answers {
            let given = answer(site, question).await?;
            if given != *expected {
                let (was, is) = part(expected.as_bytes(), given.as_bytes());
                return Ok(Fate::Undetected(format!(
                    "another answer: {is} for {was} to {}",
                    question.join(" ")
                )));
            }
        }
        Ok(Fate::Harmless)
    }

    /// The case that a sealed row belongs to.
    fn case_of(&self, table: &str, row: &str) -> Option<String> {
        let row: Vec<serde_json::Value> = serde_json::from_str(row).ok()?;
        match table {
            "narrative" => row.get(1)?.as_str().map(str::to_owned),
            "person" => {
                let link = format!("[{},", row.first()?);
                let lines = self.copy.split(|byte| *byte == b'\n');
                let line = lines.filter(|line| line.starts_with(link.as_bytes())).find(|line| {
                    // `case_person` names the case next; `person` a key of the phone.
                    serde_json::from_slice::<Vec<serde_json::Value>>(line).is_ok_and(|row| row.len() == 4)
                })?;
                let link: Vec<serde_json::Value> = serde_json::from_slice(line).ok()?;
                link.get(1)?.as_str().map(str::to_owned)
            }
            _ => None,
        }
    }

    async fn restored(&self, folder: &Path, chosen: Option<u64>) -> anyhow::Result<Fate> {
        let changed = folder.join("changed");
        std::fs::write(&changed, &self.copy)?;
        if let Some(chosen) = chosen {
            flip(&changed, chosen)?;
        }
        let site = Site { data: folder.join("house"), ..self.site.clone() };
        std::fs::copy(self.site.keys(), site.keys())?;
        self.with_photos(folder)?;
        if !site.verb(&["restore", &changed.to_string_lossy()]).await?.status.success() {
            return Ok(Fate::Detected("restore"));
        }
        let again = backup(&site, &folder.join("copy")).await?;
        Ok(match again.map(|again| difference(&self.copy, &again)) {
            Ok(None) => Fate::Harmless,
            Ok(Some(found)) => Fate::Undetected(told(&found)),
            Err(said) => Fate::Undetected(format!("restored, and cannot be copied: {said}")),
        })
    }
}

fn told(found: &Difference) -> String {
    let key: String = found.row.chars().take(60).collect();
    format!("table {} is changed: {} for {} in {key}", found.table, found.part.1, found.part.0)
}

/// Copies a house that is closed; or what it says instead.
async fn backup(site: &Site, to: &Path) -> anyhow::Result<Result<Vec<u8>, String>> {
    let made = site.verb(&["backup", &to.to_string_lossy()]).await?;
    if !made.status.success() {
        return Ok(Err(String::from_utf8_lossy(&made.stderr).into_owned()));
    }
    Ok(Ok(std::fs::read(to)?))
}

async fn answer(site: &Site, question: &[String]) -> anyhow::Result<String> {
    let words: Vec<&str> = question.iter().map(String::as_str).collect();
    let out = site.verb(&words).await?;
    Ok(format!("{}: {}", out.status, String::from_utf8_lossy(&out.stdout)))
}

/// Flips one bit of a file.
fn flip(file: &Path, chosen: u64) -> anyhow::Result<()> {
    flip_before(file, chosen, usize::MAX)
}

/// Flips one bit among the first so many bytes of a file.
fn flip_before(file: &Path, chosen: u64, end: usize) -> anyhow::Result<()> {
    let mut bytes = std::fs::read(file)?;
    let at = (chosen / 8) as usize % bytes.len().min(end);
    bytes[at] ^= 1 << (chosen % 8);
    Ok(std::fs::write(file, bytes)?)
}

/// Where the last commit of a log begins: behind the last but one frame that ends a commit. Frames are told
/// to be of this log by their salts.
fn before_the_last_commit(log: &[u8]) -> Option<usize> {
    const HEADER: usize = 32;
    const FRAME: usize = 24 + 4_096;
    let salts = log.get(16..24)?;
    let frames = log.get(HEADER..)?.chunks_exact(FRAME).enumerate();
    let ends =
        frames.take_while(|(_, frame)| frame[8..16] == *salts).filter(|(_, frame)| frame[4..8] != [0; 4]);
    let ends: Vec<_> = ends.map(|(at, _)| HEADER + (at + 1) * FRAME).collect();
    ends.len().checked_sub(2).map(|last_but_one| ends[last_but_one])
}

/// Brings everything from the log into the data file, which then is the whole house.
async fn settle(database: &Path) -> anyhow::Result<()> {
    let mut conn = SqliteConnection::connect(&format!("sqlite:{}", database.display())).await?;
    let (busy, ..): (i64, i64, i64) =
        sqlx::query_as("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(&mut conn).await?;
    conn.close().await?;
    ensure!(busy == 0, "somebody still holds {}", database.display());
    Ok(())
}

/// Puts a few photos of different sizes to a case.
async fn take_photos(trial: &mut Trial) -> anyhow::Result<()> {
    let case = trial.crew.acks().cases().first().cloned().context("no case was made")?;
    for size in [100, 70_000, 300_000] {
        let mut photo = b"\x89PNG\r\n\x1a\n".to_vec();
        photo.extend((0..size).map(|_| trial.chance.below(256) as u8));
        let file = trial.scratch.path().join("photo.png");
        std::fs::write(&file, photo)?;
        let words = ["case", "attach", &case, &file.to_string_lossy(), "--as", "city.calltaker1"];
        let done = trial.site.verb(&words).await?;
        ensure!(done.status.success(), "no photo is taken: {}", String::from_utf8_lossy(&done.stderr));
    }
    Ok(())
}

/// The photos of a house, in an order that stays.
fn photos(data: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for folder in std::fs::read_dir(data.join("blobs"))? {
        for photo in std::fs::read_dir(folder?.path())? {
            found.push(photo?.path());
        }
    }
    found.sort();
    Ok(found)
}

/// Which table or index each page of a database belongs to.
async fn pages(database: &Path) -> anyhow::Result<BTreeMap<u64, String>> {
    let mut conn = SqliteConnection::connect(&format!("sqlite:{}", database.display())).await?;
    let rows: Vec<(i64, String, String)> =
        sqlx::query_as("SELECT pageno, name, pagetype FROM dbstat").fetch_all(&mut conn).await?;
    conn.close().await?;
    Ok(rows
        .into_iter()
        .map(|(page, name, kind)| (page.unsigned_abs(), format!("{name} ({kind} page)")))
        .collect())
}

/// Flips one bit of one column of one row of the audit chain.
async fn change_row(database: &Path, chosen: u64) -> anyhow::Result<()> {
    let mut conn = SqliteConnection::connect(&format!("sqlite:{}", database.display())).await?;
    let rows: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM audit").fetch_one(&mut conn).await?;
    let mut chance = Chance::new(chosen);
    loop {
        let seq = chance.between(1, rows.unsigned_abs());
        let column = ["seq", "at", "actor", "action", "subject", "digest", "previous", "hash"]
            [chance.below(8) as usize];
        let sql = format!("SELECT CAST({column} AS TEXT) FROM audit WHERE seq = {seq}");
        let value: String = sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(&mut conn).await?;
        let changed = match value.parse::<i64>() {
            Ok(number) if column == "seq" || column == "at" => (number ^ (1 << chance.below(40))).to_string(),
            _ => match flipped_text(&value, &mut chance) {
                Some(text) => format!("'{}'", text.replace('\'', "''")),
                None => continue,
            },
        };
        let sql = format!("UPDATE OR IGNORE audit SET {column} = {changed} WHERE seq = {seq}");
        let done = sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut conn).await?.rows_affected();
        // A sequence that is taken cannot be had.
        if done == 1 {
            conn.close().await?;
            return Ok(());
        }
    }
}

/// One bit of a text flipped, where that leaves a text.
fn flipped_text(text: &str, chance: &mut Chance) -> Option<String> {
    let mut bytes = text.as_bytes().to_vec();
    if bytes.is_empty() {
        return None;
    }
    let at = chance.below(bytes.len() as u64) as usize;
    bytes[at] ^= 1 << chance.below(7);
    String::from_utf8(bytes).ok().filter(|text| !text.contains('\0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flip_changes_one_bit() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), [0_u8; 10]).unwrap();
        flip(file.path(), 8 * 13 + 5).unwrap();
        assert_eq!(std::fs::read(file.path()).unwrap(), [0, 0, 0, 32, 0, 0, 0, 0, 0, 0]);
        let mut chance = Chance::new(3);
        for _ in 0..100 {
            let text = flipped_text("办理case", &mut chance);
            assert!(text.is_none_or(|text| text != "办理case"));
        }
        assert_eq!(flipped_text("", &mut chance), None);
    }
}
