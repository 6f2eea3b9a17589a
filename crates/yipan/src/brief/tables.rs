//! The tables of the storm's report.

use yipan_briefs::{Annex, Column, Span};
use yipan_casework::kpi::Figure;

use super::sources::{Asked, Hour};
use super::storm::{Report, by_size};
use super::text::{day_of, share};

impl Report<'_> {
    /// By county: volume and the four rates; the whole city below.
    pub fn county_table(&self) -> Annex {
        let by = &self.by_county;
        let columns = vec![
            named("县（市、区）"),
            sourced("受理（件）", &by.accepted),
            sourced("按时签收率", &by.sign_in),
            sourced("按时办结率", &by.completion),
            named("按时/到期"),
            sourced("平均时长", &by.mean),
            sourced("满意率", &by.satisfaction),
        ];
        let row = |group: &&Figure| {
            let key = group.key.as_deref();
            let cell =
                |asked: &Asked<'_>| asked.of(key).map_or_else(none, |figure| asked.group_cell(figure).into());
            let of_due = by.completion.of(key).map_or_else(none, of_due);
            vec![
                self.county(key).into(),
                by.accepted.group_cell(group).into(),
                cell(&by.sign_in),
                cell(&by.completion),
                of_due,
                cell(&by.mean),
                cell(&by.satisfaction),
            ]
        };
        let mut rows: Vec<Vec<Span>> = by_size(&by.accepted).iter().map(row).collect();
        let whole = |asked: &Asked<'_>| Span::from(asked.cell());
        rows.push(vec![
            "全市".into(),
            whole(&by.accepted),
            whole(&by.sign_in),
            whole(&by.completion),
            of_due(&self.completion.whole),
            whole(&by.mean),
            whole(&by.satisfaction),
        ]);
        Annex { title: "各县（市、区）诉求受理与办理情况".to_owned(), columns, rows }
    }

    /// By category: volume, share, completion.
    pub fn category_table(&self) -> Annex {
        let completion = &self.completion_by_category;
        let columns = vec![
            named("诉求类别"),
            sourced("受理（件）", &self.by_category),
            named("占比"),
            sourced("按时办结率", completion),
            named("按时/到期"),
        ];
        let all = self.by_category.whole.numerator;
        let row = |group: &&Figure| {
            let completed = completion.of(group.key.as_deref());
            vec![
                self.category(group.key.as_deref()).into(),
                self.by_category.group_cell(group).into(),
                share(group.numerator, all).into(),
                completed.map_or_else(none, |figure| completion.group_cell(figure).into()),
                completed.map_or_else(none, of_due),
            ]
        };
        let rows = by_size(&self.by_category).iter().map(row).collect();
        Annex { title: "诉求分类受理与办理情况".to_owned(), columns, rows }
    }

    /// By hour of the day, a column for each day. A count opens the cases of its hour.
    pub fn hour_table(&self) -> Annex {
        let days = &self.by_day.groups;
        let mut columns = vec![named("时段")];
        columns.extend(
            days.iter().map(|day| Column { title: day_of(day), reference: Some(self.by_hour.reference()) }),
        );
        let cell = |hour: i8, day: &Figure| {
            let at = |at: &&Hour| {
                let date = at.from.date().to_string();
                at.from.civil().hour() == hour && day.key.as_deref() == Some(date.as_str())
            };
            let found = self.by_hour.hours.iter().find(at);
            found.map_or_else(none, |hour| self.by_hour.cell(hour).into())
        };
        let mut rows: Vec<Vec<Span>> = Vec::new();
        for hour in 0..24 {
            let mut row: Vec<Span> = vec![format!("{hour}时—{}时", hour + 1).into()];
            row.extend(days.iter().map(|day| cell(hour, day)));
            rows.push(row);
        }
        let mut total: Vec<Span> = vec!["合计".into()];
        total.extend(days.iter().map(|day| Span::from(self.by_day.group_cell(day))));
        rows.push(total);
        Annex { title: "诉求逐时受理情况（件）".to_owned(), columns, rows }
    }
}

fn named(title: &str) -> Column {
    Column { title: title.to_owned(), reference: None }
}

fn sourced(title: &str, asked: &Asked<'_>) -> Column {
    Column { title: title.to_owned(), reference: Some(asked.reference()) }
}

/// How many of how many.
fn of_due(figure: &Figure) -> Span {
    format!("{}/{}", figure.numerator, figure.denominator).into()
}

fn none() -> Span {
    "—".into()
}
