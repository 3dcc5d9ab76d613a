#!/bin/bash
# Renders every variant of templates/app into the hosts and proves that it compiles, passes its tests, is as
# rustfmt and clippy want it, and works. TEST_POSTGRES and TEST_MYSQL are the URLs of empty databases, which
# tests/with-postgres.sh and tests/with-mariadb.sh make.
set -eu
: "${TEST_POSTGRES:?bash tests/with-postgres.sh bash tests/with-mariadb.sh bash tests/inserted/check.sh}"
: "${TEST_MYSQL:?bash tests/with-postgres.sh bash tests/with-mariadb.sh bash tests/inserted/check.sh}"
cd "$(dirname "$0")"
CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$PWD/target}"
export CARGO_TARGET_DIR

echo "client script"
node --test client.test.mjs >/tmp/client-test.$$ 2>&1 || { cat /tmp/client-test.$$; exit 1; }
rm -f /tmp/client-test.$$

echo "render"
rm -rf target/widths
cargo run -q --manifest-path render/Cargo.toml

for edition in 2021 2024; do
    echo "rustfmt, edition $edition"
    rustfmt --check --edition $edition {actix4,axum06,axum07,axum08,diesel,mysql,sea_orm1,sea_orm2}/src/variants/*/cello.rs sea_orm1/src/migrations/*/*.rs \
        target/widths/*/{A,B,B_mysql,B_dieselr2d2,B_dieseldeadpool,B_dieselasync,B_sea_orm}/cello.rs target/widths/actix/*/*/cello.rs
done

for host in axum06 axum07 axum08 actix4 diesel mysql sea_orm1 sea_orm2; do
    echo "$host: clippy and tests"
    (cd $host && cargo clippy -q --lib --tests -- -D warnings && cargo test -q)
done
echo "all variants are as they should be"
