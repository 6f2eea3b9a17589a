//! The duty rooms at work.

use std::collections::HashMap;
use std::sync::PoisonError;

use serde_json::Value;
use yipan_duty::Kind;
use yipan_platform::Viewer;
use yipan_platform::dossiers::DossierName;

use super::hand::Hand;
use crate::fault::PlayFault;
use crate::turn::Turn;

impl Hand<'_> {
    /// Gives a command to a dossier; the first of a name begins it.
    pub(super) async fn keep(&mut self, row: usize) -> Result<Option<Turn>, PlayFault> {
        let cast = self.cast;
        let step = &cast.storm.rooms[row];
        let directory = &cast.city.directory;
        let staff = directory
            .staff_by_login(&step.by)
            .ok_or_else(|| PlayFault::City(format!("nobody logs in as `{}`", step.by)))?;
        let viewer = Viewer::of(staff, directory);
        let mut command = step.command.clone();
        let name = {
            let known = cast.rooms.lock().unwrap_or_else(PoisonError::into_inner);
            named(&mut command, &known);
            match (step.kind, known.get(&step.dossier)) {
                (Kind::Roster, _) => DossierName::Named(step.dossier.clone()),
                (_, Some(id)) => DossierName::Id(id.clone()),
                (_, None) => DossierName::New,
            }
        };
        let kept = cast
            .house
            .keep_any(&viewer, step.kind, &name, command)
            .await
            .map_err(|refusal| self.refused(&viewer, refusal))?;
        self.taken.commands += 1;
        self.taken.events += kept.events.len() as u64;
        cast.rooms.lock().unwrap_or_else(PoisonError::into_inner).insert(step.dossier.clone(), kept.id);
        Ok(None)
    }
}

/// Puts ids in the place of names.
fn named(value: &mut Value, known: &HashMap<String, String>) {
    match value {
        Value::String(text) => {
            if let Some(id) = text.strip_prefix('$').and_then(|name| known.get(name)) {
                text.clone_from(id);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| named(item, known)),
        Value::Object(fields) => fields.values_mut().for_each(|field| named(field, known)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
