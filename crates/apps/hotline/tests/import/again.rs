//! A row is known again, within a file and from one import to the next.

use yipan_store::testing::each_engine;

use crate::support::{cases, demo_city, import, plan, prove, refusals};

#[tokio::test(flavor = "multi_thread")]
async fn importing_twice_adds_nothing_and_a_changed_text_is_refused() {
    each_engine(async |store| {
        let house = demo_city(store).await;
        let plan = || plan("key=编号,text=内容");
        let (counts, _) = import(&house, "编号,内容\n1,甲\n2,乙\n", plan()).await;
        assert_eq!(counts.accepted, 2);
        let (counts, outcomes) = import(&house, "编号,内容\n1,甲\n2,另一回事\n3,丙\n", plan()).await;
        assert_eq!((counts.accepted, counts.already, counts.refused), (1, 1, 1));
        assert_eq!(refusals(&outcomes), [("import.changed", "/rows/3/key")]);

        // The same numbers in another list are other rows.
        let mut other = plan();
        other.source = "another list".into();
        let (counts, _) = import(&house, "编号,内容\n1,甲\n", other).await;
        assert_eq!(counts.accepted, 1);
        assert_eq!(cases(&house).await.len(), 4);
        prove(&house).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn within_a_file_the_first_row_that_is_good_has_the_key() {
    each_engine(async |store| {
        let house = demo_city(store).await;
        let table = "编号,内容,时间\n\
                     1,甲,2020-1-1\n1,甲,2020-1-1\n1,乙,2020-1-1\n\
                     2,丙,2100-1-1\n2,丁,2020-1-1\n2,戊,2020-1-1\n";
        let (counts, outcomes) = import(&house, table, plan("key=编号,text=内容,received=时间")).await;
        assert_eq!((counts.accepted, counts.already), (2, 1));
        let expected = [
            ("import.duplicate_key", "/rows/4/key"),
            ("accept.future", "/rows/5/received"),
            ("import.duplicate_key", "/rows/7/key"),
        ];
        assert_eq!(refusals(&outcomes), expected);
        let told = outcomes[5].answer.as_ref().unwrap_err();
        assert!(told.zh.contains("第 6 行") && told.en.contains("line 6"), "{told:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_key_a_row_is_known_by_what_it_says() {
    each_engine(async |store| {
        let house = demo_city(store).await;
        let (counts, _) =
            import(&house, "内容,来电人\n路灯  不亮,甲\n路灯不亮,乙\n", plan("text=内容")).await;
        assert_eq!(counts.accepted, 2);
        // Blanks and width make no other row, and neither does another mapping.
        let (counts, _) =
            import(&house, "内容,来电人\n路灯　不亮,甲 \n路灯不亮,丙\n", plan("text=内容,caller=来电人"))
                .await;
        assert_eq!((counts.accepted, counts.already + counts.refused), (1, 1));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn outcomes_come_in_the_order_of_the_file() {
    each_engine(async |store| {
        let house = demo_city(store).await;
        let rows: String = (0..700).map(|n| format!("{},第{n}件\n", n % 650)).collect();
        let (counts, outcomes) =
            import(&house, &format!("编号,内容\n{rows}"), plan("key=编号,text=内容")).await;
        assert_eq!((counts.accepted, counts.refused), (650, 50));
        assert!(outcomes.windows(2).all(|two| two[0].line + 1 == two[1].line));
        assert_eq!(cases(&house).await.len(), 650);
        prove(&house).await;
    })
    .await;
}
