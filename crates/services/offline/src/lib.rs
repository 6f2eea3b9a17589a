//! Floor 5: the dark hour (离线应急): what a centre works with while the house is down, and how that
//! comes back.
//!
//! - [`Folder`]: every few minutes a signed, encrypted file of each centre's open cases
//! - [`page`]: the page that opens such a file in a browser, without a network
//! - [`forms`], [`sheet`]: numbered paper forms, and [`entry`]: what was written on them becomes cases with
//!   their true times
//! - [`KeyFile`], [`centres`]: the centre's key, of which the house knows the public half only

pub mod centres;
mod content;
pub mod entry;
mod folder;
mod form_number;
mod format;
pub mod forms;
mod house_key;
mod key_file;
mod page;
mod routes;
mod sheet;
mod words;

use utoipa_axum::routes;
use yipan_http::{Application, Routes};

pub use entry::PaperForm;
pub use folder::{Folder, KEPT, Round, put};
pub use form_number::FormNumber;
pub use format::{Header, MAGIC, key_id};
pub use forms::Batch;
pub use house_key::HouseKey;
pub use key_file::{KeyFile, Passphrase};
pub use page::page;
pub use ring::rand::SystemRandom;
pub use sheet::sheet;

/// The dark hour's desk.
pub struct OfflineDesk;

impl Application for OfflineDesk {
    fn name(&self) -> &'static str {
        "offline"
    }

    fn routes(&self) -> Routes {
        Routes::new()
            .routes(routes!(routes::get_house_key))
            .routes(routes!(routes::list_centres))
            .routes(routes!(routes::register_centre))
            .routes(routes!(routes::allot_forms))
            .routes(routes!(routes::enter_form))
    }
}
