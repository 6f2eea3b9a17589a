//! Checks that several dossiers share.

use yipan_base::directory::{Directory, UnitKind};
use yipan_base::id::{AreaId, UnitId};
use yipan_base::identity::{Phone, PhoneKind, ResidentId};
use yipan_base::refusal::Refusal;

use crate::dossier::Desk;

/// The longest reference, in characters.
const LONGEST: usize = 80;

/// Refuses what is no id or number of something outside the dossier. References stand in events in
/// clear, so neither words nor a person's numbers may pass for one.
///
/// # Errors
/// `duty.reference`, pointing at `pointer`.
pub(crate) fn reference(word: &str, pointer: &str) -> Result<(), Refusal> {
    let sound = |c: char| c.is_ascii_alphanumeric() || "-/._:".contains(c);
    let of_a_person = || {
        Phone::parse(word).is_ok_and(|phone| phone.kind() == PhoneKind::Mobile)
            || ResidentId::parse(word).is_ok()
    };
    if (1..=LONGEST).contains(&word.len()) && word.chars().all(sound) && !of_a_person() {
        return Ok(());
    }
    Err(Refusal::invalid(
        "duty.reference",
        format!("须为编号：1 至 {LONGEST} 个字母、数字或 - / . _ :，不得为手机号或身份证号"),
        format!(
            "write an id or a number: 1 to {LONGEST} letters, digits or - / . _ :, and nobody's telephone or identity number"
        ),
    )
    .at(pointer))
}

/// Whether `outer` holds `inner`: in the tree of divisions, as a board (板块) holds its towns, or as the
/// city, which holds everything: its boards stand in a tree of their own.
pub(crate) fn covers(directory: &Directory, outer: &AreaId, inner: &AreaId) -> bool {
    directory.within(inner, outer)
        || directory.governance_of(inner).any(|board| &board.id == outer)
        || directory.city().is_some_and(|city| &city.id == outer)
}

/// Whether the actor works at that centre or at one above it, boards included. The house does.
pub(crate) fn keeps(desk: &Desk<'_>, centre: &UnitId) -> bool {
    let own = desk.actor.unit.as_ref().and_then(|own| desk.directory.unit(own));
    let kept = desk.directory.unit(centre);
    desk.actor.is_system()
        || own.zip(kept).is_some_and(|(own, kept)| {
            own.kind == UnitKind::Centre && covers(desk.directory, &own.area, &kept.area)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_is_no_sentence_and_no_person() {
        for sound in ["019234ab-0000-7000-8000-000000000001", "NT20210430-000017", "rule:3/alert.7"] {
            assert_eq!(reference(sound, "/case"), Ok(()), "{sound}");
        }
        let long = "x".repeat(81);
        for bad in ["", "two words", "张三", "13800138000", long.as_str()] {
            let refusal = reference(bad, "/case").unwrap_err();
            assert_eq!(
                (refusal.code.as_str(), refusal.pointer.as_deref()),
                ("duty.reference", Some("/case"))
            );
        }
    }
}
