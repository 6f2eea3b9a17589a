//! What clients ask, as a server reads it.

use yipan_base::geo::Point;
use yipan_base::time::{DAY, Timestamp};
use yipan_wire::Moment;
use yipan_wire::open311::{
    AttributeValue, Complaint, Error, Format, Query, RequestStatus, Submission, Target, Window, http_status,
};

/// The body that the specification shows.
const SHOWN: &str = "api_key=xyz&jurisdiction_id=city.gov&service_code=001&lat=37.76524078&long=-122.4212043\
    &address_string=1234+5th+street&email=smit333%40sfgov.edu&device_id=tt222111&account_id=123456&first_name=john\
    &last_name=smith&phone=111111111&description=A+large+sinkhole+is+destroying+the+street\
    &media_url=http%3A%2F%2Ffarm3.static.flickr.com%2F2002%2F2212426634_5ed477a060.jpg\
    &attribute[WHISPAWN]=123456&attribute[WHISDORN]=COISL001";

fn value(code: &str, values: &[&str]) -> AttributeValue {
    AttributeValue { code: code.to_owned(), values: values.iter().map(|value| (*value).to_owned()).collect() }
}

#[test]
fn a_submission_is_read() {
    let read = Submission::read(SHOWN.as_bytes()).unwrap();
    let some = |text: &str| Some(text.to_owned());
    let expected = Submission {
        api_key: some("xyz"),
        jurisdiction_id: some("city.gov"),
        service_code: "001".to_owned(),
        place: Some(Point::new(-122.421_204_3, 37.765_240_78).unwrap()),
        address_string: some("1234 5th street"),
        address_id: None,
        attributes: vec![value("WHISPAWN", &["123456"]), value("WHISDORN", &["COISL001"])],
        email: some("smit333@sfgov.edu"),
        device_id: some("tt222111"),
        account_id: some("123456"),
        first_name: some("john"),
        last_name: some("smith"),
        phone: some("111111111"),
        description: some("A large sinkhole is destroying the street"),
        media_url: some("http://farm3.static.flickr.com/2002/2212426634_5ed477a060.jpg"),
    };
    assert_eq!(read, expected);
}

#[test]
fn several_values_and_chinese_are_read() {
    let body = "service_code=%E8%B7%AF%E7%81%AF&address_string=\u{5D07}\u{5DDD}\u{533A}&attribute[A][]=1\
        &attribute%5BA%5D%5B%5D=2&attribute[B]=3&attribute[A]=4&attribute[C]=&attribute=5&attribute[D=6&other=7&&=8";
    let read = Submission::read(body.as_bytes()).unwrap();
    assert_eq!(read.service_code, "路灯");
    assert_eq!(read.address_string.as_deref(), Some("崇川区"));
    assert_eq!(read.attributes, [value("A", &["1", "2", "4"]), value("B", &["3"])]);
}

#[track_caller]
fn refused(body: &str, said: &[&str]) {
    let complaints = Submission::read(body.as_bytes()).unwrap_err();
    let words: Vec<_> = complaints.iter().map(Complaint::to_string).collect();
    assert_eq!(words, said);
    assert_eq!(http_status(&complaints), 400);
}

#[test]
fn all_that_is_wrong_with_a_submission_is_told_at_once() {
    let no_place = "the place was not provided: send lat and long, or address_string, or address_id";
    refused("", &["service_code was not provided", no_place]);
    refused("service_code=&address_id=", &["service_code was not provided", no_place]);
    refused("service_code=1&lat=32", &["long was not provided"]);
    refused("service_code=1&lat=32&long=x", &["the place (lat, long) is not two numbers of degrees"]);
    refused(
        "service_code=1&lat=32&long=NaN",
        &[
            "the place (lat, long) is not on the ground: longitude NaN and latitude 32 must both be finite numbers",
        ],
    );
    refused(
        "service_code=1&lat=120.8&long=32.0",
        &["the place (lat, long) is not on the ground: longitude 32 and latitude 120.8 \
        seem to have changed places; give the longitude first"],
    );
    refused("service_code=1&service_code=2&address_id=3", &["service_code was provided more than once"]);
    refused("service_code=%FF&address_id=3", &["the call is not UTF-8, percent-encoded"]);
    refused("service_code=%00&address_id=3", &["a value is not free of U+0000"]);
    let body = |length| format!("service_code=1&address_id=3&description={}", "预".repeat(length));
    assert!(Submission::read(body(4_000).as_bytes()).is_ok());
    refused(&body(4_001), &["description has more than 4000 characters"]);
    refused(&"a=1&".repeat(600), &["the call has more than 512 parameters"]);
    refused(&"a".repeat(300 << 10), &["the call has more than 262144 bytes"]);
}

fn at(text: &str) -> Moment {
    Moment::from_w3c(text).unwrap()
}

#[test]
fn a_query_is_read() {
    assert_eq!(Query::read(b"").unwrap(), Query::default());
    let shown =
        "start_date=2010-05-24T00:00:00Z&end_date=2010-06-24T00:00:00Z&status=open&jurisdiction_id=city.gov";
    let query = Query::read(shown.as_bytes()).unwrap();
    assert_eq!(query.start_date, Some(at("2010-05-24T00:00:00Z")));
    assert_eq!(query.end_date, Some(at("2010-06-24T00:00:00Z")));
    assert_eq!(query.statuses, [RequestStatus::Open]);
    assert_eq!(query.jurisdiction_id.as_deref(), Some("city.gov"));
    let query = Query::read(
        b"service_request_id=1,2&service_request_id=3&service_code=a%2Cb,&status=closed,open,open",
    );
    let query = query.unwrap();
    assert_eq!(query.service_request_ids, ["1", "2", "3"]);
    assert_eq!(query.service_codes, ["a", "b"]);
    assert_eq!(query.statuses, [RequestStatus::Closed, RequestStatus::Open]);
    // A plus sign that its writer forgot to escape.
    let query = Query::read(b"start_date=2010-05-24T08:00:00+08:00").unwrap();
    assert_eq!(query.start_date.unwrap().at(), at("2010-05-24T00:00:00Z").at());
    let complaints = Query::read(b"status=fixed&start_date=2010-05-24&end_date=soon").unwrap_err();
    let words: Vec<_> = complaints.iter().map(Complaint::to_string).collect();
    assert_eq!(
        words,
        [
            "status is not open, closed",
            "start_date is not a time with its zone such as 2010-01-01T00:00:00Z",
            "end_date is not a time with its zone such as 2010-01-01T00:00:00Z",
        ]
    );
}

#[test]
fn a_window_is_ninety_days_at_most() {
    let now: Timestamp = "2021-05-01 12:00".parse().unwrap();
    let window = |start: Option<&str>, end: Option<&str>| {
        Query { start_date: start.map(at), end_date: end.map(at), ..Query::default() }.window(now)
    };
    let (early, late) = ("2010-01-01T00:00:00Z", "2010-04-01T00:00:00Z");
    assert_eq!(window(None, None), Ok(Window { from: now.plus(-90 * DAY), to: now }));
    let both = Window { from: at(early).at(), to: at(late).at() };
    assert_eq!(window(Some(early), Some(late)), Ok(both));
    assert_eq!(window(Some(early), None), Ok(both));
    assert_eq!(window(None, Some(late)), Ok(both));
    assert_eq!(window(Some(early), Some("2010-04-01T00:00:01Z")), Err(Complaint::Span));
    assert!(matches!(window(Some(late), Some(early)), Err(Complaint::Value { .. })));
    assert!(window(Some(early), Some(early)).is_ok());
}

#[test]
fn paths_lead_to_what_they_name() {
    for (path, target, format) in [
        ("/discovery.xml", Target::Discovery, Format::Xml),
        ("services.json", Target::Services, Format::Json),
        ("/services/033.xml", Target::Definition("033".to_owned()), Format::Xml),
        ("/services/%E8%B7%AF.1.json", Target::Definition("路.1".to_owned()), Format::Json),
        ("/requests.xml", Target::Requests, Format::Xml),
        ("/requests/123456.xml", Target::Request("123456".to_owned()), Format::Xml),
        ("/tokens/a%2Fb.json", Target::Token("a/b".to_owned()), Format::Json),
    ] {
        assert_eq!(Target::read(path), Ok((target.clone(), format)), "{path}");
        assert_eq!(target.write(format), path.trim_start_matches('/'), "{path}");
    }
    for path in ["/requests", "/requests.html", "", "/requests/1"] {
        assert_eq!(Target::read(path), Err(Complaint::NoFormat), "{path}");
    }
    for path in
        [".xml", "/other.xml", "/tokens.xml", "/services/.xml", "/services/a/b.xml", "/services/%00.xml"]
    {
        assert_eq!(Target::read(path), Err(Complaint::NoPath), "{path}");
    }
    assert_eq!(Target::read("/services/%FF.xml"), Err(Complaint::NotUtf8));
}

#[test]
fn complaints_become_errors() {
    let missing = Complaint::Missing { name: "jurisdiction_id".to_owned() };
    let unknown = Complaint::NotFound { name: "service_code", value: "9".to_owned() };
    assert_eq!(http_status(std::slice::from_ref(&missing)), 400);
    assert_eq!(http_status(&[missing.clone(), unknown.clone()]), 404);
    assert_eq!(http_status(&[missing.clone(), unknown.clone(), Complaint::ApiKey]), 403);
    let error = Error::en(&unknown);
    assert_eq!((error.code.as_str(), error.description.as_str()), ("404", "there is no service_code `9`"));
    assert_eq!(Error::zh(&missing).description, "缺少 jurisdiction_id");
}
