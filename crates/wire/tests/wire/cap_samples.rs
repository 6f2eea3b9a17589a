//! Others' messages: which are as the standard has them, which are not, and why.

use yipan_wire::cap::{self, Category, MessageType, ResponseType, Version};
use yipan_wire::fault::Wrong;

use super::support::{sample, samples, schema, xmllint};

const GOOD: &[(&str, Version, usize, usize)] = &[
    // version, info blocks, signatures
    ("australia.cap", Version::V1_2, 2, 0),
    ("canada.cap", Version::V1_2, 2, 0),
    ("canada_signed.cap", Version::V1_2, 2, 2),
    ("earthquake-iso8859-1.cap", Version::V1_2, 1, 1),
    ("earthquake.cap", Version::V1_1, 1, 0),
    ("earthquake_signed.cap", Version::V1_1, 1, 1),
    ("no_optional_fields.cap", Version::V1_1, 0, 0),
    ("wcatwc-warning.cap", Version::V1_2, 1, 0),
    ("weather.cap", Version::V1_1, 1, 0),
];

/// What is said of the rest.
const BAD: &[(&str, &str)] = &[
    (
        "canada_errors.cap",
        "/alert/references (line 12, byte 409): `` is not `sender,identifier,sent`, once or more, with spaces \
         between [CAP 1.2, 3.2.1]",
    ),
    (
        "noaa_errors.cap",
        "/alert/references (line 13, byte 663): `` is not `sender,identifier,sent`, once or more, with spaces \
         between [CAP 1.2, 3.2.1]",
    ),
    (
        "invalid.cap",
        "/alert/info (line 9, byte 291): `info` stands where `source` or `scope` is expected [CAP 1.2, 3.2.1]",
    ),
    (
        "xee.cap",
        "line 3, byte 127: a document type declaration is refused, and entities with it; leave out \
         `<!DOCTYPE …>` [limit of this reader]",
    ),
];

#[test]
fn every_sample_is_judged_as_expected() {
    let mut judged = 0;
    for entry in std::fs::read_dir(samples()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if !name.ends_with(".cap") {
            continue;
        }
        judged += 1;
        let read = cap::read(&sample(&name));
        if let Some((_, version, infos, signatures)) = GOOD.iter().find(|(good, ..)| *good == name) {
            let message = read.unwrap_or_else(|fault| panic!("{name}: {fault}"));
            let seen = (message.version, message.alert.infos.len(), message.signatures);
            assert_eq!(seen, (*version, *infos, *signatures), "{name}");
        } else {
            let (_, said) = BAD.iter().find(|(bad, _)| *bad == name).unwrap();
            assert_eq!(read.unwrap_err().to_string(), *said, "{name}");
        }
    }
    assert_eq!(judged, GOOD.len() + BAD.len());
}

#[test]
fn what_a_sample_says_is_read() {
    let message = cap::read(&sample("canada.cap")).unwrap().alert;
    assert_eq!(message.identifier, "2.49.0.1.124.6bddbc91.2012");
    assert_eq!(message.sent.to_string(), "2012-05-02T23:21:04+00:00");
    assert_eq!(message.msg_type, MessageType::Update);
    assert_eq!((&message.restriction, &message.note, message.addresses.len()), (&None, &None, 0));
    assert_eq!(message.codes, ["profile:CAP-CP:0.4", "layer:EC-MSC-SMC:1.0", "layer:SOREM:1.0"]);
    assert_eq!(message.references.len(), 2);
    assert_eq!(message.references[1].identifier, "2.49.0.1.124.60f31a3a.2012");
    assert_eq!(message.infos_in("fr-CA").map(|info| info.language()).collect::<Vec<_>>(), ["fr-CA"]);
    assert_eq!(message.infos_in("fr").next().unwrap().language(), "fr-CA");
    assert_eq!(message.infos_in("zh-CN").next().unwrap().language(), "en-CA");
    let info = &message.infos[0];
    assert_eq!(
        (info.categories.as_slice(), info.response_types.as_slice()),
        (&[Category::Met][..], &[ResponseType::AllClear][..])
    );
    let ring = info.areas[0].polygons[0].points();
    assert_eq!((ring.len(), ring[0].lat(), ring[0].lon()), (17, 42.3481, -82.9314));

    let quake = cap::read(&sample("earthquake-iso8859-1.cap")).unwrap().alert;
    assert_eq!(quake.addresses, ["0"]);
    assert!(quake.infos[0].headline.as_deref().unwrap().starts_with("EQ 4.6 Usulután, Usulután"));

    let fire = cap::read(&sample("australia.cap")).unwrap().alert;
    let circle = fire.infos[0].areas[0].circles[0];
    assert_eq!(
        (circle.centre().lat(), circle.centre().lon(), circle.radius_km()),
        (-35.3888, 147.0598, 25.0)
    );
    assert!(fire.infos[0].description.as_deref().unwrap().contains("<br />LOCATION"));

    let tsunami = cap::read(&sample("wcatwc-warning.cap")).unwrap().alert;
    assert_eq!(tsunami.incidents, ["lqw6d6"]);
    assert_eq!(tsunami.references[0].sender, "PAAQ");
}

/// Writing gives 1.2, and what is read of it is the same alert.
#[test]
fn samples_go_out_as_they_came() {
    for (name, ..) in GOOD {
        let alert = cap::read(&sample(name)).unwrap().alert;
        let again = cap::read(&cap::write(&alert).unwrap()).unwrap();
        assert_eq!((again.version, again.signatures, again.alert), (Version::V1_2, 0, alert), "{name}");
    }
}

/// The schemas with the standard's rules for single values agree with this reader on every sample, and the plain
/// schema on every one but that with the empty list of references.
#[test]
fn xmllint_agrees_on_every_sample() {
    let mut names: Vec<_> =
        GOOD.iter().map(|(name, ..)| *name).chain(BAD.iter().map(|(name, _)| *name)).collect();
    names.sort_unstable();
    let files: Vec<_> = names.iter().map(|name| samples().join(name)).collect();
    for (version, file, lenient) in [
        (Version::V1_1, "cap11_extended.xsd", None),
        (Version::V1_2, "cap12_extended.xsd", None),
        (Version::V1_2, "cap12.xsd", Some("canada_errors.cap")),
    ] {
        let Some(schema) = schema(file) else { return };
        for (name, valid) in names.iter().zip(xmllint(&schema, &files)) {
            let ours = cap::read(&sample(name)).is_ok_and(|message| message.version == version);
            assert_eq!(ours || lenient == Some(*name), valid, "{name} by {file}");
        }
    }
}

#[test]
fn nothing_is_fetched_or_expanded() {
    let fault = cap::read(&sample("xee.cap")).unwrap_err();
    assert_eq!(fault.wrong, Wrong::Doctype);
    let text = String::from_utf8(sample("xee.cap")).unwrap();
    let (head, tail) = (text.find("<!DOCTYPE").unwrap(), text.find("<alert").unwrap());
    let fault = cap::read(format!("{}{}", &text[..head], &text[tail..]).as_bytes()).unwrap_err();
    assert_eq!(fault.wrong, Wrong::Entity { name: "xxe".to_owned() });
    assert_eq!(fault.path, "/alert/info/senderName");
}
