use std::path::PathBuf;

use proptest::prelude::*;
use yipan_base::directory::Area;

use super::*;

fn area(id: &str, level: AreaLevel, name: &str, parent: Option<&str>) -> Area {
    Area {
        id: id.into(),
        layer: AreaLayer::Division,
        level,
        name: name.into(),
        code: None,
        parent: parent.map(AreaId::from),
        valid_from: None,
        valid_to: None,
        holds: Vec::new(),
        remark: None,
    }
}

fn small_city() -> Vec<Area> {
    use AreaLevel::{City, County, Grid, Town};
    vec![
        area("nt", City, "南通市", None),
        area("tz", County, "通州区", Some("nt")),
        area("hm", County, "海门区", Some("nt")),
        area("rd", County, "如东县", Some("nt")),
        area("pc", Town, "平潮镇", Some("tz")),
        area("lq", Town, "刘桥镇", Some("tz")),
        area("xf", Town, "先锋街道", Some("tz")),
        area("hz", Town, "合作镇", Some("hm")),
        area("js", Town, "金沙街道", Some("tz")),
        area("pc-sm", Grid, "双盟村委会", Some("pc")),
        area("pc-gm", Grid, "光明村委会", Some("pc")),
        area("lq-gm", Grid, "光明村", Some("lq")),
        area("lq-zx", Grid, "中心村委会", Some("lq")),
        area("hz-xh", Grid, "新华社区居委会", Some("hz")),
        area("pc-sq", Grid, "十里桥村委会", Some("pc")),
    ]
}

fn gazetteer(areas: Vec<Area>, aliases: &[Alias]) -> Gazetteer {
    let directory = Directory::new(areas, vec![], vec![]).unwrap();
    Gazetteer::new(&directory, Date::constant(2021, 5, 1), aliases, PlaceWords::parse(SHIPPED).unwrap())
        .unwrap()
}

/// The area found, `?` and the candidates where it is ambiguous, nothing for nothing.
fn told(placement: Placement) -> String {
    match placement {
        Placement::Found { area, .. } => area.to_string(),
        Placement::Ambiguous { candidates, .. } => {
            format!("? {}", candidates.iter().map(AreaId::as_str).collect::<Vec<_>>().join(" "))
        }
        Placement::Nothing => String::new(),
    }
}

#[test]
fn the_deepest_area_is_found() {
    let gazetteer = gazetteer(small_city(), &[]);
    for (text, area) in [
        ("南通市通州区平潮镇双盟村12组路灯坏了", "pc-sm"),
        ("通州平潮 双盟村 路灯", "pc-sm"),
        ("平潮镇双盟12组", "pc-sm"),
        ("平潮的路一下雨就淹", "pc"),
        ("海门市垃圾没人收", "hm"),
        ("金沙镇菜场门口堵车", "js"),
        ("先锋街道噪音扰民", "xf"),
        ("我住平潮，就是十里桥那边", "pc-sq"),
        ("十里桥那边", ""),
        ("江苏省海门市", "hm"),
        ("南通的天气", "nt"),
        ("双盟村委会不给盖章", "pc-sm"),
        ("小区双盟村方向", "pc-sm"),
        ("平潮镇万达A区3栋", "pc"),
        ("我从上海回到平潮镇", "pc"),
        ("没有写地方", ""),
        ("", ""),
    ] {
        assert_eq!(told(gazetteer.recognise(text)), area, "{text}");
    }
}

#[test]
fn the_words_that_led_there_are_told() {
    let found = gazetteer(small_city(), &[]).recognise("通州区平潮镇（双盟村）的路，双盟村的灯");
    let words = ["通州区", "平潮镇", "双盟村"].map(String::from).to_vec();
    assert_eq!(found, Placement::Found { area: "pc-sm".into(), words });
}

#[test]
fn a_name_that_several_bear_takes_a_parent() {
    let gazetteer = gazetteer(small_city(), &[]);
    for (text, area) in [
        ("平潮镇光明村", "pc-gm"),
        ("光明村的河道发臭，在刘桥那里", "lq-gm"),
        ("光明村的河道发臭", "? lq-gm pc-gm"),
        ("通州区光明村", "? lq-gm pc-gm"),
        ("从平潮镇到刘桥镇的公交", "? pc lq"),
        ("海门区的光明村", "hm"),
    ] {
        assert_eq!(told(gazetteer.recognise(text)), area, "{text}");
    }
    let Placement::Ambiguous { within, words, .. } = gazetteer.recognise("光明村") else { panic!() };
    assert_eq!((within, words), (Some("tz".into()), vec!["光明村".to_owned()]));
}

#[test]
fn plain_words_are_no_places() {
    let gazetteer = gazetteer(small_city(), &[]);
    for text in [
        "新华书店与市中心的合作是先锋",
        "比如东边的路口，出海安全，上海门店",
        "小区南通道被堵",
        "海门路与如东大厦之间",
        "通州区合作社",
        "一米阳光在光明处",
    ] {
        let told = told(gazetteer.recognise(text));
        assert!(told.is_empty() || told == "tz", "{text}: {told}");
    }
}

#[test]
fn other_cities_are_not_this_one() {
    let gazetteer = gazetteer(small_city(), &[]);
    for text in [
        "A3区双盟村的路灯",
        "A市A3区新华社区居委会",
        "我是A市居民，住在先锋街道",
        "春华镇双盟村",
        "桂花坪街道新华社区",
        "北京市通州区光明村",
        "北京通州",
        "苏州市平潮镇",
    ] {
        assert_eq!(told(gazetteer.recognise(text)), "", "{text}");
    }
    let told_first = |texts: [&str; 2]| told(gazetteer.recognise_first(texts));
    assert_eq!(told_first(["A7县双盟村的补贴", "双盟村北头组的补贴"]), "");
    assert_eq!(told_first(["路灯坏了", "住在双盟村的人反映"]), "pc-sm");
    assert_eq!(told(gazetteer.recognise("鼎盛双盟村附近的搅拌站")), "");
    assert_eq!(told(gazetteer.recognise("平潮镇鼎盛双盟村附近的搅拌站")), "pc-sm");
    // A known town that does not hold the village: the village is another of that name.
    assert_eq!(told(gazetteer.recognise("平潮镇新华社区")), "pc");
}

#[test]
fn aliases_and_dates_count() {
    let mut areas = small_city();
    areas.push(Area {
        valid_to: Some(Date::constant(2020, 7, 1)),
        ..area("gz", AreaLevel::County, "港闸区", Some("nt"))
    });
    let alias = |name: &str, area: &str| Alias { name: name.into(), area: area.into() };
    let known = gazetteer(areas.clone(), &[alias("港闸", "hm"), alias("阳光花苑", "pc-sm")]);
    assert_eq!(told(known.recognise("港闸区")), "hm");
    assert_eq!(told(known.recognise("阳光花苑3幢")), "pc-sm");
    let directory = Directory::new(areas, vec![], vec![]).unwrap();
    let build =
        |alias| Gazetteer::new(&directory, Date::constant(2021, 5, 1), &[alias], PlaceWords::default());
    assert!(build(alias("旧区", "gz")).unwrap_err().to_string().contains("`gz`"));
    assert!(matches!(build(alias("港", "hm")), Err(GazetteerFault::Short { .. })));
}

#[test]
fn word_lists_say_where_they_are_wrong() {
    let fault = PlaceWords::parse("# head\ncommon 合作\nplain 如东").unwrap_err();
    assert_eq!(fault, PlaceWordsFault { line: 3, kind: "plain".into() });
}

proptest! {
    #[test]
    fn any_text_gets_an_answer(text in ".*", middle in "[通州平潮镇光明村南市区A3 ]{0,20}") {
        let gazetteer = gazetteer(small_city(), &[]);
        let placement = gazetteer.recognise(&format!("{text}{middle}{text}"));
        if let Placement::Ambiguous { candidates, .. } = placement {
            prop_assert!(candidates.len() > 1);
        }
    }
}

/// A file of the test data, or `None` with a loud line where it is absent.
fn test_data(path: &str) -> Option<String> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared");
    let root = std::env::var_os("YIPAN_TEST_DATA").map_or_else(|| PathBuf::from(beside), PathBuf::from);
    let file = root.join(path);
    let text = std::fs::read_to_string(&file).ok();
    if text.is_none() {
        eprintln!("SKIPPED: {} is absent; set YIPAN_TEST_DATA to the folder that holds it", file.display());
    }
    text
}

fn nantong() -> Option<Vec<Area>> {
    let text = test_data("data/territory/nantong_divisions.csv")?;
    let rows =
        csv::Reader::from_reader(text.as_bytes()).into_records().map(Result::unwrap).collect::<Vec<_>>();
    let areas = rows.iter().filter(|row| &row[2] != "province").map(|row| {
        let level = match &row[2] {
            "prefecture" => AreaLevel::City,
            "county" => AreaLevel::County,
            "town" => AreaLevel::Town,
            _ => AreaLevel::Grid,
        };
        area(&row[0], level, &row[1], (level != AreaLevel::City).then(|| &row[3]))
    });
    Some(areas.collect())
}

#[test]
fn every_area_of_nantong_is_found_by_its_full_address() {
    let Some(areas) = nantong() else { return };
    let gazetteer = gazetteer(areas.clone(), &[]);
    let name: HashMap<&AreaId, &Area> = areas.iter().map(|a| (&a.id, a)).collect();
    let mut missed = Vec::new();
    for area in &areas {
        let mut address = area.name.clone();
        let mut above = area.parent.as_ref();
        while let Some(parent) = above.and_then(|id| name.get(id)) {
            address.insert_str(0, &parent.name);
            above = parent.parent.as_ref();
        }
        if told(gazetteer.recognise(&format!("请问{address}3号怎么走"))) != area.id.as_str() {
            missed.push(address);
        }
    }
    assert!(missed.len() * 200 < areas.len(), "{} of {}: {missed:?}", missed.len(), areas.len());
}

#[test]
fn messages_of_another_city_give_next_to_nothing() {
    let (Some(areas), Some(text)) = (nantong(), test_data("data/appeals/tipdm2020c_fj3.csv")) else { return };
    let gazetteer = gazetteer(areas, &[]);
    let mut found = Vec::new();
    let mut messages = 0;
    for row in csv::Reader::from_reader(text.as_bytes()).into_records().map(Result::unwrap) {
        messages += 1;
        let placement = gazetteer.recognise(&format!("{}。{}", &row[2], &row[4]));
        if placement != Placement::Nothing {
            found.push(placement);
        }
    }
    assert!(messages > 4_000 && found.len() * 1_000 < messages, "{} of {messages}: {found:#?}", found.len());
}
