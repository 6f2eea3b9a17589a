#!/usr/bin/env bash
# The pages in a real browser against the built binary, on a fresh demo house that is thrown away.
#   tools/e2e.sh            the tests
#   tools/e2e.sh screenshots   the pictures of docs/screenshots instead; a storm is played for some
# YIPAN names another binary, CHROMIUM another browser.
set -euo pipefail
cd "$(dirname "$0")/.."
yipan=${YIPAN:-target/debug/yipan}
what=${1:-e2e}
[ -x "$yipan" ] || { echo "no binary at $yipan; run: cargo build -p yipan" >&2; exit 2; }
[ -d web/node_modules ] || (cd web && npm ci --no-audit --no-fund)
[ -f web/dist/index.html ] || (cd web && npm run build)

server=
clean() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    [ -z "$server" ] || wait "$server" 2>/dev/null || true
    server=
    rm -rf "${data:-}" "${data:-}.log"
}
trap clean EXIT

# Runs an npm script against a demo house of its own; more arguments are the server's.
against_a_house() {
    local script=$1 failed=0 port
    shift
    data=$(mktemp -d)
    port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    "$yipan" serve --data "$data" --demo --listen "127.0.0.1:$port" "$@" >"$data.log" 2>&1 &
    server=$!
    export YIPAN_URL="http://127.0.0.1:$port"
    for _ in $(seq 300); do
        curl -fsS -o /dev/null "$YIPAN_URL/api/v1/house" 2>/dev/null && break
        kill -0 "$server" 2>/dev/null || { cat "$data.log" >&2; return 1; }
        sleep 0.2
    done
    (cd web && npm run --silent "$script") || failed=$?
    kill -0 "$server" 2>/dev/null || { echo "the server is gone; its last words:" >&2; tail -20 "$data.log" >&2; failed=1; }
    clean
    return "$failed"
}

against_a_house "$what"
if [ "$what" = screenshots ]; then YIPAN_STORM=1 against_a_house screenshots --storm --speed 3000; fi
