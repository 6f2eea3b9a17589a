#!/usr/bin/env python3
"""Writes scenarios/storm/dutyroom.jsonl: what the duty rooms do in the storm of 30 April 2021.

Reconstruction from beginning to end: who is on duty, the command post, the incident, and the losses that each town
reports, its county signs and the city verifies. Nothing of it was published. `--check` writes nothing and fails if
the file is not what this script makes of the city pack.
"""
import csv
import hashlib
import json
import pathlib
import sys
from datetime import datetime, timedelta

ROOT = pathlib.Path(__file__).resolve().parents[2]
PACK, TO = ROOT / "scenarios/nantong", ROOT / "scenarios/storm/dutyroom.jsonl"
OPENS = datetime(2021, 4, 30, 20, 0)
ENDS = datetime(2021, 5, 6, 8, 0)


def table(name):
    with open(PACK / name, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


areas = {row["id"]: row for row in table("areas.csv")}
units = {row["id"]: row for row in table("units.csv")}
staff = {}
for row in table("staff.csv"):
    staff.setdefault(row["unit"], []).append(row)
centres = {row["area"]: row["id"] for row in units.values() if row["kind"] == "centre"}
governments = {row["area"]: row["id"] for row in units.values() if row["kind"] == "government"}
steps = []


def at(time):
    return time.strftime("%Y-%m-%dT%H:%M:%S+08:00")


def step(time, by, about, name, **command):
    """Somebody gives a command to the dossier of a kind that this scenario calls by a name."""
    steps.append({"at": at(time), "by": by, "kind": about, "dossier": name, "command": command})


def chance(*words):
    """A number from 0 up to 2^32 that depends on the words alone."""
    return int.from_bytes(hashlib.sha256("/".join(map(str, words)).encode()).digest()[:4], "big")


def of(unit, *roles):
    """The log-in of the first at a unit who has one of the roles, in the order of the roles."""
    for role in roles:
        for one in staff.get(unit, []):
            if role in one["roles"].split():
                return one["login"]
    sys.exit(f"nobody at {unit} is any of {roles}")


def rosters():
    for number, (area, centre) in enumerate(sorted(centres.items())):
        by = of(centre, "shift_leader", "dispatcher")
        people = [by] + [one["login"] for one in staff[centre] if one["login"] != by and "administrator" not in one["roles"]]
        assignments, begins, turn = [], OPENS + timedelta(minutes=30), 0
        while begins < ENDS:
            ends = min(datetime(begins.year, begins.month, begins.day, 20 if begins.hour < 20 else 8) + timedelta(days=begins.hour >= 20), ENDS)
            post = "chief" if turn % 2 == 0 else "clerk"
            assignments.append({"post": post, "staff": people[turn % min(len(people), 4)], "from": at(begins), "to": at(ends)})
            begins, turn = ends, turn + 1
        step(OPENS + timedelta(minutes=1, milliseconds=10 * number), by, "roster", centre, command="plan", centre=centre, assignments=assignments)


def towns():
    """Each town with the unit that reports for it and the centre that signs."""
    for area in sorted(id for id, row in areas.items() if row["level"] == "town" and row["layer"] == "division"):
        unit = centres.get(area) or governments.get(area)
        above = centres.get(areas[area]["parent"]) or centres["nantong"]
        if unit:
            yield area, unit, above


def figures(area, day):
    """Cumulative figures of a town on a day after the storm, from 0; a third of the towns were spared."""
    weight = chance(area) % 300
    if weight < 100:
        return {}
    known = min(day + 2, 5)  # fifths of the whole that are known by then
    part = lambda name, most: chance(area, name) % (most * weight // 300 + 1) * known // 5
    rooms, farming = part("rooms", 60), part("crops", 400_000)
    households = (rooms + 2) // 3
    found = {
        "affected": 40 + part("affected", 2_500) + households * 3,
        "injured": part("injured", 2),
        "relocated": households,
        "collapsed_rooms": rooms // 6,
        "collapsed_households": rooms // 6 // 2,
        "severely_damaged_rooms": rooms // 3,
        "severely_damaged_households": rooms // 3 // 2,
        "slightly_damaged_rooms": rooms,
        "slightly_damaged_households": households,
        "crops_affected": farming,
        "crops_damaged": farming // 3,
        "power_households": part("power", 900),
        "roads_cut": part("roads", 9),
    }
    found["loss_houses"] = rooms * 3_000
    found["loss_farming"] = farming * 6
    found["loss"] = found["loss_houses"] + found["loss_farming"]
    return {name: figure for name, figure in found.items() if figure}


def losses():
    all_towns = list(towns())
    spared = set()
    for day in range(6):
        verified = day == 5
        begins = datetime(2021, 4, 30, 20, 30) + timedelta(days=day) if not verified else datetime(2021, 5, 5, 17, 0)
        for number, (area, unit, _) in enumerate(all_towns):
            time = begins + timedelta(seconds=40 * number)
            # One town is late with its first word.
            if day == 0 and number == len(all_towns) - 1:
                time = begins + timedelta(minutes=115)
            by = of(unit, "dispatcher", "unit_signer", "unit_reviewer")
            known = figures(area, day)
            kind = "zero" if not known else "verified" if verified else "first" if day == 0 else "follow_up"
            if not known:
                spared.add(unit)
            report = {"command": "report", "unit": unit, "kind": "verified" if verified else kind, "as_of": at(time - timedelta(minutes=5)), "figures": known}
            step(time, by, "losses", "losses", **report)
        signed = begins + timedelta(minutes=120)
        for number, centre in enumerate(sorted({above for _, _, above in all_towns})):
            by = of(centre, "supervisor", "dispatcher")
            step(signed + timedelta(seconds=20 * number), by, "losses", "losses", command="sign")
    step(datetime(2021, 5, 5, 20, 0), "city.shiftleader", "losses", "losses", command="verify")


def evening():
    minute = lambda minutes: OPENS + timedelta(minutes=minutes)
    counties = sorted(id for id, row in areas.items() if row["level"] == "county" and row["layer"] == "division")
    by = "city.shiftleader"
    step(minute(2), by, "post", "post", command="raise", level="IV", plan="storm", areas=["nantong"], centres=[], reason="强对流天气：冰雹、雷暴大风，多县区受灾", incident=None)
    step(minute(3), by, "incident", "incident", command="open", kind="storm", title="4·30 风雹灾害", centre=None, areas=["nantong", *counties], began_at=at(OPENS), warning=None)
    step(minute(4), by, "losses", "losses", command="ask", area="nantong", incident="$incident")
    step(minute(5), by, "incident", "incident", command="link_post", dossier="$post")
    step(minute(6), by, "incident", "incident", command="link_losses", dossier="$losses")
    # The fourth level is told to the counties' centres and those of the boards beside them.
    below = sorted(centre for area, centre in centres.items() if areas[area]["level"] == "county")
    for number, centre in enumerate(below):
        step(minute(7) + timedelta(seconds=20 * number), of(centre, "dispatcher"), "post", "post", command="acknowledge")
        for day in range(3):
            time = minute(110) + timedelta(days=day, seconds=20 * number)
            step(time, of(centre, "dispatcher"), "post", "post", command="reported", unit=centre, what="losses")
    step(datetime(2021, 5, 3, 9, 0), by, "post", "post", command="stand_down", reason="强对流天气过程结束，转入恢复阶段")


rosters()
evening()
losses()
steps.sort(key=lambda one: one["at"])
text = "".join(json.dumps(one, ensure_ascii=False, separators=(",", ":")) + "\n" for one in steps)
if "--check" in sys.argv:
    sys.exit(0 if TO.read_text(encoding="utf-8") == text else f"{TO} is not what {sys.argv[0]} makes of the city pack")
TO.write_text(text, encoding="utf-8")
