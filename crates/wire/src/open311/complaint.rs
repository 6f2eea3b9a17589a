//! Why a call is refused.

/// What is wrong with a call, before it is an [`super::Error`] in words. Sections "Possible Errors" and "Errors".
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Complaint {
    /// 403.
    #[error("the api_key is missing or not valid; ask for one as the discovery says")]
    ApiKey,
    /// 404: something of that name and value is not there.
    #[error("there is no {name} `{value}`")]
    NotFound { name: &'static str, value: String },
    /// 404: no call goes to that path.
    #[error("there is nothing at this path")]
    NoPath,
    /// 400, and so are all that follow.
    #[error("the path does not end in .xml or .json")]
    NoFormat,
    #[error("{name} was not provided")]
    Missing { name: String },
    #[error("the place was not provided: send lat and long, or address_string, or address_id")]
    NoPlace,
    #[error("{name} was provided more than once")]
    Repeated { name: String },
    #[error("{name} is not {wanted}")]
    Value { name: String, wanted: String },
    #[error("{name} has more than {limit} characters")]
    TooLong { name: String, limit: usize },
    #[error("start_date and end_date span more than 90 days; ask for less at once")]
    Span,
    #[error("the call has more than {limit} {what}")]
    TooMuch { what: &'static str, limit: usize },
    #[error("the call is not UTF-8, percent-encoded")]
    NotUtf8,
    /// Anything else; the words are for the one who called.
    #[error("{0}")]
    General(String),
}

impl Complaint {
    /// The HTTP status: 403 for the key, 404 for what is not there, else 400.
    #[must_use]
    pub const fn status(&self) -> u16 {
        match self {
            Self::ApiKey => 403,
            Self::NotFound { .. } | Self::NoPath => 404,
            _ => 400,
        }
    }

    /// The same in Chinese.
    #[must_use]
    pub fn zh(&self) -> String {
        match self {
            Self::ApiKey => "缺少 api_key 或 api_key 无效，请按服务发现文件的说明申请".to_owned(),
            Self::NotFound { name, value } => format!("没有 {name}“{value}”"),
            Self::NoPath => "此路径下没有内容".to_owned(),
            Self::NoFormat => "路径应以 .xml 或 .json 结尾".to_owned(),
            Self::Missing { name } => format!("缺少 {name}"),
            Self::NoPlace => "缺少地点：请提供 lat 和 long，或 address_string，或 address_id".to_owned(),
            Self::Repeated { name } => format!("{name} 重复"),
            Self::Value { name, wanted } => format!("{name} 不符合要求：{wanted}"),
            Self::TooLong { name, limit } => format!("{name} 超过 {limit} 字"),
            Self::Span => "start_date 与 end_date 相隔超过 90 天，请缩短".to_owned(),
            Self::TooMuch { what, limit } => format!("请求超过上限：{limit} {what}"),
            Self::NotUtf8 => "请求不是经百分号编码的 UTF-8".to_owned(),
            Self::General(words) => words.clone(),
        }
    }
}
