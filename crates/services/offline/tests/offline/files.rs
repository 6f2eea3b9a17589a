//! What stands in an offline file, and what never does.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use serde_json::{Value as Json, json};
use yipan_base::time::MINUTE;
use yipan_offline::{Folder, KEPT, KeyFile};

use crate::opening::{open, parts};
use crate::support::{Bench, WORD, complaint, each_house, morning};

/// The newest file of a centre.
async fn written(bench: &Bench, folder: &Path, centre: &str) -> Vec<u8> {
    let round = Folder(folder.to_owned()).write(&bench.house).await.unwrap();
    assert!(round.faults.is_empty(), "{:?}", round.faults);
    let files = round.files.iter().find(|file| file.parent().is_some_and(|p| p.ends_with(centre)));
    std::fs::read(files.unwrap()).unwrap()
}

async fn opened(bench: &Bench, folder: &Path, key: &KeyFile) -> Json {
    open(&written(bench, folder, key.centre.as_str()).await, key, WORD).unwrap()
}

fn numbers(content: &Json) -> Vec<&str> {
    let mut numbers: Vec<_> =
        content["cases"].as_array().unwrap().iter().map(|c| c["number"].as_str().unwrap()).collect();
    numbers.sort_unstable();
    numbers
}

#[tokio::test]
async fn a_centre_opens_the_open_cases_of_its_own_area_and_no_others() {
    each_house(|bench| async move {
        let folder = tempfile::tempdir().unwrap();
        let (city, county, town) =
            (bench.key("nantong").await, bench.key("rudong").await, bench.key("rudong.juegang").await);
        let here = bench.accept("city.calltaker1", complaint("rudong.juegang", "打桩到半夜。")).await;
        let beside = bench.accept("city.calltaker1", complaint("rudong.caobu", "机器声很大。")).await;
        let far = bench.accept("city.calltaker1", complaint("haimen", "渣土车整夜进出。")).await;
        let over = bench.accept("city.calltaker1", complaint("rudong.juegang", "已经解决。")).await;
        bench
            .give(
                "city.dispatcher",
                &over,
                json!({"command":"answer_directly","text":"已停工。","solved":"yes"}),
            )
            .await;
        bench.give("city.calltaker1", &over, json!({"command":"close","outcome":"solved"})).await;

        let mut all = vec![here.as_str(), &beside, &far];
        all.sort_unstable();
        assert_eq!(numbers(&opened(&bench, folder.path(), &city).await), all);
        let mut of_county = vec![here.as_str(), &beside];
        of_county.sort_unstable();
        assert_eq!(numbers(&opened(&bench, folder.path(), &county).await), of_county);
        assert_eq!(numbers(&opened(&bench, folder.path(), &town).await), [here.as_str()]);
    })
    .await;
}

#[tokio::test]
async fn a_case_stands_there_with_all_that_paper_needs() {
    each_house(|bench| async move {
        let folder = tempfile::tempdir().unwrap();
        let key = bench.key("rudong").await;
        let number = bench.accept("city.calltaker1", complaint("rudong.juegang", "打桩到半夜。")).await;
        let dispatch =
            json!({"command":"dispatch","main":"rudong.urban_management","basis":{"basis":"judgement"}});
        bench.give("city.dispatcher", &number, dispatch).await;
        bench
            .give("city.dispatcher", &number, json!({"command":"note","text":"诉求人晚八点后方便接电话。"}))
            .await;

        let content = opened(&bench, folder.path(), &key).await;
        let case = &content["cases"][0];
        assert_eq!(case["text"], "打桩到半夜。");
        assert_eq!(case["title"], "夜间施工噪声");
        assert_eq!(case["area"], "如东县 掘港街道");
        assert_eq!(case["address"], "友谊路八十八号");
        assert_eq!(case["caller"], json!({ "name": "王小明", "phone": "13800001111" }));
        assert_eq!(case["stage"], json!(["已派单", "dispatched"]));
        assert_eq!(case["holders"][0]["unit"], "如东县城市管理局");
        assert_eq!(case["clock"]["of"], json!(["签收", "signing"]));
        assert_eq!(case["clock"]["lamp"], "green");
        let entries: Vec<_> =
            case["entries"].as_array().unwrap().iter().map(|e| e["what"][1].as_str().unwrap()).collect();
        assert_eq!(entries, ["note", "dispatched", "accepted"]);
        assert_eq!(case["entries"][0]["texts"], json!(["诉求人晚八点后方便接电话。"]));

        // Late enough, its clock is red in the next file.
        bench.later(3 * 24 * 60 * MINUTE);
        let later = opened(&bench, folder.path(), &key).await;
        assert_eq!(later["cases"][0]["clock"]["lamp"], "red");
    })
    .await;
}

#[tokio::test]
async fn secrets_accusations_and_anonymous_voices_stay_in_the_house() {
    each_house(|bench| async move {
        let folder = tempfile::tempdir().unwrap();
        let key = bench.key("nantong").await;
        let mut report = complaint("rudong.juegang", "举报工作人员收受礼品。");
        report["kind"] = "report".into();
        bench.accept("city.calltaker1", report).await;
        let mut accusing = complaint("rudong.juegang", "某经办人态度恶劣。");
        let staff = bench.house.city();
        let staff = staff.directory.staff_by_login("rudong.dispatcher").unwrap();
        accusing["accused_staff"] = json!([staff.id]);
        bench.accept("city.calltaker1", accusing).await;
        let mut anonymous = complaint("rudong.juegang", "不愿透露姓名。");
        anonymous["anonymous"] = true.into();
        let number = bench.accept("city.calltaker1", anonymous).await;

        let content = opened(&bench, folder.path(), &key).await;
        assert_eq!(numbers(&content), [number.as_str()]);
        assert_eq!(
            (&content["cases"][0]["caller"], &content["cases"][0]["anonymous"]),
            (&Json::Null, &json!(true))
        );
        // Not even their number is told.
        let text = content.to_string();
        for word in ["收受礼品", "态度恶劣", "13800001111", "withheld"] {
            assert!(!text.contains(word), "{word}");
        }
    })
    .await;
}

#[tokio::test]
async fn only_the_right_key_and_passphrase_open_a_whole_file() {
    each_house(|bench| async move {
        let folder = tempfile::tempdir().unwrap();
        let (own, other) = (bench.key("rudong").await, bench.key("haimen").await);
        bench.accept("city.calltaker1", complaint("rudong.juegang", "打桩到半夜。")).await;
        let file = written(&bench, folder.path(), "rudong").await;
        assert!(!String::from_utf8_lossy(&file).contains("13800001111"));
        let (header, ..) = parts(&file);
        assert_eq!((header.centre.as_str(), header.made_at, &header.key), ("rudong", morning(), &own.key));

        assert!(open(&file, &own, WORD).is_ok());
        assert_eq!(open(&file, &own, "correct horse 2022"), Err("passphrase"));
        assert_eq!(open(&file, &other, WORD), Err("cipher"));
        // One changed bit anywhere behind the lengths breaks the signature.
        for at in [40, file.len() / 2, file.len() - 70, file.len() - 1] {
            let mut changed = file.clone();
            changed[at] ^= 1;
            let opened = std::panic::catch_unwind(|| open(&changed, &own, WORD));
            assert!(!matches!(opened, Ok(Ok(_))), "byte {at}");
        }
        // An exchanged house key makes the key file useless.
        let forged = KeyFile { house: other.public.clone(), ..own.clone() };
        assert_eq!(open(&file, &forged, WORD), Err("signature"));
        let mut rebound = forged;
        rebound.house = own.public.clone();
        assert!(open(&file, &rebound, WORD).is_err());
    })
    .await;
}

#[tokio::test]
async fn files_are_the_owners_alone_and_the_last_six_are_kept() {
    each_house(|bench| async move {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("offline");
        let quiet = Folder(path.clone()).write(&bench.house).await.unwrap();
        assert!(quiet.files.is_empty() && !path.exists(), "no centre has a key");
        bench.key("rudong").await;
        let mut made = Vec::new();
        for _ in 0..KEPT + 2 {
            made.extend(Folder(path.clone()).write(&bench.house).await.unwrap().files);
            bench.later(10 * MINUTE);
        }
        let mut kept: Vec<_> =
            std::fs::read_dir(path.join("rudong")).unwrap().map(|e| e.unwrap().path()).collect();
        kept.sort();
        assert_eq!(kept, made[2..]);
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(
            (mode(&kept[0]), mode(&path.join("open.html")), mode(&path.join("rudong"))),
            (0o600, 0o600, 0o700)
        );
        // Who was given what stands in the audit log.
        let rounds = bench.everything().await.matches("offline.write").count();
        assert_eq!(rounds, KEPT + 2);
    })
    .await;
}
