"""catalogue.csv: the dispatch catalogue (派单目录) that follows from categories and departments."""

import source

HEADER = ["id", "category", "level", "line", "copies"]


def catalogue():
    """Rows for every second-level category, and for a third-level one that is handled otherwise."""
    in_counties = {row["line"] for row in source.rows(source.PACK / "departments.csv") if row["county"]}
    line_of, duty_of, entry_of, rows = {}, {}, {}, []
    for row in source.rows(source.PACK / "categories.csv"):
        id = row["id"]
        parent = id.rpartition(".")[0]
        line = line_of[id] = row["line"] or line_of[parent]
        duty = duty_of[id] = row["duty_list"] or duty_of[parent]
        if not parent:
            continue
        if duty == "yes":
            # The town handles; the line's regulator reads along and urges.
            entry = ["town", "", line]
        else:
            entry = ["county" if line in in_counties else "city", line, ""]
        entry_of[id] = entry
        if entry != entry_of.get(parent):
            rows.append([f"catalogue.{id}", id, *entry])
    return rows
