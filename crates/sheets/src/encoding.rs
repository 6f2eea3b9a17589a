//! Which encoding a text file has, and its bytes as text.

use std::borrow::Cow;
use std::fmt;
use std::io::{self, BufRead, Read};

use encoding_rs::{DecoderResult, GB18030};

/// The encodings (编码) that tables come in. GB18030 holds GBK and GB 2312.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    Utf8,
    Gb18030,
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Utf8 => "UTF-8",
            Self::Gb18030 => "GB18030",
        })
    }
}

/// No line is looked at further than this, in bytes: where it ends, a character may be cut in two.
const LINE: u64 = 1 << 20;

impl Encoding {
    /// The encoding of a whole file, judged line by line, so that a few broken lines do not hide
    /// what the others are. `None` if it is neither.
    pub(crate) fn detect(mut input: impl BufRead) -> io::Result<Option<Self>> {
        let (mut lines, mut utf8, mut broken, mut gb) = (0_u64, 0_u64, 0_u64, 0_u64);
        let mut line = Vec::new();
        loop {
            line.clear();
            if input.by_ref().take(LINE).read_until(b'\n', &mut line)? == 0 {
                break;
            }
            let cut = line.len() as u64 == LINE && !line.ends_with(b"\n");
            if cut {
                input.skip_until(b'\n')?;
            }
            lines += 1;
            if line.is_ascii() {
                continue;
            }
            if std::str::from_utf8(&line).map_or_else(|e| cut && e.error_len().is_none(), |_| true) {
                utf8 += 1;
            } else {
                broken += 1;
                let short = if cut { 3 } else { 0 };
                gb += u64::from((0..=short).any(|less| looks_like_gb(&line[..line.len() - less])));
            }
        }
        Ok(if broken == 0 {
            Some(Self::Utf8)
        } else if gb > utf8 && gb * 2 >= broken {
            Some(Self::Gb18030)
        } else {
            (broken * 2 <= lines).then_some(Self::Utf8)
        })
    }

    /// The text, or `None` if a byte does not belong to this encoding.
    pub(crate) fn decode(self, bytes: &[u8]) -> Option<Cow<'_, str>> {
        match self {
            Self::Utf8 => std::str::from_utf8(bytes).ok().map(Cow::Borrowed),
            Self::Gb18030 => GB18030.decode_without_bom_handling_and_without_replacement(bytes),
        }
    }

    /// The text with `�` for what does not belong to this encoding, and for NUL, which no table keeps.
    pub(crate) fn decode_lossy(self, bytes: &[u8]) -> String {
        let text = match self {
            Self::Utf8 => String::from_utf8_lossy(bytes),
            Self::Gb18030 => GB18030.decode_without_bom_handling(bytes).0,
        };
        text.replace('\0', "\u{fffd}")
    }

    /// Where the first byte stands that does not belong to this encoding.
    pub(crate) fn first_fault(self, bytes: &[u8]) -> Option<usize> {
        match self {
            Self::Utf8 => std::str::from_utf8(bytes).err().map(|e| e.valid_up_to()),
            Self::Gb18030 => {
                let mut decoder = GB18030.new_decoder_without_bom_handling();
                let mut text = String::with_capacity(
                    decoder.max_utf8_buffer_length_without_replacement(bytes.len()).unwrap_or(0),
                );
                match decoder.decode_to_string_without_replacement(bytes, &mut text, true) {
                    (DecoderResult::Malformed(bad, after), read) => {
                        Some(read - usize::from(bad) - usize::from(after))
                    }
                    _ => None,
                }
            }
        }
    }
}

/// Whether a line that is not UTF-8 reads like Chinese in GBK: nearly all its characters lie in the
/// core of GB 2312. Broken UTF-8 and Western encodings scatter their pairs all over the plane.
fn looks_like_gb(line: &[u8]) -> bool {
    let (mut core, mut rare) = (0_usize, 0_usize);
    let mut rest = line;
    loop {
        rest = match rest {
            [] => break,
            [0..=0x7f, tail @ ..] => tail,
            [0xa1..=0xf7, 0xa1..=0xfe, tail @ ..] => {
                core += 1;
                tail
            }
            [0x81..=0xfe, 0x30..=0x39, 0x81..=0xfe, 0x30..=0x39, tail @ ..]
            | [0x81..=0xfe, 0x40..=0x7e | 0x80..=0xfe, tail @ ..] => {
                rare += 1;
                tail
            }
            _ => return false,
        };
    }
    core > 3 * rare
}

#[cfg(test)]
mod tests {
    use super::*;

    fn detect(bytes: &[u8]) -> Option<Encoding> {
        Encoding::detect(bytes).unwrap()
    }

    fn gbk(text: &str) -> Vec<u8> {
        GB18030.encode(text).0.into_owned()
    }

    #[test]
    fn the_encoding_of_most_lines_is_that_of_the_file() {
        let text = "编号,内容\n1,路灯不亮\n2,小区停水三天\n3,朱镕基路积水\n";
        assert_eq!(detect(text.as_bytes()), Some(Encoding::Utf8));
        assert_eq!(detect(&gbk(text)), Some(Encoding::Gb18030));
        assert_eq!(detect(b"id,text\n1,abc\n"), Some(Encoding::Utf8));
        let broken_utf8 = [text.as_bytes(), "4,路灯".as_bytes(), b"\xe8\xb7\n"].concat();
        assert_eq!(detect(&broken_utf8), Some(Encoding::Utf8));
        let broken_gbk = [gbk(text), b"4,\xc2\n".to_vec()].concat();
        assert_eq!(detect(&broken_gbk), Some(Encoding::Gb18030));
        assert_eq!(detect(b"id,text\n1,caf\xe9t\n2,tea\n"), Some(Encoding::Utf8));
        assert_eq!(detect(b"\xff\xfa\x01\xfe,\x80\xff"), None);
        // A line of many megabytes counts once, and not for broken where looking at it ends.
        for start in ["1,", "12,"] {
            let long = format!("编号,内容\n{start}{}\n", "灯".repeat(3 * LINE as usize / 2));
            assert_eq!(detect(long.as_bytes()), Some(Encoding::Utf8));
            assert_eq!(detect(&gbk(&long)), Some(Encoding::Gb18030));
        }
    }

    #[test]
    fn the_first_fault_is_found_to_the_byte() {
        assert_eq!(Encoding::Utf8.first_fault("路\u{1f6a6}".as_bytes()), None);
        assert_eq!(Encoding::Utf8.first_fault(b"ab\xffc"), Some(2));
        assert_eq!(Encoding::Gb18030.first_fault(&gbk("路灯𠮷")), None);
        assert_eq!(Encoding::Gb18030.first_fault(b"ab\xc2\xb7\xc2,x"), Some(4));
        assert_eq!(Encoding::Gb18030.first_fault(b"ab\xc2"), Some(2));
    }
}
