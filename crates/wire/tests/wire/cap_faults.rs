//! Faults say what is wrong, where, and by which clause; limits hold.

use yipan_base::refusal::Refusal;
use yipan_wire::cap::{self, Alert, Area, MessageType, Scope};
use yipan_wire::{Fault, Limits, fault::Wrong};

use super::support::sample;

const HEAD: &str = "<alert xmlns=\"urn:oasis:names:tc:emergency:cap:1.2\">\n<identifier>a-1</identifier>\n\
    <sender>s.example</sender>\n<sent>2021-05-01T08:30:00+08:00</sent>\n<status>Actual</status>\n\
    <msgType>Alert</msgType>\n<scope>Public</scope>\n";
const INFO: &str = "<category>Met</category><event>e</event><urgency>Past</urgency><severity>Minor</severity>\
    <certainty>Likely</certainty>";

fn alert(rest: &str) -> String {
    format!("{HEAD}{rest}</alert>")
}

fn info(rest: &str) -> String {
    alert(&format!("<info>{INFO}{rest}</info>"))
}

fn area(rest: &str) -> String {
    info(&format!("<area><areaDesc>a</areaDesc>{rest}</area>"))
}

#[track_caller]
fn refused(text: &str) -> Fault {
    cap::read(text.as_bytes()).unwrap_err()
}

#[track_caller]
fn says(text: &str, path: &str, line: usize, said: &str) {
    let fault = refused(text);
    assert_eq!((fault.path.as_str(), fault.at.map(|at| at.line)), (path, Some(line)), "{fault}");
    assert!(fault.to_string().contains(said), "{fault}");
}

#[test]
fn the_frame_alone_is_an_alert() {
    assert!(cap::read(alert("").as_bytes()).unwrap().alert.infos.is_empty());
    assert_eq!(cap::read(info("").as_bytes()).unwrap().alert.infos[0].language(), "en-US");
    assert_eq!(cap::read(info("<web/><contact/>").as_bytes()).unwrap().alert.infos[0].web, None);
}

#[test]
fn what_the_schema_does_not_know_is_refused() {
    says(&alert("<extra/>"), "/alert/extra", 8, "`extra` stands where `restriction` or `addresses`");
    says(&alert("<info/>"), "/alert/info", 8, "`category` is missing");
    says(&alert("<x:info xmlns:x=\"urn:x\"/>"), "/alert/info", 8, "info (of urn:x)");
    says(&alert("<info xmlns=\"\"/>"), "/alert/info", 8, "info (of no namespace)");
    says(&alert("words"), "/alert", 1, "text stands where only elements");
    says(&alert("<note>a<b/>c</note>"), "/alert/note/b", 8, "`b` stands where text is expected");
    says(&alert("<note lang=\"en\">a</note>"), "/alert/note", 8, "the attribute `lang`");
    says(&alert("<note>a</note><source>b</source>"), "/alert/source", 8, "`source` stands where");
    says(&info("<severity>Minor</severity>"), "/alert/info/severity[2]", 8, "`severity` stands where");
    says(&HEAD.replace("cap:1.2", "cap:1.3").replace("scope>\n", "scope></alert>"), "/alert", 1, "cap:1.3");
    says("<feed/>", "/feed", 1, "`feed of namespace \"\"`");
    let two = alert(&format!("<info>{INFO}</info>\n<info>{INFO}<web>%zz</web></info>"));
    says(&two, "/alert/info[2]/web", 9, "`%zz` is not a URI");
}

#[test]
fn values_have_their_form() {
    for (from, to, path, line, said) in [
        ("a-1", "a 1", "/alert/identifier", 2, "`a 1` is not a name without spaces"),
        ("a-1", "a&amp;1", "/alert/identifier", 2, "`a&1` is not a name"),
        ("a-1", "", "/alert/identifier", 2, "`` is not a name"),
        ("s.example", "s,example", "/alert/sender", 3, "`s,example` is not"),
        ("08:30:00+08:00", "08:30:00Z", "/alert/sent", 4, "never Z) [CAP 1.2, 3.3.2]"),
        (">Actual<", ">actual<", "/alert/status", 5, "one of Actual, Exercise, System, Test, Draft"),
        (">Actual<", "> Actual<", "/alert/status", 5, "one of Actual"),
        (">Public<", ">public<", "/alert/scope", 7, "[CAP 1.2, 3.2.1]"),
    ] {
        says(&alert("").replace(from, to), path, line, said);
    }
    says(
        &alert("<references>a,b</references>"),
        "/alert/references",
        8,
        "`a,b` is not `sender,identifier,sent`",
    );
    says(&alert("<references>a,b,2021-05-01</references>"), "/alert/references", 8, "a,b,2021");
    says(&info("<area/>"), "/alert/info/area", 8, "`areaDesc` is missing");
    says(&info("<language>zh</language>"), "/alert/info/language", 8, "stands where");
    let language = format!("<info><language>中文</language>{INFO}</info>");
    says(&alert(&language), "/alert/info/language", 8, "`中文` is not a language such as zh-CN");
    says(&info("<resource><resourceDesc/></resource>"), "/alert/info/resource", 8, "`mimeType` is missing");
    let size = "<resource><resourceDesc/><mimeType/><size>-1</size></resource>";
    says(&info(size), "/alert/info/resource/size", 8, "`-1` is not a number of bytes");
}

#[test]
fn places_are_on_the_ground() {
    for (shape, good) in [
        ("<polygon>32,120 32,121 33,121 32,120</polygon>", true),
        ("<polygon>+32.5,-120 32,121 33,121\n +32.5,-120.0 </polygon>", true),
        ("<polygon>32,120 32,121 32,120</polygon>", false),
        ("<polygon>32,120 32,121 33,121 32,119</polygon>", false),
        ("<polygon>120,32 121,32 121,33 120,32</polygon>", false),
        ("<polygon>32 120 32 121</polygon>", false),
        ("<polygon>32,120 32,1e2 33,121 32,120</polygon>", false),
        ("<polygon>32,120 32,NaN 33,121 32,120</polygon>", false),
        ("<polygon/>", false),
        ("<circle>32,120 0.0</circle>", true),
        ("<circle>32,120 -1</circle>", false),
        ("<circle>32,120 inf</circle>", false),
        ("<circle>32,120</circle>", false),
        ("<circle>32,120 1 2</circle>", false),
        ("<altitude>-12.5</altitude>", true),
        ("<altitude>high</altitude>", false),
        ("<altitude>1e3</altitude>", false),
        ("<altitude></altitude>", false),
    ] {
        assert_eq!(cap::read(area(shape).as_bytes()).is_ok(), good, "{shape}");
    }
    says(
        &area("<circle>a</circle>"),
        "/alert/info/area/circle",
        8,
        "WGS-84 degrees and kilometres [CAP 1.2, 3.2.4]",
    );
}

#[test]
fn namespaces_are_resolved_and_not_their_prefixes() {
    let swapped = info("").replace("xmlns=", "xmlns:cap=").replace("</", "</cap:");
    let prefixed: String = swapped.split('<').enumerate().fold(String::new(), |mut all, (place, part)| {
        all.push_str(match (place, part.starts_with('/')) {
            (0, _) => "",
            (_, true) => "<",
            (_, false) => "<cap:",
        });
        all + part
    });
    assert_eq!(cap::read(prefixed.as_bytes()).unwrap(), cap::read(info("").as_bytes()).unwrap());
    says(&prefixed.replace("xmlns:cap", "xmlns:other"), "", 1, "the prefix `cap` is not declared");
    let scheme = "xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\" i:schemaLocation=\"a b\" xmlns=";
    assert!(cap::read(alert("").replacen("xmlns=", scheme, 1).as_bytes()).is_ok());
}

#[test]
fn signatures_are_passed_over_only_at_the_end() {
    let signature = "<s:Signature xmlns:s=\"http://www.w3.org/2000/09/xmldsig#\"><s:Any x=\"1\">text</s:Any></s:Signature>";
    let message = cap::read(alert(&format!("<info>{INFO}</info>{signature}{signature}")).as_bytes()).unwrap();
    assert_eq!((message.signatures, message.alert.infos.len()), (2, 1));
    says(
        &alert(&format!("{signature}<info>{INFO}</info>")),
        "/alert/info",
        8,
        "`info` stands where the end is expected",
    );
    says(&info(signature), "/alert/info/Signature", 8, "xmldsig#");
    says(&alert("<o xmlns=\"urn:other\"/>"), "/alert/o", 8, "urn:other");
}

#[test]
fn words_of_a_newer_version_are_refused_in_an_older() {
    let newer = info("").replace("<urgency>", "<responseType>Avoid</responseType><urgency>");
    assert!(cap::read(newer.as_bytes()).is_ok());
    let older = newer.replace("cap:1.2", "cap:1.1");
    says(&older, "/alert/info/responseType", 8, "`Avoid` is not a word of CAP 1.1");
    let untyped = info("<resource><resourceDesc>d</resourceDesc></resource>");
    assert!(cap::read(untyped.replace("cap:1.2", "cap:1.1").as_bytes()).is_ok());
}

#[test]
fn bombs_are_refused_with_what_and_where() {
    let laughs = "<?xml version=\"1.0\"?>\n<!DOCTYPE a [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;\">]>\n<alert>&b;</alert>";
    says(laughs, "", 2, "a document type declaration is refused");
    says(&alert("<note>&b;</note>"), "/alert/note", 8, "`&b;` is no entity of XML");
    says(&alert("<note>&#0;</note>"), "/alert/note", 8, "");
    says(&alert("<note>&#x1;</note>"), "/alert/note", 8, "the character U+0001 may not stand in XML");
    says(&alert("<note>\u{b}</note>"), "", 8, "U+000B");
    let deep = format!("{HEAD}{}", "<note>".repeat(40));
    says(&deep, &format!("/alert{}", "/note".repeat(31)), 8, "more than 32 deep");
    let wide = alert(&"<code/>".repeat(60_000));
    assert_eq!(refused(&wide).wrong, Wrong::TooMany { limit: 50_000 });
    let long = alert(&format!("<note>{}</note>", "x".repeat(5 << 20)));
    assert_eq!(refused(&long).wrong, Wrong::TooLarge { limit: 4 << 20 });
    let many: String = (0..500).map(|n| format!(" a{n}=\"\"")).collect();
    says(&alert(&format!("<note{many}/>")), "/alert", 8, "more than 64 attributes");
    let narrow = Limits { bytes: 400, depth: 2, elements: 7 };
    assert!(cap::read_within(alert("").as_bytes(), &narrow).is_ok());
    assert!(cap::read_within(alert("<note/>").as_bytes(), &narrow).is_err());
}

#[test]
fn what_is_not_well_formed_is_no_message() {
    for text in [
        "",
        " ",
        "words",
        "<alert",
        "<alert>",
        "</alert>",
        "<a></b>",
        "<?xml version=\"1.0\"?>",
        "<a/><a/>",
        "<a/>words",
        "<a x=\"1\" x=\"2\"/>",
        "<a x=\"<\"/>",
        "<a>]]></a>",
        "<a>&</a>",
        "<a><!-- -- --></a>",
        "<a/><![CDATA[x]]>",
        " <?xml version=\"1.0\"?><a/>",
        "<b:a/>",
    ] {
        let fault = refused(text);
        assert!(matches!(fault.wrong, Wrong::IllFormed { .. }), "{text}: {fault}");
    }
}

#[test]
fn encodings_are_told_and_kept() {
    let body = alert("<note>台风预警</note>");
    let read = |bytes: &[u8]| cap::read(bytes).map(|message| message.alert.note.unwrap());
    let declared = |label: &str| format!("<?xml version=\"1.0\" encoding=\"{label}\"?>");
    let (gbk, _, _) = encoding_rs::GB18030.encode(&body);
    for label in ["GB18030", "gb2312", "GBK"] {
        let bytes = [declared(label).as_bytes(), &gbk].concat();
        assert_eq!(read(&bytes).unwrap(), "台风预警", "{label}");
    }
    let marked = [&[0xEF, 0xBB, 0xBF], declared("UTF-8").as_bytes(), body.as_bytes()].concat();
    assert_eq!(read(&marked).unwrap(), "台风预警");
    let mut wide = vec![0xFF, 0xFE];
    wide.extend(format!("{}{body}", declared("UTF-16")).encode_utf16().flat_map(u16::to_le_bytes));
    assert_eq!(read(&wide).unwrap(), "台风预警");

    let fault = read(&gbk).unwrap_err();
    assert_eq!((&fault.wrong, fault.at.unwrap().line), (&Wrong::Bytes { label: "UTF-8".to_owned() }, 8));
    let fault = read([declared("EBCDIC").as_bytes(), body.as_bytes()].concat().as_slice()).unwrap_err();
    assert_eq!(fault.wrong, Wrong::Encoding { label: "EBCDIC".to_owned() });
}

fn sound() -> Alert {
    cap::read(sample("australia.cap").as_slice()).unwrap().alert
}

#[track_caller]
fn unwritten(change: impl FnOnce(&mut Alert), said: &str) {
    let mut alert = sound();
    change(&mut alert);
    assert_eq!(cap::write(&alert).unwrap_err().to_string(), said);
}

#[test]
fn what_breaks_the_standard_is_not_written() {
    unwritten(
        |alert| alert.identifier = "a b".to_owned(),
        "/alert/identifier: `a b` is not a name without spaces, commas, `<` and `&` [CAP 1.2, 3.2.1]",
    );
    unwritten(
        |alert| alert.scope = Scope::Private,
        "/alert: `addresses` is missing: a private message says whom it is for [CAP 1.2, 3.2.1]",
    );
    unwritten(
        |alert| alert.scope = Scope::Restricted,
        "/alert: `restriction` is missing: a restricted message says whom it is for [CAP 1.2, 3.2.1]",
    );
    unwritten(
        |alert| alert.msg_type = MessageType::Cancel,
        "/alert: `references` is missing: only a first alert refers to none [CAP 1.2, 3.2.1]",
    );
    unwritten(
        |alert| alert.infos[1].categories.clear(),
        "/alert/info[2]: `category` is missing [CAP 1.2, 3.2.2]",
    );
    unwritten(
        |alert| alert.infos[0].headline = Some("a\u{0}".to_owned()),
        "/alert/info[1]/headline: the character U+0000 may not stand in XML; leave it out [XML 1.0, 2.2]",
    );
    let high = Area {
        description: String::new(),
        polygons: Vec::new(),
        circles: Vec::new(),
        geocodes: Vec::new(),
        altitude: None,
        ceiling: Some(1.0),
    };
    unwritten(
        |alert| alert.infos[0].areas = vec![high],
        "/alert/info[1]/area: `altitude` is missing: a ceiling is told only with it [CAP 1.2, 3.2.4]",
    );
}

#[test]
fn a_refusal_tells_both_languages() {
    let refusal = Refusal::from(refused(&alert("<note>&b;</note>")));
    assert_eq!(refusal.code, "wire.entity");
    assert!(refusal.zh.starts_with("第 8 行 /alert/note："), "{}", refusal.zh);
    assert!(refusal.en.starts_with("/alert/note (line 8, byte "), "{}", refusal.en);
}
