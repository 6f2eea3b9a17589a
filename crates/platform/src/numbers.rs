//! Which case a number belongs to. Numbers are never changed and never used again, so what was
//! learnt once stays true.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use yipan_base::id::CaseId;
use yipan_base::refusal::Refusal;
use yipan_store::Scope;

use crate::give::{CaseName, unknown_case};
use crate::house::House;

/// Numbers remembered at most.
const MOST: usize = 20_000;

/// Cases by number, as far as they were asked for lately.
#[derive(Default)]
pub(crate) struct Numbers(RwLock<HashMap<Box<str>, CaseId>>);

impl Numbers {
    fn get(&self, number: &str) -> Option<CaseId> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(number).cloned()
    }

    pub(crate) fn keep(&self, number: &str, id: &CaseId) {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST {
            known.clear();
        }
        known.insert(number.into(), id.clone());
    }
}

impl House {
    /// The id of a case by number or id. Says nothing of who may see it: whoever asks must look at
    /// the case itself before telling anybody of it.
    pub(crate) async fn case_called(&self, name: &CaseName) -> Result<CaseId, Refusal> {
        if let Some(id) = self.numbers().get(&name.0) {
            return Ok(id);
        }
        if name.0.contains('\0') {
            return Err(unknown_case(&name.0.replace('\0', "\u{fffd}")));
        }
        let sql =
            "SELECT c.id, c.number FROM case_file c WHERE (c.number = $1 OR c.id = $1) AND {visible:c.id}";
        let rows = self.store().cases(&Scope::system("find a case"), sql, &[name.0.as_str().into()]).await?;
        let row = rows.first().ok_or_else(|| unknown_case(&name.0))?;
        let id = row.text("id")?.into();
        self.numbers().keep(row.text("number")?, &id);
        Ok(id)
    }
}
