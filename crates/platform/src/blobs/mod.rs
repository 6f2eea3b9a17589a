//! Files that belong to cases and dossiers (附件): photos, recordings, documents.
//!
//! A file is put into the house first and named by a command afterwards, by the SHA-256 of its content.
//! It lies on the [`Shelf`], sealed under a key of its own, which the row keeps wrapped; to erase a file is
//! to destroy that key. What no command ever named is swept away.

mod media;
mod shelf;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use yipan_base::id::BlobId;
use yipan_base::refusal::{Refusal, RefusalKind};
use yipan_base::time::{DAY, Timestamp};
use yipan_store::tables::BLOB;
use yipan_store::{Load, Loaded, Planned, Record, Row, UnitOfWork, Value};

pub use media::{ACCEPTED, is_audio};
pub use shelf::Shelf;

use crate::house::House;
use crate::vault::sealing;

/// The largest file that is taken, in bytes.
pub const LARGEST: usize = 50 * 1024 * 1024;

/// How long a file waits for a command that names it.
const WAITS: i64 = 7 * DAY;

/// How many files one step of the sweep looks at.
const STEP: i64 = 200;

/// A file of the house.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Blob {
    /// The SHA-256 of its content, 64 hexadecimal digits: by this a command names it.
    pub id: BlobId,
    /// In bytes.
    pub size: u64,
    pub media_type: String,
}

/// A row of the table, as it stands.
#[derive(Clone)]
struct Kept {
    blob: Blob,
    at: i64,
    /// How many commands named it.
    referenced: i64,
    /// Its key under the house's; `None` once it was erased.
    wrapped: Option<String>,
}

impl House {
    /// Puts a file into the house. Returns after it is durable; the same content twice is one file.
    ///
    /// # Errors
    /// `blob.shelf` where this house takes none, `blob.empty`, `blob.too_large`, `blob.media_type`,
    /// `blob.content` where the content is not what it is called; 507 where there is no room.
    pub async fn keep_blob(&self, media_type: &str, content: Vec<u8>) -> Result<Blob, Refusal> {
        let shelf = self.shelf()?.clone();
        let media_type = media::checked(media_type, &content)?;
        if content.len() > LARGEST {
            return Err(too_large());
        }
        let id = BlobId::new(digest(&content));
        let now = self.wall();
        if let Some(kept) = self.kept(&id).await?
            && kept.wrapped.as_deref().is_some_and(|wrapped| shelf.has(&id, wrapped))
        {
            return self.admit(Kept { at: now.as_micros(), ..kept }).await;
        }
        let blob = Blob { id: id.clone(), size: content.len() as u64, media_type: media_type.to_owned() };
        let (keys, name) = (self.keys().clone(), id.clone());
        let wrapped = tokio::task::spawn_blocking(move || shelf.put(&keys, &name, &content))
            .await
            .map_err(|fault| Refusal::internal(fault.to_string()))??;
        self.admit(Kept { blob, at: now.as_micros(), referenced: 0, wrapped: Some(wrapped) }).await
    }

    /// Writes the row of a file that lies on the shelf, unless somebody was quicker.
    async fn admit(&self, new: Kept) -> Result<Blob, Refusal> {
        let shelf = self.shelf()?.clone();
        let key: Vec<Value> = vec![new.blob.id.as_str().into()];
        let work = UnitOfWork::new(vec![Load::new(&BLOB, key.clone())], move |loaded| {
            let there = loaded.get(&BLOB, &key).map(read).transpose()?;
            let readable = |kept: &Kept| {
                kept.wrapped.as_deref().is_some_and(|wrapped| shelf.has(&kept.blob.id, wrapped))
            };
            let kept = match there {
                Some(there) if readable(&there) => Kept { at: there.at.max(new.at), ..there },
                // What was erased is not brought back under the same references.
                Some(there) => Kept { referenced: there.referenced, ..new.clone() },
                None => new.clone(),
            };
            Ok(Planned::unaudited(vec![row(&kept)], kept.blob))
        });
        Ok(self.store().commit(work).await?.reply)
    }

    /// A file with its content. Whoever asks has been told of it by a case or a dossier that they may see.
    ///
    /// # Errors
    /// `blob.unknown`, `blob.erased`, `blob.damaged` with where.
    pub async fn blob(&self, id: &BlobId) -> Result<(Blob, Vec<u8>), Refusal> {
        let kept = self.kept(id).await?.ok_or_else(|| unknown(id))?;
        let Some(wrapped) = kept.wrapped else {
            return Err(Refusal::not_found(
                "blob.erased",
                "这份附件已依申请删除",
                "this file was erased on request",
            ));
        };
        let (shelf, keys, name) = (self.shelf()?.clone(), self.keys().clone(), id.clone());
        let content = tokio::task::spawn_blocking(move || shelf.get(&keys, &name, &wrapped))
            .await
            .map_err(|fault| Refusal::internal(fault.to_string()))??;
        Ok((kept.blob, content))
    }

    /// Sweeps away files that waited too long for a command to name them. Returns how many.
    ///
    /// # Errors
    /// If the store cannot be read or written.
    pub async fn sweep_blobs(&self) -> Result<usize, Refusal> {
        let Ok(shelf) = self.shelf().cloned() else { return Ok(0) };
        let sql = format!(
            "SELECT id, size, media_type, at, referenced, wrapped FROM blob \
             WHERE referenced = 0 AND wrapped IS NOT NULL AND at < $1 ORDER BY id LIMIT {STEP}"
        );
        let before: Timestamp = self.wall().plus(-WAITS);
        let mut swept = 0;
        for record in self.store().house(&sql, &[before.as_micros().into()]).await? {
            let stale = read(&record)?;
            let key: Vec<Value> = vec![stale.blob.id.as_str().into()];
            let work = UnitOfWork::new(vec![Load::new(&BLOB, key.clone())], move |loaded| {
                let now = loaded.get(&BLOB, &key).map(read).transpose()?;
                // Somebody may have named it, or put it in again, meanwhile.
                let idle = now.is_some_and(|now| now.referenced == 0 && now.at < before.as_micros());
                let rows = if idle { vec![Row::delete(&BLOB, key.clone())] } else { Vec::new() };
                Ok(Planned::unaudited(rows, idle))
            });
            if self.store().commit(work).await?.reply {
                swept += 1;
                if let Some(wrapped) = &stale.wrapped {
                    shelf.remove(&stale.blob.id, wrapped);
                }
            }
        }
        Ok(swept)
    }

    /// Where some files lie now.
    pub(crate) async fn files_on_shelf_of(&self, ids: &[BlobId]) -> Result<Vec<(BlobId, String)>, Refusal> {
        let mut found = Vec::new();
        for id in ids {
            let wrapped = self.kept(id).await?.and_then(|kept| kept.wrapped);
            found.extend(wrapped.map(|wrapped| (id.clone(), wrapped)));
        }
        Ok(found)
    }

    /// Takes those of some files from the shelf whose key was destroyed.
    pub(crate) async fn clear_shelf(&self, files: Vec<(BlobId, String)>) -> Result<(), Refusal> {
        for (id, wrapped) in files {
            if self.kept(&id).await?.is_none_or(|kept| kept.wrapped.is_none()) {
                self.shelf()?.remove(&id, &wrapped);
            }
        }
        Ok(())
    }

    /// The files that must lie on the shelf, with their wrapped keys.
    pub(crate) async fn files_on_shelf(&self) -> Result<Vec<(BlobId, String)>, Refusal> {
        let sql = "SELECT id, wrapped FROM blob WHERE wrapped IS NOT NULL";
        let rows = self.store().house(sql, &[]).await?;
        rows.iter().map(|row| Ok((BlobId::new(row.text("id")?), row.text("wrapped")?.to_owned()))).collect()
    }

    /// What is wrong with the files: that are named and not there, cannot be opened, or are not what they
    /// were. `named`: how often cases and dossiers name each.
    pub(crate) async fn blob_faults(&self, named: &BTreeMap<BlobId, i64>) -> Result<Vec<String>, Refusal> {
        let mut faults = Vec::new();
        let mut after = String::new();
        let mut missing: BTreeMap<_, _> = named.clone();
        let sql = format!(
            "SELECT id, size, media_type, at, referenced, wrapped FROM blob WHERE id > $1 ORDER BY id LIMIT {STEP}"
        );
        loop {
            let page = self.store().house(&sql, &[after.as_str().into()]).await?;
            for record in &page {
                let kept = read(record)?;
                let id = kept.blob.id.clone();
                let most = missing.remove(&id).unwrap_or_default();
                if kept.referenced > most {
                    faults.push(format!("blob {id}: {} commands named it, not {most}", kept.referenced));
                }
                if kept.wrapped.is_some()
                    && let Err(refusal) = self.blob(&id).await
                {
                    faults.push(format!("blob {id}: {refusal}"));
                }
            }
            match page.last() {
                Some(last) if page.len() as i64 == STEP => after = last.text("id")?.to_owned(),
                _ => break,
            }
        }
        faults.extend(missing.into_keys().map(|id| format!("blob {id}: it is named and not there")));
        Ok(faults)
    }

    async fn kept(&self, id: &BlobId) -> Result<Option<Kept>, Refusal> {
        let sql = "SELECT id, size, media_type, at, referenced, wrapped FROM blob WHERE id = $1";
        self.store().house(sql, &[id.as_str().into()]).await?.first().map(read).transpose()
    }
}

/// What a command that names files must load.
pub(crate) fn loads<'a>(files: impl IntoIterator<Item = &'a BlobId>) -> Vec<Load> {
    files.into_iter().map(|id| Load::new(&BLOB, vec![id.as_str().into()])).collect()
}

/// The rows of files that a command names.
///
/// # Errors
/// `blob.unknown` where one was never put into the house, or was swept away.
pub(crate) fn named<'a>(
    loaded: &Loaded<'_>,
    files: impl IntoIterator<Item = &'a BlobId>,
) -> Result<Vec<Row>, Refusal> {
    changed(loaded, files, |kept, times| {
        if kept.wrapped.is_none() {
            return Err(unknown(&kept.blob.id));
        }
        kept.referenced += times;
        Ok(())
    })
}

/// The rows of files that are no longer named: whoever named one last destroys its key.
pub(crate) fn let_go<'a>(
    loaded: &Loaded<'_>,
    files: impl IntoIterator<Item = &'a BlobId>,
) -> Result<Vec<Row>, Refusal> {
    changed(loaded, files, |kept, times| {
        kept.referenced = (kept.referenced - times).max(0);
        if kept.referenced == 0 {
            kept.wrapped = None;
        }
        Ok(())
    })
}

fn changed<'a>(
    loaded: &Loaded<'_>,
    files: impl IntoIterator<Item = &'a BlobId>,
    change: impl Fn(&mut Kept, i64) -> Result<(), Refusal>,
) -> Result<Vec<Row>, Refusal> {
    let mut times: BTreeMap<&BlobId, i64> = BTreeMap::new();
    for id in files {
        *times.entry(id).or_default() += 1;
    }
    times
        .into_iter()
        .map(|(id, times)| {
            let record = loaded.get(&BLOB, &[id.as_str().into()]).ok_or_else(|| unknown(id))?;
            let mut kept = read(record)?;
            change(&mut kept, times)?;
            Ok(row(&kept))
        })
        .collect()
}

fn read(record: &Record) -> Result<Kept, Refusal> {
    Ok(Kept {
        blob: Blob {
            id: BlobId::new(record.text("id")?),
            size: u64::try_from(record.int("size")?).unwrap_or_default(),
            media_type: record.text("media_type")?.to_owned(),
        },
        at: record.int("at")?,
        referenced: record.int("referenced")?,
        wrapped: record.opt_text("wrapped")?.map(str::to_owned),
    })
}

fn row(kept: &Kept) -> Row {
    let values = vec![
        kept.blob.id.as_str().into(),
        i64::try_from(kept.blob.size).unwrap_or(i64::MAX).into(),
        kept.blob.media_type.as_str().into(),
        kept.at.into(),
        kept.referenced.into(),
        kept.wrapped.as_deref().map_or(Value::Null, Value::from),
    ];
    Row::upsert(&BLOB, values)
}

/// The SHA-256 of a content, as a blob is named.
fn digest(content: &[u8]) -> String {
    Sha256::digest(content).iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(crate) fn too_large() -> Refusal {
    let most = LARGEST / 1024 / 1024;
    Refusal::new(
        RefusalKind::TooLarge,
        "blob.too_large",
        format!("附件过大，最多 {most} MiB；请压缩照片或分段上传录音"),
        format!(
            "the file is too large; {most} MiB are taken at most: shrink the picture or send it in parts"
        ),
    )
}

pub(crate) fn unknown(id: &BlobId) -> Refusal {
    Refusal::not_found(
        "blob.unknown",
        format!("没有附件 {id}，请先上传（未引用的附件 7 日后清除）"),
        format!("there is no file {id}; upload it first (what nothing refers to is swept after 7 days)"),
    )
}

impl From<shelf::ShelfFault> for Refusal {
    fn from(fault: shelf::ShelfFault) -> Self {
        use shelf::ShelfFault as F;
        let text = fault.to_string();
        match fault {
            F::NoRoom(_) => Refusal::new(
                RefusalKind::NoSpace,
                "blob.no_space",
                "存放附件的磁盘已满，附件未保存，请稍后重试并通知管理员",
                text,
            ),
            F::Missing(_) | F::Damaged(..) => {
                Refusal::new(RefusalKind::Internal, "blob.damaged", format!("附件已损坏：{text}"), text)
            }
            F::Key(fault) => sealing(fault),
            F::File(..) => Refusal::internal(text),
        }
    }
}
