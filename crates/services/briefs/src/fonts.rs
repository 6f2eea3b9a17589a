//! The fonts a PDF is written with, which are built into the binary.

use crate::model::Fault;

/// Three faces, as TrueType files.
pub struct Fonts {
    /// 仿宋's and 宋体's place: text. What the others lack is taken from here.
    pub serif: Vec<u8>,
    /// 小标宋's place: titles.
    pub serif_bold: Vec<u8>,
    /// 黑体's place: headings.
    pub sans: Vec<u8>,
}

impl Fonts {
    /// The fonts that this program was built with.
    ///
    /// # Errors
    /// [`Fault::NoFonts`] if there were none, which says how to get them.
    #[cfg(fonts)]
    pub fn built_in() -> Result<Self, Fault> {
        let unpacked = |face, packed: &[u8]| {
            let mut font = Vec::new();
            match std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(packed), &mut font) {
                Ok(_) => Ok(font),
                Err(fault) => Err(Fault::Font { face, reason: fault.to_string() }),
            }
        };
        Ok(Self {
            serif: unpacked("serif", include_bytes!("../fonts/serif.ttf.gz"))?,
            serif_bold: unpacked("serif-bold", include_bytes!("../fonts/serif-bold.ttf.gz"))?,
            sans: unpacked("sans", include_bytes!("../fonts/sans.ttf.gz"))?,
        })
    }

    /// The fonts that this program was built with.
    ///
    /// # Errors
    /// [`Fault::NoFonts`]: there were none; it says how to get them.
    #[cfg(not(fonts))]
    pub fn built_in() -> Result<Self, Fault> {
        Err(Fault::NoFonts)
    }
}
