//! Texts of citizens and clerks: normalised, masked, searched for places and for danger.

use yipan_base::id::AreaId;
use yipan_base::identity::{CreditCode, Phone, ResidentId, mask_name};
use yipan_base::time::Timestamp;
use yipan_fuzz::Target;
use yipan_simulation::city;
use yipan_text::places::{Gazetteer, PlaceWords, Placement, SHIPPED};
use yipan_text::safety::SafetyWords;
use yipan_text::{fingerprint, mask, normalise, safety};

use crate::says;

#[test]
fn a_text_is_made_safe_and_comparable() {
    let directory = city::directory();
    let words = PlaceWords::parse(SHIPPED).unwrap();
    let on = Timestamp::ZERO.date();
    let gazetteer = Gazetteer::new(&directory, on, &[], words).unwrap();
    let dangers = SafetyWords::parse(safety::SHIPPED).unwrap();
    let words = [
        "一三八〇〇〇〇一一一一",
        "13800001111",
        "32068219900101001X",
        "@qq.com",
        "燃气泄漏",
        "n1",
        "６２２２",
    ];
    Target { name: "text", inputs: 6_000, words: &words }.fuzz(Vec::new(), |input| {
        let text = String::from_utf8_lossy(input);
        let normal = normalise(&text);
        assert_eq!(normalise(&normal), normal, "normalising twice changes nothing more");
        assert_eq!(fingerprint(&normal), fingerprint(&text), "equal texts have one fingerprint");

        let mut end = 0;
        for finding in mask::find(&text) {
            assert!(end <= finding.range.start && text.get(finding.range.clone()).is_some(), "{finding:?}");
            end = finding.range.end;
        }
        assert_eq!(mask::mask(&text) == text, end == 0, "what is found is masked, and nothing else");

        for hit in dangers.scan(&text) {
            assert!(!hit.word.is_empty());
        }
        assert_eq!(dangers.worst(&text).is_some(), !dangers.scan(&text).is_empty());
        if let Placement::Found { area, .. } = gazetteer.recognise(&text) {
            assert!(directory.area(&AreaId::new(area.as_str())).is_some());
        }
    });
}

#[test]
fn lists_of_words() {
    let shipped =
        [SHIPPED, safety::SHIPPED].map(|list| list.chars().take(2_000).collect::<String>().into_bytes());
    Target { name: "lists", inputs: 3_000, words: &["[critical]", "# ", " = ", "[suffix]"] }.fuzz(
        shipped.to_vec(),
        |input| {
            let text = String::from_utf8_lossy(input);
            if let Err(fault) = PlaceWords::parse(&text) {
                says(&fault);
            }
            if let Err(fault) = SafetyWords::parse(&text) {
                says(&fault);
            }
        },
    );
}

#[test]
fn numbers_of_persons() {
    Target { name: "identity", inputs: 8_000, words: &["138", "0513-", "+86", "X", "（", "转"] }.fuzz(
        Vec::new(),
        |input| {
            let text = String::from_utf8_lossy(input);
            match Phone::parse(&text) {
                Ok(phone) => assert_eq!(Phone::parse(phone.as_str()).as_ref(), Ok(&phone)),
                Err(fault) => says(&fault),
            }
            match ResidentId::parse(&text) {
                Ok(id) => assert_eq!(ResidentId::parse(id.as_str()).as_ref(), Ok(&id)),
                Err(fault) => says(&fault),
            }
            match CreditCode::parse(&text) {
                Ok(code) => assert_eq!(CreditCode::parse(code.as_str()).as_ref(), Ok(&code)),
                Err(fault) => says(&fault),
            }
            let masked = mask_name(&text);
            assert!(text.trim().is_empty() || !masked.is_empty());
        },
    );
}
