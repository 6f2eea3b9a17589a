#!/usr/bin/env python3
"""Compares each day of a shipped calendar with two independent libraries.

    compare.py CALENDAR.json CHINESE-DAYS.json

The first library is PyPI `chinesecalendar`, imported here; the second is npm `chinese-days`, given
as its `chinese-days.json`. Exits with 1 on any difference.
"""

import datetime
import json
import pathlib
import sys

from chinese_calendar import constants

from make import PLAIN_WEEKEND


def kind(day: datetime.date, off: set[str], on: set[str]) -> str:
    if str(day) in off:
        return "holiday"
    if str(day) in on:
        return "shifted workday"
    return "weekend" if day.weekday() >= 5 else "workday"


def days_of(years: list[int]):
    day = datetime.date(years[0], 1, 1)
    while day.year <= years[-1]:
        yield day
        day += datetime.timedelta(days=1)


def main() -> int:
    shipped = json.loads(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8"))["years"]
    other = json.loads(pathlib.Path(sys.argv[2]).read_text(encoding="utf-8"))
    lists = {
        "shipped": tuple({day for year in shipped.values() for day in year[key]} for key in ("holidays", "workdays")),
        "chinesecalendar": (
            {str(day) for day in constants.holidays.keys() - PLAIN_WEEKEND},
            {str(day) for day in constants.workdays},
        ),
        "chinese-days": (set(other["holidays"]), set(other["workdays"])),
    }
    years = sorted(int(year) for year in shipped)
    compared = differing = 0
    for day in days_of(years):
        kinds = {name: kind(day, off, on) for name, (off, on) in lists.items()}
        compared += 1
        if len(set(kinds.values())) > 1:
            differing += 1
            print(f"DIFFERS {day}: " + ", ".join(f"{name} says {said}" for name, said in kinds.items()))
    print(f"calendar {years[0]}-{years[-1]}: {compared} days compared with two libraries, {differing} differ")
    newer = {int(max(off)[:4]) for name, (off, _) in lists.items() if name != "shipped"}
    if min(newer) > years[-1]:
        print(f"NOTE: both libraries know {min(newer)}: run tools/calendars/make.py to add it")
    return 1 if differing or not compared else 0


if __name__ == "__main__":
    sys.exit(main())
