//! The ways in which people write the name of an area.

use yipan_base::directory::AreaLevel;

/// How much a form says by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Form {
    /// The name as the directory has it, or with an equivalent suffix: 平潮镇, 双盟村委会.
    Name,
    /// The name with a suffix that it once had or might have: 海门市, 金沙镇. An area that really
    /// bears such a name goes first.
    Variant,
    /// The name of a city, county or town without its suffix: 海门, 平潮.
    Stem,
    /// A bare name too short or too plain to stand alone: 双盟, after 平潮镇.
    Weak,
}

/// Every form of one name, each once.
pub(super) fn forms(name: &str, level: AreaLevel) -> Vec<(String, Form)> {
    // An annotation such as （新） is no part of what people write.
    let name = name.split(['（', '(']).next().unwrap_or(name).trim();
    let mut forms = vec![(name.to_owned(), Form::Name)];
    match level {
        AreaLevel::City | AreaLevel::County => {
            if let Some(stem) = stem(name, &["市", "区", "县", "旗"]) {
                forms.extend(["市", "区", "县"].map(|suffix| (format!("{stem}{suffix}"), Form::Variant)));
                forms.push((stem.to_owned(), Form::Stem));
            }
        }
        AreaLevel::Town => {
            if let Some(stem) = stem(name, &["镇街道", "街道", "镇", "乡"]) {
                forms.extend(["镇", "街道", "乡"].map(|suffix| (format!("{stem}{suffix}"), Form::Variant)));
                forms.push((stem.to_owned(), Form::Stem));
            }
        }
        AreaLevel::Grid => village(name, &mut forms),
    }
    for (form, strength) in &mut forms {
        // 新村, 河村: a village of two characters is written like a plain word.
        if level == AreaLevel::Grid && form.chars().count() < 3 {
            *strength = Form::Weak;
        }
    }
    forms.retain(|(form, _)| form.chars().count() > 1);
    let mut seen = std::collections::HashSet::new();
    forms.retain(|(form, _)| seen.insert(form.clone()));
    forms
}

/// A village (村) and a neighbourhood (社区) with and without the name of its committee.
fn village(name: &str, forms: &mut Vec<(String, Form)>) {
    if let Some(stem) = stem(name, &["村民委员会", "村委会"]) {
        // 麒新村村委会 is the committee of 麒新村, 双盟村委会 that of 双盟村.
        let base = stem.strip_suffix('村').unwrap_or(stem);
        forms.extend([(format!("{base}村"), Form::Name), (format!("{base}村委会"), Form::Name)]);
        forms.push((base.to_owned(), Form::Weak));
    } else if let Some(stem) = stem(name, &["社区居民委员会", "社区居委会", "居民委员会", "居委会", "社区"])
    {
        forms.extend(["社区", "居委会", "社区居委会"].map(|suffix| (format!("{stem}{suffix}"), Form::Name)));
        forms.push((stem.to_owned(), Form::Weak));
    } else if let Some(stem) = stem(name, &["村"]) {
        forms.extend([(format!("{stem}村委会"), Form::Name), (stem.to_owned(), Form::Weak)]);
    }
}

/// The name without the first suffix that it ends with.
fn stem<'a>(name: &'a str, suffixes: &[&str]) -> Option<&'a str> {
    suffixes.iter().find_map(|suffix| name.strip_suffix(suffix)).filter(|stem| !stem.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(name: &str, level: AreaLevel, form: Form) -> Vec<String> {
        forms(name, level).into_iter().filter(|(_, f)| *f == form).map(|(text, _)| text).collect()
    }

    #[test]
    fn names_are_written_in_many_ways() {
        assert_eq!(of("海门区", AreaLevel::County, Form::Variant), ["海门市", "海门县"]);
        assert_eq!(of("海门区", AreaLevel::County, Form::Stem), ["海门"]);
        assert_eq!(of("狼山镇街道", AreaLevel::Town, Form::Variant), ["狼山镇", "狼山街道", "狼山乡"]);
        assert_eq!(of("三星镇（叠石桥家纺产业园区）", AreaLevel::Town, Form::Name), ["三星镇"]);
        assert_eq!(of("双盟村委会", AreaLevel::Grid, Form::Name), ["双盟村委会", "双盟村"]);
        assert_eq!(of("麒新村村委会", AreaLevel::Grid, Form::Name), ["麒新村村委会", "麒新村", "麒新村委会"]);
        assert_eq!(of("东市社区居委会", AreaLevel::Grid, Form::Weak), ["东市"]);
        assert_eq!(of("新村", AreaLevel::Grid, Form::Name), ["新村委会"]);
        assert_eq!(of("启东经济开发区", AreaLevel::Town, Form::Name), ["启东经济开发区"]);
        // One character is never a form.
        assert_eq!(of("港村", AreaLevel::Grid, Form::Weak), ["港村"]);
    }
}
