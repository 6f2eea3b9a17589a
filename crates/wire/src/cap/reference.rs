//! An alert named in another.

use std::fmt;

use super::value::is_name;
use crate::moment::Moment;

/// An earlier alert (引用信息), by the three values that name it. Clause 3.2.1, references.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    pub sender: String,
    pub identifier: String,
    pub sent: Moment,
}

impl Reference {
    /// `sender,identifier,sent`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split(',');
        let (sender, identifier, sent) = (parts.next()?, parts.next()?, parts.next()?);
        let sound = is_name(sender) && is_name(identifier) && parts.next().is_none();
        let sent = Moment::from_cap(sent)?;
        sound.then(|| Self { sender: sender.to_owned(), identifier: identifier.to_owned(), sent })
    }

    /// Whether this names that alert: the same instant, in whichever offset it is told.
    #[must_use]
    pub fn names(&self, alert: &super::Alert) -> bool {
        self.sender == alert.sender
            && self.identifier == alert.identifier
            && self.sent.at() == alert.sent.at()
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{},{},{}", self.sender, self.identifier, self.sent.to_cap())
    }
}
