//! What a refused call is answered with. Section "Errors".

use super::answer::Item;
use super::complaint::Complaint;
use super::tree::Tree;
use super::view::View;
use crate::fault::Fault;

/// One of the errors of an answer. Section "Errors".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    /// Most often the HTTP status; a server may have finer ones.
    pub code: String,
    /// For people to read.
    pub description: String,
}

impl Error {
    /// The complaint, in English.
    #[must_use]
    pub fn en(complaint: &Complaint) -> Self {
        Self { code: complaint.status().to_string(), description: complaint.to_string() }
    }

    /// The complaint, in Chinese.
    #[must_use]
    pub fn zh(complaint: &Complaint) -> Self {
        Self { code: complaint.status().to_string(), description: complaint.zh() }
    }
}

/// The HTTP status of an answer with these complaints: 403 if the key is among them, else 404 if something is not
/// there, else 400.
#[must_use]
pub fn http_status(complaints: &[Complaint]) -> u16 {
    let any = |status| complaints.iter().any(|complaint| complaint.status() == status);
    [403, 404].into_iter().find(|status| any(*status)).unwrap_or(400)
}

impl Item for Error {
    const NAMES: (&'static str, &'static str) = ("errors", "error");

    fn tree(&self) -> Tree {
        Tree::Fields(vec![
            ("code", Tree::Code(self.code.clone())),
            ("description", Tree::Text(self.description.clone())),
        ])
    }

    fn view(view: &View<'_>) -> Result<Self, Fault> {
        Ok(Self { code: view.need("code")?, description: view.text_of("description")?.unwrap_or_default() })
    }
}
