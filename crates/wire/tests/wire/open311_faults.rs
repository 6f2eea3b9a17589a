//! Answers that are not as the specification has them: what is wrong, and where.

use proptest::prelude::*;
use yipan_wire::open311::{
    Definition, Discovery, Error, Format, Query, Receipt, Service, ServiceRequest, Submission, Target,
    TokenAnswer, read,
};

#[track_caller]
fn says(format: Format, text: &str, said: &str) {
    let fault = read::<Vec<ServiceRequest>>(text.as_bytes(), format).unwrap_err();
    assert_eq!(fault.to_string(), said);
}

#[test]
fn faults_point_at_the_value() {
    let rule = "[GeoReport v2, API methods]";
    let json = |body: &str| format!("[{{\"service_request_id\":1,\"status\":\"open\"}},{{{body}}}]");
    says(Format::Json, &json(""), &format!("[1]: `service_request_id` is missing {rule}"));
    says(
        Format::Json,
        &json("\"service_request_id\":2,\"status\":\"fixed\""),
        &format!("[1]/status: `fixed` is not open, closed {rule}"),
    );
    says(
        Format::Json,
        &json("\"service_request_id\":2,\"status\":\"open\",\"lat\":\"north\""),
        &format!("[1]/lat: `north` is not a number {rule}"),
    );
    says(
        Format::Json,
        &json("\"service_request_id\":[2]"),
        &format!("[1]/service_request_id: `an array or object` is not text {rule}"),
    );
    says(Format::Json, "{}", &format!("/: `what stands here` is not an array {rule}"));
    says(
        Format::Json,
        "[\n{\"a\":001}]",
        "line 2, byte 8: not well formed: invalid number at line 2 column 7 [RFC 8259]",
    );

    let xml = |body: &str| format!("<service_requests>\n<request>{body}</request></service_requests>");
    says(
        Format::Xml,
        &xml(""),
        &format!("/service_requests/request (line 2, byte 19): `service_request_id` is missing {rule}"),
    );
    says(
        Format::Xml,
        &xml(
            "<service_request_id>1</service_request_id><status>open</status><updated_datetime>today</updated_datetime>",
        ),
        &format!(
            "/service_requests/request/updated_datetime (line 2, byte 91): `today` is not a time with its zone such \
             as 2010-01-01T00:00:00Z {rule}"
        ),
    );
    says(
        Format::Xml,
        "<errors/>",
        "/errors (line 1, byte 0): the message is `errors`, not service_requests [GeoReport v2, XML Support]",
    );
    says(
        Format::Xml,
        "<!DOCTYPE a><service_requests/>",
        "line 1, byte 0: a document type declaration is refused, and entities with it; leave out `<!DOCTYPE …>` \
         [limit of this reader]",
    );
    let both = "[{\"service_request_id\":1,\"token\":2}]";
    let fault = read::<Vec<Receipt>>(both.as_bytes(), Format::Json).unwrap_err();
    assert!(fault.to_string().contains("`token` stands where `service_request_id` alone"), "{fault}");
}

#[test]
fn what_the_specification_does_not_know_is_passed_over() {
    let xml = "<service_requests xmlns=\"http://wiki.open311.org/GeoReport_v2\" xmlns:x=\"urn:x\" x:page=\"1\">
        <x:status>odd</x:status>
        <request><x:status>odd</x:status><service_request_id>1</service_request_id><status>open</status><new/></request>
        </service_requests>";
    let read = read::<Vec<ServiceRequest>>(xml.as_bytes(), Format::Xml).unwrap();
    assert_eq!((read.len(), read[0].id.as_str()), (1, "1"));
}

proptest! {
    #[test]
    fn bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..300), text in "[<>/a-z_\\[\\]{}\":,0-9]{0,60}") {
        for bytes in [bytes.as_slice(), text.as_bytes()] {
            for format in [Format::Xml, Format::Json] {
                let _ = read::<Vec<Service>>(bytes, format);
                let _ = read::<Vec<ServiceRequest>>(bytes, format);
                let _ = read::<Vec<Receipt>>(bytes, format);
                let _ = read::<Vec<TokenAnswer>>(bytes, format);
                let _ = read::<Vec<Error>>(bytes, format);
                let _ = read::<Definition>(bytes, format);
                let _ = read::<Discovery>(bytes, format);
            }
            let _ = (Submission::read(bytes), Query::read(bytes));
        }
        let _ = Target::read(&text);
    }
}
