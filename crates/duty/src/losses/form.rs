//! The form (统计表): fields and logical checks, as data.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use yipan_base::refusal::Refusal;

/// Figures by the code of their field, in its smallest steps. Noughts are left out.
pub type Figures = BTreeMap<String, i64>;

/// No figure is larger: 10^12, a million millions of the smallest steps.
pub(crate) const MOST: i64 = 1_000_000_000_000;

/// The form on which towns report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = LossesForm))]
#[serde(deny_unknown_fields)]
pub struct Form {
    pub version: u32,
    pub source: Provenance,
    /// In the order in which they are printed.
    pub fields: Vec<Field>,
    pub checks: Vec<Check>,
}

/// Where the shape of the form comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = LossesFormProvenance))]
#[serde(deny_unknown_fields)]
pub struct Provenance {
    /// `S`: from a text that was read. `G`: a good guess.
    pub mark: String,
    pub zh: String,
    pub en: String,
}

/// One field: whole numbers of its smallest step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = LossesField))]
#[serde(deny_unknown_fields)]
pub struct Field {
    pub code: String,
    pub zh: String,
    pub en: String,
    /// As printed: 人, 公顷, 万元.
    pub unit: String,
    /// Smallest steps in one printed unit: 1000 for areas in 0.001 hectare, 10000 for money in yuan.
    pub scale: i64,
    pub group: Group,
    /// Whether it may shrink without a word: what is needed now, who is in shelters now.
    pub may_shrink: bool,
    pub total: Total,
}

/// A heading of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = LossesGroup))]
#[serde(rename_all = "snake_case")]
pub enum Group {
    People,
    Houses,
    Crops,
    Power,
    Roads,
    Money,
    Needs,
}

/// How the figure of an area follows from its towns'.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = LossesTotal))]
#[serde(rename_all = "snake_case")]
pub enum Total {
    Sum,
}

/// A logical check (逻辑校验): the parts together are not more than the whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = LossesCheck))]
#[serde(deny_unknown_fields)]
pub struct Check {
    pub parts: Vec<String>,
    pub within: String,
}

/// The form that comes with the product.
#[must_use]
pub fn form() -> &'static Form {
    static SHIPPED: LazyLock<Form> = LazyLock::new(|| {
        serde_json::from_str(include_str!("../../data/losses.json"))
            .unwrap_or_else(|fault| unreachable!("the shipped form is read by a test: {fault}"))
    });
    &SHIPPED
}

impl Form {
    #[must_use]
    pub fn field(&self, code: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.code == code)
    }

    /// Takes figures in: every code known, every figure a possible one, the checks kept; noughts dropped.
    ///
    /// # Errors
    /// `losses.field`, `losses.figure` or `losses.check`, pointing at the figure.
    pub(crate) fn admit(&self, figures: &Figures) -> Result<Figures, Refusal> {
        for (code, figure) in figures {
            let Some(field) = self.field(code) else {
                return Err(Refusal::invalid(
                    "losses.field",
                    "灾情表没有这一栏，请按表填报",
                    "the form has no such field; report by the codes of the form",
                )
                .at(format!("/figures/{code}")));
            };
            if !(0..=MOST).contains(figure) {
                return Err(Refusal::invalid(
                    "losses.figure",
                    format!("“{}”填的是 {figure}，须为 0 至 {MOST} 的整数，请核对", field.zh),
                    format!("{} is {figure}; it must be a whole number from 0 to {MOST}", field.en),
                )
                .at(format!("/figures/{code}")));
            }
        }
        for check in &self.checks {
            self.keep(check, figures)?;
        }
        Ok(figures.iter().filter(|(_, figure)| **figure != 0).map(|(c, f)| (c.clone(), *f)).collect())
    }

    fn keep(&self, check: &Check, figures: &Figures) -> Result<(), Refusal> {
        let of = |code: &str| figures.get(code).copied().unwrap_or(0);
        let parts: i64 = check.parts.iter().map(|code| of(code)).sum();
        let whole = of(&check.within);
        if parts <= whole {
            return Ok(());
        }
        let zh = |code: &String| self.field(code).map_or("", |field| &field.zh);
        let en = |code: &String| self.field(code).map_or("", |field| &field.en);
        let parts_zh: Vec<_> = check.parts.iter().map(zh).collect();
        let parts_en: Vec<_> = check.parts.iter().map(en).collect();
        Err(Refusal::rule(
            "losses.check",
            format!("“{}”合计 {parts}，多于“{}”的 {whole}，请核对", parts_zh.join("＋"), zh(&check.within)),
            format!(
                "{} come to {parts}, more than {} with {whole}; correct one of them",
                parts_en.join(" + "),
                en(&check.within)
            ),
        )
        .at(format!("/figures/{}", check.parts.first().unwrap_or(&check.within)))
        .fact("parts", parts)
        .fact("whole", whole))
    }
}

/// Adds figures to a sum.
pub(crate) fn add(sum: &mut Figures, figures: &Figures) {
    for (code, figure) in figures {
        let entry = sum.entry(code.clone()).or_default();
        *entry = entry.saturating_add(*figure);
    }
}
