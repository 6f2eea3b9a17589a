#!/usr/bin/env python3
"""Builds the binary from nothing in a folder of its own, and writes into docs/dependencies.md what each library
costs: seconds by the clock while others were built beside it, for the library itself and for it with all that only
it brings along. Long.

    tools/build-cost.py                 builds, prints the crates that cost most, writes the document
    tools/build-cost.py REPORT.html     the same from a report that `cargo build --timings` left
"""
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
DOCUMENT = ROOT / "docs" / "dependencies.md"
HEAD = "| library | why | seconds | with what only it brings |\n|---|---|---|---|\n"


def build() -> str:
    """The report of a cold build."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["cargo", "build", "--locked", "-p", "yipan", "--timings", "--target-dir", folder]
        began = time.monotonic()
        subprocess.run(command, check=True, cwd=ROOT)
        print(f"cold build: {time.monotonic() - began:.0f} s by the clock, load {os.getloadavg()[0]:.1f} at its end")
        return (Path(folder) / "cargo-timings" / "cargo-timing.html").read_text()


def costs(report: str) -> dict[str, float]:
    """Seconds by crate."""
    cost: dict[str, float] = {}
    for unit in json.loads(re.search(r"const UNIT_DATA = (\[.*?\]);\n", report, re.S).group(1)):
        cost[unit["name"]] = cost.get(unit["name"], 0) + unit["duration"]
    return cost


def needs() -> dict[str, set[str]]:
    """What each crate of the lock file needs."""
    crates: dict[str, set[str]] = {}
    for block in (ROOT / "Cargo.lock").read_text().split("[[package]]")[1:]:
        listed = re.search(r"dependencies = \[(.*?)\]", block, re.S)
        needed = {line.split()[0] for line in re.findall(r'"(.*?)"', listed.group(1))} if listed else set()
        crates.setdefault(re.search(r'name = "(.*?)"', block).group(1), set()).update(needed)
    return crates


def closure(names: list[str], crates: dict[str, set[str]]) -> set[str]:
    found, waiting = set(), list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(crates.get(name, ()))
    return found


def main() -> None:
    cost = costs(Path(sys.argv[1]).read_text() if len(sys.argv) > 1 else build())
    print(f"{len(cost)} crates, {sum(cost.values()):.0f} s if built one by one")
    for name, seconds in sorted(cost.items(), key=lambda pair: -pair[1])[:40]:
        print(f"{seconds:6.1f}  {name}")
    crates = needs()
    before, table, after = re.split(r"(?<=\n\n)(?=\| library)|(?<=\|\n)(?=\n)", DOCUMENT.read_text(), maxsplit=2)
    rows = [[cell.strip() for cell in line.strip("|").split("|")[:2]] for line in table.splitlines()[2:]]
    groups = [[name.strip() for name in row[0].split(",")] for row in rows]
    lines = []
    for (names, why), group in zip(rows, groups):
        others = closure([name for other in groups if other is not group for name in other], crates)
        alone = closure(group, crates) - others
        own = sum(cost.get(name, 0) for name in group)
        brought = sum(cost.get(name, 0) for name in alone | set(group))
        lines.append(f"| {names} | {why} | {own:.0f} | {brought:.0f} |\n")
    DOCUMENT.write_text(before + HEAD + "".join(lines) + after)


if __name__ == "__main__":
    main()
