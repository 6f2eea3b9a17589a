"""units.csv: centres, governments, departments with their branches, and town teams."""

import re
from dataclasses import dataclass, field

import areas as territory
import pinyin
import source

# What a department may hand to a town (履职事项清单), by line.
DUTY_LIST = [
    "agriculture", "civil_affairs", "culture_tourism", "disabled_persons", "emergency", "health",
    "housing", "human_resources", "justice", "urban_management", "veterans", "water",
]
FULL = ["handler", "reviewer", "signer"]
SHORT = ["handler", "signer"]


@dataclass
class Unit:
    """One row of units.csv."""

    id: str
    kind: str
    area: str
    name: str
    line: str = ""
    parent: str = ""
    peer_group: str = ""
    steps: list = field(default_factory=list)
    duty_list: list = field(default_factory=list)

    HEADER = ["id", "kind", "area", "name", "initials", "line", "parent", "peer_group", "steps", "duty_list"]

    def row(self):
        lists = [" ".join(self.steps), " ".join(self.duty_list)]
        return [self.id, self.kind, self.area, self.name, pinyin.initials(self.name), self.line, self.parent,
                self.peer_group, *lists]


def units(divisions, governance):
    """Every unit of the city, in the order centres, governments, departments, teams."""
    city = divisions[0]
    counties = [area for area in divisions if area.level == "county"]
    towns = [area for area in divisions if area.level == "town"]
    full_name = {area.id: area.name for area in [city, *counties]}
    full_name |= {town.id: town_name(town.name, full_name[town.parent]) for town in towns}

    found = list(centres(governance, full_name))
    found += governments(counties, towns, full_name)
    found += departments(city, counties, full_name)
    found += teams(territory.stations(divisions), full_name)
    return found


def prefix(area):
    """What the ids of an area's units begin with: the city's own units begin with `city`."""
    return "city" if area == "nantong" else area


def town_name(town, county):
    """The name of a town with its county's before it, unless it says where it is by itself."""
    town = re.sub(r"（.*）$", "", town)
    if town.startswith(("南通", "江苏", county[:2])):
        return town
    return county + town


def centres(governance, full_name):
    """1 + 10 + 96. A centre hangs on the division it serves; a park committee has none of its own."""
    by_area = {}
    for area in governance:
        park = area.id.removeprefix("g.") in territory.PARKS
        served = area.id if park else area.holds[0]
        name = area.name if park else full_name[served]
        suffix = {"city": "市域治理现代化指挥中心", "county": "指挥中心", "town": "指挥站"}[area.level]
        id = f"{prefix(served.removeprefix('g.'))}.centre"
        by_area[area.id] = id
        yield Unit(id, "centre", served, name + suffix, parent=by_area.get(area.parent, ""),
                   peer_group=f"{area.level}_centre")


def governments(counties, towns, full_name):
    for county in counties:
        suffix = "管理委员会" if county.name.endswith("开发区") else "人民政府"
        yield Unit(f"{county.id}.government", "government", county.id, county.name + suffix,
                   peer_group="county_government", steps=FULL)
    for town in towns:
        name, group = full_name[town.id], "town_zone"
        if name.endswith("街道"):
            name, group = name + "办事处", "town_street"
        elif name.endswith("镇"):
            name, group = name + "人民政府", "town_township"
        elif name.endswith(("区", "园")):
            name += "管理委员会"
        yield Unit(f"{town.id}.government", "government", town.id, name, parent=f"{town.parent}.government",
                   peer_group=group, steps=FULL, duty_list=DUTY_LIST)


def departments(city, counties, full_name):
    for row in source.rows(source.PACK / "departments.csv"):
        line = row["line"]
        yield Unit(f"city.{line}", "department", city.id, full_name[city.id] + row["city"], line,
                   peer_group=f"city_{row['group']}", steps=FULL)
        for county in counties if row["county"] else []:
            yield Unit(f"{county.id}.{line}", "department", county.id, county.name + row["county"], line,
                       f"city.{line}", f"county_{line}", FULL)


def teams(stations, full_name):
    """In every town with a station: its own enforcement team, and the teams of county branches."""
    rows = [row for row in source.rows(source.PACK / "departments.csv") if row["town"]]
    for town in stations:
        yield Unit(f"{town.id}.enforcement", "team", town.id, full_name[town.id] + "综合行政执法队",
                   parent=f"{town.id}.government", peer_group="town_enforcement", steps=SHORT)
        for row in rows:
            line = row["line"]
            yield Unit(f"{town.id}.{line}", "team", town.id, full_name[town.id] + row["town"], line,
                       f"{town.parent}.{line}", f"town_{line}", SHORT)
