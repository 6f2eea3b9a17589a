//! Writes a sample brief in all three formats: `cargo run -p yipan-briefs --example sample -- FOLDER`.

use std::error::Error;
use std::path::PathBuf;

use yipan_briefs::{Brief, Fonts, docx, html, pdf};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(std::env::args().nth(1).ok_or("say into which folder")?);
    let brief: Brief = serde_json::from_str(include_str!("storm.json"))?;
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join("special-report.html"), html(&brief))?;
    std::fs::write(folder.join("special-report.docx"), docx(&brief)?)?;
    std::fs::write(folder.join("special-report.pdf"), pdf(&brief, &Fonts::built_in()?)?)?;
    Ok(())
}
