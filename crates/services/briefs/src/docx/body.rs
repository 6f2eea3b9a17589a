//! The text of the Word file.

use std::collections::BTreeSet;

use super::escaped;
use crate::model::{Annex, Brief, Reference, Secrecy, Span};
use crate::words;

/// What the brief's own parts consist of.
pub(super) struct Body {
    /// Within `w:body`.
    pub text: String,
    /// Within `w:footnotes`.
    pub notes: String,
    /// Relationships to addresses outside.
    pub links: String,
}

/// The page: A4, the text's edges by GB/T 9704, in twentieths of a point.
const SECTION: &str = "<w:sectPr><w:footerReference w:type=\"default\" r:id=\"odd\"/>\
    <w:footerReference w:type=\"even\" r:id=\"even\"/><w:pgSz w:w=\"11906\" w:h=\"16838\"/>\
    <w:pgMar w:top=\"2098\" w:right=\"1474\" w:bottom=\"1984\" w:left=\"1588\" w:header=\"851\" \
    w:footer=\"1400\" w:gutter=\"0\"/></w:sectPr>";

/// A border of a paragraph: which, how wide in eighths of a point, how far in points, colour.
type Edge = (&'static str, u8, u8, &'static str);

struct Writer<'a> {
    brief: &'a Brief,
    body: Body,
    noted: BTreeSet<u32>,
    addresses: usize,
}

impl Body {
    pub fn of(brief: &Brief) -> Self {
        let body = Self { text: String::with_capacity(65_536), notes: String::new(), links: String::new() };
        let mut writer = Writer { brief, body, noted: BTreeSet::new(), addresses: 0 };
        writer.head();
        writer.text();
        writer.signature();
        for (at, annex) in brief.annexes.iter().enumerate() {
            writer.annex(at + 1, annex);
        }
        writer.references();
        writer.body.text.push_str(SECTION);
        writer.body
    }
}

impl Writer<'_> {
    fn put(&mut self, markup: &str) {
        self.body.text.push_str(markup);
    }

    fn head(&mut self) {
        let brief = self.brief;
        if brief.secrecy != Secrecy::Public {
            self.line("Secrecy", "", brief.secrecy.name());
        }
        // As large as fits on one line, in half points.
        let wide = brief.masthead.chars().count().max(1);
        let size = (2 * 440 / wide).min(92);
        self.paragraph("Masthead", "", |writer| {
            writer.run(&format!("<w:sz w:val=\"{size}\"/>"), &brief.masthead);
        });
        self.line("Issue", "", &brief.issue_number);
        let edge = borders(&[("bottom", 14, 4, "C70F14")]);
        self.paragraph("Issued", &edge, |writer| {
            writer.run("", &brief.issuer);
            writer.put("<w:r><w:tab/></w:r>");
            writer.run("", &words::date(brief.date));
        });
        self.paragraph("Title", "", |writer| {
            for (at, line) in brief.title.lines().enumerate() {
                if at > 0 {
                    writer.put("<w:r><w:br/></w:r>");
                }
                writer.run("", line);
            }
        });
    }

    fn text(&mut self) {
        let brief = self.brief;
        let frame = borders(&[
            ("top", 6, 6, "000000"),
            ("left", 6, 8, "000000"),
            ("bottom", 6, 6, "000000"),
            ("right", 6, 8, "000000"),
        ]);
        self.line("SummaryHead", &frame, "摘　要");
        for line in &brief.summary {
            self.spans("Summary", &frame, line);
        }
        for (at, section) in brief.sections.iter().enumerate() {
            self.line("Heading1", "", &format!("{}、{}", words::ordinal(at + 1), section.heading));
            for paragraph in &section.paragraphs {
                self.spans("Normal", "", paragraph);
            }
        }
    }

    fn signature(&mut self) {
        let brief = self.brief;
        let titles = brief.annexes.iter().map(|annex| annex.title.as_str()).chain([words::REFERENCES]);
        for (at, title) in titles.enumerate() {
            let before = if at == 0 { "<w:spacing w:before=\"580\"/>" } else { "" };
            let label = if at == 0 { "附件：" } else { "　　　" };
            self.line("Normal", before, &format!("{label}{}．{title}", at + 1));
        }
        // Both end two characters in from the right.
        let right =
            "<w:ind w:right=\"640\" w:firstLine=\"0\" w:firstLineChars=\"0\"/><w:jc w:val=\"right\"/>";
        let gap = "<w:spacing w:before=\"580\"/>";
        self.line("Normal", &format!("<w:keepNext/>{gap}{right}"), &brief.issuer);
        self.line("Normal", right, &words::date(brief.date));
        let above =
            borders(&[("top", 8, 4, "000000"), ("bottom", 8, 4, "000000"), ("between", 6, 4, "000000")]);
        self.line("Record", &format!("{above}{gap}"), &format!("报送：{}", brief.recipients.join("，")));
        self.line("Record", &above, &format!("签发：{}", brief.signer));
    }

    fn annex(&mut self, number: usize, annex: &Annex) {
        let turn = if number == 1 { "<w:pageBreakBefore/>" } else { "" };
        self.line("AnnexNumber", turn, &format!("附件{number}"));
        self.line("AnnexTitle", "", &annex.title);
        self.put("<w:tbl><w:tblPr><w:tblW w:w=\"0\" w:type=\"auto\"/><w:jc w:val=\"center\"/><w:tblBorders>");
        for edge in ["top", "left", "bottom", "right", "insideH", "insideV"] {
            self.put(&format!("<w:{edge} w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"595959\"/>"));
        }
        self.put("</w:tblBorders><w:tblLayout w:type=\"autofit\"/></w:tblPr><w:tblGrid>");
        let widths = widths(annex);
        for width in &widths {
            self.put(&format!("<w:gridCol w:w=\"{width}\"/>"));
        }
        self.put("</w:tblGrid><w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>");
        for (column, width) in annex.columns.iter().zip(&widths) {
            self.put(&format!("<w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/>"));
            self.put("<w:shd w:val=\"clear\" w:color=\"auto\" w:fill=\"EDEDED\"/></w:tcPr>");
            self.paragraph("CellHead", "", |writer| {
                writer.run("", &column.title);
                if let Some(number) = column.reference {
                    writer.mark(number, false);
                }
            });
            self.put("</w:tc>");
        }
        self.put("</w:tr>");
        for row in &annex.rows {
            self.put("<w:tr><w:trPr><w:cantSplit/></w:trPr>");
            for (at, (cell, column)) in row.iter().zip(&annex.columns).enumerate() {
                self.put(&format!("<w:tc><w:tcPr><w:tcW w:w=\"{}\" w:type=\"dxa\"/></w:tcPr>", widths[at]));
                let side = if at == 0 { "<w:jc w:val=\"left\"/>" } else { "<w:jc w:val=\"right\"/>" };
                self.paragraph("Cell", side, |writer| writer.span(cell, column.reference.is_none()));
                self.put("</w:tc>");
            }
            self.put("</w:tr>");
        }
        self.put("</w:tbl>");
        // A head that repeats cannot carry notes of the page: they stand below the table.
        let marked: BTreeSet<u32> = annex.columns.iter().filter_map(|column| column.reference).collect();
        let notes = self.brief.references.iter().filter(|reference| marked.contains(&reference.number));
        let notes: Vec<String> = notes.map(|r| format!("[{}] {}", r.number, words::note(r))).collect();
        for note in &notes {
            self.line("TableNote", "", note);
        }
    }

    fn references(&mut self) {
        let brief = self.brief;
        self.line("AnnexNumber", "<w:pageBreakBefore/>", &format!("附件{}", brief.annexes.len() + 1));
        self.line("AnnexTitle", "", words::REFERENCES);
        self.line("Entry", "<w:jc w:val=\"center\"/>", words::ABOUT_REFERENCES);
        for reference in &brief.references {
            self.entry(reference);
        }
    }

    fn entry(&mut self, reference: &Reference) {
        const STRONG: &str = "<w:rFonts w:eastAsia=\"黑体\"/>";
        let Reference { number, name, figure, working, as_of, link, .. } = reference;
        self.paragraph("EntryHead", "", |writer| {
            writer.put(&format!("<w:bookmarkStart w:id=\"{number}\" w:name=\"reference{number}\"/>"));
            writer.run(STRONG, &format!("[{number}] {name}（{figure}）　"));
            writer.put(&format!("<w:bookmarkEnd w:id=\"{number}\"/>"));
            writer.run("", &format!("{working}　截至{}", words::instant(*as_of)));
        });
        for (label, text) in words::details(reference) {
            self.paragraph("Entry", "", |writer| {
                writer.run(STRONG, &format!("{label}："));
                writer.run("", text);
            });
        }
        self.paragraph("Entry", "", |writer| {
            writer.run(STRONG, "查询：");
            writer.linked(Some(link), link);
        });
    }

    fn line(&mut self, style: &str, properties: &str, text: &str) {
        self.paragraph(style, properties, |writer| writer.run("", text));
    }

    fn spans(&mut self, style: &str, properties: &str, spans: &[Span]) {
        self.paragraph(style, properties, |writer| spans.iter().for_each(|span| writer.span(span, true)));
    }

    fn paragraph(&mut self, style: &str, properties: &str, content: impl FnOnce(&mut Self)) {
        self.put(&format!("<w:p><w:pPr><w:pStyle w:val=\"{style}\"/>{properties}</w:pPr>"));
        content(self);
        self.put("</w:p>\n");
    }

    fn run(&mut self, properties: &str, text: &str) {
        let properties = match properties {
            "" => String::new(),
            properties => format!("<w:rPr>{properties}</w:rPr>"),
        };
        self.put(&format!("<w:r>{properties}<w:t xml:space=\"preserve\">{}</w:t></w:r>", escaped(text)));
    }

    fn span(&mut self, span: &Span, marked: bool) {
        match span {
            Span::Text(text) => self.run("", text),
            Span::Figure(figure) => {
                self.linked(figure.link.as_deref(), &figure.text);
                if marked {
                    self.mark(figure.reference, true);
                }
            }
        }
    }

    /// Text that opens a path, where there is a site for it.
    fn linked(&mut self, path: Option<&str>, text: &str) {
        let Some(address) = path.and_then(|path| self.brief.address(path)) else {
            return self.run("", text);
        };
        self.addresses += 1;
        let id = format!("link{}", self.addresses);
        self.body.links.push_str(&format!(
            "<Relationship Id=\"{id}\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink\" \
             Target=\"{}\" TargetMode=\"External\"/>",
            escaped(&address)
        ));
        self.put(&format!("<w:hyperlink r:id=\"{id}\">"));
        self.run("", text);
        self.put("</w:hyperlink>");
    }

    /// The mark of a reference; the first in the text also puts its note at the foot of the page. Notes
    /// number themselves, which comes to the same: references are numbered in the order of their marks.
    fn mark(&mut self, number: u32, noted: bool) {
        const MARK: &str = "<w:rStyle w:val=\"Mark\"/>";
        let first = noted && self.noted.insert(number);
        let reference = self.brief.references.iter().find(|reference| reference.number == number);
        if let Some(reference) = reference.filter(|_| first) {
            self.run(MARK, "[");
            self.put(&format!("<w:r><w:rPr>{MARK}</w:rPr><w:footnoteReference w:id=\"{number}\"/></w:r>"));
            self.run(MARK, "]");
            let note = escaped(&words::note(reference));
            self.body.notes.push_str(&format!(
                "<w:footnote w:id=\"{number}\"><w:p><w:pPr><w:pStyle w:val=\"Note\"/></w:pPr>\
                 <w:r><w:footnoteRef/></w:r>\
                 <w:r><w:t xml:space=\"preserve\"> {note}</w:t></w:r></w:p></w:footnote>"
            ));
        } else {
            self.put(&format!("<w:hyperlink w:anchor=\"reference{number}\">"));
            self.run(MARK, &format!("[{number}]"));
            self.put("</w:hyperlink>");
        }
    }
}

/// How wide each column is, in twentieths of a point: as its widest cell, unless the page is narrower.
fn widths(annex: &Annex) -> Vec<usize> {
    const PAGE: usize = 8_844;
    let half_characters = |text: &str| text.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum::<usize>();
    let asked = annex.columns.iter().enumerate().map(|(at, column)| {
        let mark = if column.reference.is_some() { 3 } else { 0 };
        let cells = annex.rows.iter().filter_map(|row| row.get(at)).map(|cell| half_characters(cell.text()));
        let widest = cells.chain([half_characters(&column.title) + mark]).max().unwrap_or(0);
        widest * 110 + 320
    });
    let asked: Vec<usize> = asked.collect();
    let whole = asked.iter().sum::<usize>().max(PAGE);
    asked.iter().map(|width| width * PAGE / whole).collect()
}

fn borders(edges: &[Edge]) -> String {
    let mut out = String::from("<w:pBdr>");
    for (edge, size, space, colour) in edges {
        out.push_str(&format!(
            "<w:{edge} w:val=\"single\" w:sz=\"{size}\" w:space=\"{space}\" w:color=\"{colour}\"/>"
        ));
    }
    out.push_str("</w:pBdr>");
    out
}
