#!/usr/bin/env bash
# Makes the standby of a PostgreSQL pair the primary, and moves the house's address to it. Yipan is not restarted.
#
#   OLD='host=10.0.0.1 user=postgres dbname=postgres' NEW='host=10.0.0.2 user=postgres dbname=postgres' \
#   HAPROXY=/run/haproxy/admin.sock tools/postgres/promote.sh [--watch SECONDS] database/a database/b
#
# The house reaches its database through HAProxy in TCP mode, which sends every connection to the one server that is
# not in maintenance (docs/scaling.md has its configuration). `database/a` is the lost primary, `database/b` the
# standby: HAProxy's names, backend and server. Run it where HAProxy runs: what HAProxy cannot reach the house cannot
# reach either, and what HAProxy lets nobody reach is fenced off from the house, even while it still lives.
#
#   OLD, NEW   libpq connections to the two servers themselves; NEW as a role that may ALTER SYSTEM and pg_promote
#   HAPROXY    HAProxy's admin socket (`stats socket … level admin`)
#   STATE      the file that HAProxy is told its servers' state from at its start (`server-state-file`), if it is
#   FENCE      a command that ends the lost primary for good, such as one that cuts its power; optional
#   --watch N  waits until the primary has not answered for N seconds in a row (such as 1.5), and promotes then; it
#              refuses if the primary had no synchronous standby when it was last seen, for then something could be
#              missing from the standby. Without it: at once, and that judgement is yours
#
# Nothing acknowledged is lost: PostgreSQL answers a commit once the synchronous standby has it on its disk too
# (tools/postgres/standby.sh makes such a standby). The new primary works alone until it has a standby of its own:
# make one of the old primary's machine by standby.sh, soon.
#
# Exit codes: 0 promoted, 1 it could not be, 2 usage, 3 refused: something acknowledged could be missing.
set -euo pipefail
usage() {
    sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p;}' "$0" >&2
    exit 2
}
watch=
if [ "${1:-}" = --watch ]; then
    watch=${2:-}
    shift 2 || usage
    [[ $watch =~ ^[0-9]+(\.[0-9]+)?$ ]] || usage
fi
[[ $# = 2 && -n ${OLD:-} && -n ${NEW:-} && -n ${HAPROXY:-} ]] || usage
old=$1 new=$2
for needed in psql socat timeout; do
    command -v "$needed" >/dev/null || { echo "promote.sh: $needed is not installed" >&2; exit 2; }
done

now() { date +%s%3N; }
say() { echo "promote.sh: $*" >&2; }
# ask CONNECTION SQL: one value, or nothing within two seconds
ask() { timeout -k 1 2 psql -XAtqw -v ON_ERROR_STOP=1 "$1" -c "$2"; }
# tell COMMAND: HAProxy says nothing where it has done so
tell() {
    local said
    said=$(socat -T2 - "UNIX-CONNECT:$HAPROXY" <<<"$1")
    [[ $said =~ ^[[:space:]]*$ ]] || { say "HAProxy: $1: $said"; return 1; }
}

[ "$(ask "$NEW" 'SELECT pg_is_in_recovery()')" = t ] || { say "$new is no standby, or does not answer"; exit 1; }

if [ -n "$watch" ]; then
    patience=$(awk "BEGIN { printf \"%d\", $watch * 1000 }") synchronous='' seen=$(now)
    say "watching $old"
    in_sync="SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming' AND sync_state IN ('sync', 'quorum')"
    while [ $(($(now) - seen)) -lt "$patience" ]; do
        if count=$(timeout -k 1 1 psql -XAtqw "$OLD" -c "$in_sync" 2>/dev/null); then
            synchronous=$count seen=$(now)
        fi
        sleep 0.2
    done
    case $synchronous in
    '') say "$old never answered: look at the pair, and promote without --watch"; exit 3 ;;
    0) say "$old had no synchronous standby when it was last seen: what it acknowledged may be nowhere else"; exit 3 ;;
    esac
fi

began=$(now)
# From here on nobody reaches the old primary: it cannot acknowledge anything to the house any more.
tell "set server $old state maint"
tell "shutdown sessions server $old"
if [ -n "${FENCE:-}" ]; then bash -c "$FENCE" || { say "the fence failed; $new is not promoted"; exit 1; }; fi
# Alone, it must not wait for a standby that it has not got.
ask "$NEW" "ALTER SYSTEM SET synchronous_standby_names = ''" >/dev/null
ask "$NEW" 'SELECT pg_reload_conf()' >/dev/null
[ "$(timeout 70 psql -XAtqw "$NEW" -c 'SELECT pg_promote(true, 60)')" = t ] || { say "$new was not promoted in 60 s"; exit 1; }
tell "set server $new state ready"
# So that HAProxy knows it after a restart, too.
if [ -n "${STATE:-}" ]; then
    socat -T2 - "UNIX-CONNECT:$HAPROXY" <<<'show servers state' >"$STATE.part"
    mv "$STATE.part" "$STATE"
fi
say "$new is the primary, $(($(now) - began)) ms after the decision; it works alone: make a standby soon"
