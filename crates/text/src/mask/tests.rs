use proptest::prelude::*;

use super::*;

#[test]
fn numbers_are_masked_where_they_stand() {
    for (text, masked) in [
        ("请回电13812345678一直打不通", "请回电138****5678一直打不通"),
        ("电话：138 1234 5678。", "电话：138 **** 5678。"),
        ("(+86)138-1234-5678", "(+86)***-****-5678"),
        ("0086-13812345678", "0086-*******5678"),
        ("１３８１２３４５６７８", "１３８****５６７８"),
        ("一三八一二三四五六七八", "一三八****五六七八"),
        ("138一二三四5678", "138****5678"),
        ("幺三八 1234 五六七八", "幺三八 **** 五六七八"),
        ("13812345678、13987654321", "138****5678、139****4321"),
        ("座机0513-85123456转801", "座机0513-****3456转801"),
        ("（0513）8512 3456", "（0513）**** 3456"),
        ("+86 513 8512 3456", "+** *** **** 3456"),
        ("联系电话: 85123456", "联系电话: ****3456"),
        ("身份证360426199101010071，", "身份证360***********0071，"),
        ("360426 19910101 0072", "360*** ******** 0072"),
        ("11010519491231002X的老人", "110***********002X的老人"),
        ("11010519491231002ｘ", "110***********002ｘ"),
        ("老身份证110105491231002", "老身份证110********1002"),
        ("卡号6222 0200 1234 5678 904", "卡号**** **** **** ***8 904"),
        ("4111 1111 1111 1111", "**** **** **** 1111"),
        ("6222020012345678901", "***************8901"),
        ("邮箱wang.xm@qq.com。", "邮箱w***@qq.com。"),
        ("13812345678@139.com", "1***@139.com"),
        ("号码138123456782号楼", "号码138*****6782号楼"),
    ] {
        assert_eq!(mask(text), masked);
    }
}

#[test]
fn harmless_numbers_stay() {
    for text in [
        "工单20210501000123456已办结",
        "2021-05-01 08:30:00来电，面积138.5平方米",
        "拨打12345、110、119、10086、95598",
        "人民路138号1234室",
        "统一社会信用代码91350100M000100Y43",
        "每月1500 3000元",
        "公交1路、2路、15路",
        "微信@我",
        "编号 85123456",
    ] {
        assert_eq!(mask(text), text);
        assert!(find(text).is_empty(), "{text}");
    }
}

#[test]
fn findings_say_what_and_where() {
    let text = "李女士13812345678，li@163.com";
    let found: Vec<_> = find(text).into_iter().map(|f| (f.kind, &text[f.range])).collect();
    assert_eq!(found, [(Sensitive::Phone, "13812345678"), (Sensitive::Email, "li@163.com")]);
}

/// An oracle of its own: a mobile number, whole or parted 3-4-4, with no digit beside it.
fn shows_a_mobile_number(text: &str) -> bool {
    let chars: Vec<char> = text.chars().map(yipan_base::identity::narrow).collect();
    let digit = |at: usize| chars.get(at).is_some_and(char::is_ascii_digit);
    (0..chars.len()).any(|start| {
        if start > 0 && digit(start - 1)
            || chars[start] != '1'
            || !chars.get(start + 1).is_some_and(|c| ('3'..='9').contains(c))
        {
            return false;
        }
        let mut at = start;
        for (length, last) in [(3, false), (4, false), (4, true)] {
            if !(at..at + length).all(digit) {
                return false;
            }
            at += length;
            at += usize::from(!last && matches!(chars.get(at), Some(' ' | '-')));
        }
        !digit(at)
    })
}

fn mobile() -> impl Strategy<Value = String> {
    "1[3-9][0-9]{9}"
}

fn written(number: &str, style: usize) -> String {
    let (a, b, c) = (&number[..3], &number[3..7], &number[7..]);
    match style {
        0 => number.to_owned(),
        1 => format!("{a} {b} {c}"),
        2 => format!("{a}-{b}-{c}"),
        3 => number.chars().map(|d| char::from_u32(d as u32 + 0xfee0).unwrap()).collect(),
        4 => number
            .chars()
            .map(|d| ['〇', '一', '二', '三', '四', '五', '六', '七', '八', '九'][d as usize - 48])
            .collect(),
        5 => format!("+86{number}"),
        6 => format!("0{number}"),
        _ => number.chars().flat_map(|d| [d, ' ']).collect(),
    }
}

proptest! {
    #[test]
    fn any_text_loses_its_numbers_and_only_once(text in ".*") {
        let masked = mask(&text);
        prop_assert!(!shows_a_mobile_number(&masked));
        prop_assert_eq!(mask(&masked), &*masked);
    }

    #[test]
    fn texts_full_of_digits_lose_them_too(text in "[0-9１３８一三八Xx@. ()+-]{0,60}") {
        let masked = mask(&text);
        prop_assert!(!shows_a_mobile_number(&masked), "{} -> {}", text, masked);
        prop_assert_eq!(mask(&masked), &*masked);
    }

    #[test]
    fn no_seven_digits_of_a_phone_are_left(
        number in mobile(), style in 0..8_usize, before in "[^0-9０-９]*", after in "[^0-9０-９]*",
    ) {
        let masked = mask(&format!("我的号码{}{before}号码 {} 请{}", "：", written(&number, style), after)).into_owned();
        let plain: String = masked
            .chars()
            .filter_map(|c| super::digits::digit(c).map(|(d, _)| d).or((!c.is_whitespace() && c != '-').then_some(c)))
            .collect();
        for window in 0..=4 {
            prop_assert!(!plain.contains(&number[window..window + 7]), "{masked}");
        }
    }

    #[test]
    fn a_text_without_digits_or_addresses_is_the_same(text in "[\\PC&&[^0-9０-９①-⑨零〇一二三四五六七八九幺@＠]]*") {
        prop_assert_eq!(mask(&text), &*text);
    }
}
