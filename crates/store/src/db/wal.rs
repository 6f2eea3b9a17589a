//! The write-ahead log of an SQLite file, looked at before the engine reads it.
//!
//! The engine takes a log up to the first frame whose checksum does not fit, and leaves out what follows
//! without a word: after a power cut that is the commit nobody was told of. After a flipped bit it may
//! be a hundred commits that people were told of. The frames tell the two apart: each commit is synced
//! before it is acknowledged, so that behind the frame that a power cut tore there is at most the end of
//! the same commit. A second commit of the same log behind it means that the log was damaged.
//!
//! What this cannot tell: damage to the very last commit of a log, which looks like one that was cut off.
//! An entry of the audit log that was noted elsewhere (`yipan audit verify --holds`) tells that, too.
//!
//! Format: <https://www.sqlite.org/fileformat2.html#the_write_ahead_log>.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use crate::error::StoreError;

const HEADER: usize = 32;
const FRAME_HEADER: usize = 24;
const MAGIC: u32 = 0x377f_0682;

/// Refuses a log whose damage would take acknowledged commits away.
///
/// # Errors
/// If the log is damaged, or cannot be read.
pub(crate) fn look(database: &Path) -> Result<(), StoreError> {
    let path = log_of(database);
    if !database.exists() && path.metadata().is_ok_and(|log| log.len() > 0) {
        return Err(StoreError::Unfit(format!(
            "the database file {} is gone and its log {} is there: put the file back, or restore a backup; \
             the house does not begin anew over what is left of another",
            database.display(),
            path.display()
        )));
    }
    let damage = match File::open(&path) {
        Ok(file) => damage(BufReader::with_capacity(1 << 20, file)),
        Err(fault) if fault.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(fault) => Err(fault),
    };
    match damage.map_err(|source| StoreError::file("the database's log", source))? {
        None => Ok(()),
        Some(Damage { frame, byte, commits }) => Err(StoreError::Unfit(format!(
            "the database's log {} is damaged at frame {frame} (byte {byte}), and {commits} commits stand behind it: \
             SQLite would leave them out without a word, so the house does not open. Copy the whole directory \
             aside, look after the disk, and restore a backup (`yipan restore`)",
            path.display()
        ))),
    }
}

/// The log beside a database file.
fn log_of(database: &Path) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push("-wal");
    PathBuf::from(name)
}

/// A frame that does not fit, and how much stands behind it.
#[derive(Debug, PartialEq, Eq)]
struct Damage {
    /// From 1; 0 is the log's own header.
    frame: u64,
    /// Where it begins.
    byte: u64,
    /// Ends of commits of the same log behind it.
    commits: u64,
}

/// The checksum as it runs on from frame to frame.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Sum(u32, u32);

impl Sum {
    fn over(mut self, bytes: &[u8], big_endian: bool) -> Self {
        for pair in bytes.chunks_exact(8) {
            let word = |at: usize| {
                let bytes = [pair[at], pair[at + 1], pair[at + 2], pair[at + 3]];
                if big_endian { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) }
            };
            self.0 = self.0.wrapping_add(word(0)).wrapping_add(self.1);
            self.1 = self.1.wrapping_add(word(4)).wrapping_add(self.0);
        }
        self
    }
}

fn big(bytes: &[u8], at: usize) -> u32 {
    u32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

/// Walks a log to its end.
fn damage(mut log: impl Read) -> io::Result<Option<Damage>> {
    let mut header = [0; HEADER];
    if !whole(&mut log, &mut header)? {
        return Ok(None);
    }
    let big_endian = big(&header, 0) & 1 == 1;
    let mut sum = Sum::default().over(&header[..24], big_endian);
    let mut sound = big(&header, 0) & !1 == MAGIC && sum == Sum(big(&header, 24), big(&header, 28));
    // A page size that was damaged would hide the frames; every house has the engine's own.
    let page = match big(&header, 8) {
        size if size.is_power_of_two() && (512..=65_536).contains(&size) => size as usize,
        _ => 4_096,
    };
    let mut frame = vec![0; FRAME_HEADER + page];
    let mut first = (!sound).then_some(Damage { frame: 0, byte: 0, commits: 0 });
    // The salts by which a log's frames know each other; those of the first frame, if the header lies.
    let mut salts = sound.then(|| header[16..24].to_vec());
    let mut number = 0;
    while whole(&mut log, &mut frame)? {
        number += 1;
        let own = salts.get_or_insert_with(|| frame[8..16].to_vec());
        let same_log = frame[8..16] == own[..];
        if sound {
            let next = sum.over(&frame[..8], big_endian).over(&frame[FRAME_HEADER..], big_endian);
            sound = same_log && next == Sum(big(&frame, 16), big(&frame, 20));
            sum = next;
            if !sound {
                let byte = HEADER as u64 + (number - 1) * frame.len() as u64;
                first = Some(Damage { frame: number, byte, commits: 0 });
                // Its salts may be what was damaged: it is asked for its commit all the same.
            }
        }
        if let Some(damage) = &mut first {
            damage.commits += u64::from(same_log && big(&frame, 4) != 0);
        }
    }
    Ok(first.filter(|damage| damage.commits > 1))
}

/// Fills the buffer; `false` where the file ends before.
fn whole(from: &mut impl Read, buffer: &mut [u8]) -> io::Result<bool> {
    match from.read_exact(buffer) {
        Ok(()) => Ok(true),
        Err(fault) if fault.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
        Err(fault) => Err(fault),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A log of so many commits of two frames each, as the engine would write it.
    fn log(commits: u32) -> Vec<u8> {
        let mut log = Vec::new();
        for word in [MAGIC, 3_007_000, 4_096, 0, 0xfeed, 0xbeef] {
            log.extend(word.to_be_bytes());
        }
        let mut sum = Sum::default().over(&log, false);
        let close = |log: &mut Vec<u8>, sum: Sum| {
            log.extend(sum.0.to_be_bytes());
            log.extend(sum.1.to_be_bytes());
        };
        close(&mut log, sum);
        for frame in 0..commits * 2 {
            let mut head = Vec::new();
            head.extend((frame + 1).to_be_bytes());
            head.extend((if frame % 2 == 1 { 9_u32 } else { 0 }).to_be_bytes());
            let page = vec![frame as u8; 4_096];
            sum = sum.over(&head, false).over(&page, false);
            log.extend(head);
            log.extend(0xfeed_u32.to_be_bytes());
            log.extend(0xbeef_u32.to_be_bytes());
            close(&mut log, sum);
            log.extend(page);
        }
        log
    }

    fn found(log: &[u8]) -> Option<u64> {
        damage(log).unwrap().map(|damage| damage.frame)
    }

    #[test]
    fn a_whole_log_and_one_that_was_cut_are_sound() {
        let whole = log(5);
        assert_eq!(found(&whole), None);
        for length in 0..whole.len() {
            assert_eq!(found(&whole[..length]), None, "cut at {length}");
        }
    }

    #[test]
    fn a_torn_last_commit_is_no_damage() {
        let mut torn = log(5);
        let frame = FRAME_HEADER + 4_096;
        // Of the last commit the first frame did not reach the disk, the second did.
        let at = HEADER + 8 * frame;
        torn[at..at + frame].fill(0);
        assert_eq!(found(&torn), None);
    }

    #[test]
    fn any_bit_before_the_last_commit_is_found() {
        let whole = log(5);
        let frame = FRAME_HEADER + 4_096;
        for byte in 0..HEADER + 6 * frame {
            let mut flipped = whole.clone();
            flipped[byte] ^= 1 << (byte % 8);
            // The format's version and the checkpoint's number are under the header's checksum, too.
            assert!(found(&flipped).is_some(), "a bit of byte {byte} was flipped");
        }
    }

    #[test]
    fn frames_of_an_older_log_behind_the_end_are_no_damage() {
        let mut longer = log(2);
        let frame = FRAME_HEADER + 4_096;
        let mut older = log(5)[HEADER + 4 * frame..].to_vec();
        for frame in older.chunks_exact_mut(frame) {
            frame[8..16].copy_from_slice(b"oldsalts");
        }
        longer.extend(older);
        assert_eq!(found(&longer), None);
    }
}
