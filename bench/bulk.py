#!/usr/bin/env python3
"""Makes a closed SQLite house many times as large, for lists and figures: `bulk.py FILE TIMES [HOLDERS]`.

Each copy of the house's cases lies one day before the one after it, so that ten thousand cases a thousand times
are three years of a busy city. Only what lists and figures read is copied: the present state of the cases (without
the state itself, which a list does not open), who may see them, their facts, and the daily roll-up, which is moved
and added up day by day and so agrees with the facts. There are no events, texts, persons or timers behind the
copies: such a house is measured and thrown away. Columns are taken from the file, whatever they are today.

HOLDERS begins the names of holders whose rows of access are not copied, such as `a:g.` for the governance areas,
where all would be too large.

Prints how many rows each table has and how large the file has become, as one line of JSON.
"""

import json
import os
import re
import sqlite3
import sys
import time

DAY_MICROS = 86_400_000_000
DAY_MILLIS = 86_400_000
# The tables of cases that lists and figures read, and the column that names the case.
TABLES = {"case_file": "id", "case_access": "case_id", "fact_case": "case_id", "fact_holding": "case_id", "fact_term": "case_id"}
ROLLUP = "rollup_day"
UUID = re.compile(r"([0-9a-f]{8})-([0-9a-f]{4})(-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12})\Z")
# An instant is any number from this one on, as microseconds: the year 2001. No count comes near it.
INSTANT = 10**15


def columns(db, table):
    """Name, declared type and place in the primary key (0: none) of each column."""
    return [(name, kind, key) for _, name, kind, _, _, key in db.execute(f"PRAGMA table_info({table})")]


def moved(name, kind, table, id_column):
    """The expression for a column of a copy that lies `c.nth` days back."""
    value = f'b."{name}"'
    if name == id_column:
        # A UUIDv7 begins with its milliseconds: moved with the case, ids keep their order in time.
        return f"printf('%08x-%04x', (b.bulk_ms - c.nth * {DAY_MILLIS}) >> 16, (b.bulk_ms - c.nth * {DAY_MILLIS}) & 65535) || b.bulk_tail"
    if name == "number":
        return f"CASE c.nth WHEN 0 THEN {value} ELSE {value} || '.' || c.nth END"
    if table == "case_file" and name == "state":
        return f"CASE c.nth WHEN 0 THEN {value} ELSE '{{}}' END"
    if kind == "BIGINT" and (name.endswith("_at") or name.endswith("_due")):
        return f"CASE WHEN {value} >= {INSTANT} THEN {value} - c.nth * {DAY_MICROS} ELSE {value} END"
    return value


def rebuild(db, table, fill):
    """Makes a table anew, in the order of its key, and its indexes after it."""
    made = db.execute("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?", [table]).fetchone()[0]
    indexes = db.execute("SELECT sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL", [table])
    indexes = [sql for (sql,) in indexes]
    db.execute(f"ALTER TABLE {table} RENAME TO bulk_base")
    db.execute(made)
    fill()
    db.execute("DROP TABLE bulk_base")
    for sql in indexes:
        db.execute(sql)


def copy_cases(db, table, id_column, left_out):
    known = columns(db, table)
    skip = f"AND NOT (c.nth > 0 AND b.holder >= '{left_out}' AND b.holder < '{left_out}~')" if table == "case_access" and left_out else ""
    names = ", ".join(f'"{name}"' for name, _, _ in known)
    values = ", ".join(moved(name, kind, table, id_column) for name, kind, _ in known)
    key = [name for name, _, place in sorted(known, key=lambda column: column[2]) if place]
    # Columns of the key before the case, such as who may see it: all copies of one such group lie together.
    group = key[: key.index(id_column)]
    order = ", ".join(f't."{name}"' for name in key)

    def fill():
        db.execute("DROP TABLE IF EXISTS temp.b")
        db.execute(
            f"CREATE TEMP TABLE b AS SELECT t.*, i.ms AS bulk_ms, i.tail AS bulk_tail FROM bulk_base t "
            f'JOIN temp.ids i ON i.id = t."{id_column}" ORDER BY {order}'
        )
        bounds = ", ".join(f'"{name}"' for name in group) or "NULL"
        spans = db.execute(f"SELECT MIN(rowid), MAX(rowid) FROM temp.b GROUP BY {bounds} ORDER BY {bounds}").fetchall()
        for first, last in spans:
            # The oldest copy first and each in its own order: that is the order of the key.
            db.execute(
                f"INSERT INTO {table} ({names}) SELECT {values} FROM temp.copies c CROSS JOIN temp.b b "
                f"WHERE b.rowid BETWEEN ? AND ? {skip} ORDER BY c.back, b.rowid",
                [first, last],
            )

    rebuild(db, table, fill)


def copy_rollup(db):
    known = columns(db, ROLLUP)
    keys = [name for name, _, place in known if place]
    sums = [name for name, _, place in known if not place]
    names = ", ".join(f'"{name}"' for name in keys + sums)
    days = ", ".join('b."day" - c.nth' if name == "day" else f'b."{name}"' for name in keys)
    added = ", ".join(f'SUM(b."{name}")' for name in sums)
    by = ", ".join(str(at + 1) for at in range(len(keys)))

    def fill():
        db.execute(
            f"INSERT INTO {ROLLUP} ({names}) SELECT {days}, {added} FROM temp.copies c CROSS JOIN bulk_base b "
            f"GROUP BY {by} ORDER BY {by}"
        )

    rebuild(db, ROLLUP, fill)


def identify(db):
    """The milliseconds and the rest of each case's id."""
    db.execute("CREATE TEMP TABLE ids (id TEXT PRIMARY KEY, ms INTEGER, tail TEXT) WITHOUT ROWID")
    found = []
    for (case,) in db.execute("SELECT id FROM case_file"):
        parts = UUID.match(case)
        if not parts:
            sys.exit(f"the case {case} has no UUIDv7 for an id; bulk.py must learn the new shape")
        found.append((case, int(parts[1] + parts[2], 16), parts[3]))
    db.executemany("INSERT INTO temp.ids VALUES (?, ?, ?)", found)
    return len(found)


def main():
    path, times, left_out = sys.argv[1], int(sys.argv[2]), sys.argv[3] if len(sys.argv) > 3 else ""
    began = time.monotonic()
    db = sqlite3.connect(path, isolation_level=None)
    # The file is thrown away after it was measured: nothing needs to survive a power cut.
    try:
        for pragma in ("wal_checkpoint(TRUNCATE)", "journal_mode = OFF", "synchronous = OFF", "legacy_alter_table = ON",
                       "cache_size = -524288", "temp_store = FILE", "threads = 2"):
            db.execute(f"PRAGMA {pragma}").fetchall()
    except sqlite3.OperationalError as fault:
        sys.exit(f"{path} is not closed, stop its house first: {fault}")
    db.execute("BEGIN")
    cases = identify(db)
    accepted = db.execute(f"SELECT SUM(accepted) FROM {ROLLUP} WHERE unit = ''").fetchone()[0] or 0
    # `back` goes up from the oldest copy to the house itself.
    db.execute("CREATE TEMP TABLE copies (back INTEGER PRIMARY KEY, nth INTEGER)")
    db.executemany("INSERT INTO temp.copies VALUES (?, ?)", [(back, times - 1 - back) for back in range(times)])
    for table, id_column in TABLES.items():
        copy_cases(db, table, id_column, left_out)
        print(f"{table}: {time.monotonic() - began:.0f} s", file=sys.stderr)
    copy_rollup(db)
    db.execute("COMMIT")
    rows = {table: db.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0] for table in [*TABLES, ROLLUP]}
    counted = db.execute(f"SELECT SUM(accepted) FROM {ROLLUP} WHERE unit = ''").fetchone()[0] or 0
    if rows["fact_case"] != cases * times or counted != accepted * times:
        sys.exit(f"{rows} and {counted} in the roll-up are not {times} times {cases} and {accepted}")
    db.execute("PRAGMA journal_mode = WAL").fetchall()
    db.close()
    seconds, size = time.monotonic() - began, os.path.getsize(path)
    print(json.dumps({"cases": cases * times, "days": times, "left_out": left_out, "rows": rows, "gib": round(size / 2**30, 2), "seconds": round(seconds)}))


if __name__ == "__main__":
    main()
