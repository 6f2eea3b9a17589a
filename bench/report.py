#!/usr/bin/env python3
"""Writes docs/performance.md from the lines that bench/run.sh measured."""
import json
import sys

lines = [json.loads(line) for line in open(sys.argv[1])]
machine = next(line["machine"] for line in lines if "machine" in line)
NAMES = {
    "Create": "accept a case",
    "Dispatch": "dispatch a case",
    "List": "newest 20, city",
    "TownList": "next 20 due, a unit",
    "Detail": "one case",
    "Figures": "KPI page, a year",
}
print(
    f"""# What Yipan costs

Written by `make bench` (`bench/run.sh`): a release build, the load generator on the same {machine["cpus"]} processors,
over HTTP with sessions, every write durable (`synchronous=FULL`, PostgreSQL as it comes). Processor time is
that of the server and its database. Load of the machine at the start: {machine["load"]}; Linux {machine["kernel"]};
the binary is {machine["binary_mib"]} MiB.

## As fast as it goes

256 connections, an empty house.

| engine | command | per second | p50 ms | p99 ms | processor ms each |
|---|---|---|---|---|---|"""
)
for line in lines:
    if line.get("kind") and line.get("rate") is None:
        print(
            f"| {line['engine']} | {NAMES[line['kind']]} | {line['per_second']:.0f} | {line['p50_ms']:.1f} "
            f"| {line['p99_ms']:.1f} | {line['processor_ms_per_request']:.2f} |"
        )
print(
    """
## At 200 requests a second, by the number of cases

A wait counts from the moment at which the request was to be made.

| engine | cases | request | p50 ms | p99 ms | max ms | processor ms each | memory MiB |
|---|---|---|---|---|---|---|---|"""
)
for line in lines:
    if line.get("kind") and line.get("rate"):
        print(
            f"| {line['engine']} | {line['cases']} | {NAMES[line['kind']]} | {line['p50_ms']:.1f} | {line['p99_ms']:.1f} "
            f"| {line['max_ms']:.0f} | {line['processor_ms_per_request']:.2f} | {line['resident_mib']:.0f} |"
        )
print("\n## Filling, and starting again\n\n| engine | cases | commands per second while filling | start to first answer, ms |\n|---|---|---|---|")
fills = {(l["engine"], l["cases"]): l["fill"] for l in lines if "fill" in l}
for line in lines:
    if "first_answer_ms" in line:
        fill = fills[line["engine"], line["cases"]]
        print(f"| {line['engine']} | {line['cases']} | {fill['commands_per_second']:.0f} | {line['first_answer_ms']} |")
for line in lines:
    if "import" in line:
        rows, ms = line["import"]["rows"], line["import"]["ms"]
        print(f"\nImport of {rows} real messages, the whole process: {ms} ms, {rows * 1000 / ms:.0f} rows a second.")
print(
    """
## The goals

2,500 durable commands a second on SQLite and 1,500 on PostgreSQL; p99 below 50 ms at 200 requests a second and 2 ms
of a processor for each create, flat from ten thousand to a million cases; the KPI page within 100 ms; less than
150 MiB; the first answer within a second. Where the tables above say otherwise, the goal is not met."""
)
