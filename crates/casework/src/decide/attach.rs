//! Files of a case (附件).

use yipan_base::id::{BlobId, NarrativeId};
use yipan_base::refusal::Refusal;

use super::Draft;
use crate::case::AttachmentKind;
use crate::event::Event;

/// A case with more files than this is a mistake of a program, not evidence.
const MOST: usize = 500;

pub(super) fn attach(
    d: &mut Draft<'_>,
    what: AttachmentKind,
    file: &BlobId,
    note: Option<&NarrativeId>,
    point: Option<[f64; 2]>,
) -> Result<(), Refusal> {
    if d.case.attachments.iter().any(|there| there.file == *file) {
        return Err(Refusal::conflict(
            "attach.again",
            "这份附件已在本单中，无需重复添加",
            "this file is with the case already; it is not added twice",
        )
        .at("/file"));
    }
    if d.case.attachments.len() >= MOST {
        return Err(Refusal::rule(
            "attach.most",
            format!("一张工单最多 {MOST} 份附件"),
            format!("a case holds {MOST} files at most"),
        ));
    }
    d.push(Event::Attached { what, file: file.clone(), note: note.cloned(), point });
    Ok(())
}
