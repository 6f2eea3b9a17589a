//! Who speaks: checked, then sealed under a key of their own.

use yipan_base::id::PersonId;
use yipan_base::identity::{Phone, ResidentId};
use yipan_base::refusal::Refusal;

use super::Appellant;
use crate::house::House;
use crate::vault::{NewPerson, Person, check_text};

/// The longest name of a person, in characters.
const LONGEST_NAME: usize = 200;

impl House {
    pub(super) fn seal_person(&self, person: &Appellant) -> Result<Option<NewPerson>, Refusal> {
        let word = |text: &Option<String>, field: &str| -> Result<Option<String>, Refusal> {
            let Some(text) = text.as_deref().map(str::trim).filter(|t| !t.is_empty()) else {
                return Ok(None);
            };
            check_text(text, field)?;
            if text.chars().count() > LONGEST_NAME {
                return Err(Refusal::invalid(
                    "person.too_long",
                    format!("最多 {LONGEST_NAME} 个字符；其他内容请写在正文中"),
                    format!("at most {LONGEST_NAME} characters; write anything else into the text"),
                )
                .at(format!("/{field}")));
            }
            Ok(Some(text.to_owned()))
        };
        let (name, reference) =
            (word(&person.name, "person/name")?, word(&person.reference, "person/reference")?);
        let phone = match person.phone.as_deref().map(str::trim).filter(|p| !p.is_empty()) {
            Some(text) => Some(
                Phone::parse(text)
                    .map(|p| p.as_str().to_owned())
                    .map_err(|f| Refusal::from(f).at("/person/phone"))?,
            ),
            None => None,
        };
        let identity = match person.identity.as_deref().map(str::trim).filter(|p| !p.is_empty()) {
            Some(text) => Some(
                ResidentId::parse(text)
                    .map(|p| p.as_str().to_owned())
                    .map_err(|f| Refusal::from(f).at("/person/identity"))?,
            ),
            None => None,
        };
        let person = Person { name, phone, identity, reference };
        if person == Person::default() {
            return Ok(None);
        }
        NewPerson::seal(self.keys(), PersonId::new(self.id()), &person).map(Some)
    }
}
