#!/usr/bin/env bash
# `make torture`: makes a house fail in every way that machines fail, and looks whether it kept its word.
# Writes docs/torture.md from what it found; in its short form, target/torture/short.md. REPORT names another file.
#   SHORT=1  a few rounds of each kind, a few minutes      ENGINES="sqlite postgres"
#   KILL=500 POWER=100 FULL=10 CLOCK=25 BACKUP=25 NODES=200 STANDBY=10 BITS=1000  rounds of each kind
#                             (a few bits in the short form: they try the harness, not the house)
#   MILLION_ROUNDS=20 FILL=1000000  rounds of killing a full house, and how many cases it holds before; in the
#                             short form none
#   FUZZ=30                   minutes of fuzzing at the end; in the short form none, `cargo test` does some
# The long form makes both engines fail at the same time, each in a house of its own.
#   YIPAN_BIN, TORTURE_BIN: binaries that are built already  SEED: repeats the choices of an earlier run
#   MAY_SKIP=1  a kind that this machine cannot try (no root, no haproxy) does not fail the long form
#   YIPAN_OLDER_BIN: the binary of an earlier release, whose house the kind `nodes` upgrades under load first
set -euo pipefail
cd "$(dirname "$0")/.."
engines=${ENGINES:-sqlite postgres}
# rounds LONG SHORT: so many of a kind, unless its name in capitals says otherwise
rounds() { [ -n "${SHORT:-}" ] && echo "$2" || echo "$1"; }
kill=${KILL:-$(rounds 500 5)} power=${POWER:-$(rounds 100 2)} full=${FULL:-$(rounds 10 1)}
nodes=${NODES:-$(rounds 200 4)} standby=${STANDBY:-$(rounds 10 1)} million=${MILLION_ROUNDS:-$(rounds 20 0)}
clock=${CLOCK:-$(rounds 25 1)} backup=${BACKUP:-$(rounds 25 1)} bits=${BITS:-$(rounds 1000 4)}
if [ -z "${YIPAN_BIN:-}" ] || [ -z "${TORTURE_BIN:-}" ]; then
    profile=$([ -n "${SHORT:-}" ] || echo --release)
    folder=${CARGO_TARGET_DIR:-target}/$([ -n "${SHORT:-}" ] && echo debug || echo release)
    cargo build --locked $profile -p yipan -p yipan-torture
fi
export YIPAN_BIN=${YIPAN_BIN:-$folder/yipan}
torture=${TORTURE_BIN:-$folder/yipan-torture}
results=$(mktemp -d "${TMPDIR:-/var/tmp}/yipan-torture.XXXXXX")
written=
# Hours of results are not thrown away because the harness failed at the end.
trap '[ -n "$written" ] && rm -rf "$results" || echo "what was found so far lies in $results" >&2' EXIT

# Two seconds from a start to the first write: judged in the long form, where little else goes on.
limit=${FIRST_WRITE_MS:-$(rounds 2000 0)}

# run KIND ROUNDS ENGINE WORD...
run() {
    local code=0
    "$torture" "$1" --rounds "$2" --engine "$3" ${SEED:+--seed "$SEED"} ${limit:+--first-write-ms "$limit"} "${@:4}" >>"$results/$3.jsonl" || code=$?
    [ "$code" = 0 ] || echo "$1/$3" >>"$results/failed"
    # What a machine cannot try is said in the short form, and asked for by name in the long one.
    if [ -z "${SHORT:-}" ] && [ -z "${MAY_SKIP:-}" ] && tail -n 1 "$results/$3.jsonl" | grep -q '"skipped":"'; then
        echo "$1/$3(skipped)" >>"$results/failed"
    fi
    # 1 is a failure of the house, told in a line of its own; anything else is one of the harness.
    [ "$code" -le 1 ] || exit "$code"
}

# on ENGINE: all kinds, one after the other
on() {
    local engine=$1
    run teeth 1 "$engine"
    run kill "$kill" "$engine"
    [ "$million" = 0 ] || run kill "$million" "$engine" --fill "${FILL:-1000000}"
    run power "$power" "$engine"
    run full "$full" "$engine"
    run clock "$clock" "$engine"
    run backup "$backup" "$engine"
    [ "$engine" = sqlite ] || run nodes "$nodes" "$engine"
    [ "$engine" = sqlite ] || run standby "$standby" "$engine"
    [ "$bits" = 0 ] || run bits "$bits" "$engine"
}
# The short form one engine after the other, where little else should go on; the long one both at once.
running=()
for engine in $engines; do
    if [ -n "${SHORT:-}" ]; then on "$engine"; else on "$engine" & running+=($!); fi
done
for one in "${running[@]}"; do wait "$one"; done
[ -n "${SHORT:-}" ] || [ "${FUZZ:-30}" = 0 ] || fuzz/run.sh "${FUZZ:-30}" || echo fuzz >>"$results/failed"
report=${REPORT:-$([ -n "${SHORT:-}" ] && echo target/torture/short.md || echo docs/torture.md)}
mkdir -p "$(dirname "$report")"
for engine in $engines; do cat "$results/$engine.jsonl"; done >"$results/all"
"$torture" report "$results/all" >"$report.part"
mv "$report.part" "$report"
written=yes
echo "$report is written" >&2
[ ! -s "$results/failed" ] || { echo "FAILED:" $(cat "$results/failed") >&2; exit 1; }
