//! Names of persons (姓名), masked.

/// Surnames of two characters that are still common enough to meet.
const COMPOUND: &[&str] = &[
    "欧阳", "司马", "上官", "诸葛", "司徒", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "夏侯", "端木",
    "宇文", "长孙", "澹台", "轩辕", "独孤", "南宫", "申屠", "闻人", "百里", "呼延", "淳于", "单于", "公冶",
    "太史", "濮阳", "赫连", "钟离", "仲孙", "司空", "闾丘", "亓官", "万俟",
];

/// The surname, and a star for every further character: 王小明 → 王**, 欧阳娜 → 欧阳*.
///
/// A name of one character shows only a star. Names that are not Chinese keep their first letter.
#[must_use]
pub fn mask_name(name: &str) -> String {
    let name = name.trim();
    let length = name.chars().count();
    let compound = length > 2 && COMPOUND.iter().any(|surname| name.starts_with(surname));
    let kept = if compound { 2 } else { usize::from(length > 1) };
    name.chars().take(kept).chain(std::iter::repeat_n('*', length - kept)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_surname_stays_and_the_given_name_goes() {
        for (name, masked) in [
            ("王小明", "王**"),
            ("王明", "王*"),
            ("欧阳娜娜", "欧阳**"),
            ("欧阳", "欧*"),
            (" 李四 ", "李*"),
            ("王", "*"),
            ("", ""),
            ("阿不都·热合曼", "阿******"),
            ("John", "J***"),
        ] {
            assert_eq!(mask_name(name), masked);
        }
    }
}
