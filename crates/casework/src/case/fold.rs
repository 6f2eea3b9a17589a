//! `fold`: events → state. No rule is decided here; what an event says, happened.

use yipan_base::time::Timestamp;

use super::{
    Attachment, CallBack, Case, CentreTerm, Consent, Copied, ExtensionRequest, Holding, HoldingRole, Member,
    Milestone, Party, Repeat, ReturnRequest, ReturnRuling, Segment, Sheet, Stage, Standing, Suspension,
    Verification,
};
use crate::clock::Clock;
use crate::event::{Event, Grant, Marked, Recorded};

impl Case {
    /// The state after all of a case's events; `None` if they do not begin with an acceptance.
    #[must_use]
    pub fn fold<'a>(events: impl IntoIterator<Item = &'a Recorded>) -> Option<Self> {
        let mut events = events.into_iter();
        let mut case = Self::begin(events.next()?)?;
        for event in events {
            case.apply(event);
        }
        Some(case)
    }

    /// The state after a case's first event.
    #[must_use]
    pub fn begin(first: &Recorded) -> Option<Self> {
        let Event::Accepted {
            id,
            number,
            intake,
            kind,
            category,
            level,
            place,
            centre,
            narratives,
            secret,
            accused_units,
            accused_staff,
            safety,
            outer,
            historical,
        } = &first.event
        else {
            return None;
        };
        Some(Self {
            id: id.clone(),
            number: number.clone(),
            version: 1,
            changed_at: first.at,
            stage: Stage::Accepted,
            intake: intake.clone(),
            kind: *kind,
            category: category.clone(),
            level: *level,
            place: place.clone(),
            centre: centre.clone(),
            narratives: narratives.clone(),
            secret: *secret,
            accused_units: accused_units.clone(),
            accused_staff: accused_staff.clone(),
            extract: None,
            safety: safety.clone(),
            holdings: Vec::new(),
            copies: Vec::new(),
            round: 1,
            sheets: Vec::new(),
            terms: Vec::new(),
            verifications: Vec::new(),
            attachments: Vec::new(),
            callbacks: Vec::new(),
            outer: outer.clone(),
            merged_into: None,
            members: Vec::new(),
            repeat: None,
            reminders: 0,
            answered_at: None,
            answered_solved: None,
            redos: 0,
            outcome: None,
            closed_at: None,
            archived_at: None,
            reopened: 0,
            // Who held the citizen's time in an older system is not known here.
            custody: if *historical {
                Vec::new()
            } else {
                vec![Segment { party: Party::Centre(centre.clone()), from: intake.received_at, to: None }]
            },
            historical: *historical,
        })
    }

    /// Folds one further event.
    pub fn apply(&mut self, recorded: &Recorded) {
        self.version = recorded.seq;
        self.changed_at = recorded.at;
        let at = recorded.at;
        let by = &recorded.staff;
        match &recorded.event {
            Event::Accepted { .. } => {}
            Event::TermStarted { no, term, holding, centre, clock } => self.terms.push(CentreTerm {
                no: *no,
                kind: *term,
                holding: *holding,
                centre: centre.clone(),
                clock: clock.clone(),
                ended_at: None,
                noted: Vec::new(),
            }),
            Event::TermEnded { no } => {
                if let Some(term) = self.terms.iter_mut().find(|t| t.no == *no) {
                    term.ended_at = Some(at);
                }
            }
            Event::StageReached { stage } => self.stage = *stage,
            Event::NarrativeAdded { narrative } => self.narratives.push(narrative.clone()),
            Event::AnsweredDirectly { solved, .. } => {
                self.answered_at = Some(at);
                self.answered_solved = Some(*solved);
            }
            Event::Dispatched { round, holdings, copies } => {
                self.round = *round;
                for grant in holdings {
                    self.holdings.push(granted(grant, *round, recorded));
                }
                self.copy_to(copies, at);
            }
            Event::Copied { units } => self.copy_to(units, at),
            Event::Signed { holding } => self.on(*holding, |h| h.signed_at = Some(at)),
            Event::Contacted { holding, reached } => {
                if *reached {
                    self.on(*holding, |h| {
                        h.contacted_at.get_or_insert(at);
                    });
                }
            }
            Event::MilestoneReached { holding, name } => self.on(*holding, |h| {
                for milestone in h.milestones.iter_mut().filter(|m| m.name == *name) {
                    milestone.reached_at = Some(at);
                }
            }),
            Event::ReplyDrafted { holding, reply, steps } => self.on(*holding, |h| {
                h.draft = Some(reply.clone());
                h.steps.clone_from(steps);
            }),
            Event::StepPassed { holding, .. } => self.on(*holding, |h| {
                if !h.steps.is_empty() {
                    h.steps.remove(0);
                }
            }),
            Event::StepSentBack { holding, .. } => self.on(*holding, |h| {
                h.steps.clear();
                h.draft = None;
            }),
            Event::Replied { holding } => self.on(*holding, |h| {
                h.steps.clear();
                h.reply = h.draft.take();
                h.replied_at = Some(at);
            }),
            Event::AssistantExcused { holding, reason } => self.on(*holding, |h| {
                h.excused = Some(reason.clone());
                h.standing = Standing::Withdrawn;
                h.ended_at = Some(at);
            }),
            Event::ReviewStarted => {}
            Event::ReplyAccepted { holding } => self.on(*holding, |h| {
                h.completed_at = h.replied_at;
                h.standing = Standing::Completed;
                h.ended_at = Some(at);
            }),
            Event::ReplyRejected { holding, .. } => self.on(*holding, |h| {
                h.reply = None;
                h.replied_at = None;
                h.rejected_replies += 1;
            }),
            Event::ReturnRequested { holding, reason, basis, proposed, final_review } => {
                self.on(*holding, |h| {
                    h.final_review_used |= *final_review;
                    h.returns.push(ReturnRequest {
                        at,
                        by: by.clone(),
                        reason: reason.clone(),
                        basis: basis.clone(),
                        proposed: proposed.clone(),
                        final_review: *final_review,
                        ruling: None,
                    });
                });
            }
            Event::ReturnRuled { holding, verdict, reason } => self.on(*holding, |h| {
                if let Some(request) = h.returns.last_mut() {
                    request.ruling = Some(ReturnRuling {
                        at,
                        by: by.clone(),
                        verdict: verdict.clone(),
                        reason: reason.clone(),
                    });
                }
                match verdict.as_str() {
                    "granted" => {
                        h.standing = Standing::Returned;
                        h.ended_at = Some(at);
                    }
                    "designated" => h.designated = true,
                    _ => {}
                }
            }),
            Event::HoldingWithdrawn { holding } => self.on(*holding, |h| {
                h.standing = Standing::Withdrawn;
                h.ended_at = Some(at);
            }),
            Event::ExtensionRequested { holding, amount, reason } => self.on(*holding, |h| {
                h.extension = Some(ExtensionRequest {
                    at,
                    by: by.clone(),
                    amount: *amount,
                    reason: reason.clone(),
                    granted: None,
                    ruled_at: None,
                    ruled_by: None,
                });
            }),
            Event::ExtensionRuled { holding, granted, clock, .. } => self.on(*holding, |h| {
                if let Some(request) = &mut h.extension {
                    request.granted = Some(*granted);
                    request.ruled_at = Some(at);
                    request.ruled_by = Some(by.clone());
                }
                if let Some(clock) = clock {
                    h.retime(clock, at);
                }
            }),
            Event::Suspended { holding, reason } => self.on(*holding, |h| {
                h.suspended_times += 1;
                h.suspension = Some(Suspension { from: at, reason: reason.clone(), approved_by: by.clone() });
            }),
            Event::Resumed { holding, sign, contact, handle, milestones } => self.on(*holding, |h| {
                h.suspension = None;
                h.sign = sign.clone();
                h.contact.clone_from(contact);
                h.retime(handle, at);
                for (name, clock) in milestones {
                    for milestone in h.milestones.iter_mut().filter(|m| m.name == *name) {
                        milestone.clock = clock.clone();
                    }
                }
            }),
            Event::Deferred { holding, .. } => self.on(*holding, |h| h.deferred = true),
            Event::Undeferred { holding } => self.on(*holding, |h| h.deferred = false),
            Event::Reminded { .. } => self.reminders += 1,
            Event::SheetIssued { no, level, holding, to, issuer, reason, clock } => self.sheets.push(Sheet {
                no: *no,
                level: *level,
                holding: *holding,
                to: to.clone(),
                issuer: issuer.clone(),
                issued_by: by.clone(),
                issued_at: at,
                reason: reason.clone(),
                clock: clock.clone(),
                answer: None,
                answered_at: None,
                lifted_at: None,
                noted: Vec::new(),
            }),
            Event::SheetAnswered { no, answer } => self.on_sheet(*no, |s| {
                s.answer = Some(answer.clone());
                s.answered_at = Some(at);
            }),
            Event::SheetLifted { no } => self.on_sheet(*no, |s| s.lifted_at = Some(at)),
            Event::Corrected { kind, category, level, place, .. } => {
                self.kind = kind.unwrap_or(self.kind);
                self.level = level.unwrap_or(self.level);
                if let Some(category) = category {
                    self.category = category.clone();
                }
                if let Some(place) = place {
                    self.place = place.clone();
                }
            }
            Event::CentreChanged { centre, .. } => self.centre = centre.clone(),
            Event::Attached { what, file, note, point } => self.attachments.push(Attachment {
                at,
                by: recorded.staff.clone(),
                what: *what,
                file: file.clone(),
                note: note.clone(),
                point: *point,
            }),
            Event::Verified { confirmed, remark, photos, point } => self.verifications.push(Verification {
                round: self.round,
                at,
                by: by.clone(),
                confirmed: *confirmed,
                remark: remark.clone(),
                photos: photos.clone(),
                point: *point,
            }),
            Event::CallBackTried { agreed } => self.callbacks.push(CallBack {
                round: self.round,
                at,
                by: by.clone(),
                reached: false,
                agreed: *agreed,
                attitude: None,
                result: None,
                solved: None,
                remark: None,
            }),
            Event::CalledBack { attitude, result, solved, remark } => self.callbacks.push(CallBack {
                round: self.round,
                at,
                by: by.clone(),
                reached: true,
                agreed: None,
                attitude: Some(*attitude),
                result: Some(*result),
                solved: Some(*solved),
                remark: remark.clone(),
            }),
            Event::RedoOrdered { round, .. } => {
                let before = self.round;
                self.redos += 1;
                for holding in self.holdings.iter_mut().filter(|h| h.round == before && h.parent.is_none()) {
                    holding.redone = true;
                }
                self.round = *round;
            }
            Event::Closed { outcome, .. } => {
                self.outcome = Some(*outcome);
                self.closed_at = Some(at);
            }
            Event::Archived => self.archived_at = Some(at),
            Event::Reopened { round, .. } => {
                self.round = *round;
                self.reopened += 1;
                self.outcome = None;
                self.closed_at = None;
                self.archived_at = None;
            }
            Event::Merged { master } => {
                self.merged_into = Some(master.clone());
                for holding in self.holdings.iter_mut().filter(|h| h.is_live()) {
                    holding.standing_before_merge = Some(holding.standing);
                    holding.standing = Standing::Merged;
                }
            }
            Event::Unmerged { .. } => {
                self.merged_into = None;
                for holding in &mut self.holdings {
                    if let Some(before) = holding.standing_before_merge.take() {
                        holding.standing = before;
                    }
                }
            }
            Event::MemberAdopted { member, due, clocks } => {
                self.members.push(Member { case: member.clone(), due: *due });
                self.reclock(clocks, at);
            }
            Event::MemberReleased { member, clocks } => {
                self.members.retain(|m| m.case != *member);
                self.reclock(clocks, at);
            }
            Event::ConsentRecorded { subject, granted, reference } => {
                if let Some(outer) = &mut self.outer {
                    outer.consents.push(Consent {
                        subject: *subject,
                        granted: *granted,
                        reference: reference.clone(),
                        at,
                    });
                }
            }
            Event::OuterUpdated { deadline, clocks } => {
                if let Some(outer) = &mut self.outer {
                    outer.deadline = *deadline;
                }
                self.reclock(clocks, at);
            }
            Event::MadeSecret { accused_units, accused_staff } => {
                self.secret = true;
                self.accused_units.extend(accused_units.iter().cloned());
                self.accused_staff.extend(accused_staff.iter().cloned());
            }
            Event::ExtractSet { extract } => self.extract = Some(extract.clone()),
            Event::ReferredAway { .. } | Event::Noted { .. } => {}
            Event::RepeatJudged { earlier, verdict } => {
                self.repeat = Some(Repeat {
                    earlier: earlier.clone(),
                    verdict: *verdict,
                    by: by.clone(),
                    at,
                    contested: None,
                    confirmed: false,
                });
            }
            Event::RepeatContested { reason } => {
                if let Some(repeat) = &mut self.repeat {
                    repeat.contested = Some(reason.clone());
                }
            }
            Event::RepeatConfirmed { verdict } => {
                if let Some(repeat) = &mut self.repeat {
                    repeat.verdict = *verdict;
                    repeat.confirmed = true;
                }
            }
            Event::Repinned { clocks, .. } => {
                for (no, sign, handle) in clocks {
                    self.on(*no, |h| {
                        h.sign = sign.clone();
                        h.noted.retain(|(of, mark)| of != "sign" || sign.mark(*mark) <= at);
                        h.retime(handle, at);
                    });
                }
            }
            Event::Marked { clock, mark } => match clock {
                Marked::Sign { holding } => self.on(*holding, |h| h.noted.push(("sign".to_owned(), *mark))),
                Marked::Handle { holding } => {
                    self.on(*holding, |h| h.noted.push(("handle".to_owned(), *mark)))
                }
                Marked::Term { no } => {
                    if let Some(term) = self.terms.iter_mut().find(|t| t.no == *no) {
                        term.noted.push(*mark);
                    }
                }
                Marked::Sheet { no } => self.on_sheet(*no, |s| s.noted.push(*mark)),
            },
        }
        self.hand_over(at);
    }

    fn on(&mut self, no: u32, change: impl FnOnce(&mut Holding)) {
        if let Some(holding) = self.holdings.iter_mut().find(|h| h.no == no) {
            change(holding);
        }
    }

    fn on_sheet(&mut self, no: u32, change: impl FnOnce(&mut Sheet)) {
        if let Some(sheet) = self.sheets.iter_mut().find(|s| s.no == no) {
            change(sheet);
        }
    }

    fn reclock(&mut self, clocks: &[(u32, Clock)], at: Timestamp) {
        for (no, clock) in clocks {
            self.on(*no, |h| h.retime(clock, at));
        }
    }

    fn copy_to(&mut self, units: &[(yipan_base::id::UnitId, String)], at: Timestamp) {
        for (unit, because) in units {
            if !self.copies.iter().any(|c| c.unit == *unit) {
                self.copies.push(Copied { unit: unit.clone(), because: because.clone(), at });
            }
        }
    }

    /// Writes down who holds the citizen's time from `at` on, where that has changed.
    fn hand_over(&mut self, at: Timestamp) {
        self.agreed_hour(at);
        let holder = self.holder_now(at);
        match (self.custody.last_mut(), holder) {
            (Some(last), Some(party)) if last.to.is_none() && last.party == party => {}
            (last, party) => {
                if let Some(open) = last.filter(|s| s.to.is_none()) {
                    open.to = Some(at);
                    if open.from == at {
                        self.custody.pop();
                    }
                }
                if let Some(party) = party {
                    match self.custody.last_mut().filter(|s| s.party == party && s.to == Some(at)) {
                        Some(same) => same.to = None,
                        None => self.custody.push(Segment { party, from: at, to: None }),
                    }
                }
            }
        }
    }

    /// From the hour on that the citizen agreed to, waiting is the centre's again.
    fn agreed_hour(&mut self, at: Timestamp) {
        let Some(open) = self.custody.last_mut().filter(|s| s.to.is_none() && s.party == Party::Citizen)
        else {
            return;
        };
        let passed = self.callbacks.iter().rev().filter_map(|c| c.agreed).find(|agreed| *agreed <= at);
        if let Some(agreed) = passed.filter(|agreed| open.from < *agreed && *agreed < at) {
            open.to = Some(agreed);
            self.custody.push(Segment { party: Party::Centre(self.centre.clone()), from: agreed, to: None });
        }
    }

    /// In whose hands the case lies; `None` once it has ended.
    fn holder_now(&self, at: Timestamp) -> Option<Party> {
        match self.stage {
            Stage::Closed | Stage::Archived => None,
            Stage::Dispatched | Stage::Handling => {
                // Down the child orders to whoever works; a return lies with the one who rules it, but
                // after a designation work goes on meanwhile.
                let mut party = Party::Centre(self.centre.clone());
                let mut next = self.main();
                while let Some(holding) = next.filter(|h| h.is_working()) {
                    if holding.suspension.is_some() {
                        return Some(Party::Other);
                    }
                    if holding.pending_return().is_some_and(|r| !r.final_review) {
                        return Some(party);
                    }
                    party = Party::Unit(holding.unit.clone());
                    next = self
                        .open_children(holding.no)
                        .find(|c| c.role == HoldingRole::Main && c.is_working());
                }
                Some(party)
            }
            Stage::CallingBack
                if self
                    .callbacks
                    .last()
                    .is_some_and(|c| c.agreed.is_some_and(|to| to > at) && c.round == self.round) =>
            {
                Some(Party::Citizen)
            }
            _ => Some(Party::Centre(self.centre.clone())),
        }
    }
}

fn granted(grant: &Grant, round: u32, recorded: &Recorded) -> Holding {
    Holding {
        no: grant.no,
        unit: grant.unit.clone(),
        role: grant.role,
        parent: grant.parent,
        round,
        basis: grant.basis.clone(),
        dispatched_at: recorded.at,
        dispatched_by: recorded.staff.clone(),
        sign: grant.sign.clone(),
        contact: grant.contact.clone(),
        handle: grant.handle.clone(),
        signed_at: None,
        contacted_at: None,
        steps: Vec::new(),
        draft: None,
        reply: None,
        replied_at: None,
        completed_at: None,
        rejected_replies: 0,
        ended_at: None,
        standing: Standing::Open,
        standing_before_merge: None,
        returns: Vec::new(),
        designated: false,
        final_review_used: false,
        extension: None,
        suspension: None,
        suspended_times: 0,
        deferred: false,
        milestones: grant
            .milestones
            .iter()
            .map(|(name, clock)| Milestone { name: name.clone(), clock: clock.clone(), reached_at: None })
            .collect(),
        excused: None,
        redone: false,
        noted: Vec::new(),
    }
}
