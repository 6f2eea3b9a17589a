//! What the duty room keeps: dossiers (卷宗), their events, texts and readers, and who was told.

use crate::table::{Table, int, text};

/// The present state of each dossier.
pub static DOSSIER: Table = Table::case_data(
    "dossier",
    1,
    &[
        text("id"),
        text("kind").fixed(),
        text("number").fixed(),
        int("version"),
        text("stage"),
        int("over"),
        text("unit"),
        int("opened_at").fixed(),
        int("changed_at"),
        int("due_at").or_null(),
        text("state"),
    ],
);

/// What happened to each dossier; of the shape of `case_event`, with which it shares the audit chain.
pub static DOSSIER_EVENT: Table = Table::case_data(
    "dossier_event",
    2,
    &[text("dossier_id"), int("seq"), int("ledger"), int("at"), text("actor"), text("kind"), text("body")],
);

/// Who may see a dossier: one row per dossier and holder (`a:<area>` or `u:<unit>`), with what lists filter by.
pub static DOSSIER_ACCESS: Table = Table::case_data(
    "dossier_access",
    2,
    &[
        text("holder"),
        text("dossier_id"),
        int("clearance"),
        text("kind").fixed(),
        int("opened_at").fixed(),
        int("over"),
    ],
);

/// Free text of a dossier, sealed under a key of its own.
pub static DOSSIER_TEXT: Table = Table::case_data(
    "dossier_text",
    1,
    &[
        text("id"),
        text("dossier_id"),
        text("field"),
        text("digest"),
        text("sealed").or_null(),
        text("wrapped").or_null(),
        int("sum"),
    ],
)
.summed();

/// Who was told of what (通知): one row per event and unit. `read_at` and `read_by`: the first of its people
/// who said so.
pub static NOTICE: Table = Table::house(
    "notice",
    1,
    &[
        text("id"),
        text("unit"),
        int("at"),
        text("what"),
        text("dossier_id"),
        int("urgent"),
        int("read_at").or_null(),
        text("read_by").or_null(),
        int("sum"),
    ],
)
.summed();
