//! Persons and texts (个人信息与叙述): sealed on the way in, masked by default on the way out.

use serde::{Deserialize, Serialize};
use yipan_base::id::{CaseId, NarrativeId, PersonId};
use yipan_base::identity::{Phone, ResidentId, mask_name};
use yipan_base::refusal::Refusal;
use yipan_base::time::Timestamp;
use yipan_casework::case::{NarrativeKind, NarrativeRef};
use yipan_store::tables::{CASE_PERSON, NARRATIVE, PERSON};
use yipan_store::{Row, Value};

use crate::keys::{KeyFault, Keys};

/// The longest text that a door takes, in bytes.
pub const LONGEST_TEXT: usize = 1024 * 1024;

/// A person as sealed in the vault.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Person {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<String>,
    /// What an older system called this person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
}

impl Person {
    /// What a reader sees who has not given a purpose.
    #[must_use]
    pub fn masked(&self) -> Self {
        Self {
            name: self.name.as_deref().map(mask_name),
            phone: self
                .phone
                .as_deref()
                .map(|p| Phone::parse(p).map_or_else(|_| "***".to_owned(), |p| p.masked())),
            identity: self
                .identity
                .as_deref()
                .map(|i| ResidentId::parse(i).map_or_else(|_| "***".to_owned(), |i| i.masked())),
            reference: self.reference.as_ref().map(|_| "***".to_owned()),
        }
    }
}

/// A text sealed and ready to be written.
#[derive(Debug, Clone)]
pub struct NewNarrative {
    pub reference: NarrativeRef,
    row: Row,
}

impl NewNarrative {
    /// Seals a text.
    ///
    /// # Errors
    /// Refuses an empty text, one with a NUL character, and one longer than [`LONGEST_TEXT`].
    pub fn seal(
        keys: &Keys,
        id: NarrativeId,
        case: &CaseId,
        kind: NarrativeKind,
        text: &str,
    ) -> Result<Self, Refusal> {
        check_text(text, kind.code())?;
        let digest = keys.digest("narrative", text);
        let sealed = keys.seal(id.as_str(), text).map_err(sealing)?;
        let row = Row::insert(
            &NARRATIVE,
            vec![
                id.as_str().into(),
                case.as_str().into(),
                kind.code().into(),
                digest.as_str().into(),
                sealed.sealed.into(),
                sealed.wrapped.into(),
            ],
        );
        Ok(Self { reference: NarrativeRef { id, kind, digest }, row })
    }

    #[must_use]
    pub fn row(&self) -> Row {
        self.row.clone()
    }
}

/// Refuses what no door takes.
pub fn check_text(text: &str, field: &str) -> Result<(), Refusal> {
    let at = |refusal: Refusal| Err(refusal.at(format!("/{field}")));
    if !text.chars().any(is_seen) {
        return at(Refusal::invalid("text.empty", "文字内容为空", "the text is empty"));
    }
    if text.contains('\0') {
        return at(Refusal::invalid(
            "text.nul",
            "文字中含有空字符（U+0000），请删除后重试",
            "the text holds a NUL character (U+0000); remove it",
        ));
    }
    if text.len() > LONGEST_TEXT {
        return at(Refusal::new(
            yipan_base::refusal::RefusalKind::TooLarge,
            "text.too_long",
            format!("文字过长：{} 字节，最多 {LONGEST_TEXT} 字节；请作为附件提交", text.len()),
            format!(
                "the text has {} bytes; at most {LONGEST_TEXT} are taken: send it as an attachment",
                text.len()
            ),
        ));
    }
    Ok(())
}

/// Whether a character can be seen: not white space, not a control, not one of those that only steer
/// how others are set.
fn is_seen(c: char) -> bool {
    let steers = matches!(c,
        '\u{00ad}' | '\u{061c}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}' | '\u{ffa0}' | '\u{e0000}'..='\u{e007f}');
    !(c.is_whitespace() || c.is_control() || steers)
}

impl Person {
    /// The keys by which the person is found: of the telephone, and of the identity number.
    pub(crate) fn search_keys(&self, keys: &Keys) -> [Option<String>; 2] {
        let key = |purpose, value: &Option<String>| value.as_deref().map(|v| keys.digest(purpose, v));
        // Older systems name their persons by a reference of their own: it finds them as a phone would.
        let phone = match (&self.phone, &self.reference) {
            (None, Some(_)) => key("reference", &self.reference),
            (phone, _) => key("phone", phone),
        };
        [phone, key("identity", &self.identity)]
    }
}

/// A person sealed and ready to be written.
#[derive(Debug, Clone)]
pub struct NewPerson {
    pub id: PersonId,
    row: Row,
}

impl NewPerson {
    pub fn seal(keys: &Keys, id: PersonId, person: &Person) -> Result<Self, Refusal> {
        let text = serde_json::to_string(person).map_err(|e| Refusal::internal(e.to_string()))?;
        let sealed = keys.seal(id.as_str(), &text).map_err(sealing)?;
        let [phone_key, identity_key] = person.search_keys(keys).map(Value::from);
        let row = Row::insert(
            &PERSON,
            vec![id.as_str().into(), phone_key, identity_key, sealed.sealed.into(), sealed.wrapped.into()],
        );
        Ok(Self { id, row })
    }

    /// The rows that tie the person to a case.
    #[must_use]
    pub fn rows(&self, case: &CaseId, at: Timestamp) -> Vec<Row> {
        let link = Row::insert(
            &CASE_PERSON,
            vec![self.id.as_str().into(), case.as_str().into(), "appellant".into(), at.as_micros().into()],
        );
        vec![self.row.clone(), link]
    }
}

pub(crate) fn sealing(fault: KeyFault) -> Refusal {
    Refusal::internal(fault.to_string())
}
