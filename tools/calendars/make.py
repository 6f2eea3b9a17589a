#!/usr/bin/env python3
"""Writes the years of a working calendar from the PyPI library `chinesecalendar`.

    pip install chinesecalendar && tools/calendars/make.py crates/base/data/calendars/cn.json

Only `years` (and `version`, which rises by one when a year changes) are written: working and
urgent hours are the city's own data and stay as they are in the file.
"""

import datetime
import json
import pathlib
import sys

from chinese_calendar.constants import holidays, workdays

FIRST_YEAR = 2017

# Years whose list was changed after the yearly notice.
AMENDED = {
    2019: "国务院办公厅关于调整2019年劳动节假期安排的通知",
    2020: "国务院办公厅关于延长2020年春节假期的通知",
}

# The notice for 2024 gives 1 January off "joined to the weekend": these two are a plain weekend.
PLAIN_WEEKEND = {datetime.date(2023, 12, 30), datetime.date(2023, 12, 31)}


def year_of(year: int) -> dict:
    """The year as the calendar file states it."""
    off = sorted(day for day in holidays.keys() - PLAIN_WEEKEND if day.year == year)
    on = sorted(day for day in workdays if day.year == year)
    sources = [f"国务院办公厅关于{year}年部分节假日安排的通知"]
    sources += [AMENDED[year]] if year in AMENDED else []
    if any(day.month == 12 for day in off + on):
        # December's days belong to the New Year holiday of the next year's notice.
        sources.append(f"国务院办公厅关于{year + 1}年部分节假日安排的通知")
    return {"source": "；".join(sources), "holidays": [str(day) for day in off], "workdays": [str(day) for day in on]}


def render(data: dict) -> str:
    """JSON with one month of dates a line, so that a change of one day is one line of a diff."""
    text = json.dumps(data, ensure_ascii=False, indent=2)
    for days in (year[key] for year in data["years"].values() for key in ("holidays", "workdays")):
        months: dict[str, list[str]] = {}
        for day in days:
            months.setdefault(day[:7], []).append(f'"{day}"')
        folded = ",\n        ".join(", ".join(month) for month in months.values())
        text = text.replace(",\n        ".join(f'"{day}"' for day in days), folded, 1)
    for hours in {tuple(hours) for key in ("working", "urgent") for hours in data[key].values() if hours}:
        long = "[\n      " + ",\n      ".join(f'"{each}"' for each in hours) + "\n    ]"
        text = text.replace(long, "[" + ", ".join(f'"{each}"' for each in hours) + "]")
    return text + "\n"


def main() -> None:
    if len(sys.argv) != 2:
        sys.exit("usage: make.py CALENDAR.json (an existing calendar, whose years are renewed)")
    path = pathlib.Path(sys.argv[1])
    data = json.loads(path.read_text(encoding="utf-8"))
    last = max(holidays).year
    years = {str(year): year_of(year) for year in range(FIRST_YEAR, last + 1)}
    if years != data["years"]:
        data["years"] = years
        data["version"] += 1
    path.write_text(render(data), encoding="utf-8")
    today = datetime.date.today().year
    missing = "" if last > today else f"; {last + 1} is not in the library: not yet announced, or the library is old"
    print(f"{path}: version {data['version']}, years {FIRST_YEAR}-{last}{missing}")


if __name__ == "__main__":
    main()
