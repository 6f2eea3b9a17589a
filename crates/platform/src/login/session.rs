//! Sessions (会话): begun at log-in, ended by their owner, by time, or all of a person's at once.

use yipan_base::directory::Staff;
use yipan_base::id::StaffId;
use yipan_base::refusal::{Refusal, RefusalKind};
use yipan_base::time::{HOUR, MINUTE, Timestamp};
use yipan_store::tables::SETTING;
use yipan_store::{Load, Loaded, Planned, Row, UnitOfWork, Value};

use super::recent::Found;
use super::{LoginLimits, NewSession, SESSION, entry, token_digest};
use crate::house::House;
use crate::viewer::Viewer;

/// A session at work: who, and what follows from it.
#[derive(Debug, Clone)]
pub struct Session {
    pub viewer: Viewer,
    pub staff: Staff,
    /// By the real clock; it ends earlier if nobody works in it.
    pub expires_at: Timestamp,
}

impl House {
    /// Who holds this token. The last sight of a session is noted at most once a minute.
    ///
    /// # Errors
    /// `session.ended` where there is no such session, it has expired or lay idle too long, or its
    /// owner was disabled or logged out everywhere.
    pub async fn session(&self, token: &str) -> Result<Session, Refusal> {
        let (now, limits) = (self.wall(), self.gate().limits());
        let digest = token_digest(token);
        let Found { staff, seen, expires_at } = match self.gate().recent.get(&digest, now) {
            Some(found) => found,
            None => self.look_up(&digest, now).await?,
        };
        if now >= expires_at || now >= seen.plus(limits.idle_minutes * MINUTE) {
            return Err(ended());
        }
        let city = self.city();
        let staff = city.directory.staff(&staff).filter(|s| !s.disabled).ok_or_else(ended)?;
        // A full disk must not keep anybody from reading.
        if now >= seen.plus(MINUTE)
            && let Err(refusal) = self.touch(digest, now).await
        {
            tracing::warn!(code = refusal.code, "the last sight of a session could not be noted");
        }
        Ok(Session { viewer: city.viewer(staff), staff: staff.clone(), expires_at })
    }

    /// The session as the database has it, with its times unjudged.
    async fn look_up(&self, digest: &str, now: Timestamp) -> Result<Found, Refusal> {
        let turn = self.gate().recent.turn();
        let sql = "SELECT s.staff_id, s.created_at, s.seen_at, s.expires_at, a.disabled, c.body FROM session s \
                   JOIN account a ON a.staff_id = s.staff_id \
                   LEFT JOIN setting c ON c.name = 'session.after/' || s.staff_id WHERE s.token_hash = $1";
        let rows = self.store().house(sql, &[digest.into()]).await?;
        let row = rows.first().ok_or_else(ended)?;
        let cut = row.opt_text("body")?.and_then(|body| body.parse().ok()).unwrap_or(i64::MIN);
        if row.int("created_at")? <= cut || row.flag("disabled")? {
            return Err(ended());
        }
        let found = Found {
            staff: row.text("staff_id")?.into(),
            seen: Timestamp::from_micros(row.int("seen_at")?),
            expires_at: Timestamp::from_micros(row.int("expires_at")?),
        };
        self.gate().recent.keep(turn, digest.to_owned(), now, found.clone());
        Ok(found)
    }

    /// Ends a session. To end one that has ended already is no fault.
    ///
    /// # Errors
    /// If the store cannot be written.
    pub async fn log_out(&self, token: &str) -> Result<(), Refusal> {
        let (now, key) = (self.wall(), vec![Value::from(token_digest(token))]);
        let work = UnitOfWork::new(vec![Load::new(&SESSION, key.clone())], move |loaded| {
            let Some(row) = loaded.get(&SESSION, &key) else {
                return Ok(Planned::unaudited(Vec::new(), ()));
            };
            let staff = row.text("staff_id")?;
            Ok(Planned::audited(
                entry(now, staff, "login.leave", staff),
                vec![Row::delete(&SESSION, key.clone())],
                (),
            ))
        });
        self.store().commit(work).await?;
        self.gate().recent.forget();
        Ok(())
    }

    /// Ends every session of a member of staff: one's own, or anyone's for an administrator.
    ///
    /// # Errors
    /// `session.others` where the viewer may not.
    pub async fn log_out_everywhere(&self, viewer: &Viewer, staff: &StaffId) -> Result<(), Refusal> {
        use yipan_base::directory::Role;
        let may = &viewer.actor.staff == staff
            || viewer.actor.has_any(&[Role::SystemAdministrator, Role::SecurityAdministrator]);
        if !may {
            return Err(Refusal::forbidden(
                "session.others",
                "只有系统管理员或安全管理员可以注销他人的会话",
                "only a system or security administrator ends the sessions of others",
            ));
        }
        let now = self.wall();
        let actor = viewer.actor.staff.to_string();
        let staff = staff.clone();
        let work = UnitOfWork::new(vec![cut_load(&staff)], move |loaded| {
            let audit = entry(now, &actor, "login.leave_all", staff.as_str());
            Ok(Planned::audited(audit, vec![cut(loaded, &staff, now)?], ()))
        });
        self.store().commit(work).await?;
        self.gate().recent.forget();
        Ok(())
    }

    async fn touch(&self, digest: String, now: Timestamp) -> Result<(), Refusal> {
        let key = vec![Value::from(digest)];
        let work = UnitOfWork::new(vec![Load::new(&SESSION, key.clone())], move |loaded| {
            // A session that was ended meanwhile stays so.
            let Some(row) = loaded.get(&SESSION, &key) else {
                return Ok(Planned::unaudited(Vec::new(), ()));
            };
            let seen = row.int("seen_at")?.max(now.as_micros());
            let values = vec![
                key[0].clone(),
                row.value("staff_id")?.clone(),
                row.value("created_at")?.clone(),
                seen.into(),
                row.value("expires_at")?.clone(),
            ];
            Ok(Planned::unaudited(vec![Row::upsert(&SESSION, values)], ()))
        });
        self.store().commit(work).await?;
        self.gate().recent.forget();
        Ok(())
    }

    /// Sessions whose time is over, to be swept when the next one begins.
    pub(super) async fn expired_sessions(&self, now: Timestamp) -> Result<Vec<Row>, Refusal> {
        let sql = "SELECT token_hash FROM session WHERE expires_at <= $1 LIMIT 100";
        let rows = self.store().house(sql, &[now.as_micros().into()]).await?;
        Ok(rows.into_iter().map(|row| Row::delete(&SESSION, row.into_values())).collect())
    }
}

/// The row of a session that begins, and what its owner is told.
pub(super) fn begin(
    loaded: &Loaded<'_>,
    staff: &Staff,
    token: &str,
    limits: LoginLimits,
    now: Timestamp,
) -> Result<(Row, NewSession), Refusal> {
    let created = now.as_micros().max(last_cut(loaded, &staff.id)?.saturating_add(1));
    Ok(new_row(staff, token, limits, now, created))
}

/// Ends every session of a person: one row, whatever begins meanwhile.
pub(super) fn cut(loaded: &Loaded<'_>, staff: &StaffId, now: Timestamp) -> Result<Row, Refusal> {
    let mut values = cut_key(staff);
    values.push(cut_at(loaded, staff, now)?.to_string().into());
    Ok(Row::upsert(&SETTING, values))
}

/// As [`begin`], where every other session ends in the same breath.
pub(super) fn begin_after_cut(
    loaded: &Loaded<'_>,
    staff: &Staff,
    token: &str,
    limits: LoginLimits,
    now: Timestamp,
) -> Result<(Row, NewSession), Refusal> {
    Ok(new_row(staff, token, limits, now, cut_at(loaded, &staff.id, now)?.saturating_add(1)))
}

fn new_row(
    staff: &Staff,
    token: &str,
    limits: LoginLimits,
    now: Timestamp,
    created: i64,
) -> (Row, NewSession) {
    let expires_at = now.plus(limits.longest_hours * HOUR);
    let values = vec![
        token_digest(token).into(),
        staff.id.as_str().into(),
        created.into(),
        now.as_micros().into(),
        expires_at.as_micros().into(),
    ];
    let session = NewSession { token: token.to_owned(), staff: staff.id.clone(), expires_at };
    (Row::insert(&SESSION, values), session)
}

/// What a cut made now is put at: no session has begun later, not even in this microsecond.
fn cut_at(loaded: &Loaded<'_>, staff: &StaffId, now: Timestamp) -> Result<i64, Refusal> {
    Ok(now.as_micros().max(last_cut(loaded, staff)?.saturating_add(1)))
}

/// Sessions that began until then have ended.
fn last_cut(loaded: &Loaded<'_>, staff: &StaffId) -> Result<i64, Refusal> {
    Ok(match loaded.get(&SETTING, &cut_key(staff)) {
        Some(row) => row.text("body")?.parse().unwrap_or(i64::MIN),
        None => i64::MIN,
    })
}

pub(super) fn cut_load(staff: &StaffId) -> Load {
    Load::new(&SETTING, cut_key(staff))
}

fn cut_key(staff: &StaffId) -> Vec<Value> {
    vec![format!("session.after/{staff}").into()]
}

fn ended() -> Refusal {
    Refusal::new(
        RefusalKind::Unauthenticated,
        "session.ended",
        "登录已失效，请重新登录",
        "the session has ended; log in again",
    )
}
