//! When troubles befall the writer: armed by the plan, met with on the writer's own thread.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use yipan_store::testing::{Trouble, Troubles};

/// What lies ahead of the writer.
#[derive(Default)]
pub struct Ahead {
    state: Mutex<State>,
    moved: Condvar,
}

#[derive(Default)]
struct State {
    /// One trouble, and how many attempts pass before it.
    armed: Option<(Trouble, u32)>,
    /// Every attempt meets with a full disk.
    full: bool,
    /// Attempts wait.
    held: bool,
    /// An attempt waits.
    waiting: bool,
    met: Vec<Trouble>,
}

impl Ahead {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Arms a trouble for the attempt after so many others.
    pub fn arm(&self, trouble: Option<Trouble>, after: u32) {
        self.state().armed = trouble.map(|trouble| (trouble, after));
    }

    pub fn fill(&self, full: bool) {
        self.state().full = full;
    }

    pub fn is_full(&self) -> bool {
        self.state().full
    }

    /// Makes the next attempt wait: the queue grows behind it.
    pub fn hold(&self) {
        self.state().held = true;
    }

    pub fn release(&self) {
        self.state().held = false;
        self.moved.notify_all();
    }

    /// Whether an attempt waits.
    pub fn holds_one(&self) -> bool {
        self.state().waiting
    }

    /// What was met with since the last time; whatever is still armed is put away.
    pub fn take(&self) -> Vec<Trouble> {
        let mut state = self.state();
        state.armed = None;
        std::mem::take(&mut state.met)
    }
}

impl Troubles for Ahead {
    fn befalling(&self, units: usize) -> Option<Trouble> {
        let mut state = self.state();
        state.waiting = state.held;
        while state.held {
            state = self.moved.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.waiting = false;
        let trouble = match state.armed {
            Some((trouble, 0)) => {
                state.armed = None;
                // One unit alone cannot be told apart from others.
                Some(trouble).filter(|trouble| *trouble != Trouble::Apart || units > 1)
            }
            Some((trouble, after)) => {
                state.armed = Some((trouble, after - 1));
                None
            }
            None => None,
        };
        let trouble = trouble.or(state.full.then_some(Trouble::Full));
        state.met.extend(trouble);
        trouble
    }
}
