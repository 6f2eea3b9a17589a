//! The page that tells what a night of torture found: `docs/torture.md`, from the lines of all runs.

use std::fmt::Write as _;

use serde_json::Value;

const HEAD: &str = "\
# Nothing acknowledged is ever lost

Written by `make torture` (`torture/run.sh`). A house is worked by sixteen connections: appeals are accepted,
dispatched, signed, answered, reviewed, called back, closed and remarked on by the people of the demo city, every
request with an `Idempotency-Key`. Then it is made to fail. An acknowledgement log that lies away from the failing
disk says what must be there afterwards: every acknowledged command with its events in their place, none twice, no
event that nobody was told of, versions without a gap, chain and replay sound. A request that had no answer is
repeated once under its key, as its client would; acknowledged ones are repeated too and must be answered as before.
";

const KINDS: [(&str, &str); 9] = [
    (
        "kill",
        "The process is killed (`kill -9`) at a random moment, now and then again while it comes up; of PostgreSQL, the server as well in every third round. A house that was filled beforehand proves its chain and its replay once, after the last round (and tells some 50,000 of its cases from end to end, where it has more); what was acknowledged in a round is looked at in that round, as everywhere.",
    ),
    (
        "power",
        "All data lies on an ext4 image; its file system is shut down without flushing its log, everything is killed, the image mounted again.",
    ),
    (
        "full",
        "The disk is filled for ten seconds: reading goes on, writing is refused with 507 and is back within 2 s after space returns, without a restart. PostgreSQL's log of changes lies on another disk: where it finds no room the server ends itself.",
    ),
    (
        "clock",
        "The wall clock jumps by an hour and by a day, forth and back, under a running house and across restarts: every timer fires once, none early, all within 5 s.",
    ),
    (
        "backup",
        "A copy is made under load and restored into a new embedded house: everything acknowledged before is in it, nothing in part, and work goes on in it.",
    ),
    (
        "nodes",
        "Two nodes over one PostgreSQL behind HAProxy (TCP, asking `/api/v1/ready`). In turn each leaves in good order, and no request may fail, or is killed, and every request may fail once and must succeed when repeated under its key. Given the binary of an earlier release, the house begins as one node of it; under load a node of this one joins and migrates, both serve, and the older leaves: no request may fail.",
    ),
    (
        "standby",
        "A PostgreSQL primary with a synchronous standby behind one address (HAProxy). In turn the primary is killed with all its processes, or stopped where it stands without a word, or killed and the address moved before the promotion, so that the house meets a server that only reads. `tools/postgres/promote.sh` promotes the standby, in the first two by its own watch; `tools/postgres/standby.sh` then makes the lost server the new standby, under load. The house is never restarted. It is good if nothing goes unacknowledged for longer than 5 s, and whoever is refused meanwhile is told so with 503 and succeeds under the same key.",
    ),
    (
        "bits",
        "Single bits are flipped in the data file, in the log beside it, in a copy, in the rows of the audit chain: each flip is detected by a verb of the product, or proved harmless by an equal copy and equal answers.",
    ),
    (
        "teeth",
        "The verifier itself is tested: syncing is switched off under a power cut, old data is put in the place of new, a key is forgotten. It is good if it reports the losses and doublings.",
    ),
];

/// The page, from one line of JSON a run. `machine` says where and when.
pub fn page(lines: &str, machine: &str) -> anyhow::Result<String> {
    let runs: Vec<Value> = lines.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
    let mut page = format!("{HEAD}\n{machine}\n\n");
    page += "| kind | engine | rounds | acknowledged | no answer (of these done) | repeated | lost | doubled | unsound | first write ms, p50 / max | result |\n";
    page += "|---|---|---|---|---|---|---|---|---|---|---|\n";
    for run in runs.iter().filter(|run| run["skipped"].is_null()) {
        let text = |name: &str| run[name].as_str().unwrap_or_default().to_owned();
        let first = match &run["first_write_ms"] {
            Value::Null => "–".to_owned(),
            spread => format!("{} / {}", spread["p50"], spread["max"]),
        };
        writeln!(
            page,
            "| {} | {} | {} | {} | {} ({}) | {} | {} | {} | {} | {first} | {} |",
            text("kind"),
            text("engine"),
            run["rounds"],
            run["acknowledged"],
            run["unanswered"],
            run["landed"],
            run["repeated"],
            run["lost"],
            run["doubled"],
            run["unsound"],
            if run["good"] == true { "good" } else { "**FAILED**" },
        )?;
    }
    for (kind, what) in KINDS {
        let of: Vec<&Value> = runs.iter().filter(|run| run["kind"] == kind).collect();
        if of.is_empty() {
            continue;
        }
        write!(page, "\n## {kind}\n\n{what}\n\n")?;
        for run in of {
            let engine = run["engine"].as_str().unwrap_or_default();
            if let Some(why) = run["skipped"].as_str() {
                writeln!(page, "- {engine}: SKIPPED: {why}.")?;
                continue;
            }
            writeln!(
                page,
                "- {engine}, seed {}, {:.0} s{}",
                run["seed"],
                run["seconds"].as_f64().unwrap_or_default(),
                measured(run)
            )?;
            for finding in run["findings"].as_array().into_iter().flatten() {
                writeln!(
                    page,
                    "  - {}: `{}`",
                    finding["breach"].as_str().unwrap_or_default(),
                    told(&finding["what"])
                )?;
            }
        }
    }
    Ok(page)
}

fn measured(run: &Value) -> String {
    let mut text = String::new();
    for (name, value) in
        run["measured"].as_object().into_iter().flatten().filter(|(name, _)| *name != "evidence")
    {
        match value {
            Value::Object(counts) => {
                let counts: Vec<_> = counts.iter().map(|(name, count)| format!("{name} {count}")).collect();
                text += &format!("; {name}: {}", counts.join(", "));
            }
            Value::String(said) => text += &format!("; {name}: {said}"),
            number => text += &format!("; {name} {number}"),
        }
    }
    text
}

/// A finding on one line, without what would end its quotation.
fn told(what: &Value) -> String {
    let text = what.as_str().unwrap_or_default().replace(['\n', '`'], " ");
    text.chars().take(300).collect()
}

/// Machine and date of this page.
pub fn machine() -> String {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let cpu = read("/proc/cpuinfo");
    let model = cpu.lines().find_map(|line| line.strip_prefix("model name")?.split_once(':'));
    let processors = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let now = jiff::Timestamp::now().to_string();
    format!(
        "{}; {processors} processors ({}), Linux {}.",
        now.split('T').next().unwrap_or_default(),
        model.map_or("unknown", |(_, model)| model.trim()),
        read("/proc/sys/kernel/osrelease").trim()
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Report;
    use crate::verdict::{Breach, Finding};

    #[test]
    fn a_page_tells_good_runs_failures_and_what_was_skipped() {
        let good = Report {
            kind: "kill".into(),
            engine: "sqlite".into(),
            rounds: 5,
            good: true,
            ..Report::default()
        };
        let mut bad = Report { kind: "power".into(), engine: "postgres".into(), ..Report::default() };
        bad.find([Finding::new(Breach::Lost, "turn 7\nis gone")]);
        let skipped =
            Report { kind: "clock".into(), skipped: Some("no library".into()), ..Report::default() };
        let lines: Vec<_> =
            [good, bad, skipped].iter().map(|run| serde_json::to_string(run).unwrap()).collect();
        let page = page(&lines.join("\n"), "a machine").unwrap();
        assert!(page.contains("| kill | sqlite | 5 | 0 | 0 (0) | 0 | 0 | 0 | 0 | – | good |"), "{page}");
        assert!(page.contains("**FAILED**") && page.contains("  - lost: `turn 7 is gone`"), "{page}");
        assert!(page.contains("SKIPPED: no library."), "{page}");
        assert!(!page.contains("## bits"), "{page}");
    }
}
