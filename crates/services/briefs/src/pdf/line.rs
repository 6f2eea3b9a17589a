//! Lines: text broken as Chinese is, between any two characters save where punctuation forbids it.

use super::face::{Faces, Glyph, Weight};

/// How text looks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Style {
    pub weight: Weight,
    /// In points.
    pub size: f32,
    pub ink: Ink,
    /// How far above the line, in points.
    pub rise: f32,
}

/// A colour: red, green, blue.
pub(super) type Ink = [f32; 3];

/// Text that looks the same throughout.
#[derive(Debug, Clone)]
pub(super) struct Run {
    pub text: String,
    pub style: Style,
    pub target: Option<Target>,
}

/// Where a link leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Target {
    /// The reference of this number.
    Reference(u32),
    Address(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Align {
    Left,
    Centre,
    Right,
    /// Both edges, save of the last line.
    Justify,
}

/// The space that a paragraph's lines fill, in points.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shape {
    pub width: f32,
    /// Of the first line.
    pub indent: f32,
    pub align: Align,
}

/// How far characters are set apart to reach the right edge, in ems; a line that would need more
/// ends before it.
const LOOSEST: f32 = 0.2;

/// A line that is set; x counts from its left edge.
#[derive(Debug, Clone, Default)]
pub(super) struct Line {
    pub pieces: Vec<Piece>,
}

/// One glyph in its place.
#[derive(Debug, Clone)]
pub(super) struct Piece {
    pub x: f32,
    pub glyph: Glyph,
    pub style: Style,
    pub target: Option<Target>,
}

impl Piece {
    pub fn width(&self) -> f32 {
        self.glyph.width * self.style.size
    }
}

impl Line {
    /// The line, further to the right.
    pub fn moved(mut self, by: f32) -> Self {
        self.pieces.iter_mut().for_each(|piece| piece.x += by);
        self
    }

    /// The numbers of references that the line marks.
    pub fn marks(&self) -> impl Iterator<Item = u32> {
        self.pieces.iter().filter(|piece| piece.style.rise > 0.0).filter_map(|piece| match piece.target {
            Some(Target::Reference(number)) => Some(number),
            _ => None,
        })
    }
}

/// How wide the text is if nothing breaks it.
pub(super) fn width(faces: &mut Faces, runs: &[Run]) -> f32 {
    let each = runs.iter().flat_map(|run| run.text.chars().map(|c| (c, run.style)));
    each.map(|(c, style)| faces.glyph(c, style.weight).width * style.size).sum()
}

/// Breaks the text into lines; at least one.
pub(super) fn lines(faces: &mut Faces, runs: &[Run], shape: Shape) -> Vec<Line> {
    let mut text: Vec<(char, Piece)> = Vec::new();
    for run in runs {
        for c in run.text.chars() {
            let glyph = faces.glyph(c, run.style.weight);
            text.push((c, Piece { x: 0.0, glyph, style: run.style, target: run.target.clone() }));
        }
    }
    let mut lines = Vec::new();
    let mut rest = text.as_slice();
    loop {
        let indent = if lines.is_empty() { shape.indent } else { 0.0 };
        let taken = fitting(rest, shape.width - indent);
        let (now, after) = rest.split_at(taken);
        lines.push(set(now, shape, indent, after.is_empty()));
        rest = after;
        if rest.is_empty() {
            return lines;
        }
    }
}

/// How much of the text the next line takes: up to the last break that fits, else as much as fits.
fn fitting(text: &[(char, Piece)], room: f32) -> usize {
    let (mut width, mut last_break) = (0.0, None);
    for (at, (c, piece)) in text.iter().enumerate() {
        if at > 0 && may_break(&text[at - 1], &text[at]) {
            last_break = Some(at);
        }
        width += piece.width();
        // A hundredth of a point is lost in adding up.
        if width > room + 0.01 && *c != ' ' {
            return last_break.unwrap_or(at.max(1));
        }
    }
    text.len()
}

fn may_break((before, _): &(char, Piece), (after, piece): &(char, Piece)) -> bool {
    const NEVER_FIRST: &str = "，。、；：？！）》〉】」』”’…—·～％,.;:?!)]}%°℃";
    const NEVER_LAST: &str = "（《〈【「『“‘([{";
    if piece.style.rise > 0.0 || NEVER_FIRST.contains(*after) || NEVER_LAST.contains(*before) || *after == ' '
    {
        return false;
    }
    // Paths may break after their separators, words and numbers nowhere.
    "/&?= ".contains(*before) || !(narrow(*before) && narrow(*after))
}

fn narrow(c: char) -> bool {
    u32::from(c) < 0x2000
}

/// Puts the pieces of one line in their places.
fn set(text: &[(char, Piece)], shape: Shape, indent: f32, last: bool) -> Line {
    let end = text.iter().rposition(|(c, _)| *c != ' ').map_or(0, |at| at + 1);
    let text = &text[..end];
    let natural: f32 = text.iter().map(|(_, piece)| piece.width()).sum();
    let slack = (shape.width - indent - natural).max(0.0);
    let gaps = text.windows(2).filter(|pair| may_stretch(&pair[0], &pair[1])).count();
    let (mut x, stretch) = match shape.align {
        Align::Left => (indent, 0.0),
        Align::Centre => (indent + slack / 2.0, 0.0),
        Align::Right => (indent + slack, 0.0),
        Align::Justify if last || gaps == 0 => (indent, 0.0),
        Align::Justify => (indent, (slack / gaps as f32).min(LOOSEST * text[0].1.style.size)),
    };
    let mut pieces = Vec::with_capacity(text.len());
    for (at, (_, piece)) in text.iter().enumerate() {
        if at > 0 && may_stretch(&text[at - 1], &text[at]) {
            x += stretch;
        }
        pieces.push(Piece { x, ..piece.clone() });
        x += piece.width();
    }
    Line { pieces }
}

fn may_stretch((before, _): &(char, Piece), (after, piece): &(char, Piece)) -> bool {
    piece.style.rise == 0.0 && !(narrow(*before) && narrow(*after))
}
