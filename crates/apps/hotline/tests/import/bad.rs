//! Bad rows are refused one by one, each with a code and the cell that is to blame.

use yipan_store::testing::each_engine;

use crate::support::{cases, demo_city, import, importer, plan, prove, refusals};

#[tokio::test(flavor = "multi_thread")]
async fn every_bad_cell_is_named_and_the_rest_goes_on() {
    each_engine(async |store| {
        let house = demo_city(store).await;
        let map = "text=内容,received=时间,phone=电话,area=区划,longitude=经度,latitude=纬度,datum=坐标系,\
                   kind=类型,category=分类,channel=渠道,key=编号";
        let bad = [
            ("1,,,,,,,,,,", "text.empty", "text"),
            ("2,甲,昨天,,,,,,,,", "import.time", "received"),
            ("3,甲,2020-02-30,,,,,,,,", "import.time", "received"),
            ("4,甲,1900-01-01,,,,,,,,", "accept.too_old", "received"),
            ("5,甲,2100-01-01,,,,,,,,", "accept.future", "received"),
            ("6,甲,,12345,,,,,,,", "identity.phone", "phone"),
            ("7,甲,,,火星,,,,,,", "area.unknown", "area"),
            ("8,甲,,,,东经,北纬,,,,", "import.number", "longitude"),
            ("9,甲,,,,121.0,,,,,", "place.half", "longitude"),
            ("10,甲,,,,116.4,39.9,,,,", "place.outside", "longitude"),
            ("11,甲,,,,32.0,121.0,,,,", "point.exchanged", "longitude"),
            ("12,甲,,,,NaN,32.0,,,,", "point.not_finite", "longitude"),
            ("13,甲,,,启东市,121.07,32.07,,,,", "place.disagrees", "area"),
            ("14,甲,,,,121.07,32.07,mars,,,", "import.datum", "datum"),
            ("15,甲,,,,,,,吵架,,", "import.word", "kind"),
            ("16,甲,,,,,,,,没有的,", "category.unknown", "category"),
            ("17,甲,,,,,,,,,信鸽", "import.word", "channel"),
            (",甲,,,,,,,,,", "import.blank", "key"),
        ];
        let rows: String = bad.iter().map(|(row, ..)| format!("{row}\n")).collect();
        let table =
            format!("编号,内容,时间,电话,区划,经度,纬度,坐标系,类型,分类,渠道\n{rows}99,好的,,,,,,,,,\n");
        let (counts, outcomes) = import(&house, &table, plan(map)).await;
        let pointers: Vec<_> =
            bad.iter().zip(2..).map(|((_, _, field), line)| format!("/rows/{line}/{field}")).collect();
        let expected: Vec<_> =
            bad.iter().zip(&pointers).map(|((_, code, _), p)| (*code, p.as_str())).collect();
        assert_eq!(refusals(&outcomes), expected);
        assert_eq!((counts.accepted, counts.refused), (1, bad.len() as u64));
        for refusal in outcomes.iter().filter_map(|o| o.answer.as_ref().err()) {
            assert!(!refusal.zh.is_ascii() && refusal.en.len() > 10, "{refusal:?}");
        }
        assert_eq!(cases(&house).await.len(), 1);
        prove(&house).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_that_fits_no_row_is_refused_as_a_whole() {
    each_engine(async |store| {
        let house = demo_city(store).await;
        let refused = |map: &str, change: fn(&mut yipan_hotline::import::ImportPlan)| {
            let mut plan = plan(map);
            change(&mut plan);
            let refusal = importer(&house, "编号,内容\n1,甲\n", plan).err().unwrap();
            (refusal.code, refusal.pointer.unwrap_or_default())
        };
        let told = |code: &str, pointer: &str| (code.to_owned(), pointer.to_owned());
        assert_eq!(refused("text=内荣", |_| ()), told("mapping.unknown_column", "/map"));
        assert_eq!(refused("key=编号", |_| ()), told("mapping.missing_field", "/map"));
        assert_eq!(refused("text=内容,colour=编号", |_| ()), told("mapping.unknown_field", "/map"));
        assert_eq!(refused("text=内容", |p| p.category = None), told("import.category", "/category"));
        let unknown = refused("text=内容", |p| p.category = Some("weather".into()));
        assert_eq!(unknown, told("category.unknown", "/category"));
        assert_eq!(refused("text=内容", |p| p.source = " ".into()), told("import.source", "/source"));
    })
    .await;
}
