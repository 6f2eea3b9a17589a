//! Late entry (补录): what was taken on paper becomes a case, from its true time on.

use ring::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use yipan_base::directory::{AreaLayer, Directory, UnitKind};
use yipan_base::id::{AreaId, CategoryId};
use yipan_base::refusal::Refusal;
use yipan_base::time::Timestamp;
use yipan_casework::case::{Channel, Kind, Level};
use yipan_platform::city::City;
use yipan_platform::{Appellant, House, Idempotency, NewAppeal, NewPlace, Outcome, Viewer};

use crate::form_number::FormNumber;
use crate::forms::allotted_at;

/// A paper form as it is typed in (纸质单补录). Fields take what stands on the paper.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PaperForm {
    /// The form's number: `纸-rudong-20261123-0001-K`.
    pub form: String,
    /// The true time: RFC 3339, or `2026-11-23 19:15` by Shanghai's clocks.
    pub received_at: Timestamp,
    pub text: String,
    /// A category's id, or its Chinese name where only one bears it.
    pub category: String,
    /// By its code or Chinese word; `other` if absent.
    #[serde(default)]
    pub kind: Option<String>,
    #[serde(default)]
    #[schema(inline)]
    pub level: Option<Level>,
    #[serde(default)]
    pub title: Option<String>,
    #[serde(default)]
    pub caller: Option<String>,
    #[serde(default)]
    pub phone: Option<String>,
    #[serde(default)]
    pub anonymous: bool,
    #[serde(default)]
    pub address: Option<String>,
    /// An area's id, or its name where only one bears it.
    #[serde(default)]
    pub area: Option<String>,
    /// To whom it was given by telephone; stands below the text.
    #[serde(default)]
    pub given_to: Option<String>,
}

/// Enters a paper form as a case. Entering the very same again, by the same hand, answers the same case.
///
/// # Errors
/// `form.number`, `form.unknown`, `form.elsewhere`, `form.before`, `form.used`: the number is wrong, was
/// never allotted, is another centre's, was allotted after the time given, has become a case already;
/// or whatever [`House::accept`] refuses, such as a time to come.
pub async fn enter(house: &House, viewer: &Viewer, paper: PaperForm) -> Result<Outcome, Refusal> {
    let number: FormNumber = paper.form.parse()?;
    let city = house.city();
    own(&city.directory, viewer, &number)?;
    let allotted = allotted_at(house, &number).await?;
    if paper.received_at < allotted {
        return Err(Refusal::rule(
            "form.before",
            format!("来件时间 {} 早于纸质单的发放时间 {allotted}；请核对时间和单号", paper.received_at),
            format!(
                "received at {}, before the form was allotted ({allotted}); check the time and the number",
                paper.received_at
            ),
        )
        .at("/received_at"));
    }
    let request = serde_json::to_vec(&paper).map_err(|fault| Refusal::internal(fault.to_string()))?;
    let form = number.to_string();
    let new = appeal(paper, &city)?;
    // The very same form typed twice by the same hand is one entry; anything else meets `form.used`.
    let same: String = digest(&SHA256, &request).as_ref()[..16].iter().map(|b| format!("{b:02x}")).collect();
    let idempotency = Idempotency::new(&format!("paper/{same}"), &request);
    let entered = house.accept_late(viewer, new, &form, Some(idempotency)).await;
    match entered {
        Err(refusal) if refusal.code == "form.used" => Err(used(house, viewer, &form, refusal).await?),
        entered => entered,
    }
}

/// Forms are entered at the centre that they were allotted to.
fn own(directory: &Directory, viewer: &Viewer, number: &FormNumber) -> Result<(), Refusal> {
    let unit = viewer.actor.unit.as_ref().and_then(|unit| directory.unit(unit));
    let centre = unit.and_then(|unit| match unit.kind {
        UnitKind::Centre => Some(unit),
        _ => directory.centre_above(&unit.area),
    });
    if centre.is_some_and(|centre| centre.area == number.centre) {
        return Ok(());
    }
    Err(Refusal::rule(
        "form.elsewhere",
        format!("纸质单 {number} 不是发给本中心的；请由 {} 的中心补录", number.centre),
        format!(
            "the paper form {number} was not allotted to your centre; it is entered at that of {}",
            number.centre
        ),
    )
    .at("/form"))
}

/// The refusal with the number of the case, where the viewer may see it.
async fn used(house: &House, viewer: &Viewer, form: &str, refusal: Refusal) -> Result<Refusal, Refusal> {
    let sql = "SELECT c.number FROM import_row i JOIN case_file c ON c.id = i.case_id \
               WHERE i.source = 'paper' AND i.key = $1 AND {visible:c.id}";
    let rows = house.store().cases(&viewer.scope(), sql, &[form.into()]).await?;
    let Some(row) = rows.first() else { return Ok(refusal) };
    let number = row.text("number")?;
    Ok(Refusal::conflict(
        "form.used",
        format!("纸质单 {form} 已补录为工单 {number}，不能重复使用"),
        format!("the paper form {form} has been entered as case {number}; a form is used once"),
    )
    .at("/form")
    .fact("case", number))
}

fn appeal(paper: PaperForm, city: &City) -> Result<NewAppeal, Refusal> {
    let text = match paper.given_to.as_deref().map(str::trim).filter(|t| !t.is_empty()) {
        Some(unit) if !paper.text.trim().is_empty() => format!("{}\n【电话交办】{unit}", paper.text),
        _ => paper.text,
    };
    let kind = match paper.kind.as_deref() {
        None => Kind::Other,
        Some(word) => word.parse().map_err(|fault: yipan_casework::case::UnknownWord| {
            Refusal::invalid(
                "form.kind",
                format!("没有诉求类型“{}”；可用：{}", fault.word, fault.known),
                fault.to_string(),
            )
            .at("/kind")
        })?,
    };
    let person = Appellant { name: paper.caller, phone: paper.phone, identity: None, reference: None };
    Ok(NewAppeal {
        channel: Channel::Phone,
        title: paper.title,
        text,
        kind,
        category: category(&paper.category, city),
        level: paper.level,
        place: NewPlace {
            address: paper.address,
            area: paper.area.as_deref().map(|name| area(name, city)),
            ..NewPlace::default()
        },
        person: (person != Appellant::default()).then_some(person),
        anonymous: paper.anonymous,
        received_at: Some(paper.received_at),
        secret: None,
        accused_units: Default::default(),
        accused_staff: Default::default(),
        outer: None,
        centre: None,
        historical: false,
        source: None,
    })
}

/// The category of that name, if one alone bears it; else the word is its id, which acceptance checks.
fn category(word: &str, city: &City) -> CategoryId {
    let mut named = city.categories.values().filter(|category| category.zh == word);
    match (named.next(), named.next()) {
        (Some(category), None) => category.id.clone(),
        _ => word.into(),
    }
}

/// The same of a division.
fn area(word: &str, city: &City) -> AreaId {
    let divisions = city.directory.areas().filter(|area| area.layer == AreaLayer::Division);
    let mut named = divisions.filter(|area| area.name == word);
    match (named.next(), named.next()) {
        (Some(area), None) => area.id.clone(),
        _ => word.into(),
    }
}
