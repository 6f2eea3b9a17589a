#!/bin/sh
# Cross-checks the shipped calendar, day by day, with two independent libraries: PyPI
# `chinesecalendar` and npm `chinese-days`, installed in a folder that is removed afterwards.
# Exit 0: all days agree, or SKIPPED because a library cannot be installed. Exit 1: a day differs.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
calendar=${1:-$here/../../crates/base/data/calendars/cn.json}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

skip() {
    echo "SKIPPED: calendar cross-check: $1; see $0" >&2
    exit 0
}

python3 -m venv "$scratch/python" >/dev/null 2>&1 || skip "python3 cannot make a virtual environment"
"$scratch/python/bin/pip" install --quiet --disable-pip-version-check chinesecalendar >/dev/null 2>&1 ||
    skip "pip cannot install chinesecalendar"
npm install --prefix "$scratch/node" --silent --no-audit --no-fund chinese-days >/dev/null 2>&1 ||
    skip "npm cannot install chinese-days"

PYTHONDONTWRITEBYTECODE=1 "$scratch/python/bin/python" "$here/compare.py" "$calendar" \
    "$scratch/node/node_modules/chinese-days/dist/chinese-days.json"
