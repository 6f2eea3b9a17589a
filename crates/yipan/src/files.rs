//! Files of a case, from the terminal and back to it.

use std::path::Path;

use anyhow::{Context as _, bail};
use serde_json::{Value, json};

use crate::door::{Door, escaped};

/// Media types by what file names end with.
const ENDINGS: &[(&str, &str)] = &[
    ("jpg", "image/jpeg"),
    ("jpeg", "image/jpeg"),
    ("png", "image/png"),
    ("webp", "image/webp"),
    ("heic", "image/heic"),
    ("wav", "audio/wav"),
    ("ogg", "audio/ogg"),
    ("m4a", "audio/mp4"),
    ("mp3", "audio/mpeg"),
    ("mp4", "video/mp4"),
    ("pdf", "application/pdf"),
    ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("txt", "text/plain"),
];

/// Puts a file into the house and to a case.
pub async fn attach(door: &Door, number: &str, file: &Path, note: Option<&str>) -> anyhow::Result<Value> {
    let ending = file.extension().and_then(|e| e.to_str()).unwrap_or_default().to_ascii_lowercase();
    let Some((_, media_type)) = ENDINGS.iter().find(|(known, _)| *known == ending) else {
        let known: Vec<_> = ENDINGS.iter().map(|(known, _)| *known).collect();
        bail!(
            "{}: what kind of file is this? its name must end with one of: {}",
            file.display(),
            known.join(", ")
        );
    };
    let content = std::fs::read(file).with_context(|| format!("{} cannot be read", file.display()))?;
    let blob = door.put_file(media_type, content).await?;
    let what = match media_type.split('/').next() {
        Some("image") => "photo",
        Some("audio") => "recording",
        Some("video") => "video",
        _ => "document",
    };
    let mut command = json!({ "command": "attach", "what": what, "file": blob["id"] });
    if let Some(note) = note {
        command["note"] = note.into();
    }
    door.post(&format!("/cases/{}/commands", escaped(number)), None, command.to_string()).await
}

/// Writes a file of a case to a new file here.
pub async fn take(door: &Door, number: &str, file: &str, to: &Path) -> anyhow::Result<Value> {
    let content = door.file(&format!("/cases/{}/files/{}", escaped(number), escaped(file))).await?;
    let mut options = std::fs::OpenOptions::new();
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut out = options
        .write(true)
        .create_new(true)
        .open(to)
        .with_context(|| format!("{} cannot be made; is it there already?", to.display()))?;
    std::io::Write::write_all(&mut out, &content)?;
    Ok(json!({ "file": file, "bytes": content.len(), "to": to }))
}
