//! Keyset cursors: the sort key of the last row, opaque to clients.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use utoipa::ToSchema;
use yipan_base::refusal::Refusal;

/// A page of a list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// Where the next page begins; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// A page of at most `limit` of the `items`, of which one more was asked for to see whether the
    /// list goes on.
    pub fn cut<K: Serialize>(mut items: Vec<T>, limit: usize, key: impl Fn(&T) -> K) -> Self {
        let more = items.len() > limit;
        items.truncate(limit);
        let next = items.last().filter(|_| more).map(|last| write(&key(last)));
        Self { items, next }
    }
}

/// A sort key as a cursor.
#[must_use]
pub fn write(key: &impl Serialize) -> String {
    URL_SAFE_NO_PAD.encode(json!(key).to_string())
}

/// The sort key of a cursor.
///
/// # Errors
/// `cursor.broken` where it did not come from here.
pub fn read<T: DeserializeOwned>(cursor: &str) -> Result<T, Refusal> {
    let bytes = URL_SAFE_NO_PAD.decode(cursor).ok();
    bytes.and_then(|b| serde_json::from_slice(&b).ok()).ok_or_else(|| {
        Refusal::invalid(
            "cursor.broken",
            "翻页标记无效，请从第一页重新查询",
            "this cursor does not come from this list; begin at the first page",
        )
        .at("cursor")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_tells_where_the_next_one_begins() {
        let page = Page::cut(vec![9, 8, 7], 2, |n| (*n, "x"));
        assert_eq!(page.items, [9, 8]);
        let next: (i64, String) = read(page.next.as_deref().expect("more")).expect("a cursor");
        assert_eq!(next, (8, "x".to_owned()));
        assert!(Page::cut(vec![1], 2, |n| *n).next.is_none());
        assert!(read::<i64>("%%%").is_err());
    }
}
