//! Tables: columns as wide as what stands in them, rows that repeat their head on every page.

use super::line::{Align, Line, Run, Shape, lines, width};
use super::sheet::{ACROSS, GREY, LEFT, Sheets};

const LEADING: f32 = 15.0;
const PADDING: f32 = 4.0;
/// The most that a column is wider than what stands in it: a figure is not to stand far from its row.
const SPARE: f32 = 48.0;
const HEAD: [f32; 3] = [0.93, 0.93, 0.93];

/// A cell: its text, and how it stands.
pub(super) struct Cell {
    pub runs: Vec<Run>,
    pub align: Align,
}

/// A table that is set, to be put in the middle of a page.
pub(super) struct Table {
    widths: Vec<f32>,
    head: SetRow,
    rows: Vec<SetRow>,
}

impl Table {
    /// Sets a table; every row has as many cells as the head.
    pub fn set(sheets: &mut Sheets, head: &[Cell], rows: &[Vec<Cell>]) -> Self {
        let widths = widths(sheets, head, rows);
        let head = SetRow::set(sheets, head, &widths);
        let rows = rows.iter().map(|row| SetRow::set(sheets, row, &widths)).collect();
        Self { widths, head, rows }
    }

    /// How high it is if nothing tears it.
    pub fn height(&self) -> f32 {
        self.head.height + self.rows.iter().map(|row| row.height).sum::<f32>()
    }

    /// The numbers of references that it marks.
    pub fn marks(&self) -> Vec<u32> {
        self.rows.iter().chain([&self.head]).flat_map(SetRow::marks).collect()
    }

    /// Puts it below what is there, on as many pages as it takes.
    pub fn put(&self, sheets: &mut Sheets) {
        // The head never stands alone at the foot of a page.
        let first = self.rows.first().map_or(0.0, |row| row.height);
        sheets.room(self.head.height + first, self.head.marks());
        self.head.draw(sheets, &self.widths, true);
        for row in &self.rows {
            if sheets.room(row.height, row.marks()) {
                self.head.draw(sheets, &self.widths, true);
            }
            row.draw(sheets, &self.widths, false);
        }
    }
}

struct SetRow {
    cells: Vec<Vec<Line>>,
    height: f32,
}

impl SetRow {
    fn set(sheets: &mut Sheets, row: &[Cell], widths: &[f32]) -> Self {
        let set = |(cell, width): (&Cell, &f32)| {
            let shape = Shape { width: width - 2.0 * PADDING, indent: 0.0, align: cell.align };
            lines(&mut sheets.faces, &cell.runs, shape)
        };
        let cells: Vec<Vec<Line>> = row.iter().zip(widths).map(set).collect();
        let tallest = cells.iter().map(Vec::len).max().unwrap_or(1);
        Self { cells, height: LEADING * tallest as f32 + PADDING }
    }

    fn marks(&self) -> Vec<u32> {
        self.cells.iter().flatten().flat_map(Line::marks).collect()
    }

    /// Draws the row where the page is filled to.
    fn draw(&self, sheets: &mut Sheets, widths: &[f32], head: bool) {
        let across: f32 = widths.iter().sum();
        let left = LEFT + (ACROSS - across) / 2.0;
        if head {
            sheets.fill([left, sheets.y(), across, self.height], HEAD);
            sheets.rule([left, sheets.y()], across, 0.5, GREY);
        }
        let (top, mut x) = (sheets.y(), left);
        for (cell, width) in self.cells.iter().zip(widths) {
            let mut y = top + (self.height - LEADING * cell.len() as f32) / 2.0;
            for line in cell {
                sheets.draw(line, x + PADDING, y, LEADING);
                y += LEADING;
            }
            sheets.stroke([x, top], [x, top + self.height], 0.5, GREY);
            x += width;
        }
        sheets.stroke([x, top], [x, top + self.height], 0.5, GREY);
        sheets.rule([left, top + self.height], across, 0.5, GREY);
        sheets.down(self.height);
    }
}

/// Columns that ask for less than an even share get what they ask for; the others share the rest.
/// What is left over is spread evenly, within bounds.
fn widths(sheets: &mut Sheets, head: &[Cell], rows: &[Vec<Cell>]) -> Vec<f32> {
    let mut asked = vec![0.0_f32; head.len()];
    for row in std::iter::once(head).chain(rows.iter().map(Vec::as_slice)) {
        for (asked, cell) in asked.iter_mut().zip(row) {
            *asked = asked.max(width(&mut sheets.faces, &cell.runs) + 2.0 * PADDING + 1.0);
        }
    }
    let mut order: Vec<usize> = (0..asked.len()).collect();
    order.sort_by(|a, b| asked[*a].total_cmp(&asked[*b]));
    let mut left = ACROSS;
    for (done, at) in order.iter().enumerate() {
        asked[*at] = asked[*at].min(left / (order.len() - done) as f32);
        left -= asked[*at];
    }
    let spare = (left / asked.len() as f32).min(SPARE);
    asked.iter().map(|width| width + spare).collect()
}
