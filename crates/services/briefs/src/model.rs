//! The document: words and figures, and for each figure where it comes from.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use yipan_base::time::{Date, Timestamp};

/// A dated document whose every figure can be opened down to its cases (专报).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Brief {
    pub kind: Kind,
    /// The red head (刊头), such as `市域治理专报`.
    pub masthead: String,
    /// As it is printed, such as `2021年第1期`.
    pub issue_number: String,
    pub date: Date,
    pub secrecy: Secrecy,
    /// Who issues it, in full.
    pub issuer: String,
    /// Who signed it (签发人).
    pub signer: String,
    /// To whom it is sent (报送).
    pub recipients: Vec<String>,
    /// A line break stands where it is to be broken, should it be too long for one line.
    pub title: String,
    /// What a leader reads who reads nothing else.
    pub summary: [Paragraph; 3],
    pub sections: Vec<Section>,
    pub annexes: Vec<Annex>,
    pub references: Vec<Reference>,
    /// Where links lead to, such as `https://12345.example.gov.cn`. Without it HTML links within its
    /// own site, and the other formats print paths.
    #[serde(default)]
    pub site: Option<String>,
}

/// What sort of document it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// 专报
    Special,
    /// 日报
    Daily,
    /// 周报
    Weekly,
    /// 月报
    Monthly,
}

/// Who may read it (密级).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Secrecy {
    /// 公开
    Public,
    /// 内部
    Internal,
    /// 秘密
    Confidential,
    /// 机密
    Secret,
}

/// Text in which figures stand.
pub type Paragraph = Vec<Span>;

/// A piece of a paragraph, or a cell of a table. In JSON a text is a string, a figure an object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Span {
    Text(String),
    Figure(Figure),
}

/// A figure as it is printed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Figure {
    /// With its unit: `99.77%`, `4754件`.
    pub text: String,
    /// The number of its [`Reference`].
    pub reference: u32,
    /// The path that opens its cases, where it is one group of what the reference asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
}

/// A headed part of the text; the heading has no number of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    pub heading: String,
    pub paragraphs: Vec<Paragraph>,
}

/// A table at the end (附表).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Annex {
    pub title: String,
    pub columns: Vec<Column>,
    /// As many cells in each as there are columns.
    pub rows: Vec<Vec<Span>>,
}

/// A column of an annex.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    pub title: String,
    /// Where its figures come from, all of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<u32>,
}

/// The query that made a figure (数据出处).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reference {
    /// From 1, in the order in which figures refer to them first (see [`Brief::numbered`]).
    pub number: u32,
    /// The definition, such as `on_time_completion`.
    pub figure: String,
    /// What people call it, such as `按时办结率`.
    pub name: String,
    /// What was asked, in words: period, tier, filters, cut.
    pub query: String,
    /// Exactly, as the accounts answered: the value is numerator ÷ denominator.
    pub numerator: i64,
    pub denominator: i64,
    /// How the figure comes of them, as people write it: `4743 ÷ 4754`.
    pub working: String,
    pub as_of: Timestamp,
    /// The definition's formula, in words.
    pub formula: String,
    /// The path that opens the cases, such as `/api/v1/kpis/on_time_completion/cases?…`.
    pub link: String,
}

impl Secrecy {
    /// How it is printed.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Public => "公开",
            Self::Internal => "内部资料",
            Self::Confidential => "秘密",
            Self::Secret => "机密",
        }
    }
}

impl Brief {
    /// Numbers the references anew, from 1, in the order in which figures refer to them: summary,
    /// sections, annexes. Those that no figure refers to come last.
    #[must_use]
    pub fn numbered(mut self) -> Self {
        let mut order: Vec<u32> = Vec::new();
        let given = self.references.iter().map(|reference| reference.number);
        for number in self.marks().map(|(_, number)| number).chain(given) {
            if !order.contains(&number) {
                order.push(number);
            }
        }
        let anew: BTreeMap<u32, u32> = order.into_iter().zip(1..).collect();
        let renumber = |number: &mut u32| *number = anew.get(number).copied().unwrap_or(*number);
        let text = self.summary.iter_mut().chain(self.sections.iter_mut().flat_map(|s| &mut s.paragraphs));
        let spans = text.flatten().chain(self.annexes.iter_mut().flat_map(|annex| &mut annex.rows).flatten());
        for span in spans {
            if let Span::Figure(figure) = span {
                renumber(&mut figure.reference);
            }
        }
        let columns = self.annexes.iter_mut().flat_map(|annex| &mut annex.columns);
        columns.filter_map(|column| column.reference.as_mut()).for_each(renumber);
        self.references.iter_mut().for_each(|reference| renumber(&mut reference.number));
        self.references.sort_by_key(|reference| reference.number);
        self
    }

    /// Checks that every figure has its reference, that references are numbered in order, and that
    /// every row has a cell for each column.
    ///
    /// # Errors
    /// The first fault, saying where it is.
    pub fn check(&self) -> Result<(), Fault> {
        if let Some((at, reference)) = (1..).zip(&self.references).find(|(at, r)| *at != r.number) {
            return Err(Fault::Order { at, number: reference.number });
        }
        let mut next = 1;
        for (place, number) in self.marks() {
            if !(1..=self.references.len()).contains(&(number as usize)) {
                return Err(Fault::NoReference { place: place.to_owned(), number });
            }
            if number > next {
                return Err(Fault::Order { at: next, number });
            }
            next = next.max(number + 1);
        }
        for annex in &self.annexes {
            if let Some(row) = annex.rows.iter().position(|row| row.len() != annex.columns.len()) {
                let (cells, columns) = (annex.rows[row].len(), annex.columns.len());
                return Err(Fault::RowWidth { annex: annex.title.clone(), row: row + 1, cells, columns });
            }
        }
        Ok(())
    }

    /// The numbers of references where they are marked, in reading order, and in which part.
    fn marks(&self) -> impl Iterator<Item = (&str, u32)> {
        let summary = self.summary.iter().map(|line| ("summary", line));
        let sections =
            self.sections.iter().flat_map(|s| s.paragraphs.iter().map(|p| (s.heading.as_str(), p)));
        let marked = |span: &Span| span.figure().map(|figure| figure.reference);
        let text = summary.chain(sections);
        let text =
            text.flat_map(move |(place, text)| text.iter().filter_map(marked).map(move |n| (place, n)));
        let annexes = self.annexes.iter().flat_map(move |annex| {
            let columns = annex.columns.iter().filter_map(|column| column.reference);
            let cells = annex.rows.iter().flatten().filter_map(marked);
            columns.chain(cells).map(|number| (annex.title.as_str(), number))
        });
        text.chain(annexes)
    }

    /// The title on one line.
    #[must_use]
    pub fn flat_title(&self) -> String {
        self.title.replace('\n', "")
    }

    /// Where a path leads, if there is a site. What is no path leads nowhere: a brief from elsewhere
    /// is not to bring addresses of its own.
    #[must_use]
    pub fn address(&self, path: &str) -> Option<String> {
        let site = self.site.as_deref()?.trim_end_matches('/');
        let web = site.starts_with("https://") || site.starts_with("http://");
        (web && is_path(path)).then(|| format!("{site}{path}"))
    }
}

/// Whether it leads from the root of a site to a place within it.
pub(crate) fn is_path(path: &str) -> bool {
    path.starts_with('/') && !path.starts_with("//")
}

impl Span {
    /// The figure, if it is one.
    #[must_use]
    pub const fn figure(&self) -> Option<&Figure> {
        match self {
            Self::Figure(figure) => Some(figure),
            Self::Text(_) => None,
        }
    }

    /// What is printed.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Text(text) => text,
            Self::Figure(figure) => &figure.text,
        }
    }
}

impl From<&str> for Span {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<Figure> for Span {
    fn from(figure: Figure) -> Self {
        Self::Figure(figure)
    }
}

impl From<String> for Span {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

/// Why a brief cannot be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    #[error("`{place}` has a figure of reference {number}, which is not among the references: add it")]
    NoReference { place: String, number: u32 },
    #[error("reference {number} comes where {at} should: number the references by `Brief::numbered`")]
    Order { at: u32, number: u32 },
    #[error("row {row} of `{annex}` has {cells} cells for {columns} columns: make them as many")]
    RowWidth { annex: String, row: usize, cells: usize, columns: usize },
    #[error("this program was built without fonts: run tools/fonts/take.sh, then build it again")]
    NoFonts,
    #[error("the font `{face}` cannot be used ({reason}): run tools/fonts/take.sh anew, then build again")]
    Font { face: &'static str, reason: String },
    #[error("the document could not be packed: {0}")]
    Packing(String),
}
