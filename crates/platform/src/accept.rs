//! Accepting a case: the door through which every matter enters.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use yipan_base::directory::{AreaLayer, AreaLevel, Staff, UnitKind};
use yipan_base::geo::{Datum, Located, Point};
use yipan_base::id::{AreaId, CaseId, CategoryId, NarrativeId, PersonId, StaffId, UnitId};
use yipan_base::identity::{Phone, ResidentId};
use yipan_base::refusal::Refusal;
use yipan_base::time::{Date, Timestamp};
use yipan_casework::case::{Case, Channel, Kind, Level, NarrativeKind, OuterOrder, Place, Stage};
use yipan_casework::command::Acceptance;
use yipan_casework::event::Recorded;
use yipan_casework::{Command, Context, decide};
use yipan_store::tables::{COUNTER, IDEMPOTENCY, IMPORT_ROW};
use yipan_store::{AuditEntry, Load, Loaded, Planned, Row, UnitOfWork, Value};
use yipan_text::places::Placement;

use crate::city::City;
use crate::give::Outcome;
use crate::guard::{check_staff, check_time, check_words};
use crate::house::House;
use crate::idempotency::{Idempotency, repeated, reply_row};
use crate::rows;
use crate::vault::{NewNarrative, NewPerson, Person, check_text};
use crate::viewer::Viewer;

/// A matter as it comes in at a door (来件), in plain words.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewAppeal {
    pub channel: Channel,
    #[serde(default)]
    pub title: Option<String>,
    pub text: String,
    pub kind: Kind,
    pub category: CategoryId,
    /// `None`: from the category (utilities, complex, ordinary) and the safety words in the text.
    #[serde(default)]
    pub level: Option<Level>,
    #[serde(default)]
    pub place: NewPlace,
    #[serde(default)]
    pub person: Option<Appellant>,
    #[serde(default)]
    pub anonymous: bool,
    /// The first word, if it was earlier than now.
    #[serde(default)]
    pub received_at: Option<Timestamp>,
    /// `None`: secret if it is a report of wrongdoing.
    #[serde(default)]
    pub secret: Option<bool>,
    #[serde(default)]
    pub accused_units: BTreeSet<UnitId>,
    #[serde(default)]
    pub accused_staff: BTreeSet<StaffId>,
    #[serde(default)]
    pub outer: Option<NewOuter>,
    /// The centre that accepts; the actor's own if absent.
    #[serde(default)]
    pub centre: Option<UnitId>,
    /// Brought in from an older system: counted, never timed.
    #[serde(default)]
    pub historical: bool,
    /// Where an imported row comes from, so that importing twice adds nothing.
    #[serde(default)]
    pub source: Option<(String, String)>,
}

/// Where it is, as somebody says it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct NewPlace {
    pub address: Option<String>,
    pub area: Option<AreaId>,
    pub longitude: Option<f64>,
    pub latitude: Option<f64>,
    /// What the coordinates refer to; WGS-84 if absent.
    pub datum: Option<Datum>,
}

/// Who speaks (诉求人).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Appellant {
    pub name: Option<String>,
    pub phone: Option<String>,
    pub identity: Option<String>,
    pub reference: Option<String>,
}

/// An order that belongs to someone outside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewOuter {
    pub owner: String,
    pub number: String,
    #[serde(default)]
    pub deadline: Option<Timestamp>,
    #[serde(default = "yes")]
    pub returnable: bool,
}

const fn yes() -> bool {
    true
}

/// What an idempotency key of this door is bound to.
const DOOR: &str = "accept";

/// Whether a member of staff accepts matters, at a centre's desk or in the field.
#[must_use]
pub fn may_accept(staff: &Staff) -> bool {
    yipan_casework::decide::may_accept(&staff.roles)
}

/// The longest name of a person, in characters.
const LONGEST_NAME: usize = 200;

impl House {
    /// Accepts a matter as a case. Returns after it is durable.
    ///
    /// # Errors
    /// The refusal of whatever rule said no; nothing was written then.
    pub async fn accept(
        &self,
        viewer: &Viewer,
        new: NewAppeal,
        idempotency: Option<Idempotency>,
    ) -> Result<Outcome, Refusal> {
        self.enter(self.prepare(viewer, new, idempotency)?).await
    }

    /// Checks and seals a matter as far as this can be done without the store: the first half of
    /// [`House::accept`], for whoever wants to know where the matter lies, or to rehearse.
    ///
    /// # Errors
    /// The refusal of whatever rule said no.
    pub fn prepare(
        &self,
        viewer: &Viewer,
        new: NewAppeal,
        idempotency: Option<Idempotency>,
    ) -> Result<Prepared, Refusal> {
        let city = self.city();
        let now = self.now();
        let id = CaseId::new(self.id());
        let received_at = check_time(new.received_at, now)?;
        if new.historical && new.received_at.is_some_and(|at| at.date() == now.date()) {
            return Err(Refusal::rule(
                "accept.historical",
                "今天的来件不能作为历史件导入；请作为新来件受理（--live）",
                "what came in today is not history: accept it as a case to be worked on (--live)",
            )
            .at("/received_at"));
        }
        check_words(&new, idempotency.as_ref())?;
        check_staff(&new.accused_staff, &city.directory)?;
        let place = self.place(&city, &new, &id)?;
        let mut narratives = place.1;
        for (kind, text) in
            [(NarrativeKind::Title, new.title.as_deref()), (NarrativeKind::Text, Some(new.text.as_str()))]
        {
            if let Some(text) = text.filter(|t| kind == NarrativeKind::Text || !t.trim().is_empty()) {
                narratives.push(NewNarrative::seal(
                    self.keys(),
                    NarrativeId::new(self.id()),
                    &id,
                    kind,
                    text,
                )?);
            }
        }
        let person = new.person.as_ref().map(|p| self.person(p)).transpose()?.flatten();
        let safety: BTreeSet<String> = city
            .safety
            .as_ref()
            .map(|words| words.scan(&new.text).into_iter().map(|hit| hit.word.to_string()).collect())
            .unwrap_or_default();
        let level = new.level.unwrap_or_else(|| level(&city, &new));
        // An outer order is one case, however often its owner sends it.
        let order = new.outer.as_ref().map(|o| (format!("outer/{}", o.owner), o.number.clone()));
        // A table's rows are known again by whoever imports: another centre's list is another list.
        let desk = viewer.actor.unit.as_ref().map_or("", |unit| unit.as_str());
        let row = new.source.map(|(source, key)| (format!("{desk}:{source}"), key));
        let sources = row.into_iter().chain(order).collect();
        let acceptance = Acceptance {
            id: id.clone(),
            number: String::new(),
            channel: new.channel,
            received_at,
            person: person.as_ref().map(|p| p.id.clone()),
            anonymous: new.anonymous,
            kind: new.kind,
            category: new.category,
            level,
            place: place.0,
            narratives: narratives.iter().map(|n| n.reference.clone()).collect(),
            secret: new.secret,
            accused_units: new.accused_units,
            accused_staff: new.accused_staff,
            safety,
            outer: new.outer.map(|o| OuterOrder {
                owner: o.owner,
                number: o.number,
                deadline: o.deadline,
                returnable: o.returnable,
                consents: Vec::new(),
            }),
            historical: new.historical,
            centre: new.centre,
        };
        let accepting = Accepting {
            city,
            viewer: viewer.clone(),
            now,
            acceptance,
            narratives,
            person,
            sources,
            idempotency,
        };
        let (counter, prefix) = accepting.counter()?;
        Ok(Prepared { accepting, counter, prefix })
    }

    /// Enters a prepared matter as a case: the second half of [`House::accept`].
    ///
    /// # Errors
    /// The refusal of whatever rule said no; nothing was written then.
    pub async fn enter(&self, prepared: Prepared) -> Result<Outcome, Refusal> {
        let (viewer, city) = (prepared.accepting.viewer.clone(), prepared.accepting.city.clone());
        let mut outcome = self.store().commit(prepared.work(|planned| planned)).await?.reply;
        if outcome.number.is_empty() {
            // A row that was imported before: its case tells how it stands now.
            let case = self.case_by_id(&outcome.id).await?;
            if !viewer.may_see(&case, &city.directory) {
                return Err(known_elsewhere());
            }
            (outcome.number, outcome.version, outcome.stage) = (case.number, case.version, case.stage);
        }
        self.numbers().keep(&outcome.number, &outcome.id);
        Ok(outcome)
    }

    /// Answers as [`House::enter`] would, and writes nothing.
    ///
    /// # Errors
    /// As [`House::enter`].
    pub async fn rehearse(&self, prepared: Prepared) -> Result<Outcome, Refusal> {
        let unwritten = |planned: Planned<Outcome>| Planned::unaudited(Vec::new(), planned.reply);
        Ok(self.store().commit(prepared.work(unwritten)).await?.reply)
    }

    fn person(&self, person: &Appellant) -> Result<Option<NewPerson>, Refusal> {
        let word = |text: &Option<String>, field: &str| -> Result<Option<String>, Refusal> {
            let Some(text) = text.as_deref().map(str::trim).filter(|t| !t.is_empty()) else {
                return Ok(None);
            };
            check_text(text, field)?;
            if text.chars().count() > LONGEST_NAME {
                return Err(Refusal::invalid(
                    "person.too_long",
                    format!("最多 {LONGEST_NAME} 个字符；其他内容请写在正文中"),
                    format!("at most {LONGEST_NAME} characters; write anything else into the text"),
                )
                .at(format!("/{field}")));
            }
            Ok(Some(text.to_owned()))
        };
        let (name, reference) =
            (word(&person.name, "person/name")?, word(&person.reference, "person/reference")?);
        let phone = match person.phone.as_deref().map(str::trim).filter(|p| !p.is_empty()) {
            Some(text) => Some(
                Phone::parse(text)
                    .map(|p| p.as_str().to_owned())
                    .map_err(|f| Refusal::from(f).at("/person/phone"))?,
            ),
            None => None,
        };
        let identity = match person.identity.as_deref().map(str::trim).filter(|p| !p.is_empty()) {
            Some(text) => Some(
                ResidentId::parse(text)
                    .map(|p| p.as_str().to_owned())
                    .map_err(|f| Refusal::from(f).at("/person/identity"))?,
            ),
            None => None,
        };
        let person = Person { name, phone, identity, reference };
        if person == Person::default() {
            return Ok(None);
        }
        NewPerson::seal(self.keys(), PersonId::new(self.id()), &person).map(Some)
    }

    /// The place: given area and coordinates are checked, otherwise the words are searched.
    fn place(
        &self,
        city: &City,
        new: &NewAppeal,
        case: &CaseId,
    ) -> Result<(Place, Vec<NewNarrative>), Refusal> {
        let given = &new.place;
        let area = given.area.as_ref().map(|area| division(city, area));
        let mut place = Place { area, ..Place::default() };
        let mut narratives = Vec::new();
        if let (Some(lon), Some(lat)) = (given.longitude, given.latitude) {
            let point = Point::from_datum(lon, lat, given.datum.unwrap_or(Datum::Wgs84))
                .map_err(|fault| Refusal::from(fault).at("/place/longitude"))?;
            place.point = Some([point.lon(), point.lat()]);
            match city.locate(point) {
                Located::Inside { area, neighbour, .. } => {
                    place.boundary_m = neighbour.map(|n| n.distance_m);
                    if let Some(named) = &place.area
                        && !city.directory.within(named, &area)
                        && !city.directory.within(&area, named)
                        && has_region(city, named)
                    {
                        return Err(Refusal::rule(
                            "place.disagrees",
                            format!("坐标位于 {area}，与所填区划 {named} 不符"),
                            format!(
                                "the coordinates lie in {area}, which is not in the area named ({named})"
                            ),
                        )
                        .at("/place/area"));
                    }
                    place.area.get_or_insert(area);
                }
                Located::Outside { nearest } if !city.boundaries.is_empty() => {
                    let metres = nearest.map_or(0.0, |n| n.distance_m);
                    return Err(Refusal::rule(
                        "place.outside",
                        format!("坐标（{lon}, {lat}）在本市以外，距边界约 {metres:.0} 米；请核对经纬度和坐标系"),
                        format!(
                            "the coordinates ({lon}, {lat}) lie outside the city, about {metres:.0} m from its boundary; check order and datum"
                        ),
                    )
                    .at("/place/longitude"));
                }
                Located::Outside { .. } => {}
            }
        } else if given.longitude.is_some() || given.latitude.is_some() {
            return Err(Refusal::invalid(
                "place.half",
                "经度和纬度须同时填写",
                "longitude and latitude go together",
            )
            .at("/place"));
        }
        if let Some(address) = given.address.as_deref().filter(|a| !a.trim().is_empty()) {
            let id = NarrativeId::new(self.id());
            place.address = Some(id.clone());
            let sealed = NewNarrative::seal(self.keys(), id, case, NarrativeKind::Address, address);
            narratives.push(sealed.map_err(|refusal| refusal.at("/place/address"))?);
        }
        if place.area.is_none()
            && let Some(gazetteer) = &city.gazetteer
        {
            let words = [given.address.as_deref(), new.title.as_deref(), Some(new.text.as_str())];
            place.area = words.into_iter().flatten().find_map(|text| match gazetteer.recognise(text) {
                Placement::Found { area, .. } => Some(area),
                _ => None,
            });
        }
        Ok((place, narratives))
    }
}

/// A governance area (板块) that is one division under another name is counted as that division.
fn division(city: &City, area: &AreaId) -> AreaId {
    match city.directory.area(area) {
        Some(found) if found.layer == AreaLayer::Governance && found.holds.len() == 1 => {
            found.holds[0].clone()
        }
        _ => area.clone(),
    }
}

/// Only areas under a county with a polygon can disagree with coordinates.
fn has_region(city: &City, area: &AreaId) -> bool {
    let county = city.directory.ancestor_at(area, AreaLevel::County);
    county.is_some_and(|c| city.boundaries.iter().any(|b| b.area == c.id))
}

/// The level that follows from words and category, when nobody chose one.
fn level(city: &City, new: &NewAppeal) -> Level {
    use yipan_base::category::Complexity;
    use yipan_text::safety::SafetyLevel;
    let worst = city.safety.as_ref().and_then(|words| words.worst(&new.text));
    let category = city.categories.get(&new.category);
    match (worst, category) {
        (Some(SafetyLevel::Critical), _) => Level::Emergency,
        (_, Some(c)) if c.utilities => Level::Utilities,
        (_, Some(c)) if c.complexity == Complexity::Complex => Level::Complex,
        _ => Level::Ordinary,
    }
}

/// A matter that has been checked and sealed, ready to become a case.
pub struct Prepared {
    accepting: Accepting,
    /// The counter of case numbers, and what stands before its count.
    counter: String,
    prefix: String,
}

impl Prepared {
    /// Where it lies: as given, by its coordinates, or as its words say; `None` if nothing tells.
    #[must_use]
    pub fn area(&self) -> Option<&AreaId> {
        self.accepting.acceptance.place.area.as_ref()
    }

    fn work(self, outcome: fn(Planned<Outcome>) -> Planned<Outcome>) -> UnitOfWork<Outcome> {
        let Self { accepting, counter, prefix } = self;
        let mut load = vec![Load::new(&COUNTER, vec![counter.as_str().into()])];
        load.extend(
            accepting.idempotency.iter().map(|i| Load::new(&IDEMPOTENCY, accepting.idempotency_key(i))),
        );
        load.extend(
            accepting
                .sources
                .iter()
                .map(|(s, k)| Load::new(&IMPORT_ROW, vec![s.as_str().into(), k.as_str().into()])),
        );
        UnitOfWork::new(load, move |loaded| accepting.plan(loaded, &counter, &prefix).map(outcome))
    }
}

struct Accepting {
    city: Arc<City>,
    viewer: Viewer,
    now: Timestamp,
    acceptance: Acceptance,
    narratives: Vec<NewNarrative>,
    person: Option<NewPerson>,
    /// The keys under which it came in, each once: its row of an import, its outer order.
    sources: Vec<(String, String)>,
    idempotency: Option<Idempotency>,
}

impl Accepting {
    fn idempotency_key(&self, idempotency: &Idempotency) -> Vec<Value> {
        vec![self.viewer.actor.staff.as_str().into(), idempotency.key.as_str().into()]
    }

    /// The counter of today's numbers of the accepting centre's area: its name and their prefix.
    fn counter(&self) -> Result<(String, String), Refusal> {
        let directory = &self.city.directory;
        let unit = self.acceptance.centre.as_ref().or(self.viewer.actor.unit.as_ref());
        let unit = unit.and_then(|u| directory.unit(u));
        // A grid worker's or a unit's find is accepted by the nearest centre above.
        let centre =
            unit.map(|u| directory.centre_above(&u.area).filter(|_| u.kind != UnitKind::Centre).unwrap_or(u));
        let area = centre.and_then(|c| directory.area(&c.area)).ok_or_else(|| {
            Refusal::rule(
                "accept.centre",
                "没有指明由哪个指挥中心受理",
                "no command centre is named to accept the case",
            )
            .at("/centre")
        })?;
        let coded = directory.ancestors(&area.id).find_map(|a| a.code.as_deref()).unwrap_or("0");
        let code: String = coded.chars().chain("000000".chars()).take(coded.len().max(6)).collect();
        let day: Date = self.day();
        let prefix = format!("{code}-{:04}{:02}{:02}", day.year(), day.month(), day.day());
        Ok((format!("case/{prefix}"), prefix))
    }

    /// Historical cases are numbered by the day they came in.
    fn day(&self) -> Date {
        if self.acceptance.historical { self.acceptance.received_at.date() } else { self.now.date() }
    }

    fn plan(&self, loaded: &Loaded<'_>, counter: &str, prefix: &str) -> Result<Planned<Outcome>, Refusal> {
        if let Some(idempotency) = &self.idempotency
            && let Some(row) = loaded.get(&IDEMPOTENCY, &self.idempotency_key(idempotency))
        {
            return repeated(idempotency, DOOR, row).map(|outcome| Planned::unaudited(Vec::new(), outcome));
        }
        let before = self.sources.iter().find_map(|(source, key)| {
            Some((key, loaded.get(&IMPORT_ROW, &[source.as_str().into(), key.as_str().into()])?))
        });
        if let Some((key, row)) = before {
            return self.imported_before(key, row).map(|outcome| Planned::unaudited(Vec::new(), outcome));
        }
        let next = loaded.get(&COUNTER, &[counter.into()]).map_or(Ok(0), |row| row.int("next"))? + 1;
        let number = format!("{prefix}-{next:05}");
        let acceptance = Acceptance { number: number.clone(), ..self.acceptance.clone() };
        let context = Context {
            now: self.now,
            actor: &self.viewer.actor,
            directory: &self.city.directory,
            rules: &self.city.rules,
            related: None,
        };
        let decided = decide(None, &Command::Accept(Box::new(acceptance)), &context)?;
        let mut events = Vec::new();
        for (at, event) in decided.into_iter().enumerate() {
            let seq = at as u64 + 1;
            events.push(Recorded { seq, at: self.now, staff: self.viewer.actor.staff.clone(), event });
        }
        let case = Case::fold(&events).ok_or_else(|| Refusal::internal("an acceptance begins a case"))?;
        let mut rows = rows::rows(None, &case, &events, &self.city.directory)?;
        rows.extend(self.narratives.iter().map(NewNarrative::row));
        if let Some(person) = &self.person {
            rows.extend(person.rows(&case.id, self.now));
        }
        rows.push(Row::upsert(&COUNTER, vec![counter.into(), next.into()]));
        let outcome = Outcome {
            id: case.id.clone(),
            number: number.clone(),
            version: case.version,
            stage: case.stage,
            events: events.iter().map(|e| e.event.name()).collect(),
            repeated: false,
        };
        if let Some(idempotency) = &self.idempotency {
            rows.push(reply_row(self.idempotency_key(idempotency), idempotency, DOOR, &outcome, self.now)?);
        }
        for (source, key) in &self.sources {
            rows.push(Row::insert(
                &IMPORT_ROW,
                vec![
                    source.as_str().into(),
                    key.as_str().into(),
                    self.text_digest().into(),
                    case.id.as_str().into(),
                    self.now.as_micros().into(),
                ],
            ));
        }
        let audit = AuditEntry {
            at: self.now,
            actor: self.viewer.actor.staff.to_string(),
            action: "case.accept".to_owned(),
            subject: number,
        };
        Ok(Planned::audited(audit, rows, outcome))
    }

    /// The keyed digest of the appeal's text: tells an unchanged row from one with the same key.
    fn text_digest(&self) -> String {
        self.narratives
            .iter()
            .find(|n| n.reference.kind == NarrativeKind::Text)
            .map(|n| n.reference.digest.clone())
            .unwrap_or_default()
    }

    fn imported_before(&self, key: &str, row: &yipan_store::Record) -> Result<Outcome, Refusal> {
        if row.text("digest")? != self.text_digest() {
            if self.acceptance.outer.is_some() {
                return Err(known_elsewhere());
            }
            return Err(Refusal::conflict(
                "import.changed",
                format!("键 {key} 已导入过，但内容不同；请核对来源"),
                format!("the key {key} was imported before with another text; check the source"),
            )
            .at("/key"));
        }
        Ok(Outcome {
            id: row.text("case_id")?.into(),
            number: String::new(),
            version: 1,
            stage: Stage::Accepted,
            events: Vec::new(),
            repeated: true,
        })
    }
}

/// An outer order that is a case already, of which nothing more is told.
fn known_elsewhere() -> Refusal {
    Refusal::conflict(
        "outer.known",
        "该外部工单号已受理为工单；请在工单列表中查找，看不到时请联系市中心",
        "this outer order is a case already; look for it in the list, or ask the city's centre if you cannot see it",
    )
    .at("/outer/number")
}
