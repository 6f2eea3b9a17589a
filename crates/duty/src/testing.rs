//! A small city for the tests of this crate: one city, two counties, four towns, a centre at each.

use std::cell::RefCell;
use std::sync::LazyLock;

use yipan_base::actor::Actor;
use yipan_base::directory::{Area, AreaLayer, AreaLevel, Directory, Role, Staff, Unit, UnitKind};
use yipan_base::id::NarrativeId;
use yipan_base::refusal::Refusal;
use yipan_base::time::{MINUTE, Timestamp};

use crate::dossier::{Desk, Dossier, Recorded, TextRef, Words};
use crate::terms::Terms;

/// `city` > `north`, `south` > `north.a`, `north.b`, `south.a`, `south.b`; each has a centre such as
/// `north.centre` with `….leader`, `….shift` (shift leader), `….clerk` (call taker), `….dispatcher`, `….analyst`
/// and a department `….housing` and `….water` with a signer; each town has a government.
pub(crate) static CITY: LazyLock<Directory> = LazyLock::new(city);

static TERMS: LazyLock<Terms> = LazyLock::new(Terms::shipped);

fn city() -> Directory {
    let (mut areas, mut units, mut staff) = (Vec::new(), Vec::new(), Vec::new());
    let all = [
        ("city", AreaLevel::City, None),
        ("north", AreaLevel::County, Some("city")),
        ("south", AreaLevel::County, Some("city")),
        ("north.a", AreaLevel::Town, Some("north")),
        ("north.b", AreaLevel::Town, Some("north")),
        ("south.a", AreaLevel::Town, Some("south")),
        ("south.b", AreaLevel::Town, Some("south")),
    ];
    for (id, level, parent) in all {
        areas.push(Area {
            id: id.into(),
            layer: AreaLayer::Division,
            level,
            name: id.to_owned(),
            code: None,
            parent: parent.map(Into::into),
            valid_from: None,
            valid_to: None,
            holds: Vec::new(),
            remark: None,
        });
        let mut unit = |name: &str, kind, line: Option<&str>| {
            let unit = format!("{id}.{name}");
            units.push(Unit {
                id: unit.as_str().into(),
                name: unit.clone(),
                kind,
                area: id.into(),
                line: line.map(str::to_owned),
                parent: None,
                steps: Vec::new(),
                duty_list: Default::default(),
                initials: None,
                peer_group: None,
            });
            unit
        };
        let centre = unit("centre", UnitKind::Centre, None);
        let housing = unit("housing", UnitKind::Department, Some("housing"));
        let water = unit("water", UnitKind::Department, Some("water"));
        let government = unit("government", UnitKind::Government, None);
        let mut member = |unit: &str, name: &str, role| {
            let login = format!("{unit}.{name}");
            staff.push(Staff {
                id: login.as_str().into(),
                login: login.clone(),
                name: login,
                unit: unit.into(),
                roles: [role].into(),
                disabled: false,
            });
        };
        member(&centre, "leader", Role::Leader);
        member(&centre, "shift", Role::ShiftLeader);
        member(&centre, "clerk", Role::CallTaker);
        member(&centre, "dispatcher", Role::Dispatcher);
        member(&centre, "analyst", Role::Analyst);
        for unit in [&housing, &water, &government] {
            member(unit, "signer", Role::UnitSigner);
            member(unit, "handler", Role::UnitHandler);
        }
    }
    Directory::new(areas, units, staff).unwrap()
}

/// A member of the small city's staff, such as `north.centre.shift`.
pub(crate) fn actor(id: &str) -> Actor {
    Actor::from(CITY.staff(&id.into()).unwrap_or_else(|| panic!("no {id}")))
}

pub(crate) fn at_minute(minute: i64) -> Timestamp {
    Timestamp::from_micros(1_619_784_000_000_000).plus(minute * MINUTE)
}

/// Texts that were kept, in order.
#[derive(Default)]
pub(crate) struct Kept(pub(crate) RefCell<Vec<String>>);

impl Words for Kept {
    fn keep(&self, field: &'static str, text: &str) -> Result<TextRef, Refusal> {
        if text.trim().is_empty() {
            return Err(
                Refusal::invalid("text.empty", "文字内容为空", "the text is empty").at(format!("/{field}"))
            );
        }
        let mut kept = self.0.borrow_mut();
        kept.push(text.to_owned());
        Ok(TextRef { id: NarrativeId::new(format!("text-{}", kept.len())), digest: String::new() })
    }
}

/// A dossier and its history, driven as the house drives it; checks after every step that the events
/// fold to the same state.
pub(crate) struct Play<D: Dossier> {
    pub(crate) state: Option<D>,
    pub(crate) events: Vec<Recorded<D::Event>>,
    pub(crate) texts: Kept,
}

impl<D: Dossier> Play<D> {
    pub(crate) fn new() -> Self {
        Self { state: None, events: Vec::new(), texts: Kept::default() }
    }

    /// Gives a command as a member of staff at a minute; the names of the events, or the refusal's code.
    pub(crate) fn give(
        &mut self,
        staff: &str,
        minute: i64,
        command: serde_json::Value,
    ) -> Result<Vec<&'static str>, String> {
        let command: D::Command =
            serde_json::from_value(command).map_err(|fault| format!("unreadable: {fault}"))?;
        let actor = actor(staff);
        let now = at_minute(minute);
        let desk = Desk { now, actor: &actor, directory: &CITY, terms: &TERMS, words: &self.texts };
        let events = D::decide(self.state.as_ref(), &command, &desk).map_err(|refusal| refusal.code)?;
        Ok(self.take(events, &actor, now))
    }

    /// Lets the house look at it at a minute.
    pub(crate) fn tick(&mut self, minute: i64) -> Vec<&'static str> {
        let events = self.state().tick(at_minute(minute));
        self.take(events, &Actor::system(), at_minute(minute))
    }

    pub(crate) fn state(&self) -> &D {
        self.state.as_ref().expect("it has begun")
    }

    fn take(&mut self, events: Vec<D::Event>, actor: &Actor, at: Timestamp) -> Vec<&'static str> {
        let mut names = Vec::new();
        for event in events {
            names.push(D::name_of(&event));
            let seq = self.events.len() as u64 + 1;
            let recorded = Recorded { seq, at, staff: actor.staff.clone(), unit: actor.unit.clone(), event };
            self.state = match self.state.take() {
                None => D::begin(&recorded),
                Some(mut state) => {
                    state.apply(&recorded);
                    Some(state)
                }
            };
            assert!(self.state.is_some(), "the first event begins the dossier");
            self.events.push(recorded);
        }
        self.check();
        names
    }

    /// The events, written and read again, fold to the same state, to the byte.
    fn check(&self) {
        let Some(state) = &self.state else { return };
        let stored: Vec<crate::refold::Stored> = self
            .events
            .iter()
            .map(|event| serde_json::from_str(&serde_json::to_string(event).unwrap()).unwrap())
            .collect();
        let folded = crate::refold::refold(D::KIND, &stored, &CITY).unwrap();
        assert_eq!(folded.state, serde_json::to_string(state).unwrap());
        assert_eq!(folded.card, state.card(&CITY));
    }
}
