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

256 connections (64 for the list), an empty house.

| engine | command | per second | p50 ms | p99 ms | processor ms each |
|---|---|---|---|---|---|"""
)
saturated = [line for line in lines if line.get("kind") and line.get("rate") is None]
for line in saturated:
    if line["engine"] != "rt5":
        print(
            f"| {line['engine']} | {NAMES[line['kind']]} | {line['per_second']:.0f} | {line['p50_ms']:.1f} "
            f"| {line['p99_ms']:.1f} | {line['processor_ms_per_request']:.2f} |"
        )
print(
    """
## At a steady rate, by the number of cases

200 requests a second; of the KPI page 5, its whole year and city, every case accepted on one day. A wait counts from the moment at which the request was to be made.

| engine | cases | request | p50 ms | p99 ms | max ms | processor ms each | memory with database, MiB |
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
peer = {line["kind"]: line for line in saturated if line["engine"] == "rt5"}
if peer:
    print(
        """
## Beside a peer

Request Tracker 5 as Debian packages it, over PostgreSQL, with four warmed workers and a session's cookie
(`bench/rt5/run.sh`), after Yipan on the same processors: a ticket with caller and five custom fields is created; queue,
owner and status of a ticket are changed; the newest twenty open tickets of a queue are listed.

| request | engine | per second | p50 ms | p99 ms | processor ms each | the peer's, times | memory MiB |
|---|---|---|---|---|---|---|---|"""
    )
    for kind, theirs in peer.items():
        for line in saturated:
            if line["kind"] == kind:
                times = theirs["processor_ms_per_request"] / line["processor_ms_per_request"]
                print(
                    f"| {NAMES[kind]} | {line['engine']} | {line['per_second']:.1f} | {line['p50_ms']:.1f} | {line['p99_ms']:.1f} "
                    f"| {line['processor_ms_per_request']:.2f} | {times:.0f} | {line['resident_mib']:.0f} |"
                )
print(
    """
## The goals

2,500 durable commands a second on SQLite and 1,500 on PostgreSQL; p99 below 50 ms at 200 requests a second and 2 ms
of a processor for each create, flat from ten thousand to a million cases; the KPI page within 100 ms; less than
150 MiB; the first answer within a second; two hundred times less processor for each request than the peer on SQLite,
fifty times on PostgreSQL. Where the tables above say otherwise, the goal is not met."""
)
