#!/usr/bin/env bash
# The release as people get it: packaged, installed from that package alone, tried, and under 15 MB. Takes minutes, so it is not
# among the tests of every change. `bash tests/release.sh --debug` leaves the size out and takes a part of the time.
set -euo pipefail
cd "$(dirname "$0")/.."
limit=15000000
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$PWD/target}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

cargo package --quiet --locked --no-verify --allow-dirty
tar -xf "$CARGO_TARGET_DIR"/package/cello-scaffold-*.crate -C "$folder"
cargo install --quiet --locked "$@" --path "$folder"/cello-scaffold-* --root "$folder/installed"
program=$folder/installed/bin/cello-scaffold

"$program" --version
(cd "$folder" && "$program" demo >"$folder/story" && tail -n 3 "$folder/story")
size=$(wc -c <"$program")
echo "$size bytes"
if [ "${1:-}" != --debug ] && [ "$size" -ge "$limit" ]; then
    echo "the release has grown over $limit bytes" >&2
    exit 1
fi
