//! Defects that are planted in what a run leaves behind.

use yipan_store::tables::{IDEMPOTENCY, OUTBOX};
use yipan_store::{CommitError, Load, Planned, Record, Row, UnitOfWork};

use super::Run;
use crate::defect::Defect;
use crate::finding::Finding;

impl Run<'_, '_> {
    /// Plants the defect that an answer is not kept.
    pub(super) async fn forget(&mut self) -> Result<(), Finding> {
        if self.defect != Some(Defect::ForgetsKey) {
            return Ok(());
        }
        let keys = self.book.keyed.iter().filter(|known| known.done.is_some()).filter_map(|known| {
            let key = known.request.key.as_ref()?;
            Some(Row::delete(&IDEMPOTENCY, vec![known.request.who().into(), key.key.as_str().into()]))
        });
        let rows: Vec<Row> = keys.collect();
        self.planted(Vec::new(), rows).await
    }

    /// Plants the defect that a delivered message is ready again.
    pub(super) async fn ready_again(&mut self, id: String) -> Result<(), Finding> {
        let columns: Vec<_> = OUTBOX.columns.iter().map(|column| column.name).collect();
        let sql = format!("SELECT {} FROM outbox WHERE id = $1", columns.join(", "));
        let rows = self.world.store().house(&sql, &[id.as_str().into()]).await?;
        let Some(mut values) = rows.into_iter().next().map(Record::into_values) else {
            return Ok(());
        };
        for (value, column) in values.iter_mut().zip(&columns) {
            if *column == "state" {
                *value = "ready".into();
            }
        }
        self.planted(vec![Load::new(&OUTBOX, vec![id.into()])], vec![Row::upsert(&OUTBOX, values)]).await
    }

    async fn planted(&self, load: Vec<Load>, rows: Vec<Row>) -> Result<(), Finding> {
        let work = UnitOfWork::new(load, move |_| Ok(Planned::unaudited(rows.clone(), ())));
        // A full disk keeps even a defect out.
        match self.world.store().commit(work).await {
            Ok(_) | Err(CommitError::NoSpace(_)) => Ok(()),
            Err(fault) => Err(fault.into()),
        }
    }
}
