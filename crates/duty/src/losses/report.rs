//! A town's report: who may give it, and what it may say.

use yipan_base::id::UnitId;
use yipan_base::refusal::Refusal;
use yipan_base::time::Timestamp;

use super::command::{ReportKind, Source};
use super::decide::{asked, earliest};
use super::event::{Event, Jump};
use super::form::{Field, Figures, form};
use super::state::{Losses, Report, Status};
use crate::dossier::Desk;
use crate::line::{centre_above, speaks_for};

/// A growth of no more printed units than this needs no word, whatever its factor.
const SMALL: i64 = 10;

/// A report as the command gives it.
pub(super) struct Given<'a> {
    pub(super) unit: &'a UnitId,
    pub(super) kind: ReportKind,
    pub(super) as_of: Timestamp,
    pub(super) figures: &'a Figures,
    pub(super) source: Source,
    pub(super) note: Option<&'a str>,
    pub(super) explanation: Option<&'a str>,
}

pub(super) fn report(losses: &Losses, given: &Given<'_>, desk: &Desk<'_>) -> Result<Event, Refusal> {
    let before = asked(losses, given.unit)?.counted();
    may(losses, given, desk)?;
    timely(losses, given.as_of, before, desk)?;
    let figures = form().admit(given.figures)?;
    in_series(given.kind, &figures, before)?;
    if given.explanation.is_none() {
        grown(&figures, before)?;
    }
    let jumps = match given.explanation {
        Some(_) => Vec::new(),
        None => {
            before.map(|before| leaps(&figures, before, desk.terms.losses_jump_factor)).unwrap_or_default()
        }
    };
    Ok(Event::Reported {
        unit: given.unit.clone(),
        kind: given.kind,
        as_of: given.as_of,
        figures,
        source: given.source,
        note: given.note.map(|note| desk.keep("note", note)).transpose()?,
        explanation: given.explanation.map(|text| desk.keep("explanation", text)).transpose()?,
        jumps,
        corrects: None,
    })
}

/// Puts the latest report right. It speaks of the same moment and is always explained, so nothing
/// in it is refused for shrinking or marked for leaping.
pub(super) fn correct(
    losses: &Losses,
    unit: &UnitId,
    figures: &Figures,
    explanation: &str,
    desk: &Desk<'_>,
) -> Result<Event, Refusal> {
    let last = asked(losses, unit)?.last.as_ref().filter(|last| last.status != Status::Returned);
    if !speaks_for(desk, unit) {
        return Err(not_yours());
    }
    let last = last.ok_or_else(|| {
        Refusal::conflict(
            "losses.nothing_to_correct",
            "该单位没有可以更正的报表；被退回的，请重新报送",
            "the unit has no report to correct; after a return, report anew",
        )
        .at("/unit")
    })?;
    let figures = form().admit(figures)?;
    let kind = match last.kind {
        ReportKind::Zero if !figures.is_empty() => ReportKind::First,
        ReportKind::First | ReportKind::FollowUp if figures.is_empty() => ReportKind::Zero,
        kind => kind,
    };
    Ok(Event::Reported {
        unit: unit.clone(),
        kind,
        as_of: last.as_of,
        figures,
        source: Source::Form,
        note: None,
        explanation: Some(desk.keep("explanation", explanation)?),
        jumps: Vec::new(),
        corrects: Some(last.seq),
    })
}

fn not_yours() -> Refusal {
    Refusal::forbidden(
        "losses.not_yours",
        "灾情由镇街指挥中心或镇街政府填报；上级中心代报的，请选电话报送并写明来电情况",
        "a town's own centre or government reports; a centre above takes it down as a telephone report",
    )
    .at("/unit")
}

fn may(losses: &Losses, given: &Given<'_>, desk: &Desk<'_>) -> Result<(), Refusal> {
    let above = || centre_above(desk.directory, given.unit).is_some_and(|centre| desk.at(&centre.id));
    let allowed = match given.source {
        Source::Form => speaks_for(desk, given.unit),
        Source::Telephone => desk.at(&losses.unit) || above(),
    };
    if !allowed {
        return Err(not_yours());
    }
    if given.source == Source::Telephone && given.note.is_none() {
        return Err(Refusal::rule(
            "losses.note",
            "电话报送须写明来电人和来电情况",
            "a report by telephone needs a note: who rang and what was said",
        )
        .at("/note"));
    }
    Ok(())
}

fn timely(
    losses: &Losses,
    as_of: Timestamp,
    before: Option<&Report>,
    desk: &Desk<'_>,
) -> Result<(), Refusal> {
    if as_of > desk.now {
        return Err(Refusal::rule(
            "losses.as_of_future",
            format!("截至时间 {as_of} 晚于现在，请改正"),
            format!("the figures are as of {as_of}, which is still to come; correct it"),
        )
        .at("/as_of"));
    }
    let least = before.map_or(earliest(losses), |before| before.as_of);
    if as_of < least {
        return Err(Refusal::rule(
            "losses.as_of_past",
            format!("截至时间 {as_of} 过早，不得早于 {least}；更正上一期请用更正"),
            format!("the figures are as of {as_of}; they may not lie before {least}; to mend the last report, correct it"),
        )
        .at("/as_of"));
    }
    Ok(())
}

/// Whether this kind of report may stand here in the unit's series.
fn in_series(kind: ReportKind, figures: &Figures, before: Option<&Report>) -> Result<(), Refusal> {
    let begun = before.is_some_and(|before| before.kind != ReportKind::Zero);
    let (code, zh, en) = match kind {
        ReportKind::Zero if !figures.is_empty() => (
            "losses.zero_with_figures",
            "零报告不得填写数字；有灾情请报初报或续报",
            "a zero report says that there are no losses; report figures as a first or follow-up report",
        ),
        ReportKind::First | ReportKind::FollowUp if figures.is_empty() => {
            ("losses.no_figures", "各栏均为零，请报零报告", "every figure is nought; give a zero report")
        }
        ReportKind::First if begun => {
            ("losses.first_again", "已有初报，请报续报", "there is a first report already; follow it up")
        }
        ReportKind::FollowUp if !begun => (
            "losses.no_first",
            "尚无初报，请先报初报",
            "there is nothing to follow up; give the first report",
        ),
        _ => return Ok(()),
    };
    Err(Refusal::rule(code, zh, en).at("/kind"))
}

fn figure(figures: &Figures, field: &Field) -> i64 {
    figures.get(&field.code).copied().unwrap_or(0)
}

/// Totals since the beginning do not shrink without a word why.
fn grown(figures: &Figures, before: Option<&Report>) -> Result<(), Refusal> {
    let Some(before) = before else { return Ok(()) };
    let smaller: Vec<_> = form()
        .fields
        .iter()
        .filter(|field| !field.may_shrink && figure(figures, field) < figure(&before.figures, field))
        .collect();
    let Some(first) = smaller.first() else { return Ok(()) };
    let change = |field: &Field| (figure(&before.figures, field), figure(figures, field));
    let zh: Vec<_> =
        smaller.iter().map(|f| (&f.zh, change(f))).map(|(n, (a, b))| format!("{n} {a}→{b}")).collect();
    let en: Vec<_> =
        smaller.iter().map(|f| (&f.en, change(f))).map(|(n, (a, b))| format!("{n} {a} to {b}")).collect();
    let codes: Vec<_> = smaller.iter().map(|field| field.code.as_str()).collect();
    Err(Refusal::rule(
        "losses.shrinks",
        format!("累计数比上一期减少：{}；请核对，确需减少的写明原因", zh.join("；")),
        format!("totals are smaller than in the report before: {}; correct them or explain", en.join("; ")),
    )
    .at(format!("/figures/{}", first.code))
    .fact("fields", codes.join(",")))
}

/// What leaps beyond the factor. A leap stays marked in the reports that follow until somebody explains
/// it or the figure falls back.
fn leaps(figures: &Figures, before: &Report, factor: i64) -> Vec<Jump> {
    let leap = |field: &Field| {
        let earlier = before.jumps.iter().find(|jump| jump.field == field.code).map(|jump| jump.from);
        let from = earlier.unwrap_or_else(|| figure(&before.figures, field));
        let to = figure(figures, field);
        let leapt = from > 0 && to > from.saturating_mul(factor) && to - from > SMALL * field.scale;
        leapt.then(|| Jump { field: field.code.clone(), from, to })
    };
    form().fields.iter().filter_map(leap).collect()
}
