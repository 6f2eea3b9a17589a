//! A pack (城市数据包): one city as a folder of plain tables, read and checked in one go.
//!
//! | file | holds | read by |
//! |---|---|---|
//! | `departments.csv` | lines of duty | [`department`] |
//! | `areas.csv`, `units.csv`, `staff.csv` | the directory | `organisation` |
//! | `categories.csv` | the tree of categories | `categories` |
//! | `catalogue.csv` | the dispatch catalogue | [`catalogue`] |
//! | `boundaries.geojson` | polygons of areas | [`boundary`] |
//! | `mix.csv` | shares for demonstration days | [`mix`] |
//!
//! Tables are CSV in UTF-8 with a header; lists within a cell are separated by spaces.

pub mod boundary;
pub mod catalogue;
mod categories;
pub mod department;
mod fault;
mod folder;
pub mod mix;
mod organisation;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::BTreeSet;

pub use boundary::Boundary;
pub use catalogue::CatalogueEntry;
pub use department::Department;
pub use fault::PackFault;
pub use mix::{Mix, Share};

use crate::category::Category;
use crate::directory::Directory;
use folder::Folder;

/// One city, complete: every reference in it leads somewhere.
#[derive(Debug)]
pub struct Pack {
    pub directory: Directory,
    pub departments: Vec<Department>,
    /// Parents before their children.
    pub categories: Vec<Category>,
    pub catalogue: Vec<CatalogueEntry>,
    pub boundaries: Vec<Boundary>,
    pub mix: Mix,
}

/// Reads a pack. `open` gives a file of the pack by its name, or `None` where there is none.
///
/// # Errors
/// All faults of the first stage that has any: lines of duty; the rows of directory and
/// categories; references within the directory; what refers to all those. So one slip does not
/// bury the reader under its consequences.
pub fn read<'a>(open: &dyn Fn(&str) -> Option<Cow<'a, [u8]>>) -> Result<Pack, Vec<PackFault>> {
    let mut folder = Folder::new(open);
    let departments = department::read(&mut folder);
    folder.sound()?;

    let lines: BTreeSet<&str> = departments.iter().map(|d| d.line.as_str()).collect();
    let organisation = organisation::read(&mut folder, &lines);
    let categories = categories::read(&mut folder, &lines);
    folder.sound()?;
    let directory = organisation.directory()?;

    let catalogue = catalogue::read(&mut folder, &lines, &categories, &directory);
    let boundaries = boundary::read(&mut folder, &directory);
    let mix = mix::read(&mut folder, &categories);
    folder.sound()?;
    Ok(Pack { directory, departments, categories, catalogue, boundaries, mix })
}
