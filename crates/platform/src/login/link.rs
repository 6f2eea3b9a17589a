//! One-time links (一次性登录链接): how somebody without a password gets one. No password is ever
//! sent or made up for anyone.

use yipan_base::directory::{Role, Staff};
use yipan_base::id::StaffId;
use yipan_base::refusal::{Refusal, RefusalKind};
use yipan_base::time::{HOUR, Timestamp};
use yipan_store::tables::{ACCOUNT, LOGIN_LINK};
use yipan_store::{Load, Planned, Record, Row, UnitOfWork, Value};

use super::{Mode, account_row, entry, password, session, token_digest};
use crate::ambient;
use crate::house::House;
use crate::viewer::Viewer;

impl House {
    /// The link by which the first system administrator comes in: made while no account has a
    /// password, `None` afterwards and while no city is loaded. An earlier one stops working.
    ///
    /// # Errors
    /// `login.no_administrator` where the directory names no system administrator.
    pub async fn administrator_link(&self) -> Result<Option<String>, Refusal> {
        let taken =
            self.store().house("SELECT staff_id FROM account WHERE password_hash IS NOT NULL LIMIT 1", &[]);
        let city = self.city();
        if city.directory.city().is_none() || !taken.await?.is_empty() {
            return Ok(None);
        }
        let mut staff = city.directory.all_staff();
        let first = staff.find(|s| s.roles.contains(&Role::SystemAdministrator) && !s.disabled).ok_or_else(|| {
            Refusal::rule(
                "login.no_administrator",
                "组织机构中没有系统管理员，请在人员表中指定一名后重新载入",
                "the directory names no system administrator; give one member of staff that role and load it again",
            )
        })?;
        if self.declared_mode().await?.is_none() {
            self.declare_mode(Mode::Production).await?;
        }
        self.new_link(first, "system").await.map(Some)
    }

    /// A link for a member of staff who has no password, or has forgotten it. An earlier one stops
    /// working; a password that there is goes on until the link is redeemed.
    ///
    /// # Errors
    /// `login.link` where the viewer is no system administrator, `staff.unknown` where there is no
    /// such login.
    pub async fn login_link(&self, viewer: &Viewer, login: &str) -> Result<String, Refusal> {
        if !viewer.actor.has(Role::SystemAdministrator) {
            return Err(Refusal::forbidden(
                "login.link",
                "只有系统管理员可以发放登录链接",
                "only a system administrator gives login links",
            ));
        }
        let city = self.city();
        let staff = city.directory.staff_by_login(login).filter(|s| !s.disabled).ok_or_else(|| {
            Refusal::not_found(
                "staff.unknown",
                format!("没有在用的用户名 {login}"),
                format!("there is no login {login} in use"),
            )
        })?;
        self.new_link(staff, viewer.actor.staff.as_str()).await
    }

    /// Redeems a link: sets the password of whom it is for and ends their sessions. Answers who it
    /// was, so that the log-in page can name the login.
    ///
    /// # Errors
    /// `login.link_dead` where the link is unknown, used or too old, or the rule that the password
    /// offends, which leaves the link as it was.
    pub async fn redeem_link(&self, token: &str, new: &str) -> Result<Staff, Refusal> {
        let now = self.wall();
        let key = vec![Value::from(token_digest(token))];
        let sql = "SELECT token_hash, staff_id, expires_at, used_at FROM login_link WHERE token_hash = $1";
        let rows = self.store().house(sql, &key).await?;
        let row = rows.first().ok_or_else(dead)?;
        if !alive(row, now)? {
            return Err(dead());
        }
        let city = self.city();
        let staff =
            city.directory.staff(&row.text("staff_id")?.into()).filter(|s| !s.disabled).ok_or_else(dead)?;
        password::check(new, staff, &city.directory)?;
        let (staff, hash) = (staff.clone(), self.gate().hash(new).await?);
        let account = vec![Value::from(staff.id.as_str())];
        let load = vec![
            Load::new(&LOGIN_LINK, key.clone()),
            Load::new(&ACCOUNT, account.clone()),
            session::cut_load(&staff.id),
        ];
        let work = UnitOfWork::new(load, move |loaded| {
            let row = loaded.get(&LOGIN_LINK, &key).ok_or_else(dead)?;
            let shut = loaded
                .get(&ACCOUNT, &account)
                .is_some_and(|account| account.flag("disabled").unwrap_or(true));
            if shut || !alive(row, now)? {
                return Err(dead());
            }
            let used = Row::upsert(
                &LOGIN_LINK,
                vec![
                    key[0].clone(),
                    staff.id.as_str().into(),
                    row.value("expires_at")?.clone(),
                    now.as_micros().into(),
                ],
            );
            let rows = vec![used, account_row(&staff, &hash), session::cut(loaded, &staff.id, now)?];
            let audit = entry(now, staff.id.as_str(), "login.redeem", staff.id.as_str());
            Ok(Planned::audited(audit, rows, staff.clone()))
        });
        let reply = self.store().commit(work).await?.reply;
        self.gate().recent.forget();
        Ok(reply)
    }

    /// Shuts an account, ending its sessions, or opens it again. A link given before does not open it.
    ///
    /// # Errors
    /// `login.disable` where the viewer is no system administrator or it is their own account;
    /// `account.none` where nobody has logged in under it yet.
    pub async fn disable_account(
        &self,
        viewer: &Viewer,
        staff: &StaffId,
        disabled: bool,
    ) -> Result<(), Refusal> {
        if !viewer.actor.has(Role::SystemAdministrator) || viewer.actor.staff == *staff {
            return Err(Refusal::forbidden(
                "login.disable",
                "账号由另一名系统管理员停用或启用",
                "an account is shut and opened by a system administrator, never one's own",
            ));
        }
        let (now, actor, staff) = (self.wall(), viewer.actor.staff.to_string(), staff.clone());
        let key = vec![Value::from(staff.as_str())];
        let work = UnitOfWork::new(
            vec![Load::new(&ACCOUNT, key.clone()), session::cut_load(&staff)],
            move |loaded| {
                let account = loaded.get(&ACCOUNT, &key).ok_or_else(|| {
                    Refusal::not_found(
                        "account.none",
                        "该人员还没有账号",
                        "this member of staff has no account yet",
                    )
                })?;
                let mut values = account.clone().into_values();
                if let Some(at) = ACCOUNT.position("disabled") {
                    values[at] = i64::from(disabled).into();
                }
                let action = if disabled { "login.disable" } else { "login.enable" };
                let rows = vec![Row::upsert(&ACCOUNT, values), session::cut(loaded, &staff, now)?];
                Ok(Planned::audited(entry(now, &actor, action, staff.as_str()), rows, ()))
            },
        );
        self.store().commit(work).await?;
        self.gate().recent.forget();
        Ok(())
    }

    async fn new_link(&self, staff: &Staff, actor: &str) -> Result<String, Refusal> {
        let now = self.wall();
        let token = ambient::token();
        let expires = now.plus(self.gate().limits().link_hours * HOUR);
        let sql = "SELECT token_hash FROM login_link WHERE staff_id = $1";
        let old = self.store().house(sql, &[staff.id.as_str().into()]).await?;
        let mut rows: Vec<Row> =
            old.into_iter().map(|row| Row::delete(&LOGIN_LINK, row.into_values())).collect();
        let values = vec![
            token_digest(&token).into(),
            staff.id.as_str().into(),
            expires.as_micros().into(),
            Value::Null,
        ];
        rows.push(Row::insert(&LOGIN_LINK, values));
        self.write(now, actor, "login.link", staff.id.as_str(), rows).await?;
        Ok(token)
    }
}

fn alive(link: &Record, now: Timestamp) -> Result<bool, Refusal> {
    Ok(link.opt_int("used_at")?.is_none() && link.int("expires_at")? > now.as_micros())
}

fn dead() -> Refusal {
    Refusal::new(
        RefusalKind::Unauthenticated,
        "login.link_dead",
        "链接无效、已使用或已过期，请向管理员另要一个",
        "the link is unknown, used or too old; ask the administrator for another",
    )
}
