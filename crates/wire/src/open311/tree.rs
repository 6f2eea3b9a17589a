//! What an answer holds, before it is XML or JSON.

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::xml::Builder;

/// The largest whole number that every reader of JSON keeps.
const LARGEST: u64 = (1 << 53) - 1;

/// A value of an answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Tree {
    Nothing,
    Text(String),
    /// A number in JSON where it looks like one.
    Code(String),
    Number(f64),
    Truth(bool),
    /// Names and values, in the order of the specification's examples.
    Fields(Vec<(&'static str, Self)>),
    /// Values under the name that each has in XML.
    List(&'static str, Vec<Self>),
}

impl Tree {
    pub fn text(text: Option<&String>) -> Self {
        text.map_or(Self::Nothing, |text| Self::Text(text.clone()))
    }

    pub fn code(code: Option<&String>) -> Self {
        code.map_or(Self::Nothing, |code| Self::Code(code.clone()))
    }

    pub fn to_xml(&self, root: &'static str) -> Vec<u8> {
        let mut builder = Builder::new(root, "");
        self.write_inside(&mut builder);
        builder.finish()
    }

    /// The inside of an element: only fields and lists have one that is not text.
    fn write_inside(&self, to: &mut Builder) {
        match self {
            Self::Fields(fields) => fields.iter().for_each(|(name, value)| value.write(to, name)),
            Self::List(name, values) => values.iter().for_each(|value| value.write(to, name)),
            _ => {}
        }
    }

    fn write(&self, to: &mut Builder, name: &'static str) {
        match self {
            Self::Nothing => to.leaf(name, ""),
            Self::Text(text) | Self::Code(text) => to.leaf(name, text),
            Self::Number(number) => to.leaf(name, &number.to_string()),
            Self::Truth(truth) => to.leaf(name, if *truth { "true" } else { "false" }),
            Self::Fields(_) | Self::List(..) => to.block(name, |to| self.write_inside(to)),
        }
    }
}

impl Serialize for Tree {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Nothing => to.serialize_none(),
            Self::Text(text) => to.serialize_str(text),
            Self::Code(code) => match number(code) {
                Some(number) => to.serialize_u64(number),
                None => to.serialize_str(code),
            },
            Self::Number(number) => to.serialize_f64(*number),
            Self::Truth(truth) => to.serialize_bool(*truth),
            Self::List(_, values) => to.collect_seq(values),
            Self::Fields(fields) => {
                let mut map = to.serialize_map(Some(fields.len()))?;
                for (name, value) in fields {
                    map.serialize_entry(name, value)?;
                }
                map.end()
            }
        }
    }
}

/// A code that is written as a whole number is, letter for letter.
fn number(code: &str) -> Option<u64> {
    let plain = code.bytes().all(|b| b.is_ascii_digit()) && (code == "0" || !code.starts_with('0'));
    code.parse().ok().filter(|number| plain && *number <= LARGEST)
}
