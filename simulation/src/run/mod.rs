//! One run: a plan is carried out step by step, and after each step the book of promises is held
//! against what was written.

mod planted;
mod queue;

use std::collections::BTreeSet;
use std::time::Duration;

use yipan_base::refusal::Refusal;
use yipan_base::time::{HOUR, Timestamp};
use yipan_casework::Command;
use yipan_platform::Outcome;
use yipan_platform::outbox::Delivered;
use yipan_store::testing::Trouble;

use crate::book::{Answer, Book, told};
use crate::check;
use crate::city::Template;
use crate::defect::Defect;
use crate::finding::{Breach, Finding, demand};
use crate::plan::{Ask, Does, Plan, Step, Twist, What};
use crate::post::Post;
use crate::reached::Reached;
use crate::request::{Request, Wish, request};
use crate::world::World;

/// A run that takes longer has come to a standstill.
const PATIENCE: Duration = Duration::from_secs(120);

/// What came of a run.
#[derive(Debug, Default)]
pub struct Report {
    /// The hash of the ledger's last entry, by which two runs are told to be the same.
    pub head: String,
    /// What was done, a line each.
    pub log: Vec<String>,
    pub reached: Reached,
    pub finding: Option<Finding>,
}

/// Carries a plan out, in a house with a defect or without.
#[must_use]
pub fn run(template: &Template, plan: &Plan, defect: Option<Defect>) -> Report {
    let mut report = Report::default();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let outcome = match &runtime {
        Ok(runtime) => runtime.block_on(async {
            let run = carried_out(template, plan, defect, &mut report);
            tokio::time::timeout(PATIENCE, run)
                .await
                .unwrap_or_else(|_| Err(Finding::new(Breach::House, "it has come to a standstill")))
        }),
        Err(fault) => Err(Finding::new(Breach::House, fault.to_string())),
    };
    report.finding = outcome.err();
    report
}

async fn carried_out(
    template: &Template,
    plan: &Plan,
    defect: Option<Defect>,
    report: &mut Report,
) -> Result<(), Finding> {
    let world = World::open(template, plan.seed, plan.group, defect.map_or(0, Defect::ahead)).await?;
    let book = Book::open(world.store()).await?;
    let latest = world.now();
    let post = Post::new(plan.seed);
    let mut run = Run {
        world,
        book,
        post,
        defect,
        report,
        latest,
        made: 0,
        full: 0,
        safe: 0,
        delivered: BTreeSet::new(),
    };
    for step in &plan.steps {
        run.take(step).await?;
    }
    run.finish(plan.seed).await
}

struct Run<'t, 'r> {
    world: World<'t>,
    book: Book,
    post: Post,
    defect: Option<Defect>,
    report: &'r mut Report,
    /// The latest time that it ever was.
    latest: Timestamp,
    /// Requests made so far: each key is a new one.
    made: u32,
    /// For how many steps the disk is still full.
    full: u8,
    /// How long the write-ahead log was before the last request.
    safe: u64,
    /// Messages that have arrived, and of which the house has noted so.
    delivered: BTreeSet<String>,
}

impl Run<'_, '_> {
    async fn take(&mut self, step: &Step) -> Result<(), Finding> {
        self.world.clock.move_by(step.later);
        self.latest = self.latest.max(self.world.now());
        self.full = self.full.saturating_sub(1);
        self.world.ahead.fill(self.full > 0);
        self.say(format!("#{} {}", step.no, self.world.now()));
        match &step.does {
            Does::Ask(ask, trouble) => self.ask(ask, *trouble).await,
            Does::Burst(asks, trouble) => self.burst(asks, *trouble).await,
            Does::Timers(trouble) => self.timers(*trouble).await,
            Does::Deliver(trouble) => self.deliver(*trouble).await,
            Does::Fill(steps) => {
                self.full = *steps + 1;
                self.say("the disk is full from here on".to_owned());
                Ok(())
            }
            Does::Crash(asks, cut) => self.crash(asks, *cut).await,
            Does::Restart => {
                self.say("the house is closed and opened again".to_owned());
                self.report.reached.count("step", "restart", 1);
                self.world.restart().await
            }
        }
    }

    fn say(&mut self, line: String) {
        self.report.log.push(line);
    }

    async fn ask(&mut self, ask: &Ask, trouble: Option<Trouble>) -> Result<(), Finding> {
        let request = self.request(ask).await?;
        self.safe = self.world.written();
        self.world.ahead.arm(trouble, 0);
        let answer = request.clone().put(self.world.house.clone()).await;
        self.met();
        self.answered(&request, &answer);
        self.book.settle(self.world.store(), vec![(request, Answer::Said(answer))]).await?;
        self.forget().await
    }

    async fn crash(&mut self, asks: &[Ask], cut: u16) -> Result<(), Finding> {
        let mut asked = Vec::new();
        // What is under way when the machine dies was asked of a machine that had nothing else in hand.
        let before = self.world.written();
        for ask in asks {
            let request = self.request(ask).await?;
            let answer = request.clone().put(self.world.house.clone()).await;
            self.answered(&request, &answer);
            asked.push((request, Answer::Unheard(answer)));
        }
        self.met();
        let after = self.world.written();
        let mut left = before.min(after) + after.saturating_sub(before) * u64::from(cut) / 1000;
        if self.defect == Some(Defect::ForgetsCommit) {
            left = left.min(self.safe);
        }
        self.say(format!("the machine dies; of {before}..{after} bytes written {left} are left"));
        self.report.reached.count("step", if left < after { "crash torn" } else { "crash" }, 1);
        self.world.crash(left).await?;
        self.book.settle(self.world.store(), asked).await
    }

    async fn deliver(&mut self, trouble: Option<Trouble>) -> Result<(), Finding> {
        self.safe = self.world.written();
        self.world.ahead.arm(trouble, 0);
        let delivered = self.world.house.run_outbox(&self.post).await;
        let befallen = self.met();
        let taken = self.post.take();
        self.say(format!("delivered {:?}", taken.iter().map(|taken| &taken.id).collect::<Vec<_>>()));
        self.report.reached.count("step", "message", taken.len() as u64);
        let again = taken.iter().find(|taken| self.delivered.contains(&taken.id));
        demand(again.is_none(), Breach::Outbox, || format!("{again:?} went out again"))?;
        match delivered {
            Ok(_) => self.delivered.extend(taken.iter().map(|taken| taken.id.clone())),
            Err(refusal) => demand(befallen, Breach::House, || refusal.to_string())?,
        }
        if !befallen {
            for taken in taken.iter().filter(|taken| taken.answer == Delivered::Sent) {
                self.world.house.acknowledge_message(&taken.id).await?;
            }
        }
        if self.defect == Some(Defect::SendsTwice)
            && let Some(taken) = taken.first()
        {
            self.ready_again(taken.id.clone()).await?;
        }
        Ok(())
    }

    /// Lets everything come to rest, and looks at the whole.
    async fn finish(mut self, seed: u64) -> Result<(), Finding> {
        self.full = 0;
        self.world.ahead.fill(false);
        self.say("the end".to_owned());
        if seed.is_multiple_of(2) {
            self.crash(&[], 1000).await?;
        }
        self.deliver(None).await?;
        while self.ready().await? {
            self.world.clock.move_by(HOUR);
            self.latest = self.latest.max(self.world.now());
            self.deliver(None).await?;
        }
        self.timers(None).await?;
        let due = self.due().await?;
        demand(due.is_empty(), Breach::Timer, || format!("the timers of {due:?} are left"))?;
        self.report.head = self.book.chain.last().map(|link| link.hash.clone()).unwrap_or_default();
        check::all(&self.world, &self.book, self.latest, &mut self.report.reached).await
    }

    async fn ready(&self) -> Result<bool, Finding> {
        let sql = "SELECT id FROM outbox WHERE state = 'ready' LIMIT 1";
        Ok(!self.world.store().house(sql, &[]).await?.is_empty())
    }

    /// Notes what befell the house; says whether anything did.
    fn met(&mut self) -> bool {
        let met = self.world.ahead.take();
        for trouble in &met {
            self.report.reached.count("trouble", format!("{trouble:?}"), 1);
        }
        if !met.is_empty() {
            self.say(format!("  met with {met:?}"));
        }
        self.book.excused = !met.is_empty();
        self.book.excused
    }

    fn answered(&mut self, request: &Request, answer: &Result<Outcome, Refusal>) {
        let line = match answer {
            Ok(outcome) => {
                let again = if outcome.repeated { " again" } else { "" };
                self.report.reached.count("done", if outcome.repeated { "again" } else { "anew" }, 1);
                format!("  {} -> {}{again}: {}", told(request), outcome.number, outcome.events.join(" "))
            }
            Err(refusal) => {
                self.report.reached.count("refused", &refusal.code, 1);
                format!("  {} -> {}", told(request), refusal.code)
            }
        };
        self.say(line);
    }

    async fn request(&mut self, ask: &Ask) -> Result<Request, Finding> {
        self.made += 1;
        if let What::Again(twist) = ask.what
            && let Some(known) = self.book.keyed.get(ask.which % self.book.keyed.len().max(1))
        {
            let mut again = known.request.clone();
            let other = self.book.cases.iter().find(|number| Some(number.as_str()) != again.case());
            match (twist, &mut again.wish) {
                (Twist::OtherBody, Wish::Accept(new)) => {
                    new.text.push_str("另一件事。");
                }
                (Twist::OtherBody, Wish::Give(_, command)) => {
                    *command = Command::Note { text: "另一件事".to_owned() };
                }
                (Twist::OtherCase, Wish::Give(name, _)) if other.is_some() => {
                    name.0 = other.cloned().unwrap_or_default();
                }
                _ => return Ok(again),
            }
            let key = again.key.clone().map(|key| key.key).unwrap_or_default();
            return Ok(again.keyed(&key));
        }
        let request = request(&self.world, &self.book.cases, ask).await?;
        Ok(if ask.keyed { request.keyed(&format!("key-{}", self.made)) } else { request })
    }
}
