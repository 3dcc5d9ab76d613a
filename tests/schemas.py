"""Holds documents against the published schemas: FOLDER has KIND.schema.json, and documents as KIND-*.json.

A document has to be valid, and has to be refused without any one of the fields that its schema asks for. A plan's hashes are
computed again, from what is promised of them alone.
"""

import copy
import hashlib
import json
import pathlib
import sys

from jsonschema.validators import validator_for


def digest(value):
    """SHA-256 over the RFC 8785 form, which for texts and whole numbers is this."""
    canonical = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return "sha256:" + hashlib.sha256(canonical.encode()).hexdigest()


def check_hashes(name, plan):
    bound = {field: plan.get(field) for field in ("schema", "files", "steps", "subset")}
    bound["decisions"] = [{"id": one["id"], "answer": one["answer"]} for one in plan["decisions"]]
    if plan["digest"] != digest(bound):
        sys.exit(f"{name}: the digest covers something else")
    if plan["document_sha256"] != digest({field: plan[field] for field in plan if field != "document_sha256"}):
        sys.exit(f"{name}: document_sha256 covers something else")


folder = pathlib.Path(sys.argv[1])
count = 0
for path in sorted(folder.glob("*.schema.json")):
    kind = path.name.removesuffix(".schema.json")
    schema = json.loads(path.read_text())
    # Each schema says which draft it is of: SARIF's is older than ours.
    kind_of_schema = validator_for(schema, default=None)
    kind_of_schema.check_schema(schema)
    validator = kind_of_schema(schema)
    documents = sorted(folder.glob(f"{kind}-*.json"))
    if not documents:
        sys.exit(f"no document of kind {kind}")
    for document in documents:
        value = json.loads(document.read_text())
        for error in validator.iter_errors(value):
            sys.exit(f"{document.name}: {error.json_path}: {error.message[:300]}")
        missing = set(value) - set(schema["properties"])
        if missing:
            sys.exit(f"{document.name}: the schema does not know {sorted(missing)}")
        if kind == "plan":
            check_hashes(document.name, value)
        for field in schema["required"]:
            less = copy.deepcopy(value)
            del less[field]
            if validator.is_valid(less):
                sys.exit(f"{kind}: valid without {field}")
        count += 1
print(count)
