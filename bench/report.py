#!/usr/bin/env python3
"""Writes docs/performance.md from the lines that bench/run.sh measured; the goals are judged in goals.py."""
import json
import sys

import goals

NAMES = {
    "Create": "accept a case",
    "Dispatch": "dispatch a case",
    "List": "newest 20, city",
    "TownList": "next 20 due, a unit",
    "Detail": "one case",
    "Figures": "KPI page, a year",
}
WISHES = {
    "Newest": "newest 20, of a stage",
    "Due": "next 20 due",
    "Case": "one case",
    "Suggestion": "suggestion of the rules",
    "Accept": "accept a case",
    "Step": "the next step",
    "Figures": "KPI page, the storm",
    "All": "all",
}


def table(*columns):
    print("\n| " + " | ".join(columns) + " |\n" + "|---" * len(columns) + "|")


def row(*cells):
    print("| " + " | ".join(str(cell) for cell in cells) + " |")


def head(machine):
    print(
        f"""# What Yipan costs

Written by `make bench` (`bench/run.sh`): a release build, the load generator on the same {machine["cpus"]} processors,
over HTTP with sessions, every write durable (`synchronous=FULL`, PostgreSQL as it comes). Processor time is
that of the server and its database. Load of the machine at the start: {machine["load"]}; Linux {machine["kernel"]};
the binary is {machine["binary_mib"]} MiB. Where the processor goes: [flames](flames/README.md)."""
    )


def saturated_rates(runs):
    if not runs:
        return
    print("\n## As fast as it goes\n\n256 connections (64 for the list), an empty house.")
    table("engine", "command", "per second", "p50 ms", "p99 ms", "processor ms each")
    for run in runs:
        if run["engine"] != "rt5":
            latency = (f"{run['p50_ms']:.1f}", f"{run['p99_ms']:.1f}")
            row(run["engine"], NAMES[run["kind"]], f"{run['per_second']:.0f}", *latency, f"{run['processor_ms_per_request']:.2f}")


def steady_rates(runs):
    if not runs:
        return
    print(
        "\n## At a steady rate, by the number of cases\n\n200 requests a second; of the KPI page 5, its whole year and city. "
        "A wait counts from the moment at which the request was to be made."
    )
    table("engine", "cases", "request", "p50 ms", "p99 ms", "max ms", "processor ms each", "memory with database, MiB")
    for run in runs:
        latency = (f"{run['p50_ms']:.1f}", f"{run['p99_ms']:.1f}", f"{run['max_ms']:.0f}")
        cost = (f"{run['processor_ms_per_request']:.2f}", f"{run['resident_mib']:.0f}")
        row(run["engine"], run["cases"], NAMES[run["kind"]], *latency, *cost)


def bulk_house(bulk):
    rows = ", ".join(f"{count} in `{table}`" for table, count in bulk["rows"].items())
    left_out = f" without the rows of holders that begin with `{bulk['left_out']}`" if bulk["left_out"] else ""
    print(
        f"""
The house of {bulk["cases"]} cases was generated in bulk (`bench/bulk.py`, {bulk["seconds"]} seconds): ten thousand real cases,
every fifth of them dispatched and the others answered and closed, copied over {bulk["days"]} days one after the other. Only
what lists and figures read is there: the present state of the cases (without the state itself, which a list
does not open), who may see them{left_out}, their facts and the daily roll-up: {rows}.
Nothing else stands behind the copies: no events, texts, persons, timers. The file has {bulk["gib"]} GiB."""
    )


def starts(lines):
    firsts = [line for line in lines if "first_answer_ms" in line]
    if not firsts:
        return
    print("\n## Filling, and starting again")
    table("engine", "cases", "commands per second while filling", "start to first answer, ms")
    fills = {(line["engine"], line["cases"]): line["fill"] for line in lines if "fill" in line}
    for line in firsts:
        fill = fills.get((line["engine"], line["cases"]))
        row(line["engine"], line["cases"], f"{fill['commands_per_second']:.0f}" if fill else "in bulk", line["first_answer_ms"])


def live_feed(lines):
    if not lines:
        return
    listeners, rate = lines[0]["listen"]["listeners"], lines[0]["listen"]["per_second"]
    print(
        f"""
## The live feed

{listeners} open feeds (server-sent events) of sixteen accounts that see the city, a county or what one unit holds; {rate:.0f} changes
a second are made beside them, half of them new cases, half dispatches. Each listener that may open the case afterwards must
have been told. The delay counts from the acknowledgement of the change to its event at the listener."""
    )
    table("engine", "cases", "changes", "told", "lost", "told to others", "p50 ms", "p99 ms", "max ms", "from sending, p99 ms", "processor ms a second", "memory with database, MiB")
    for line in lines:
        listen = line["listen"]
        told = (listen["changes"], listen["expected"] - listen["lost"], listen["lost"], listen["strange"])
        delay = [f"{listen[name]:.0f}" for name in ("p50_ms", "p99_ms", "max_ms", "sent_p99_ms")]
        row(line["engine"], line["cases"], *told, *delay, f"{listen['processor_ms_per_second']:.0f}", f"{listen['resident_mib']:.0f}")


def storm_clerks(lines):
    if not lines:
        return
    clerks = lines[0]["clerks"]
    print(
        f"""
## Clerks in the storm

The house plays its storm at sixty times the speed of life while {clerks["clerks"]} clerks of every role work on the same board: each has a
page open that follows the feed, looks at a list, opens a case, takes the step that the case offers, and thinks three
seconds before each request. The same again while one backup after the other is made of the house at work."""
    )
    table("engine", "while", "request", "number", "p50 ms", "p99 ms", "max ms")
    for line in lines:
        for wish, name in WISHES.items():
            if kind := line["clerks"]["kinds"].get(wish):
                latency = [f"{kind[name]:.0f}" for name in ("p50_ms", "p99_ms", "max_ms")]
                row(line["engine"], during(line), name, kind["requests"], *latency)
    table("engine", "while", "the house's time", "steps taken", "somebody was quicker", "faults", "changes told to pages", "processor ms a second", "memory with database, MiB")
    for line in lines:
        clerks = line["clerks"]
        time = f"{clerks['house_from'][:16]} to {clerks['house_to'][:16]}"
        counts = (sum(clerks["steps"].values()), clerks["late"], clerks["faults"], clerks["changes_told"])
        row(line["engine"], during(line), time, *counts, f"{clerks['processor_ms_per_second']:.0f}", f"{clerks['resident_mib']:.0f}")
    faults = {f"{fault} ({count} times)" for line in lines for fault, count in line["clerks"]["faults_by_code"].items()}
    if faults:
        print("\nFaults: " + "; ".join(sorted(faults)) + ".")


def during(line):
    if line["mode"] != "backup":
        return "nothing else"
    failed = f", {line['copy_faults']} of them failed" if line["copy_faults"] else ""
    return f"{line['copies'] + line['copy_faults']} backups{failed}, the longest {line['longest_copy_ms'] / 1000:.1f} s"


def beside_the_peer(runs):
    peer = {run["kind"]: run for run in runs if run["engine"] == "rt5"}
    if not peer:
        return
    print(
        """
## Beside a peer

Request Tracker 5 as Debian packages it, over PostgreSQL, with four warmed workers and a session's cookie
(`bench/rt5/run.sh`), after Yipan on the same processors: a ticket with caller and five custom fields is created; queue,
owner and status of a ticket are changed; the newest twenty open tickets of a queue are listed."""
    )
    table("request", "engine", "per second", "p50 ms", "p99 ms", "processor ms each", "the peer's, times", "memory MiB")
    for kind, theirs in peer.items():
        for run in runs:
            if run["kind"] == kind:
                times = theirs["processor_ms_per_request"] / run["processor_ms_per_request"]
                latency = (f"{run['per_second']:.1f}", f"{run['p50_ms']:.1f}", f"{run['p99_ms']:.1f}")
                row(NAMES[kind], run["engine"], *latency, f"{run['processor_ms_per_request']:.2f}", f"{times:.0f}", f"{run['resident_mib']:.0f}")


def judged(lines):
    print("\n## The goals\n\nJudged by the figures above; of several, the worst counts.")
    table("goal", "engine", "measured", "met")
    for goal, engine, measured, met in goals.judge(lines, NAMES):
        row(goal, engine, measured, "yes" if met else "**no**")


def main():
    lines = [json.loads(line) for line in open(sys.argv[1])]
    runs = [line for line in lines if line.get("kind")]
    saturated = [run for run in runs if run.get("rate") is None]
    head(next(line["machine"] for line in lines if "machine" in line))
    saturated_rates(saturated)
    steady_rates([run for run in runs if run.get("rate")])
    for line in lines:
        if "bulk" in line:
            bulk_house(line["bulk"])
    starts(lines)
    for line in lines:
        if "import" in line:
            rows, ms = line["import"]["rows"], line["import"]["ms"]
            print(f"\nImport of {rows} real messages, the whole process: {ms} ms, {rows * 1000 / ms:.0f} rows a second.")
    live_feed([line for line in lines if "listen" in line])
    storm_clerks([line for line in lines if "clerks" in line])
    beside_the_peer(saturated)
    judged(lines)


if __name__ == "__main__":
    main()
