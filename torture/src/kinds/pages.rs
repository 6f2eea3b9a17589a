//! `bits` on PostgreSQL: single random bits are flipped in the files of its tables and indexes while it stands
//! still. Its own checksums must tell each flip, with file and block; what they do not tell must be harmless,
//! proved by an equal copy of the house after a start.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use sqlx::{Connection as _, PgConnection};

use crate::dump::difference;
use crate::house::Site;
use crate::postgres::{Cluster, Postgres};
use crate::report::Report;
use crate::scratch::Scratch;
use crate::trial::{Options, Trial};
use crate::verdict::{Breach, Finding};

/// # Errors
/// If the harness itself fails; what nobody notices is in the report.
pub async fn run(options: &Options) -> anyhow::Result<Report> {
    if let Some(skipped) = Trial::skipped("bits", options, Ok(())) {
        return Ok(skipped);
    }
    let scratch = Arc::new(Scratch::new()?);
    let mut trial = Trial::new("bits", options, &scratch, scratch.path(), Cluster::default())?;
    let house = trial.open().await?;
    let shift = trial.load(&house, Duration::from_millis(1_500)).await;
    shift.end().await;
    trial.crew.settle(&house.address).await;
    house.leave().await?;
    let site = trial.site.clone();
    let sound = copy(&site, scratch.path().join("sound")).await?.map_err(anyhow::Error::msg)?;
    let folder = database_folder(&site).await?;
    let mut postgres = trial.postgres.take().context("a cluster")?;
    postgres.stop()?;
    let files = relations(&postgres.data().join(folder))?;
    let whole: u64 = files.iter().map(|(_, size)| size).sum();
    ensure!(checked(&postgres, None)?.is_none(), "checksums fail with no bit flipped");

    for round in 0..options.rounds {
        let (file, at) = place(&files, trial.chance.below(whole));
        let bit = trial.chance.below(8);
        flip(&file, at, bit)?;
        trial.report.rounds += 1;
        let number = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let number = number.split(['.', '_']).next().unwrap_or_default();
        match checked(&postgres, Some(number))? {
            Some(said) => {
                trial.report.count("table or index: detected", 1);
                let place = format!("block {}", at / 8_192);
                ensure!(said.contains(&place), "bit {bit} of byte {at} of {}: {said}", file.display());
            }
            None => {
                postgres.start()?;
                let again = copy(&site, scratch.path().join(format!("again-{round}"))).await?;
                postgres.stop()?;
                match again {
                    Ok(again) if difference(&sound, &again).is_none() => {
                        trial.report.count("table or index: harmless", 1);
                    }
                    Err(_) => trial.report.count("table or index: detected by backup", 1),
                    Ok(_) => {
                        trial.report.count("table or index: NOT DETECTED", 1);
                        let what = format!("bit {bit} of byte {at} of {} changes a copy", file.display());
                        trial.report.find([Finding::new(Breach::Unsound, what)]);
                    }
                }
            }
        }
        flip(&file, at, bit)?;
    }
    trial.postgres = Some(postgres);
    Ok(trial.over())
}

/// The folder of the house's database below that of the cluster.
async fn database_folder(site: &Site) -> anyhow::Result<PathBuf> {
    let url = site.database.as_deref().context("an address")?;
    let mut conn = PgConnection::connect(url).await?;
    // What lies in memory only is not there to be flipped.
    sqlx::raw_sql("CHECKPOINT").execute(&mut conn).await?;
    let number: i64 =
        sqlx::query_scalar("SELECT CAST(oid AS BIGINT) FROM pg_database WHERE datname = current_database()")
            .fetch_one(&mut conn)
            .await?;
    conn.close().await?;
    Ok(Path::new("base").join(number.to_string()))
}

/// The files of tables and indexes, with their sizes, in an order that stays.
fn relations(folder: &Path) -> anyhow::Result<Vec<(PathBuf, u64)>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let size = entry.metadata()?.len();
        let name = entry.file_name();
        if size > 0 && name.to_string_lossy().starts_with(|c: char| c.is_ascii_digit()) {
            files.push((entry.path(), size));
        }
    }
    files.sort();
    ensure!(!files.is_empty(), "{} holds no tables", folder.display());
    Ok(files)
}

/// The file, and the place in it, of one byte of all.
fn place(files: &[(PathBuf, u64)], chosen: u64) -> (PathBuf, u64) {
    let mut rest = chosen;
    for (file, size) in files {
        if rest < *size {
            return (file.clone(), rest);
        }
        rest -= size;
    }
    (files[0].0.clone(), 0)
}

fn flip(file: &Path, at: u64, bit: u64) -> anyhow::Result<()> {
    use std::os::unix::fs::FileExt as _;
    let file = std::fs::OpenOptions::new().read(true).write(true).open(file)?;
    let mut byte = [0];
    file.read_exact_at(&mut byte, at)?;
    byte[0] ^= 1 << bit;
    Ok(file.write_all_at(&byte, at)?)
}

/// What the cluster's own check says of a relation, or of all; `None` if it is sound.
fn checked(postgres: &Postgres, relation: Option<&str>) -> anyhow::Result<Option<String>> {
    let mut check = postgres.as_its_user(Path::new("pg_checksums"));
    check.arg("--check").arg("-D").arg(postgres.data());
    check.args(relation.iter().flat_map(|number| ["--filenode", number]));
    let out = check.output().context("pg_checksums")?;
    let said = String::from_utf8_lossy(&out.stderr).into_owned();
    Ok(if out.status.success() { None } else { Some(said) })
}

/// Copies the house; or what it says instead.
async fn copy(site: &Site, to: PathBuf) -> anyhow::Result<Result<Vec<u8>, String>> {
    let made = site.verb(&["backup", &to.to_string_lossy()]).await?;
    if !made.status.success() {
        return Ok(Err(String::from_utf8_lossy(&made.stderr).into_owned()));
    }
    Ok(Ok(std::fs::read(to)?))
}
