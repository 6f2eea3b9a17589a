//! Accepting a case (受理) and answering it at once (直接答复).

use std::collections::BTreeSet;

use yipan_base::directory::{Directory, Role, Unit, UnitKind};
use yipan_base::id::{AreaId, NarrativeId, StaffId, UnitId};
use yipan_base::refusal::Refusal;

use super::draft::unknown_unit;
use super::gate::{stands_accused, unit_accused};
use super::outer::check_deadline;
use super::{Draft, word};
use crate::case::{Case, Channel, Intake, Kind, LateEntry, Solved, Stage, TermKind, Word};
use crate::command::Acceptance;
use crate::context::Context;
use crate::event::{Event, Recorded};

pub(super) fn accept(new: &Acceptance, ctx: &Context<'_>) -> Result<Vec<Event>, Refusal> {
    let secret = new.secret.unwrap_or(new.kind == Kind::Report);
    // Nobody acts on what is over already.
    let centre = centre(new, secret && !new.historical, ctx)?;
    if new.received_at > ctx.now {
        return Err(Refusal::rule(
            "accept.future",
            format!("来件时间 {} 晚于现在", new.received_at),
            format!("received at {}, which is later than now ({})", new.received_at, ctx.now),
        )
        .at("/received_at"));
    }
    if !ctx.rules.knows(&new.category) {
        return Err(Refusal::rule(
            "category.unknown",
            format!("没有诉求分类 {}", new.category),
            format!("there is no category {}; see `yipan city categories`", new.category),
        )
        .at("/category"));
    }
    if let Some(area) = new.place.area.as_ref().filter(|a| ctx.directory.area(a).is_none()) {
        return Err(Refusal::rule(
            "area.unknown",
            format!("没有区划 {area}"),
            format!("the directory has no area {area}"),
        )
        .at("/place/area"));
    }
    if let Some(unknown) = new.accused_units.iter().find(|u| ctx.directory.unit(u).is_none()) {
        return Err(unknown_unit(unknown, "/accused_units"));
    }
    if new.narratives.is_empty() {
        return Err(Refusal::invalid("accept.empty", "诉求内容为空", "the appeal has no text").at("/text"));
    }
    if let Some(outer) = &new.outer {
        let accepted = if new.historical { new.received_at } else { ctx.now };
        word::check_name(&outer.owner, "outer.owner", "/outer/owner")?;
        word::check_number(&outer.number, "outer.number", "/outer/number")?;
        check_deadline(outer.deadline, accepted, ctx.now, "/outer/deadline")?;
    }
    // What an older system accepted, or a desk on paper, counts where it came in, not where it was brought in.
    let past = new.historical || new.late.is_some();
    let accepted_at = if past { new.received_at } else { ctx.now };
    let first = Event::Accepted {
        id: new.id.clone(),
        number: new.number.clone(),
        intake: Intake {
            channel: new.channel,
            received_at: new.received_at,
            accepted_at,
            accepted_by: ctx.actor.staff.clone(),
            person: new.person.clone(),
            anonymous: new.anonymous,
            late: new.late.clone().map(|form| LateEntry { form, entered_at: ctx.now }),
        },
        kind: new.kind,
        category: new.category.clone(),
        level: new.level,
        place: new.place.clone(),
        centre,
        narratives: new.narratives.clone(),
        secret,
        accused_units: new.accused_units.clone(),
        accused_staff: new.accused_staff.clone(),
        safety: new.safety.clone(),
        outer: new.outer.clone(),
        historical: new.historical,
    };
    let recorded = Recorded { seq: 1, at: ctx.now, staff: ctx.actor.staff.clone(), event: first };
    let case = Case::begin(&recorded).ok_or_else(|| Refusal::internal("an acceptance begins a case"))?;
    let mut events = vec![recorded.event];
    let mut draft = Draft::new(&case, ctx);
    if new.historical {
        // It is over, and nobody here knows how it ended.
        draft.push(Event::Archived);
        draft.reach(Stage::Archived);
    } else {
        draft.start_term_at(TermKind::Dispatch, None, accepted_at)?;
        copy_to_finder(&mut draft);
    }
    events.extend(draft.into_events());
    Ok(events)
}

/// A unit that brought a matter in from the field follows it as a copied unit (抄送).
fn copy_to_finder(d: &mut Draft<'_>) {
    let unit = d.ctx.actor.unit.as_ref().and_then(|u| d.ctx.directory.unit(u));
    let Some(unit) = unit.filter(|u| u.kind != UnitKind::Centre && !d.case.secret) else {
        return;
    };
    if !unit_accused(&d.case, &unit.id, d.ctx.directory) {
        d.push(Event::Copied { units: vec![(unit.id.clone(), "found".to_owned())] });
    }
}

/// Who accepts at a centre's desk, and who out of the field.
const AT_DESKS: &[Role] = &[Role::CallTaker, Role::ShiftLeader, Role::Dispatcher];
const IN_THE_FIELD: &[Role] = &[Role::GridWorker, Role::Inspector, Role::UnitReceiver];

/// By which ways a find comes in; telephones, platforms and old lists end at a desk.
const FROM_THE_FIELD: &[Channel] = &[Channel::Grid, Channel::Application, Channel::Other];

/// Whether someone with these roles accepts matters (受理).
#[must_use]
pub fn may_accept(roles: &BTreeSet<Role>) -> bool {
    AT_DESKS.iter().chain(IN_THE_FIELD).any(|role| roles.contains(role))
}

/// The centre that runs the case: the actor's own, unless it is accused, or nobody there may act on
/// a secret report; then the one above.
fn centre(new: &Acceptance, secret: bool, ctx: &Context<'_>) -> Result<UnitId, Refusal> {
    let directory = ctx.directory;
    let asked = new.centre.as_ref().or(ctx.actor.unit.as_ref()).and_then(|u| directory.unit(u));
    let Some(unit) = asked else {
        return Err(Refusal::rule(
            "accept.centre",
            "没有指明由哪个指挥中心受理",
            "no command centre is named to accept the case",
        )
        .at("/centre"));
    };
    let own = ctx.actor.unit.as_ref();
    if !ctx.actor.is_system() {
        let desk = ctx.actor.has_any(AT_DESKS);
        if !desk && !ctx.actor.has_any(IN_THE_FIELD) {
            return Err(Refusal::forbidden(
                "case.seat",
                "受理由话务员、值班长、派单员进行，现场发现由网格员、核查员或单位签收人上报",
                "accepting is for call takers, shift leaders and dispatchers; out of the field for grid workers, inspectors and receivers of units",
            ));
        }
        if !desk && (new.historical || !FROM_THE_FIELD.contains(&new.channel)) {
            return Err(Refusal::forbidden(
                "accept.channel",
                format!("“{}”来件由指挥中心受理；现场人员只上报本人发现的事项（网格、网络应用、其他）", new.channel.zh()),
                format!(
                    "what comes in by {} is accepted at a centre's desk; people in the field report what they found themselves (grid, application, other)",
                    new.channel.en()
                ),
            )
            .at("/channel"));
        }
        if desk && new.centre.as_ref().is_some_and(|c| Some(c) != own) {
            return Err(Refusal::forbidden(
                "accept.centre",
                "只能为本中心受理",
                "a case can be accepted only for your own centre",
            )
            .at("/centre"));
        }
    }
    // A grid worker's or a unit's find goes to the nearest centre above its area.
    let centre = if unit.kind == UnitKind::Centre { Some(unit) } else { directory.centre_above(&unit.area) };
    let accused = Accused { units: &new.accused_units, staff: &new.accused_staff };
    accused.run_by(centre, secret, directory, "accept").map(|c| c.id.clone())
}

/// Whom a report accuses: none of them may run it.
pub(super) struct Accused<'a> {
    pub units: &'a BTreeSet<UnitId>,
    pub staff: &'a BTreeSet<StaffId>,
}

impl Accused<'_> {
    /// The first centre, from this one upwards, that no accusation reaches and, for a secret
    /// report, whose officer can act on it.
    ///
    /// # Errors
    /// `no_centre_above` or `no_secrecy_officer`, of the domain of the command.
    pub fn run_by<'a>(
        &self,
        centre: Option<&'a Unit>,
        secret: bool,
        directory: &'a Directory,
        domain: &str,
    ) -> Result<&'a Unit, Refusal> {
        let upwards = || std::iter::successors(centre, |c| centre_over(&c.area, directory));
        let clear = |c: &&Unit| !stands_accused(self.units, &c.id, directory);
        let Some(nearest) = upwards().find(clear) else {
            return Err(Refusal::rule(
                &format!("{domain}.no_centre_above"),
                "被举报的是最高一级指挥中心，请移送上级机关",
                "the accused is the highest centre of this house; refer the report to the authority above",
            ));
        };
        let able = |c: &&Unit| !secret || self.has_officer(c, directory);
        upwards().filter(clear).find(able).ok_or_else(|| {
            Refusal::rule(
                &format!("{domain}.no_secrecy_officer"),
                format!(
                    "{} 及其上级中心没有可办理的涉密举报专员（停用或被举报的不算）；请先在其中一个中心指定一名涉密举报专员",
                    nearest.name
                ),
                format!(
                    "neither {} nor a centre above it has a secrecy officer who may act (none that is disabled or accused); give somebody at one of them the role secrecy_officer first",
                    nearest.name
                ),
            )
            .at("/centre")
            .fact("centre", &nearest.id)
        })
    }

    fn has_officer(&self, centre: &Unit, directory: &Directory) -> bool {
        directory
            .staff_of(&centre.id)
            .any(|s| s.roles.contains(&Role::SecrecyOfficer) && !s.disabled && !self.staff.contains(&s.id))
    }
}

/// The nearest centre above an area; a governance area (板块) without a parent lies where its divisions lie.
pub(super) fn centre_over<'a>(area: &AreaId, directory: &'a Directory) -> Option<&'a Unit> {
    let area = directory.area(area)?;
    let held = || area.holds.first().and_then(|h| directory.area(h)?.parent.as_ref());
    directory.centre_above(area.parent.as_ref().or_else(held)?)
}

/// Whether the desk may answer the case by itself at all.
pub(super) fn may_answer(case: &Case) -> Result<(), Refusal> {
    if !case.secret {
        return Ok(());
    }
    Err(Refusal::rule(
        "secret.direct_answer",
        "涉密举报不得直接答复；请由涉密举报专员形成摘要后派单",
        "a secret report may not be answered at the desk; have its extract set and dispatch it",
    ))
}

pub(super) fn answer_directly(d: &mut Draft<'_>, text: &NarrativeId, solved: Solved) {
    d.end_term(TermKind::Dispatch, None);
    d.push(Event::AnsweredDirectly { text: text.clone(), solved });
    d.reach(Stage::AnsweredDirectly);
}
