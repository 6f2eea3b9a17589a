//! Paper forms as one HTML document for the printer: two on a sheet of A4.

use crate::forms::Batch;
use crate::page::policy;

const STYLE: &str = include_str!("page/forms.css");
const FORM: &str = include_str!("page/form.html");

/// A batch of forms, ready to be printed.
#[must_use]
pub fn sheet(batch: &Batch) -> String {
    let forms: String = batch
        .numbers
        .iter()
        .map(|number| FORM.replace("{centre}", &escaped(&batch.name)).replace("{number}", &escaped(number)))
        .collect();
    let policy = policy(None, STYLE);
    format!(
        "<!doctype html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">\n\
         <title>纸质受理单 {}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n{forms}</body>\n</html>\n",
        escaped(&batch.name)
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
