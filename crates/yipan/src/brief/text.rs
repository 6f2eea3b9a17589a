//! The sentences of the storm's report. Each says what the figures say, and only if they do.

use yipan_base::time::{Date, Timestamp};
use yipan_briefs::{Paragraph, Span};
use yipan_casework::kpi::{Figure, published};

use super::sources::Asked;
use super::storm::{Report, by_size};

/// A rate of fewer than these says little, and is not compared.
const ENOUGH: i64 = 30;

/// A paragraph of texts and figures.
macro_rules! prose {
    ($($piece:expr),* $(,)?) => { vec![$(Span::from($piece)),*] };
}

impl Report<'_> {
    /// Three lines for who reads nothing else.
    pub fn summary(&self) -> [Paragraph; 3] {
        let t = &self.tallies;
        let third = if t.overdue.0 + t.completed_late.0 == 0 {
            prose!["办理时限已到的工单无超时、无逾期；", t.not_due.1.clone(), "尚未到期，正在办理。"]
        } else {
            prose![
                "超时办结",
                t.completed_late.1.clone(),
                "，逾期未办结",
                t.overdue.1.clone(),
                "；",
                t.not_due.1.clone(),
                "尚未到期，正在办理。"
            ]
        };
        [
            prose![
                self.days(),
                "，共受理群众诉求",
                self.accepted.figure(),
                "，其中直接答复",
                self.direct.figure(),
                "、派单办理",
                self.dispatched.figure(),
                "。"
            ],
            prose![
                "按时签收率",
                self.sign_in.figure(),
                "，按时办结率",
                self.completion.figure(),
                "，平均办理时长",
                self.mean.figure(),
                "，满意率",
                self.satisfaction.figure(),
                "（有效回访覆盖率",
                self.coverage.figure(),
                "）。"
            ],
            third,
        ]
    }

    /// 总体情况
    pub fn whole(&self) -> Vec<Paragraph> {
        let share = share(self.direct.whole.numerator, self.accepted.whole.numerator);
        let mut daily = prose!["按日看，"];
        for (at, day) in self.by_day.groups.iter().enumerate() {
            daily.push(if at == 0 { "" } else { "，" }.into());
            daily.push(day_of(day).into());
            daily.push(self.by_day.group(day).into());
        }
        if let Some(hour) = self.by_hour.busiest() {
            let (date, from) = (hour.from.date(), hour.from.civil().hour());
            let peak = self.by_hour.figure(hour);
            let when = format!("。受理最集中的一小时为{}{from}时至{}时，受理", short(date), from + 1);
            daily.extend(prose![when, peak, "（逐时情况见附件3）。"]);
        }
        vec![
            prose![
                format!("{}，围绕{}共受理群众诉求", self.days(), self.storm.zh),
                self.accepted.figure(),
                "。其中，中心直接答复",
                self.direct.figure(),
                "，占",
                self.direct.derived(share),
                "；派单办理",
                self.dispatched.figure(),
                "。"
            ],
            daily,
            prose![format!(
                "各项比率以{}为统计时点：时限已到的工单计入，逾期未办的仍计入分母，时限未到的另列。",
                end_of(self.storm.to)
            )],
        ]
    }

    /// 分县情况
    pub fn counties(&self) -> Vec<Paragraph> {
        let accepted = &self.by_county.accepted;
        let largest: Vec<&Figure> =
            by_size(accepted).into_iter().filter(|group| group.key.is_some()).take(3).collect();
        let together: i64 = largest.iter().map(|group| group.numerator).sum();
        let mut volume = prose!["受理量居前的是"];
        for (at, group) in largest.iter().enumerate() {
            volume.push(if at == 0 { "" } else { "、" }.into());
            volume.extend(prose![self.county(group.key.as_deref()), accepted.group(group)]);
        }
        let share = accepted.derived(share(together, accepted.whole.numerator));
        volume.extend(prose!["，合计占全市的", share, "。各县（市、区）明细见附件1。"]);
        let mut rates = self.perfection("按时签收率", &self.by_county.sign_in);
        rates.extend(self.perfection("按时办结率", &self.by_county.completion));
        let satisfaction = &self.by_county.satisfaction;
        if let Some([low, high]) = extremes_of(satisfaction) {
            rates.push("满意率最高的是".into());
            rates.extend(self.alike(satisfaction, &high));
            rates.push("；最低的是".into());
            rates.extend(self.alike(satisfaction, &low));
            rates.push("。".into());
        }
        let mean = &self.by_county.mean;
        if let Some([short, long]) = extremes_of(mean) {
            rates.push("平均办理时长最短的是".into());
            rates.extend(self.alike(mean, &short));
            rates.push("；最长的是".into());
            rates.extend(self.alike(mean, &long));
            rates.push("。".into());
        }
        vec![volume, rates]
    }

    /// 诉求类型
    pub fn categories(&self) -> Vec<Paragraph> {
        let groups = by_size(&self.by_category);
        let all = self.by_category.whole.numerator;
        let most = &groups[..groups.len().min(5)];
        let mut text = prose![format!("诉求涉及{}个类别，居前的是", groups.len())];
        for (at, group) in most.iter().enumerate() {
            let name = self.category(group.key.as_deref());
            text.push(if at == 0 { name } else { format!("，{name}") }.into());
            text.extend(prose![
                self.by_category.group(group),
                format!("（占{}）", share(group.numerator, all))
            ]);
        }
        let together: i64 = most.iter().map(|group| group.numerator).sum();
        let together = self.by_category.derived(share(together, all));
        text.extend(prose![format!("。前{}类合计占", most.len()), together, "，各类明细见附件2。"]);
        vec![text]
    }

    /// 办理情况
    pub fn handling(&self) -> Vec<Paragraph> {
        let t = &self.tallies;
        let due = |asked: &Asked<'_>| asked.derived(format!("{}件", asked.whole.denominator));
        vec![
            prose![
                "签收。签收时限已到的主办单",
                due(&self.sign_in),
                "，按时签收率",
                self.sign_in.figure(),
                "；超时签收",
                t.signed_late.1.clone(),
                "，未签收",
                t.not_signed.1.clone(),
                "。"
            ],
            prose![
                "办结。办理时限已到的主办单",
                due(&self.completion),
                "，按时办结率",
                self.completion.figure(),
                "；超时办结",
                t.completed_late.1.clone(),
                "，逾期未办结",
                t.overdue.1.clone(),
                "，经批准延期",
                t.extended.1.clone(),
                "。平均办理时长",
                self.mean.figure(),
                "，中位数",
                self.median.figure(),
                "。"
            ],
            prose![
                "回访。有效回访",
                due(&self.satisfaction),
                "，有效回访覆盖率",
                self.coverage.figure(),
                "；满意率",
                self.satisfaction.figure(),
                "，其中基本满意",
                t.basically.1.clone(),
                "、不满意",
                t.dissatisfied.1.clone(),
                "。诉求人确认解决率",
                self.solution.figure(),
                "。"
            ],
            prose![
                "中心环节。派单、审核、回访等中心环节按时率",
                self.centre.figure(),
                "；退单率",
                self.return_rate.figure(),
                "，重办率",
                self.redo_rate.figure(),
                "。"
            ],
        ]
    }

    /// 存在问题与建议
    pub fn problems(&self) -> Vec<Paragraph> {
        let t = &self.tallies;
        let mut found: Vec<Paragraph> = Vec::new();
        if t.overdue.0 > 0 {
            let mut text = prose!["仍有", t.overdue.1.clone(), "逾期未办结"];
            text.extend(self.where_most("open"));
            text.push("。建议由承办单位负责人逐件明确办结时间，中心督办到底。".into());
            found.push(text);
        }
        if t.completed_late.0 > 0 {
            let mut text = prose!["有", t.completed_late.1.clone(), "超时办结"];
            text.extend(self.where_most("late"));
            text.push("。建议有关县（市、区）核查派单、签收、处置各环节用时，临期工单提前提醒。".into());
            found.push(text);
        }
        if t.dissatisfied.0 > 0 {
            let mut text = prose!["群众不满意", t.dissatisfied.1.clone()];
            let satisfaction = &self.by_county.satisfaction;
            if let Some([low, _]) = extremes_of(satisfaction) {
                text.push("，满意率最低的是".into());
                text.extend(self.alike(satisfaction, &low));
            }
            text.push("。建议逐件再次联系诉求人，符合条件的重办。".into());
            found.push(text);
        }
        if t.not_reached.0 + t.no_opinion.0 > 0 {
            found.push(prose![
                "有效回访未全覆盖，未经回访即结案",
                t.not_reached.1.clone(),
                "、回访未作评价",
                t.no_opinion.1.clone(),
                "。满意率只反映作出评价的诉求，应与覆盖率一并看待。建议对派单办理的诉求应访尽访。"
            ]);
        }
        if let Some(most) = by_size(&self.by_category).first() {
            let share = self.by_category.derived(share(most.numerator, self.by_category.whole.numerator));
            let name = self.category(most.key.as_deref());
            let text = format!("“{name}”类诉求最为集中，占");
            found.push(prose![text, share, "。建议由主管部门牵头统一处置标准和答复口径，同类诉求成批办理。"]);
        }
        if t.not_due.0 > 0 {
            found.push(prose![
                "统计时点后尚有",
                t.not_due.1.clone(),
                "未到期、正在办理。建议到期前逐日调度，办理结果在下期专报中续报。"
            ]);
        }
        const ORDER: [&str; 6] = ["一是", "二是", "三是", "四是", "五是", "六是"];
        for (text, order) in found.iter_mut().zip(ORDER) {
            text.insert(0, order.into());
        }
        found
    }

    /// The counties of one value, each opening its own cases: `崇川区，为98.00%`, or of several
    /// `崇川区（98.00%）、海门区（98.00%）`.
    fn alike(&self, asked: &Asked<'_>, groups: &[&Figure]) -> Paragraph {
        if let [group] = groups {
            return prose![format!("{}，为", self.county(group.key.as_deref())), asked.group(group)];
        }
        let mut text = prose![];
        for (at, group) in groups.iter().enumerate() {
            let before = if at == 0 { "" } else { "）、" };
            let name = self.county(group.key.as_deref());
            text.extend(prose![format!("{before}{name}（"), asked.group(group)]);
        }
        text.push("）".into());
        text
    }

    /// Whether a rate is whole everywhere, or where it is not.
    fn perfection(&self, name: &str, asked: &Asked<'_>) -> Paragraph {
        let short: Vec<&Figure> =
            asked.groups.iter().filter(|group| group.numerator < group.denominator).collect();
        if short.is_empty() {
            return prose![format!("各县（市、区）{name}均为"), asked.figure(), "。"];
        }
        let mut text = prose![format!("{name}未达100%的有")];
        for (at, group) in short.iter().enumerate() {
            let comma = if at == 0 { "" } else { "、" };
            text.extend(prose![format!("{comma}{}", self.county(group.key.as_deref())), asked.group(group)]);
        }
        text.push("。".into());
        text
    }

    /// In which counties there are most of what stands beside the rate of completion.
    fn where_most(&self, id: &str) -> Paragraph {
        let groups = self.by_county.completion.groups.iter();
        let mut counts: Vec<(i64, &Figure)> =
            groups.filter_map(|group| Some((group.count(id)?, group))).collect();
        counts.retain(|(count, _)| *count > 0);
        counts.sort_by_key(|(count, group)| (std::cmp::Reverse(*count), group.key.clone()));
        let mut text = prose!["，其中"];
        for (at, (count, group)) in counts.iter().take(3).enumerate() {
            let comma = if at == 0 { "" } else { "、" };
            let figure = self.by_county.completion.beside(group, id, *count);
            text.extend(prose![format!("{comma}{}", self.county(group.key.as_deref())), figure]);
        }
        text
    }

    fn days(&self) -> String {
        let from = self.storm.from;
        format!("{}{}时至{}", short(from.date()), from.civil().hour(), end_of(self.storm.to))
    }
}

fn extremes_of<'b>(asked: &'b Asked<'_>) -> Option<[Vec<&'b Figure>; 2]> {
    extremes(&asked.groups, |group| asked.group(group).text)
}

/// All groups of the least value and all of the greatest, among those that rest on enough cases; none
/// if they are all alike. Alike are those of which the same is printed.
pub(super) fn extremes(groups: &[Figure], printed: impl Fn(&Figure) -> String) -> Option<[Vec<&Figure>; 2]> {
    let mut groups: Vec<&Figure> =
        groups.iter().filter(|group| group.key.is_some() && group.denominator >= ENOUGH).collect();
    let cross = |a: &Figure, b: &Figure| {
        let [a, b] = [[a, b], [b, a]].map(|[x, y]| i128::from(x.numerator) * i128::from(y.denominator));
        a.cmp(&b)
    };
    groups.sort_by(|a, b| cross(a, b).then_with(|| a.key.cmp(&b.key)));
    let [low, high] = [groups.first()?, groups.last()?].map(|group| printed(group));
    let like = |text: &String| groups.iter().copied().filter(|group| printed(group) == *text).collect();
    (low != high).then(|| [like(&low), like(&high)])
}

/// A share with two decimals: `33.10%`.
pub(super) fn share(part: i64, whole: i64) -> String {
    published(part, whole).map_or_else(|| "—".to_owned(), |share| share.to_string().replace(' ', ""))
}

/// `5月1日` of a group of days.
pub(super) fn day_of(figure: &Figure) -> String {
    let date: Option<Date> = figure.key.as_deref().and_then(|key| key.parse().ok());
    date.map_or_else(String::new, short)
}

fn short(date: Date) -> String {
    format!("{}月{}日", date.month(), date.day())
}

/// `5月5日24时`: a midnight is the end of the day before it.
fn end_of(at: Timestamp) -> String {
    if at.time_of_day() == 0 {
        format!("{}24时", short(at.plus(-1).date()))
    } else {
        format!("{}{}时", short(at.date()), at.civil().hour())
    }
}
