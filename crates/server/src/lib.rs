//! Floor 7: the HTTP process. Assembles the applications that the roof hands it.
//!
//! - [`assemble`]: all routes, their description, and the layers around them
//! - [`sessions`]: logging in and out; [`admission`]: who sits at a request
//! - [`upkeep`]: audit, replay and backup of a running house
//! - [`envelope`]: request ids, problem documents, security headers
//! - [`web`]: the pages, built into the binary
//! - [`serve`]: listening, and leaving in good order with [`farewell`]; [`tls`]: the door for people

mod admission;
mod assemble;
mod envelope;
mod farewell;
mod house_info;
mod serve;
mod sessions;
mod tls;
mod upkeep;
mod web;

pub use assemble::{Assembled, Server, ServerOptions, description};
pub use house_info::{DemoHint, DemoLogin};
pub use serve::{ListenFault, Listening, socket_path};
pub use tls::{TlsFault, TlsFiles};
