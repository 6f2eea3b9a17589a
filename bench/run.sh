#!/usr/bin/env bash
# `make bench`: what a release build of Yipan costs, on this machine, with the load generator beside it.
# Writes docs/performance.md from what it measured.
# Everything runs on two processors. REPORT names another file.
#   SIZES="10000 100000 1000000"  how many cases     ENGINES="sqlite postgres"   SECONDS_EACH=15
#   LISTENERS=1000                feeds that hear of ten changes a second          CLERKS=200   CLERKS_SECONDS=120
#   BULK=10000000                 cases of which only what lists and figures read is made, on SQLite: 20 GB of disk
#   An empty LISTENERS, CLERKS, BULK or PEER leaves that part out. The peer, Request Tracker 5, needs root to be installed.
set -euo pipefail
# The goals are those of a small machine.
[ "$(nproc)" = 2 ] || exec taskset -c 0,1 "$0" "$@"
cd "$(dirname "$0")/.."
sizes=${SIZES:-10000 100000 1000000}
engines=${ENGINES:-sqlite postgres}
seconds=${SECONDS_EACH:-15}
listeners=${LISTENERS-1000} clerks=${CLERKS-200} clerks_seconds=${CLERKS_SECONDS:-120} bulk=${BULK-}
# Every listener is a connection, here and in the house.
ulimit -n 8192 || echo "the limit of open files stays at $(ulimit -n)" >&2
scratch=$(mktemp -d "${TMPDIR:-/var/tmp}/yipan-bench.XXXXXX")
chmod 755 "$scratch"
results=$scratch/results.jsonl
port=${PORT:-8643}
# PREBUILT=1: the binaries are there already, such as on a machine without Rust; or their folder.
[ -n "${PREBUILT:-}" ] || cargo build --release --locked -p yipan -p yipan-bench
built=$PWD/target/release; [ ! -d "${PREBUILT:-}" ] || built=$(realpath "$PREBUILT")
yipan=$built/yipan
load="$built/yipan-bench --house 127.0.0.1:$port"
server= postgres= copying=
trap '[ -z "$copying" ] || kill "$copying" 2>/dev/null || true; stop; stop_postgres; rm -rf "$scratch"' EXIT

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
    "${as[@]}" "$bin/createdb" -h 127.0.0.1 -p 5533 -U yipan storm
    postgres=$bin/pg_ctl
}
stop_postgres() {
    [ -n "$postgres" ] || return 0
    local as=(); [ "$(id -u)" != 0 ] || as=(runuser -u postgres --)
    "${as[@]}" "$postgres" -D "$scratch/pg/data" -m fast stop >/dev/null || true
    postgres=
    rm -rf "$scratch/pg"
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

# run_listeners ENGINE SIZE
run_listeners() {
    local line; line=$($load listen --listeners "$listeners" --seconds "$((seconds * 2))" --processes "$(processes)")
    note "{\"engine\":\"$1\",\"cases\":$2,\"listen\":$line}"
}

# copy_on DATA: makes backups of a house at work, one after the other, and notes each one's milliseconds
copy_on() {
    local began; : >"$scratch/copies"
    while [ -d "$scratch" ] && [ ! -e "$scratch/enough" ]; do
        began=$(date +%s%N)
        "$yipan" backup --data "$1" "$scratch/copy" >/dev/null || { echo fault >>"$scratch/copies"; sleep 1; continue; }
        echo $((($(date +%s%N) - began) / 1000000)) >>"$scratch/copies"
        rm -f "$scratch/copy"
    done
}

# run_clerks ENGINE DATA MODE: they work from now on, and are measured once the storm's appeals come in
run_clerks() {
    local line copies=0 faults=0 longest=0
    if [ "$3" = backup ]; then copy_on "$2" & copying=$!; fi
    line=$($load clerks --clerks "$clerks" --seconds "$clerks_seconds" --from "${CLERKS_FROM-2021-05-01T01:00:00+08:00}" \
        --processes "$(processes)")
    if [ -n "$copying" ]; then
        touch "$scratch/enough"; wait "$copying" || true; copying=
        copies=$(grep -c '^[0-9]' "$scratch/copies" || true) faults=$(grep -c fault "$scratch/copies" || true)
        longest=$(grep '^[0-9]' "$scratch/copies" | sort -n | tail -1)
        rm -f "$scratch/copy" "$scratch/copies" "$scratch/enough"
    fi
    note "{\"engine\":\"$1\",\"mode\":\"$3\",\"copies\":$copies,\"copy_faults\":$faults,\"longest_copy_ms\":${longest:-0},\"clerks\":$line}"
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
    [ -z "$listeners" ] || run_listeners "$engine" "$have"
    stop
    rm -rf "$data"
    if [ -n "$clerks" ]; then
        start "$scratch/storm" --storm --speed 60 "${database[@]/%\/yipan//storm}"
        run_clerks "$engine" "$scratch/storm" alone
        run_clerks "$engine" "$scratch/storm" backup
        stop
        rm -rf "$scratch/storm"
    fi
    [ "$engine" != postgres ] || stop_postgres
done
if [ -n "$bulk" ]; then
    start "$scratch/bulk"
    $load fill 10000 --answered >/dev/null
    stop
    # The governance areas, whose rows stand beside those of the divisions, would make it more than 20 GB.
    note "{\"engine\":\"sqlite\",\"bulk\":$(python3 bench/bulk.py "$scratch/bulk/yipan.db" $((bulk / 10000)) a:g.)}"
    start "$scratch/bulk"
    note "{\"engine\":\"sqlite\",\"cases\":$bulk,\"first_answer_ms\":$first_answer}"
    for kind in list town-list; do run sqlite "$bulk" "$kind" --rate 200; done
    run sqlite "$bulk" figures --rate 5
    stop
    rm -rf "$scratch/bulk"
fi
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
missed=$(python3 bench/goals.py "$results") || { printf 'goals that were missed:\n%s\n' "$missed" >&2; exit 1; }
