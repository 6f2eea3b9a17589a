//! A query's text as words and signs, and what can be told from them: the tables that it mentions
//! and what it holds equal.

use crate::table::Table;
use crate::tables;

#[derive(Debug, PartialEq)]
pub(super) enum Token<'a> {
    Word(String),
    Sign(char),
    /// `{…}`, with its place in the text.
    Marker {
        text: &'a str,
        start: usize,
        end: usize,
    },
}

/// The words, signs and markers of a text, without its strings and comments.
pub(super) fn tokens(sql: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(first) = sql[at..].chars().next() {
        let rest = &sql[at..];
        // Up to and with the next `close` after the first `skip` bytes, or all that is left.
        let until = |skip: usize, close: &str| {
            rest[skip..].find(close).map_or(rest.len(), |found| skip + found + close.len())
        };
        let length = match first {
            '\'' => until(1, "'"),
            '-' if rest.starts_with("--") => until(2, "\n"),
            '/' if rest.starts_with("/*") => until(2, "*/"),
            '{' => {
                let end = until(1, "}");
                let text = rest[1..end].trim_end_matches('}');
                tokens.push(Token::Marker { text, start: at, end: at + end });
                end
            }
            'a'..='z' | 'A'..='Z' | '_' => {
                let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
                let end = rest.find(|c| !word(c)).unwrap_or(rest.len());
                tokens.push(Token::Word(rest[..end].to_ascii_lowercase()));
                end
            }
            // Quoted or not, a name is a name.
            '"' => 1,
            other => {
                if !other.is_whitespace() {
                    tokens.push(Token::Sign(other));
                }
                other.len_utf8()
            }
        };
        at += length;
    }
    tokens
}

/// Words that end a table's mention without naming an alias.
const NO_ALIAS: [&str; 26] = [
    "as",
    "cross",
    "except",
    "fetch",
    "for",
    "full",
    "group",
    "having",
    "indexed",
    "inner",
    "intersect",
    "join",
    "left",
    "limit",
    "natural",
    "not",
    "offset",
    "on",
    "order",
    "right",
    "set",
    "union",
    "using",
    "values",
    "where",
    "window",
];

/// The tables that a text mentions, by alias.
pub(super) fn mentions(tokens: &[Token<'_>]) -> Vec<(String, &'static Table)> {
    let word = |at: usize| match tokens.get(at) {
        Some(Token::Word(word)) => Some(word.as_str()),
        _ => None,
    };
    let dot = |at: usize| tokens.get(at) == Some(&Token::Sign('.'));
    let mut found = Vec::new();
    for at in 0..tokens.len() {
        let Some(table) = word(at).and_then(tables::named) else { continue };
        // `table.column` and `alias.column` mention nothing new.
        if dot(at + 1) || at.checked_sub(1).is_some_and(dot) {
            continue;
        }
        // A house table's name may be a column's: only case tables are taken wherever they stand.
        let from = at.checked_sub(1).and_then(word).is_some_and(|word| matches!(word, "from" | "join"));
        let listed = at > 0 && tokens[at - 1] == Token::Sign(',');
        if !table.case_data && !from && !listed {
            continue;
        }
        let next = if word(at + 1) == Some("as") { at + 2 } else { at + 1 };
        let alias = word(next).filter(|word| next == at + 2 || !NO_ALIAS.contains(word));
        found.push((alias.unwrap_or(table.name).to_owned(), table));
    }
    found
}

/// Pairs of aliases that the text holds equal. A subquery after IN is called by an empty alias.
pub(super) fn ties(tokens: &[Token<'_>]) -> Vec<(String, String)> {
    use Token::{Sign, Word};
    let mut ties = Vec::new();
    for window in tokens.windows(7) {
        if let [Word(a), Sign('.'), Word(_), Sign('='), Word(b), Sign('.'), Word(_)] = window {
            ties.push((a.clone(), b.clone()));
        }
    }
    for window in tokens.windows(6) {
        if let [Word(a), Sign('.'), Word(_), Word(within), Sign('('), Word(select)] = window
            && within == "in"
            && select == "select"
        {
            ties.push((a.clone(), String::new()));
        }
    }
    ties
}
