//! How much of a stranger's message is read at all.

/// Bounds of one message. The defaults hold the largest national warnings with room to spare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the message, as it came and as UTF-8.
    pub bytes: usize,
    /// Elements inside each other, the root included.
    pub depth: usize,
    /// Elements in all.
    pub elements: usize,
}

impl Default for Limits {
    /// 4 MiB, 32 levels, 50,000 elements.
    fn default() -> Self {
        Self { bytes: 4 << 20, depth: 32, elements: 50_000 }
    }
}
