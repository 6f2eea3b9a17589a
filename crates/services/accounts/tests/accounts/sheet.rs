//! Figures on their way out.

use yipan_accounts::{Language, formulas, table};
use yipan_casework::kpi::{Cut, Definitions, Dimension, Query, figures};
use yipan_sheets::{Cell, Mark, write_csv, write_xlsx};

use crate::random::{City, query};

#[test]
fn a_table_has_a_row_for_each_group_and_a_column_for_each_count() {
    let city = City::random(8, 200).of(|_| true);
    let ids = ["on_time_sign_in", "mean_handling_time", "median_handling_time", "orders"];
    let query = Query { cut: Cut::By(Dimension::Unit), beside: false, ..query(&ids) };
    let figures = figures(Definitions::shipped(), city.set(), &query).unwrap();
    let table = table(Definitions::shipped(), &figures, |unit| format!("«{unit}»"), Language::Zh);
    let titles: Vec<&str> = table.columns.iter().map(|column| column.title.as_str()).collect();
    assert_eq!(
        titles,
        [
            "分组",
            "按时签收率",
            "按时签收率 · 分子",
            "按时签收率 · 分母",
            "平均办理时长（小时）",
            "平均办理时长 · 样本数",
            "办理时长中位数（小时）",
            "办理时长中位数 · 样本数",
            "承办量"
        ]
    );
    let units: Vec<String> = table.rows.iter().map(|row| format!("{:?}", row[0])).collect();
    assert_eq!(
        units,
        [r#"Text("«north town»")"#, r#"Text("«roads»")"#, r#"Text("«south town»")"#, r#"Text("«water»")"#]
    );
    assert!(table.rows.iter().all(|row| row.len() == titles.len()));
    write_xlsx(Vec::new(), query.as_of, &[("统计", &table)]).unwrap();
    let mut csv = Vec::new();
    write_csv(&mut csv, &table, Mark::None).unwrap();
    let csv = String::from_utf8(csv).unwrap();
    // A share goes out as published, as a fraction.
    let water = figures.iter().find(|figure| figure.key.as_deref() == Some("water")).unwrap();
    let share = water.published().unwrap().0 as f64 / 10_000.0;
    assert!(share > 0.0 && share < 1.0);
    assert!(csv.contains(&format!("«water»,{share},{},{}", water.numerator, water.denominator)), "{csv}");
}

#[test]
fn what_stands_beside_has_columns_of_its_own() {
    let city = City::random(9, 200).of(|_| true);
    let query = query(&["satisfaction", "repeats"]);
    let figures = figures(Definitions::shipped(), city.set(), &query).unwrap();
    let table = table(Definitions::shipped(), &figures, str::to_owned, Language::En);
    let cell = |title: &str| {
        let at = table.columns.iter().position(|column| column.title == title).unwrap();
        table.rows[0][at].clone()
    };
    assert_eq!(cell("group"), Cell::from("total"));
    assert_eq!(cell("satisfaction · numerator"), Cell::Integer(figures[0].numerator));
    assert_eq!(
        cell("satisfaction · gave no opinion"),
        Cell::Integer(figures[0].count("no_opinion").unwrap())
    );
    assert_eq!(cell("repeat appeals"), Cell::Integer(figures[2].numerator));
    assert_eq!(table.rows.len(), 1);
}

#[test]
fn every_formula_can_be_read() {
    for language in [Language::Zh, Language::En] {
        let table = formulas(Definitions::shipped().iter(), language);
        assert_eq!(table.rows.len(), Definitions::shipped().iter().count());
        assert!(table.rows.iter().all(|row| row.len() == 4 && row[1] != Cell::from("")));
    }
}
