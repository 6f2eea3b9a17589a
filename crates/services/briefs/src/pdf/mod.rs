//! The brief as PDF: `line` breaks text, `sheet` fills pages, `table` sets tables, `face` knows
//! glyphs, `layout` says what comes where, and here it becomes a file.

mod face;
mod layout;
mod line;
mod sheet;
mod table;

use std::collections::BTreeMap;
use std::io::Write as _;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use pdf_writer::types::{ActionType, AnnotationType};
use pdf_writer::{Date, Filter, Finish, Pdf, Rect, Ref, Str, TextStr};

use crate::fonts::Fonts;
use crate::model::{Brief, Fault};
use face::Faces;
use line::Target;
use sheet::{HEIGHT, Page, WIDTH};

/// The brief as a PDF file, with its fonts in it.
///
/// # Errors
/// If the brief refers to what it does not hold, or a font cannot be used.
pub fn pdf(brief: &Brief, fonts: &Fonts) -> Result<Vec<u8>, Fault> {
    brief.check()?;
    let (pages, faces, anchors) = layout::lay_out(brief, Faces::of(fonts)?).finish();
    let mut file = File { pdf: Pdf::new(), last: 0 };
    let [catalog, tree, information] = std::array::from_fn(|_| file.next());
    let fonts: [Ref; 3] = std::array::from_fn(|_| file.next());
    let ids: Vec<Ref> = pages.iter().map(|_| file.next()).collect();

    file.pdf.catalog(catalog).pages(tree).lang(TextStr("zh-CN")).viewer_preferences().display_doc_title(true);
    let count = i32::try_from(ids.len()).unwrap_or(i32::MAX);
    file.pdf.pages(tree).kids(ids.iter().copied()).count(count);
    for (page, id) in pages.into_iter().zip(&ids) {
        file.page(page, *id, tree, fonts, &anchors, &ids);
    }
    let File { pdf, last } = &mut file;
    faces.write(pdf, fonts, &mut || {
        *last += 1;
        Ref::new(*last)
    })?;
    let date = brief.date;
    let [month, day] = [date.month(), date.day()].map(i8::unsigned_abs);
    file.pdf
        .document_info(information)
        .title(TextStr(&brief.flat_title()))
        .author(TextStr(&brief.issuer))
        .subject(TextStr(&format!("{}{}", brief.masthead, brief.issue_number)))
        .producer(TextStr("Yipan"))
        .creation_date(Date::new(date.year().unsigned_abs()).month(month).day(day));
    Ok(file.pdf.finish())
}

struct File {
    pdf: Pdf,
    /// The last object's number.
    last: i32,
}

impl File {
    fn next(&mut self) -> Ref {
        self.last += 1;
        Ref::new(self.last)
    }

    fn page(
        &mut self,
        page: Page,
        id: Ref,
        tree: Ref,
        fonts: [Ref; 3],
        anchors: &BTreeMap<u32, (usize, f32)>,
        pages: &[Ref],
    ) {
        let content = self.next();
        let links: Vec<Ref> = page.links.iter().map(|_| self.next()).collect();
        let mut written = self.pdf.page(id);
        written.parent(tree).media_box(Rect::new(0.0, 0.0, WIDTH, HEIGHT)).contents(content);
        written.annotations(links.iter().copied());
        let mut resources = written.resources();
        resources.fonts().pairs(Faces::NAMES.into_iter().zip(fonts));
        resources.finish();
        written.finish();
        for ((area, target), link) in page.links.into_iter().zip(links) {
            let mut annotation = self.pdf.annotation(link);
            annotation.subtype(AnnotationType::Link).rect(area).border(0.0, 0.0, 0.0, None);
            match target {
                Target::Address(address) => {
                    annotation.action().action_type(ActionType::Uri).uri(Str(address.as_bytes()));
                }
                Target::Reference(number) => {
                    if let Some((page, y)) = anchors.get(&number) {
                        let mut action = annotation.action();
                        action.action_type(ActionType::GoTo);
                        action.destination().page(pages[*page]).xyz(0.0, y + 20.0, None);
                    }
                }
            }
        }
        let text = packed(page.content.finish().as_slice());
        self.pdf.stream(content, &text).filter(Filter::FlateDecode);
    }
}

/// Deflated, as the file's streams are.
fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    // Writing to memory cannot fail.
    let _ = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default()
}
