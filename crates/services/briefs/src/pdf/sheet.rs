//! Sheets of A4: what is put on them goes from the top down, and notes collect at the foot.

use std::collections::{BTreeMap, BTreeSet};

use pdf_writer::{Content, Rect, Str};

use super::face::{Faces, Weight};
use super::line::{Align, Ink, Line, Piece, Run, Shape, Style, Target, lines};

/// A4, in points.
pub(super) const WIDTH: f32 = 595.28;
pub(super) const HEIGHT: f32 = 841.89;
/// The text's edges by GB/T 9704: 156 × 225 mm, 37 mm from the top, 28 mm from the left.
pub(super) const LEFT: f32 = 79.37;
pub(super) const ACROSS: f32 = 442.2;
pub(super) const TOP: f32 = 104.88;
pub(super) const BOTTOM: f32 = TOP + 637.8;

pub(super) const BLACK: Ink = [0.0, 0.0, 0.0];
pub(super) const GREY: Ink = [0.35, 0.35, 0.35];

const NOTE: Style = Style { weight: Weight::Text, size: 9.0, ink: BLACK, rise: 0.0 };
const NOTE_LEADING: f32 = 13.0;
/// Between the text and the first note, with the rule.
const ABOVE_NOTES: f32 = 12.0;

/// One page.
pub(super) struct Page {
    pub content: Content,
    /// What links where, in the file's coordinates.
    pub links: Vec<(Rect, Target)>,
    notes: Vec<Line>,
}

/// The pages of a file that is being laid out.
pub(super) struct Sheets<'a> {
    pub faces: Faces<'a>,
    full: Vec<Page>,
    page: Page,
    /// Where each reference's entry stands: page, and height in the file's coordinates.
    anchors: BTreeMap<u32, (usize, f32)>,
    /// How far down the page is filled.
    y: f32,
    notes: BTreeMap<u32, String>,
    noted: BTreeSet<u32>,
}

impl Page {
    fn blank() -> Self {
        Self { content: Content::new(), links: Vec::new(), notes: Vec::new() }
    }

    fn draw(&mut self, line: &Line, x: f32, y: f32, leading: f32) {
        let size = line.pieces.iter().map(|piece| piece.style.size).fold(0.0, f32::max);
        // The middle of a Chinese character lies 0.38 em above the line that it stands on.
        let base = HEIGHT - (y + leading / 2.0 + 0.38 * size);
        for alike in line.pieces.chunk_by(looks_alike) {
            write(&mut self.content, alike, x, base);
        }
        for linked in line.pieces.chunk_by(|a, b| a.target == b.target) {
            let (Some(first), Some(last)) = (linked.first(), linked.last()) else { continue };
            if let Some(target) = &first.target {
                let low = base + first.style.rise - 0.2 * first.style.size;
                let [from, to] = [x + first.x, x + last.x + last.width()];
                let area = Rect::new(from, low, to, low + 1.2 * first.style.size);
                self.links.push((area, target.clone()));
            }
        }
    }
}

impl<'a> Sheets<'a> {
    /// Sheets at whose foot stand `notes`, each where its reference is marked first.
    pub fn new(faces: Faces<'a>, notes: BTreeMap<u32, String>) -> Self {
        let (anchors, noted) = (BTreeMap::new(), BTreeSet::new());
        Self { faces, full: Vec::new(), page: Page::blank(), anchors, y: TOP, notes, noted }
    }

    /// How far down the page is filled.
    pub fn y(&self) -> f32 {
        self.y
    }

    /// Leaves a gap, unless at the top of a page.
    pub fn gap(&mut self, height: f32) {
        if self.y > TOP {
            self.y += height;
        }
    }

    /// Ends the page.
    pub fn turn(&mut self) {
        self.draw_notes();
        self.full.push(std::mem::replace(&mut self.page, Page::blank()));
        self.y = TOP;
    }

    /// Makes sure that there is room for as much, and for the notes of marks that are new; turns the
    /// page if there is not, and says so.
    pub fn room(&mut self, height: f32, marks: impl IntoIterator<Item = u32>) -> bool {
        let mut fresh: Vec<Line> = Vec::new();
        for number in marks {
            if self.noted.insert(number) {
                fresh.extend(self.note(number));
            }
        }
        let notes = self.page.notes.len() + fresh.len();
        let foot = if notes > 0 { ABOVE_NOTES + NOTE_LEADING * notes as f32 } else { 0.0 };
        let turned = self.y + height + foot > BOTTOM && self.y > TOP;
        if turned {
            self.turn();
        }
        self.page.notes.append(&mut fresh);
        turned
    }

    /// Puts a line below what is there.
    pub fn put(&mut self, line: &Line, leading: f32) {
        self.room(leading, line.marks());
        self.draw(line, LEFT, self.y, leading);
        self.y += leading;
    }

    /// Sets a paragraph.
    pub fn paragraph(&mut self, runs: &[Run], shape: Shape, leading: f32) {
        for line in lines(&mut self.faces, runs, shape) {
            self.put(&line, leading);
        }
    }

    /// Goes down by what was drawn.
    pub fn down(&mut self, height: f32) {
        self.y += height;
    }

    /// Marks here as the entry of a reference.
    pub fn anchor(&mut self, number: u32) {
        let place = (self.full.len(), HEIGHT - self.y);
        self.anchors.insert(number, place);
    }

    /// A level rule at a height.
    pub fn rule(&mut self, [x, y]: [f32; 2], length: f32, weight: f32, ink: Ink) {
        self.stroke([x, y], [x + length, y], weight, ink);
    }

    /// A straight line between two points, counted from the page's upper left corner.
    pub fn stroke(&mut self, [x1, y1]: [f32; 2], [x2, y2]: [f32; 2], weight: f32, [r, g, b]: Ink) {
        let content = &mut self.page.content;
        content.set_stroke_rgb(r, g, b).set_line_width(weight);
        content.move_to(x1, HEIGHT - y1).line_to(x2, HEIGHT - y2).stroke();
    }

    /// Fills a box: x, y of its upper left corner, width, height.
    pub fn fill(&mut self, [x, y, width, height]: [f32; 4], [r, g, b]: Ink) {
        let content = &mut self.page.content;
        content.set_fill_rgb(r, g, b).rect(x, HEIGHT - y - height, width, height).fill_nonzero();
    }

    /// Draws a line whose box begins at x, y and is `leading` high.
    pub fn draw(&mut self, line: &Line, x: f32, y: f32, leading: f32) {
        self.page.draw(line, x, y, leading);
    }

    /// Draws what stands at the foot of every page, and gives the pages with their faces.
    pub fn finish(mut self) -> (Vec<Page>, Faces<'a>, BTreeMap<u32, (usize, f32)>) {
        self.turn();
        for at in 0..self.full.len() {
            let number = self.page_number(at + 1);
            // 7 mm below the text.
            self.full[at].draw(&number, LEFT, BOTTOM + 19.84, 14.0);
        }
        (self.full, self.faces, self.anchors)
    }

    fn page_number(&mut self, number: usize) -> Line {
        let style = Style { weight: Weight::Text, size: 14.0, ink: BLACK, rise: 0.0 };
        let run = Run { text: format!("— {number} —"), style, target: None };
        // One character in from the outer edge.
        let (width, indent, align) = match number % 2 {
            1 => (ACROSS - 14.0, 0.0, Align::Right),
            _ => (ACROSS, 14.0, Align::Left),
        };
        lines(&mut self.faces, &[run], Shape { width, indent, align }).swap_remove(0)
    }

    fn note(&mut self, number: u32) -> Vec<Line> {
        let Some(text) = self.notes.get(&number) else { return Vec::new() };
        let target = Some(Target::Reference(number));
        let run = Run { text: format!("[{number}] {text}"), style: NOTE, target };
        lines(&mut self.faces, &[run], Shape { width: ACROSS, indent: 0.0, align: Align::Left })
    }

    fn draw_notes(&mut self) {
        let notes = std::mem::take(&mut self.page.notes);
        if notes.is_empty() {
            return;
        }
        let mut y = BOTTOM - NOTE_LEADING * notes.len() as f32;
        self.rule([LEFT, y - 4.0], 120.0, 0.5, BLACK);
        for note in &notes {
            self.draw(note, LEFT, y, NOTE_LEADING);
            y += NOTE_LEADING;
        }
    }
}

fn looks_alike(a: &Piece, b: &Piece) -> bool {
    a.glyph.face == b.glyph.face && a.style == b.style
}

/// Writes pieces of one look, moving the pen where a glyph does not stand right after the last.
fn write(content: &mut Content, pieces: &[Piece], x: f32, base: f32) {
    let Some(first) = pieces.first() else { return };
    let Style { size, ink: [r, g, b], rise, .. } = first.style;
    content.begin_text().set_fill_rgb(r, g, b).set_font(Faces::NAMES[first.glyph.face], size);
    content.set_text_matrix([1.0, 0.0, 0.0, 1.0, x + first.x, base + rise]);
    let mut shown = content.show_positioned();
    let mut items = shown.items();
    let (mut pen, mut word) = (first.x, Vec::new());
    for piece in pieces {
        if (piece.x - pen).abs() > 0.001 {
            items.show(Str(&word)).adjust((pen - piece.x) * 1_000.0 / size);
            word.clear();
        }
        word.extend(piece.glyph.cid.to_be_bytes());
        pen = piece.x + piece.width();
    }
    items.show(Str(&word));
    drop(items);
    drop(shown);
    content.end_text();
}
