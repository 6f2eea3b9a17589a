#!/usr/bin/env python3
"""Makes the demonstration city's derived files from the published divisions and its own tables.

    tools/city/make.py           write scenarios/nantong/{areas,units,staff,catalogue}.csv, boundaries.geojson
    tools/city/make.py --check   write nothing; fail where a committed file differs

The tables written by hand are departments.csv, categories.csv and mix.csv. The divisions and
boundaries are found through YIPAN_TEST_DATA (by default the folder `shared` beside the checkout).
"""

import argparse
import csv
import io
import sys

import areas
import catalogue
import source
import staff
import units


def table(header, rows):
    """CSV text with a header line."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([header, *rows])
    return text.getvalue()


def files():
    """The text of every derived file, by name."""
    divisions = areas.divisions()
    governance = areas.governance(divisions)
    organisations = units.units(divisions, governance)
    return {
        "areas.csv": table(areas.Area.HEADER, [area.row() for area in divisions + governance]),
        "boundaries.geojson": areas.boundaries(divisions),
        "units.csv": table(units.Unit.HEADER, [unit.row() for unit in organisations]),
        "staff.csv": table(staff.HEADER, staff.staff(organisations, divisions)),
        "catalogue.csv": table(catalogue.HEADER, catalogue.catalogue()),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="fail where a committed file differs; write nothing")
    check = parser.parse_args().check
    if not source.TERRITORY.is_dir():
        sys.exit(f"no divisions at {source.TERRITORY}; set YIPAN_TEST_DATA to the test data folder")
    stale = []
    for name, text in files().items():
        path = source.PACK / name
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        stale.append(name)
        if not check:
            path.write_text(text, encoding="utf-8")
            print(f"wrote {path.relative_to(source.ROOT)}")
    if check and stale:
        sys.exit(f"{', '.join(stale)}: not what tools/city/make.py makes; run it and commit what it writes")


if __name__ == "__main__":
    main()
