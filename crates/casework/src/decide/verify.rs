//! Verification on the spot (现场核查).

use yipan_base::id::{BlobId, NarrativeId};
use yipan_base::refusal::Refusal;

use super::Draft;
use crate::case::{Stage, TermKind};
use crate::event::Event;

pub(super) fn verify(
    d: &mut Draft<'_>,
    confirmed: bool,
    remark: Option<&NarrativeId>,
    photos: &[BlobId],
    point: Option<[f64; 2]>,
) -> Result<(), Refusal> {
    let own = d.ctx.actor.unit.as_ref();
    if d.case.last_main().is_some_and(|h| Some(&h.unit) == own) {
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
