//! Paper forms (纸质受理单): numbers allotted to a centre, never twice, and the sheet that is printed.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use yipan_base::directory::Role;
use yipan_base::id::{AreaId, StaffId};
use yipan_base::refusal::Refusal;
use yipan_base::time::Timestamp;
use yipan_platform::{House, Viewer};
use yipan_store::tables::SETTING;
use yipan_store::{AuditEntry, Load, Planned, Row, UnitOfWork, Value};

use crate::centres;
use crate::form_number::{FormNumber, LAST};

/// The most that are allotted at once.
pub const MOST: u32 = 500;

/// Numbers that were allotted together, for a print (一批纸质单).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Batch {
    pub centre: AreaId,
    /// The centre's name.
    pub name: String,
    pub allotted_at: Timestamp,
    pub numbers: Vec<String>,
}

/// What a day's setting holds.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Day {
    batches: Vec<Stretch>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Stretch {
    from: u32,
    to: u32,
    at: Timestamp,
    by: StaffId,
}

/// Allots numbers to a centre; they stand in the audit log.
///
/// # Errors
/// `offline.centre` where there is none of that name; `forms.right` where the viewer neither accepts
/// matters there nor is system administrator; `forms.count` where it is none or too many.
pub async fn allot(house: &House, viewer: &Viewer, name: &str, count: u32) -> Result<Batch, Refusal> {
    let city = house.city();
    let unit = centres::centre(&city.directory, name)?;
    let own = viewer.actor.unit.as_ref() == Some(&unit.id)
        && yipan_casework::decide::may_accept(&viewer.actor.roles);
    if !own && !viewer.actor.has(Role::SystemAdministrator) {
        return Err(Refusal::forbidden(
            "forms.right",
            "纸质单由本中心受理人员或系统管理员领取",
            "paper forms are drawn by whoever accepts matters at the centre, or by a system administrator",
        ));
    }
    if count == 0 || count > MOST {
        return Err(Refusal::invalid(
            "forms.count",
            format!("一次可领 1 至 {MOST} 张"),
            format!("1 to {MOST} forms are allotted at once"),
        )
        .at("/count"));
    }
    let (now, by) = (house.now(), viewer.actor.staff.clone());
    let (centre, name) = (unit.area.clone(), unit.name.clone());
    let key: Vec<Value> = vec![setting(&centre, now).into()];
    let work = UnitOfWork::new(vec![Load::new(&SETTING, key.clone())], move |loaded| {
        let mut day = match loaded.get(&SETTING, &key) {
            Some(row) => read(row.text("body")?)?,
            None => Day::default(),
        };
        let from = day.batches.last().map_or(1, |last| last.to + 1);
        let to = from + count - 1;
        if to > LAST {
            return Err(Refusal::rule(
                "forms.count",
                format!("今天已领到第 {} 号，每天最多 {LAST} 号", from - 1),
                format!("{} numbers were allotted today; a day has {LAST}", from - 1),
            )
            .at("/count"));
        }
        day.batches.push(Stretch { from, to, at: now, by: by.clone() });
        let body = serde_json::to_string(&day).map_err(|fault| Refusal::internal(fault.to_string()))?;
        let number = |serial| FormNumber { centre: centre.clone(), day: now.date(), serial }.to_string();
        let audit = AuditEntry {
            at: now,
            actor: by.to_string(),
            action: "offline.forms".to_owned(),
            subject: format!("{}..{}", number(from), number(to)),
        };
        let batch = Batch {
            centre: centre.clone(),
            name: name.clone(),
            allotted_at: now,
            numbers: (from..=to).map(number).collect(),
        };
        Ok(Planned::audited(audit, vec![Row::upsert(&SETTING, vec![key[0].clone(), body.into()])], batch))
    });
    Ok(house.store().commit(work).await?.reply)
}

/// When a number was allotted.
///
/// # Errors
/// `form.unknown` where it never was.
pub(crate) async fn allotted_at(house: &House, number: &FormNumber) -> Result<Timestamp, Refusal> {
    let key = setting(&number.centre, Timestamp::midnight(number.day));
    let rows = house.store().house("SELECT body FROM setting WHERE name = $1", &[key.into()]).await?;
    let day = rows.first().map(|row| read(row.text("body")?)).transpose()?.unwrap_or_default();
    let stretch = day.batches.iter().find(|s| (s.from..=s.to).contains(&number.serial));
    stretch.map(|s| s.at).ok_or_else(|| {
        Refusal::not_found(
            "form.unknown",
            format!("纸质单 {number} 从未发放；请核对单号"),
            format!("the paper form {number} was never allotted; check its number"),
        )
        .at("/form")
    })
}

/// The setting that holds a centre's allotments of a day.
fn setting(centre: &AreaId, at: Timestamp) -> String {
    format!("offline.forms/{centre}/{}", at.date())
}

fn read(body: &str) -> Result<Day, Refusal> {
    serde_json::from_str(body)
        .map_err(|fault| Refusal::internal(format!("the allotments of paper forms cannot be read: {fault}")))
}
