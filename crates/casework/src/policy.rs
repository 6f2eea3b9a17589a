//! Policies (时限与规则): every limit of the house as versioned data, with the defaults of the design.

use serde::{Deserialize, Serialize};
use yipan_base::calendar::{Interval, Term, TermUnit};

use crate::case::{Channel, Kind, Level, SheetLevel, TermKind};
use crate::clock::Pin;

/// A set of rules under one version. Open holdings keep the version they began with until a
/// recorded event moves them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Policy {
    pub id: String,
    pub version: i64,
    /// Which calendar its terms run on.
    pub calendar: String,
    /// First match wins; the last rule must match everything.
    pub terms: Vec<TermRule>,
    pub centre: CentreTerms,
    pub returns: ReturnRules,
    pub extension: ExtensionRules,
    pub supervision: SupervisionRules,
    pub verification: Vec<VerificationRule>,
    pub callback: CallbackRules,
    /// Levels that count as pressing: they are never dispatched without sign-in alarms.
    #[serde(default)]
    pub reopen_within: Option<Term>,
}

/// Terms for the cases that match.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct TermRule {
    pub id: String,
    #[serde(default)]
    pub when: Match,
    pub sign: Term,
    #[serde(default)]
    pub contact: Option<Term>,
    pub handle: Term,
    /// Staged terms inside one case, such as fence 3 urgent hours, then repair 8.
    #[serde(default)]
    pub milestones: Vec<MilestoneRule>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct MilestoneRule {
    pub name: String,
    pub term: Term,
}

/// What a rule asks of a case; an empty list asks nothing.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Match {
    pub kinds: Vec<Kind>,
    pub levels: Vec<Level>,
    pub channels: Vec<Channel>,
    /// Category codes; each also stands for everything below it.
    pub categories: Vec<String>,
}

/// What of a case the rules look at.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    pub kind: Kind,
    pub level: Level,
    pub channel: Channel,
    pub category: &'a str,
}

impl Match {
    #[must_use]
    pub fn fits(&self, subject: Subject<'_>) -> bool {
        let any = |empty: bool, hit: bool| empty || hit;
        any(self.kinds.is_empty(), self.kinds.contains(&subject.kind))
            && any(self.levels.is_empty(), self.levels.contains(&subject.level))
            && any(self.channels.is_empty(), self.channels.contains(&subject.channel))
            && any(
                self.categories.is_empty(),
                self.categories.iter().any(|c| category_within(subject.category, c)),
            )
    }
}

/// Whether `category` is `above` or lies below it: `urban.housing.heating` is within `urban`.
#[must_use]
pub fn category_within(category: &str, above: &str) -> bool {
    category.strip_prefix(above).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// Terms of the centre itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CentreTerms {
    pub dispatch: Term,
    pub dispatch_emergency: Term,
    pub rule_return: Term,
    pub rule_extension: Term,
    pub review: Term,
    pub verify: Term,
    pub call_back: Term,
}

impl CentreTerms {
    #[must_use]
    pub fn of(&self, kind: TermKind, level: Level) -> Term {
        match kind {
            TermKind::Dispatch if level == Level::Emergency => self.dispatch_emergency,
            TermKind::Dispatch => self.dispatch,
            TermKind::RuleReturn => self.rule_return,
            TermKind::RuleExtension => self.rule_extension,
            TermKind::Review => self.review,
            TermKind::Verify => self.verify,
            TermKind::CallBack => self.call_back,
        }
    }
}

/// Return (退单): by when, and for which reasons.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ReturnRules {
    pub within: Term,
    pub before_contact: bool,
    pub reasons: Vec<String>,
}

/// Extension (延期).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ExtensionRules {
    /// At most this share of the first term, in per cent.
    pub at_most_percent: i64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SupervisionRules {
    pub blue: Term,
    pub orange: Term,
    pub red: Term,
}

impl SupervisionRules {
    #[must_use]
    pub const fn of(&self, level: SheetLevel) -> Term {
        match level {
            SheetLevel::Blue => self.blue,
            SheetLevel::Orange => self.orange,
            SheetLevel::Red => self.red,
        }
    }
}

/// Which cases are checked on the spot before the citizen is called.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct VerificationRule {
    pub when: Match,
    pub required: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CallbackRules {
    /// Attempts in vain after which a case may be closed without an opinion.
    pub attempts: u32,
    /// How far apart attempts must be.
    #[serde(default = "spacing")]
    pub spacing: Term,
    /// The hours of a day in which citizens are called, unless they agreed to another hour.
    #[serde(default = "calling_hours")]
    #[cfg_attr(feature = "schema", schema(value_type = String, example = "08:00-21:00"))]
    pub hours: Interval,
}

const fn spacing() -> Term {
    Term::new(120, TermUnit::WallHours)
}

fn calling_hours() -> Interval {
    "08:00-21:00".parse().unwrap_or_else(|fault| unreachable!("hours of a day: {fault}"))
}

impl Policy {
    #[must_use]
    pub fn pin(&self) -> Pin {
        Pin { id: self.id.clone(), version: self.version }
    }

    /// The rule for a case; `None` only where the policy lacks its last, catch-all rule.
    #[must_use]
    pub fn rule(&self, subject: Subject<'_>) -> Option<&TermRule> {
        self.terms.iter().find(|r| r.when.fits(subject))
    }

    #[must_use]
    pub fn verification_required(&self, subject: Subject<'_>) -> bool {
        self.verification.iter().find(|r| r.when.fits(subject)).is_some_and(|r| r.required)
    }

    /// The shipped defaults. The sources mark most of these limits as guesses: change them as data.
    #[must_use]
    pub fn shipped() -> Self {
        serde_json::from_str(include_str!("../data/policy.json"))
            .unwrap_or_else(|fault| unreachable!("the shipped policy is read by a test: {fault}"))
    }

    /// Every term, by its place in the policy: what must come to an end on the calendars that there are.
    pub fn named_terms(&self) -> impl Iterator<Item = (String, Term)> {
        let cases = self.terms.iter().enumerate().flat_map(|(at, rule)| {
            let contact = rule.contact.map(|term| (format!("/terms/{at}/contact"), term));
            let stages = rule.milestones.iter().enumerate();
            let stages = stages.map(move |(no, m)| (format!("/terms/{at}/milestones/{no}/term"), m.term));
            [(format!("/terms/{at}/sign"), rule.sign), (format!("/terms/{at}/handle"), rule.handle)]
                .into_iter()
                .chain(contact)
                .chain(stages)
        });
        let (centre, sheets) = (&self.centre, &self.supervision);
        let house = [
            ("/centre/dispatch", centre.dispatch),
            ("/centre/dispatch_emergency", centre.dispatch_emergency),
            ("/centre/rule_return", centre.rule_return),
            ("/centre/rule_extension", centre.rule_extension),
            ("/centre/review", centre.review),
            ("/centre/verify", centre.verify),
            ("/centre/call_back", centre.call_back),
            ("/returns/within", self.returns.within),
            ("/supervision/blue", sheets.blue),
            ("/supervision/orange", sheets.orange),
            ("/supervision/red", sheets.red),
        ];
        cases.chain(house.map(|(at, term)| (at.to_owned(), term)))
    }

    /// The categories that its rules name, by their place in the policy.
    pub fn named_categories(&self) -> impl Iterator<Item = (String, &str)> {
        fn of<'w>(list: &'static str, at: usize, when: &'w Match) -> impl Iterator<Item = (String, &'w str)> {
            let named = when.categories.iter().enumerate();
            named.map(move |(no, c)| (format!("/{list}/{at}/when/categories/{no}"), c.as_str()))
        }
        let terms = self.terms.iter().enumerate().flat_map(|(at, rule)| of("terms", at, &rule.when));
        let checks = self.verification.iter().enumerate();
        terms.chain(checks.flat_map(|(at, rule)| of("verification", at, &rule.when)))
    }

    /// What is wrong with a policy that someone wrote: each fault says where.
    #[must_use]
    pub fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        if !self.terms.last().is_some_and(|r| r.when == Match::default()) {
            faults.push("terms: the last rule must match every case (an empty `when`)".to_owned());
        }
        for (at, rule) in self.terms.iter().enumerate() {
            if rule.sign.amount <= 0 || rule.handle.amount <= 0 {
                faults.push(format!("terms[{at}] `{}`: terms must be longer than nothing", rule.id));
            }
            if self.terms[..at].iter().any(|r| r.id == rule.id) {
                faults.push(format!("terms[{at}]: the id `{}` stands twice", rule.id));
            }
        }
        if !(1..=100).contains(&self.extension.at_most_percent) {
            faults.push("extension.at_most_percent: 1 to 100".to_owned());
        }
        if self.callback.attempts == 0 {
            faults.push("callback.attempts: at least 1".to_owned());
        }
        faults
    }
}
