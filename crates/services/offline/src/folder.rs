//! The folder of offline files: written whole or not at all, a few kept for each centre.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use ring::rand::SystemRandom;
use yipan_base::id::AreaId;
use yipan_base::refusal::{Refusal, RefusalKind};
use yipan_base::time::Timestamp;
use yipan_platform::House;
use yipan_store::{AuditEntry, Planned, UnitOfWork};

use crate::centres::{self, CentreKey};
use crate::content;
use crate::format::{Label, seal};
use crate::house_key::HouseKey;
use crate::page::page;

/// How many files of a centre are kept: at ten minutes each, those of the last hour.
pub const KEPT: usize = 6;

/// What the name of an offline file ends with.
const ENDING: &str = "ypq";

/// Where offline files are written (离线文件目录). Each centre has a folder, named by its area.
#[derive(Debug, Clone)]
pub struct Folder(pub PathBuf);

/// What became of a round.
#[derive(Debug, Default)]
pub struct Round {
    pub files: Vec<PathBuf>,
    /// Centres whose file could not be written; their last one stays.
    pub faults: Vec<(AreaId, Refusal)>,
}

impl Folder {
    /// Writes the file of every registered centre, and the page that opens them beside it. One
    /// centre's fault harms no other. A round stands in the audit log.
    ///
    /// # Errors
    /// If the store cannot be read, or the folder cannot be made.
    pub async fn write(&self, house: &House) -> Result<Round, Refusal> {
        let mut round = Round::default();
        let centres = centres::registered(house).await?;
        if centres.is_empty() {
            return Ok(round);
        }
        let rng = SystemRandom::new();
        let signer = HouseKey::of(house, &rng).await?;
        make(&self.0)
            .and_then(|()| put(&self.0.join("open.html"), page().as_bytes()))
            .map_err(|fault| disk(&self.0, &fault))?;
        note(house, &centres).await?;
        for centre in centres {
            match self.one(house, &centre, &signer, &rng).await {
                Ok(file) => round.files.push(file),
                Err(refusal) => round.faults.push((centre.centre, refusal)),
            }
        }
        Ok(round)
    }

    async fn one(
        &self,
        house: &House,
        centre: &CentreKey,
        signer: &HouseKey,
        rng: &SystemRandom,
    ) -> Result<PathBuf, Refusal> {
        let name = house.city().directory.unit(&centre.unit).map_or_else(String::new, |u| u.name.clone());
        let content = content::read(house, &centre.centre, &name).await?;
        let (made_at, as_of) = (content.made_at, content.as_of);
        let bytes = serde_json::to_vec(&content).map_err(|fault| Refusal::internal(fault.to_string()))?;
        let label = Label { centre: centre.centre.clone(), name, made_at, as_of };
        let file = seal(label, bytes, &centre.point()?, signer, rng)
            .map_err(|_| Refusal::internal("an offline file cannot be sealed"))?;
        let folder = self.0.join(plain(centre.centre.as_str()));
        let path = folder.join(file_name(&centre.centre, made_at));
        let written = make(&folder).and_then(|()| put(&path, &file)).and_then(|()| prune(&folder, &path));
        written.map_err(|fault| disk(&path, &fault))?;
        Ok(path)
    }
}

/// Who was given personal data stands in the audit log before it is.
async fn note(house: &House, centres: &[CentreKey]) -> Result<(), Refusal> {
    let audit = AuditEntry {
        at: house.now(),
        actor: "system".to_owned(),
        action: "offline.write".to_owned(),
        subject: format!("centres:{}", centres.len()),
    };
    let work = UnitOfWork::new(Vec::new(), move |_| Ok(Planned::audited(audit.clone(), Vec::new(), ())));
    house.store().commit(work).await?;
    Ok(())
}

/// `rudong-20261123-191500.ypq`: the order of names is that of time.
fn file_name(centre: &AreaId, at: Timestamp) -> String {
    let at = at.civil();
    format!(
        "{}-{:04}{:02}{:02}-{:02}{:02}{:02}.{ENDING}",
        plain(centre.as_str()),
        at.year(),
        at.month(),
        at.day(),
        at.hour(),
        at.minute(),
        at.second()
    )
}

/// A name that is safe as a file's.
fn plain(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '-' | '.') { c } else { '_' };
    name.trim_start_matches('.').chars().map(plain).collect()
}

fn make(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Writes a file whole or not at all, readable by its owner only.
pub fn put(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut part = path.as_os_str().to_owned();
    part.push(".part");
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut out = options.open(&part)?;
    out.write_all(bytes)?;
    out.sync_all()?;
    fs::rename(&part, path)?;
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::File::open(folder)?.sync_all()
}

/// Removes all but the last files of a centre; the newest stays even where the clock was set back.
fn prune(folder: &Path, newest: &Path) -> io::Result<()> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path != newest && path.extension().is_some_and(|e| e == ENDING) {
            files.push(path);
        }
    }
    files.sort();
    let old = (files.len() + 1).saturating_sub(KEPT);
    files[..old].iter().try_for_each(fs::remove_file)
}

fn disk(path: &Path, fault: &io::Error) -> Refusal {
    let full = fault.kind() == io::ErrorKind::StorageFull;
    let kind = if full { RefusalKind::NoSpace } else { RefusalKind::Internal };
    let path = path.display();
    Refusal::new(
        kind,
        "offline.disk",
        format!("离线文件 {path} 无法写入：{fault}"),
        format!("the offline file {path} cannot be written: {fault}"),
    )
}
