#!/usr/bin/env bash
# with-postgres.sh COMMAND…: runs it beside a PostgreSQL server of its own, whose empty database `TEST_POSTGRES` names.
# Needs Debian's `postgresql`. The server listens on the local machine alone and is gone afterwards.
set -euo pipefail

programs=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
[ -n "$programs" ] || { echo "PostgreSQL is missing: apt-get install postgresql"; exit 1; }
folder=$(mktemp -d)
# It refuses to run as root.
as=()
if [ "$(id -u)" = 0 ]; then
    chown postgres "$folder"
    as=(runuser -u postgres --)
fi
server() { (cd "$folder" && "${as[@]}" "$programs/pg_ctl" -D "$folder/data" -s "$@"); }
trap 'server stop -m immediate || true; rm -rf "$folder"' EXIT

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
(cd "$folder" && "${as[@]}" "$programs/initdb" -D "$folder/data" -A trust -U test -E UTF8 --no-sync >/dev/null)
server start -w -l "$folder/log" -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories=$folder -c fsync=off" ||
    { cat "$folder/log"; exit 1; }
export TEST_POSTGRES="postgres://test@127.0.0.1:$port/postgres"
"$@"
