//! What a decision may look at beside the case: the time, the actor, the directory, the rules.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use yipan_base::calendar::Calendar;
use yipan_base::directory::Directory;
use yipan_base::id::CategoryId;
use yipan_base::refusal::Refusal;
use yipan_base::time::Timestamp;

use crate::Actor;
use crate::case::Case;
use crate::clock::Pin;
use crate::policy::Policy;

/// Everything a decision is a function of, beside the case and the command.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    pub now: Timestamp,
    pub actor: &'a Actor,
    pub directory: &'a Directory,
    pub rules: &'a Rulebook,
    /// The other case of a merge, or the master of a merged case.
    pub related: Option<&'a Case>,
}

/// The rules in force and every older version that open cases may still be pinned to.
#[derive(Debug, Clone, Default)]
pub struct Rulebook {
    policies: BTreeMap<Pin, Arc<Policy>>,
    calendars: BTreeMap<Pin, Arc<Calendar>>,
    categories: BTreeMap<CategoryId, CategoryTraits>,
    current_policy: Option<Pin>,
    current_calendars: BTreeMap<String, i64>,
}

/// What the spine needs to know of a category (诉求分类).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CategoryTraits {
    /// The line of duty that regulates it.
    pub line: Option<String>,
}

impl Rulebook {
    /// Adds a policy; the highest version added becomes the current one.
    pub fn add_policy(&mut self, policy: Policy) {
        let pin = policy.pin();
        if self.current_policy.as_ref().is_none_or(|now| now.version <= pin.version) {
            self.current_policy = Some(pin.clone());
        }
        self.policies.insert(pin, Arc::new(policy));
    }

    /// Adds a calendar; the highest version of its id becomes the current one.
    pub fn add_calendar(&mut self, calendar: Calendar) {
        let now = self.current_calendars.entry(calendar.id().to_owned()).or_insert(calendar.version());
        *now = (*now).max(calendar.version());
        self.calendars
            .insert(Pin { id: calendar.id().to_owned(), version: calendar.version() }, Arc::new(calendar));
    }

    pub fn add_category(&mut self, id: CategoryId, traits: CategoryTraits) {
        self.categories.insert(id, traits);
    }

    /// The policy in force.
    pub fn policy(&self) -> Result<&Arc<Policy>, Refusal> {
        self.current_policy.as_ref().and_then(|pin| self.policies.get(pin)).ok_or_else(|| {
            Refusal::internal("no policy is in force; load a city pack or `yipan policy load`")
        })
    }

    pub fn policy_at(&self, pin: &Pin) -> Result<&Arc<Policy>, Refusal> {
        self.policies.get(pin).ok_or_else(|| {
            Refusal::internal(format!("policy {} version {} is not in the rulebook", pin.id, pin.version))
        })
    }

    /// The calendar in force under an id.
    pub fn calendar(&self, id: &str) -> Result<&Arc<Calendar>, Refusal> {
        let version = self.current_calendars.get(id).copied().unwrap_or_default();
        self.calendar_at(&Pin { id: id.to_owned(), version })
    }

    /// Whether there is such a calendar at all.
    #[must_use]
    pub fn has_calendar(&self, id: &str) -> bool {
        self.current_calendars.contains_key(id)
    }

    pub fn calendar_at(&self, pin: &Pin) -> Result<&Arc<Calendar>, Refusal> {
        self.calendars.get(pin).ok_or_else(|| {
            Refusal::internal(format!("calendar {} version {} is not in the rulebook", pin.id, pin.version))
        })
    }

    #[must_use]
    pub fn category(&self, id: &CategoryId) -> Option<&CategoryTraits> {
        self.categories.get(id)
    }

    /// The line that regulates a category, from the nearest ancestor that names one.
    #[must_use]
    pub fn line_of(&self, id: &CategoryId) -> Option<&str> {
        let mut code = id.as_str();
        loop {
            if let Some(line) = self.categories.get(&CategoryId::new(code)).and_then(|c| c.line.as_deref()) {
                return Some(line);
            }
            code = code.rsplit_once('.')?.0;
        }
    }

    /// Whether the city knows this category at all; an empty list knows every code.
    #[must_use]
    pub fn knows(&self, id: &CategoryId) -> bool {
        self.categories.is_empty() || self.categories.contains_key(id)
    }
}
