//! The storm's special report: what is asked of the accounts, and how the report is put together.

use yipan_accounts::Accounts;
use yipan_base::refusal::Refusal;
use yipan_base::time::DAY;
use yipan_briefs::{Brief, Kind, Paragraph, Secrecy, Section};
use yipan_casework::kpi::{Cut, Dimension, Figure, Period};
use yipan_drill::Storm;
use yipan_platform::city::City;
use yipan_platform::{House, Viewer};

use super::Imprint;
use super::losses::losses;
use super::sources::{Asked, Hours, Sources};

/// No term of a storm is longer than this.
const LATER: i64 = 60 * DAY;

/// The special report (专报) of a storm's days, as of its cut-off, as far as the viewer may count.
///
/// # Errors
/// If the accounts cannot answer, or know nothing of those days.
pub async fn storm_brief(
    house: &House,
    viewer: &Viewer,
    storm: &Storm,
    imprint: &Imprint,
) -> Result<Brief, Refusal> {
    let accounts = Accounts::new(house.store().clone());
    let scope = viewer.scope();
    let mut sources = Sources { accounts: &accounts, scope: &scope, as_of: storm.to, references: Vec::new() };
    let city = house.city();
    let report = Report::ask(&mut sources, &city, storm).await?;
    if report.accepted.whole.numerator == 0 {
        return Err(Refusal::rule(
            "brief.nothing",
            "该目录中没有灾害期间受理的诉求，请先运行 yipan demo storm，或检查 --data 与 --as",
            "nothing was accepted here in the days of the storm: play it first by `yipan demo storm`, or check --data and --as",
        ));
    }
    if house.now() < storm.to {
        let (now, to) = (house.now(), storm.to);
        return Err(Refusal::rule(
            "brief.unfinished",
            format!("演练尚在 {now}，未到 {to}；请等待演练结束，或在新目录中重新运行 yipan demo storm"),
            format!(
                "the storm stands at {now} and ends at {to}: wait for its end, or play it anew in another directory"
            ),
        ));
    }
    let centre = city.directory.city().and_then(|area| city.directory.centre(&area.id));
    let date = storm.to.date();
    let section =
        |heading: &str, paragraphs: Vec<Paragraph>| Section { heading: heading.to_owned(), paragraphs };
    let lost = losses(house, viewer, storm, &mut sources.references).await?;
    let mut brief = Brief {
        kind: Kind::Special,
        masthead: "市域治理专报".to_owned(),
        issue_number: format!("{}年第{}期", date.year(), imprint.issue),
        date,
        secrecy: Secrecy::Internal,
        issuer: centre.map_or_else(|| "市域治理现代化指挥中心".to_owned(), |unit| unit.name.clone()),
        signer: imprint.signer.clone(),
        recipients: imprint.recipients.clone(),
        title: format!("关于{}\n群众诉求办理情况的报告", storm.zh),
        summary: report.summary(),
        sections: vec![
            section("总体情况", report.whole()),
            section("分县情况", report.counties()),
            section("诉求类型", report.categories()),
            section("办理情况", report.handling()),
            section("存在问题与建议", report.problems()),
            section(
                "数据说明",
                vec![vec![
                    "本专报由演练生成：受理总量和四项指标为公开数据，其余分县、分类、分时数据均为重建，不代表真实情况。"
                        .into(),
                ]],
            ),
        ],
        annexes: vec![report.county_table(), report.category_table(), report.hour_table()],
        references: sources.references,
        site: imprint.site.clone(),
    };
    if let Some(told) = lost {
        // After what citizens said, before how it was handled.
        brief.sections.insert(3, told.section);
        brief.annexes.push(told.annex);
    }
    Ok(brief.numbered())
}

/// Everything that the report says, as the accounts answered it.
pub(super) struct Report<'a> {
    pub city: &'a City,
    pub storm: &'a Storm,
    pub accepted: Asked<'a>,
    pub direct: Asked<'a>,
    pub dispatched: Asked<'a>,
    pub sign_in: Asked<'a>,
    pub completion: Asked<'a>,
    pub mean: Asked<'a>,
    pub median: Asked<'a>,
    pub satisfaction: Asked<'a>,
    pub coverage: Asked<'a>,
    pub solution: Asked<'a>,
    pub centre: Asked<'a>,
    pub return_rate: Asked<'a>,
    pub redo_rate: Asked<'a>,
    pub by_county: ByCounty<'a>,
    pub by_category: Asked<'a>,
    pub completion_by_category: Asked<'a>,
    pub by_day: Asked<'a>,
    /// How many were accepted in each hour.
    pub by_hour: Hours,
    pub tallies: Tallies,
}

pub(super) struct ByCounty<'a> {
    pub accepted: Asked<'a>,
    pub sign_in: Asked<'a>,
    pub completion: Asked<'a>,
    pub mean: Asked<'a>,
    pub satisfaction: Asked<'a>,
}

/// What stands beside the rates.
pub(super) struct Tallies {
    pub signed_late: Tally,
    pub not_signed: Tally,
    pub completed_late: Tally,
    pub overdue: Tally,
    pub extended: Tally,
    pub dissatisfied: Tally,
    pub basically: Tally,
    pub not_reached: Tally,
    pub no_opinion: Tally,
    /// Open at the cut-off, due after it.
    pub not_due: Tally,
}

/// A count, and how it is printed.
pub(super) type Tally = (i64, yipan_briefs::Figure);

impl<'a> Report<'a> {
    async fn ask(sources: &mut Sources<'a>, city: &'a City, storm: &'a Storm) -> Result<Self, Refusal> {
        let days = Period { from: storm.from, to: storm.to };
        let later = Period { from: storm.to, to: storm.to.plus(LATER) };
        let (county, category) = (Cut::By(Dimension::County), Cut::Category(3));
        let sign_in = sources.ask("on_time_sign_in", days, Cut::Whole).await?;
        let completion = sources.ask("on_time_completion", days, Cut::Whole).await?;
        let satisfaction = sources.ask("satisfaction", days, Cut::Whole).await?;
        let coverage = sources.ask("callback_coverage", days, Cut::Whole).await?;
        let due_later = sources.ask("on_time_completion", later, Cut::Whole).await?;
        let tallies = Tallies {
            signed_late: sources.tally(&sign_in, "late"),
            not_signed: sources.tally(&sign_in, "open"),
            completed_late: sources.tally(&completion, "late"),
            overdue: sources.tally(&completion, "open"),
            extended: sources.tally(&completion, "extended"),
            dissatisfied: sources.tally(&satisfaction, "dissatisfied"),
            basically: sources.tally(&satisfaction, "basically"),
            not_reached: sources.tally(&coverage, "not_reached"),
            no_opinion: sources.tally(&coverage, "no_opinion"),
            not_due: sources.tally(&due_later, "open_not_due"),
        };
        Ok(Self {
            city,
            storm,
            accepted: sources.ask("accepted", days, Cut::Whole).await?,
            direct: sources.ask("direct", days, Cut::Whole).await?,
            dispatched: sources.ask("dispatched", days, Cut::Whole).await?,
            mean: sources.ask("mean_handling_time", days, Cut::Whole).await?,
            median: sources.ask("median_handling_time", days, Cut::Whole).await?,
            solution: sources.ask("solution", days, Cut::Whole).await?,
            centre: sources.ask("centre_on_time", days, Cut::Whole).await?,
            return_rate: sources.ask("return_rate", days, Cut::Whole).await?,
            redo_rate: sources.ask("redo_rate", days, Cut::Whole).await?,
            by_county: ByCounty {
                accepted: sources.ask("accepted", days, county).await?,
                sign_in: sources.ask("on_time_sign_in", days, county).await?,
                completion: sources.ask("on_time_completion", days, county).await?,
                mean: sources.ask("mean_handling_time", days, county).await?,
                satisfaction: sources.ask("satisfaction", days, county).await?,
            },
            by_category: sources.ask("accepted", days, category).await?,
            completion_by_category: sources.ask("on_time_completion", days, category).await?,
            by_day: sources.ask("accepted", days, Cut::Day).await?,
            by_hour: sources.hours("accepted", days).await?,
            sign_in,
            completion,
            satisfaction,
            coverage,
            tallies,
        })
    }

    /// What people call a county.
    pub fn county(&self, key: Option<&str>) -> String {
        let area = key.and_then(|key| self.city.directory.area(&key.into()));
        area.map_or_else(|| key.unwrap_or("未注明区划").to_owned(), |area| area.name.clone())
    }

    /// What people call a category.
    pub fn category(&self, key: Option<&str>) -> String {
        key.map_or_else(|| "未分类".to_owned(), |key| self.city.category_name(&key.into()))
    }
}

/// Groups from the largest to the smallest.
pub(super) fn by_size<'b>(asked: &'b Asked<'_>) -> Vec<&'b Figure> {
    let mut groups: Vec<&Figure> = asked.groups.iter().collect();
    groups.sort_by(|a, b| b.numerator.cmp(&a.numerator).then_with(|| a.key.cmp(&b.key)));
    groups
}
