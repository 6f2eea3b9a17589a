//! Logging in (登录): accounts, sessions, one-time links. All of it goes by the real clock.
//!
//! - [`House::log_in`], [`House::session`], [`House::log_out`], [`House::log_out_everywhere`]
//! - [`House::set_password`], and [`House::redeem_link`] for who has none yet
//! - [`House::administrator_link`]: how the first administrator of a new house comes in
//! - [`House::mode`], [`House::demo_accounts`]: a demonstration house, where everybody shares one password
//!
//! The database holds digests of tokens and passwords, never themselves. The audit log names staff
//! by id and a source address by its keyed digest.

mod gate;
mod link;
mod mode;
mod password;
mod recent;
mod session;

use serde::{Deserialize, Serialize};
use yipan_base::directory::Staff;
use yipan_base::id::StaffId;
use yipan_base::refusal::{Refusal, RefusalKind};
use yipan_base::time::{MINUTE, Timestamp};
use yipan_store::tables::{ACCOUNT, SESSION};
use yipan_store::{AuditEntry, Load, Loaded, Planned, Record, Row, UnitOfWork, Value};

pub(crate) use gate::Gate;
pub use mode::Mode;
pub use session::Session;

use crate::house::House;

/// A session that has just begun. The token is told once and kept nowhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSession {
    pub token: String,
    pub staff: StaffId,
    /// By the real clock; it ends earlier if nobody works in it.
    pub expires_at: Timestamp,
}

/// The limits of logging in: data of the house, under the setting `login.limits`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LoginLimits {
    /// So many failures in a row lock an account …
    pub failures: i64,
    /// … for so long.
    pub lock_minutes: i64,
    /// So many failures from one source address within …
    pub source_failures: u32,
    /// … so long make it wait.
    pub source_minutes: i64,
    /// A session in which nobody works ends after so long …
    pub idle_minutes: i64,
    /// … and every session after so long.
    pub longest_hours: i64,
    /// A one-time link is good for so long.
    pub link_hours: i64,
}

impl Default for LoginLimits {
    fn default() -> Self {
        Self {
            failures: 5,
            lock_minutes: 15,
            source_failures: 50,
            source_minutes: 10,
            idle_minutes: 30,
            longest_hours: 12,
            link_hours: 24,
        }
    }
}

/// The name of the setting that holds the [`LoginLimits`].
pub const LIMITS_SETTING: &str = "login.limits";

impl House {
    /// Logs a member of staff in. `from` is the source address, for limits and, digested, the audit log.
    ///
    /// A login that does not exist, a wrong password, a disabled and a locked account are refused
    /// with the same words after the same work, so that nobody learns which logins exist.
    ///
    /// # Errors
    /// `login.refused` (401), or `login.too_many` (429) where this source failed too often.
    pub async fn log_in(&self, login: &str, password: &str, from: &str) -> Result<NewSession, Refusal> {
        let now = self.wall();
        self.gate().admit(from, now)?;
        let city = self.city();
        let staff = city.directory.staff_by_login(login.trim()).cloned();
        // An unknown login asks the database too.
        let known = self.account(staff.as_ref().map_or(&StaffId::new(""), |s| &s.id)).await?;
        let hash = known.as_ref().map(|row| row.opt_text("password_hash")).transpose()?.flatten();
        let right = self.gate().verify(password, hash).await?;
        let attempt = Attempt {
            staff: match staff {
                Some(staff) if right && !staff.disabled => Ok(staff),
                other => Err(other.map(|staff| staff.id)),
            },
            verified: hash.map(str::to_owned),
            limits: self.gate().limits(),
            now,
            from: self.keys().digest("source", from),
            token: crate::ambient::token(),
            stale: self.expired_sessions(now).await?,
        };
        let answer = self.store().commit(attempt.work()).await?.reply;
        if answer.is_err() {
            self.gate().failed(from, now);
        }
        answer
    }

    /// Sets the limits of logging in.
    ///
    /// # Errors
    /// Only a security administrator may; a limit below 1 is refused.
    pub async fn set_login_limits(&self, viewer: &crate::Viewer, limits: LoginLimits) -> Result<(), Refusal> {
        use yipan_base::directory::Role;
        if !viewer.actor.has(Role::SecurityAdministrator) {
            return Err(Refusal::forbidden(
                "login.limits",
                "只有安全管理员可以修改登录限制",
                "only a security administrator sets the limits of logging in",
            ));
        }
        let LoginLimits {
            failures,
            lock_minutes,
            source_failures,
            source_minutes,
            idle_minutes,
            longest_hours,
            link_hours,
        } = limits;
        let all = [
            failures,
            lock_minutes,
            source_failures.into(),
            source_minutes,
            idle_minutes,
            longest_hours,
            link_hours,
        ];
        if all.iter().any(|limit| *limit < 1) {
            return Err(Refusal::invalid(
                "login.limits",
                "各项登录限制至少为 1",
                "every limit of logging in is at least 1",
            ));
        }
        let body = serde_json::to_string(&limits).map_err(|e| Refusal::internal(e.to_string()))?;
        let row = Row::upsert(&yipan_store::tables::SETTING, vec![LIMITS_SETTING.into(), body.into()]);
        self.write(self.wall(), viewer.actor.staff.as_str(), "login.limits", LIMITS_SETTING, vec![row])
            .await?;
        self.gate().set_limits(limits);
        Ok(())
    }

    /// The account of a member of staff, if there is one.
    async fn account(&self, staff: &StaffId) -> Result<Option<Record>, Refusal> {
        let sql = "SELECT staff_id, login, password_hash, failures, locked_until, disabled FROM account WHERE staff_id = $1";
        Ok(self.store().house(sql, &[staff.as_str().into()]).await?.into_iter().next())
    }

    /// Writes rows of the house's own as one accounted change.
    async fn write(
        &self,
        at: Timestamp,
        actor: &str,
        action: &str,
        subject: &str,
        rows: Vec<Row>,
    ) -> Result<(), Refusal> {
        let audit = entry(at, actor, action, subject);
        let work =
            UnitOfWork::new(Vec::new(), move |_| Ok(Planned::audited(audit.clone(), rows.clone(), ())));
        self.store().commit(work).await?;
        Ok(())
    }
}

fn entry(at: Timestamp, actor: &str, action: &str, subject: &str) -> AuditEntry {
    AuditEntry { at, actor: actor.to_owned(), action: action.to_owned(), subject: subject.to_owned() }
}

/// What nobody can tell from another: the login, the password or the account was not right.
fn refused() -> Refusal {
    Refusal::new(
        RefusalKind::Unauthenticated,
        "login.refused",
        "用户名或密码不正确，或账号已停用；多次输错会暂时锁定，请稍后再试或联系管理员",
        "the login or the password is wrong, or the account is disabled; it locks for a while after several \
         failures: try again later or ask the administrator",
    )
}

/// One attempt to log in, ready to be decided against the account as it stands.
struct Attempt {
    /// Who, if the password was right; otherwise who was meant, if anybody.
    staff: Result<Staff, Option<StaffId>>,
    /// The hash that the password was held against.
    verified: Option<String>,
    limits: LoginLimits,
    now: Timestamp,
    from: String,
    token: String,
    stale: Vec<Row>,
}

type Answer = Result<NewSession, Refusal>;

impl Attempt {
    fn id(&self) -> Option<&StaffId> {
        self.staff.as_ref().map_or_else(Option::as_ref, |staff| Some(&staff.id))
    }

    fn work(self) -> UnitOfWork<Answer> {
        let load = self.id().map_or_else(Vec::new, |id| {
            vec![Load::new(&ACCOUNT, vec![id.as_str().into()]), session::cut_load(id)]
        });
        UnitOfWork::new(load, move |loaded| self.plan(loaded))
    }

    fn plan(&self, loaded: &Loaded<'_>) -> Result<Planned<Answer>, Refusal> {
        let Some(id) = self.id() else {
            return Ok(self.answer("login.fail", "unknown", Vec::new(), Err(refused())));
        };
        let Some(account) = loaded.get(&ACCOUNT, &[id.as_str().into()]) else {
            return Ok(self.answer("login.fail", id.as_str(), Vec::new(), Err(refused())));
        };
        if account.opt_int("locked_until")?.is_some_and(|until| until > self.now.as_micros()) {
            return Ok(self.answer("login.locked", id.as_str(), Vec::new(), Err(refused())));
        }
        // The password may have been changed since it was verified.
        let current =
            account.opt_text("password_hash")?.is_some_and(|hash| Some(hash) == self.verified.as_deref());
        match &self.staff {
            Ok(staff) if current && !account.flag("disabled")? => {
                let mut rows = self.stale.clone();
                if account.int("failures")? != 0 || account.opt_int("locked_until")?.is_some() {
                    rows.push(standing(account, 0, None)?);
                }
                let (row, session) = session::begin(loaded, staff, &self.token, self.limits, self.now)?;
                rows.push(row);
                Ok(self.answer("login.enter", id.as_str(), rows, Ok(session)))
            }
            _ => {
                let failures = account.int("failures")? + 1;
                let locks = failures >= self.limits.failures;
                let until = locks.then(|| self.now.plus(self.limits.lock_minutes * MINUTE));
                let row = standing(account, if locks { 0 } else { failures }, until)?;
                let action = if locks { "login.lock" } else { "login.fail" };
                Ok(self.answer(action, id.as_str(), vec![row], Err(refused())))
            }
        }
    }

    fn answer(&self, action: &str, who: &str, rows: Vec<Row>, answer: Answer) -> Planned<Answer> {
        Planned::audited(entry(self.now, who, action, &format!("{who}@{}", self.from)), rows, answer)
    }
}

/// The account with another count of failures.
fn standing(account: &Record, failures: i64, locked_until: Option<Timestamp>) -> Result<Row, Refusal> {
    Ok(Row::upsert(
        &ACCOUNT,
        vec![
            account.value("staff_id")?.clone(),
            account.value("login")?.clone(),
            account.value("password_hash")?.clone(),
            failures.into(),
            locked_until.map_or(Value::Null, |at| at.as_micros().into()),
            account.value("disabled")?.clone(),
        ],
    ))
}

/// The account of a member of staff with a password, free to log in.
fn account_row(staff: &Staff, hash: &str) -> Row {
    Row::upsert(
        &ACCOUNT,
        vec![
            staff.id.as_str().into(),
            staff.login.as_str().into(),
            hash.into(),
            0.into(),
            Value::Null,
            0.into(),
        ],
    )
}

/// The digest under which a token is stored: it is as random as a key, so a plain digest hides it.
fn token_digest(token: &str) -> String {
    use sha2::{Digest, Sha256};
    Sha256::digest(token.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}
