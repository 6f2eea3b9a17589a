//! The house itself: directory, rule book, settings, accounts.

use crate::table::{Table, int, text};

/// Areas (区划), whole as JSON.
pub static AREA: Table = Table::house("area", 1, &[text("id"), text("body")]);

/// Units (单位), whole as JSON.
pub static UNIT: Table = Table::house("unit", 1, &[text("id"), text("body")]);

/// Staff (工作人员), whole as JSON.
pub static STAFF: Table = Table::house("staff", 1, &[text("id"), text("body")]);

/// Versioned data of the house: policies, calendars, routing rules, catalogue, categories, KPI definitions.
pub static RULEBOOK: Table =
    Table::house("rulebook", 3, &[text("kind"), text("id"), int("version"), int("valid_from"), text("body")]);

/// Settings of the house by name.
pub static SETTING: Table = Table::house("setting", 1, &[text("name"), text("body"), int("sum")]).summed();

/// How a member of staff logs in.
pub static ACCOUNT: Table = Table::house(
    "account",
    1,
    &[
        text("staff_id"),
        text("login"),
        text("password_hash").or_null(),
        int("failures"),
        int("locked_until").or_null(),
        int("disabled"),
        int("sum"),
    ],
)
.summed();

/// One-time login links, by the hash of their token.
pub static LOGIN_LINK: Table = Table::house(
    "login_link",
    1,
    &[text("token_hash"), text("staff_id"), int("expires_at"), int("used_at").or_null(), int("sum")],
)
.summed();

/// Sessions, by the hash of their token.
pub static SESSION: Table = Table::house(
    "session",
    1,
    &[text("token_hash"), text("staff_id"), int("created_at"), int("seen_at"), int("expires_at"), int("sum")],
)
.summed();
