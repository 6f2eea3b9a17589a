//! Live updates by server-sent events, resumed from the ledger's sequence.

use std::convert::Infallible;
use std::time::Duration;

use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::Stream;
use serde::Serialize;
use tokio::sync::watch;
use tokio::time::Instant;
use yipan_base::refusal::Refusal;

/// The least time between two readings: of many commits in a row a client is told at once.
const BREATH: Duration = Duration::from_millis(50);

/// What a feed has after a place in the ledger: items with their places, and the place it read up to.
#[derive(Debug)]
pub struct Batch<T> {
    pub items: Vec<(i64, T)>,
    /// Everything up to here was looked at.
    pub upto: i64,
    /// There may be more already.
    pub more: bool,
}

/// Where a client that comes back left off, by its `Last-Event-ID`.
#[must_use]
pub fn resumed(headers: &HeaderMap) -> Option<i64> {
    headers.get("last-event-id")?.to_str().ok()?.parse().ok()
}

/// A stream of what `read` finds after each commit, from a place in the ledger on.
///
/// Each event carries its place as its id, so that a client that lost the line resumes without a gap.
pub fn stream<T, F, R>(
    name: &'static str,
    from: i64,
    commits: watch::Receiver<i64>,
    read: F,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>>
where
    T: Serialize + Send + 'static,
    F: Fn(i64) -> R + Send + 'static,
    R: Future<Output = Result<Batch<T>, Refusal>> + Send,
{
    let state = State {
        from,
        commits,
        read,
        waiting: Vec::new().into_iter(),
        ended: false,
        fresh: true,
        breath: None,
    };
    let events = futures_util::stream::unfold(state, move |mut state| async move {
        loop {
            if let Some((at, item)) = state.waiting.next() {
                // A place is passed with the last of its items: whoever is cut off before asks again
                // from the place before, and hears some twice rather than one never.
                let last = state.waiting.as_slice().first().is_none_or(|(next, _)| *next != at);
                let event = Event::default().event(name);
                let event = if last { event.id(at.to_string()) } else { event };
                let event = event
                    .json_data(&item)
                    .unwrap_or_else(|fault| Event::default().comment(fault.to_string()));
                return Some((Ok(event), state));
            }
            if state.ended || (!state.fresh && state.commits.changed().await.is_err()) {
                return None;
            }
            state.fresh = false;
            if let Some(breath) = state.breath.take() {
                tokio::time::sleep_until(breath).await;
            }
            state.commits.mark_unchanged();
            match (state.read)(state.from).await {
                Ok(batch) => {
                    state.from = batch.upto;
                    state.fresh = batch.more;
                    state.waiting = batch.items.into_iter();
                    state.breath = (!batch.more).then(|| Instant::now() + BREATH);
                }
                Err(refusal) => {
                    tracing::warn!(code = refusal.code, "a live feed ended: {refusal}");
                    state.ended = true;
                    let told = Event::default().event("ended").data(refusal.code);
                    return Some((Ok(told), state));
                }
            }
        }
    });
    Sse::new(events).keep_alive(KeepAlive::new().interval(Duration::from_secs(15)))
}

struct State<T, F> {
    from: i64,
    commits: watch::Receiver<i64>,
    read: F,
    waiting: std::vec::IntoIter<(i64, T)>,
    ended: bool,
    /// Read at once, without waiting for a commit.
    fresh: bool,
    /// Not read again before.
    breath: Option<Instant>,
}
