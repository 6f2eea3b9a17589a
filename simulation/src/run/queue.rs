//! What happens while the queue is slow: several ask at once, and timers fire together.

use std::collections::BTreeSet;

use yipan_casework::Command;
use yipan_platform::{CaseName, Viewer};
use yipan_store::testing::Trouble;
use yipan_store::{CommitError, Planned, Receipt, UnitOfWork, Value};

use super::Run;
use crate::book::Answer;
use crate::defect::Defect;
use crate::finding::{Breach, Finding, demand};
use crate::plan::Ask;
use crate::world::WAITING;

/// A unit of work that writes nothing, at which the writer is held.
type Held = tokio::task::JoinHandle<Result<Receipt<()>, CommitError>>;

fn broken(fault: tokio::task::JoinError) -> Finding {
    Finding::new(Breach::House, fault.to_string())
}

impl Run<'_, '_> {
    /// All are in the queue before the first is written.
    pub(super) async fn burst(&mut self, asks: &[Ask], trouble: Option<Trouble>) -> Result<(), Finding> {
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

    pub(super) async fn timers(&mut self, trouble: Option<Trouble>) -> Result<(), Finding> {
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
    pub(super) async fn due(&self) -> Result<BTreeSet<String>, Finding> {
        let sql = "SELECT c.number FROM timer t JOIN case_file c ON c.id = t.case_id \
                   WHERE t.due_at <= $1 AND {visible:c.id}";
        let now: Value = self.world.house.now().as_micros().into();
        let rows = self.world.store().cases(&self.world.eyes().scope(), sql, &[now]).await?;
        Ok(rows.iter().map(|row| row.text("number").map(str::to_owned)).collect::<Result<_, _>>()?)
    }
}
