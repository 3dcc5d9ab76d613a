#!/usr/bin/env bash
# inspector.sh PROGRAM: calls the tools with the npm inspector's command line, on a copy of a sample. It validates every answer.
set -euo pipefail
program=$(realpath "$1")
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -r ../cases/parcels/project "$work/parcels"
git -C "$work/parcels" init -q
git -C "$work/parcels" add -A
git -C "$work/parcels" -c user.name=t -c user.email=t@example.org commit -qm sample
printf '{"mcpServers":{"cello":{"command":"%s","args":["mcp","--allow-apply","%s"]}}}' "$program" "$work/parcels" > "$work/config.json"

# It keeps no secret, so it needs no keychain.
export MCP_INSPECTOR_SECRET_STORE=memory

inspect() {
    node_modules/.bin/mcp-inspector --cli --config "$work/config.json" --server cello "$@" > "$work/answer" 2> "$work/trouble"
}
# wants WORDS: the answer has to have them.
wants() {
    grep -q "$1" "$work/answer" || { echo "no $1 in"; head -c 2000 "$work/answer" "$work/trouble"; exit 1; }
}
# ask WORDS ARGUMENT…
ask() {
    inspect "${@:2}" || { echo "${*:2}: failed"; cat "$work/answer" "$work/trouble"; exit 1; }
    wants "$1"
}
# call WORDS TOOL ARGUMENT…, and refuses, where the tool has to fail.
call() {
    ask "$1" --method tools/call --tool-name "$2" "${@:3}"
}
refuses() {
    ! inspect --method tools/call --tool-name "$2" "${@:3}" || { echo "${*:2}: not refused"; exit 1; }
    wants "$1"
    wants '"isError": true'
}

# Schemas that clients take.
ask '"outputSchema"' --method tools/list --strict
if grep -q inputSchema "$work/trouble"; then cat "$work/trouble"; exit 1; fi
ask 'cello://playbook/index' --method resources/list
ask 'cello://playbook/{id}' --method resources/templates/list
ask 'HS512' --method resources/read --uri cello://playbook/token-hs512
call '"apps"' survey
call '"decide"' plan
refuses attest-needed decide --tool-arg 'answers={"payer":"person"}'
refuses outside-roots plan --tool-arg project=..
answers=$(node -e '
    const plan = JSON.parse(require("fs").readFileSync(process.argv[1]));
    const answer = (one) => [one.id, one.options[0]?.value ?? "user.id"];
    console.log(JSON.stringify(Object.fromEntries(plan.decisions.map(answer))));
' "$work/parcels/.cello/plan.json")
call '"ready"' decide --tool-arg "answers=$answers" 'attest=Ada Example'
digest=$(node -p 'JSON.parse(require("fs").readFileSync(process.argv[1])).digest' "$work/parcels/.cello/plan.json")
ask "$digest" --method resources/read --uri cello://1/plan.json
call "$digest" show
refuses wrong-digest apply --tool-arg digest=sha256:0
call '"dry-run"' apply --tool-arg "digest=$digest" dry_run=true no_verify=true
call '"applied"' apply --tool-arg "digest=$digest" no_verify=true
call '"checklist"' doctor
call '"undone"' undo
[ -z "$(git -C "$work/parcels" status --porcelain)" ] || { git -C "$work/parcels" status; exit 1; }
echo "the inspector's calls went well"
