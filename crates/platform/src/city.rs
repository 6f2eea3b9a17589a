//! A city in the store: areas, units, staff, categories, rules. Loaded from a pack, read at the start.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use serde::Serialize;
use serde::de::DeserializeOwned;
use yipan_base::calendar::Calendar;
use yipan_base::category::Category;
use yipan_base::directory::{Directory, Staff};
use yipan_base::geo::{Located, Point, Region, Regions};
use yipan_base::id::{CategoryId, StaffId};
use yipan_base::pack::{Boundary, CatalogueEntry, Mix, Pack};
use yipan_base::refusal::Refusal;
use yipan_base::time::{Date, Timestamp};
use yipan_casework::context::{CategoryTraits, Rulebook};
use yipan_casework::policy::Policy;
use yipan_casework::routing::{Rules, RulesData, default_rules};
use yipan_duty::Terms;
use yipan_store::tables::{AREA, RULEBOOK, STAFF, UNIT};
use yipan_store::{AuditEntry, Planned, Row, Store, UnitOfWork, Value};
use yipan_text::places::{Gazetteer, PlaceWords};
use yipan_text::safety::SafetyWords;

use crate::proof;
use crate::viewer::Viewer;

/// What changes only when somebody loads a pack or a rule: one consistent picture.
pub struct City {
    pub directory: Arc<Directory>,
    pub rules: Arc<Rulebook>,
    /// The routing rules in force, with the dispatch catalogue.
    pub routing: Arc<Rules>,
    /// The polygons of areas that hold no other polygon.
    pub regions: Regions,
    /// The polygons around those: a place between the inner ones still lies in the city.
    pub outlines: Regions,
    pub gazetteer: Option<Gazetteer>,
    pub safety: Option<SafetyWords>,
    pub categories: BTreeMap<CategoryId, Category>,
    pub catalogue: Vec<CatalogueEntry>,
    pub boundaries: Vec<Boundary>,
    pub mix: Option<Mix>,
    /// The clocks of the duty room.
    pub duty_terms: Terms,
    viewers: Mutex<HashMap<StaffId, Viewer>>,
}

impl City {
    /// What follows from a member of staff's unit, area and roles, reckoned once for each.
    #[must_use]
    pub fn viewer(&self, staff: &Staff) -> Viewer {
        let mut viewers = self.viewers.lock().unwrap_or_else(PoisonError::into_inner);
        viewers.entry(staff.id.clone()).or_insert_with(|| Viewer::of(staff, &self.directory)).clone()
    }

    /// Where a point lies: in the innermost polygon that holds it.
    #[must_use]
    pub fn locate(&self, point: Point) -> Located {
        match (self.regions.locate(point), self.outlines.locate(point)) {
            (Located::Outside { nearest }, Located::Inside { area, boundary_m, .. }) => {
                Located::Inside { area, boundary_m, neighbour: nearest }
            }
            (located, _) => located,
        }
    }

    /// The category's name, or its code where the city does not know it.
    #[must_use]
    pub fn category_name(&self, id: &CategoryId) -> String {
        self.categories.get(id).map_or_else(|| id.to_string(), |c| c.zh.clone())
    }
}

/// Writes a pack and the shipped rules into a store, as one accounted change.
///
/// # Errors
/// If a city has been loaded already, or the store refuses.
pub async fn load(store: &Store, pack: &Pack, now: Timestamp) -> Result<(), Refusal> {
    if !store.house("SELECT id FROM area LIMIT 1", &[]).await?.is_empty() {
        return Err(Refusal::conflict(
            "city.loaded",
            "数据库中已有城市数据",
            "this database holds a city already; load a pack into an empty one",
        ));
    }
    let mut rows = Vec::new();
    for area in pack.directory.areas() {
        rows.push(Row::insert(&AREA, vec![area.id.as_str().into(), json(area)?]));
    }
    for unit in pack.directory.units() {
        rows.push(Row::insert(&UNIT, vec![unit.id.as_str().into(), json(unit)?]));
    }
    for member in pack.directory.all_staff() {
        rows.push(Row::insert(&STAFF, vec![member.id.as_str().into(), json(member)?]));
    }
    rows.push(rule_row("pack", "categories", 1, now, json(&pack.categories)?));
    rows.push(rule_row("pack", "catalogue", 1, now, json(&pack.catalogue)?));
    rows.push(rule_row("pack", "boundaries", 1, now, json(&pack.boundaries)?));
    rows.push(rule_row("pack", "mix", 1, now, json(&pack.mix)?));
    let calendar = Calendar::china()?;
    rows.push(rule_row("calendar", calendar.id(), calendar.version(), now, json(&calendar)?));
    let policy = Policy::shipped();
    rows.push(rule_row("policy", &policy.id, policy.version, now, json(&policy)?));
    let routing = default_rules(pack);
    rows.push(rule_row("routing", "city", routing.version(), now, json(&routing)?));
    let subject = format!("{}{}", proof::CITY, proof::digest_of(&rows));
    write(store, now, "city.load", subject, rows).await
}

/// Adds a version of a rule (`policy`, `calendar`, `routing`, …).
///
/// # Errors
/// If that version exists already: versions are never changed.
pub async fn add_rule(
    store: &Store,
    (kind, id, version): (&str, &str, i64),
    body: &impl Serialize,
    (actor, now): (&str, Timestamp),
) -> Result<(), Refusal> {
    let rows = vec![rule_row(kind, id, version, now, json(body)?)];
    let subject = proof::rule_subject(rows[0].values(), &proof::digest_of(&rows));
    let actor = actor.to_owned();
    let work = UnitOfWork::new(Vec::new(), move |_| {
        let audit = AuditEntry {
            at: now,
            actor: actor.clone(),
            action: "rule.add".to_owned(),
            subject: subject.clone(),
        };
        Ok(Planned::audited(audit, rows.clone(), ()))
    });
    store.commit(work).await?;
    Ok(())
}

async fn write(
    store: &Store,
    now: Timestamp,
    action: &'static str,
    subject: String,
    rows: Vec<Row>,
) -> Result<(), Refusal> {
    let work = UnitOfWork::new(Vec::new(), move |_| {
        let audit = AuditEntry {
            at: now,
            actor: "system".to_owned(),
            action: action.to_owned(),
            subject: subject.clone(),
        };
        Ok(Planned::audited(audit, rows.clone(), ()))
    });
    store.commit(work).await?;
    Ok(())
}

fn rule_row(kind: &str, id: &str, version: i64, now: Timestamp, body: Value) -> Row {
    Row::insert(&RULEBOOK, vec![kind.into(), id.into(), version.into(), now.as_micros().into(), body])
}

fn json(value: &impl Serialize) -> Result<Value, Refusal> {
    serde_json::to_string(value).map(Value::from).map_err(|e| Refusal::internal(e.to_string()))
}

/// Reads the city that a store holds, its places as they are called on a day; an empty store gives
/// an empty city.
///
/// # Errors
/// If the store cannot be read or its rows do not fit together.
pub async fn read(store: &Store, on: Date) -> Result<City, Refusal> {
    let areas = bodies(store, "SELECT body FROM area ORDER BY id").await?;
    let units = bodies(store, "SELECT body FROM unit ORDER BY id").await?;
    let staff = bodies(store, "SELECT body FROM staff ORDER BY id").await?;
    let directory = Directory::new(areas, units, staff).map_err(|faults| {
        let told: Vec<_> = faults.iter().take(5).map(ToString::to_string).collect();
        Refusal::internal(format!("the directory in the database does not fit together: {}", told.join("; ")))
    })?;

    let mut rules = Rulebook::default();
    let mut categories: Vec<Category> = Vec::new();
    let mut catalogue = Vec::new();
    let mut boundaries: Vec<Boundary> = Vec::new();
    let mut mix = None;
    let mut routing = None;
    let mut duty_terms = Terms::shipped();
    let sql = "SELECT kind, id, body FROM rulebook ORDER BY kind, id, version";
    for row in store.house(sql, &[]).await? {
        let body = row.text("body")?;
        match (row.text("kind")?, row.text("id")?) {
            ("policy", _) => rules.add_policy(parse(body)?),
            ("calendar", _) => rules.add_calendar(Calendar::from_json(body)?),
            ("routing", _) => routing = Some(parse::<Rules>(body)?),
            ("pack", "categories") => categories = parse(body)?,
            ("pack", "catalogue") => catalogue = parse(body)?,
            ("pack", "boundaries") => boundaries = parse(body)?,
            ("pack", "mix") => mix = Some(parse(body)?),
            ("duty_terms", _) => duty_terms = parse(body)?,
            _ => {}
        }
    }
    for category in &categories {
        rules.add_category(category.id.clone(), CategoryTraits { line: Some(category.line.clone()) });
    }
    let holds_another = |outer: &&Boundary| {
        boundaries.iter().any(|inner| inner.area != outer.area && directory.within(&inner.area, &outer.area))
    };
    let (outer, inner): (Vec<_>, Vec<_>) = boundaries.iter().partition(holds_another);
    let regions = inner.into_iter().map(region).collect::<Result<Vec<_>, _>>()?;
    let outlines = outer.into_iter().map(region).collect::<Result<Vec<_>, _>>()?;
    let words =
        PlaceWords::parse(yipan_text::places::SHIPPED).map_err(|e| Refusal::internal(e.to_string()))?;
    let gazetteer =
        Gazetteer::new(&directory, on, &[], words).map_err(|fault| Refusal::internal(fault.to_string()))?;
    let safety =
        SafetyWords::parse(yipan_text::safety::SHIPPED).map_err(|e| Refusal::internal(e.to_string()))?;
    Ok(City {
        directory: Arc::new(directory),
        rules: Arc::new(rules),
        routing: Arc::new(routing.unwrap_or_else(|| Rules::new(RulesData::default()))),
        regions: Regions::new(regions),
        outlines: Regions::new(outlines),
        gazetteer: Some(gazetteer),
        safety: Some(safety),
        categories: categories.into_iter().map(|c| (c.id.clone(), c)).collect(),
        catalogue,
        boundaries,
        mix,
        duty_terms,
        viewers: Mutex::default(),
    })
}

fn region(boundary: &Boundary) -> Result<Region, Refusal> {
    let mut polygons = Vec::new();
    for polygon in &boundary.polygons {
        let mut rings = Vec::new();
        for ring in polygon {
            rings.push(ring.iter().map(|[lon, lat]| Point::new(*lon, *lat)).collect::<Result<Vec<_>, _>>()?);
        }
        polygons.push(rings);
    }
    Region::from_rings(boundary.area.clone(), &polygons).map_err(|fault| Refusal::internal(fault.to_string()))
}

async fn bodies<T: DeserializeOwned>(store: &Store, sql: &str) -> Result<Vec<T>, Refusal> {
    store.house(sql, &[]).await?.iter().map(|row| parse(row.text("body")?)).collect()
}

fn parse<T: DeserializeOwned>(body: &str) -> Result<T, Refusal> {
    serde_json::from_str(body).map_err(|fault| {
        Refusal::internal(format!("a row of the rule book or directory cannot be read: {fault}"))
    })
}
