#!/usr/bin/env bash
# Keeps a small house of a release as it was: what later binaries must be able to migrate, prove and work in
# (crates/yipan/tests/releases.rs).
#
#   tools/release/keep.sh VERSION          such as 0.1.0; once, when it is released
#
# Writes crates/yipan/tests/releases/VERSION/:
#   yipan.db.gz      the embedded database file
#   postgres.sql.gz  the same house as a PostgreSQL dump in plain SQL
#   test.keys        the keys of both: test keys, of made-up people in the demo city
#   answers.json     what the house answered when it was kept
# The house holds a case after every step of a life, closed ones, sessions and kept answers. YIPAN_BIN names the binary; the debug build if absent. Needs curl, python3, and PostgreSQL's binaries.
set -euo pipefail
cd "$(dirname "$0")/../.."
[[ ${1:-} =~ ^[0-9]+\.[0-9]+\.[0-9]+$ ]] || { sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p;}' "$0" >&2; exit 2; }
version=$1
yipan=${YIPAN_BIN:-${CARGO_TARGET_DIR:-target}/debug/yipan}
[ -x "$yipan" ] || { echo "keep.sh: no $yipan: cargo build -p yipan" >&2; exit 1; }
[ "$("$yipan" --version)" = "yipan $version" ] || { echo "keep.sh: $yipan is $("$yipan" --version)" >&2; exit 1; }
bin=$(find /usr/lib/postgresql -path '*/bin/initdb' -printf '%h\n' 2>/dev/null | sort -V | tail -1)
bin=${bin:-$(dirname "$(command -v initdb || echo /nowhere/initdb)")}
[ -x "$bin/initdb" ] || { echo "keep.sh: PostgreSQL is not installed" >&2; exit 1; }

work=$(mktemp -d)
chmod 755 "$work"
as=() server='' database=''
end() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    [ -z "$database" ] || { "${as[@]}" "$bin/pg_ctl" -D "$work/pg/data" -m immediate stop >/dev/null 2>&1 || true; }
    rm -rf "$work"
}
trap end EXIT
export LC_ALL=C.UTF-8
unset YIPAN_DATABASE
house=$work/house

# A house at work.
"$yipan" serve --demo --data "$house" --listen 127.0.0.1:0 >"$work/out" 2>"$work/log" &
server=$!
for ((turn = 0; turn < 300; turn++)); do
    address=$(sed -n 's/.*listens at \(http:[^ ]*\).*/\1/p' "$work/out")
    [ -z "$address" ] || break
    kill -0 "$server" 2>/dev/null || { cat "$work/log" >&2; exit 1; }
    sleep 0.1
done
[ -n "$address" ] || { echo "keep.sh: the house did not open" >&2; exit 1; }

# ask LOGIN KEY PATH BODY: makes a write as somebody; prints the answer
ask() {
    local jar=$work/jar.$1
    if [ ! -f "$jar" ]; then
        curl -fsS -c "$jar" -o /dev/null -H 'content-type: application/json' "$address/api/v1/session" \
            -d "{\"login\":\"$1\",\"password\":\"yipanqi-2021-demo\"}"
    fi
    curl -sS --fail-with-body -b "$jar" -H 'content-type: application/json' -H "idempotency-key: $2" \
        "$address/api/v1$3" -d "$4" || { echo "keep.sh: $1 $3 $4" >&2; return 1; }
}
# accept TURN: a new appeal, told by its turn; prints its number
accept() {
    ask city.calltaker1 "kept-$1" /cases "$(appeal "$1")" |
        python3 -c 'import json, sys; print(json.load(sys.stdin)["number"])'
}
appeal() {
    local level=ordinary
    [ $(($1 % 3)) != 0 ] || level=emergency
    printf '{"channel":"phone","kind":"complaint","category":"environment.noise.site","level":"%s",' "$level"
    printf '"title":"第%d件","text":"夜间施工噪声较大，影响休息，希望尽快处理并答复。第%d件。",' "$1" "$1"
    printf '"place":{"area":"rudong","address":"人民路%d号"},"person":{"name":"市民","phone":"1390000%04d"}}' "$1" "$1"
}
unit=rudong.urban_management
handler=$unit.handler signer=$unit.signer
logins=(city.dispatcher "$handler" "$handler" "$handler" "$signer" "$signer" city.reviewer city.callback1
    city.callback1)
commands=(
    "{\"command\":\"dispatch\",\"main\":\"$unit\",\"basis\":{\"basis\":\"judgement\"}}"
    '{"command":"sign","holding":1}'
    '{"command":"contact","holding":1,"reached":true}'
    '{"command":"draft_reply","holding":1,"text":"已责令停工整改。","truth":true,"solved":"yes"}'
    '{"command":"pass_step","holding":1}'
    '{"command":"pass_step","holding":1}'
    '{"command":"accept_reply","holding":1}'
    '{"command":"call_back","attitude":"satisfied","result":"satisfied","solved":"yes"}'
    '{"command":"close","outcome":"solved"}'
)
# One case for each length of a life, from an acceptance alone to the whole; then six whole ones.
for turn in $(seq 0 $((${#commands[@]} + 6))); do
    number=$(accept "$turn")
    for ((at = 0; at < turn && at < ${#commands[@]}; at++)); do
        ask "${logins[$at]}" "kept-$turn-$at" "/cases/$number/commands" "${commands[$at]}" >/dev/null
    done
    ask city.dispatcher "kept-$turn-note" "/cases/$number/commands" '{"command":"note","text":"已电话提醒。"}' >/dev/null
    told=$number
done
kill -TERM "$server"
wait "$server"
server=

# What it answers.
verb() { "$yipan" --data "$house" --json "$@"; }
verb case events "$told" --as city.dispatcher >"$work/events.json"
verb audit replay >"$work/replay.json"
verb audit verify >"$work/verify.json"
python3 - "$version" "$told" "$work" >"$work/answers.json" <<'END'
import json, sys
version, told, work = sys.argv[1:]
read = lambda name: json.load(open(f"{work}/{name}.json"))
events, replay, verify = read("events"), read("replay"), read("verify")
assert replay["sound"] and verify["sound"], (replay, verify)
timeline = [{name: event[name] for name in ("seq", "at", "event", "staff")} for event in events]
json.dump({
    "version": version,
    "cases": replay["report"]["cases"],
    "events": replay["report"]["events"],
    "head": verify["report"]["head"],
    "head_hash": verify["report"]["head_hash"],
    "case": {"number": told, "timeline": timeline},
}, sys.stdout, ensure_ascii=False, indent=1)
print()
END

# The same house on PostgreSQL, by this binary.
mkdir "$work/pg"
if [ "$(id -u)" = 0 ]; then
    as=(setpriv --reuid postgres --regid postgres --clear-groups)
    chown postgres "$work/pg"
fi
cd /
"${as[@]}" "$bin/initdb" -D "$work/pg/data" -U postgres --auth=trust --locale=C -E UTF8 --no-sync >"$work/pg.log"
database=yes
"${as[@]}" "$bin/pg_ctl" -D "$work/pg/data" -w -l "$work/pg/log" \
    -o "-k $work/pg -c listen_addresses= -c fsync=off" start >>"$work/pg.log"
cd - >/dev/null
verb backup "$work/copy" >/dev/null
cp "$house.keys" "$work/second.keys"
"$yipan" --data "$work/second" --database "postgres://postgres@localhost/postgres?host=$work/pg" restore "$work/copy" >/dev/null
# Statements alone, and none of the dumping client's own: any client can restore it.
"$bin/pg_dump" -h "$work/pg" -U postgres --no-owner --no-privileges --inserts --rows-per-insert=100 postgres |
    sed -e '/^\\/d' -e '/^SET /d' -e '/^SELECT pg_catalog\.set_config/d' >"$work/postgres.sql"

# One file, without a log beside it.
python3 - "$house/yipan.db" <<'END'
import sqlite3, sys
base = sqlite3.connect(sys.argv[1])
base.execute("PRAGMA wal_checkpoint(TRUNCATE)")
base.close()
END
folder=crates/yipan/tests/releases/$version
mkdir -p "$folder"
gzip -9n <"$house/yipan.db" >"$folder/yipan.db.gz"
gzip -9n <"$work/postgres.sql" >"$folder/postgres.sql.gz"
install -m 644 "$house.keys" "$folder/test.keys"
install -m 644 "$work/answers.json" "$folder/answers.json"
du -sb "$folder"/* >&2
