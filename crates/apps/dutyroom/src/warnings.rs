//! Public warnings (预警信号) as CAP 1.2 messages: an actual one for here opens an incident, an update or
//! a cancellation is noted on it, and whatever is not to be acted upon opens nothing and says why.

use std::collections::BTreeSet;

use axum::Json;
use axum::body::Body as Raw;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use yipan_base::directory::{AreaLayer, AreaLevel};
use yipan_base::geo::{Located, Point};
use yipan_base::id::AreaId;
use yipan_base::refusal::Refusal;
use yipan_duty::Incident;
use yipan_duty::incident::{self, IncidentKind, Warning, WarningLevel};
use yipan_http::{Doors, Fault, Problems, Seat, whole};
use yipan_platform::city::City;
use yipan_platform::dossiers::{DossierName, Kept};
use yipan_wire::cap::{self, Alert, Category, Info, MessageType, Severity, Status};

/// The largest message that is read.
const LARGEST: usize = 2 << 20;

/// What came of a warning.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Warned {
    /// The sender's own name for it.
    identifier: String,
    taken: Taken,
    /// The incident that was opened, or to which it was added.
    incident: Option<Kept>,
}

/// How it was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Taken {
    Opened,
    /// An update, a cancellation, or the same message once more, noted on the incident that it is about.
    Noted,
    /// Known already; nothing was added.
    Known,
    /// An exercise, a test, a draft, or network traffic: nobody acts upon it.
    NotActual,
    /// It names places, and none of them lies here.
    Elsewhere,
    /// An acknowledgement or an error report.
    Receipt,
}

/// Take in a public warning: a CAP 1.2 (or 1.1) message of at most 2 MiB.
///
/// Severity `Extreme`, `Severe`, `Moderate` and `Minor` is red, orange, yellow and blue, as China's profile
/// commonly has it. An XML signature is counted by the codec and not verified: who brings the message is known.
#[utoipa::path(
    post, path = "/duty/warnings", operation_id = "takeWarning", tag = "duty",
    request_body(content = String, content_type = "application/cap+xml"),
    responses((status = 200, description = "What came of it.", body = Warned), Problems)
)]
pub(crate) async fn take_warning(
    State(doors): State<Doors>,
    seat: Seat,
    body: Raw,
) -> Result<Json<Warned>, Fault> {
    let bytes = whole(body, LARGEST).await?;
    let alert = cap::read(&bytes).map_err(Refusal::from)?.alert;
    let identifier = alert.identifier.clone();
    let (taken, incident) = Taking { doors: &doors, seat: &seat, alert: &alert }.take().await?;
    Ok(Json(Warned { identifier, taken, incident }))
}

struct Taking<'a> {
    doors: &'a Doors,
    seat: &'a Seat,
    alert: &'a Alert,
}

impl Taking<'_> {
    async fn take(&self) -> Result<(Taken, Option<Kept>), Refusal> {
        if self.alert.status != Status::Actual {
            return Ok((Taken::NotActual, None));
        }
        match self.alert.msg_type {
            MessageType::Ack | MessageType::Error => Ok((Taken::Receipt, None)),
            MessageType::Alert => match self.known(std::iter::once(self.own())).await? {
                Some(_) => Ok((Taken::Known, None)),
                None => self.open().await,
            },
            MessageType::Update | MessageType::Cancel => {
                let about = self.alert.references.iter().map(|it| self.reference(&it.sender, &it.identifier));
                match self.known(about).await? {
                    Some(id) => self.note(&id).await.map(|kept| (Taken::Noted, Some(kept))),
                    // What it is about never came here.
                    None if self.alert.msg_type == MessageType::Update => self.open().await,
                    None => Ok((Taken::Known, None)),
                }
            }
        }
    }

    fn own(&self) -> String {
        self.reference(&self.alert.sender, &self.alert.identifier)
    }

    /// Under which a message stands on an incident: senders choose names of any characters.
    fn reference(&self, sender: &str, identifier: &str) -> String {
        let digest = self.doors.house.keys().digest("cap", &format!("{sender},{identifier}"));
        format!("cap:{}", digest.get(..24).unwrap_or(&digest))
    }

    /// The incident that stands under one of these messages.
    async fn known(&self, references: impl Iterator<Item = String>) -> Result<Option<String>, Refusal> {
        let references: BTreeSet<String> = references.collect();
        let found = self.doors.house.all_dossiers::<Incident>(&self.seat.viewer, true).await?;
        let about = |it: &Incident| it.warning.as_ref().is_some_and(|it| references.contains(&it.reference));
        Ok(found.into_iter().find(|(_, incident)| about(incident)).map(|(line, _)| line.id))
    }

    async fn open(&self) -> Result<(Taken, Option<Kept>), Refusal> {
        let info = self.alert.infos_in("zh-CN").next().ok_or_else(|| {
            Refusal::rule(
                "warning.empty",
                "预警信息没有内容（info），无法立项；请联系发布单位",
                "the message carries no information block (info), so that no incident can be opened; ask its sender",
            )
            .at("/alert/info")
        })?;
        let city = self.doors.house.city();
        let Some(areas) = areas(self.alert, &city)? else { return Ok((Taken::Elsewhere, None)) };
        let now = self.doors.house.now();
        let began = info.onset.or(info.effective).unwrap_or(self.alert.sent).at().min(now);
        let command = incident::Command::Open {
            kind: kind(info),
            title: info.headline.clone().unwrap_or_else(|| info.event.clone()),
            centre: None,
            areas,
            began_at: began,
            warning: level(info.severity).map(|level| Warning { reference: self.own(), level }),
        };
        let viewer = &self.seat.viewer;
        let kept = self.doors.house.keep::<Incident>(viewer, &DossierName::New, command, None, None).await?;
        self.note(&kept.id).await?;
        Ok((Taken::Opened, Some(kept)))
    }

    /// Notes what the message says.
    async fn note(&self, id: &str) -> Result<Kept, Refusal> {
        let name = DossierName::Id(id.to_owned());
        let command = incident::Command::Note { text: words(self.alert) };
        self.doors.house.keep::<Incident>(&self.seat.viewer, &name, command, None, None).await
    }
}

/// The message in words.
fn words(alert: &Alert) -> String {
    let what = match alert.msg_type {
        MessageType::Update => "预警更新",
        MessageType::Cancel => "预警解除",
        _ => "预警发布",
    };
    let mut text = format!("{what}：{}（{}，{}）", alert.identifier, alert.sender, alert.sent.at());
    for info in alert.infos_in("zh-CN") {
        let parts = [&info.headline, &info.description, &info.instruction, &info.contact];
        text.push_str(&format!("\n{}", info.event));
        parts.into_iter().flatten().for_each(|part| text.push_str(&format!("\n{part}")));
    }
    if let Some(note) = &alert.note {
        text.push_str(&format!("\n{note}"));
    }
    text
}

fn kind(info: &Info) -> IncidentKind {
    let says = |words: &[&str]| words.iter().any(|word| info.event.to_lowercase().contains(word));
    if says(&["洪", "涝", "汛", "flood", "high water"]) {
        return IncidentKind::Flood;
    }
    match info.categories.first() {
        Some(Category::Met) => IncidentKind::Storm,
        Some(Category::Fire) => IncidentKind::Fire,
        Some(Category::Health) => IncidentKind::Epidemic,
        Some(Category::Infra) => IncidentKind::Outage,
        Some(Category::Transport | Category::Cbrne | Category::Env | Category::Safety) => {
            IncidentKind::Accident
        }
        _ => IncidentKind::Other,
    }
}

const fn level(severity: Severity) -> Option<WarningLevel> {
    match severity {
        Severity::Extreme => Some(WarningLevel::Red),
        Severity::Severe => Some(WarningLevel::Orange),
        Severity::Moderate => Some(WarningLevel::Yellow),
        Severity::Minor => Some(WarningLevel::Blue),
        Severity::Unknown => None,
    }
}

/// The areas of this city that a message names by codes, polygons or circles; the whole city where it
/// names places by words alone; `None` where it names places and none lies here.
fn areas(alert: &Alert, city: &City) -> Result<Option<Vec<AreaId>>, Refusal> {
    let directory = &city.directory;
    let whole = directory.city().ok_or_else(|| Refusal::internal("the house has no city"))?;
    let (mut found, mut named) = (BTreeSet::new(), false);
    for area in alert.infos.iter().flat_map(|info| &info.areas) {
        for code in area.geocodes.iter().map(|code| code.value.as_str()) {
            named = true;
            let divisions = directory.areas().filter(|area| area.layer == AreaLayer::Division);
            let same = |known: &str| known.trim_end_matches('0') == code.trim_end_matches('0');
            found.extend(divisions.filter(|it| it.code.as_deref().is_some_and(same)).map(|it| it.id.clone()));
        }
        for boundary in city.boundaries.iter().filter(|boundary| boundary.area != whole.id) {
            let Some(label) = boundary.label.and_then(|[lon, lat]| Point::new(lon, lat).ok()) else {
                continue;
            };
            let within = area.polygons.iter().any(|polygon| holds(polygon.points(), label))
                || area.circles.iter().any(|it| it.centre().distance_m(label) <= it.radius_km() * 1000.0);
            if within {
                found.insert(boundary.area.clone());
            }
        }
        let corners = area.polygons.iter().flat_map(|polygon| polygon.points().iter().copied());
        for point in corners.chain(area.circles.iter().map(cap::Circle::centre)) {
            named = true;
            if let Located::Inside { area, .. } = city.locate(point) {
                let county = directory.ancestor_at(&area, AreaLevel::County).map_or(&whole.id, |it| &it.id);
                found.insert(county.clone());
            }
        }
    }
    if found.is_empty() {
        return Ok((!named).then(|| vec![whole.id.clone()]));
    }
    Ok(Some(found.into_iter().take(200).collect()))
}

/// Whether a ring holds a point: a line from it to the north crosses the ring an odd number of times.
fn holds(ring: &[Point], point: Point) -> bool {
    let crossings = ring.windows(2).filter(|side| {
        let (a, b) = (side[0], side[1]);
        let beside = (a.lon() > point.lon()) != (b.lon() > point.lon());
        beside && {
            let share = (point.lon() - a.lon()) / (b.lon() - a.lon());
            a.lat() + share * (b.lat() - a.lat()) > point.lat()
        }
    });
    crossings.count() % 2 == 1
}
