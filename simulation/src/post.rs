//! The other side of the outbox: takes messages, loses some, and remembers each.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use yipan_base::id::splitmix;
use yipan_platform::outbox::{Delivered, Deliverer, Delivery, Message, NotDelivered};

/// After so many attempts every message arrives.
const PATIENT: u32 = 3;

/// A channel that fails as its seed says.
pub struct Post {
    seed: u64,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    attempts: BTreeMap<String, u32>,
    taken: Vec<Taken>,
}

/// A message that the other side has.
#[derive(Debug, Clone)]
pub struct Taken {
    pub id: String,
    pub answer: Delivered,
}

impl Post {
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { seed, state: Mutex::default() }
    }

    /// What arrived since the last time, in its order.
    pub fn take(&self) -> Vec<Taken> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut state.taken)
    }

    fn receive(&self, message: &Message) -> Result<Delivered, NotDelivered> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let attempt = state.attempts.entry(message.id.clone()).or_default();
        *attempt += 1;
        let letters = message.id.bytes().fold(self.seed, |sum, byte| splitmix(sum ^ u64::from(byte)));
        let answer = match splitmix(letters ^ u64::from(*attempt)) % 10 {
            0..=2 if *attempt < PATIENT => return Err(NotDelivered("simulated: nobody answers".to_owned())),
            3..=4 => Delivered::Sent,
            _ => Delivered::Acknowledged,
        };
        state.taken.push(Taken { id: message.id.clone(), answer });
        Ok(answer)
    }
}

impl Deliverer for Post {
    fn deliver<'a>(&'a self, message: &'a Message) -> Delivery<'a> {
        Box::pin(async move { self.receive(message) })
    }
}
