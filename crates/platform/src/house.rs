//! The house: store, directory, rules, keys and clock in one place.

use std::sync::{Arc, RwLock};

use yipan_base::id::Ids;
use yipan_base::refusal::Refusal;
use yipan_base::time::{Clock, Timestamp};
use yipan_store::tables::SETTING;
use yipan_store::{AuditEntry, Load, Planned, Row, Store, UnitOfWork, Value};

use crate::blobs::Shelf;
use crate::changes::Changes;
use crate::city::{self, City};
use crate::keys::Keys;
use crate::login::Gate;
use crate::numbers::Numbers;

/// What a house is opened with.
pub struct HouseOptions {
    pub store: Store,
    pub keys: Keys,
    /// The business clock, real or simulated.
    pub clock: Arc<dyn Clock>,
    /// The real clock: sessions, limits and leases always go by it.
    pub wall: Arc<dyn Clock>,
    pub ids: Arc<dyn Ids>,
    /// Where files lie; without it the house takes none.
    pub shelf: Option<Shelf>,
}

/// The house at work. Clones are the same house.
#[derive(Clone)]
pub struct House(Arc<Inner>);

struct Inner {
    store: Store,
    keys: Keys,
    clock: Arc<dyn Clock>,
    wall: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
    city: RwLock<Arc<City>>,
    gate: Gate,
    numbers: Numbers,
    changes: Changes,
    shelf: Option<Shelf>,
}

impl House {
    /// Opens the house over a store: reads the directory and the rules that were loaded into it.
    ///
    /// # Errors
    /// If the store cannot be read, or what it holds does not fit together; `keys.other` where the
    /// keys are not those that the store was sealed with.
    pub async fn open(options: HouseOptions) -> Result<Self, Refusal> {
        let HouseOptions { store, keys, clock, wall, ids, shelf } = options;
        let city = RwLock::new(Arc::new(city::read(&store, clock.now().date()).await?));
        bind_keys(&store, &keys, wall.now()).await?;
        let gate = Gate::open(&store).await?;
        let (numbers, changes) = (Numbers::default(), Changes::default());
        Ok(Self(Arc::new(Inner { store, keys, clock, wall, ids, city, gate, numbers, changes, shelf })))
    }

    #[must_use]
    pub fn store(&self) -> &Store {
        &self.0.store
    }

    #[must_use]
    pub fn keys(&self) -> &Keys {
        &self.0.keys
    }

    #[must_use]
    pub fn clock(&self) -> &dyn Clock {
        &*self.0.clock
    }

    /// The business time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    /// The real time.
    #[must_use]
    pub fn wall(&self) -> Timestamp {
        self.0.wall.now()
    }

    /// Where files lie.
    pub(crate) fn shelf(&self) -> Result<&Shelf, Refusal> {
        self.0.shelf.as_ref().ok_or_else(|| {
            Refusal::rule("blob.shelf", "本系统未设附件存放目录", "this house has no folder for files")
        })
    }

    /// What stands before a log-in.
    pub(crate) fn gate(&self) -> &Gate {
        &self.0.gate
    }

    /// Which case a number belongs to.
    pub(crate) fn numbers(&self) -> &Numbers {
        &self.0.numbers
    }

    /// What happened to cases lately.
    pub(crate) fn changes(&self) -> &Changes {
        &self.0.changes
    }

    /// A fresh identifier.
    #[must_use]
    pub fn id(&self) -> String {
        self.0.ids.next(self.0.clock.now()).to_string()
    }

    /// The city as it stands now; whoever holds it keeps one consistent picture.
    #[must_use]
    pub fn city(&self) -> Arc<City> {
        self.0.city.read().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }

    /// Reads directory, rules and limits again after they were changed in the store.
    ///
    /// # Errors
    /// As [`House::open`]; the old picture stays.
    pub async fn reload(&self) -> Result<(), Refusal> {
        let city = Arc::new(city::read(&self.0.store, self.now().date()).await?);
        self.0.gate.reload(&self.0.store).await?;
        *self.0.city.write().unwrap_or_else(std::sync::PoisonError::into_inner) = city;
        Ok(())
    }
}

/// Whether a store was ever bound to keys: whoever opens one that was needs those, and no new ones.
///
/// # Errors
/// If the store cannot be read.
pub async fn keys_bound(store: &Store) -> Result<bool, Refusal> {
    let sql = "SELECT seq FROM audit WHERE action = 'keys.bind' ORDER BY seq LIMIT 1";
    Ok(!store.house(sql, &[]).await?.is_empty())
}

/// Binds a store to its keys at the first opening, and refuses others afterwards: a lost key file
/// must not be replaced unnoticed by a fresh one, under which nothing old could be read.
async fn bind_keys(store: &Store, keys: &Keys, now: Timestamp) -> Result<(), Refusal> {
    let bound = keys_bound(store).await?;
    let key: Vec<Value> = vec!["keys.check".into()];
    let check = keys.digest("keys", "check");
    let work = UnitOfWork::new(vec![Load::new(&SETTING, key.clone())], move |loaded| {
        match loaded.get(&SETTING, &key).map(|row| row.text("body")).transpose()? {
            Some(body) if body == check => Ok(Planned::unaudited(Vec::new(), ())),
            Some(_) => Err(Refusal::conflict(
                "keys.other",
                "密钥文件不是这个数据目录的密钥；请恢复原密钥文件，否则已加密的内容无法读取",
                "the key file is not the one that this data was sealed with; restore the right one: without it \
                 nothing sealed can be read",
            )),
            None if bound => Err(Refusal::conflict(
                "keys.unbound",
                "审计记录表明本库已绑定密钥，但绑定记录已不在；数据被改动过，请从备份恢复",
                "the audit log tells that this data was bound to its keys, and the row that says to which is gone: \
                 the data was changed behind the house's back; restore a backup",
            )),
            None => {
                let audit = AuditEntry {
                    at: now,
                    actor: "system".to_owned(),
                    action: "keys.bind".to_owned(),
                    subject: "keys".to_owned(),
                };
                let row = Row::insert(&SETTING, vec![key[0].clone(), check.as_str().into()]);
                Ok(Planned::audited(audit, vec![row], ()))
            }
        }
    });
    store.commit(work).await?;
    Ok(())
}
