//! The brief as one HTML page: one `<style>`, no scripts, nothing fetched. It prints on A4.

use std::fmt::Write;

use crate::model::{Annex, Brief, Figure, Reference, Secrecy, Span, is_path};
use crate::words;

/// The brief as an HTML page. Marks lead to the list of references at its end; where a figure has a
/// path of its own, it opens its cases.
#[must_use]
pub fn html(brief: &Brief) -> String {
    let mut page = Page { brief, out: String::with_capacity(32_768) };
    page.head();
    page.text();
    for (at, annex) in brief.annexes.iter().enumerate() {
        page.annex(at + 1, annex);
    }
    page.references();
    page.out.push_str("</main>\n</body>\n</html>\n");
    page.out
}

struct Page<'a> {
    brief: &'a Brief,
    out: String,
}

impl Page<'_> {
    fn put(&mut self, markup: std::fmt::Arguments<'_>) {
        // Writing to a string cannot fail.
        let _ = self.out.write_fmt(markup);
    }

    fn head(&mut self) {
        let brief = self.brief;
        let (title, masthead) = (escaped(&brief.flat_title()), escaped(&brief.masthead));
        let lines = escaped(&brief.title).replace('\n', "<br>");
        let style = include_str!("style.css");
        self.put(format_args!(
            "<!DOCTYPE html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <title>{title}</title>\n<style>\n{style}</style>\n</head>\n<body>\n<main>\n<header>\n"
        ));
        if brief.secrecy != Secrecy::Public {
            self.put(format_args!("<p class=\"secrecy\">{}</p>\n", brief.secrecy.name()));
        }
        let (number, issuer) = (escaped(&brief.issue_number), escaped(&brief.issuer));
        let (date, civil) = (words::date(brief.date), brief.date);
        self.put(format_args!(
            "<p class=\"masthead\">{masthead}</p>\n<p class=\"issue\">{number}</p>\n\
             <div class=\"issued\"><span>{issuer}</span><time datetime=\"{civil}\">{date}</time></div>\n\
             <h1>{lines}</h1>\n</header>\n"
        ));
    }

    fn text(&mut self) {
        let brief = self.brief;
        self.out.push_str("<div class=\"summary\">\n<h2>摘要</h2>\n");
        for line in &brief.summary {
            self.paragraph(line);
        }
        self.out.push_str("</div>\n");
        for (at, section) in brief.sections.iter().enumerate() {
            let (ordinal, heading) = (words::ordinal(at + 1), escaped(&section.heading));
            self.put(format_args!("<section>\n<h2>{ordinal}、{heading}</h2>\n"));
            for paragraph in &section.paragraphs {
                self.paragraph(paragraph);
            }
            self.out.push_str("</section>\n");
        }
        self.out.push_str("<ol class=\"annexed\">\n");
        for (at, annex) in brief.annexes.iter().enumerate() {
            self.put(format_args!("<li><a href=\"#annex-{}\">{}</a></li>\n", at + 1, escaped(&annex.title)));
        }
        let (date, issuer) = (words::date(brief.date), escaped(&brief.issuer));
        let (sent, signer) = (escaped(&brief.recipients.join("，")), escaped(&brief.signer));
        self.put(format_args!(
            "<li><a href=\"#references\">{}</a></li>\n</ol>\n<p class=\"signed\">{issuer}<br>{date}</p>\n\
             <div class=\"record\"><p>报送：{sent}</p><p>签发：{signer}</p></div>\n",
            words::REFERENCES
        ));
    }

    fn paragraph(&mut self, spans: &[Span]) {
        self.out.push_str("<p>");
        for span in spans {
            self.span(span, true);
        }
        self.out.push_str("</p>\n");
    }

    fn span(&mut self, span: &Span, marked: bool) {
        match span {
            Span::Text(text) => self.out.push_str(&escaped(text)),
            Span::Figure(Figure { text, reference, link }) => {
                let text = escaped(text);
                match link {
                    Some(path) => self.put(format_args!("<a href=\"{}\">{text}</a>", self.address(path))),
                    None => self.out.push_str(&text),
                }
                if marked {
                    self.mark(*reference);
                }
            }
        }
    }

    /// A mark, which does not begin a line.
    fn mark(&mut self, number: u32) {
        self.put(format_args!("&NoBreak;<sup><a href=\"#reference-{number}\">[{number}]</a></sup>"));
    }

    fn annex(&mut self, number: usize, annex: &Annex) {
        self.put(format_args!(
            "<div class=\"annex\" id=\"annex-{number}\">\n<h2>附件{number}</h2>\n<h3>{}</h3>\n\
             <div class=\"wide\"><table>\n<thead><tr>",
            escaped(&annex.title)
        ));
        for column in &annex.columns {
            self.put(format_args!("<th scope=\"col\">{}", escaped(&column.title)));
            if let Some(number) = column.reference {
                self.mark(number);
            }
            self.out.push_str("</th>");
        }
        self.out.push_str("</tr></thead>\n<tbody>\n");
        for row in &annex.rows {
            self.out.push_str("<tr>");
            for (at, cell) in row.iter().enumerate() {
                self.out.push_str("<td>");
                let marked = annex.columns.get(at).is_none_or(|column| column.reference.is_none());
                self.span(cell, marked);
                self.out.push_str("</td>");
            }
            self.out.push_str("</tr>\n");
        }
        self.out.push_str("</tbody>\n</table></div>\n</div>\n");
    }

    fn references(&mut self) {
        let number = self.brief.annexes.len() + 1;
        self.put(format_args!(
            "<div class=\"annex references\" id=\"references\">\n<h2>附件{number}</h2>\n<h3>{}</h3>\n\
             <p>{}</p>\n<dl>\n",
            words::REFERENCES,
            words::ABOUT_REFERENCES
        ));
        for reference in &self.brief.references {
            self.reference(reference);
        }
        self.out.push_str("</dl>\n</div>\n");
    }

    fn reference(&mut self, reference: &Reference) {
        let Reference { number, figure, name, working, as_of, link, .. } = reference;
        self.put(format_args!(
            "<dt id=\"reference-{number}\">[{number}] {}（{}）</dt>\n<dd>{}　截至{}</dd>\n",
            escaped(name),
            escaped(figure),
            escaped(working),
            words::instant(*as_of)
        ));
        for (label, text) in words::details(reference) {
            self.put(format_args!("<dd>{label}：{}</dd>\n", escaped(text)));
        }
        self.put(format_args!("<dd>查询：<a href=\"{}\">{}</a></dd>\n", self.address(link), escaped(link)));
    }

    /// Where a path leads, fit for an attribute: without a site, within the page's own.
    fn address(&self, path: &str) -> String {
        match self.brief.address(path) {
            Some(address) => escaped(&address),
            None if is_path(path) => escaped(path),
            None => "#".to_owned(),
        }
    }
}

/// Text as it may stand in markup and in attributes.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}
