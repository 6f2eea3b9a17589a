//! A decision in the making: the case as it would be after the events so far.

use yipan_base::id::UnitId;
use yipan_base::refusal::Refusal;
use yipan_base::time::Timestamp;

use crate::case::{Case, CentreTerm, Holding, Stage, Standing, TermKind};
use crate::clock::Clock;
use crate::context::Context;
use crate::event::{Event, Recorded};
use crate::policy::{Policy, Subject};

/// The case under decision, with the events decided so far already folded in.
pub(super) struct Draft<'a> {
    pub case: Case,
    pub ctx: Context<'a>,
    events: Vec<Event>,
}

impl<'a> Draft<'a> {
    pub fn new(case: &Case, ctx: &Context<'a>) -> Self {
        Self { case: case.clone(), ctx: *ctx, events: Vec::new() }
    }

    pub fn push(&mut self, event: Event) {
        let recorded = Recorded {
            seq: self.case.version + 1,
            at: self.ctx.now,
            staff: self.ctx.actor.staff.clone(),
            event,
        };
        self.case.apply(&recorded);
        self.events.push(recorded.event);
    }

    pub fn into_events(self) -> Vec<Event> {
        self.events
    }

    pub const fn now(&self) -> Timestamp {
        self.ctx.now
    }

    /// The policy in force now, which new clocks are pinned to.
    pub fn policy(&self) -> Result<&'a Policy, Refusal> {
        Ok(self.ctx.rules.policy()?)
    }

    pub fn subject(&self) -> Subject<'_> {
        subject(&self.case)
    }

    pub fn holding(&self, no: u32) -> Result<&Holding, Refusal> {
        self.case.holding(no).ok_or_else(|| no_holding(&self.case, no))
    }

    /// A holding that still is somebody's work.
    pub fn open_holding(&self, no: u32) -> Result<&Holding, Refusal> {
        let holding = self.holding(no)?;
        if holding.standing == Standing::Open {
            return Ok(holding);
        }
        Err(Refusal::conflict(
            "holding.ended",
            format!("承办 {no} 已结束（{}），不能再办理", holding.standing.code()),
            format!("holding {no} has ended ({}); nothing more can be done in it", holding.standing.code()),
        )
        .at("/holding"))
    }

    /// An open holding whose reply has not been given yet.
    pub fn working_holding(&self, no: u32) -> Result<&Holding, Refusal> {
        let holding = self.open_holding(no)?;
        if holding.replied_at.is_none() {
            return Ok(holding);
        }
        Err(Refusal::conflict(
            "holding.replied",
            format!("承办 {no} 已经答复，等待审核"),
            format!("holding {no} has replied and waits for review"),
        )
        .at("/holding"))
    }

    pub fn next_holding(&self) -> u32 {
        self.case.holdings.iter().map(|h| h.no).max().unwrap_or_default() + 1
    }

    pub fn reach(&mut self, stage: Stage) {
        if self.case.stage != stage {
            self.push(Event::StageReached { stage });
        }
    }

    /// Starts a term of the centre itself; historical cases have none.
    pub fn start_term(&mut self, kind: TermKind, holding: Option<u32>) -> Result<(), Refusal> {
        self.start_term_at(kind, holding, self.now())
    }

    /// The same from an earlier moment on.
    pub fn start_term_at(
        &mut self,
        kind: TermKind,
        holding: Option<u32>,
        at: Timestamp,
    ) -> Result<(), Refusal> {
        if self.case.historical {
            return Ok(());
        }
        let centre = match holding.and_then(|no| self.case.holding(no)).and_then(|h| h.parent) {
            Some(parent) => self.holding(parent)?.unit.clone(),
            None => self.case.centre.clone(),
        };
        let policy = self.policy()?;
        let clock = Clock::start(
            at,
            policy.centre.of(kind, self.case.level),
            kind.code(),
            &policy.pin(),
            self.ctx.rules.calendar(&policy.calendar)?,
            None,
        )?;
        let no = self.case.terms.iter().map(|t| t.no).max().unwrap_or_default() + 1;
        self.push(Event::TermStarted { no, term: kind, holding, centre, clock });
        Ok(())
    }

    /// Ends the open terms of a kind (about a holding, where one is named).
    pub fn end_term(&mut self, kind: TermKind, holding: Option<u32>) {
        for no in self.open_terms(|t| t.kind == kind && (holding.is_none() || t.holding == holding)) {
            self.push(Event::TermEnded { no });
        }
    }

    /// Ends a holding that nobody answers any more, with its child orders and the terms about it.
    pub fn withdraw(&mut self, no: u32) {
        self.push(Event::HoldingWithdrawn { holding: no });
        self.release(no);
    }

    /// Ends what hangs on a holding that has ended: its child orders, and the centre's terms about it.
    pub fn release(&mut self, no: u32) {
        for term in self.open_terms(|t| t.holding == Some(no)) {
            self.push(Event::TermEnded { no: term });
        }
        for child in self.case.open_children(no).map(|c| c.no).collect::<Vec<_>>() {
            self.withdraw(child);
        }
    }

    /// Withdraws every open holding and ends every term: the case ends here.
    pub fn stop_all(&mut self) {
        for open in self
            .case
            .holdings
            .iter()
            .filter(|h| h.standing == Standing::Open)
            .map(|h| h.no)
            .collect::<Vec<_>>()
        {
            self.push(Event::HoldingWithdrawn { holding: open });
        }
        for term in self.open_terms(|_| true) {
            self.push(Event::TermEnded { no: term });
        }
    }

    fn open_terms(&self, which: impl Fn(&CentreTerm) -> bool) -> Vec<u32> {
        self.case.terms.iter().filter(|t| t.ended_at.is_none() && which(t)).map(|t| t.no).collect()
    }

    /// The deadlines from outside as they stand.
    pub fn deadlines(&self) -> Deadlines {
        Deadlines {
            outer: self.case.outer.as_ref().and_then(|o| o.deadline),
            members: self.case.members.iter().filter_map(|m| m.due).collect(),
        }
    }

    /// The handling clocks that changed deadlines move: those of every holding that is open, or was
    /// when its case was merged. No reply that was in time becomes late by it.
    pub fn recapped(&self, deadlines: &Deadlines) -> Result<Vec<(u32, Clock)>, Refusal> {
        let mut moved = Vec::new();
        for holding in &self.case.holdings {
            let cap = deadlines.cap(holding.handle.started_at);
            let open = holding.standing_before_merge.unwrap_or(holding.standing) == Standing::Open
                && holding.replied_at.is_none_or(|at| cap.is_none_or(|cap| at <= cap));
            if open && holding.handle.cap != cap {
                moved.push((holding.no, self.reckon(Clock { cap, ..holding.handle.clone() })?));
            }
        }
        Ok(moved)
    }

    /// Works a clock out again under the calendar that it is pinned to.
    pub fn reckon(&self, mut clock: Clock) -> Result<Clock, Refusal> {
        clock.reckon(self.ctx.rules.calendar_at(&clock.calendar)?)?;
        Ok(clock)
    }
}

/// The deadlines from outside that bind a case's holdings: the owner's, and the merged cases' own.
pub(super) struct Deadlines {
    pub outer: Option<Timestamp>,
    pub members: Vec<Timestamp>,
}

impl Deadlines {
    /// What binds a clock that starts at `started_at`. The owner's deadline binds whenever work is
    /// given out, for the owner counts it so; a merged case's own only what was given out before it,
    /// for it was missed by whoever held that case.
    pub fn cap(&self, started_at: Timestamp) -> Option<Timestamp> {
        let members = self.members.iter().copied().filter(|due| started_at < *due);
        self.outer.into_iter().chain(members).min()
    }
}

pub(crate) fn subject(case: &Case) -> Subject<'_> {
    Subject {
        kind: case.kind,
        level: case.level,
        channel: case.intake.channel,
        category: case.category.as_str(),
    }
}

pub(super) fn no_holding(case: &Case, no: u32) -> Refusal {
    let known: Vec<_> = case.holdings.iter().map(|h| h.no.to_string()).collect();
    Refusal::not_found(
        "holding.unknown",
        format!("工单 {} 没有承办 {no}，现有：{}", case.number, known.join("、")),
        format!("case {} has no holding {no}; it has: {}", case.number, known.join(", ")),
    )
    .at("/holding")
}

/// The name of a unit as people know it; its id where the directory does not have it.
pub(super) fn unit_name(ctx: &Context<'_>, unit: &UnitId) -> String {
    ctx.directory.unit(unit).map_or_else(|| unit.to_string(), |u| u.name.clone())
}

pub(super) fn unknown_unit(unit: &UnitId, pointer: &str) -> Refusal {
    Refusal::rule(
        "unit.unknown",
        format!("组织机构中没有单位 {unit}"),
        format!("the directory has no unit {unit}"),
    )
    .at(pointer)
}
