#!/usr/bin/env bash
# Every test of this repository, on a machine with Rust. Installs what else is missing (Debian packages, localstripe).
# Stops with an error if anything fails or can't be had: nothing is skipped.
set -uo pipefail
cd "$(dirname "$0")/.."

table=()
failed=()

# stage NAME COMMAND…: runs it, and notes how it ended and how long it took.
stage() {
    local name=$1 start=$SECONDS result=ok
    shift
    printf '\n== %s\n' "$name"
    "$@" || { result=FAILED && failed+=("$name"); }
    table+=("$(printf '%-34s %-6s %5d s' "$name" "$result" $((SECONDS - start)))")
}

# install COMMAND PACKAGE…: Debian packages, if the command doesn't work without them.
install() {
    local works=$1
    shift
    eval "$works" >/dev/null 2>&1 && return
    local root=()
    [ "$(id -u)" = 0 ] || root=(sudo)
    "${root[@]}" apt-get update -qq && "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -qqy --no-install-recommends "$@"
    eval "$works"
}

prepare() {
    for program in cargo rustfmt cargo-clippy; do
        command -v "$program" >/dev/null || { echo "$program is missing: https://rustup.rs"; return 1; }
    done
    install 'git --version' git || return
    install 'cc --version' build-essential || return
    # Tests interrupt the program with it.
    install 'type -P kill' procps || return
    # Kills the program at every system call.
    install 'strace --version' strace || return
    install "node -e 'process.exit(parseInt(process.versions.node) < 18 ? 1 : 0)'" nodejs || return
    install 'chromium --version' chromium || return
    install 'ls /usr/lib/postgresql/*/bin/initdb' postgresql || return
    # Stands in for MySQL.
    install 'PATH=$PATH:/usr/sbin; type -P mariadbd && type -P mariadb-install-db && type -P mariadb-admin' mariadb-server || return
    install 'python3 -c "import ensurepip, sqlite3, venv"' python3 python3-venv || return
    if ! cmp -s tests/requirements.txt .venv/requirements.txt; then
        rm -rf .venv
        python3 -m venv .venv || return
        .venv/bin/pip install -q --disable-pip-version-check -r tests/requirements.txt || return
        cp tests/requirements.txt .venv/requirements.txt
    fi
    .venv/bin/python -c 'import localstripe.server, sqlite3' || return
    # axe-core and playwright-core, to look at plan.html.
    install 'npm --version' npm || return
    npm ci --prefix tests/page --silent --no-audit --no-fund || return
    # The type checker that a front end would have.
    npm ci --prefix tests/front-end --silent --no-audit --no-fund || return
    # The inspector, which calls the MCP server's tools.
    npm ci --prefix tests/mcp --silent --no-audit --no-fund || return
    # What the front ends of a sample are built with, into npm's cache: the tests build a copy.
    local lock web
    for lock in tests/apps/*/*/package-lock.json; do
        web=$(mktemp -d)
        cp "${lock%/*}"/package*.json "$web"
        npm ci --prefix "$web" --silent --no-audit --no-fund || return
        rm -rf "$web"
    done
    # Once and in order, so that no test waits for a download or fails for one.
    local manifest
    for manifest in Cargo.toml tests/apps/*/Cargo.toml; do
        CARGO_NET_RETRY=10 cargo fetch --quiet --locked --manifest-path "$manifest" || return
    done
}

# The end-to-end tests mostly wait, so more of them run at once than there are processors.
rust_tests() {
    cargo test --locked --no-fail-fast -- --test-threads="$(($(nproc) * 4))"
}

node_tests() {
    local files=(tests/inserted/*.test.mjs)
    [ -e "${files[0]}" ] || { echo "tests/inserted has no *.test.mjs"; return 1; }
    node --test "${files[@]}"
}

browser_tests() {
    node --test tests/browser/*.test.mjs
}

page_tests() {
    node tests/page/check.mjs target/debug/cello-scaffold
}

inspector_tests() {
    bash tests/mcp/inspector.sh target/debug/cello-scaffold
}

stage "prepare" prepare
if [ ${#failed[@]} = 0 ]; then
    stage "cargo fmt" cargo fmt --check
    stage "cargo clippy" cargo clippy --all-targets --locked -- -D warnings
    stage "cargo test, end to end included" rust_tests
    stage "the planned lock, by cargo" cargo test --locked --lib lockfile -- --ignored
    stage "a front end by its own checker" cargo test --locked --test checker -- --ignored
    stage "killed at every system call" cargo test --locked --test killed -- --ignored --nocapture
    stage "node --test" node_tests
    stage "the client script in a browser" browser_tests
    stage "plan.html in Chromium" page_tests
    stage "the tools in the npm inspector" inspector_tests
    stage "every variant of the module" bash tests/with-postgres.sh bash tests/with-mariadb.sh bash tests/inserted/check.sh
fi

printf '\n'
printf '%s\n' "${table[@]}" "$(printf '%-34s %-6s %5d s' total '' "$SECONDS")"
if [ ${#failed[@]} != 0 ]; then
    printf 'FAILED: %s\n' "${failed[@]}"
    exit 1
fi
echo "all tests passed"
