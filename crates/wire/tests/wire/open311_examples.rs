//! The answers that the specification shows, written and read.

use serde_json::json;
use yipan_wire::Moment;
use yipan_wire::open311::{
    Attribute, Choice, Datatype, Definition, Format, Outcome, Receipt, RequestStatus, Service,
    ServiceRequest, ServiceType, TokenAnswer, read, write,
};

use super::support::shown;

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn moment(text: &str) -> Option<Moment> {
    Some(Moment::from_w3c(text).unwrap())
}

#[test]
fn service_list() {
    let service = Service {
        code: "001".to_owned(),
        name: "Cans left out 24x7".to_owned(),
        description: some("Cans that were left out for a day."),
        metadata: true,
        kind: ServiceType::Realtime,
        keywords: vec!["lorem".to_owned(), "ipsum".to_owned(), "dolor".to_owned()],
        group: some("sanitation"),
    };
    let xml = "<services>
        <service>
            <service_code>001</service_code>
            <service_name>Cans left out 24x7</service_name>
            <description>Cans that were left out for a day.</description>
            <metadata>true</metadata>
            <type>realtime</type>
            <keywords>lorem, ipsum, dolor</keywords>
            <group>sanitation</group>
        </service>
    </services>";
    // The specification shows `001` without quotes, which is no JSON.
    let json = json!([{
        "service_code": "001",
        "service_name": "Cans left out 24x7",
        "description": "Cans that were left out for a day.",
        "metadata": true,
        "type": "realtime",
        "keywords": "lorem, ipsum, dolor",
        "group": "sanitation",
    }]);
    shown(&vec![service], xml, &json);
    shown(&Vec::<Service>::new(), "<services></services>", &json!([]));
}

#[test]
fn service_definition() {
    let choice = |key: &str, name: &str| Choice { key: key.to_owned(), name: name.to_owned() };
    let definition = Definition {
        service_code: "DMV66".to_owned(),
        attributes: vec![Attribute {
            variable: true,
            code: "WHISHETN".to_owned(),
            datatype: Datatype::SingleValueList,
            required: true,
            datatype_description: None,
            order: 1,
            description: some("What is the make?"),
            choices: vec![choice("123", "Ford"), choice("124", "Chrysler")],
        }],
    };
    let xml = "<service_definition>
        <service_code>DMV66</service_code>
        <attributes>
            <attribute>
                <variable>true</variable>
                <code>WHISHETN</code>
                <datatype>singlevaluelist</datatype>
                <required>true</required>
                <datatype_description></datatype_description>
                <order>1</order>
                <description>What is the make?</description>
                <values>
                    <value>
                        <key>123</key>
                        <name>Ford</name>
                    </value>
                    <value>
                        <key>124</key>
                        <name>Chrysler</name>
                    </value>
                </values>
            </attribute>
        </attributes>
    </service_definition>";
    let json = json!({
        "service_code": "DMV66",
        "attributes": [{
            "variable": true,
            "code": "WHISHETN",
            "datatype": "singlevaluelist",
            "required": true,
            "datatype_description": null,
            "order": 1,
            "description": "What is the make?",
            "values": [{ "key": 123, "name": "Ford" }, { "key": 124, "name": "Chrysler" }],
        }],
    });
    shown(&definition, xml, &json);
}

#[test]
fn receipts_and_tokens() {
    let receipt = Receipt {
        outcome: Outcome::Request("293944".to_owned()),
        service_notice: some("The city will look at it."),
        account_id: None,
    };
    let xml = "<service_requests>
        <request>
            <service_request_id>293944</service_request_id>
            <service_notice>The city will look at it.</service_notice>
            <account_id></account_id>
        </request>
    </service_requests>";
    let notice = "The city will look at it.";
    let json = json!([{ "service_request_id": 293944, "service_notice": notice, "account_id": null }]);
    shown(&vec![receipt.clone()], xml, &json);
    // As the specification shows it: the notice on lines of its own, the empty element in short.
    let spaced = xml
        .replace(notice, &format!("\n   {notice}\n  "))
        .replace("<account_id></account_id>", "<account_id/>");
    assert_eq!(read::<Vec<Receipt>>(spaced.as_bytes(), Format::Xml).unwrap(), [receipt]);

    let batch = Receipt {
        outcome: Outcome::Token("12345".to_owned()),
        service_notice: None,
        account_id: some("0123"),
    };
    let xml = "<service_requests>
        <request>
            <token>12345</token>
            <service_notice></service_notice>
            <account_id>0123</account_id>
        </request>
    </service_requests>";
    shown(&vec![batch], xml, &json!([{ "token": 12345, "service_notice": null, "account_id": "0123" }]));

    let token = TokenAnswer { service_request_id: some("638344"), token: "12345".to_owned() };
    let xml = "<service_requests>
        <request>
            <service_request_id>638344</service_request_id>
            <token>12345</token>
        </request>
    </service_requests>";
    shown(&vec![token], xml, &json!([{ "service_request_id": 638344, "token": 12345 }]));
}

#[test]
fn service_requests() {
    let closed = ServiceRequest {
        id: "638344".to_owned(),
        status: RequestStatus::Closed,
        status_notes: some("Duplicate request."),
        service_name: some("Sidewalk and Curb Issues"),
        service_code: some("006"),
        description: None,
        agency_responsible: None,
        service_notice: None,
        requested: moment("2010-04-14T06:37:38-08:00"),
        updated: moment("2010-04-14T06:37:38-08:00"),
        expected: moment("2010-04-15T06:37:38-08:00"),
        address: some("8TH AVE and JUDAH ST"),
        address_id: some("545483"),
        zipcode: some("94122"),
        place: Some(yipan_base::geo::Point::new(-122.465_114_5, 37.762_221_815).unwrap()),
        media_url: some("http://city.gov.s3.amazonaws.com/requests/media/638344.jpg"),
    };
    let xml = "<service_requests>
        <request>
            <service_request_id>638344</service_request_id>
            <status>closed</status>
            <status_notes>Duplicate request.</status_notes>
            <service_name>Sidewalk and Curb Issues</service_name>
            <service_code>006</service_code>
            <description></description>
            <agency_responsible></agency_responsible>
            <service_notice></service_notice>
            <requested_datetime>2010-04-14T06:37:38-08:00</requested_datetime>
            <updated_datetime>2010-04-14T06:37:38-08:00</updated_datetime>
            <expected_datetime>2010-04-15T06:37:38-08:00</expected_datetime>
            <address>8TH AVE and JUDAH ST</address>
            <address_id>545483</address_id>
            <zipcode>94122</zipcode>
            <lat>37.762221815</lat>
            <long>-122.4651145</long>
            <media_url>http://city.gov.s3.amazonaws.com/requests/media/638344.jpg</media_url>
        </request>
    </service_requests>";
    let json = json!([{
        "service_request_id": 638344,
        "status": "closed",
        "status_notes": "Duplicate request.",
        "service_name": "Sidewalk and Curb Issues",
        "service_code": "006",
        "description": null,
        "agency_responsible": null,
        "service_notice": null,
        "requested_datetime": "2010-04-14T06:37:38-08:00",
        "updated_datetime": "2010-04-14T06:37:38-08:00",
        "expected_datetime": "2010-04-15T06:37:38-08:00",
        "address": "8TH AVE and JUDAH ST",
        "address_id": 545483,
        "zipcode": 94122,
        "lat": 37.762221815,
        "long": -122.4651145,
        "media_url": "http://city.gov.s3.amazonaws.com/requests/media/638344.jpg",
    }]);
    shown(&vec![closed], xml, &json);
}

/// The fields of a JSON answer stand in the order of the specification's examples.
#[test]
fn fields_keep_their_order() {
    let token = TokenAnswer { service_request_id: None, token: "t".to_owned() };
    assert_eq!(write(&vec![token], Format::Json), br#"[{"service_request_id":null,"token":"t"}]"#);
}
