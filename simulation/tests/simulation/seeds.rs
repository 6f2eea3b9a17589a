//! Whatever befalls a house, it keeps its word: a thousand seeds.
//!
//! `SEEDS=20` runs so many; `SEED=7` runs one and tells what happened; `STEPS=0,3,9` beside it keeps
//! these steps alone.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use yipan_simulation::city::Template;
use yipan_simulation::plan::Plan;
use yipan_simulation::reached::Reached;
use yipan_simulation::run::run;
use yipan_simulation::shrink::shrink;

/// Seeds of an ordinary run.
const SEEDS: u64 = 1_000;

fn told<T: std::str::FromStr>(name: &str) -> Option<T> {
    std::env::var(name).ok()?.parse().ok()
}

pub fn template() -> Template {
    tokio::runtime::Runtime::new().unwrap().block_on(Template::make()).unwrap()
}

/// Fails with all that is needed to see the same again.
fn fail(template: &Template, plan: &Plan) -> ! {
    let (short, report) = shrink(template, plan, None);
    let found = report.finding.map_or_else(String::new, |finding| finding.to_string());
    panic!(
        "seed {}: {found}\n\n{}\n\nof {} steps {} are enough; to see it again:\n  {short}\n",
        plan.seed,
        report.log.join("\n"),
        plan.steps.len(),
        short.steps.len(),
    );
}

#[test]
fn whatever_befalls_it_a_house_keeps_its_word() {
    let template = template();
    if let Some(seed) = told("SEED") {
        let mut plan = Plan::of(seed);
        if let Ok(steps) = std::env::var("STEPS") {
            plan = plan.only(&steps.split(',').filter_map(|no| no.parse().ok()).collect::<Vec<_>>());
        }
        let report = run(&template, &plan, None);
        eprintln!("{}\nledger {}", report.log.join("\n"), report.head);
        if report.finding.is_some() {
            fail(&template, &plan);
        }
        return;
    }
    let seeds = told("SEEDS").unwrap_or(SEEDS);
    let (next, reached) = (AtomicU64::new(0), Mutex::new(Reached::default()));
    let failed: Mutex<Vec<u64>> = Mutex::default();
    let started = std::time::Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= seeds || !failed.lock().unwrap().is_empty() {
                        return;
                    }
                    let report = run(&template, &Plan::of(seed), None);
                    if let Some(finding) = &report.finding {
                        eprintln!("seed {seed}: {finding}");
                        failed.lock().unwrap().push(seed);
                    }
                    reached.lock().unwrap().add(&report.reached);
                }
            });
        }
    });
    let failed = failed.into_inner().unwrap();
    if let Some(seed) = failed.iter().min() {
        fail(&template, &Plan::of(*seed));
    }
    let reached = reached.into_inner().unwrap();
    eprintln!("{seeds} seeds in {:?} came upon: {reached}", started.elapsed());
    if seeds >= SEEDS {
        went_everywhere(&reached);
    }
}

/// A promise is worth little where nothing happens.
fn went_everywhere(reached: &Reached) {
    for (kind, least) in [("event", 55), ("refused", 60), ("trouble", 5)] {
        let different = reached.different(kind);
        assert!(different >= least, "only {different} kinds of {kind}: {reached}");
    }
    for (name, least) in [
        ("done anew", 10_000),
        ("done again", 500),
        ("refused case.stale", 500),
        ("refused case.seat", 200),
        ("refused idempotency.reused", 200),
        ("refused store.busy", 100),
        ("refused store.no_space", 200),
        ("refused store.unavailable", 500),
        ("event marked", 1_000),
        ("event merged", 50),
        ("event sheet_issued", 50),
        ("event redo_ordered", 10),
        ("event extension_requested", 20),
        ("event suspended", 50),
        ("event return_ruled", 20),
        ("step burst", 500),
        ("step crash", 500),
        ("step crash torn", 100),
        ("step restart", 100),
        ("step timer", 500),
        ("step message", 200),
    ] {
        assert!(reached.times(name) >= least, "`{name}` only {} times: {reached}", reached.times(name));
    }
}

#[test]
fn the_same_seed_gives_the_same_ledger() {
    let template = template();
    for seed in (0..SEEDS).step_by(91) {
        let plan = Plan::of(seed);
        let (one, two) = (run(&template, &plan, None), run(&template, &plan, None));
        assert!(!one.head.is_empty(), "seed {seed}: {:?}", one.finding);
        let other = one.log.iter().zip(&two.log).find(|(one, two)| one != two);
        assert_eq!(other, None, "seed {seed}");
        assert_eq!(one.head, two.head, "seed {seed}");
        assert_eq!(one.reached, two.reached, "seed {seed}");
    }
}
