//! Troubles on the way into the database, for simulations: they befall the real writer on the real
//! engine, at the places where machines fail.

/// What befalls one attempt to commit a group of units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Trouble {
    /// The disk is full: whatever needs a further page fails. SQLite alone; its own limit does it.
    Full,
    /// The disk is full: nothing of the group finds room, on either engine.
    NoRoom,
    /// The connection breaks before the commit is asked for.
    Broken,
    /// The disk fails while it commits, and keeps nothing of the group.
    Unkept,
    /// The disk fails while it commits, and has kept the whole group.
    Kept,
    /// The engine cannot take what one of several units wrote, and does not say whose it was.
    Apart,
}

/// Where troubles come from. Asked on the writer's thread before every attempt.
pub trait Troubles: Send + Sync {
    /// What befalls the next attempt, which is to commit so many units. While this does not return,
    /// the queue waits.
    fn befalling(&self, units: usize) -> Option<Trouble>;
}
