//! Any dossier folded again from its events (重放), without knowing which.

use yipan_base::directory::Directory;
use yipan_base::id::BlobId;

use crate::dossier::{Card, Dossier, Kind, Notice, Recorded};

/// What a history of events amounts to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refolded {
    /// The state as JSON, to the byte as it is stored.
    pub state: String,
    pub card: Card,
    /// Who was told, by the number of the event.
    pub notices: Vec<(u64, Notice)>,
    /// The files that the events name, as often as they do.
    pub files: Vec<BlobId>,
}

/// An event as it lies in the store.
pub type Stored = Recorded<serde_json::Value>;

/// Folds the events of a dossier.
///
/// # Errors
/// What cannot be read or folded.
pub fn refold(kind: Kind, events: &[Stored], directory: &Directory) -> Result<Refolded, String> {
    match kind {
        Kind::Roster => fold::<crate::Roster>(events, directory),
        Kind::Shift => fold::<crate::Shift>(events, directory),
        Kind::Post => fold::<crate::Post>(events, directory),
        Kind::Brief => fold::<crate::Brief>(events, directory),
        Kind::Judgement => fold::<crate::Judgement>(events, directory),
        Kind::Incident => fold::<crate::Incident>(events, directory),
        Kind::Losses => fold::<crate::Losses>(events, directory),
        Kind::Urgent => fold::<crate::Urgent>(events, directory),
    }
}

/// Folds as one kind.
fn fold<D: Dossier>(events: &[Stored], directory: &Directory) -> Result<Refolded, String> {
    let mut state: Option<D> = None;
    let (mut notices, mut files) = (Vec::new(), Vec::new());
    for stored in events {
        let event: D::Event = serde_json::from_value(stored.event.clone())
            .map_err(|fault| format!("event {} cannot be read: {fault}", stored.seq))?;
        files.extend_from_slice(D::files(&event));
        let recorded = Recorded {
            seq: stored.seq,
            at: stored.at,
            staff: stored.staff.clone(),
            unit: stored.unit.clone(),
            event,
        };
        let after = match state.take() {
            None => D::begin(&recorded).ok_or_else(|| format!("event {} begins no dossier", stored.seq))?,
            Some(mut state) => {
                state.apply(&recorded);
                state
            }
        };
        notices.extend(after.notices(&recorded, directory).into_iter().map(|notice| (stored.seq, notice)));
        state = Some(after);
    }
    let state = state.ok_or("there are no events")?;
    let card = state.card(directory);
    let state = serde_json::to_string(&state).map_err(|fault| fault.to_string())?;
    Ok(Refolded { state, card, notices, files })
}
