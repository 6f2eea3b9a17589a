//! Whom a centre tells, and what it sends them.

use std::collections::BTreeSet;

use yipan_base::directory::{Unit, UnitKind};
use yipan_base::id::{BlobId, UnitId};
use yipan_base::refusal::Refusal;
use yipan_base::time::{MINUTE, Timestamp};

use super::event::{Duty, NewHop, Sending};
use super::state::Urgent;
use crate::dossier::Desk;
use crate::line::centre_above;

/// A report takes no more attachments.
const ATTACHMENTS: usize = 20;

/// By when a centre that knows since then must tell the one above it.
pub(super) fn duty(since: Timestamp, desk: &Desk<'_>) -> Duty {
    Duty {
        telephone_due: since.plus(desk.terms.urgent_telephone_minutes * MINUTE),
        written_due: since.plus(desk.terms.urgent_written_minutes * MINUTE),
    }
}

/// Whom a centre may tell: the centre above it, its own government, and the government above it.
fn may_be_told(from: &UnitId, to: &Unit, desk: &Desk<'_>) -> bool {
    let own = desk.directory.unit(from).map(|own| &own.area);
    let above = centre_above(desk.directory, from);
    match to.kind {
        UnitKind::Centre => above.is_some_and(|above| above.id == to.id),
        UnitKind::Government => own == Some(&to.area) || above.is_some_and(|above| above.area == to.area),
        UnitKind::Department | UnitKind::Team => false,
    }
}

/// A unit that a centre names, if it may be told.
pub(super) fn told<'a>(
    from: &UnitId,
    to: &UnitId,
    pointer: &str,
    desk: &Desk<'a>,
) -> Result<&'a Unit, Refusal> {
    let unit = desk.unit_called(to, pointer)?;
    if may_be_told(from, unit, desk) {
        return Ok(unit);
    }
    Err(Refusal::rule(
        "urgent.wrong_addressee",
        "紧急信息逐级报上一级指挥中心，或报本级、上一级政府",
        "urgent information goes to the centre above, to one's own government or to the one above it",
    )
    .at(pointer))
}

/// A centre that knows from now on.
pub(super) fn begins(urgent: &Urgent, unit: &Unit, since: Timestamp, desk: &Desk<'_>) -> Option<NewHop> {
    let new = unit.kind == UnitKind::Centre && urgent.hops.iter().all(|hop| hop.unit != unit.id);
    let duty = centre_above(desk.directory, &unit.id).map(|_| duty(since, desk));
    new.then(|| NewHop { unit: unit.id.clone(), duty })
}

/// Something written for the units named, or for the centre above (at the top: the government).
pub(super) fn sending(
    urgent: &Urgent,
    from: &UnitId,
    to: &[UnitId],
    (field, text): (&'static str, &str),
    attachments: &[BlobId],
    follow_up_due: Option<Timestamp>,
    desk: &Desk<'_>,
) -> Result<Sending, Refusal> {
    let usual = || {
        let own = desk.directory.unit(from)?;
        centre_above(desk.directory, from).or_else(|| desk.directory.government(&own.area))
    };
    let units: Vec<&Unit> = match to {
        [] => usual().into_iter().collect(),
        to => {
            let named = to.iter().enumerate().map(|(at, id)| told(from, id, &format!("/to/{at}"), desk));
            named.collect::<Result<_, _>>()?
        }
    };
    if units.is_empty() || units.iter().map(|unit| &unit.id).collect::<BTreeSet<_>>().len() < units.len() {
        return Err(Refusal::rule(
            "urgent.addressees",
            "请指定接收单位，每个单位只列一次",
            "say who receives it, each unit once",
        )
        .at("/to"));
    }
    let digest =
        |blob: &BlobId| blob.as_str().len() == 64 && blob.as_str().bytes().all(|b| b.is_ascii_hexdigit());
    if attachments.len() > ATTACHMENTS || !attachments.iter().all(digest) {
        return Err(Refusal::invalid(
            "urgent.attachments",
            format!("附件最多 {ATTACHMENTS} 个，且须先上传"),
            format!("at most {ATTACHMENTS} attachments, each by the digest that its upload gave"),
        )
        .at("/attachments"));
    }
    Ok(Sending {
        from: from.clone(),
        to: units.iter().map(|unit| unit.id.clone()).collect(),
        text: desk.keep(field, text)?,
        attachments: attachments.to_vec(),
        receipt_due: desk.now.plus(desk.terms.receipt_minutes * MINUTE),
        follow_up_due,
        begins: units.iter().filter_map(|unit| begins(urgent, unit, desk.now, desk)).collect(),
    })
}
