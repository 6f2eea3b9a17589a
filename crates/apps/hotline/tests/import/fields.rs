//! What a row says arrives in the case.

use yipan_base::directory::Role;
use yipan_casework::case::{Channel, Kind, NarrativeKind};
use yipan_hotline::import::Mode;
use yipan_platform::Viewer;
use yipan_store::audit_verify;
use yipan_store::testing::each_engine;

use crate::support::{cases, demo_city, import, importer, plan, prove, run, viewer};

const MAP: &str = "text=内容,title=标题,received=时间,caller=来电人,phone=电话,address=地址,area=区划,\
                   longitude=经度,latitude=纬度,datum=坐标系,kind=类型,category=分类,channel=渠道,key=编号";
const HEAD: &str = "编号,标题,内容,时间,来电人,电话,地址,区划,经度,纬度,坐标系,类型,分类,渠道\n";

#[tokio::test(flavor = "multi_thread")]
async fn every_field_arrives_in_the_case() {
    each_engine(async |store| {
        let house = demo_city(store).await;
        let table = format!(
            "{HEAD}K-1,噪声,夜里施工,2020/11/2 8:05:09,王小明,138 0000 1111,人民路1号,通州区,,,,投诉,环境噪声,电话\n\
             K-2,,路灯不亮,2020-11-03,A0017,,,,121.07,32.07,gcj02,,,\n"
        );
        let table = table.replace("环境噪声", "environment.noise.site");
        let (counts, outcomes) = import(&house, &table, plan(MAP)).await;
        assert_eq!((counts.accepted, counts.located), (2, 2), "{outcomes:?}");

        let dispatcher = viewer(&house, "city.dispatcher");
        let names = cases(&house).await;
        let first = house.case_detail(&dispatcher, &names[0]).await.unwrap();
        assert_eq!(first.case.kind, Kind::Complaint);
        assert_eq!(first.case.intake.channel, Channel::Phone);
        assert_eq!(first.case.category.as_str(), "environment.noise.site");
        assert_eq!(first.case.place.area.as_ref().unwrap().as_str(), "tongzhou");
        assert_eq!(first.case.intake.received_at, "2020-11-02 08:05:09".parse().unwrap());
        assert!(first.case.historical && first.case.number.contains("-20201102-"), "{}", first.case.number);
        let text = |kind| first.texts.iter().find(|t| t.kind == kind).and_then(|t| t.text.as_deref());
        assert_eq!(text(NarrativeKind::Title), Some("噪声"));
        assert_eq!(text(NarrativeKind::Text), Some("夜里施工"));
        assert_eq!(text(NarrativeKind::Address), Some("人民路1号"));
        let person = serde_json::to_value(&first.person).unwrap();
        assert_eq!(person["name"], "王**");
        assert_eq!(person["phone"], "138****1111");

        let second = house.case_detail(&dispatcher, &names[1]).await.unwrap();
        assert_eq!((second.case.kind, second.case.category.as_str()), (Kind::Other, "governance"));
        let [lon, lat] = second.case.place.point.unwrap();
        let moved = (lon - 121.07).abs().max((lat - 32.07).abs());
        assert!(moved > 0.001 && moved < 0.01, "GCJ-02 lies some hundred metres off, not {moved} degrees");
        let person = serde_json::to_value(&second.person).unwrap();
        assert!(person["name"].is_null() && person["reference"] == "***", "{person}");
        prove(&house).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_live_cases_have_timers() {
    each_engine(async |store| {
        let house = demo_city(store).await;
        let table = "内容,时间\n路灯不亮,2021-05-31 10:00\n";
        import(&house, table, plan("text=内容,received=时间")).await;
        assert_eq!(house.next_timer().await.unwrap(), None);

        let mut live = plan("text=内容,received=时间");
        (live.historical, live.source) = (false, "today".into());
        let (counts, _) = import(&house, table, live).await;
        assert_eq!(counts.accepted, 1);
        assert!(house.next_timer().await.unwrap().is_some());
        prove(&house).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preview_is_masked_and_says_where() {
    each_engine(async |store| {
        let house = demo_city(store).await;
        let table = format!(
            "{HEAD}1,,如东县掘港街道有人占道，请回电13800001111,2020-1-1,王小明,,,,,,,,,\n\
             2,,路灯不亮,昨天,,,,,,,,,,\n3\n"
        );
        let preview = importer(&house, &table, plan(MAP)).unwrap().preview(5).unwrap();
        assert_eq!(preview.iter().map(|row| row.line).collect::<Vec<_>>(), [2, 3, 4]);
        assert_eq!(preview[0].fields["caller"], "王**");
        assert!(preview[0].fields["text"].ends_with("请回电138****1111"), "{:?}", preview[0].fields);
        assert!(preview[0].area.as_ref().unwrap().as_str().starts_with("rudong."), "{:?}", preview[0].area);
        let code = |at: usize| preview[at].refusal.as_ref().unwrap().code.as_str();
        assert_eq!((code(1), code(2)), ("import.time", "sheet.row.cell_count"));
        assert!(cases(&house).await.is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_may_not_accept_imports_nothing() {
    each_engine(async |store| {
        let house = demo_city(store).await;
        let city = house.city();
        let outsider = city.directory.all_staff().find(|s| s.roles.iter().eq([&Role::Leader])).unwrap();
        let sheet = yipan_sheets::Sheet::read(
            std::io::Cursor::new("内容\n甲\n乙\n".as_bytes()),
            &yipan_sheets::Options::default(),
        );
        let outsider = Viewer::of(outsider, &city.directory);
        let mut importer =
            yipan_hotline::import::Importer::new(&house, &outsider, sheet.unwrap(), plan("text=内容"))
                .unwrap();
        for mode in [Mode::Rehearse, Mode::Write] {
            let refusal = importer.run(mode, |_, _| Ok(())).await.unwrap_err();
            assert_eq!(refusal.code, "case.seat");
        }
        assert!(cases(&house).await.is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rehearsal_counts_the_same_and_writes_nothing() {
    each_engine(async |store| {
        let house = demo_city(store).await;
        let head = audit_verify(house.store()).await.unwrap().head;
        let table = "编号,内容,时间\n1,甲,2020-1-1\n2,乙,1900-1-1\n1,甲,2020-1-1\n1,丙,2020-1-1\n3,丁,\n";
        let plan = || plan("key=编号,text=内容,received=时间");
        let (rehearsed, _) = run(importer(&house, table, plan()).unwrap(), Mode::Rehearse).await;
        assert_eq!(audit_verify(house.store()).await.unwrap().head, head);
        assert!(cases(&house).await.is_empty());
        let (written, _) = import(&house, table, plan()).await;
        assert_eq!(rehearsed, written);
        assert_eq!((written.accepted, written.already, written.refused), (2, 1, 2));
        let (again, _) = run(importer(&house, table, plan()).unwrap(), Mode::Rehearse).await;
        assert_eq!((again.accepted, again.already, again.refused), (0, 3, 2));
    })
    .await;
}
