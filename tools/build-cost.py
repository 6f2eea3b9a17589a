#!/usr/bin/env python3
"""Builds the binary from nothing in a folder of its own and prints how long each crate took, in seconds by
the clock while others were built beside it. Long. Usage: tools/build-cost.py [how many]"""
import json
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

count = int(sys.argv[1]) if len(sys.argv) > 1 else 40
with tempfile.TemporaryDirectory() as folder:
    began = time.monotonic()
    command = ["cargo", "build", "--locked", "-p", "yipan", "--timings", "--target-dir", folder]
    subprocess.run(command, check=True, cwd=Path(__file__).parent.parent)
    whole = time.monotonic() - began
    report = (Path(folder) / "cargo-timings" / "cargo-timing.html").read_text()
units = json.loads(re.search(r"const UNIT_DATA = (\[.*?\]);\n", report, re.S).group(1))
cost = {}
for unit in units:
    cost[unit["name"]] = cost.get(unit["name"], 0) + unit["duration"]
print(f"cold build: {whole:.0f} s; {len(cost)} crates, {sum(cost.values()):.0f} s if built one by one\n")
print("| crate | seconds |\n|---|---|")
for name, seconds in sorted(cost.items(), key=lambda pair: -pair[1])[:count]:
    print(f"| {name} | {seconds:.1f} |")
