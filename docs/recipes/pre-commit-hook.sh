#!/bin/sh
# .git/hooks/pre-commit: says when a commit takes a piece out of the Cello integration. It changes nothing.
set -eu
code=0
plan=$(cello-scaffold plan --stdout --format json) || code=$?
# 3: decisions are open, which is no reason to stop a commit. 6: no web application here.
[ "$code" = 0 ] || [ "$code" = 3 ] || [ "$code" = 6 ] || exit "$code"
case $plan in
    *'"outcome": "ready"'*)
        echo "cello-scaffold: steps are ready to be applied, so a piece is missing; see 'cello-scaffold plan'" >&2
        exit 1
        ;;
esac
