//! Verification on the spot (现场核查).

use yipan_base::id::{BlobId, NarrativeId};
use yipan_base::refusal::Refusal;

use super::Draft;
use super::gate::acts_for;
use crate::case::{Stage, TermKind};
use crate::event::Event;

pub(super) fn verify(
    d: &mut Draft<'_>,
    confirmed: bool,
    remark: Option<&NarrativeId>,
    photos: &[BlobId],
    point: Option<[f64; 2]>,
) -> Result<(), Refusal> {
    // The centre checks what it did not do itself, also where it acts for its government.
    let own = d.ctx.actor.unit.as_ref().filter(|own| **own != d.case.centre);
    let mut handlers = d.case.holdings.iter().filter(|h| h.round == d.case.round && h.is_live());
    if own.is_some_and(|own| handlers.any(|h| acts_for(own, &h.unit, &d.ctx))) {
        return Err(Refusal::rule(
            "verify.own_work",
            "承办单位不能核查自己的办理结果",
            "a unit does not verify its own work",
        ));
    }
    if !confirmed && remark.is_none() {
        return Err(Refusal::invalid(
            "verify.remark",
            "核查不通过须写明情况",
            "a failed check says what was found",
        )
        .at("/remark"));
    }
    d.push(Event::Verified { confirmed, remark: remark.cloned(), photos: photos.to_vec(), point });
    if confirmed {
        d.end_term(TermKind::Verify, None);
        d.reach(Stage::CallingBack);
        d.start_term(TermKind::CallBack, None)?;
    }
    Ok(())
}
