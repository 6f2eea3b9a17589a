//! The closed word lists of a case: stages, kinds, channels, levels, outcomes, grades.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A word of a closed list: its code, and how people say it.
pub trait Word: Copy + 'static {
    const LIST: &'static [(Self, &'static str, &'static str, &'static str)];

    fn code(self) -> &'static str;
    fn zh(self) -> &'static str;
    fn en(self) -> &'static str;
}

/// A word that is not in its list.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{word}` is not a {list}; use one of: {known}")]
pub struct UnknownWord {
    pub list: &'static str,
    pub word: String,
    pub known: String,
}

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $code:tt, $zh:literal, $en:literal;)* })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
        pub enum $name {
            $($(#[$vdoc])* #[serde(rename = $code)] $variant,)*
        }

        impl Word for $name {
            const LIST: &'static [(Self, &'static str, &'static str, &'static str)] =
                &[$(($name::$variant, $code, $zh, $en),)*];

            fn code(self) -> &'static str {
                match self { $($name::$variant => $code,)* }
            }

            fn zh(self) -> &'static str {
                match self { $($name::$variant => $zh,)* }
            }

            fn en(self) -> &'static str {
                match self { $($name::$variant => $en,)* }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.code())
            }
        }

        impl FromStr for $name {
            type Err = UnknownWord;

            /// Accepts the code or the Chinese word.
            fn from_str(word: &str) -> Result<Self, UnknownWord> {
                Self::LIST.iter().find(|w| w.1 == word || w.2 == word).map(|w| w.0).ok_or_else(|| UnknownWord {
                    list: stringify!($name),
                    word: word.to_owned(),
                    known: Self::LIST.iter().map(|w| w.1).collect::<Vec<_>>().join(", "),
                })
            }
        }
    )*};
}

words! {
    /// Where a case stands (阶段). It follows the main holding.
    Stage {
        Accepted = "accepted", "已受理", "accepted";
        AnsweredDirectly = "answered_directly", "直接答复", "answered directly";
        Dispatched = "dispatched", "已派单", "dispatched";
        Handling = "handling", "办理中", "handling";
        Handled = "handled", "已办理", "handled";
        Reviewing = "reviewing", "审核中", "reviewing";
        Verifying = "verifying", "核查中", "verifying on site";
        CallingBack = "calling_back", "回访中", "calling back";
        Closed = "closed", "已结案", "closed";
        Archived = "archived", "已归档", "archived";
    }

    /// What the citizen wants (诉求类型).
    Kind {
        Consultation = "consultation", "咨询", "consultation";
        Help = "help", "求助", "help request";
        Complaint = "complaint", "投诉", "complaint";
        Report = "report", "举报", "report of wrongdoing";
        Suggestion = "suggestion", "建议", "suggestion";
        Praise = "praise", "表扬", "praise";
        Other = "other", "其他", "other";
    }

    /// By which way it came in (渠道).
    Channel {
        Phone = "phone", "电话", "telephone";
        Province = "province", "省平台", "province platform";
        Superior = "superior", "上级交办", "superior assignment";
        Application = "application", "网络应用", "application";
        Grid = "grid", "网格上报", "grid worker";
        Opinion = "opinion", "舆情", "public opinion";
        Warning = "warning", "预警", "warning";
        Other = "other", "其他", "other";
    }

    /// What a file is (附件类型).
    AttachmentKind {
        Photo = "photo", "照片", "photo";
        Recording = "recording", "录音", "recording";
        Video = "video", "视频", "video";
        Document = "document", "文件", "document";
    }

    /// How pressing it is (时限等级): chooses the terms, and is data of the case, not of the category.
    Level {
        Emergency = "emergency", "紧急", "danger to life or property";
        Utilities = "utilities", "民生保障", "water, power, gas, heat";
        Ordinary = "ordinary", "一般", "ordinary";
        Complex = "complex", "复杂疑难", "complex";
    }

    /// How it ended (办结结果). Closed is not the same as solved.
    Outcome {
        Solved = "solved", "已解决", "solved";
        Explained = "explained", "已解释说明", "explained";
        CannotBeSolved = "cannot_be_solved", "暂不能解决", "cannot be solved";
        Untrue = "untrue", "诉求不属实", "untrue";
        Withdrawn = "withdrawn", "诉求人撤回", "withdrawn";
        Merged = "merged", "并单", "merged";
        BeyondDuty = "beyond_duty", "超出职责", "beyond duty";
    }

    /// Part of a holder in the case.
    HoldingRole {
        Main = "main", "主办", "main handler";
        Assistant = "assistant", "协办", "assistant handler";
    }

    /// What the citizen says of attitude and of result, asked separately (评价).
    Grade {
        Satisfied = "satisfied", "满意", "satisfied";
        Basically = "basically", "基本满意", "basically satisfied";
        Dissatisfied = "dissatisfied", "不满意", "dissatisfied";
        NoOpinion = "no_opinion", "不评价", "no opinion";
    }

    /// Whether the matter is solved, in the eyes of whoever is asked.
    Solved {
        Yes = "yes", "已解决", "solved";
        Partly = "partly", "部分解决", "partly solved";
        No = "no", "未解决", "not solved";
        Unknown = "unknown", "不清楚", "not known";
    }
}
