//! The brief as a Word file (WordprocessingML, ECMA-376): `body` writes the text, here it is packed
//! with the parts that are always the same.
//!
//! The parts are written as text: what a brief needs of the format is little, and it has to be exact
//! where the libraries for it are not, in notes with marks of their own, in heads of tables that
//! repeat, in the same bytes for the same brief.

mod body;

use std::io::{Cursor, Write as _};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::model::{Brief, Fault};
use body::Body;

const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
const NAMESPACES: &str = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" \
                          xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"";

/// The brief as a DOCX file.
///
/// # Errors
/// If the brief refers to what it does not hold, or the file cannot be packed.
pub fn docx(brief: &Brief) -> Result<Vec<u8>, Fault> {
    brief.check()?;
    let Body { text, notes, links } = Body::of(brief);
    let title = escaped(&brief.flat_title());
    let [issuer, date] = [escaped(&brief.issuer), brief.date.to_string()];
    let parts = [
        ("[Content_Types].xml", include_str!("parts/content_types.xml").to_owned()),
        ("_rels/.rels", include_str!("parts/package_rels.xml").to_owned()),
        (
            "docProps/core.xml",
            include_str!("parts/core.xml")
                .replace("{title}", &title)
                .replace("{creator}", &issuer)
                .replace("{date}", &date),
        ),
        (
            "word/document.xml",
            format!("{DECLARATION}<w:document {NAMESPACES}><w:body>{text}</w:body></w:document>"),
        ),
        ("word/footnotes.xml", include_str!("parts/footnotes.xml").replace("{notes}", &notes)),
        ("word/_rels/document.xml.rels", include_str!("parts/document_rels.xml").replace("{links}", &links)),
        ("word/styles.xml", include_str!("parts/styles.xml").to_owned()),
        ("word/settings.xml", include_str!("parts/settings.xml").to_owned()),
        ("word/fontTable.xml", include_str!("parts/font_table.xml").to_owned()),
        ("word/footer1.xml", footer("right")),
        ("word/footer2.xml", footer("left")),
    ];
    let packing = |fault: &dyn std::fmt::Display| Fault::Packing(fault.to_string());
    let mut file = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default());
    for (name, part) in parts {
        file.start_file(name, options).map_err(|fault| packing(&fault))?;
        file.write_all(part.as_bytes()).map_err(|fault| packing(&fault))?;
    }
    Ok(file.finish().map_err(|fault| packing(&fault))?.into_inner())
}

/// The page's number between dashes, one character in from the outer edge.
fn footer(side: &str) -> String {
    format!(
        "{DECLARATION}<w:ftr {NAMESPACES}><w:p><w:pPr><w:pStyle w:val=\"PageNumber\"/>\
         <w:ind w:left=\"280\" w:right=\"280\"/><w:jc w:val=\"{side}\"/></w:pPr>\
         <w:r><w:t xml:space=\"preserve\">— </w:t></w:r>\
         <w:fldSimple w:instr=\" PAGE \"><w:r><w:t>1</w:t></w:r></w:fldSimple>\
         <w:r><w:t xml:space=\"preserve\"> —</w:t></w:r></w:p></w:ftr>"
    )
}

/// Text as it may stand in XML, without the characters that XML has no place for.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' => out.push(c),
            '\0'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}' => {}
            c => out.push(c),
        }
    }
    out
}
