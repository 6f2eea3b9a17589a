//! From a plan that finds something to a short one that still does: chunks of its steps are dropped,
//! ever smaller ones, as long as the same promise stays broken.

use crate::city::Template;
use crate::defect::Defect;
use crate::finding::Breach;
use crate::plan::Plan;
use crate::run::{Report, run};

/// The most runs that a shrinking may take.
const RUNS: usize = 400;

/// The shortest plan that was found to break the same promise, and what came of it.
#[must_use]
pub fn shrink(template: &Template, plan: &Plan, defect: Option<Defect>) -> (Plan, Report) {
    let mut best = (plan.clone(), run(template, plan, defect));
    let Some(breach) = breach(&best.1) else { return best };
    let (mut left, mut size) = (RUNS, best.0.steps.len().div_ceil(2));
    while size > 0 {
        let (mut at, mut dropped) = (0, false);
        while at < best.0.steps.len() && left > 0 {
            let mut shorter = best.0.clone();
            shorter.steps.drain(at..(at + size).min(best.0.steps.len()));
            let report = run(template, &shorter, defect);
            left -= 1;
            if self::breach(&report) == Some(breach) {
                (best, dropped) = ((shorter, report), true);
            } else {
                at += size;
            }
        }
        // What could not go alone may go now that others are gone.
        size = if dropped && size == 1 { 1 } else { size / 2 };
    }
    best
}

fn breach(report: &Report) -> Option<Breach> {
    report.finding.as_ref().map(|finding| finding.breach)
}
