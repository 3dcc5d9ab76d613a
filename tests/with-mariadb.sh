#!/usr/bin/env bash
# with-mariadb.sh COMMAND…: runs it beside a MariaDB server of its own, whose empty database `TEST_MYSQL` names.
# Needs Debian's `mariadb-server`. The server listens on the local machine alone and is gone afterwards.
set -euo pipefail

PATH=$PATH:/usr/sbin
type -P mariadbd mariadb-install-db mariadb-admin >/dev/null ||
    { echo "MariaDB is missing: apt-get install mariadb-server"; exit 1; }
folder=$(mktemp -d)
# It refuses to run as root.
as=()
if [ "$(id -u)" = 0 ]; then
    chown mysql "$folder"
    as=(--user=mysql)
fi
server=
trap '[ -z "$server" ] || { kill -9 "$server"; wait "$server"; } 2>/dev/null || true; rm -rf "$folder"' EXIT

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
# Only what is said here, not what /etc says.
mariadb-install-db --no-defaults "${as[@]}" --datadir="$folder/data" --auth-root-authentication-method=normal \
    --skip-test-db >"$folder/log" 2>&1 || { cat "$folder/log"; exit 1; }
# An hour off, so that a time which hangs on the server's zone is noticed.
mariadbd --no-defaults "${as[@]}" --datadir="$folder/data" --port="$port" --bind-address=127.0.0.1 \
    --socket="$folder/socket" --default-time-zone=+01:00 --innodb-flush-log-at-trx-commit=0 \
    --character-set-server=utf8mb4 >>"$folder/log" 2>&1 &
server=$!
admin() { mariadb-admin --no-defaults --socket="$folder/socket" -u root "$@"; }
for _ in $(seq 100); do
    ! admin ping >/dev/null 2>&1 || break
    kill -0 "$server" 2>/dev/null || { cat "$folder/log"; exit 1; }
    sleep 0.2
done
admin create test || { cat "$folder/log"; exit 1; }
export TEST_MYSQL="mysql://root@127.0.0.1:$port/test"
"$@"
