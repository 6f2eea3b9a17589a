//! One clerk at work: looks, opens, takes a step, and thinks in between.

use std::time::{Duration, Instant};

use hyper::Method;
use serde_json::Value;
use tokio::time::sleep;

use super::chance::Chance;
use super::staff::Desk;
use super::step::{Next, Step, dispatch, next};
use super::tally::{Tally, Verdict, Wish};
use super::{Shift, Watch};
use crate::client::Client;
use crate::work;

/// Every so many rounds somebody opens the figures; a watcher every third.
const FIGURES_EVERY: u64 = 15;

pub struct Person {
    pub desk: Desk,
    pub client: Client,
    pub chance: Chance,
    pub think: Duration,
    pub watch: Watch,
    pub tally: Tally,
}

impl Person {
    /// Works until the shift is over.
    pub async fn work(mut self) -> Tally {
        // Nobody comes in the same second.
        self.think().await;
        for round in 0.. {
            if self.watch.shift() == Shift::Over {
                break;
            }
            if let Err(fault) = self.round(round).await {
                self.tally.broke(&fault);
                // A connection that broke is opened again, as a page would.
                match self.client.beside().await {
                    Ok(client) => self.client = client,
                    Err(_) => sleep(self.think).await,
                }
            }
        }
        self.tally
    }

    /// One round at the desk.
    async fn round(&mut self, round: u64) -> anyhow::Result<()> {
        let every = if self.desk == Desk::Watcher { 3 } else { FIGURES_EVERY };
        if self.chance.one_in(every) {
            self.get(Wish::Figures, work::STORM_FIGURES).await?;
            self.think().await;
        }
        if self.desk == Desk::CallTaker && round.is_multiple_of(2) {
            let call = work::appeal(self.chance.next() | (1 << 43));
            self.ask(Wish::Accept, Method::POST, "/cases", call).await?;
            self.think().await;
            return Ok(());
        }
        let Some(number) = self.look(round).await? else { return Ok(()) };
        let path = format!("/cases/{number}");
        let Some(case) = self.get(Wish::Case, &path).await? else { return Ok(()) };
        self.think().await;
        let Some(step) = self.choose(&path, &case).await? else { return Ok(()) };
        let body = step.body.to_string();
        if self.ask(Wish::Step, Method::POST, &format!("{path}/commands"), body).await?.is_some()
            && self.watch.shift() == Shift::Measured
        {
            self.tally.stepped(&step.command);
        }
        self.think().await;
        Ok(())
    }

    /// Looks at a list and picks a case from it; every third time at what is due next.
    async fn look(&mut self, round: u64) -> anyhow::Result<Option<String>> {
        let page = if round % 3 == 2 {
            self.get(Wish::Due, "/cases?limit=20&sort=due").await?
        } else {
            let stage = match self.desk {
                Desk::CallTaker if round % 3 == 1 => "&stage=answered_directly",
                Desk::CallTaker | Desk::Dispatcher => "&stage=accepted",
                Desk::Reviewer => "&stage=handled",
                Desk::Caller => "&stage=calling_back",
                Desk::Watcher => "",
                Desk::Unit if round % 3 == 1 => "&stage=handling",
                Desk::Unit => "&stage=dispatched",
            };
            self.get(Wish::Newest, &format!("/cases?limit=20{stage}")).await?
        };
        self.think().await;
        let lines = page.as_ref().and_then(|page| page["items"].as_array()).filter(|l| !l.is_empty());
        let line = lines.map(|lines| &lines[self.chance.below(lines.len())]);
        Ok(line.and_then(|line| line["number"].as_str()).map(str::to_owned))
    }

    /// The step to take, with the rules' suggestion where a case is to be dispatched.
    async fn choose(&mut self, path: &str, case: &Value) -> anyhow::Result<Option<Step>> {
        Ok(match next(case) {
            None => None,
            Some(Next::Give(step)) => Some(step),
            Some(Next::Ask) => {
                let suggestion = self.get(Wish::Suggestion, &format!("{path}/suggestion")).await?;
                self.think().await;
                suggestion.and_then(|suggestion| dispatch(case, &suggestion))
            }
        })
    }

    async fn get(&mut self, wish: Wish, path: &str) -> anyhow::Result<Option<Value>> {
        self.ask(wish, Method::GET, path, String::new()).await
    }

    /// The document, unless somebody was quicker or the house failed.
    async fn ask(
        &mut self,
        wish: Wish,
        method: Method,
        path: &str,
        body: String,
    ) -> anyhow::Result<Option<Value>> {
        let (measured, began) = (self.watch.shift() == Shift::Measured, Instant::now());
        let answer = self.client.ask(method, path, body).await?;
        if !measured {
            return Ok(answer.status.is_success().then_some(answer.body));
        }
        let verdict = self.tally.note(wish, began.elapsed(), &answer);
        Ok((verdict == Verdict::Done).then_some(answer.body))
    }

    /// Half to one and a half times the mean.
    async fn think(&mut self) {
        let share = 0.5 + self.chance.below(1_000) as f64 / 1_000.0;
        let mut watch = self.watch.clone();
        tokio::select! {
            () = sleep(self.think.mul_f64(share)) => {}
            () = watch.over() => {}
        }
    }
}
