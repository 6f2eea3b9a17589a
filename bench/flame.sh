#!/usr/bin/env bash
# Where the processor goes: `bench/flame.sh [KIND...]` (create, dispatch and list if none is named) records the house
# under as much of one kind of request as it answers, and writes a picture of each and one table into docs/flames/.
# The recording walks frame pointers, which an ordinary release lacks: the house is built once more with them, under
# target/flame. It needs `perf` (Debian: linux-perf).
#   SECONDS_EACH=15   FLAMES=docs/flames
#   PREBUILT=FOLDER   takes the binaries there instead; CALL_GRAPH=dwarf if they have no frame pointers
set -euo pipefail
cd "$(dirname "$0")/.."
command -v perf >/dev/null || { echo "SKIPPED: flame graphs: there is no perf (Debian: apt-get install linux-perf)" >&2; exit 0; }
kinds=("$@"); ((${#kinds[@]})) || kinds=(create dispatch list)
seconds=${SECONDS_EACH:-15} folder=${FLAMES:-docs/flames} port=${PORT:-8648}
if [ -n "${PREBUILT:-}" ]; then
    built=$PREBUILT
else
    RUSTFLAGS="-C force-frame-pointers=yes" CFLAGS="-fno-omit-frame-pointer" CARGO_PROFILE_RELEASE_STRIP=none \
        cargo build --release --locked -p yipan -p yipan-bench --target-dir target/flame
    built=target/flame/release
fi
scratch=$(mktemp -d "${TMPDIR:-/var/tmp}/yipan-flame.XXXXXX")
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null; rm -rf "$scratch"' EXIT
"$built/yipan" serve --data "$scratch/data" --demo --listen "127.0.0.1:$port" >"$scratch/log" 2>&1 &
server=$!
until curl -fsS -o /dev/null "http://127.0.0.1:$port/api/v1/house" 2>/dev/null; do
    kill -0 $server 2>/dev/null || { cat "$scratch/log" >&2; exit 1; }
    sleep 0.1
done
load=("$built/yipan-bench" --house "127.0.0.1:$port")
# A list of nothing costs nothing.
"${load[@]}" fill "${CASES:-10000}" >&2
files=()
for kind in "${kinds[@]}"; do
    connections=$([ "$kind" = list ] && echo 64 || echo 256)
    "${load[@]}" run "$kind" --seconds $((seconds + 4)) --connections "$connections" --started "$scratch/started" >&2 &
    running=$!
    # What is prepared for the load, such as cases to be dispatched, is not recorded.
    until [ -e "$scratch/started" ]; do
        kill -0 $running 2>/dev/null || exit 1
        sleep 0.1
    done
    rm "$scratch/started"
    perf record --quiet --freq 499 --call-graph "${CALL_GRAPH:-fp}" --pid $server --output "$scratch/perf" -- sleep "$seconds" >&2
    wait $running
    perf script --input "$scratch/perf" --no-inline --fields comm,ip,sym,dso >"$scratch/$kind" 2>/dev/null
    files+=("$kind=$scratch/$kind")
done
mkdir -p "$folder"
{
    echo "# Where the processor goes"
    echo
    echo "Written by \`bench/flame.sh ${kinds[*]}\`: the house on SQLite with ${CASES:-10000} cases, under as much of one"
    echo "kind of request as it answers, recorded 499 times a second of each processor for $seconds seconds. A sample belongs to"
    echo "the innermost part that is known; the load generator is not recorded. Frames of the plumbing are drawn once"
    echo "however deep they are, and narrow ones not at all; the pointer shows a frame's name and share."
    echo
    python3 bench/flame.py "$folder" "${files[@]}"
    echo
    for kind in "${kinds[@]}"; do echo "![$kind]($kind.svg)"; done
} >"$scratch/README.md"
cp "$scratch/README.md" "$folder/README.md"
echo "$folder/README.md is written" >&2
