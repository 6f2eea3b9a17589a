//! Faces: which glyph draws a character, how wide it is, and how the used ones go into the file.

use std::collections::BTreeMap;

use pdf_writer::types::{CidFontType, FontFlags, SystemInfo, UnicodeCmap};
use pdf_writer::{Chunk, Filter, Finish, Name, Rect, Ref, Str};
use subsetter::GlyphRemapper;

use super::packed;
use crate::fonts::Fonts;
use crate::model::Fault;

const SYSTEM: SystemInfo = SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"Identity"), supplement: 0 };

/// Printers set this sign (下駄) where they lack the type.
const LACKING: char = '〓';

/// A face by its role; the number is its place among the [`Faces`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weight {
    Text = 0,
    Title = 1,
    Heading = 2,
}

/// What a character is drawn with.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Glyph {
    /// The place of its face.
    pub face: usize,
    /// Its number in the file's own cut of the face.
    pub cid: u16,
    /// In ems.
    pub width: f32,
}

struct Face<'a> {
    name: &'static str,
    data: &'a [u8],
    parsed: ttf_parser::Face<'a>,
    used: GlyphRemapper,
    /// By cid: what it means and how wide it is.
    meanings: BTreeMap<u16, (char, f32)>,
}

/// The three faces, and what was used of each.
pub(super) struct Faces<'a>([Face<'a>; 3]);

impl<'a> Faces<'a> {
    pub const NAMES: [Name<'static>; 3] = [Name(b"F0"), Name(b"F1"), Name(b"F2")];

    pub fn of(fonts: &'a Fonts) -> Result<Self, Fault> {
        Ok(Self([
            Face::parse("serif", &fonts.serif)?,
            Face::parse("serif-bold", &fonts.serif_bold)?,
            Face::parse("sans", &fonts.sans)?,
        ]))
    }

    /// The glyph of a character: of the face asked for, else of the text face.
    pub fn glyph(&mut self, c: char, weight: Weight) -> Glyph {
        let candidates = [(weight, c), (Weight::Text, c), (Weight::Text, LACKING)];
        let found = candidates.iter().find_map(|(weight, c)| {
            Some((*weight as usize, self.0[*weight as usize].parsed.glyph_index(*c)?))
        });
        let (face, id) = found.unwrap_or((Weight::Text as usize, ttf_parser::GlyphId(0)));
        let Face { parsed, used, meanings, .. } = &mut self.0[face];
        let cid = used.remap(id.0);
        let width = f32::from(parsed.glyph_hor_advance(id).unwrap_or(0)) / f32::from(parsed.units_per_em());
        meanings.entry(cid).or_insert((c, width));
        Glyph { face, cid, width }
    }

    /// Writes the faces as the objects of these numbers; `next` gives numbers for what they consist of.
    pub fn write(
        &self,
        file: &mut Chunk,
        fonts: [Ref; 3],
        next: &mut impl FnMut() -> Ref,
    ) -> Result<(), Fault> {
        self.0.iter().zip(fonts).try_for_each(|(face, font)| face.write(file, font, next))
    }
}

impl<'a> Face<'a> {
    fn parse(name: &'static str, data: &'a [u8]) -> Result<Self, Fault> {
        let parsed = ttf_parser::Face::parse(data, 0)
            .map_err(|fault| Fault::Font { face: name, reason: fault.to_string() })?;
        Ok(Self { name, data, parsed, used: GlyphRemapper::new(), meanings: BTreeMap::new() })
    }

    fn write(&self, file: &mut Chunk, font: Ref, next: &mut impl FnMut() -> Ref) -> Result<(), Fault> {
        let [descendant, descriptor, meaning, program] = std::array::from_fn(|_| next());
        // Readers tell cuts of a font from the font by six letters before its name.
        let name = format!("YIPANA+{}", self.name);
        let name = Name(name.as_bytes());
        file.type0_font(font)
            .base_font(name)
            .encoding_predefined(Name(b"Identity-H"))
            .descendant_font(descendant)
            .to_unicode(meaning);

        let mut cid_font = file.cid_font(descendant);
        cid_font
            .subtype(CidFontType::Type2)
            .base_font(name)
            .system_info(SYSTEM)
            .font_descriptor(descriptor)
            .default_width(1_000.0)
            .cid_to_gid_map_predefined(Name(b"Identity"));
        let mut widths = cid_font.widths();
        for (cid, (_, width)) in self.meanings.iter().filter(|(_, (_, width))| *width != 1.0) {
            widths.same(*cid, *cid, width * 1_000.0);
        }
        widths.finish();
        cid_font.finish();

        let scale = 1_000.0 / f32::from(self.parsed.units_per_em());
        let units = |value: i16| f32::from(value) * scale;
        let bounds = self.parsed.global_bounding_box();
        let [left, bottom, right, top] = [bounds.x_min, bounds.y_min, bounds.x_max, bounds.y_max].map(units);
        file.font_descriptor(descriptor)
            .name(name)
            .flags(FontFlags::SYMBOLIC)
            .bbox(Rect::new(left, bottom, right, top))
            .italic_angle(0.0)
            .ascent(units(self.parsed.ascender()))
            .descent(units(self.parsed.descender()))
            .cap_height(units(self.parsed.capital_height().unwrap_or(700)))
            .stem_v(80.0)
            .font_file2(program);

        let mut meanings = UnicodeCmap::new(Name(b"Yipan"), SYSTEM);
        for (cid, (c, _)) in &self.meanings {
            meanings.pair(*cid, *c);
        }
        let meanings = packed(meanings.finish().as_slice());
        file.stream(meaning, &meanings).filter(Filter::FlateDecode);

        let cut = subsetter::subset(self.data, 0, &self.used)
            .map_err(|fault| Fault::Font { face: self.name, reason: fault.to_string() })?;
        let program_packed = packed(&cut);
        let mut stream = file.stream(program, &program_packed);
        stream
            .filter(Filter::FlateDecode)
            .pair(Name(b"Length1"), i32::try_from(cut.len()).unwrap_or(i32::MAX));
        Ok(())
    }
}
