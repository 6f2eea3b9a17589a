//! The people of a house at work: many connections, each making requests with keys, across every
//! restart of the house.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use serde_json::json;
use tokio::task::JoinSet;

use crate::acks::{Acks, Done};
use crate::chance::Chance;
use crate::client::{Answer, Ask, Client};
use crate::outcome::{compare, outcome};
use crate::step::Step;
use crate::verdict::{Breach, Finding};

/// The password of every demo account.
const PASSWORD: &str = "yipanqi-2021-demo";
/// How many cases are being worked through their lives at a time.
const AT_WORK: usize = 64;
/// How long a worker waits before it asks again what was not clearly answered.
const AGAIN: Duration = Duration::from_millis(30);

/// A case on somebody's desk.
#[derive(Clone)]
struct Desk {
    case: Arc<str>,
    born: u64,
    next: Step,
}

/// What became of one request.
#[derive(Debug)]
pub enum Came {
    /// Done; now, or before already.
    Done {
        repeated: bool,
    },
    Refused,
    /// Not known: no answer, or the house's own fault. The status, where there was one.
    Unclear(Option<u16>),
}

/// What was counted of a stretch of time.
#[derive(Debug, Default, Clone)]
pub struct Tally {
    /// Acknowledgements, by when.
    pub done: Vec<Instant>,
    /// Answers of the house's own fault, by status and code.
    pub faults: BTreeMap<String, u64>,
    /// Requests that had no answer at all.
    pub unanswered: u64,
    /// Why the first of them had none.
    pub unheard: Option<String>,
    /// Requests that had no clear answer when they were repeated either.
    pub stubborn: u64,
}

pub struct Crew {
    acks: Mutex<Acks>,
    cookies: Mutex<HashMap<String, String>>,
    desks: Mutex<Vec<Desk>>,
    tally: Mutex<Tally>,
    chance: Mutex<Chance>,
    findings: Mutex<Vec<Finding>>,
}

/// Workers that go on until they are told to stop.
pub struct Shift {
    stop: Arc<AtomicBool>,
    workers: JoinSet<()>,
}

impl Shift {
    /// Tells all to make no further request: each takes the answer to its last, if there is one.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    /// Tells all to stop, and waits until the last has put down what it held.
    pub async fn end(mut self) {
        self.stop();
        while self.workers.join_next().await.is_some() {}
    }
}

fn held<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Crew {
    /// # Errors
    /// If the log's file cannot be made.
    pub fn new(seed: u64, log: Option<&Path>) -> anyhow::Result<Arc<Self>> {
        Ok(Arc::new(Self {
            acks: Mutex::new(Acks::new(seed, log)?),
            cookies: Mutex::default(),
            desks: Mutex::default(),
            tally: Mutex::default(),
            chance: Mutex::new(Chance::new(seed)),
            findings: Mutex::default(),
        }))
    }

    pub fn acks(&self) -> MutexGuard<'_, Acks> {
        held(&self.acks)
    }

    /// What was counted since the last time.
    pub fn take_tally(&self) -> Tally {
        std::mem::take(&mut *held(&self.tally))
    }

    /// Puts so many workers to work.
    pub fn shift(self: &Arc<Self>, address: &str, connections: usize) -> Shift {
        self.at_work(address, connections, Self::take_up)
    }

    /// The same, and all they do is to accept.
    pub fn accepting(self: &Arc<Self>, address: &str, connections: usize) -> Shift {
        self.at_work(address, connections, |crew| crew.acks().send(Step::Accept, None))
    }

    fn at_work(self: &Arc<Self>, address: &str, connections: usize, next: fn(&Self) -> u64) -> Shift {
        let stop = Arc::new(AtomicBool::new(false));
        let mut workers = JoinSet::new();
        for _ in 0..connections {
            let (crew, stop, mut client) = (self.clone(), stop.clone(), Client::new(address));
            workers.spawn(async move {
                while !stop.load(Ordering::Relaxed) {
                    let turn = next(&crew);
                    // As a client does that had no answer: the same request, under the same key.
                    let mut tries = 0;
                    while matches!(crew.perform(&mut client, turn).await, Came::Unclear(_))
                        && !stop.load(Ordering::Relaxed)
                    {
                        tries += 1;
                        held(&crew.tally).stubborn += u64::from(tries == 2);
                        tokio::time::sleep(AGAIN).await;
                    }
                }
            });
        }
        Shift { stop, workers }
    }

    /// Decides what is done next, and notes it as sent.
    fn take_up(&self) -> u64 {
        let mut desks = held(&self.desks);
        let mut chance = held(&self.chance);
        let draw = chance.below(100);
        if desks.is_empty() || draw < 30 {
            return self.acks().send(Step::Accept, None);
        }
        let at = chance.below(desks.len() as u64) as usize;
        if draw < 45 {
            let desk = desks[at].clone();
            return self.acks().send(Step::Note, Some((desk.case, desk.born)));
        }
        // Whoever works a case has it alone: it comes back when its step is answered.
        let desk = desks.swap_remove(at);
        self.acks().send(desk.next, Some((desk.case, desk.born)))
    }

    /// Makes the request of a turn, once, and notes what came of it.
    pub async fn perform(&self, client: &mut Client, turn: u64) -> Came {
        match self.send(client, turn).await {
            Ok(answer) => self.take(turn, &answer),
            Err(fault) => {
                let mut tally = held(&self.tally);
                tally.unanswered += 1;
                tally.unheard.get_or_insert_with(|| format!("{fault:#}"));
                drop(tally);
                self.acks().unclear(turn, false);
                Came::Unclear(None)
            }
        }
    }

    fn take(&self, turn: u64, answer: &Answer) -> Came {
        if answer.good() {
            return match outcome(&answer.body) {
                Some((case, version, events, repeated)) => {
                    self.hold_to_its_word(turn, repeated);
                    let done = self.acks().done(turn, &case, version, events);
                    held(&self.tally).done.push(Instant::now());
                    self.put_back(turn, &done);
                    Came::Done { repeated }
                }
                None => {
                    self.acks().unclear(turn, false);
                    Came::Unclear(Some(answer.status))
                }
            };
        }
        if answer.status >= 500 || answer.status == 429 || answer.status == 401 {
            *held(&self.tally).faults.entry(format!("{} {}", answer.status, answer.code())).or_default() += 1;
            // What was refused before it began is not done either, but 507 says so in words.
            self.acks().unclear(turn, answer.status == 507);
            return Came::Unclear(Some(answer.status));
        }
        self.acks().refuse(turn, &format!("{} {}", answer.status, answer.code()));
        Came::Refused
    }

    /// Who was told that nothing had been saved must not find it saved.
    fn hold_to_its_word(&self, turn: u64, repeated: bool) {
        let told = self.acks().get(turn).is_some_and(|sent| sent.told_unsaved && !sent.untold);
        if repeated && told {
            let what = format!("turn {turn} was answered 507, nothing saved; and was saved");
            held(&self.findings).push(Finding::new(Breach::Unsound, what));
        }
    }

    /// What was found while people worked.
    pub fn take_findings(&self) -> Vec<Finding> {
        std::mem::take(&mut *held(&self.findings))
    }

    fn put_back(&self, turn: u64, done: &Done) {
        let sent = self.acks().get(turn).map(|sent| (sent.step, sent.born));
        let Some((step, born)) = sent else { return };
        let Some(next) = step.after() else { return };
        let mut desks = held(&self.desks);
        // Further cases stay as they were accepted.
        if step != Step::Accept || desks.len() < AT_WORK {
            desks.push(Desk { case: done.case.clone(), born, next });
        }
    }

    async fn send(&self, client: &mut Client, turn: u64) -> anyhow::Result<Answer> {
        let (key, step, case, born) = {
            let acks = self.acks();
            let sent = acks.get(turn).context("an unknown turn")?;
            (acks.key(turn), sent.step, sent.case.clone(), sent.born)
        };
        let path = case.map_or_else(|| "/cases".to_owned(), |case| format!("/cases/{case}/commands"));
        self.ask_as(client, &step.login(born), &path, Some((&key, step.body(turn, born)))).await
    }

    /// Asks as somebody, who logs in where that is needed.
    pub async fn ask_as(
        &self,
        client: &mut Client,
        login: &str,
        path: &str,
        write: Option<(&str, String)>,
    ) -> anyhow::Result<Answer> {
        let known = held(&self.cookies).get(login).cloned();
        let (key, body) = write.unzip();
        if let Some(cookie) = known {
            let answer = client.ask(&Ask { path, cookie: &cookie, key, body: body.clone() }).await?;
            if answer.status != 401 {
                return Ok(answer);
            }
        }
        let cookie = match log_in(client, login).await? {
            Ok(cookie) => cookie,
            Err(refused) => return Ok(refused),
        };
        held(&self.cookies).insert(login.to_owned(), cookie.clone());
        client.ask(&Ask { path, cookie: &cookie, key, body }).await
    }

    /// Lets everybody log in who is going to work, so that nobody has to while something fails: to check a
    /// password takes longer than anything else that is measured here.
    ///
    /// # Errors
    /// If somebody cannot.
    pub async fn arrive(&self, address: &str) -> anyhow::Result<()> {
        let mut client = Client::new(address);
        for login in Step::logins() {
            let answer = self.ask_as(&mut client, &login, "/session", None).await?;
            ensure!(answer.good(), "{login} cannot log in: {} {}", answer.status, answer.body);
        }
        Ok(())
    }

    /// Reads as the dispatcher, who sees every case of the city.
    ///
    /// # Errors
    /// If there is no answer.
    pub async fn read(&self, client: &mut Client, path: &str) -> anyhow::Result<Answer> {
        self.ask_as(client, "city.dispatcher", path, None).await
    }

    /// Accepts cases until one is acknowledged.
    ///
    /// # Errors
    /// If none is within that time.
    pub async fn first_write(&self, address: &str, within: Duration) -> anyhow::Result<()> {
        let began = Instant::now();
        let mut client = Client::new(address);
        let turn = self.acks().send(Step::Accept, None);
        loop {
            match self.perform(&mut client, turn).await {
                Came::Done { .. } => return Ok(()),
                Came::Refused => bail!("the first acceptance was refused: {:?}", self.acks().refused),
                Came::Unclear(status) if began.elapsed() > within => {
                    bail!("no write was acknowledged in {within:?}; the last answer was {status:?}")
                }
                Came::Unclear(_) => tokio::time::sleep(Duration::from_millis(5)).await,
            }
        }
    }

    /// Repeats every request that had no clear answer, once, under its key.
    ///
    /// Returns how many there were and how many of them had been done already; findings where one
    /// has no clear answer even now, and of the time before.
    pub async fn settle(&self, address: &str) -> (u64, u64, Vec<Finding>) {
        let open = self.acks().open();
        let (mut landed, mut findings) = (0, Vec::new());
        let mut client = Client::new(address);
        for turn in &open {
            match self.perform(&mut client, *turn).await {
                Came::Done { repeated } => {
                    landed += u64::from(repeated);
                }
                Came::Refused => {}
                Came::Unclear(status) => {
                    let what =
                        format!("turn {turn} has no clear answer after the restart either: {status:?}");
                    findings.push(Finding::new(Breach::Service, what));
                }
            }
        }
        findings.extend(self.take_findings());
        (open.len() as u64, landed, findings)
    }

    /// Repeats acknowledged requests: the newest, and some of all. Each must be answered as before.
    ///
    /// # Errors
    /// If the house does not answer.
    pub async fn repeat(&self, address: &str, newest: u64, more: u64) -> anyhow::Result<(u64, Vec<Finding>)> {
        let turns = self.acks().turns();
        let mut asked: Vec<u64> = (turns.saturating_sub(newest)..turns).collect();
        if turns > 0 {
            let mut chance = held(&self.chance);
            asked.extend((0..more).map(|_| chance.below(turns)));
        }
        let (mut count, mut findings, mut client) = (0, Vec::new(), Client::new(address));
        for turn in asked {
            let Some(done) = self.acks().outcome(turn).cloned() else { continue };
            let answer = self.send(&mut client, turn).await?;
            count += 1;
            findings.extend(compare(turn, &done, &answer));
        }
        Ok((count, findings))
    }
}

/// The session's cookie; or the answer, where the house could not let anybody in.
async fn log_in(client: &mut Client, login: &str) -> anyhow::Result<Result<String, Answer>> {
    let body = json!({ "login": login, "password": PASSWORD }).to_string();
    let ask = Ask { path: "/session", body: Some(body), ..Ask::default() };
    let answer = client.ask(&ask).await?;
    if answer.status >= 500 || answer.status == 429 {
        return Ok(Err(answer));
    }
    ensure!(answer.good(), "{login} cannot log in: {} {}", answer.status, answer.body);
    answer.cookie.with_context(|| format!("{login} was given no session")).map(Ok)
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn answer(status: u16, body: Value) -> Answer {
        Answer { status, cookie: None, body }
    }

    #[test]
    fn an_answer_of_507_leaves_the_request_open() {
        let crew = Crew::new(1, None).unwrap();
        let turn = crew.take_up();
        let full = answer(507, json!({ "code": "store.no_space" }));
        assert!(matches!(crew.take(turn, &full), Came::Unclear(Some(507))));
        assert_eq!(crew.acks().open(), [turn]);
        assert_eq!(crew.take_tally().faults.get("507 store.no_space"), Some(&1));
        let done = answer(201, json!({ "number": "c-1", "version": 2, "events": ["a", "b"] }));
        assert!(matches!(crew.take(turn, &done), Came::Done { repeated: false }));
        assert!(crew.acks().open().is_empty());
        assert!(crew.take_findings().is_empty());
    }

    #[test]
    fn what_was_said_not_to_be_saved_must_not_be() {
        let crew = Crew::new(1, None).unwrap();
        let full = answer(507, json!({ "code": "store.no_space" }));
        let before =
            answer(201, json!({ "number": "c-1", "version": 2, "events": ["a", "b"], "repeated": true }));
        let turn = crew.take_up();
        crew.take(turn, &full);
        crew.take(turn, &before);
        assert_eq!(crew.take_findings().len(), 1);
        // Where an earlier attempt had no answer, that one may be what was saved.
        let turn = crew.acks().send(Step::Accept, None);
        crew.acks().unclear(turn, false);
        crew.take(turn, &full);
        crew.take(turn, &before);
        assert!(crew.take_findings().is_empty());
    }
}
