//! What keeps the house running: precedents, timers, outbox, audit, counters, imports, blobs.

use crate::table::{Table, int, text};

/// Precedents (判例): earlier rulings on the same matter.
pub static PRECEDENT: Table = Table::house(
    "precedent",
    1,
    &[
        text("id"),
        int("at"),
        text("category"),
        text("area"),
        text("line").or_null(),
        text("unit"),
        text("ruling"),
        text("case_id"),
        text("basis"),
    ],
);

/// What falls due, and when.
pub static TIMER: Table = Table::house(
    "timer",
    1,
    &[text("id"), int("due_at"), text("kind"), text("case_id").or_null(), text("body")],
);

/// Messages on their way out of the house.
pub static OUTBOX: Table = Table::house(
    "outbox",
    1,
    &[
        text("id"),
        int("at"),
        text("topic"),
        text("case_id").or_null(),
        text("body"),
        text("state"),
        int("attempts"),
        int("next_at"),
        text("error").or_null(),
        int("ledger"),
        int("sum"),
    ],
)
.summed();

/// The hash-chained account of every accepted unit of work.
pub static AUDIT: Table = Table::house(
    "audit",
    1,
    &[
        int("seq"),
        int("at"),
        text("actor"),
        text("action"),
        text("subject"),
        text("digest"),
        text("previous"),
        text("hash"),
    ],
);

/// The one row that fixes the order of all accepted units of work.
pub static LEDGER_HEAD: Table = Table::house("ledger_head", 1, &[text("id"), int("seq"), text("hash")]);

/// Replies already given, by actor and idempotency key.
pub static IDEMPOTENCY: Table = Table::house(
    "idempotency",
    2,
    &[text("actor"), text("key"), int("at"), text("digest"), text("reply"), int("sum")],
)
.summed();

/// Named counters.
pub static COUNTER: Table = Table::house("counter", 1, &[text("name"), int("next")]);

/// Rows already imported, by source and key.
pub static IMPORT_ROW: Table = Table::house(
    "import_row",
    2,
    &[text("source"), text("key"), text("digest"), text("case_id"), int("at"), int("sum")],
)
.summed();

/// Blobs, by the SHA-256 of their content.
pub static BLOB: Table = Table::house(
    "blob",
    1,
    &[
        text("id"),
        int("size"),
        text("media_type"),
        int("at"),
        int("referenced"),
        text("wrapped").or_null(),
        int("sum"),
    ],
)
.summed();
