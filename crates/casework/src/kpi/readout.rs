//! Readouts: a figure with the words of its definition, in both languages, to be printed.

use serde::{Deserialize, Serialize};
use yipan_base::time::{HOUR, MINUTE};

use super::definition::{Definition, Definitions, Measure, Subset};
use super::figure::{Figure, Tally};

/// A figure and what it means (指标读数): nothing more is needed to print it honestly.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Readout {
    pub figure: Figure,
    pub zh: Wording,
    pub en: Wording,
    /// The rule that the definition follows, or `design`.
    pub source: String,
}

/// A figure in the words of one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Wording {
    pub name: String,
    /// As published: `99.14 %`, `13604`, `1 day 3 hours`; `—` where there is nothing to divide by.
    pub value: String,
    pub formula: String,
    /// In the order of the figure's.
    pub exclusions: Vec<NamedTally>,
    /// In the order of the figure's.
    pub beside: Vec<NamedTally>,
}

/// A count by its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct NamedTally {
    pub name: String,
    pub count: i64,
}

impl Definitions {
    /// The figures with the words of their definitions. Figures of definitions that are not in this
    /// list are left out.
    #[must_use]
    pub fn readouts(&self, figures: impl IntoIterator<Item = Figure>) -> Vec<Readout> {
        let readout = |figure: Figure| Some(self.get(&figure.id)?.readout(figure));
        figures.into_iter().filter_map(readout).collect()
    }
}

impl Definition {
    /// A figure of this definition, with its words.
    #[must_use]
    pub fn readout(&self, figure: Figure) -> Readout {
        let wording = |name: &str, formula: &str, words: &Words, called: fn(&Subset) -> &str| Wording {
            name: name.to_owned(),
            value: value(&figure, words),
            formula: formula.to_owned() + if figure.without_secret { words.without_secret } else { "" },
            exclusions: named(&figure.exclusions, &self.exclusions, called),
            beside: named(&figure.beside, &self.beside, called),
        };
        Readout {
            zh: wording(&self.zh, &self.formula_zh, &ZH, |subset| &subset.zh),
            en: wording(&self.en, &self.formula_en, &EN, |subset| &subset.en),
            source: self.source.clone(),
            figure,
        }
    }
}

fn named(tallies: &[Tally], subsets: &[Subset], called: fn(&Subset) -> &str) -> Vec<NamedTally> {
    let name = |id: &str| subsets.iter().find(|subset| subset.id == id).map_or(id, called).to_owned();
    tallies.iter().map(|tally| NamedTally { name: name(&tally.id), count: tally.count }).collect()
}

/// The words of a language.
struct Words {
    /// Days, hours and minutes, of one and of many.
    units: [[&'static str; 2]; 3],
    without_secret: &'static str,
}

const ZH: Words = Words {
    units: [["天", "天"], ["小时", "小时"], ["分钟", "分钟"]],
    without_secret: "（不含涉密件）",
};
const EN: Words = Words {
    units: [["day", "days"], ["hour", "hours"], ["minute", "minutes"]],
    without_secret: " (without secret cases)",
};

fn value(figure: &Figure, words: &Words) -> String {
    let text = match figure.measure {
        Measure::Percent => figure.published().map(|share| share.to_string()),
        Measure::Count => Some(figure.numerator.to_string()),
        Measure::Duration if figure.denominator > 0 => {
            Some(duration(figure.numerator, figure.denominator, words))
        }
        Measure::Duration => None,
    };
    text.unwrap_or_else(|| "—".to_owned())
}

/// In days and hours, or below a day in hours and minutes, rounded half up.
fn duration(numerator: i64, denominator: i64, words: &Words) -> String {
    let whole = |unit: i64| -> i128 {
        let (n, d) = (i128::from(numerator.unsigned_abs()), i128::from(denominator) * i128::from(unit));
        (2 * n + d) / (2 * d)
    };
    let [days, hours, minutes] = &words.units;
    let parts = match whole(MINUTE) {
        below_a_day @ 0..1_440 => [(below_a_day / 60, hours), (below_a_day % 60, minutes)],
        _ => [(whole(HOUR) / 24, days), (whole(HOUR) % 24, hours)],
    };
    let words = |(n, [one, many]): &(i128, &[&str; 2])| format!("{n} {}", if *n == 1 { one } else { many });
    let told: Vec<String> = parts.iter().filter(|(n, _)| *n > 0).map(words).collect();
    match told.is_empty() {
        true => words(&(0, minutes)),
        false if numerator < 0 => format!("−{}", told.join(" ")),
        false => told.join(" "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use yipan_base::time::{DAY, SECOND};

    #[test]
    fn durations_are_told_in_two_units() {
        for (numerator, denominator, zh, en) in [
            (3 * DAY, 3, "1 天", "1 day"),
            (2 * DAY + 3 * HOUR, 1, "2 天 3 小时", "2 days 3 hours"),
            (DAY + 30 * MINUTE, 1, "1 天 1 小时", "1 day 1 hour"),
            (DAY - 20 * SECOND, 1, "1 天", "1 day"),
            (5 * HOUR + 90 * SECOND, 1, "5 小时 2 分钟", "5 hours 2 minutes"),
            (90 * SECOND, 2, "1 分钟", "1 minute"),
            (29 * SECOND, 1, "0 分钟", "0 minutes"),
            (-HOUR, 1, "−1 小时", "−1 hour"),
            (i64::MAX, 1, "106751991 天 4 小时", "106751991 days 4 hours"),
        ] {
            assert_eq!(duration(numerator, denominator, &ZH), zh);
            assert_eq!(duration(numerator, denominator, &EN), en);
        }
    }
}
