#!/usr/bin/env bash
# Makes a synchronous standby of a PostgreSQL primary: of an empty machine, or of a primary that was lost and whose
# place another has taken. From its end on every commit is on two disks before it is acknowledged.
#
#   PRIMARY='host=10.0.0.2 user=postgres' START='pg_ctlcluster 15 main start' \
#   tools/postgres/standby.sh [--replace] /var/lib/postgresql/15/main
#
# Run it on the standby's machine, as the server's user. The folder is the standby's data directory: empty or absent,
# unless --replace says that what it holds may be deleted; its server must not run.
#
#   PRIMARY   a libpq connection to the present primary, as a role that may replicate and ALTER SYSTEM; put its
#             password into ~/.pgpass
#   START     a command that starts the server on that folder; without it start the server yourself when told so
#   NAME      what the primary calls this standby; `standby` if absent
#
# People go on working meanwhile. If the standby is lost, the primary acknowledges nothing until it is back: that is
# what synchronous means. To let it work alone until then, say on the primary
#   ALTER SYSTEM SET synchronous_standby_names = ''; SELECT pg_reload_conf();
# and make the standby again by this script.
#
# Exit codes: 0 it is synchronous, 1 it could not be made, 2 usage.
set -euo pipefail
usage() {
    sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p;}' "$0" >&2
    exit 2
}
replace=
if [ "${1:-}" = --replace ]; then replace=1; shift; fi
[[ $# = 1 && -n ${PRIMARY:-} ]] || usage
data=$1 name=${NAME:-standby}
say() { echo "standby.sh: $*" >&2; }
[[ $name =~ ^[a-z][a-z0-9_]*$ ]] || { say "NAME is of letters, digits and _: $name"; exit 2; }
ask() { PGDATABASE=${PGDATABASE:-postgres} psql -XAtqw -v ON_ERROR_STOP=1 "$PRIMARY" -c "$1"; }

[ "$(ask 'SELECT pg_is_in_recovery()')" = f ] || { say "PRIMARY is no primary"; exit 1; }
if [ -s "$data/postmaster.pid" ] && kill -0 "$(head -1 "$data/postmaster.pid")" 2>/dev/null; then
    say "a server runs on $data: end it first"
    exit 1
fi
if [ -n "$(ls -A "$data" 2>/dev/null)" ]; then
    [ -n "$replace" ] || { say "$data is not empty; --replace deletes what it holds"; exit 1; }
    [ -f "$data/PG_VERSION" ] || { say "$data is not a PostgreSQL data directory; it is left as it is"; exit 1; }
    find "$data" -mindepth 1 -delete
fi
say "copying"
pg_basebackup -w -d "$PRIMARY application_name=$name" -D "$data" -X stream -c fast -R
if [ -n "${START:-}" ]; then
    say "starting"
    bash -c "$START"
else
    say "copied: start its server now"
fi

# until_is WANTED SQL: for five minutes at most
until_is() {
    for ((turn = 0; turn < 1500; turn++)); do
        [ "$(ask "$2")" = "$1" ] && return
        sleep 0.2
    done
    say "the primary does not see $name: look at its server's log"
    exit 1
}
until_is streaming "SELECT state FROM pg_stat_replication WHERE application_name = '$name' ORDER BY state DESC LIMIT 1"
# Only now: until here commits would have waited for it.
ask "ALTER SYSTEM SET synchronous_standby_names = '$name'"
ask 'SELECT pg_reload_conf()' >/dev/null
until_is sync "SELECT sync_state FROM pg_stat_replication WHERE application_name = '$name' AND state = 'streaming' LIMIT 1"
say "$name is synchronous"
