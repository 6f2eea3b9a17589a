//! The page that opens offline files (离线文件查看页): one file, no network, nothing but what a browser has.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use ring::digest::{SHA256, digest};

const FRAME: &str = include_str!("page/open.html");
const STYLE: &str = include_str!("page/open.css");
const SCRIPT: &str = include_str!("page/open.js");

/// The whole page. Its content-security policy allows this very script and style, and nothing else:
/// what a file holds cannot leave.
#[must_use]
pub fn page() -> String {
    let policy = policy(Some(SCRIPT), STYLE);
    FRAME.replace("{policy}", &policy).replace("{style}", STYLE).replace("{script}", SCRIPT)
}

/// A policy that allows one script, one style and nothing from anywhere.
pub(crate) fn policy(script: Option<&str>, style: &str) -> String {
    let script = script.map_or_else(|| "none".to_owned(), hash);
    let style = hash(style);
    format!(
        "default-src 'none'; script-src '{script}'; style-src '{style}'; base-uri 'none'; form-action 'none'"
    )
}

/// A hash as a policy names it (CSP 3, 2.3.1).
fn hash(text: &str) -> String {
    format!("sha256-{}", BASE64.encode(digest(&SHA256, text.as_bytes())))
}
