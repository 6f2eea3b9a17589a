#!/usr/bin/env bash
# `make bench`: what a release build of Yipan costs, on this machine, with the load generator beside it.
# Writes docs/performance.md from what it measured.
# Everything runs on two processors. REPORT names another file.
#   SIZES="10000 100000 1000000"  how many cases     ENGINES="sqlite postgres"   SECONDS_EACH=15
#   PEER=                         leaves out Request Tracker 5, which needs root to be installed
set -euo pipefail
# The goals are those of a small machine.
[ "$(nproc)" = 2 ] || exec taskset -c 0,1 "$0" "$@"
cd "$(dirname "$0")/.."
sizes=${SIZES:-10000 100000 1000000}
engines=${ENGINES:-sqlite postgres}
seconds=${SECONDS_EACH:-15}
scratch=$(mktemp -d "${TMPDIR:-/var/tmp}/yipan-bench.XXXXXX")
chmod 755 "$scratch"
results=$scratch/results.jsonl
port=8643
# PREBUILT=1: the binaries are there already, such as on a machine without Rust.
[ -n "${PREBUILT:-}" ] || cargo build --release --locked -p yipan -p yipan-bench
yipan=$PWD/target/release/yipan
load="$PWD/target/release/yipan-bench --house 127.0.0.1:$port"
server= postgres=
trap 'stop; stop_postgres; rm -rf "$scratch"' EXIT

note() { echo "$1" | tee -a "$results" >&2; }

# start_postgres: a server of its own, collation C, durable as it comes
start_postgres() {
    local bin; bin=$(dirname "$(readlink -f "$(command -v initdb || ls /usr/lib/postgresql/*/bin/initdb | tail -1)")")
    local as=(); [ "$(id -u)" != 0 ] || as=(runuser -u postgres --)
    mkdir "$scratch/pg"; [ "$(id -u)" != 0 ] || chown postgres "$scratch/pg"
    "${as[@]}" "$bin/initdb" -D "$scratch/pg/data" --locale=C --encoding=UTF8 --auth=trust -U yipan >/dev/null
    "${as[@]}" "$bin/pg_ctl" -D "$scratch/pg/data" -l "$scratch/pg/log" -w \
        -o "-p 5533 -c listen_addresses=127.0.0.1 -c unix_socket_directories=$scratch/pg" start >/dev/null
    "${as[@]}" "$bin/createdb" -h 127.0.0.1 -p 5533 -U yipan yipan
    postgres=$bin/pg_ctl
}
stop_postgres() {
    [ -n "$postgres" ] || return 0
    local as=(); [ "$(id -u)" != 0 ] || as=(runuser -u postgres --)
    "${as[@]}" "$postgres" -D "$scratch/pg/data" -m fast stop >/dev/null || true
    postgres=
}

# start DATA [--database URL]: prints the milliseconds until the first answer
start() {
    local data=$1; shift
    local began; began=$(date +%s%N)
    "$yipan" serve --data "$data" --demo --listen 127.0.0.1:$port "$@" >"$scratch/log" 2>&1 &
    server=$!
    until curl -fsS -o /dev/null "http://127.0.0.1:$port/api/v1/house" 2>/dev/null; do
        kill -0 $server 2>/dev/null || { cat "$scratch/log" >&2; exit 1; }
        sleep 0.01
    done
    first_answer=$((($(date +%s%N) - began) / 1000000))
}
stop() { [ -z "$server" ] || { kill "$server" 2>/dev/null; wait "$server" 2>/dev/null || true; }; server=; }

processes() { echo "$server$([ -z "$postgres" ] || pgrep -f "$scratch/pg|postgres: .*yipan" | sed 's/^/,/' | tr -d '\n')"; }
# run ENGINE SIZE KIND [--rate N]
run() {
    local engine=$1 size=$2; shift 2
    local line; line=$($load run "$@" --seconds "$seconds" --processes "$(processes)")
    note "{\"engine\":\"$engine\",\"cases\":$size,${line#\{}"
}

note "{\"machine\":{\"cpus\":$(nproc),\"load\":\"$(cut -d' ' -f1-3 /proc/loadavg)\",\"kernel\":\"$(uname -r | cut -d- -f1)\",\"binary_mib\":$(($(stat -c %s "$yipan") / 1048576))}}"
for engine in $engines; do
    data=$scratch/$engine
    database=()
    if [ "$engine" = postgres ]; then
        start_postgres
        database=(--database "postgres://yipan@127.0.0.1:5533/yipan")
    fi
    start "$data" "${database[@]}"
    run "$engine" 0 create --connections 256
    run "$engine" 0 dispatch --connections 256
    run "$engine" 0 list --connections 64
    have=0
    for size in $sizes; do
        line=$($load fill $((size - have)))
        have=$size
        note "{\"engine\":\"$engine\",\"cases\":$size,\"fill\":$line}"
        for kind in create dispatch list town-list detail; do
            run "$engine" "$size" "$kind" --rate 200
        done
        run "$engine" "$size" figures --rate 5
        stop
        start "$data" "${database[@]}"
        note "{\"engine\":\"$engine\",\"cases\":$size,\"first_answer_ms\":$first_answer}"
    done
    stop
    [ "$engine" != postgres ] || stop_postgres
done
if [ -n "${PEER-rt5}" ] && [ "$(id -u)" = 0 ]; then
    SECONDS_EACH=$seconds bench/rt5/run.sh | tee -a "$results" >&2
else
    echo "SKIPPED: the peer (PEER is empty, or this is not root)" >&2
fi
messages=${YIPAN_TEST_DATA:-../shared}/data/appeals/tipdm2020c_fj3.csv
if [ -f "$messages" ]; then
    "$yipan" demo load --data "$scratch/import" >/dev/null
    began=$(date +%s%N)
    "$yipan" appeals import "$messages" --map text=body,title=title,received=time,caller=user,key=id \
        --category governance --as city.calltaker1 --data "$scratch/import" >/dev/null
    note "{\"import\":{\"rows\":4326,\"ms\":$((($(date +%s%N) - began) / 1000000))}}"
else
    echo "SKIPPED: the rate of imports: no $messages" >&2
fi
python3 bench/report.py "$results" >"${REPORT:-docs/performance.md}"
echo "${REPORT:-docs/performance.md} is written" >&2
