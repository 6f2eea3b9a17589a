//! The rules of the house: their versions, trials over the past, and putting one in force.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;
use yipan_base::calendar::Calendar;
use yipan_base::time::{Date, Timestamp};
use yipan_casework::policy::Policy;
use yipan_casework::routing::{DryRun, Rules, RulesData};
use yipan_casework::trial::Trial;
use yipan_http::{Body, Doors, Fault, Problems, Seat};
use yipan_platform::rules::RuleVersion;

/// A policy to try on the cases accepted in a period.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PolicyTrial {
    policy: Policy,
    /// The first day.
    #[schema(value_type = String, format = Date)]
    from: Date,
    /// The day after the last one.
    #[schema(value_type = String, format = Date)]
    to: Date,
}

/// Routing rules to try on the cases accepted in a period.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RoutingTrial {
    rules: RulesData,
    #[schema(value_type = String, format = Date)]
    from: Date,
    #[schema(value_type = String, format = Date)]
    to: Date,
}

/// The versions of policies, calendars and routing rules.
#[utoipa::path(
    get, path = "/rules", operation_id = "listRules", tag = "rules",
    responses((status = 200, description = "The newest of each last.", body = Vec<RuleVersion>), Problems)
)]
pub(crate) async fn list_rules(State(doors): State<Doors>, _: Seat) -> Result<Json<Vec<RuleVersion>>, Fault> {
    Ok(Json(doors.house.rule_versions().await?))
}

/// The policy in force: terms and limits.
#[utoipa::path(
    get, path = "/rules/policy", operation_id = "getPolicy", tag = "rules",
    responses((status = 200, description = "The policy.", body = Policy), Problems)
)]
pub(crate) async fn get_policy(State(doors): State<Doors>, _: Seat) -> Result<Json<Policy>, Fault> {
    let city = doors.house.city();
    Ok(Json(city.rules.policy()?.as_ref().clone()))
}

/// The routing rules in force, with the dispatch catalogue.
#[utoipa::path(
    get, path = "/rules/routing", operation_id = "getRouting", tag = "rules",
    responses((status = 200, description = "The rules.", body = RulesData), Problems)
)]
pub(crate) async fn get_routing(State(doors): State<Doors>, _: Seat) -> Result<Json<RulesData>, Fault> {
    Ok(Json(doors.house.city().routing.as_ref().clone().into()))
}

/// Try a policy on the past: what its terms would have made of the orders. Nothing changes.
#[utoipa::path(
    post, path = "/rules/policy/trial", operation_id = "tryPolicy", tag = "rules", request_body = PolicyTrial,
    responses((status = 200, description = "Beside the terms in force.", body = Trial), Problems)
)]
pub(crate) async fn try_policy(
    State(doors): State<Doors>,
    seat: Seat,
    body: Body<PolicyTrial>,
) -> Result<Json<Trial>, Fault> {
    let PolicyTrial { policy, from, to } = body.value;
    let period = (Timestamp::midnight(from), Timestamp::midnight(to));
    Ok(Json(doors.house.policy_trial(&seat.viewer, &policy, period).await?))
}

/// Try routing rules on the past: whom they would have suggested. Nothing changes.
#[utoipa::path(
    post, path = "/rules/routing/trial", operation_id = "tryRouting", tag = "rules", request_body = RoutingTrial,
    responses((status = 200, description = "Beside the rules in force and who held the case.", body = DryRun), Problems)
)]
pub(crate) async fn try_routing(
    State(doors): State<Doors>,
    seat: Seat,
    body: Body<RoutingTrial>,
) -> Result<Json<DryRun>, Fault> {
    let RoutingTrial { rules, from, to } = body.value;
    let period = (Timestamp::midnight(from), Timestamp::midnight(to));
    Ok(Json(doors.house.routing_dry_run(&seat.viewer, &Rules::new(rules), period).await?))
}

/// Put a policy in force for what comes in from now on; open holdings keep theirs.
#[utoipa::path(
    post, path = "/rules/policy", operation_id = "adoptPolicy", tag = "rules", request_body = Policy,
    responses((status = 204, description = "In force."), Problems)
)]
pub(crate) async fn adopt_policy(
    State(doors): State<Doors>,
    seat: Seat,
    body: Body<Policy>,
) -> Result<StatusCode, Fault> {
    doors.house.adopt_policy(&seat.viewer, &body.value).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Put routing rules in force for every suggestion from now on.
#[utoipa::path(
    post, path = "/rules/routing", operation_id = "adoptRouting", tag = "rules", request_body = RulesData,
    responses((status = 204, description = "In force."), Problems)
)]
pub(crate) async fn adopt_routing(
    State(doors): State<Doors>,
    seat: Seat,
    body: Body<RulesData>,
) -> Result<StatusCode, Fault> {
    doors.house.adopt_routing(&seat.viewer, &Rules::new(body.value)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The calendar in force: days off and shifted workdays, by year.
#[utoipa::path(
    get, path = "/rules/calendar", operation_id = "getCalendar", tag = "rules",
    responses((status = 200, description = "The calendar.", body = serde_json::Value), Problems)
)]
pub(crate) async fn get_calendar(State(doors): State<Doors>, _: Seat) -> Result<Json<Calendar>, Fault> {
    let city = doors.house.city();
    let calendar = city.rules.calendar(&city.rules.policy()?.calendar)?;
    Ok(Json(calendar.as_ref().clone()))
}

/// Put a calendar in force, such as one to which the days announced for the next year were added.
#[utoipa::path(
    post, path = "/rules/calendar", operation_id = "adoptCalendar", tag = "rules", request_body = serde_json::Value,
    responses((status = 204, description = "In force."), Problems)
)]
pub(crate) async fn adopt_calendar(
    State(doors): State<Doors>,
    seat: Seat,
    body: Body<serde_json::Value>,
) -> Result<StatusCode, Fault> {
    doors.house.adopt_calendar(&seat.viewer, &body.value.to_string()).await?;
    Ok(StatusCode::NO_CONTENT)
}
