//! Files: put into the house, named by commands, seen by who sees the case, erased, swept, proved.

use std::path::PathBuf;

use serde_json::{Value as Json, json};
use yipan_base::id::BlobId;
use yipan_base::time::DAY;
use yipan_platform::{Blob, CaseName};
use yipan_store::Row;
use yipan_store::tables::BLOB;

use crate::replay::forge;
use crate::support::{Bench, complaint, each_house, each_raw_house, report, whole_way};

/// Bytes that begin as a PNG does.
fn picture(of: &str) -> Vec<u8> {
    [b"\x89PNG\r\n\x1a\n".as_slice(), of.as_bytes(), &[7; 100_000]].concat()
}

async fn put(bench: &Bench, of: &str) -> Blob {
    bench.house.keep_blob("image/png", picture(of)).await.expect("taken")
}

fn attach(blob: &Blob) -> Json {
    json!({"command":"attach","what":"photo","file":blob.id,"note":"路口东侧拍摄","point":[121.18,32.32]})
}

async fn accepted(bench: &Bench) -> String {
    bench.accept("city.calltaker1", complaint()).await.expect("accepted").number
}

/// The files under the house's folder.
fn lying(bench: &Bench) -> Vec<PathBuf> {
    let folder = bench.files.path().join("blobs");
    let Ok(folders) = std::fs::read_dir(folder) else { return Vec::new() };
    let inside = |folder: std::fs::DirEntry| std::fs::read_dir(folder.path()).expect("a folder");
    folders
        .flat_map(|folder| inside(folder.expect("an entry")))
        .map(|file| file.expect("a file").path())
        .collect()
}

#[tokio::test]
async fn a_photo_is_seen_by_who_sees_the_case_and_by_nobody_else() {
    each_house(|bench| async move {
        let blob = put(&bench, "a").await;
        assert_eq!(put(&bench, "a").await, blob, "the same content is one file");
        assert_eq!(lying(&bench).len(), 1);
        let number = accepted(&bench).await;
        bench.walk(&number, &[("city.calltaker1", attach(&blob))]).await;
        bench.walk(&number, &whole_way()[..1]).await;
        let name = CaseName(number.clone());
        let handler = bench.viewer("rudong.urban_management.handler");
        let (found, content) = bench.house.case_file(&handler, &name, &blob.id).await.expect("seen");
        assert!(found == blob && content == picture("a"));
        let stranger = bench.viewer("rugao.dispatcher");
        let refusal = bench.house.case_file(&stranger, &name, &blob.id).await.expect_err("not theirs");
        assert_eq!(refusal.code, "case.unknown");
        // A file that the case does not name is not had through it.
        let other = put(&bench, "b").await;
        let refusal = bench.house.case_file(&handler, &name, &other.id).await.expect_err("not named");
        assert_eq!(refusal.code, "blob.unknown");
        let again = bench.give("city.calltaker1", &number, attach(&blob)).await.expect_err("twice");
        assert_eq!(again.code, "attach.again");
        let nothing = Blob { id: BlobId::new("0".repeat(64)), ..blob };
        let refusal =
            bench.give("city.calltaker1", &number, attach(&nothing)).await.expect_err("never put in");
        assert_eq!((refusal.code.as_str(), refusal.pointer.as_deref()), ("blob.unknown", Some("/file")));
    })
    .await;
}

#[tokio::test]
async fn a_voice_is_heard_by_who_works_on_the_case_and_that_is_noted() {
    each_house(|bench| async move {
        let sound = [b"RIFF\0\0\0\0WAVEfmt ".as_slice(), &[1; 4000]].concat();
        let blob = bench.house.keep_blob("audio/wav", sound.clone()).await.expect("taken");
        let number = accepted(&bench).await;
        let recording = json!({"command":"attach","what":"recording","file":blob.id});
        bench.walk(&number, &[("city.calltaker1", recording)]).await;
        bench.walk(&number, &whole_way()[..1]).await;
        let name = CaseName(number.clone());
        let (_, content) =
            bench.house.case_file(&bench.viewer("city.calltaker1"), &name, &blob.id).await.expect("heard");
        assert!(content == sound);
        let watcher = bench.viewer("rudong.dispatcher");
        let refusal = bench.house.case_file(&watcher, &name, &blob.id).await.expect_err("only watches");
        assert_eq!(refusal.code, "recording.not_yours");
        let sql = "SELECT subject FROM audit WHERE action = 'recording.hear'";
        assert_eq!(bench.store.house(sql, &[]).await.expect("read").len(), 1);
    })
    .await;
}

#[tokio::test]
async fn photos_of_a_secret_report_are_withheld() {
    each_house(|bench| async move {
        let blob = put(&bench, "secret").await;
        let number = bench.accept("city.calltaker1", report()).await.expect("accepted").number;
        let dispatch = json!({"command":"dispatch","main":"rudong.market","basis":{"basis":"judgement"}});
        let extract = json!({"command":"set_extract","extract":"有人反映收受礼品，请核实。"});
        let steps = [("city.secrecy", attach(&blob)), ("city.secrecy", extract), ("city.secrecy", dispatch)];
        bench.walk(&number, &steps).await;
        let name = CaseName(number);
        let (officer, handler) = (bench.viewer("city.secrecy"), bench.viewer("rudong.market.handler"));
        assert!(bench.house.case_file(&officer, &name, &blob.id).await.is_ok());
        let refusal = bench.house.case_file(&handler, &name, &blob.id).await.expect_err("withheld");
        assert_eq!(refusal.code, "blob.unknown");
        let told = serde_json::to_string(&bench.house.case_events(&handler, &name).await.expect("events"));
        assert!(!told.expect("JSON").contains(blob.id.as_str()));
    })
    .await;
}

#[tokio::test]
async fn what_nobody_named_is_swept_and_may_come_again() {
    each_house(|bench| async move {
        let (named, idle) = (put(&bench, "named").await, put(&bench, "idle").await);
        let number = accepted(&bench).await;
        bench.walk(&number, &[("city.calltaker1", attach(&named))]).await;
        bench.later(6 * DAY);
        assert_eq!(bench.house.sweep_blobs().await, Ok(0));
        bench.later(2 * DAY);
        assert_eq!(bench.house.sweep_blobs().await, Ok(1));
        assert_eq!(lying(&bench).len(), 1);
        assert_eq!(bench.house.blob(&idle.id).await.expect_err("gone").code, "blob.unknown");
        assert!(bench.house.blob(&named.id).await.is_ok());
        assert_eq!(put(&bench, "idle").await, idle);
        bench.walk(&number, &[("city.calltaker1", attach(&idle))]).await;
    })
    .await;
}

#[tokio::test]
async fn a_file_is_erased_with_the_last_case_that_names_it() {
    each_house(|bench| async move {
        let blob = put(&bench, "both").await;
        let numbers = [accepted(&bench).await, accepted(&bench).await];
        let close = json!({"command":"close","outcome":"withdrawn","reason":"诉求人撤回"});
        for number in &numbers {
            bench.walk(number, &[("city.calltaker1", attach(&blob))]).await;
            bench.walk(number, &[("city.reviewer", close.clone())]).await;
        }
        let steward = bench.viewer("city.data");
        bench.house.erase(&steward, &CaseName(numbers[0].clone())).await.expect("erased");
        assert!(bench.house.blob(&blob.id).await.is_ok(), "the other case still names it");
        bench.house.erase(&steward, &CaseName(numbers[1].clone())).await.expect("erased");
        assert_eq!(bench.house.blob(&blob.id).await.expect_err("erased").code, "blob.erased");
        assert!(lying(&bench).is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_replay_finds_files_that_are_damaged_gone_or_never_named() {
    each_raw_house(|bench| async move {
        let blob = put(&bench, "a").await;
        let number = accepted(&bench).await;
        bench.walk(&number, &[("city.calltaker1", attach(&blob))]).await;
        assert!(bench.house.replay().await.expect("a replay").agrees());
        let path = lying(&bench).pop().expect("a file");
        let sound = std::fs::read(&path).expect("read");
        let told = |found: yipan_platform::replay::ReplayReport| found.differences.join("; ");
        let mut broken = sound.clone();
        broken[70_000] ^= 4;
        std::fs::write(&path, broken).expect("written");
        let found = told(bench.house.replay().await.expect("a replay"));
        assert!(found.contains(blob.id.as_str()) && found.contains("from byte 65556 on"), "{found}");
        std::fs::remove_file(&path).expect("removed");
        let found = told(bench.house.replay().await.expect("a replay"));
        assert!(found.contains("is missing"), "{found}");
        std::fs::write(&path, sound).expect("written");
        let sql = "SELECT id, size, media_type, at, referenced, wrapped FROM blob";
        let mut values = bench.store.house(sql, &[]).await.expect("read").remove(0).into_values();
        values[4] = 2.into();
        forge(&bench.store, vec![Row::upsert(&BLOB, values)]).await;
        let found = told(bench.house.replay().await.expect("a replay"));
        assert!(found.contains("2 commands named it, not 1"), "{found}");
    })
    .await;
}

#[tokio::test]
async fn a_copy_brings_the_files_along_and_each_only_once() {
    each_house(|bench| async move {
        let blob = put(&bench, "a").await;
        let number = accepted(&bench).await;
        bench.walk(&number, &[("city.calltaker1", attach(&blob))]).await;
        let copies = tempfile::tempdir().expect("a folder");
        let (first, second) = (copies.path().join("one"), copies.path().join("two"));
        assert_eq!(bench.house.back_up(&first).await.expect("copied").files, 1);
        assert_eq!(bench.house.back_up(&second).await.expect("copied").files, 0);
        for file in lying(&bench) {
            std::fs::remove_file(file).expect("removed");
        }
        assert_eq!(bench.house.blob(&blob.id).await.expect_err("gone").code, "blob.damaged");
        assert_eq!(bench.house.fetch_files(&second).await, Ok(1));
        assert!(bench.house.blob(&blob.id).await.expect("back").1 == picture("a"));
    })
    .await;
}

#[tokio::test]
async fn a_file_that_is_not_what_it_is_called_is_refused() {
    each_house(|bench| async move {
        let no = |media_type: &'static str, content: Vec<u8>| {
            let house = bench.house.clone();
            async move { house.keep_blob(media_type, content).await.expect_err("refused").code.clone() }
        };
        assert_eq!(no("image/png", Vec::new()).await, "blob.empty");
        assert_eq!(no("text/html", b"<b>".to_vec()).await, "blob.media_type");
        assert_eq!(no("image/jpeg", picture("a")).await, "blob.content");
        assert_eq!(no("text/plain", vec![b'a'; 50 * 1024 * 1024 + 1]).await, "blob.too_large");
        assert!(lying(&bench).is_empty());
    })
    .await;
}
