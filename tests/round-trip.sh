#!/usr/bin/env bash
# Plans, applies and undoes on copies of real applications, and shows what git sees after each.
#
#   bash tests/round-trip.sh [--verify] FOLDER…
#
# A FOLDER is a checkout; what has no Cargo.toml of its own is searched for projects two levels down. Nothing is written to
# it: the work is done on a copy in a temporary folder, committed to a repository of its own. `--verify` compiles before
# writing, which runs the projects' build scripts; without it, `--no-verify` is passed.
#
# Fails if after an undo `git status` shows anything, or a byte, name or mode differs; an apply that is refused counts too.
set -uo pipefail

verify=--no-verify
[ "${1-}" = --verify ] && verify= && shift
[ $# -gt 0 ] || { sed -n '2,11s/^# \{0,1\}//p' "$0"; exit 2; }
cd_back=$(cd "$(dirname "$0")/.." && pwd)
cargo build --quiet --locked --manifest-path "$cd_back/Cargo.toml" || exit
tool=${CARGO_TARGET_DIR:-$cd_back/target}/debug/cello-scaffold
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

# Names, modes and content of all files but git's and the tool's own.
fingerprint() {
    (cd "$1" && find . \( -path ./.git -o -path ./.cello \) -prune -o -printf '%p %y %m %l\n' | sort
        cd "$1" && find . \( -path ./.git -o -path ./.cello \) -prune -o -type f -print0 | sort -z | xargs -0 sha256sum) | sha256sum
}

git_in() { git -C "$1" -c user.name=t -c user.email=t@example.org -c commit.gpgsign=false "${@:2}"; }

row() { printf '%-52s %6s %6s %-14s %-14s %s\n' "$@"; }

round_trip() {
    local from=$1 name=$2 copy=$work/copy plan steps files digest before answer
    rm -rf "$copy"
    mkdir "$copy"
    (cd "$from" && tar --exclude=./target --exclude=./node_modules --exclude=./.git --exclude=./.cello -cf - .) | tar -xf - -C "$copy"
    git_in "$copy" init -q && git_in "$copy" add -A && git_in "$copy" commit -qm start >/dev/null
    plan=$(timeout 300 "$tool" plan "$copy" --format json 2>/dev/null)
    case $? in
        0 | 3) ;;
        6) return ;; # No web application.
        *) row "$name" - - "no plan" - -; return ;;
    esac
    read -r steps files digest < <(python3 -c 'import json,sys; p=json.load(sys.stdin); print(p["summary"]["ready"], len(p["files"]), p["digest"])' <<<"$plan")
    if [ "$files" = 0 ]; then row "$name" "$steps" 0 - - "nothing to apply"; return; fi
    before=$(fingerprint "$copy")
    if ! answer=$(cd "$copy" && timeout 1800 "$tool" apply --approve "$digest" $verify --format json 2>/dev/null); then
        answer=$(python3 -c 'import json,sys; print(json.load(sys.stdin)["error"]["id"])' <<<"$answer" 2>/dev/null)
        row "$name" "$steps" "$files" "${answer:-failed}" - "$(git -C "$copy" status --porcelain | wc -l) paths in git status"
        failed=1
        return
    fi
    local seen
    seen=$(git -C "$copy" status --porcelain --untracked-files=all | wc -l)
    (cd "$copy" && "$tool" undo >/dev/null 2>&1) || { row "$name" "$steps" "$files" "applied" "undo failed" -; failed=1; return; }
    if [ -z "$(git -C "$copy" status --porcelain)" ] && [ "$(fingerprint "$copy")" = "$before" ]; then
        row "$name" "$steps" "$files" "$seen paths" "clean" "byte for byte"
    else
        row "$name" "$steps" "$files" "$seen paths" "NOT CLEAN" "$(git -C "$copy" status --porcelain | head -3 | tr '\n' ' ')"
        failed=1
    fi
}

row application ready files "after apply" "after undo" ""
for folder in "$@"; do
    folder=$(cd "$folder" && pwd) || exit
    if [ -e "$folder/Cargo.toml" ]; then
        round_trip "$folder" "$(basename "$folder")"
        continue
    fi
    while IFS= read -r manifest; do
        inner=$(dirname "$manifest")
        round_trip "$inner" "$(basename "$folder")/${inner#"$folder"/}"
    done < <(find "$folder" -mindepth 2 -maxdepth 3 -name Cargo.toml -not -path '*/target/*' -not -path '*/node_modules/*' | sort)
done
exit $failed
