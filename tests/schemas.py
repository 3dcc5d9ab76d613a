"""Holds documents against the published schemas: FOLDER has KIND.schema.json, and documents as KIND-*.json.

A document has to be valid, and has to be refused without any one of the fields that its schema asks for.
"""

import copy
import json
import pathlib
import sys

from jsonschema import Draft202012Validator

folder = pathlib.Path(sys.argv[1])
count = 0
for path in sorted(folder.glob("*.schema.json")):
    kind = path.name.removesuffix(".schema.json")
    schema = json.loads(path.read_text())
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
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
        for field in schema["required"]:
            less = copy.deepcopy(value)
            del less[field]
            if validator.is_valid(less):
                sys.exit(f"{kind}: valid without {field}")
        count += 1
print(count)
