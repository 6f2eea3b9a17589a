//! What stands before a log-in: limits, sources that failed too often, and the costly hashing,
//! of which only so much runs at a time.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};

use tokio::sync::Semaphore;
use yipan_base::refusal::{Refusal, RefusalKind};
use yipan_base::time::{MINUTE, SECOND, Timestamp};
use yipan_store::Store;

use super::recent::Recent;
use super::{LIMITS_SETTING, LoginLimits, password};

/// How many passwords are hashed at a time; each takes 19 MiB of memory.
const AT_A_TIME: usize = 4;

/// Sources remembered at most; when there are more, those of an earlier window go first.
const SOURCES: usize = 10_000;

/// The gate of a house. It forgets sources when the house is closed; locked accounts stay locked.
pub(crate) struct Gate {
    pub(super) recent: Recent,
    limits: RwLock<LoginLimits>,
    hashing: Arc<Semaphore>,
    /// Failures by source, and when the first of them was.
    sources: Mutex<HashMap<String, (u32, Timestamp)>>,
}

impl Gate {
    /// Reads the limits that the house was given, or takes the defaults.
    pub(crate) async fn open(store: &Store) -> Result<Self, Refusal> {
        let gate = Self {
            recent: Recent::default(),
            limits: RwLock::default(),
            hashing: Arc::new(Semaphore::new(AT_A_TIME)),
            sources: Mutex::default(),
        };
        gate.reload(store).await?;
        Ok(gate)
    }

    pub(crate) async fn reload(&self, store: &Store) -> Result<(), Refusal> {
        let rows = store.house("SELECT body FROM setting WHERE name = $1", &[LIMITS_SETTING.into()]).await?;
        if let Some(row) = rows.first() {
            let limits = serde_json::from_str(row.text("body")?).map_err(|fault| {
                Refusal::internal(format!("the setting {LIMITS_SETTING} cannot be read: {fault}"))
            })?;
            self.set_limits(limits);
        }
        Ok(())
    }

    pub(super) fn limits(&self) -> LoginLimits {
        *self.limits.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn set_limits(&self, limits: LoginLimits) {
        *self.limits.write().unwrap_or_else(PoisonError::into_inner) = limits;
        self.recent.forget();
    }

    /// Lets a source try, unless it failed too often just now.
    pub(super) fn admit(&self, from: &str, now: Timestamp) -> Result<(), Refusal> {
        let limits = self.limits();
        let sources = self.sources.lock().unwrap_or_else(PoisonError::into_inner);
        let Some((failures, since)) = sources.get(from) else { return Ok(()) };
        let wait = since.plus(limits.source_minutes * MINUTE).since(now);
        if *failures < limits.source_failures || wait <= 0 {
            return Ok(());
        }
        let seconds = wait / SECOND + 1;
        Err(Refusal::new(
            RefusalKind::Busy,
            "login.too_many",
            format!("此地址登录失败次数过多，请 {seconds} 秒后再试"),
            format!("too many failed log-ins from this address; try again in {seconds} seconds"),
        )
        .fact("retry_after_s", seconds))
    }

    pub(super) fn failed(&self, from: &str, now: Timestamp) {
        let window = self.limits().source_minutes * MINUTE;
        let mut sources = self.sources.lock().unwrap_or_else(PoisonError::into_inner);
        if sources.len() >= SOURCES && !sources.contains_key(from) {
            sources.retain(|_, (_, since)| now.since(*since) < window);
            if sources.len() >= SOURCES {
                sources.clear();
            }
        }
        let entry = sources.entry(from.to_owned()).or_insert((0, now));
        if now.since(entry.1) >= window {
            *entry = (0, now);
        }
        entry.0 = entry.0.saturating_add(1);
    }

    /// Whether the password belongs to the hash. Without a hash the same work is done for nothing.
    pub(super) async fn verify(&self, password: &str, hash: Option<&str>) -> Result<bool, Refusal> {
        static NOBODY: OnceLock<String> = OnceLock::new();
        let (password, known) = (password.to_owned(), hash.map(str::to_owned));
        self.at_work(move || match known {
            Some(hash) => Ok(password::verify(&password, &hash)),
            None => {
                if NOBODY.get().is_none() {
                    let _ = NOBODY.set(password::hash(&crate::ambient::token())?);
                }
                password::verify(&password, NOBODY.get().map_or("", String::as_str));
                Ok(false)
            }
        })
        .await
    }

    /// The salted hash under which a password is stored.
    pub(super) async fn hash(&self, password: &str) -> Result<String, Refusal> {
        let password = password.to_owned();
        self.at_work(move || password::hash(&password)).await
    }

    async fn at_work<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        let turn =
            self.hashing.clone().acquire_owned().await.map_err(|e| Refusal::internal(e.to_string()))?;
        let done = tokio::task::spawn_blocking(move || {
            let answer = work();
            drop(turn);
            answer
        });
        done.await.map_err(|e| Refusal::internal(e.to_string()))?
    }
}
