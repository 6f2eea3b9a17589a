//! `yipan backup` and `yipan restore`.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;
use yipan_platform::backup::restore_into;
use yipan_store::audit_verify;

use crate::door::Door;
use crate::opened::{Opened, key_file};
use crate::{Arguments, print};

#[derive(Args)]
pub struct Backup {
    /// The file to make; it must not exist yet. Photos and recordings go into the folder `blobs` beside it,
    /// which all copies there share. Keys are in neither: keep them apart.
    to: PathBuf,
}

#[derive(Args)]
pub struct Restore {
    /// The file that `yipan backup` made. The keys are taken from beside `--data`.
    from: PathBuf,
}

pub async fn make(backup: &Backup, arguments: &Arguments) -> anyhow::Result<bool> {
    let door = Door::open(arguments).await?;
    let to = std::path::absolute(&backup.to)?;
    let made = door.post("/backup", None, json!({ "to": to }).to_string()).await?;
    print(&if arguments.json {
        made.to_string()
    } else {
        format!(
            "{} rows up to place {} of the ledger in {}, {} new files in `blobs` beside it",
            made["rows"],
            made["ledger"],
            to.display(),
            made["files"]
        )
    });
    door.close().await;
    Ok(true)
}

pub async fn restore(restore: &Restore, arguments: &Arguments) -> anyhow::Result<bool> {
    let keys = key_file(&arguments.data);
    anyhow::ensure!(
        keys.exists(),
        "the copy is sealed with keys that are not in it: put the key file of the house it came from at {}",
        keys.display()
    );
    let fresh = !arguments.data.join("yipan.db").exists();
    let (lock, store) = Opened::store(&arguments.data).await?;
    let restored = restore_into(&store, &restore.from).await;
    store.close().await;
    drop(lock);
    let opened = match restored {
        Ok(restored) => Opened::at(&arguments.data).await.map(|opened| (restored, opened)),
        Err(refusal) => Err(refusal.into()),
    };
    if opened.is_err() && fresh {
        // Nothing half-done stays: the directory is as empty as it was.
        for name in ["yipan.db", "yipan.db-wal", "yipan.db-shm"] {
            let _ = std::fs::remove_file(arguments.data.join(name));
        }
    }
    let (restored, opened) = opened?;
    let files = opened.house.fetch_files(&restore.from).await?;
    let audit = audit_verify(opened.house.store()).await?;
    let replay = opened.house.replay().await?;
    let sound = audit.is_sound() && replay.agrees();
    print(&if arguments.json {
        json!({ "files": files, "rows": restored.rows, "ledger": restored.ledger, "sound": sound })
            .to_string()
    } else {
        format!(
            "{} rows and {files} files up to place {} of the ledger; audit chain sound: {}; replay of {} events agrees: {}",
            restored.rows,
            restored.ledger,
            audit.is_sound(),
            replay.events,
            replay.agrees()
        )
    });
    opened.close().await;
    Ok(sound)
}
