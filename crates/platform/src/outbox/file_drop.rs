//! The plainest channel: each message becomes one JSON file in a folder that others fetch from.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::{Delivered, Deliverer, Delivery, Message, NotDelivered};

/// Drops messages as files. The name follows from the id, so a repetition is the same file; it
/// appears under its name only when it is whole and on the disk, and that counts as acknowledged.
#[derive(Debug, Clone)]
pub struct FileDrop {
    pub dir: PathBuf,
}

impl Deliverer for FileDrop {
    fn deliver<'a>(&'a self, message: &'a Message) -> Delivery<'a> {
        Box::pin(async move {
            let text = serde_json::to_string_pretty(message).map_err(|e| NotDelivered(e.to_string()))?;
            let path = self.dir.join(name(message));
            let written = tokio::task::spawn_blocking(move || write(&path, &text));
            match written.await {
                Ok(Ok(())) => Ok(Delivered::Acknowledged),
                // The folder's name stays out of what is stored.
                Ok(Err(fault)) => Err(NotDelivered(format!("the file cannot be written: {fault}"))),
                Err(fault) => Err(NotDelivered(fault.to_string())),
            }
        })
    }
}

/// The file of a message: its instant, so that files sort by time, and its id in the letters that
/// every file system takes.
fn name(message: &Message) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' };
    format!("{:016}_{}.json", message.at.as_micros(), message.id.chars().map(plain).collect::<String>())
}

fn write(path: &Path, text: &str) -> std::io::Result<()> {
    if path.exists() {
        return Ok(());
    }
    let dir = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(dir)?;
    let part = path.with_extension("part");
    let mut file = File::create(&part)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(&part, path)?;
    File::open(dir)?.sync_all()
}
