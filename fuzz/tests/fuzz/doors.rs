//! Headers of requests.

use axum::extract::FromRequestParts as _;
use axum::http::{HeaderMap, HeaderValue, Request};
use yipan_fuzz::Target;
use yipan_http::{IdempotencyKey, Language, feed};

#[test]
fn headers() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    Target { name: "header", inputs: 6_000, words: &["zh", "en;q=0.5", "-1", "*"] }.fuzz(
        Vec::new(),
        |input| {
            let Ok(value) = HeaderValue::from_bytes(input) else { return };
            let mut headers = HeaderMap::new();
            headers.insert("last-event-id", value.clone());
            headers.insert("accept-language", value.clone());
            let _ = feed::resumed(&headers);
            let _ = Language::of(&headers);
            let (mut parts, ()) =
                Request::builder().header("idempotency-key", value).body(()).unwrap().into_parts();
            if let Ok(key) = runtime.block_on(IdempotencyKey::from_request_parts(&mut parts, &())) {
                let kept = key.over("/cases", b"{}").unwrap();
                assert!((1..=128).contains(&kept.key.len()), "{kept:?}");
            }
        },
    );
}
