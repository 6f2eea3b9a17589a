//! A small city with a clock, in which the tests give commands to cases.

mod city;
mod sample;
mod say;

pub use city::{directory, rulebook};
pub use sample::{Choice, WORDS, all_commands, sample};
pub use say::*;

use std::collections::BTreeMap;

use yipan_base::directory::Directory;
use yipan_base::id::{CaseId, StaffId};
use yipan_base::refusal::Refusal;
use yipan_base::time::Timestamp;
use yipan_casework::case::Case;
use yipan_casework::command::Acceptance;
use yipan_casework::context::Rulebook;
use yipan_casework::event::{Event, Recorded};
use yipan_casework::next::{Move, moves};
use yipan_casework::project::{Counter, Facts, RollupKey, rollup};
use yipan_casework::{Actor, Command, Context, decide};

/// The city, its clock, and the cases by the names that a test gives them.
pub struct World {
    pub directory: Directory,
    pub rules: Rulebook,
    pub now: Timestamp,
    cases: BTreeMap<String, Case>,
    events: BTreeMap<String, Vec<Recorded>>,
}

impl World {
    pub fn at(now: &str) -> Self {
        Self {
            directory: directory(),
            rules: rulebook(),
            now: time(now),
            cases: BTreeMap::new(),
            events: BTreeMap::new(),
        }
    }

    /// Moves the clock; never back.
    pub fn clock(&mut self, now: &str) {
        let now = time(now);
        assert!(now >= self.now, "the clock stands at {}", self.now);
        self.now = now;
    }

    /// Whoever stands behind `unit/role`, or `system`.
    pub fn actor(&self, who: &str) -> Actor {
        if who == "system" {
            return Actor::system();
        }
        let staff = self.directory.staff(&StaffId::new(who));
        staff.unwrap_or_else(|| panic!("nobody is called {who}")).into()
    }

    pub fn case(&self, name: &str) -> &Case {
        self.cases.get(name).unwrap_or_else(|| panic!("no case is called {name}"))
    }

    pub fn events(&self, name: &str) -> &[Recorded] {
        &self.events[name]
    }

    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.cases.keys().map(String::as_str)
    }

    /// Keeps a case as it stands now under another name, for questions only.
    pub fn keep(&mut self, name: &str, under: &str) {
        self.cases.insert(under.to_owned(), self.case(name).clone());
    }

    fn name_of(&self, id: &CaseId) -> Option<&Case> {
        self.cases.values().find(|c| c.id == *id)
    }

    /// Accepts a case at the desk of the city, under the name that is its id.
    pub fn accept(&mut self, name: &str) {
        self.accept_as("city/call_taker", appeal(name)).unwrap();
    }

    pub fn accept_as(&mut self, who: &str, new: Acceptance) -> Result<(), Refusal> {
        let name = new.id.to_string();
        let actor = self.actor(who);
        let context = Context {
            now: self.now,
            actor: &actor,
            directory: &self.directory,
            rules: &self.rules,
            related: None,
        };
        let decided = decide(None, &Command::Accept(Box::new(new)), &context)?;
        let events = record(0, self.now, &actor, decided);
        let case = Case::fold(&events).expect("an acceptance begins a case");
        self.cases.insert(name.clone(), case);
        self.events.insert(name, events);
        Ok(())
    }

    /// Gives a command and folds what came of it.
    pub fn give(&mut self, who: &str, name: &str, command: Command) -> Result<Vec<Event>, Refusal> {
        let decided = self.decide(who, name, &command)?;
        let actor = self.actor(who);
        let case = self.cases.get_mut(name).expect("decided above");
        let recorded = record(case.version, self.now, &actor, decided.clone());
        for event in &recorded {
            case.apply(event);
        }
        self.events.get_mut(name).expect("every case has events").extend(recorded);
        Ok(decided)
    }

    /// What would come of a command; nothing changes.
    pub fn decide(&self, who: &str, name: &str, command: &Command) -> Result<Vec<Event>, Refusal> {
        self.decide_at(self.now, who, name, command)
    }

    /// The same at another time.
    pub fn decide_at(
        &self,
        now: Timestamp,
        who: &str,
        name: &str,
        command: &Command,
    ) -> Result<Vec<Event>, Refusal> {
        let actor = self.actor(who);
        let case = self.case(name);
        let related = match command {
            Command::MergeInto { master } => self.name_of(master),
            Command::AdoptMember { member } | Command::ReleaseMember { member } => self.name_of(member),
            Command::JudgeRepeat { earlier, .. } => self.name_of(earlier),
            _ => case.merged_into.as_ref().and_then(|m| self.name_of(m)),
        };
        decide(
            Some(case),
            command,
            &Context { now, actor: &actor, directory: &self.directory, rules: &self.rules, related },
        )
    }

    /// What somebody may do now, and why not the rest.
    pub fn moves(&self, who: &str, name: &str) -> Vec<Move> {
        let actor = self.actor(who);
        let case = self.case(name);
        let related = case.merged_into.as_ref().and_then(|m| self.name_of(m));
        moves(
            case,
            &Context {
                now: self.now,
                actor: &actor,
                directory: &self.directory,
                rules: &self.rules,
                related,
            },
        )
    }

    /// Gives a command that must be accepted.
    pub fn ok(&mut self, who: &str, name: &str, command: Command) -> Vec<Event> {
        let shown = format!("{command:?}");
        self.give(who, name, command).unwrap_or_else(|no| panic!("{who} on {name}: {shown}\n  refused: {no}"))
    }

    /// Gives a command that must be refused, and answers the code of the rule. Nothing may change.
    pub fn refused(&mut self, who: &str, name: &str, command: Command) -> String {
        let before = self.case(name).clone();
        let shown = format!("{command:?}");
        match self.give(who, name, command) {
            Ok(events) => panic!("{who} on {name}: {shown}\n  was accepted: {events:?}"),
            Err(refusal) => {
                assert_eq!(*self.case(name), before);
                assert!(!refusal.zh.is_empty() && !refusal.en.is_empty(), "{refusal:?}");
                refusal.code
            }
        }
    }

    /// Both halves of a merge, as the house gives them: the member first.
    pub fn merge(&mut self, who: &str, member: &str, master: &str) -> Result<(), Refusal> {
        self.decide(who, master, &Command::AdoptMember { member: CaseId::new(member) })?;
        self.give(who, member, Command::MergeInto { master: CaseId::new(master) })?;
        self.give(who, master, Command::AdoptMember { member: CaseId::new(member) })?;
        Ok(())
    }

    pub fn unmerge(&mut self, who: &str, member: &str) -> Result<(), Refusal> {
        let master = self.case(member).merged_into.as_ref().map(|m| m.to_string());
        self.give(who, member, Command::Unmerge { reason: text("unmerge") })?;
        let master = master.expect("unmerging was accepted");
        self.give(who, &master, Command::ReleaseMember { member: CaseId::new(member) })?;
        Ok(())
    }

    /// Dispatches a case from its centre to one unit.
    pub fn dispatch(&mut self, name: &str, main: &str) {
        let who = format!("{}/dispatcher", self.case(name).centre);
        self.ok(&who, name, dispatch(main));
    }

    /// Signs for and answers a holding in the unit's name, all steps in one tap.
    pub fn handle(&mut self, name: &str, holding: u32) {
        let who = format!("{}/phone", self.case(name).holding(holding).expect("a holding").unit);
        if self.case(name).holding(holding).is_some_and(|h| h.signed_at.is_none()) {
            self.ok(&who, name, Command::Sign { holding });
        }
        self.ok(&who, name, reply(holding));
    }

    /// Handles the main holding, has it accepted, and stops before the call-back.
    pub fn answer(&mut self, name: &str) {
        let main = self.case(name).main().expect("a main holding").no;
        self.handle(name, main);
        let who = format!("{}/reviewer", self.case(name).centre);
        self.ok(&who, name, Command::AcceptReply { holding: main });
    }
}

fn record(after: u64, at: Timestamp, actor: &Actor, events: Vec<Event>) -> Vec<Recorded> {
    let numbered = events.into_iter().zip(after + 1..);
    numbered.map(|(event, seq)| Recorded { seq, at, staff: actor.staff.clone(), event }).collect()
}

/// A civil time of Shanghai.
pub fn time(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

/// What the roll-up counts of facts, in the whole city.
pub fn counted(facts: &Facts, counter: Counter) -> i64 {
    let rows = rollup(facts);
    rows.iter().filter(|(key, _)| key.unit == RollupKey::CITY).map(|(_, row)| row.get(counter)).sum()
}
