//! Cases, who may see them, and the persons and words they concern.

use crate::table::{Table, int, text};

/// Case files (工单): the present state of each case, with the columns that a list filters by.
pub static CASE_FILE: Table = Table::case_data(
    "case_file",
    1,
    &[
        text("id"),
        text("number").fixed(),
        int("version"),
        text("stage"),
        text("kind"),
        text("category"),
        text("channel"),
        text("level"),
        text("area").or_null(),
        text("main_unit").or_null(),
        int("accepted_at").fixed(),
        int("due_at").or_null(),
        int("historical").fixed(),
        int("secret"),
        int("accuses"),
        text("state"),
    ],
);

/// What happened to each case: the truth from which everything else can be folded again.
pub static CASE_EVENT: Table = Table::case_data(
    "case_event",
    2,
    &[text("case_id"), int("seq"), int("ledger"), int("at"), text("actor"), text("kind"), text("body")],
);

/// Who may see a case: one row per case and holder (`a:<area>` or `u:<unit>`), with the columns that lists sort and filter by.
pub static CASE_ACCESS: Table = Table::case_data(
    "case_access",
    2,
    &[
        text("holder"),
        text("case_id"),
        int("clearance"),
        int("accepted_at").fixed(),
        int("due_at").or_null(),
        text("stage"),
        text("kind"),
        text("category"),
        text("channel"),
        text("level"),
    ],
);

/// Which persons a case concerns.
pub static CASE_PERSON: Table = Table::case_data(
    "case_person",
    2,
    &[text("person_id"), text("case_id"), text("role"), int("at"), int("sum")],
)
.summed();

/// Persons outside the house, sealed under a key of their own; the keyed digests serve exact search.
pub static PERSON: Table = Table::case_data(
    "person",
    1,
    &[
        text("id"),
        text("phone_key").or_null(),
        text("identity_key").or_null(),
        text("sealed").or_null(),
        text("wrapped").or_null(),
        int("sum"),
    ],
)
.summed();

/// Free text of a case, sealed under a key of its own.
pub static NARRATIVE: Table = Table::case_data(
    "narrative",
    1,
    &[
        text("id"),
        text("case_id"),
        text("kind"),
        text("digest"),
        text("sealed").or_null(),
        text("wrapped").or_null(),
        int("sum"),
    ],
)
.summed();
