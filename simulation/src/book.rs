//! The book of promises: what the house has acknowledged, held against what it has written.

use std::collections::{BTreeMap, BTreeSet};

use yipan_base::refusal::Refusal;
use yipan_platform::Outcome;
use yipan_store::tables::IDEMPOTENCY;
use yipan_store::{Record, Scope, Store};

use crate::finding::{Breach, Finding, demand};
use crate::request::{Request, Wish};

/// What somebody heard.
#[derive(Debug, Clone)]
pub enum Answer {
    Said(Result<Outcome, Refusal>),
    /// The machine died before it could be said.
    Unheard(Result<Outcome, Refusal>),
}

/// An entry of the audit log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    pub seq: i64,
    pub actor: String,
    pub action: String,
    pub subject: String,
    pub hash: String,
}

/// A request under a key, and what came of it.
#[derive(Debug, Clone)]
pub struct Keyed {
    pub request: Request,
    pub done: Option<Outcome>,
}

/// Everything that was promised.
#[derive(Debug, Default)]
pub struct Book {
    /// The audit log as it must stand.
    pub chain: Vec<Link>,
    /// What was done, by its place in the ledger.
    pub outcomes: BTreeMap<i64, Outcome>,
    pub keyed: Vec<Keyed>,
    /// The numbers of all cases, in the order of their acceptance.
    pub cases: Vec<String>,
    /// Whether something befell the last requests that may keep an answer back.
    pub excused: bool,
}

impl Book {
    /// Opens the book on a store that has a city and no cases.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub async fn open(store: &Store) -> Result<Self, Finding> {
        Ok(Self { chain: links(store, 0).await?, ..Self::default() })
    }

    /// What has come into the audit log since the last look; what stood there must stand there still.
    ///
    /// # Errors
    /// If it does not.
    pub async fn news(&self, store: &Store) -> Result<Vec<Link>, Finding> {
        let Some(last) = self.chain.last() else { return links(store, 0).await };
        let mut found = links(store, last.seq).await?.into_iter();
        let there = found.next();
        demand(there.as_ref() == Some(last), Breach::Lost, || {
            format!("the ledger ended with {last:?}, now there stands {there:?}")
        })?;
        Ok(found.collect())
    }

    /// Holds the answers to some requests, in the order in which they were put, against what was written.
    ///
    /// # Errors
    /// If an acknowledged one is missing, a refused one has changed something, or anything else has.
    pub async fn settle(&mut self, store: &Store, asked: Vec<(Request, Answer)>) -> Result<(), Finding> {
        let mut news = self.news(store).await?.into_iter().peekable();
        let claimed = claimed(store, self.chain.len(), &asked).await?;
        for (request, answer) in asked {
            match answer {
                Answer::Said(Ok(outcome)) if outcome.repeated => self.repeated(&request, &outcome)?,
                Answer::Said(Ok(outcome)) => {
                    let link = news.next();
                    let there = link.filter(|link| is(link, &request) && link.subject == outcome.number);
                    let link = there.ok_or_else(|| {
                        Finding::new(
                            Breach::Lost,
                            format!("{} was told {outcome:?}, and it is not written", told(&request)),
                        )
                    })?;
                    self.did(link, request, Some(outcome))?;
                }
                Answer::Unheard(Ok(outcome)) if !outcome.repeated => {
                    let kept = |link: &Link| is(link, &request) && link.subject == outcome.number;
                    if let Some(link) = news.next_if(kept) {
                        self.did(link, request, Some(outcome))?;
                    }
                }
                Answer::Unheard(_) => {}
                Answer::Said(Err(refusal)) if refusal.code == "store.unavailable" => {
                    demand(self.excused, Breach::House, || format!("{}: {refusal}", told(&request)))?;
                    if self.known(&request).is_some_and(|known| known.done.is_some()) {
                        continue;
                    }
                    let reply = kept_reply(store, &request).await?;
                    let own = |link: &Link| match (&request.key, &reply) {
                        (_, Some(reply)) => link.subject == reply.number,
                        (Some(_), None) => false,
                        (None, None) => !claimed.contains(&link.seq),
                    };
                    if let Some(link) = news.next_if(|link| is(link, &request) && own(link)) {
                        self.did(link, request, reply)?;
                    } else {
                        demand(reply.is_none(), Breach::Lost, || {
                            format!("{}: its answer is kept, and what it did is not", told(&request))
                        })?;
                        self.note(request);
                    }
                }
                Answer::Said(Err(refusal)) => self.refused(request, &refusal)?,
            }
        }
        match news.next() {
            None => Ok(()),
            Some(link) => Err(Finding::new(Breach::Doubled, format!("nobody was told of {link:?}"))),
        }
    }

    /// Notes an entry that the house made by itself.
    pub fn entered(&mut self, link: Link) {
        self.chain.push(link);
    }

    fn known(&self, request: &Request) -> Option<&Keyed> {
        self.keyed.iter().find(|known| under_one_key(&known.request, request))
    }

    /// A request under a key that did nothing: it may be put again.
    fn note(&mut self, request: Request) {
        if request.key.is_some() && self.known(&request).is_none() {
            self.keyed.push(Keyed { request, done: None });
        }
    }

    fn did(&mut self, link: Link, request: Request, outcome: Option<Outcome>) -> Result<(), Finding> {
        let before = self.known(&request).and_then(|known| known.done.as_ref());
        demand(before.is_none(), Breach::Doubled, || {
            format!("{} was done before: {before:?}", told(&request))
        })?;
        if matches!(request.wish, Wish::Accept(_)) {
            self.cases.push(link.subject.clone());
        }
        if let Some(outcome) = &outcome {
            self.outcomes.insert(link.seq, outcome.clone());
        }
        self.chain.push(link);
        if request.key.is_some() {
            self.keyed.retain(|known| !under_one_key(&known.request, &request));
            self.keyed.push(Keyed { request, done: outcome });
        }
        Ok(())
    }

    /// An answer given again: the first one, word for word, and to the same request.
    fn repeated(&self, request: &Request, outcome: &Outcome) -> Result<(), Finding> {
        if let Some(first) =
            self.known(request).and_then(|known| known.done.as_ref().map(|done| (known, done)))
        {
            let (known, done) = first;
            let same = known.request.key == request.key && known.request.case() == request.case();
            let again = Outcome { repeated: true, ..done.clone() };
            return demand(same && again == *outcome, Breach::Answer, || {
                format!("{} was told {done:?}, and now {outcome:?}", told(request))
            });
        }
        // An order of somebody outside, and a row of another system, are known without a key.
        let elsewhere =
            matches!(&request.wish, Wish::Accept(new) if new.outer.is_some() || new.source.is_some());
        demand(elsewhere && self.cases.contains(&outcome.number), Breach::Answer, || {
            format!("{} was told that it was done before: {outcome:?}", told(request))
        })
    }

    fn refused(&mut self, request: Request, refusal: &Refusal) -> Result<(), Finding> {
        let code = refusal.code.as_str();
        let disk = code == "store.no_space";
        demand(!disk || self.excused, Breach::House, || format!("{}: {refusal}", told(&request)))?;
        let fault = matches!(code, "internal" | "store.taken");
        demand(!fault, Breach::House, || format!("{}: {refusal}", told(&request)))?;
        if let Some(known) = self.known(&request)
            && let Some(done) = &known.done
            && known.request.key == request.key
            && known.request.case() == request.case()
        {
            let later = disk || code == "store.busy";
            demand(later, Breach::Answer, || {
                format!("{} was told {done:?}, and now refused: {refusal}", told(&request))
            })?;
        }
        self.note(request);
        Ok(())
    }
}

fn under_one_key(one: &Request, other: &Request) -> bool {
    let key = |request: &Request| request.key.as_ref().map(|key| key.key.clone());
    one.who() == other.who() && key(one).is_some() && key(one) == key(other)
}

fn is(link: &Link, request: &Request) -> bool {
    let about = request.case().is_none_or(|case| link.subject == case);
    about && link.actor == request.who() && link.action == request.action()
}

/// A request in a line.
pub fn told(request: &Request) -> String {
    let key = request.key.as_ref().map_or(String::new(), |key| format!(" [{}]", key.key));
    let version = request.version.map_or(String::new(), |version| format!(" @{version}"));
    let case = request.case().unwrap_or("a new case");
    format!("{} on {case}{version}: {}{key}", request.who(), request.body())
}

/// The entries of the audit log from a sequence on.
///
/// # Errors
/// If the store cannot be read.
pub async fn links(store: &Store, from: i64) -> Result<Vec<Link>, Finding> {
    let sql = "SELECT seq, actor, action, subject, hash FROM audit WHERE seq >= $1 ORDER BY seq";
    let text = |row: &Record, column| row.text(column).map(str::to_owned);
    let link = |row: &Record| -> Result<Link, Finding> {
        Ok(Link {
            seq: row.int("seq")?,
            actor: text(row, "actor")?,
            action: text(row, "action")?,
            subject: text(row, "subject")?,
            hash: text(row, "hash")?,
        })
    };
    store.house(sql, &[from.into()]).await?.iter().map(link).collect()
}

/// The entries from a place on of which an answer tells, said or kept under a key: no other request made
/// them. Of several requests alike, of which some were refused unheard, nothing else tells which did it.
async fn claimed(store: &Store, from: usize, asked: &[(Request, Answer)]) -> Result<BTreeSet<i64>, Finding> {
    let unclear = |answer: &Answer| matches!(answer, Answer::Said(Err(no)) if no.code == "store.unavailable");
    if !asked.iter().any(|(_, answer)| unclear(answer)) {
        return Ok(BTreeSet::new());
    }
    let mut told = BTreeSet::new();
    for (request, answer) in asked {
        let outcome = match answer {
            Answer::Said(Ok(outcome)) => Some(outcome.clone()),
            answer if unclear(answer) => kept_reply(store, request).await?,
            _ => None,
        };
        told.extend(outcome.map(|outcome| (outcome.id.to_string(), outcome.version as i64)));
    }
    let sql = "SELECT e.ledger, e.case_id, MAX(e.seq) AS version FROM case_event e \
               WHERE e.ledger > $1 AND {visible:e.case_id} GROUP BY e.ledger, e.case_id";
    let mut claimed = BTreeSet::new();
    for row in store.cases(&Scope::system("simulation"), sql, &[(from as i64).into()]).await? {
        if told.contains(&(row.text("case_id")?.to_owned(), row.int("version")?)) {
            claimed.insert(row.int("ledger")?);
        }
    }
    Ok(claimed)
}

/// The answer that is kept under a request's key.
async fn kept_reply(store: &Store, request: &Request) -> Result<Option<Outcome>, Finding> {
    let Some(key) = &request.key else { return Ok(None) };
    let sql = format!("SELECT reply FROM {} WHERE actor = $1 AND key = $2", IDEMPOTENCY.name);
    let rows = store.house(&sql, &[request.who().into(), key.key.as_str().into()]).await?;
    let reply = rows.first().map(|row| row.text("reply").map(str::to_owned)).transpose()?;
    Ok(reply.map(|reply| serde_json::from_str(&reply)).transpose()?)
}
