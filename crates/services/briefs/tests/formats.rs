//! The sample brief in all three formats.

#![allow(clippy::unwrap_used)]

use std::io::{Cursor, Read as _};
use std::process::Command;

use yipan_briefs::{Brief, Fault, Figure, Fonts, Span, docx, html, pdf};

const SAMPLE: &str = include_str!("../examples/storm.json");

fn sample() -> Brief {
    serde_json::from_str(SAMPLE).unwrap()
}

/// The sample with markup wherever a person or another system may put text.
fn hostile() -> Brief {
    const TEXT: &str = "<script>alert('&')</script>\"]]>\u{0}";
    let mut brief = sample();
    for text in [&mut brief.title, &mut brief.masthead, &mut brief.issuer, &mut brief.signer] {
        TEXT.clone_into(text);
    }
    brief.recipients = vec![TEXT.into()];
    brief.summary[0] =
        vec![TEXT.into(), Figure { text: TEXT.into(), reference: 1, link: Some(TEXT.into()) }.into()];
    brief.sections[0].heading = TEXT.into();
    brief.annexes[0].title = TEXT.into();
    brief.annexes[0].columns[0].title = TEXT.into();
    brief.annexes[0].rows[0][0] = TEXT.into();
    let reference = &mut brief.references[0];
    for text in [&mut reference.name, &mut reference.query, &mut reference.working, &mut reference.formula] {
        TEXT.clone_into(text);
    }
    reference.link = "javascript:alert(1)".into();
    brief.numbered()
}

fn part(docx: &[u8], name: &str) -> String {
    let mut text = String::new();
    let mut file = zip::ZipArchive::new(Cursor::new(docx)).unwrap();
    file.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

#[test]
fn a_brief_survives_json() {
    let brief = sample();
    assert_eq!(brief.check(), Ok(()));
    let again: Brief = serde_json::from_str(&serde_json::to_string(&brief).unwrap()).unwrap();
    assert_eq!(again, brief);
}

#[test]
fn html_is_as_it_was() {
    insta::assert_snapshot!(html(&sample()));
}

#[test]
fn html_takes_no_markup_from_text() {
    let page = html(&hostile());
    assert!(!page.contains("<script"));
    assert!(page.contains("&lt;script&gt;alert(&#39;&amp;&#39;)"));
    assert!(!page.contains("href=\"javascript"), "a link leads within the site or nowhere");
    assert!(!page.contains("href=\"&lt;"));
}

#[test]
fn html_fetches_and_runs_nothing() {
    let page = html(&sample());
    for forbidden in ["<script", "<link", "<img", "@import", "url(", " style=", " onclick"] {
        assert!(!page.contains(forbidden), "{forbidden}");
    }
    assert_eq!(page.matches("<style>").count(), 1);
}

#[test]
fn every_mark_in_html_leads_to_its_reference() {
    let page = html(&sample());
    for reference in sample().references {
        assert_eq!(page.matches(&format!("id=\"reference-{}\"", reference.number)).count(), 1);
        assert!(page.contains(&format!("href=\"#reference-{}\"", reference.number)));
    }
}

#[test]
fn docx_holds_text_notes_and_tables() {
    let brief = sample();
    let file = docx(&brief).unwrap();
    let text = part(&file, "word/document.xml");
    for figure in ["4754件", "100.00%", "99.59%", "22.6小时", "97.84%"] {
        assert!(text.contains(&format!(">{figure}<")), "{figure}");
    }
    assert_eq!(text.matches("<w:tbl>").count(), brief.annexes.len());
    assert_eq!(text.matches("<w:tblHeader/>").count(), brief.annexes.len());
    // The notes of the text number themselves: they have to come in the order of their references.
    let notes = part(&file, "word/footnotes.xml");
    let noted: Vec<&str> =
        text.split("footnoteReference w:id=\"").skip(1).map(|t| t.split('"').next().unwrap()).collect();
    assert_eq!(noted, (1..=noted.len()).map(|n| n.to_string()).collect::<Vec<_>>());
    assert!(noted.len() > 5 && noted.iter().all(|id| notes.contains(&format!("w:footnote w:id=\"{id}\""))));
    for reference in &brief.references {
        assert!(text.contains(&format!("w:name=\"reference{}\"", reference.number)));
        assert!(text.contains(&reference.formula));
    }
}

#[test]
fn docx_is_well_formed_whatever_the_text() {
    for brief in [sample(), hostile()] {
        let file = docx(&brief).unwrap();
        let packed = zip::ZipArchive::new(Cursor::new(&file)).unwrap();
        let names: Vec<String> = packed.file_names().map(|name| name.unwrap().into_owned()).collect();
        assert_eq!(names.len(), 11);
        for name in names {
            let text = part(&file, &name);
            assert_eq!(balance(&text), Ok(()), "{name}");
            assert!(!text.contains("<script") && !text.contains('\0'), "{name}");
        }
    }
}

/// Whether every element that opens closes, in order.
fn balance(xml: &str) -> Result<(), String> {
    let mut open = Vec::new();
    for tag in xml.split('<').skip(1) {
        let (tag, text) = tag.split_once('>').ok_or_else(|| format!("unclosed: {tag}"))?;
        if text.contains('>') {
            return Err(format!("stray >: {text}"));
        }
        let name = tag.split_whitespace().next().unwrap_or_default();
        if let Some(name) = name.strip_prefix('/') {
            if open.pop() != Some(name) {
                return Err(format!("/{name} closes nothing"));
            }
        } else if !tag.ends_with('/') && !tag.starts_with('?') {
            open.push(name);
        }
    }
    if open.is_empty() { Ok(()) } else { Err(format!("left open: {open:?}")) }
}

#[test]
fn the_same_brief_gives_the_same_bytes() {
    let brief = sample();
    assert_eq!(html(&brief), html(&brief));
    assert_eq!(docx(&brief).unwrap(), docx(&brief).unwrap());
    if let Some(fonts) = fonts() {
        assert!(pdf(&brief, &fonts).unwrap() == pdf(&brief, &fonts).unwrap());
    }
}

#[test]
fn pdf_gives_its_text_back() {
    let Some(text) = fonts().and_then(|fonts| pdf_text(&pdf(&sample(), &fonts).unwrap())) else { return };
    let packed: String = text.split_whitespace().collect();
    for part in [
        "市域治理现代化指挥中心专报",
        "关于“4·30”强对流天气灾害类诉求办理情况的报告",
        "全市受理灾害类诉求4754件[1]",
        "按时办结率99.59%[4]",
        "[4]按时办结率：3902÷3918=99.59%，截至2021年5月5日24:00。",
        "通州湾江海联动开发示范区",
        "/api/v1/kpis/satisfaction/cases",
    ] {
        assert!(packed.contains(part), "{part} is not in\n{text}");
    }
    assert!(!packed.contains('〓'), "no character lacks its glyph");
}

#[test]
fn pdf_sets_what_a_display_face_lacks_from_the_text_face() {
    let mut brief = sample();
    // 镕 and 㐂 are not in GB 2312; the second is not in GBK either.
    brief.title = "镕㐂".into();
    let Some(text) = fonts().and_then(|fonts| pdf_text(&pdf(&brief, &fonts).unwrap())) else { return };
    assert!(text.contains('镕'));
}

#[test]
fn pdf_endures_whatever_the_text() {
    let Some(fonts) = fonts() else { return };
    let mut brief = hostile();
    brief.sections[0].paragraphs =
        vec![vec!["长".repeat(5_000).into()], vec!["w".repeat(2_000).into()], vec![]];
    brief.sections[0].paragraphs.push(vec!["，".repeat(300).into()]);
    brief.masthead = String::new();
    brief.title = "题".repeat(400);
    brief.annexes[0].rows[0][1] = Span::from("格".repeat(4_000));
    let file = pdf(&brief.numbered(), &fonts).unwrap();
    assert!(file.starts_with(b"%PDF-1.") && file.len() > 100_000);
}

#[test]
fn faults_say_where_they_are() {
    let mut brief = sample();
    brief.summary[0].push(Figure { text: "1".into(), reference: 99, link: None }.into());
    assert_eq!(brief.check(), Err(Fault::NoReference { place: "summary".into(), number: 99 }));
    assert!(docx(&brief).is_err());

    let mut brief = sample();
    brief.annexes[0].rows[2].pop();
    assert!(matches!(brief.check(), Err(Fault::RowWidth { row: 3, cells: 5, columns: 6, .. })));

    let mut brief = sample();
    brief.references.swap(0, 1);
    assert!(matches!(brief.check(), Err(Fault::Order { at: 1, number: 2 })));
}

#[test]
fn numbering_follows_the_order_of_reading() {
    let mut brief = sample();
    brief.sections.reverse();
    assert!(matches!(brief.check(), Err(Fault::Order { .. })));
    let brief = brief.numbered();
    assert_eq!(brief.check(), Ok(()));
    let of = |span: &Span| {
        span.figure().map(|figure| brief.references[figure.reference as usize - 1].name.clone())
    };
    let named: Vec<String> = brief.summary.iter().flatten().filter_map(of).collect();
    let expected: Vec<String> = {
        let brief = sample();
        let of = |span: &Span| {
            span.figure().map(|figure| brief.references[figure.reference as usize - 1].name.clone())
        };
        brief.summary.iter().flatten().filter_map(of).collect()
    };
    assert_eq!(named, expected, "a figure keeps its reference under the new number");
}

fn fonts() -> Option<Fonts> {
    let fonts = Fonts::built_in();
    if let Err(fault) = &fonts {
        eprintln!("SKIPPED: {fault}");
    }
    fonts.ok()
}

/// The text of a PDF, as another program reads it.
fn pdf_text(file: &[u8]) -> Option<String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("brief.pdf");
    std::fs::write(&path, file).unwrap();
    match Command::new("pdftotext").arg("-layout").arg(&path).arg("-").output() {
        Ok(out) => {
            assert!(
                out.status.success() && out.stderr.is_empty(),
                "{}",
                String::from_utf8_lossy(&out.stderr)
            );
            Some(String::from_utf8(out.stdout).unwrap())
        }
        Err(_) => {
            eprintln!("SKIPPED: pdftotext is not installed (poppler-utils)");
            None
        }
    }
}
