//! What of a secret report (涉密举报) is shown to those who handle it without clearance: whose turn it
//! is and by when, never who spoke, where it is or whom it accuses. The words are in the extract.

use yipan_base::id::BlobId;
use yipan_casework::case::{Case, Place};
use yipan_casework::event::{Event, Recorded};

use crate::viewer::Viewer;

/// The case as this viewer may read it.
pub(crate) fn case(mut case: Case, viewer: &Viewer) -> Case {
    if !withheld(&case, viewer) {
        return case;
    }
    case.place = Place::default();
    case.intake.person = None;
    case.accused_units.clear();
    case.accused_staff.clear();
    case.safety.clear();
    // What they put to it themselves they know.
    case.attachments.retain(|attachment| attachment.by == viewer.actor.staff);
    for check in &mut case.verifications {
        check.photos.clear();
        check.point = None;
    }
    case
}

/// An event of the case as this viewer may read it.
pub(crate) fn event(of: &Case, mut recorded: Recorded, viewer: &Viewer) -> Recorded {
    if !withheld(of, viewer) {
        return recorded;
    }
    match &mut recorded.event {
        Event::Accepted { intake, place: p, accused_units, accused_staff, safety, .. } => {
            *p = Place::default();
            intake.person = None;
            accused_units.clear();
            accused_staff.clear();
            safety.clear();
        }
        Event::Corrected { place: p, .. } => *p = p.as_ref().map(|_| Place::default()),
        Event::MadeSecret { accused_units, accused_staff } => {
            accused_units.clear();
            accused_staff.clear();
        }
        Event::Attached { file, point, .. } if recorded.staff != viewer.actor.staff => {
            *file = BlobId::new("");
            *point = None;
        }
        Event::Verified { photos, point, .. } => {
            photos.clear();
            *point = None;
        }
        _ => {}
    }
    recorded
}

/// Whether this viewer reads the extract only.
pub(crate) fn withheld(case: &Case, viewer: &Viewer) -> bool {
    case.secret && !viewer.cleared()
}
