"""The goals of the bench, and whether what was measured meets them. Nothing here is typed but the goals.

    bench/goals.py RESULTS    the goals that were missed; ends with 1 if there are any
"""

import json
import sys

RATES = {"sqlite": 2500, "postgres": 1500}
PEER_TIMES = {"sqlite": 200, "postgres": 50}
BULK_GB = 20


def judge(lines, names):
    """Each goal with its engine, what was measured and whether that is enough; only goals that were measured."""
    runs = [line for line in lines if line.get("kind")]
    yield from rates(runs, names)
    yield from steady([run for run in runs if run.get("rate")], names)
    yield from first_answers(lines)
    yield from peer(runs, names)
    yield from feed(lines)
    yield from clerks(lines)
    yield from bulk(lines)


def engines(items):
    return [engine for engine in ("sqlite", "postgres") if any(item["engine"] == engine for item in items)]


def rates(runs, names):
    for run in runs:
        least = RATES.get(run["engine"])
        if run.get("rate") is None and least and run["kind"] in ("Create", "Dispatch"):
            rate = run["per_second"]
            yield f"{least} durable commands a second: {names[run['kind']]}", run["engine"], f"{rate:.0f}", rate >= least


def steady(runs, names):
    """What must hold with every number of cases: the worst of them is told."""

    def worst(engine, figure, kinds):
        some = [run for run in runs if run["engine"] == engine and run["kind"] in kinds]
        return max(some, key=lambda run: run[figure], default=None)

    for engine in engines(runs):
        some = [run for run in runs if run["engine"] == engine]
        sizes = sorted({run["cases"] for run in some})
        span = f"{sizes[0]} to {sizes[-1]} cases"
        if run := worst(engine, "p99_ms", set(names) - {"Figures"}):
            told = f"{run['p99_ms']:.1f} ms ({names[run['kind']]}, {run['cases']} cases)"
            yield f"p99 below 50 ms at 200 requests a second, {span}", engine, told, run["p99_ms"] < 50
        if run := worst(engine, "processor_ms_per_request", {"Create"}):
            told = f"{run['processor_ms_per_request']:.2f} ms ({run['cases']} cases)"
            yield "at most 2 ms of a processor for each create at that rate", engine, told, run["processor_ms_per_request"] <= 2
        if run := worst(engine, "max_ms", {"Figures"}):
            yield "the KPI page within 100 ms", engine, f"{run['max_ms']:.0f} ms ({run['cases']} cases)", run["max_ms"] < 100
        run = max(some, key=lambda run: run["resident_mib"])
        told = f"{run['resident_mib']:.0f} MiB ({names[run['kind']]}, {run['cases']} cases)"
        with_database = ", its database's processes and what these share counted with it" if engine == "postgres" else ""
        yield f"less than 150 MiB of memory{with_database}", engine, told, run["resident_mib"] < 150


    # What a clerk does all day must not become dearer because the house has grown.
    for engine in engines(runs):
        for kind in ("Create", "Dispatch", "List"):
            some = sorted((run for run in runs if run["engine"] == engine and run["kind"] == kind), key=lambda run: run["cases"])
            if len(some) > 1:
                first, last = some[0], some[-1]
                times = last["processor_ms_per_request"] / first["processor_ms_per_request"]
                goal = f"{names[kind]} costs less than twice as much at {last['cases']} cases as at {first['cases']}"
                yield goal, engine, f"{times:.2f} times", times < 2


def first_answers(lines):
    some = [line for line in lines if "first_answer_ms" in line]
    for engine in engines(some):
        line = max((line for line in some if line["engine"] == engine), key=lambda line: line["first_answer_ms"])
        told = f"{line['first_answer_ms']} ms ({line['cases']} cases)"
        yield "the first answer within a second", engine, told, line["first_answer_ms"] < 1000


def peer(runs, names):
    saturated = [run for run in runs if run.get("rate") is None]
    theirs = {run["kind"]: run["processor_ms_per_request"] for run in saturated if run["engine"] == "rt5"}
    for run in saturated:
        least = PEER_TIMES.get(run["engine"])
        if least and run["kind"] in theirs:
            times = theirs[run["kind"]] / run["processor_ms_per_request"]
            yield f"{least} times less processor than the peer: {names[run['kind']]}", run["engine"], f"{times:.0f} times", times >= least


def feed(lines):
    for line in lines:
        if listen := line.get("listen"):
            goal = f"{listen['listeners']} listeners at ten changes a second: nothing lost, nothing told to others"
            told = f"{listen['lost']} lost and {listen['strange']} strange of {listen['expected']}, {listen['per_second']:.1f} changes a second"
            met = listen["lost"] == listen["strange"] == 0 < listen["expected"] and listen["per_second"] >= 9.5
            yield goal, line["engine"], told, met


def clerks(lines):
    for line in lines:
        if (clerks := line.get("clerks")) and (everything := clerks["kinds"].get("All")):
            during = ", a backup running" if line["mode"] == "backup" else ""
            who = f"{clerks['clerks']} clerks in the storm{during}"
            p99, longest = everything["p99_ms"], everything["max_ms"]
            yield f"{who}: p99 below 300 ms", line["engine"], f"{p99:.0f} ms", p99 < 300
            yield f"{who}: max below 2 s", line["engine"], f"{longest / 1000:.2f} s", longest < 2000
            faults = clerks["faults"] + line["copy_faults"]
            made = f", {line['copies']} backups" if line["mode"] == "backup" else ""
            met = faults == 0 and (line["mode"] != "backup" or line["copies"] > 0)
            yield f"{who}: no faults", line["engine"], f"{faults} of {everything['requests']} requests{made}", met


def bulk(lines):
    for line in lines:
        if made := line.get("bulk"):
            size = made["gib"] * 2**30 / 1e9
            yield f"{made['cases']} cases for lists and figures in less than {BULK_GB} GB", line["engine"], f"{size:.1f} GB", size < BULK_GB


def missed(results):
    lines = [json.loads(line) for line in open(results, encoding="utf-8") if line.startswith("{")]
    kinds = {line["kind"]: line["kind"].lower() for line in lines if line.get("kind")}
    return [f"{engine}: {goal}: {told}" for goal, engine, told, met in judge(lines, kinds) if not met]


if __name__ == "__main__":
    found = missed(sys.argv[1])
    print("\n".join(found))
    sys.exit(bool(found))
