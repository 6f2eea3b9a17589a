//! What is measured: how long each request took, and the processor time behind it.

use std::time::Duration;

/// Latencies of one run.
#[derive(Debug, Default)]
pub struct Latencies(Vec<u32>);

impl Latencies {
    pub fn note(&mut self, took: Duration) {
        self.0.push(u32::try_from(took.as_micros()).unwrap_or(u32::MAX));
    }

    pub fn add(&mut self, more: Self) {
        self.0.extend(more.0);
    }

    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// The quantile in milliseconds.
    pub fn quantile(&mut self, share: f64) -> f64 {
        if self.0.is_empty() {
            return 0.0;
        }
        self.0.sort_unstable();
        let at = ((self.0.len() - 1) as f64 * share).round() as usize;
        f64::from(self.0[at]) / 1_000.0
    }
}

/// Processor time of a process and those it waited for, in milliseconds, and its memory in MiB.
#[derive(Debug, Clone, Copy, Default)]
pub struct Usage {
    pub processor_ms: f64,
    pub resident_mib: f64,
}

/// The sum over processes, by `/proc`; ticks are hundredths of a second on Linux.
pub fn usage(processes: &[u32]) -> Usage {
    let mut sum = Usage::default();
    for process in processes {
        let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
        // The name in brackets may hold blanks.
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
        let number = |at: usize| fields.get(at).and_then(|f| f.parse::<f64>().ok()).unwrap_or(0.0);
        sum.processor_ms += (number(11) + number(12) + number(13) + number(14)) * 10.0;
        sum.resident_mib += number(21) * 4.0 / 1_024.0;
    }
    sum
}
