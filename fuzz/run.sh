#!/usr/bin/env bash
# Fuzzes every reader for so many minutes in all: `fuzz/run.sh 10`. Other choices each time, unless
# FUZZ_SEED says which; a failure names its own. What was found goes into corpus/ as a file.
#   fuzz/run.sh MINUTES [TARGET…]   the targets are tests: `fuzz/run.sh 2 tables packs`
set -euo pipefail
cd "$(dirname "$0")/.."
minutes=${1:?how many minutes}
shift
targets=$(cargo test --locked --release -q -p yipan-fuzz --test fuzz -- --list --format terse "$@" | grep -c ': test$')
at_once=$(nproc)
export FUZZ_SEED=${FUZZ_SEED:-$(date +%s)}
export FUZZ_SECONDS=$((minutes * 60 * at_once / targets))
echo "$targets targets, $at_once at a time, $FUZZ_SECONDS seconds each, FUZZ_SEED=$FUZZ_SEED" >&2
cargo test --locked --release -p yipan-fuzz --test fuzz -- --test-threads "$at_once" "$@"
