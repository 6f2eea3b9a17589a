//! The rules of the house as versioned data: which there are, how others would have done, adopting one.

use serde::{Deserialize, Serialize};
use yipan_base::calendar::Calendar;
use yipan_base::directory::Role;
use yipan_base::id::CategoryId;
use yipan_base::refusal::Refusal;
use yipan_base::time::Timestamp;
use yipan_casework::case::Case;
use yipan_casework::policy::Policy;
use yipan_casework::routing::Rules;
use yipan_casework::trial::Trial;

use crate::city::{self, City};
use crate::give::read_state;
use crate::house::House;
use crate::viewer::Viewer;

/// The past that one dry run looks at, at most.
const PAST: i64 = 20_000;

/// A version of a rule in the book.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct RuleVersion {
    /// `policy`, `calendar` or `routing`.
    pub kind: String,
    pub id: String,
    pub version: i64,
    pub valid_from: Timestamp,
}

impl House {
    /// The versions of policies, calendars and routing rules, the newest of each last.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub async fn rule_versions(&self) -> Result<Vec<RuleVersion>, Refusal> {
        let sql = "SELECT kind, id, version, valid_from FROM rulebook WHERE kind <> 'pack' ORDER BY kind, id, version";
        let rows = self.store().house(sql, &[]).await?;
        rows.iter()
            .map(|row| {
                Ok(RuleVersion {
                    kind: row.text("kind")?.to_owned(),
                    id: row.text("id")?.to_owned(),
                    version: row.int("version")?,
                    valid_from: Timestamp::from_micros(row.int("valid_from")?),
                })
            })
            .collect()
    }

    /// What a policy's terms would have made of the orders of the cases accepted in a period, at most
    /// twenty thousand of them. Nothing changes.
    ///
    /// # Errors
    /// `policy.faults` where it is not whole; if its calendar lacks a year; if the store cannot be read.
    pub async fn policy_trial(
        &self,
        viewer: &Viewer,
        policy: &Policy,
        period: (Timestamp, Timestamp),
    ) -> Result<Trial, Refusal> {
        whole(policy)?;
        let city = self.city();
        fitting(policy, &city, self.now())?;
        let calendar = city.rules.calendar(&policy.calendar)?;
        let mut trial = Trial::default();
        for case in self.past_cases(viewer, period).await? {
            trial.add(&case, policy, calendar, self.now())?;
        }
        Ok(trial)
    }

    /// Puts a policy in force for what comes in from now on. Open holdings keep theirs until a recorded
    /// event moves them (`repin`).
    ///
    /// # Errors
    /// `rules.role` where the viewer is no supervisor of the city; `policy.faults`, `policy.calendar`,
    /// `policy.category` or the calendar's own refusal where cases could not go by it; `rules.version`
    /// where the version is not the next.
    pub async fn adopt_policy(&self, viewer: &Viewer, policy: &Policy) -> Result<(), Refusal> {
        may_adopt(viewer)?;
        whole(policy)?;
        let city = self.city();
        fitting(policy, &city, self.now())?;
        let newest = city.rules.policy()?;
        if policy.id != newest.id || policy.version != newest.version + 1 {
            return Err(next_version(&newest.id, newest.version + 1));
        }
        self.adopt(("policy", &policy.id, policy.version), policy, viewer).await
    }

    /// Puts routing rules in force for every suggestion from now on.
    ///
    /// # Errors
    /// As [`House::adopt_policy`]; `routing.faults` where it names what there is not.
    pub async fn adopt_routing(&self, viewer: &Viewer, rules: &Rules) -> Result<(), Refusal> {
        may_adopt(viewer)?;
        let city = self.city();
        let faults = rules.faults(&city.directory, &city.rules);
        if let Some(first) = faults.first() {
            let told = faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
            return Err(Refusal::invalid("routing.faults", format!("派单规则有误：{told}"), told)
                .at(format!("/{}", first.at)));
        }
        let next = self.city().routing.version() + 1;
        if rules.version() != next {
            return Err(next_version("routing", next));
        }
        self.adopt(("routing", "city", next), rules, viewer).await
    }

    /// Puts a calendar in force for what comes in from now on, such as one to which the days announced
    /// for the next year were added. Clocks that run keep theirs until a recorded event moves them.
    ///
    /// # Errors
    /// As [`House::adopt_policy`]; `calendar.broken` where it is no calendar.
    pub async fn adopt_calendar(&self, viewer: &Viewer, text: &str) -> Result<(), Refusal> {
        may_adopt(viewer)?;
        let calendar = Calendar::from_json(text).map_err(|fault| {
            let told = fault.to_string();
            Refusal::invalid("calendar.broken", format!("日历有误：{told}"), told).at("/")
        })?;
        let next = self.city().rules.calendar(calendar.id())?.version() + 1;
        if calendar.version() != next {
            return Err(next_version(calendar.id(), next));
        }
        self.adopt(("calendar", calendar.id(), next), &calendar, viewer).await
    }

    async fn adopt(
        &self,
        name: (&str, &str, i64),
        body: &impl Serialize,
        viewer: &Viewer,
    ) -> Result<(), Refusal> {
        let by = (viewer.actor.staff.as_str(), self.now());
        city::add_rule(self.store(), name, body, by).await?;
        self.reload().await
    }

    /// The cases accepted in a period, as far as the viewer sees them.
    pub(crate) async fn past_cases(
        &self,
        viewer: &Viewer,
        (from, to): (Timestamp, Timestamp),
    ) -> Result<Vec<Case>, Refusal> {
        let sql = "SELECT c.state FROM fact_case f JOIN case_file c ON c.id = f.case_id WHERE f.accepted_at >= $1 \
                   AND f.accepted_at < $2 AND {visible:c.id} ORDER BY f.accepted_at, f.case_id LIMIT $3";
        let args = [from.as_micros().into(), to.as_micros().into(), PAST.into()];
        let rows = self.store().cases(&viewer.scope(), sql, &args).await?;
        rows.iter().map(|row| read_state(row.text("state")?)).collect()
    }
}

fn may_adopt(viewer: &Viewer) -> Result<(), Refusal> {
    if viewer.actor.roles.contains(&Role::Supervisor) && viewer.scope().counts_everything() {
        return Ok(());
    }
    Err(Refusal::forbidden(
        "rules.role",
        "规则由市级指挥中心督办负责人发布",
        "rules are put in force by a supervisor of the city's centre",
    ))
}

fn whole(policy: &Policy) -> Result<(), Refusal> {
    let faults = policy.faults();
    if faults.is_empty() {
        return Ok(());
    }
    let told = faults.join("; ");
    Err(Refusal::invalid("policy.faults", format!("时限规则有误：{told}"), told).at("/policy"))
}

/// Whether the city's cases could go by a policy that is whole in itself: its calendar and its
/// categories are known, and a case that came in now would find the end of every term.
fn fitting(policy: &Policy, city: &City, now: Timestamp) -> Result<(), Refusal> {
    if !city.rules.has_calendar(&policy.calendar) {
        return Err(Refusal::rule(
            "policy.calendar",
            format!("没有日历 {}；请先发布该日历", policy.calendar),
            format!("there is no calendar `{}`; adopt it first", policy.calendar),
        )
        .at("/calendar"));
    }
    for (at, category) in policy.named_categories() {
        if !city.rules.knows(&CategoryId::new(category)) {
            return Err(Refusal::rule(
                "policy.category",
                format!("本市没有类别 {category}"),
                format!("the city has no category `{category}`"),
            )
            .at(at));
        }
    }
    let calendar = city.rules.calendar(&policy.calendar)?;
    for (at, term) in policy.named_terms() {
        calendar.due(now, term).map_err(|gap| Refusal::from(gap).at(at))?;
    }
    Ok(())
}

fn next_version(id: &str, next: i64) -> Refusal {
    Refusal::conflict(
        "rules.version",
        format!("{id} 的下一版应为第 {next} 版；已发布的版本不能修改"),
        format!("the next version of {id} is {next}; a version that was published is never changed"),
    )
    .at("/version")
    .fact("next", next)
}
