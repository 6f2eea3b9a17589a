//! What is made sure of before a workbook is opened: that it is one, and that it stays within the
//! limits when unpacked. Sizes that a ZIP declares may lie, so every part is unpacked and counted.

use std::io::{self, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};

use zip::ZipArchive;
use zip::result::ZipError;

use crate::fault::FileFault;
use crate::options::Limits;
use crate::sheet::Source;

/// Most parts of a workbook; one sheet is one part.
const PARTS: usize = 10_000;
/// Most bytes of each part that describes the workbook, unpacked.
const DESCRIPTION: u64 = 8 << 20;
/// Most bytes of one tag of the styles, of which the reader keeps a copy for each cell format.
const TAG: usize = 4 << 10;
/// The attribute by which a part declares how many strings follow, and its most digits.
const COUNT: &[u8] = b"uniqueCount";
const COUNT_DIGITS: usize = 7;
const DESCRIPTIONS: [&str; 4] = ["styles.xml", "workbook.xml", "theme1.xml", ".rels"];

/// Weighs a workbook; what passes is safe to open.
pub(crate) fn check(source: &mut dyn Source, limits: &Limits) -> Result<(), FileFault> {
    source.rewind()?;
    let mut zip = ZipArchive::new(&mut *source).map_err(zip_fault)?;
    if zip.len() > PARTS {
        return Err(FileFault::broken(format!("{} parts", zip.len())));
    }
    let is_book = |name: &str| name.to_ascii_lowercase().ends_with("workbook.xml");
    if !zip.file_names().flatten().any(|name| is_book(&name)) {
        return Err(FileFault::NotATable { what: "ZIP" });
    }
    let mut left = limits.unpacked;
    for index in 0..zip.len() {
        let part = zip.by_index(index).map_err(zip_fault)?;
        if part.encrypted() {
            return Err(FileFault::Encrypted);
        }
        let name = part.name().map_err(zip_fault)?.to_ascii_lowercase();
        let mut scan = Scan::of(&name);
        let mut part = part.take(left + 1);
        let mut chunk = [0; 16 << 10];
        loop {
            let read = part.read(&mut chunk).map_err(|e| FileFault::broken(format!("{name}: {e}")))?;
            if read == 0 {
                break;
            }
            left = left
                .checked_sub(read as u64)
                .ok_or(FileFault::UnpackedTooLarge { limit: limits.unpacked })?;
            scan.feed(&chunk[..read]).map_err(|what| FileFault::broken(format!("{name}: {what}")))?;
        }
    }
    source.rewind()?;
    Ok(())
}

fn zip_fault(error: ZipError) -> FileFault {
    match error {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => FileFault::Encrypted,
        other => FileFault::broken(other),
    }
}

/// What is looked for in a part as it passes.
struct Scan {
    describes: bool,
    styles: bool,
    shared_strings: bool,
    size: u64,
    /// Bytes since the last `<` or `>`.
    tag: usize,
    /// How much of [`COUNT`] the last bytes were.
    name: usize,
    /// Digits of the value after it.
    digits: usize,
}

impl Scan {
    fn of(name: &str) -> Self {
        Self {
            describes: DESCRIPTIONS.iter().any(|end| name.ends_with(end)),
            styles: name.ends_with("styles.xml"),
            shared_strings: name.ends_with("sharedstrings.xml"),
            size: 0,
            tag: 0,
            name: 0,
            digits: 0,
        }
    }

    fn feed(&mut self, chunk: &[u8]) -> Result<(), &'static str> {
        self.size += chunk.len() as u64;
        if self.describes && self.size > DESCRIPTION {
            return Err("larger than a description of a workbook can be");
        }
        if self.styles {
            for &byte in chunk {
                self.tag = if matches!(byte, b'<' | b'>') { 0 } else { self.tag + 1 };
                if self.tag > TAG {
                    return Err("a tag without end");
                }
            }
        }
        if self.shared_strings {
            self.count_of_strings(chunk)?;
        }
        Ok(())
    }

    /// The reader makes room for as many strings as the part declares, so a declaration of more than
    /// a workbook can hold must not reach it.
    fn count_of_strings(&mut self, chunk: &[u8]) -> Result<(), &'static str> {
        // UTF-16 would hide the name.
        if chunk.contains(&0) {
            return Err("not in UTF-8");
        }
        for &byte in chunk {
            if self.name < COUNT.len() {
                self.name =
                    if byte == COUNT[self.name] { self.name + 1 } else { usize::from(byte == COUNT[0]) };
            } else if byte.is_ascii_digit() {
                self.digits += 1;
                if self.digits > COUNT_DIGITS {
                    return Err("declares more strings than a workbook can hold");
                }
            } else if self.digits > 0 || byte == b'>' {
                (self.name, self.digits) = (0, 0);
            }
        }
        Ok(())
    }
}

/// Runs the workbook reader. Built in the development profile it panics on some broken references,
/// where arithmetic overflows; a broken file must not take the process down in any profile.
pub(crate) fn guarded<T>(read: impl FnOnce() -> Result<T, calamine::XlsxError>) -> Result<T, FileFault> {
    match catch_unwind(AssertUnwindSafe(read)) {
        Ok(result) => result.map_err(FileFault::from),
        Err(_) => Err(FileFault::broken("a reference out of range")),
    }
}

/// Tells an encrypted workbook, which hides in an OLE container, from one of Excel 97-2003.
pub(crate) fn ole_fault(mut source: impl Read) -> io::Result<FileFault> {
    let name: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut window = Vec::new();
    loop {
        let keep = window.len().saturating_sub(name.len());
        window.drain(..keep);
        if source.by_ref().take(64 << 10).read_to_end(&mut window)? == 0 {
            return Ok(FileFault::OldWorkbook);
        }
        if window.windows(name.len()).any(|part| part == name) {
            return Ok(FileFault::Encrypted);
        }
    }
}
