//! The small city, made once and copied for every seed.

use std::path::Path;
use std::sync::Arc;

use sqlx::{Connection as _, SqliteConnection};
use yipan_base::category::{Category, Complexity};
use yipan_base::id::{CategoryId, SeededIds, StaffId};
use yipan_base::pack::{Mix, Pack};
use yipan_base::time::Timestamp;
use yipan_platform::keys::Keys;
use yipan_platform::{House, HouseOptions, Viewer, city};
use yipan_store::{Store, StoreOptions};

use crate::clock::SetClock;
use crate::finding::{Breach, Finding};
pub use crate::shared::directory;

/// The units that are asked to handle.
pub const UNITS: [&str; 10] = [
    "north.gov",
    "north.housing",
    "city.housing",
    "n1.gov",
    "north.water",
    "south.gov",
    "n1.team",
    "s1.gov",
    "north.housing.team",
    "n2.gov",
];

/// The keys of every simulated house: digests must not differ from run to run.
const KEYS: &str = "yipan-keys 1\nmaster MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=\nindex ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA=\n";

/// A database with the city and no cases, and who plays in it.
pub struct Template {
    pub database: Vec<u8>,
    pub keys: Keys,
    pub people: Vec<Viewer>,
}

impl Template {
    /// # Errors
    /// If the city cannot be made.
    pub async fn make() -> Result<Self, Finding> {
        let folder = tempfile::tempdir()?;
        std::fs::write(folder.path().join("keys"), KEYS)?;
        let fault = |fault: yipan_platform::keys::KeyFault| Finding::new(Breach::House, fault.to_string());
        let keys = Keys::load_or_create(&folder.path().join("keys")).map_err(fault)?;
        let path = folder.path().join("city.db");
        let store = Store::open(&url(&path), StoreOptions::default()).await?;
        city::load(&store, &pack(), opening()).await?;
        let clock = Arc::new(SetClock::new(opening(), 0));
        let options = HouseOptions {
            store: store.clone(),
            keys: keys.clone(),
            clock: clock.clone(),
            wall: clock,
            ids: Arc::new(SeededIds::new(0)),
            shelf: None,
        };
        let house = House::open(options).await?;
        let people = people(&house);
        store.close().await;
        // The last to leave who may write folds the log into the file.
        let fault = |fault: sqlx::Error| Finding::new(Breach::House, fault.to_string());
        let mut last = SqliteConnection::connect(&url(&path)).await.map_err(fault)?;
        sqlx::raw_sql("PRAGMA wal_checkpoint(TRUNCATE)").execute(&mut last).await.map_err(fault)?;
        last.close().await.map_err(fault)?;
        Ok(Self { database: std::fs::read(path)?, keys, people })
    }
}

/// When every simulation begins: a Thursday morning.
#[must_use]
pub fn opening() -> Timestamp {
    Timestamp::from_micros(1_620_262_800_000_000)
}

/// The address of a database file.
#[must_use]
pub fn url(path: &Path) -> String {
    format!("sqlite:{}", path.display())
}

fn pack() -> Pack {
    let categories = [
        ("urban", "housing", false),
        ("urban.housing", "housing", false),
        ("urban.housing.heating", "housing", false),
        ("utilities", "water", false),
        ("utilities.water", "water", false),
        ("utilities.water.burst", "water", true),
        ("life", "housing", false),
        ("life.noise", "housing", false),
    ];
    let category = |(id, line, utilities): (&str, &str, bool)| Category {
        id: CategoryId::new(id),
        parent: id.rsplit_once('.').map(|(parent, _)| CategoryId::new(parent)),
        zh: format!("类别 {id}"),
        en: id.to_owned(),
        line: line.to_owned(),
        duty_list: line == "housing",
        complexity: Complexity::Simple,
        utilities,
        safety: false,
    };
    Pack {
        directory: directory(),
        departments: Vec::new(),
        categories: categories.map(category).to_vec(),
        catalogue: Vec::new(),
        boundaries: Vec::new(),
        mix: Mix::default(),
    }
}

/// Everybody who plays: the desks of three centres, one person with every role at each unit, and a few
/// with one.
fn people(house: &House) -> Vec<Viewer> {
    let desks = ["city", "north", "n1"].into_iter().flat_map(|centre| {
        let roles =
            ["dispatcher", "call_taker", "reviewer", "callback", "supervisor", "inspector", "secrecy"];
        roles.map(|role| format!("{centre}/{role}"))
    });
    let units = UNITS.iter().map(|unit| format!("{unit}/phone"));
    let single =
        ["north.housing/handler", "north.water/signer", "city/shift_leader", "n1/grid", "south/analyst"];
    let city = house.city();
    let names = desks.chain(units).chain(single.map(str::to_owned));
    names.filter_map(|name| city.directory.staff(&StaffId::new(name)).map(|s| city.viewer(s))).collect()
}
