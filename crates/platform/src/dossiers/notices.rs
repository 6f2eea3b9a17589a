//! Notices inside the house (站内通知): who was told of what, and who of them said so.

use serde::{Deserialize, Serialize};
use yipan_base::id::UnitId;
use yipan_base::refusal::Refusal;
use yipan_base::time::Timestamp;
use yipan_store::tables::NOTICE;
use yipan_store::{AuditEntry, Load, Planned, Record, Row, UnitOfWork, Value};

use crate::house::House;
use crate::viewer::Viewer;

/// The most notices that a list gives.
const MOST: usize = 200;

/// A notice to a unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct NoticeLine {
    pub id: String,
    pub at: Timestamp,
    /// What of, such as `losses.asked`.
    pub what: String,
    /// The dossier it is about.
    pub dossier: String,
    pub urgent: bool,
    pub read_at: Option<Timestamp>,
    /// The first of the unit's people who said so.
    pub read_by: Option<String>,
}

impl House {
    /// What the viewer's own unit was told, the newest first.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub async fn notices(&self, viewer: &Viewer, unread: bool) -> Result<Vec<NoticeLine>, Refusal> {
        let Some(unit) = &viewer.actor.unit else { return Ok(Vec::new()) };
        let open = if unread { " AND read_at IS NULL" } else { "" };
        let sql = format!(
            "SELECT id, at, what, dossier_id, urgent, read_at, read_by FROM notice WHERE unit = $1{open} \
             ORDER BY at DESC, id LIMIT {MOST}"
        );
        self.store().house(&sql, &[unit.as_str().into()]).await?.iter().map(line).collect()
    }

    /// Says that a notice was read. Saying so again changes nothing.
    ///
    /// # Errors
    /// `notice.unknown` where the viewer's unit was told no such thing.
    pub async fn read_notice(&self, viewer: &Viewer, id: &str) -> Result<(), Refusal> {
        let key: Vec<Value> = vec![id.into()];
        let (viewer, now, name) = (viewer.clone(), self.now(), id.to_owned());
        let work = UnitOfWork::new(vec![Load::new(&NOTICE, key.clone())], move |loaded| {
            let row = loaded.get(&NOTICE, &key).filter(|row| {
                row.text("unit").is_ok_and(|unit| viewer.actor.unit == Some(UnitId::new(unit)))
            });
            let row = row.ok_or_else(|| {
                Refusal::not_found(
                    "notice.unknown",
                    "没有这条通知，或不是发给您单位的",
                    "there is no such notice, or it was not given to your unit",
                )
            })?;
            if *row.value("read_at")? != Value::Null {
                return Ok(Planned::unaudited(Vec::new(), ()));
            }
            let values = vec![
                key[0].clone(),
                row.value("unit")?.clone(),
                row.value("at")?.clone(),
                row.value("what")?.clone(),
                row.value("dossier_id")?.clone(),
                row.value("urgent")?.clone(),
                now.as_micros().into(),
                viewer.actor.staff.as_str().into(),
            ];
            let audit = AuditEntry {
                at: now,
                actor: viewer.actor.staff.to_string(),
                action: "notice.read".to_owned(),
                subject: name.clone(),
            };
            Ok(Planned::audited(audit, vec![Row::upsert(&NOTICE, values)], ()))
        });
        self.store().commit(work).await?;
        Ok(())
    }
}

fn line(row: &Record) -> Result<NoticeLine, Refusal> {
    Ok(NoticeLine {
        id: row.text("id")?.to_owned(),
        at: Timestamp::from_micros(row.int("at")?),
        what: row.text("what")?.to_owned(),
        dossier: row.text("dossier_id")?.to_owned(),
        urgent: row.int("urgent")? != 0,
        read_at: row.opt_int("read_at")?.map(Timestamp::from_micros),
        read_by: row.opt_text("read_by")?.map(str::to_owned),
    })
}
