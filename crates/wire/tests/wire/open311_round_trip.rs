//! What a server writes a client reads, and the other way round.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use yipan_base::geo::Point;
use yipan_wire::open311::{
    Answer, Attribute, AttributeValue, Choice, Datatype, Definition, Discovery, Endpoint, EndpointType,
    Error, Format, Outcome, Query, Receipt, RequestStatus, Service, ServiceRequest, ServiceType, Submission,
    TokenAnswer, read, write,
};

use super::support::moment;

/// Text without white space around it.
fn words() -> impl Strategy<Value = String> {
    prop_oneof!["[!-~]([ -~\r\n]{0,10}[!-~])?", "[诉求路灯<&>\"]{1,10}", code()]
}

/// Codes of all shapes that JSON might take for numbers.
fn code() -> impl Strategy<Value = String> {
    prop_oneof![
        "[A-Z0-9]{1,8}",
        "[0-9]{1,20}",
        "-[0-9]{1,3}",
        "[0-9]e[0-9]",
        "[0-9]\\.0",
        Just("true".to_owned())
    ]
}

fn member<T: Copy + std::fmt::Debug + 'static>(all: &'static [T]) -> impl Strategy<Value = T> {
    prop::sample::select(all)
}

/// Places to nine decimals, a tenth of a millimetre: JSON readers keep no more for certain.
fn point() -> impl Strategy<Value = Point> {
    let degrees = |billionths: i64| billionths as f64 / 1e9;
    (-180_000_000_000..=180_000_000_000_i64, -90_000_000_000..=90_000_000_000_i64)
        .prop_map(move |(lon, lat)| Point::new(degrees(lon), degrees(lat)).unwrap())
}

fn service() -> impl Strategy<Value = Service> {
    let (says, keywords) = (vec(option::of(words()), 2), vec("[a-z路灯]{1,5}", 0..3));
    (code(), words(), any::<bool>(), member(ServiceType::ALL), says, keywords).prop_map(
        |(code, name, metadata, kind, says, keywords)| {
            let [description, group] = says.try_into().unwrap();
            Service { code, name, description, metadata, kind, keywords, group }
        },
    )
}

fn attribute() -> impl Strategy<Value = Attribute> {
    let choice = (code(), words()).prop_map(|(key, name)| Choice { key, name });
    let truths = any::<(bool, bool)>();
    let says = (option::of(words()), option::of(words()));
    (truths, code(), member(Datatype::ALL), 1..u32::MAX, says, vec(choice, 0..3)).prop_map(
        |((variable, required), code, datatype, order, (datatype_description, description), choices)| {
            Attribute {
                variable,
                code,
                datatype,
                required,
                datatype_description,
                order,
                description,
                choices: if datatype.is_list() { choices } else { Vec::new() },
            }
        },
    )
}

fn definition() -> impl Strategy<Value = Definition> {
    (code(), vec(attribute(), 0..3))
        .prop_map(|(service_code, attributes)| Definition { service_code, attributes })
}

fn discovery() -> impl Strategy<Value = Discovery> {
    let endpoint =
        (vec(words(), 3), member(EndpointType::ALL), vec(words(), 0..3)).prop_map(|(says, kind, formats)| {
            let [specification, url, changeset] = says.try_into().unwrap();
            Endpoint { specification, url, changeset, kind, formats }
        });
    (vec(words(), 3), vec(endpoint, 0..3)).prop_map(|(says, endpoints)| {
        let [changeset, contact, key_service] = says.try_into().unwrap();
        Discovery { changeset, contact, key_service, endpoints }
    })
}

fn receipt() -> impl Strategy<Value = Receipt> {
    let outcome = prop_oneof![
        code().prop_map(Outcome::Request),
        code().prop_map(Outcome::Token),
        Just(Outcome::Blackbox)
    ];
    (outcome, option::of(words()), option::of(code()))
        .prop_map(|(outcome, service_notice, account_id)| Receipt { outcome, service_notice, account_id })
}

fn request() -> impl Strategy<Value = ServiceRequest> {
    let times = (option::of(moment()), option::of(moment()), option::of(moment()));
    let (says, codes) = (vec(option::of(words()), 7), vec(option::of(code()), 3));
    (code(), member(RequestStatus::ALL), says, codes, times, option::of(point())).prop_map(
        |(id, status, says, codes, (requested, updated, expected), place)| {
            let [
                status_notes,
                service_name,
                description,
                agency_responsible,
                service_notice,
                address,
                media_url,
            ] = says.try_into().unwrap();
            let [service_code, address_id, zipcode] = codes.try_into().unwrap();
            ServiceRequest {
                id,
                status,
                status_notes,
                service_name,
                service_code,
                description,
                agency_responsible,
                service_notice,
                requested,
                updated,
                expected,
                address,
                address_id,
                zipcode,
                place,
                media_url,
            }
        },
    )
}

fn submission() -> impl Strategy<Value = Submission> {
    let attributes = vec(vec(words(), 1..3), 0..3);
    (vec(option::of(words()), 12), words(), option::of(point()), words(), attributes).prop_map(
        |(says, service_code, place, address, attributes)| {
            let [
                api_key,
                jurisdiction_id,
                address_id,
                email,
                device_id,
                account_id,
                first,
                last,
                phone,
                text,
                media,
                _,
            ] = says.try_into().unwrap();
            let attributes = attributes.into_iter().enumerate();
            Submission {
                api_key,
                jurisdiction_id,
                service_code,
                place,
                address_string: Some(address),
                address_id,
                attributes: attributes
                    .map(|(place, values)| AttributeValue { code: format!("编码 {place}"), values })
                    .collect(),
                email,
                device_id,
                account_id,
                first_name: first,
                last_name: last,
                phone,
                description: text,
                media_url: media,
            }
        },
    )
}

fn query() -> impl Strategy<Value = Query> {
    let lists = (vec("[0-9A-Z路&+]{1,6}", 0..3), vec("[0-9A-Z]{1,6}", 0..3));
    let statuses = prop::sample::subsequence(RequestStatus::ALL, 0..=2);
    (option::of(words()), lists, option::of(moment()), option::of(moment()), statuses).prop_map(
        |(jurisdiction_id, (service_request_ids, service_codes), start_date, end_date, statuses)| Query {
            jurisdiction_id,
            service_request_ids,
            service_codes,
            start_date,
            end_date,
            statuses,
        },
    )
}

/// Comes back from both forms; line ends inside words are what they were.
fn comes_back<A: Answer + PartialEq + std::fmt::Debug>(answer: &A) -> Result<(), TestCaseError> {
    for format in [Format::Xml, Format::Json] {
        let bytes = write(answer, format);
        prop_assert_eq!(
            &read::<A>(&bytes, format).unwrap(),
            answer,
            "{:?} {}",
            format,
            String::from_utf8_lossy(&bytes)
        );
    }
    Ok(())
}

proptest! {
    #[test]
    fn answers_come_back(
        services in vec(service(), 0..3),
        definition in definition(),
        discovery in discovery(),
        receipts in vec(receipt(), 0..3),
        requests in vec(request(), 0..3),
        tokens in vec((option::of(code()), code()), 0..3),
        errors in vec((code(), words()), 0..3),
    ) {
        comes_back(&services)?;
        comes_back(&definition)?;
        comes_back(&discovery)?;
        comes_back(&receipts)?;
        comes_back(&requests)?;
        let token = |(service_request_id, token)| TokenAnswer { service_request_id, token };
        comes_back(&tokens.into_iter().map(token).collect::<Vec<_>>())?;
        let error = |(code, description)| Error { code, description };
        comes_back(&errors.into_iter().map(error).collect::<Vec<_>>())?;
    }

    #[test]
    fn questions_come_back(submission in submission(), query in query()) {
        prop_assert_eq!(Submission::read(&submission.write()), Ok(submission));
        prop_assert_eq!(Query::read(query.write().as_bytes()), Ok(query));
    }
}
