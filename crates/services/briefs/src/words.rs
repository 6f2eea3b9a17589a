//! Words that all three formats share.

use yipan_base::time::{DAY, Date, Timestamp};

use crate::model::Reference;

/// `2021年5月6日`.
pub(crate) fn date(date: Date) -> String {
    format!("{}年{}月{}日", date.year(), date.month(), date.day())
}

/// `2021年5月5日24:00`: a midnight is the end of the day before it, as people say.
pub(crate) fn instant(at: Timestamp) -> String {
    let civil = at.civil();
    if at.time_of_day() == 0 {
        format!("{}24:00", date(at.plus(-DAY).date()))
    } else {
        format!("{}{:02}:{:02}", date(civil.date()), civil.hour(), civil.minute())
    }
}

/// `一`, `十二`, `二十三`: the numbers of headings, up to 99.
pub(crate) fn ordinal(number: usize) -> String {
    const DIGITS: [&str; 10] = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    match (number / 10, number % 10) {
        (0, ones) => DIGITS[ones].to_owned(),
        (1, ones) => format!("十{}", DIGITS[ones]),
        (tens @ 2..=9, ones) => format!("{}十{}", DIGITS[tens], DIGITS[ones]),
        _ => number.to_string(),
    }
}

/// The note at the foot of the page: what was divided by what, as of when.
pub(crate) fn note(reference: &Reference) -> String {
    format!("{}：{}，截至{}。", reference.name, reference.working, instant(reference.as_of))
}

/// The rest of a reference, for the list at the end: label and text.
pub(crate) fn details(reference: &Reference) -> [(&'static str, &str); 2] {
    [("范围", &reference.query), ("口径", &reference.formula)]
}

/// The title of the list of references.
pub(crate) const REFERENCES: &str = "数据出处";

/// What stands above that list.
pub(crate) const ABOUT_REFERENCES: &str =
    "本件每一数据均由系统按下列口径从工单中统计得出，可按“查询”所列路径逐件打开核对。";

#[cfg(test)]
mod tests {
    use super::*;
    use yipan_base::time::HOUR;

    #[test]
    fn a_midnight_is_the_end_of_the_day_before() {
        let midnight = Timestamp::midnight(Date::constant(2021, 5, 6));
        assert_eq!(instant(midnight), "2021年5月5日24:00");
        assert_eq!(instant(midnight.plus(8 * HOUR)), "2021年5月6日08:00");
    }

    #[test]
    fn headings_count_in_chinese() {
        assert_eq!([1, 9, 10, 11, 20, 34].map(ordinal).join(" "), "一 九 十 十一 二十 三十四");
    }
}
