//! Which column of a table feeds which field of ours.

use yipan_base::refusal::Refusal;

use crate::sheet::Row;

/// A mapping (字段对照) of fields to columns, written `text=内容,received="时间,登记"`: the field, an
/// equals sign and the column's name, which stands in quotation marks if it holds a comma, an equals
/// sign or a quotation mark (doubled). Spaces around names do not count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapping {
    pairs: Vec<(String, String)>,
}

/// Why a mapping cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MappingFault {
    #[error("the mapping cannot be read at `{at}`; write field=column,field=\"column\"")]
    Syntax { at: String },
    #[error("the mapping names the field `{field}` twice; remove one")]
    Twice { field: String },
    #[error("there is no field `{field}`{}; the fields are: {}", hint_en(.nearest), .fields.join(", "))]
    UnknownField { field: String, nearest: Option<String>, fields: Vec<String> },
    #[error("the mapping lacks the field `{field}`; add {field}=column")]
    MissingField { field: String },
    #[error("there is no column `{column}`{}; the table has: {}", hint_en(.nearest), .present.join(", "))]
    UnknownColumn { column: String, nearest: Option<String>, present: Vec<String> },
}

impl Mapping {
    /// Reads the written form.
    pub fn parse(text: &str) -> Result<Self, MappingFault> {
        let mut pairs: Vec<(String, String)> = Vec::new();
        let mut rest = text;
        loop {
            let syntax = || MappingFault::Syntax { at: rest.trim().to_owned() };
            let (field, after) = take_name(rest).ok_or_else(syntax)?;
            let after = after.strip_prefix('=').ok_or_else(syntax)?;
            let (column, after) = take_name(after).ok_or_else(syntax)?;
            if pairs.iter().any(|(other, _)| *other == field) {
                return Err(MappingFault::Twice { field });
            }
            pairs.push((field, column));
            match after.strip_prefix(',') {
                Some(next) => rest = next,
                None if after.is_empty() => return Ok(Self { pairs }),
                None => return Err(MappingFault::Syntax { at: after.to_owned() }),
            }
        }
    }

    /// The pairs of field and column, as written.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.pairs.iter().map(|(field, column)| (field.as_str(), column.as_str()))
    }

    /// Checks that every field is one of ours and that none of the required ones is missing.
    pub fn check_fields(&self, required: &[&str], optional: &[&str]) -> Result<(), MappingFault> {
        let fields: Vec<&str> = required.iter().chain(optional).copied().collect();
        if let Some((field, _)) = self.pairs().find(|(field, _)| !fields.contains(field)) {
            return Err(MappingFault::UnknownField {
                field: field.to_owned(),
                nearest: nearest(field, &fields),
                fields: fields.iter().map(ToString::to_string).collect(),
            });
        }
        match required.iter().find(|&&field| self.pairs().all(|(mapped, _)| mapped != field)) {
            Some(field) => Err(MappingFault::MissingField { field: (*field).to_owned() }),
            None => Ok(()),
        }
    }

    /// Finds the mapped columns among those of a table.
    pub fn bind(&self, columns: &[String]) -> Result<Binding, MappingFault> {
        let find = |(field, column): (&str, &str)| match columns.iter().position(|name| name == column) {
            Some(index) => Ok((field.to_owned(), index)),
            None => Err(MappingFault::UnknownColumn {
                column: column.to_owned(),
                nearest: nearest(column, columns),
                present: columns.to_vec(),
            }),
        };
        Ok(Binding { indices: self.pairs().map(find).collect::<Result<_, _>>()? })
    }
}

/// A mapping bound to the columns of one table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    indices: Vec<(String, usize)>,
}

impl Binding {
    /// The cell that feeds a field; `None` if the field is not mapped.
    #[must_use]
    pub fn get<'r>(&self, field: &str, row: &'r Row) -> Option<&'r str> {
        let (_, index) = self.indices.iter().find(|(mapped, _)| mapped == field)?;
        row.cells.get(*index).map(String::as_str)
    }
}

/// A plain or quoted name at the start of `text`, and what follows it and its spaces.
fn take_name(text: &str) -> Option<(String, &str)> {
    let text = text.trim_start();
    let (name, rest) = match text.strip_prefix('"') {
        Some(quoted) => take_quoted(quoted)?,
        None => {
            let end = text.find([',', '=', '"']).unwrap_or(text.len());
            (text[..end].trim_end().to_owned(), &text[end..])
        }
    };
    (!name.is_empty()).then(|| (name, rest.trim_start()))
}

/// The rest of a quoted name after its first quotation mark.
fn take_quoted(mut text: &str) -> Option<(String, &str)> {
    let mut name = String::new();
    loop {
        let (part, rest) = text.split_once('"')?;
        name.push_str(part);
        match rest.strip_prefix('"') {
            Some(doubled) => {
                name.push('"');
                text = doubled;
            }
            None => return Some((name, rest)),
        }
    }
}

/// The name that was probably meant: the fewest edits away, if at least half of it is right.
fn nearest(wanted: &str, names: &[impl AsRef<str>]) -> Option<String> {
    let wanted: Vec<char> = wanted.to_lowercase().chars().collect();
    names
        .iter()
        .map(AsRef::as_ref)
        .filter_map(|name| {
            let other: Vec<char> = name.trim().to_lowercase().chars().collect();
            let edits = edits(&wanted, &other);
            (edits * 2 <= wanted.len().max(other.len())).then_some((edits, name))
        })
        .min_by_key(|(edits, _)| *edits)
        .map(|(_, name)| name.to_owned())
}

/// How many characters must be put in, taken out or replaced (Levenshtein distance).
fn edits(a: &[char], b: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = i;
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

fn hint_en(nearest: &Option<String>) -> String {
    nearest.as_ref().map(|name| format!(" (did you mean `{name}`?)")).unwrap_or_default()
}

impl MappingFault {
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Syntax { .. } => "mapping.syntax",
            Self::Twice { .. } => "mapping.twice",
            Self::UnknownField { .. } => "mapping.unknown_field",
            Self::MissingField { .. } => "mapping.missing_field",
            Self::UnknownColumn { .. } => "mapping.unknown_column",
        }
    }

    /// The sentence in Chinese.
    #[must_use]
    pub fn zh(&self) -> String {
        let hint = |nearest: &Option<String>| {
            nearest.as_ref().map(|name| format!("（是否为“{name}”？）")).unwrap_or_default()
        };
        match self {
            Self::Syntax { at } => format!("无法识别对照“{at}”；请写成 字段=列名,字段=\"列名\""),
            Self::Twice { field } => format!("字段“{field}”重复；请删去一个"),
            Self::UnknownField { field, nearest, fields } => {
                format!("没有字段“{field}”{}；可用字段：{}", hint(nearest), fields.join("、"))
            }
            Self::MissingField { field } => format!("缺少字段“{field}”；请补上 {field}=列名"),
            Self::UnknownColumn { column, nearest, present } => {
                format!("没有列“{column}”{}；现有列：{}", hint(nearest), present.join("、"))
            }
        }
    }
}

impl From<MappingFault> for Refusal {
    fn from(fault: MappingFault) -> Self {
        Self::invalid(fault.code(), fault.zh(), fault.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(names: &[&str]) -> Vec<String> {
        names.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn fields_are_fed_by_the_columns_named() {
        let mapping = Mapping::parse(r#"text=body, received = "时间,登记" ,caller="来电 ""人""",title=a=b"#);
        assert_eq!(mapping, Err(MappingFault::Syntax { at: "=b".into() }));
        let mapping =
            Mapping::parse(r#"text=body, received = "时间,登记" ,caller="来电 ""人""",标题="a=b""#).unwrap();
        let binding = mapping.bind(&columns(&["a=b", "来电 \"人\"", "时间,登记", "body"])).unwrap();
        let row = Row { number: 2, cells: columns(&["甲", "乙", "丙", "丁"]) };
        let cell = |field| binding.get(field, &row);
        assert_eq!(cell("text"), Some("丁"));
        assert_eq!((cell("received"), cell("caller"), cell("标题")), (Some("丙"), Some("乙"), Some("甲")));
        assert_eq!(cell("key"), None);
    }

    #[test]
    fn a_wrong_name_is_answered_with_the_right_ones() {
        let mapping = Mapping::parse("text=诉求内荣,key=编号").unwrap();
        let fault = mapping.bind(&columns(&["编号", "诉求内容", "时间"])).unwrap_err();
        assert_eq!(
            fault.to_string(),
            "there is no column `诉求内荣` (did you mean `诉求内容`?); the table has: 编号, 诉求内容, 时间"
        );
        let refusal = Refusal::from(fault);
        assert_eq!(refusal.code, "mapping.unknown_column");
        assert_eq!(refusal.zh, "没有列“诉求内荣”（是否为“诉求内容”？）；现有列：编号、诉求内容、时间");
        let far = Mapping::parse("text=x").unwrap().bind(&columns(&["编号"])).unwrap_err();
        assert!(matches!(far, MappingFault::UnknownColumn { nearest: None, .. }));
    }

    #[test]
    fn fields_are_checked() {
        let mapping = Mapping::parse("txet=a,key=b").unwrap();
        let fault = mapping.check_fields(&["text"], &["key"]).unwrap_err();
        assert!(matches!(&fault, MappingFault::UnknownField { nearest: Some(n), .. } if n == "text"));
        let fault = mapping.check_fields(&["text"], &["key", "txet"]).unwrap_err();
        assert_eq!(fault, MappingFault::MissingField { field: "text".into() });
        assert_eq!(mapping.check_fields(&["key"], &["txet"]), Ok(()));
    }

    #[test]
    fn what_cannot_be_read_is_shown() {
        for text in ["", "text", "text=", "=a", "text=a,", "text=\"a", "text=\"a\"b", "text=a\"b\""] {
            assert!(matches!(Mapping::parse(text), Err(MappingFault::Syntax { .. })), "{text}");
        }
        assert_eq!(Mapping::parse("a=x,a=y"), Err(MappingFault::Twice { field: "a".into() }));
    }
}
