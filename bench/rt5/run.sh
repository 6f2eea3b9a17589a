#!/usr/bin/env bash
# The peer of `make bench`: Request Tracker 5 as Debian packages it, over PostgreSQL, on loopback, saturated by the same
# three calls: create, dispatch (queue, owner and status change), list of the newest twenty. Prints a line of JSON for
# each, as bench/run.sh reads them. Needs root.
#   SECONDS_EACH=15   CONNECTIONS=4
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
seconds=${SECONDS_EACH:-15}
connections=${CONNECTIONS:-4}
web=8171 port=5534
scratch=$(mktemp -d "${TMPDIR:-/var/tmp}/yipan-rt5.XXXXXX")
chmod 755 "$scratch"
server=
cleanup() {
    [ -z "$server" ] || { kill "$server" 2>/dev/null; wait "$server" 2>/dev/null || true; }
    [ ! -d "$scratch/pg/data" ] || runuser -u postgres -- "$bin/pg_ctl" -D "$scratch/pg/data" -m fast stop >/dev/null || true
    rm -rf "$scratch"
}
trap cleanup EXIT

if ! command -v rt-setup-database-5 >/dev/null || ! command -v wrk >/dev/null; then
    printf 'request-tracker5 request-tracker5/%s boolean false\n' dbconfig-install install-cronjobs | debconf-set-selections
    apt-get update -qq >&2
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        request-tracker5 rt5-db-postgresql msmtp-mta starman wrk >&2
fi
bin=$(dirname "$(readlink -f "$(ls /usr/lib/postgresql/*/bin/initdb | tail -1)")")
mkdir -p "$scratch/pg" "$scratch/mason" "$scratch/session" "$scratch/conf.d"
chown postgres "$scratch/pg"
runuser -u postgres -- "$bin/initdb" -D "$scratch/pg/data" --auth=trust --encoding=UTF8 --locale=C.UTF-8 >/dev/null
# Its database gets more memory than ours does.
runuser -u postgres -- "$bin/pg_ctl" -D "$scratch/pg/data" -l "$scratch/pg/log" -w -o "-p $port -c listen_addresses=127.0.0.1 \
    -c unix_socket_directories=$scratch/pg -c shared_buffers=1GB" start >/dev/null
sql() { psql -h 127.0.0.1 -p $port -U postgres -qAt "$@"; }
sql -c "CREATE ROLE rt LOGIN PASSWORD 'rt'"
cat >"$scratch/site.pm" <<P
Set(\$rtname, 'bench'); Set(\$Organization, 'bench'); Set(\$WebDomain, '127.0.0.1'); Set(\$WebPort, $web);
Set(\$DatabaseType, 'Pg'); Set(\$DatabaseHost, '127.0.0.1'); Set(\$DatabaseRTHost, '127.0.0.1');
Set(\$DatabasePort, $port); Set(\$DatabaseUser, 'rt'); Set(\$DatabasePassword, 'rt'); Set(\$DatabaseName, 'rt');
Set(\$MailCommand, 'testfile'); Set(\$LogToSyslog, undef); Set(\$LogToSTDERR, 'error'); Set(\$DevelMode, 0);
Set(\$MasonDataDir, '$scratch/mason'); Set(\$MasonSessionDir, '$scratch/session');
1;
P
export RT_SITE_CONFIG=$scratch/site.pm RT_SITE_CONFIG_DIR=$scratch/conf.d LC_ALL=C.UTF-8
rt-setup-database-5 --action init --dba postgres --dba-password '' >/dev/null
perl "$here/setup.pl" >&2
setsid /usr/share/request-tracker5/libexec/rt-server --server Starman --host 127.0.0.1 --port $web \
    --workers "$connections" --disable-keepalive >"$scratch/log" 2>&1 &
server=$!
until curl -fsS -o /dev/null "http://127.0.0.1:$web/NoAuth/Login.html" 2>/dev/null; do
    kill -0 $server 2>/dev/null || { cat "$scratch/log" >&2; exit 1; }
    sleep 0.5
done
# A session's cookie: a password or token with every request would be hashed with every request.
curl -fsS -c "$scratch/jar" -o /dev/null -H "Referer: http://127.0.0.1:$web/" -d 'user=root&pass=password' \
    "http://127.0.0.1:$web/NoAuth/Login.html" || true
export RT_COOKIE; RT_COOKIE=$(awk '/RT_SID/ { print $6 "=" $7 }' "$scratch/jar")
export RT_REFERER=http://127.0.0.1:$web/
# Each worker compiles its pages at its first request.
for _ in $(seq $((connections * 3))); do
    curl -sS -o /dev/null -H "Cookie: $RT_COOKIE" "http://127.0.0.1:$web/REST/2.0/queues/all" &
    warm+=($!)
done
wait "${warm[@]}"

processes() { pgrep -f "$scratch/pg|postgres: .*rt|rt-server|starman" | tr '\n' ' '; }
# Clock ticks of processor time that live processes have used, their waited-for children with them.
ticks() { for p in $(processes); do awk '{ print $14 + $15 + $16 + $17 }' "/proc/$p/stat" 2>/dev/null; done | awk '{ s += $1 } END { print s }'; }
resident() { for p in $(processes); do awk '/^Pss:/ { print $2 }' "/proc/$p/smaps_rollup" 2>/dev/null; done | awk '{ s += $1 } END { print s / 1024 }'; }
for call in create dispatch list; do
    export RT_TICKETS; RT_TICKETS=$(sql -d rt -c 'SELECT max(id) FROM tickets')
    before=$(ticks)
    wrk -t1 -c"$connections" -d"${seconds}s" --timeout 20s -s "$here/$call.lua" "http://127.0.0.1:$web" >"$scratch/out"
    after=$(ticks)
    line=$(grep '^{' "$scratch/out") || { cat "$scratch/out" >&2; exit 1; }
    python3 - "$line" "$before" "$after" "$(resident)" "$(getconf CLK_TCK)" "$call" <<'P'
import json, sys
line, before, after, resident, hertz, call = sys.argv[1:]
found = json.loads(line)
if found.pop("failed") or not found["requests"]:
    sys.exit(f"{call}: {line}: the peer refused requests")
spent = (float(after) - float(before)) * 1000 / int(hertz)
found |= {"engine": "rt5", "kind": call.capitalize(), "rate": None,
          "processor_ms_per_request": spent / found["requests"], "resident_mib": float(resident)}
print(json.dumps(found))
P
done
