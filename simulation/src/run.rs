//! One run: a plan is carried out step by step, and after each step the book of promises is held
//! against what was written.

use std::collections::BTreeSet;
use std::time::Duration;

use yipan_base::refusal::Refusal;
use yipan_base::time::{HOUR, Timestamp};
use yipan_casework::Command;
use yipan_platform::outbox::Delivered;
use yipan_platform::{CaseName, Outcome, Viewer};
use yipan_store::tables::{IDEMPOTENCY, OUTBOX};
use yipan_store::testing::Trouble;
use yipan_store::{CommitError, Load, Planned, Receipt, Row, UnitOfWork, Value};

use crate::book::{Answer, Book, told};
use crate::check;
use crate::city::Template;
use crate::defect::Defect;
use crate::finding::{Breach, Finding, demand};
use crate::plan::{Ask, Does, Plan, Step, Twist, What};
use crate::post::Post;
use crate::reached::Reached;
use crate::request::{Request, Wish, request};
use crate::world::{WAITING, World};

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

/// A unit of work that writes nothing, at which the writer is held.
type Held = tokio::task::JoinHandle<Result<Receipt<()>, CommitError>>;

fn broken(fault: tokio::task::JoinError) -> Finding {
    Finding::new(Breach::House, fault.to_string())
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

    /// All are in the queue before the first is written.
    async fn burst(&mut self, asks: &[Ask], trouble: Option<Trouble>) -> Result<(), Finding> {
        self.say(format!("{} at once", asks.len()));
        self.report.reached.count("step", "burst", 1);
        let mut requests = Vec::new();
        for ask in asks {
            requests.push(self.request(ask).await?);
        }
        self.safe = self.world.written();
        let held = self.hold(trouble).await;
        let (mut asking, mut waiting) = (Vec::new(), 0);
        for request in &requests {
            let asked = tokio::spawn(request.clone().put(self.world.house.clone()));
            while !asked.is_finished() && self.world.store().waiting() == waiting {
                tokio::task::yield_now().await;
            }
            waiting = self.world.store().waiting();
            asking.push(asked);
        }
        self.release(held).await?;
        let mut asked = Vec::new();
        for (request, asking) in requests.into_iter().zip(asking) {
            let answer = asking.await.map_err(broken)?;
            asked.push((request, answer));
        }
        self.met();
        for (request, answer) in &asked {
            self.answered(request, answer);
        }
        let asked = asked.into_iter().map(|(request, answer)| (request, Answer::Said(answer))).collect();
        self.book.settle(self.world.store(), asked).await?;
        self.forget().await
    }

    /// Gives the writer something to be slow with, so that what is asked from here on waits behind it. The
    /// trouble meets the first attempt of those.
    async fn hold(&self, trouble: Option<Trouble>) -> Held {
        let (store, ahead) = (self.world.store().clone(), &self.world.ahead);
        ahead.hold();
        ahead.arm(trouble, 1);
        let held = tokio::spawn(async move {
            store.commit(UnitOfWork::new(Vec::new(), |_| Ok(Planned::unaudited(Vec::new(), ())))).await
        });
        while !ahead.holds_one() && !held.is_finished() {
            tokio::task::yield_now().await;
        }
        held
    }

    async fn release(&self, held: Held) -> Result<(), Finding> {
        self.world.ahead.release();
        held.await.map_err(broken)??;
        Ok(())
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

    async fn timers(&mut self, trouble: Option<Trouble>) -> Result<(), Finding> {
        let mut due = self.due().await?;
        self.safe = self.world.written();
        let held = self.hold(trouble).await;
        let house = self.world.house.clone();
        let firing = tokio::spawn(async move { house.fire_timers().await });
        while !firing.is_finished() && self.world.store().waiting() < due.len().min(WAITING) {
            tokio::task::yield_now().await;
        }
        self.release(held).await?;
        let mut fired = firing.await.map_err(broken)??;
        if self.defect == Some(Defect::FiresTwice)
            && let Some(number) = due.first()
        {
            let name = CaseName(number.clone());
            self.world.house.give(&Viewer::system("timers"), &name, Command::Tick, None, None).await?;
            fired += 1;
        }
        let befallen = self.met();
        self.say(format!("{fired} timers of {due:?}"));
        self.report.reached.count("step", "timer", fired as u64);
        let news = self.book.news(self.world.store()).await?;
        demand(befallen || news.len() == fired, Breach::Timer, || format!("{fired} timers, and {news:?}"))?;
        for link in news {
            let of_timers = (link.actor.as_str(), link.action.as_str()) == ("system", "case.tick");
            demand(of_timers && due.remove(&link.subject), Breach::Timer, || {
                format!("{link:?} is no timer that is due, or fired before")
            })?;
            self.book.entered(link);
        }
        demand(befallen || due.is_empty(), Breach::Timer, || format!("the timers of {due:?} did not fire"))
    }

    /// The cases with a timer that is due by the house's clock.
    async fn due(&self) -> Result<BTreeSet<String>, Finding> {
        let sql = "SELECT c.number FROM timer t JOIN case_file c ON c.id = t.case_id \
                   WHERE t.due_at <= $1 AND {visible:c.id}";
        let now: Value = self.world.house.now().as_micros().into();
        let rows = self.world.store().cases(&self.world.eyes().scope(), sql, &[now]).await?;
        Ok(rows.iter().map(|row| row.text("number").map(str::to_owned)).collect::<Result<_, _>>()?)
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

    /// Plants the defect that an answer is not kept.
    async fn forget(&mut self) -> Result<(), Finding> {
        if self.defect != Some(Defect::ForgetsKey) {
            return Ok(());
        }
        let keys = self.book.keyed.iter().filter(|known| known.done.is_some()).filter_map(|known| {
            let key = known.request.key.as_ref()?;
            Some(Row::delete(&IDEMPOTENCY, vec![known.request.who().into(), key.key.as_str().into()]))
        });
        let rows: Vec<Row> = keys.collect();
        self.planted(Vec::new(), rows).await
    }

    /// Plants the defect that a delivered message is ready again.
    async fn ready_again(&mut self, id: String) -> Result<(), Finding> {
        let columns: Vec<_> = OUTBOX.columns.iter().map(|column| column.name).collect();
        let sql = format!("SELECT {} FROM outbox WHERE id = $1", columns.join(", "));
        let rows = self.world.store().house(&sql, &[id.as_str().into()]).await?;
        let Some(mut values) = rows.into_iter().next().map(yipan_store::Record::into_values) else {
            return Ok(());
        };
        for (value, column) in values.iter_mut().zip(&columns) {
            if *column == "state" {
                *value = "ready".into();
            }
        }
        self.planted(vec![Load::new(&OUTBOX, vec![id.into()])], vec![Row::upsert(&OUTBOX, values)]).await
    }

    async fn planted(&self, load: Vec<Load>, rows: Vec<Row>) -> Result<(), Finding> {
        let work = UnitOfWork::new(load, move |_| Ok(Planned::unaudited(rows.clone(), ())));
        // A full disk keeps even a defect out.
        match self.world.store().commit(work).await {
            Ok(_) | Err(CommitError::NoSpace(_)) => Ok(()),
            Err(fault) => Err(fault.into()),
        }
    }
}
