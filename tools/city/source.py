"""The published divisions and boundaries, as they lie in the test data folder."""

import csv
import json
import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACK = ROOT / "scenarios" / "nantong"
TERRITORY = Path(os.environ.get("YIPAN_TEST_DATA", ROOT.parent / "shared")) / "data" / "territory"

CITY = "3206"


def rows(path):
    """The rows of a CSV file, as dictionaries."""
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def divisions():
    """The divisions of the city, top down: dictionaries of code, name, level and parent."""
    found = [row for row in rows(TERRITORY / "nantong_divisions.csv") if row["level"] != "province"]
    order = ["prefecture", "county", "town", "village"]
    return sorted(found, key=lambda row: (order.index(row["level"]), row["code"]))


def boundaries():
    """The boundary source's GeoJSON features, which name their division by `adcode`."""
    with open(TERRITORY / "nantong_boundaries.geojson", encoding="utf-8") as file:
        return json.load(file)["features"]
