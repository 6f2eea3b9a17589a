//! What comes where: the red head, the summary, the text, who signed, annexes, references.

use super::face::{Faces, Weight};
use super::line::{Align, Ink, Line, Run, Shape, Style, Target, lines, width};
use super::sheet::{ACROSS, BLACK, BOTTOM, LEFT, Sheets, TOP};
use super::table::{Cell, Table};
use crate::model::{Annex, Brief, Reference, Secrecy, Span};
use crate::words;

const RED: Ink = [0.78, 0.06, 0.08];
const BLUE: Ink = [0.10, 0.30, 0.60];

/// 三号: 28 characters to the line, 22 lines to the page.
const BODY: f32 = 15.75;
const LEADING: f32 = 28.99;

/// The height of a page's text.
const PAGE: f32 = BOTTOM - TOP;

/// What a paragraph of the text is set in: two characters in.
const TEXT: Shape = Shape { width: ACROSS, indent: 2.0 * BODY, align: Align::Justify };
const CENTRED: Shape = Shape { width: ACROSS, indent: 0.0, align: Align::Centre };
const LEVEL: Shape = Shape { width: ACROSS, indent: 0.0, align: Align::Left };

/// Lays a brief out on pages.
pub(super) fn lay_out<'a>(brief: &Brief, faces: Faces<'a>) -> Sheets<'a> {
    let notes = brief.references.iter().map(|r| (r.number, words::note(r))).collect();
    let mut sheets = Sheets::new(faces, notes);
    head(&mut sheets, brief);
    summary(&mut sheets, brief);
    for (at, section) in brief.sections.iter().enumerate() {
        // A heading stays with the first lines of its text.
        sheets.room(3.0 * LEADING, []);
        let heading = format!("{}、{}", words::ordinal(at + 1), section.heading);
        sheets.paragraph(&[plain(heading, style(Weight::Heading, BODY))], TEXT, LEADING);
        for paragraph in &section.paragraphs {
            sheets.paragraph(&runs(paragraph, style(Weight::Text, BODY), true, brief), TEXT, LEADING);
        }
    }
    signature(&mut sheets, brief);
    for (at, one) in brief.annexes.iter().enumerate() {
        annex(&mut sheets, at + 1, one, brief);
    }
    references(&mut sheets, brief);
    sheets
}

fn head(sheets: &mut Sheets, brief: &Brief) {
    if brief.secrecy != Secrecy::Public {
        let text = style(Weight::Heading, BODY);
        sheets.paragraph(&[plain(brief.secrecy.name(), text)], LEVEL, LEADING);
    }
    sheets.down(24.0);
    // As large as fits on one line, up to what a red head is printed in.
    let mut large = Style { weight: Weight::Title, size: 46.0, ink: RED, rise: 0.0 };
    let natural = width(&mut sheets.faces, &[plain(&brief.masthead, large)]);
    large.size *= (ACROSS / natural).min(1.0) * 0.999;
    sheets.paragraph(&[plain(&brief.masthead, large)], CENTRED, 60.0);
    sheets.down(6.0);
    let text = style(Weight::Text, BODY);
    sheets.paragraph(&[plain(&brief.issue_number, text)], CENTRED, LEADING);
    sides(sheets, &brief.issuer, &words::date(brief.date), text);
    let y = sheets.y() + 3.0;
    sheets.rule([LEFT, y], ACROSS, 1.8, RED);
    sheets.down(30.0);
    let look = style(Weight::Title, 22.0);
    let whole = [plain(brief.flat_title(), look)];
    let title = if width(&mut sheets.faces, &whole) <= ACROSS {
        lines(&mut sheets.faces, &whole, CENTRED)
    } else {
        brief.title.lines().flat_map(|line| balanced(&mut sheets.faces, &[plain(line, look)])).collect()
    };
    for line in title {
        sheets.put(&line, 34.0);
    }
    sheets.down(14.0);
}

/// As few centred lines as it takes, and of much the same length.
fn balanced(faces: &mut Faces, title: &[Run]) -> Vec<Line> {
    let mut best = lines(faces, title, CENTRED);
    let mut narrow = ACROSS;
    loop {
        narrow -= 22.0;
        // Narrower lines still stand in the middle of the page.
        let set = lines(faces, title, Shape { width: narrow, ..CENTRED });
        if narrow < 100.0 || set.len() > best.len() {
            return best;
        }
        let inset = (ACROSS - narrow) / 2.0;
        best = set.into_iter().map(|line| line.moved(inset)).collect();
    }
}

/// Two texts on one line, at its two edges.
fn sides(sheets: &mut Sheets, left: &str, right: &str, look: Style) {
    let place = |align, inset| Shape { width: ACROSS - inset, indent: 0.0, align };
    let left = lines(&mut sheets.faces, &[plain(left, look)], place(Align::Left, 0.0)).swap_remove(0);
    let right = lines(&mut sheets.faces, &[plain(right, look)], place(Align::Right, 0.0)).swap_remove(0);
    sheets.room(LEADING, []);
    sheets.draw(&left, LEFT, sheets.y(), LEADING);
    sheets.put(&right, LEADING);
}

/// Three lines in a box.
fn summary(sheets: &mut Sheets, brief: &Brief) {
    const INSET: f32 = 12.0;
    const LINE: f32 = 23.0;
    let look = style(Weight::Text, 13.0);
    let shape = Shape { width: ACROSS - 2.0 * INSET, indent: 0.0, align: Align::Justify };
    let mut set = lines(&mut sheets.faces, &[plain("摘　要", style(Weight::Heading, 13.0))], CENTRED_IN_BOX);
    for line in &brief.summary {
        set.extend(lines(&mut sheets.faces, &runs(line, look, true, brief), shape));
    }
    let height = LINE * set.len() as f32 + 2.0 * 8.0;
    sheets.room(height, set.iter().flat_map(|line| line.marks().collect::<Vec<_>>()));
    let top = sheets.y();
    let right = LEFT + ACROSS;
    for [from, to] in [[[LEFT, top], [right, top]], [[LEFT, top + height], [right, top + height]]] {
        sheets.stroke(from, to, 0.75, BLACK);
    }
    for x in [LEFT, right] {
        sheets.stroke([x, top], [x, top + height], 0.75, BLACK);
    }
    for (at, line) in set.iter().enumerate() {
        sheets.draw(line, LEFT + INSET, top + 8.0 + LINE * at as f32, LINE);
    }
    sheets.down(height + 12.0);
}

const CENTRED_IN_BOX: Shape = Shape { width: ACROSS - 24.0, indent: 0.0, align: Align::Centre };

/// What is annexed, the issuer and the date, then to whom it goes and who signed it (版记).
fn signature(sheets: &mut Sheets, brief: &Brief) {
    let look = style(Weight::Text, BODY);
    let titles = brief.annexes.iter().map(|annex| annex.title.as_str()).chain([words::REFERENCES]);
    sheets.gap(LEADING);
    for (at, title) in titles.enumerate() {
        let label = if at == 0 { "附件：" } else { "　　　" };
        sheets.paragraph(&[plain(format!("{label}{}．{title}", at + 1), look)], TEXT, LEADING);
    }
    // The issuer ends two characters in from the right, the date begins two after the issuer.
    let date = words::date(brief.date);
    let [of_issuer, of_date] =
        [&brief.issuer, &date].map(|text| width(&mut sheets.faces, &[plain(text, look)]));
    let right = ACROSS - 2.0 * BODY;
    let issuer_at = (right - of_issuer).min(right - of_date - 2.0 * BODY).max(0.0);
    sheets.room(4.0 * LEADING, []);
    sheets.gap(LEADING);
    for (text, indent) in [(&brief.issuer, issuer_at), (&date, issuer_at + 2.0 * BODY)] {
        sheets.paragraph(&[plain(text, look)], Shape { indent, ..LEVEL }, LEADING);
    }
    sheets.gap(LEADING);
    let small = style(Weight::Text, 14.0);
    let sent = format!("报送：{}", brief.recipients.join("，"));
    let signed = format!("签发：{}", brief.signer);
    let inner = Shape { width: ACROSS - 28.0, indent: 0.0, align: Align::Left };
    let sent = lines(&mut sheets.faces, &[plain(sent, small)], inner);
    let signed = lines(&mut sheets.faces, &[plain(signed, small)], inner);
    sheets.room(24.0 * (sent.len() + signed.len()) as f32 + 4.0, []);
    for (block, weight) in [(sent, 0.99), (signed, 0.71)] {
        sheets.rule([LEFT, sheets.y()], ACROSS, weight, BLACK);
        for line in block {
            sheets.draw(&line, LEFT + 14.0, sheets.y(), 24.0);
            sheets.down(24.0);
        }
    }
    sheets.rule([LEFT, sheets.y()], ACROSS, 0.99, BLACK);
}

/// A table on pages of its own, unless it follows another that left room.
fn annex(sheets: &mut Sheets, number: usize, annex: &Annex, brief: &Brief) {
    let head: Vec<Cell> = annex
        .columns
        .iter()
        .map(|column| {
            let look = style(Weight::Heading, 9.5);
            let mut runs = vec![plain(&column.title, look)];
            runs.extend(column.reference.map(|number| mark(number, look)));
            Cell { runs, align: Align::Centre }
        })
        .collect();
    let cell = |(at, span): (usize, &Span)| {
        // The first column says what the row is about.
        let align = if at == 0 { Align::Left } else { Align::Right };
        let marked = annex.columns[at].reference.is_none();
        Cell { runs: runs(std::slice::from_ref(span), style(Weight::Text, 9.5), marked, brief), align }
    };
    let rows: Vec<Vec<Cell>> =
        annex.rows.iter().map(|row| row.iter().enumerate().map(cell).collect()).collect();
    let table = Table::set(sheets, &head, &rows);
    if number == 1 {
        sheets.turn();
    } else {
        // A table that fits on a page is not torn.
        let height = 20.0 + 22.0 + 26.0 + 4.0 + table.height();
        sheets.room(if height < PAGE { height } else { PAGE / 3.0 }, table.marks());
        sheets.gap(20.0);
    }
    sheets.paragraph(&[plain(format!("附件{number}"), style(Weight::Heading, 13.0))], LEVEL, 22.0);
    sheets.paragraph(&[plain(&annex.title, style(Weight::Title, 15.0))], CENTRED, 26.0);
    sheets.down(4.0);
    table.put(sheets);
}

fn references(sheets: &mut Sheets, brief: &Brief) {
    if brief.references.is_empty() {
        return;
    }
    sheets.turn();
    let number = brief.annexes.len() + 1;
    sheets.paragraph(&[plain(format!("附件{number}"), style(Weight::Heading, 13.0))], LEVEL, 22.0);
    sheets.paragraph(&[plain(words::REFERENCES, style(Weight::Title, 15.0))], CENTRED, 26.0);
    let small = style(Weight::Text, 9.5);
    sheets.paragraph(&[plain(words::ABOUT_REFERENCES, small)], CENTRED, 24.0);
    for reference in &brief.references {
        entry(sheets, reference, brief);
    }
}

fn entry(sheets: &mut Sheets, reference: &Reference, brief: &Brief) {
    const LINE: f32 = 14.5;
    const INDENT: f32 = 19.0;
    let (small, strong) = (style(Weight::Text, 9.5), style(Weight::Heading, 9.5));
    sheets.room(4.0 * LINE, []);
    sheets.gap(5.0);
    sheets.anchor(reference.number);
    let title = format!("[{}] {}（{}）　", reference.number, reference.name, reference.figure);
    let counted = format!("{}　截至{}", reference.working, words::instant(reference.as_of));
    sheets.paragraph(&[plain(title, strong), plain(counted, small)], LEVEL, LINE);
    let target = brief.address(&reference.link).map(Target::Address);
    let ink = if target.is_some() { BLUE } else { BLACK };
    let link = Run { text: reference.link.clone(), style: Style { ink, ..small }, target };
    let details = words::details(reference).map(|(label, text)| (label, plain(text, small)));
    for (label, text) in details.into_iter().chain([("查询", link)]) {
        let text = [plain(format!("{label}："), strong), text];
        let shape = Shape { width: ACROSS - INDENT, ..LEVEL };
        for line in lines(&mut sheets.faces, &text, shape) {
            sheets.put(&line.moved(INDENT), LINE);
        }
    }
}

const fn style(weight: Weight, size: f32) -> Style {
    Style { weight, size, ink: BLACK, rise: 0.0 }
}

fn plain(text: impl Into<String>, style: Style) -> Run {
    Run { text: text.into(), style, target: None }
}

/// The mark of a reference, behind and above its figure.
fn mark(number: u32, style: Style) -> Run {
    let (size, rise) = (style.size * 0.62, style.size * 0.38);
    let style = Style { weight: Weight::Text, size, rise, ink: BLUE };
    Run { text: format!("[{number}]"), style, target: Some(Target::Reference(number)) }
}

/// The text of spans; figures open their cases where there is a site, and are `marked` or not.
fn runs(spans: &[Span], look: Style, marked: bool, brief: &Brief) -> Vec<Run> {
    let mut runs = Vec::new();
    for span in spans {
        match span {
            Span::Text(text) => runs.push(plain(text, look)),
            Span::Figure(figure) => {
                let path = figure.link.as_ref().and_then(|path| brief.address(path));
                runs.push(Run { target: path.map(Target::Address), ..plain(&figure.text, look) });
                if marked {
                    runs.push(mark(figure.reference, look));
                }
            }
        }
    }
    runs
}
