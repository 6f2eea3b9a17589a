//! Filing in both forms, and again.

use axum::http::StatusCode;
use yipan_casework::case::{Channel, Kind, Stage};
use yipan_platform::{CaseName, Viewer};
use yipan_wire::open311::{Format, Outcome, Receipt, read};

use crate::support::{Answer, LAMP, but, each_house, form, usual};

fn receipt(answer: &Answer, format: Format) -> (String, String) {
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
    let mut receipts: Vec<Receipt> = read(answer.text.as_bytes(), format).unwrap();
    let Some(Receipt { outcome: Outcome::Request(number), service_notice, account_id }) = receipts.pop()
    else {
        panic!("no request: {}", answer.text);
    };
    let code = account_id.unwrap();
    let notice = service_notice.unwrap();
    assert!(receipts.is_empty() && notice.contains(&code) && notice.contains(&number), "{notice}");
    (number, code)
}

#[tokio::test]
async fn what_is_filed_is_a_case_of_the_city_centre() {
    each_house(|bench| async move {
        let json = bench.file().send(form(&usual())).await;
        let (number, _) = receipt(&json, Format::Json);
        assert!(number.starts_with("320600-20210518-"), "{number}");
        let viewer = Viewer::system("test");
        let case = bench.house.case_detail(&viewer, &CaseName(number)).await.unwrap();
        assert_eq!((case.case.stage, case.case.kind), (Stage::Accepted, Kind::Help));
        assert_eq!(case.case.centre.as_str(), "city.centre");
        assert_eq!(case.case.intake.channel, Channel::Application);
        assert_eq!(case.case.category.as_str(), LAMP);
        let city = bench.house.city();
        let area = case.case.place.area.clone().unwrap();
        assert!(city.directory.within(&area, &"chongchuan".into()), "{area}");
        let person = case.person.unwrap();
        assert_eq!(person.phone.as_deref(), Some("138****1111"));
        assert!(person.name.unwrap().starts_with('欧'));
        assert_eq!(person.reference.as_deref(), Some("***"), "the e-mail address");

        let english = bench.file().to("/open311/v2/requests.xml").header("accept-language", "en");
        let (second, code) = receipt(&english.send(but("attribute[kind]", "complaint")).await, Format::Xml);
        let case = bench.house.case(&viewer, &CaseName(second.clone())).await.unwrap();
        assert_eq!(case.kind, Kind::Complaint);
        assert_eq!(bench.follow(&second, &code).await.status, StatusCode::OK);

        // What is left out is what a client of the standard may leave out.
        let bare = form(&[("service_code", LAMP), ("address_string", "如东县掘港街道友谊路")]);
        let (third, _) = receipt(&bench.file().send(bare).await, Format::Json);
        let case = bench.house.case(&viewer, &CaseName(third)).await.unwrap();
        assert!(case.intake.person.is_none());
        assert!(city.directory.within(&case.place.area.unwrap(), &"rudong".into()));
    })
    .await;
}

#[tokio::test]
async fn a_link_to_a_photo_and_danger_in_words_are_not_lost() {
    each_house(|bench| async move {
        let mut pairs = usual();
        pairs.retain(|(name, _)| *name != "description");
        pairs.push(("description", "路灯杆漏电，有人触电"));
        pairs.push(("media_url", "https://photos.example/1.jpg"));
        let (number, _) = receipt(&bench.file().send(form(&pairs)).await, Format::Json);
        let detail = bench.house.case_detail(&Viewer::system("test"), &CaseName(number)).await.unwrap();
        assert!(!detail.case.safety.is_empty(), "a person looks before it is dispatched");
        let texts: Vec<_> = detail.texts.iter().filter_map(|t| t.text.as_deref()).collect();
        assert!(texts.iter().any(|t| t.contains("https://photos.example/1.jpg")), "{texts:?}");
    })
    .await;
}

#[tokio::test]
async fn the_same_request_again_is_the_same_case() {
    each_house(|bench| async move {
        let send = |key, body| bench.file().header("idempotency-key", key).send(body);
        let first = receipt(&send("k1", form(&usual())).await, Format::Json);
        assert_eq!(receipt(&send("k1", form(&usual())).await, Format::Json), first);
        let xml = bench.file().to("/open311/v2/requests.xml").header("idempotency-key", "k1");
        assert_eq!(receipt(&xml.from("198.51.100.9").send(form(&usual())).await, Format::Xml), first);
        let another = receipt(&send("k2", form(&usual())).await, Format::Json);
        assert_ne!(another, first);
        // A stranger who comes upon a key neither learns what it stood for nor is in the way of its owner.
        let other = receipt(&send("k1", but("description", "另一件事")).await, Format::Json);
        assert!(other != first && other != another);
        assert_eq!(receipt(&send("k1", form(&usual())).await, Format::Json), first);
        let (code, words) = send("很", form(&usual())).await.error();
        assert!(code == 400 && words.starts_with("Idempotency-Key: "), "{words}");
    })
    .await;
}
