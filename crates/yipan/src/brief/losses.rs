//! The losses of the storm, as towns reported and counties signed them, beside the appeals.

use yipan_base::refusal::Refusal;
use yipan_base::time::Timestamp;
use yipan_briefs::{Annex, Column, Figure, Paragraph, Reference, Section, Span};
use yipan_drill::Storm;
use yipan_duty::Losses;
use yipan_duty::losses::{self, Field, Totals};
use yipan_platform::dossiers::{DossierLine, DossierQuery};
use yipan_platform::{House, Viewer};

/// Which figures a report names, in this order.
const NAMED: [&str; 9] = [
    "affected",
    "dead",
    "missing",
    "relocated",
    "collapsed_rooms",
    "severely_damaged_rooms",
    "crops_affected",
    "power_households",
    "loss",
];

/// What a report says of losses.
pub(super) struct Told {
    pub section: Section,
    pub annex: Annex,
}

/// The collection of losses that was begun in the days of the storm, if the viewer sees one. Its figures
/// get references of their own, which open it.
///
/// # Errors
/// If the store cannot be read.
pub(super) async fn losses(
    house: &House,
    viewer: &Viewer,
    storm: &Storm,
    references: &mut Vec<Reference>,
) -> Result<Option<Told>, Refusal> {
    let all = DossierQuery { over: true, limit: usize::MAX, ..DossierQuery::default() };
    let found = house.dossiers::<Losses>(viewer, &all).await?;
    let of_the_storm = |line: &DossierLine| storm.opens <= line.opened_at && line.opened_at < storm.to;
    let Some((line, losses)) = found.into_iter().find(|(line, _)| of_the_storm(line)) else {
        return Ok(None);
    };
    let totals = losses::totals(&losses, &house.city().directory);
    let mut report = Report { line: &line, totals: &totals, references };
    Ok(Some(report.tell()))
}

struct Report<'a> {
    line: &'a DossierLine,
    totals: &'a Totals,
    references: &'a mut Vec<Reference>,
}

impl Report<'_> {
    fn tell(&mut self) -> Told {
        let fields: Vec<&Field> = NAMED
            .iter()
            .filter_map(|code| losses::form().fields.iter().find(|it| it.code == *code))
            .collect();
        let numbers: Vec<u32> = fields.iter().map(|field| self.refer(field)).collect();
        let tally = &self.totals.tally;
        let mut paragraph: Paragraph = vec![
            format!(
                "截至{}，{}个镇街应报灾情，{}个已报送，其中{}个经县级签字。全市",
                moment(self.line.changed_at),
                tally.asked,
                tally.heard,
                tally.covered
            )
            .into(),
        ];
        for (at, (field, number)) in fields.iter().zip(&numbers).enumerate() {
            let sum = tally.reported.get(&field.code).copied().unwrap_or_default();
            paragraph.push(format!("{}{}", if at == 0 { "" } else { "，" }, field.zh).into());
            let text = format!("{}{}", printed(sum, field.scale), field.unit);
            paragraph.push(Figure { text, reference: *number, link: None }.into());
        }
        paragraph.push("。".into());
        let mut paragraphs = vec![paragraph];
        if tally.reported != tally.signed {
            paragraphs.push(vec!["县级签字的数字与镇街报送的尚不一致，以签字数字为准，见灾情汇总。".into()]);
        }
        if !tally.missing.is_empty() {
            let units: Vec<_> = tally.missing.iter().map(ToString::to_string).collect();
            paragraphs.push(vec![format!("尚未报送：{}。", units.join("、")).into()]);
        }
        let section = Section { heading: "灾情损失".to_owned(), paragraphs };
        Told { section, annex: self.table(&fields, &numbers) }
    }

    fn refer(&mut self, field: &Field) -> u32 {
        let number = u32::try_from(self.references.len()).map_or(u32::MAX, |count| count + 1);
        let tally = &self.totals.tally;
        let sum = tally.reported.get(&field.code).copied().unwrap_or_default();
        self.references.push(Reference {
            number,
            figure: format!("losses.{}", field.code),
            name: field.zh.clone(),
            query: format!("{}（第{}版），各镇街最近一次未被退回的报告", self.line.number, self.line.version),
            numerator: sum,
            denominator: field.scale,
            working: format!("{}个镇街之和：{}{}", tally.heard, printed(sum, field.scale), field.unit),
            as_of: self.line.changed_at,
            formula: format!("各镇街报送的{}之和", field.zh),
            link: format!("/duty/losses/{}", self.line.id),
        });
        number
    }

    /// By county, the whole city below.
    fn table(&self, fields: &[&Field], numbers: &[u32]) -> Annex {
        let mut columns = vec![Column { title: "县（市、区）".to_owned(), reference: None }];
        columns.extend(fields.iter().zip(numbers).map(|(field, number)| Column {
            title: format!("{}（{}）", field.zh, field.unit),
            reference: Some(*number),
        }));
        let cells = |name: &str, figures: &losses::Figures| {
            let mut cells: Vec<Span> = vec![name.to_owned().into()];
            cells.extend(fields.iter().zip(numbers).map(|(field, number)| {
                let sum = figures.get(&field.code).copied().unwrap_or_default();
                Span::from(Figure { text: printed(sum, field.scale), reference: *number, link: None })
            }));
            cells
        };
        let mut rows: Vec<_> =
            self.totals.counties.iter().map(|county| cells(&county.name, &county.tally.reported)).collect();
        rows.push(cells("全市", &self.totals.tally.reported));
        Annex { title: "各县（市、区）灾情损失".to_owned(), columns, rows }
    }
}

/// A figure in the unit that it is printed in, exactly.
fn printed(figure: i64, scale: i64) -> String {
    let (whole, rest) = (figure / scale.max(1), figure % scale.max(1));
    if rest == 0 {
        return whole.to_string();
    }
    let digits = scale.checked_ilog10().unwrap_or(0) as usize;
    format!("{whole}.{rest:0digits$}").trim_end_matches('0').to_owned()
}

fn moment(at: Timestamp) -> String {
    let civil = at.civil();
    format!("{}月{}日{}时{:02}分", civil.month(), civil.day(), civil.hour(), civil.minute())
}

#[cfg(test)]
mod tests {
    use super::printed;

    #[test]
    fn figures_are_printed_without_rounding() {
        assert_eq!(printed(82_990, 1), "82990");
        assert_eq!(printed(13_550_589, 1_000), "13550.589");
        assert_eq!(printed(86_640_500, 10_000), "8664.05");
        assert_eq!(printed(20_000, 10_000), "2");
        assert_eq!(printed(0, 1_000), "0");
    }
}
