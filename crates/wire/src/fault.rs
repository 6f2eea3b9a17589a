//! What a message is refused for.

use std::fmt;

use yipan_base::refusal::Refusal;

/// A message that is refused: what is wrong, where, and by which rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The element, from the root: `/alert/info[2]/area/polygon`. Empty where there is no element yet.
    pub path: String,
    /// The place in the message; none in a fault of what was to be written.
    pub at: Option<At>,
    pub wrong: Wrong,
    /// The clause that says so.
    pub rule: &'static str,
}

/// A place in a message as text: a line, and a byte of its UTF-8 form, from 1 and from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct At {
    pub line: usize,
    pub byte: usize,
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Wrong {
    #[error(
        "the message has more than the {limit} bytes that are read; send it in parts, or refer to large files"
    )]
    TooLarge { limit: usize },
    #[error("elements lie more than {limit} deep in each other; no message of this kind needs that")]
    TooDeep { limit: usize },
    #[error("the message has more than the {limit} elements that are read; send it in parts")]
    TooMany { limit: usize },
    #[error("a document type declaration is refused, and entities with it; leave out `<!DOCTYPE …>`")]
    Doctype,
    #[error("`&{name};` is no entity of XML; write the character itself")]
    Entity { name: String },
    #[error("the encoding `{label}` is not known; write UTF-8")]
    Encoding { label: String },
    #[error("the bytes are not {label}; write UTF-8, or name the encoding that was used")]
    Bytes { label: String },
    #[error("the character U+{code:04X} may not stand in XML; leave it out")]
    Character { code: u32 },
    #[error("not well formed: {what}")]
    IllFormed { what: String },
    #[error("the message is `{found}`, not {expected}")]
    Root { found: String, expected: &'static str },
    #[error("`{name}` is missing{because}")]
    Missing { name: &'static str, because: &'static str },
    #[error("`{found}` stands where {expected} is expected")]
    Unexpected { found: String, expected: String },
    #[error("the attribute `{name}` is not allowed here")]
    Attribute { name: String },
    #[error("text stands where only elements may stand")]
    Text,
    #[error("`{value}` is not {wanted}")]
    Value { value: String, wanted: String },
}

impl Wrong {
    /// A value that is not what was wanted; a long value is cut.
    pub(crate) fn value(value: &str, wanted: impl Into<String>) -> Self {
        const SHOWN: usize = 60;
        let mut shown: String = value.chars().take(SHOWN).collect();
        if shown.len() < value.len() {
            shown.push('…');
        }
        Self::Value { value: shown, wanted: wanted.into() }
    }

    /// Stable and greppable.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "wire.too_large",
            Self::TooDeep { .. } => "wire.too_deep",
            Self::TooMany { .. } => "wire.too_many",
            Self::Doctype => "wire.doctype",
            Self::Entity { .. } => "wire.entity",
            Self::Encoding { .. } => "wire.encoding",
            Self::Bytes { .. } => "wire.bytes",
            Self::Character { .. } => "wire.character",
            Self::IllFormed { .. } => "wire.ill_formed",
            Self::Root { .. } => "wire.root",
            Self::Missing { .. } => "wire.missing",
            Self::Unexpected { .. } => "wire.unexpected",
            Self::Attribute { .. } => "wire.attribute",
            Self::Text => "wire.text",
            Self::Value { .. } => "wire.value",
        }
    }

    /// The same in Chinese.
    #[must_use]
    pub fn zh(&self) -> String {
        match self {
            Self::TooLarge { limit } => format!("报文超过 {limit} 字节，请分开发送，大文件请用链接"),
            Self::TooDeep { limit } => format!("元素嵌套超过 {limit} 层"),
            Self::TooMany { limit } => format!("元素超过 {limit} 个，请分开发送"),
            Self::Doctype => "不接受文档类型声明和实体，请去掉 <!DOCTYPE …>".to_owned(),
            Self::Entity { name } => format!("“&{name};”不是 XML 的实体，请直接写该字符"),
            Self::Encoding { label } => format!("不认识的编码“{label}”，请用 UTF-8"),
            Self::Bytes { label } => format!("内容不是 {label} 编码，请用 UTF-8 或写明实际编码"),
            Self::Character { code } => format!("XML 中不允许字符 U+{code:04X}，请去掉"),
            Self::IllFormed { what } => format!("格式不良：{what}"),
            Self::Root { found, expected } => format!("收到的是“{found}”，应为 {expected}"),
            Self::Missing { name, .. } => format!("缺少“{name}”"),
            Self::Unexpected { found, expected } => format!("“{found}”的位置应为 {expected}"),
            Self::Attribute { name } => format!("此处不允许属性“{name}”"),
            Self::Text => "此处只允许元素，不允许文字".to_owned(),
            Self::Value { value, wanted } => format!("“{value}”不符合要求：{wanted}"),
        }
    }
}

impl Fault {
    /// A fault of the message as a whole, or of what was to be written.
    pub(crate) fn of(path: impl Into<String>, wrong: Wrong, rule: &'static str) -> Self {
        Self { path: path.into(), at: None, wrong, rule }
    }
}

impl At {
    /// The line of a byte of `text`.
    pub(crate) fn of(text: &str, byte: usize) -> Self {
        let before = &text.as_bytes()[..byte.min(text.len())];
        Self { line: 1 + before.iter().filter(|b| **b == b'\n').count(), byte }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.path.is_empty(), self.at) {
            (false, Some(at)) => write!(f, "{} (line {}, byte {}): ", self.path, at.line, at.byte)?,
            (false, None) => write!(f, "{}: ", self.path)?,
            (true, Some(at)) => write!(f, "line {}, byte {}: ", at.line, at.byte)?,
            (true, None) => {}
        }
        write!(f, "{} [{}]", self.wrong, self.rule)
    }
}

impl std::error::Error for Fault {}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        let line = fault.at.map(|at| format!("第 {} 行 ", at.line)).unwrap_or_default();
        let zh = format!("{line}{}：{}（{}）", fault.path, fault.wrong.zh(), fault.rule);
        Self::invalid(fault.wrong.code(), zh, fault.to_string())
    }
}
