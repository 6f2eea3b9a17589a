//! Edits: what happens to a seed on its way in.

/// No input grows beyond this.
const LARGEST: usize = 32 << 10;

/// What breaks readers of every kind.
const WORDS: [&str; 26] = [
    "\0",
    "\u{feff}",
    "\u{3000}",
    "\u{200b}",
    "\u{202e}",
    "\u{10ffff}",
    "\r\n",
    "\"",
    "\"\"",
    "\\",
    ",",
    ";",
    "\t",
    "{",
    "}",
    "[[[[[[[[",
    "null",
    "-1",
    "0",
    "9223372036854775807",
    "-9223372036854775808",
    "99999999999999999999999",
    "1e999",
    "二〇二一",
    "𠮷",
    "😀",
];

/// One edit; its numbers are read against whatever it meets.
#[derive(Debug, Clone, Copy)]
pub struct Edit {
    kind: u8,
    at: u16,
    by: u16,
    byte: u8,
}

impl From<(u8, u16, u16, u8)> for Edit {
    fn from((kind, at, by, byte): (u8, u16, u16, u8)) -> Self {
        Self { kind, at, by, byte }
    }
}

/// A seed after its edits.
#[must_use]
pub fn edited(seeds: &[Vec<u8>], which: usize, edits: &[Edit], words: &[&str]) -> Vec<u8> {
    let mut input = seeds.get(which % seeds.len().max(1)).cloned().unwrap_or_default();
    for edit in edits {
        edit.apply(&mut input, seeds, words);
        input.truncate(LARGEST);
    }
    input
}

impl Edit {
    fn apply(self, input: &mut Vec<u8>, seeds: &[Vec<u8>], words: &[&str]) {
        let Self { kind, byte, .. } = self;
        let (at, by) = (usize::from(self.at) % (input.len() + 1), usize::from(self.by));
        let end = (at + 1 + by % 64).min(input.len());
        match kind % 9 {
            0 => {
                if let Some(there) = input.get_mut(at) {
                    *there ^= 1 << (byte % 8);
                }
            }
            1 => {
                if let Some(there) = input.get_mut(at) {
                    *there = byte;
                }
            }
            2 => input.insert(at, byte),
            3 => drop(input.splice(at..at, WORDS[by % WORDS.len()].bytes())),
            4 if !words.is_empty() => drop(input.splice(at..at, words[by % words.len()].bytes())),
            5 => drop(input.drain(at..end.max(at))),
            6 => {
                let again = input[at..end.max(at)].repeat(1 + usize::from(byte));
                drop(input.splice(at..at, again));
            }
            7 => {
                // A stretch of another seed.
                let other = &seeds[by % seeds.len()];
                let from = usize::from(byte) * 7 % (other.len() + 1);
                let upto = (from + 1 + by % 200).min(other.len());
                drop(input.splice(at..at, other[from..upto].iter().copied()));
            }
            _ => {
                // A number, or what stands in its place, becomes another.
                let rest = &input[at..];
                let Some(start) = rest.iter().position(u8::is_ascii_digit) else { return };
                let digits = rest[start..].iter().take_while(|byte| byte.is_ascii_digit()).count();
                let number = ["0", "-1", "13", "99999999999", "1e308", "0.1", "2021-02-30"][by % 7];
                drop(input.splice(at + start..at + start + digits, number.bytes()));
            }
        }
    }
}
