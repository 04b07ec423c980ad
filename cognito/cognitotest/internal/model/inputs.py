"""Writes inputs.json: what Cognito demands of the parameters of each operation.

It reads the service models of boto3. Run it with
python3 cognito/cognitotest/internal/model/inputs.py after an update of boto3.
"""

import json
import os

import botocore.session

KEPT = ("type", "required", "min", "max", "pattern", "enum", "sensitive", "document")


def shape(s):
    out = {k: s[k] for k in KEPT if k in s}
    if "members" in s:
        out["members"] = [[name, m["shape"]] for name, m in s["members"].items()]
    for part in ("member", "key", "value"):
        if part in s:
            out[part] = s[part]["shape"]
    return out


def needed(shapes, name, found):
    if name in found:
        return
    found[name] = shape(shapes[name])
    s = found[name]
    for inner in [m[1] for m in s.get("members", [])] + [s[p] for p in ("member", "key", "value") if p in s]:
        needed(shapes, inner, found)


def service(name):
    model = botocore.session.get_session().get_component("data_loader").load_service_model(name, "service-2")
    operations, found = {}, {}
    for op, o in model["operations"].items():
        if "input" in o:
            operations[op] = o["input"]["shape"]
            needed(model["shapes"], o["input"]["shape"], found)
    return {"operations": operations, "shapes": found}


def lines(table):
    rows = [f"    {json.dumps(k)}: {json.dumps(table[k], sort_keys=True)}" for k in sorted(table)]
    return "{\n" + ",\n".join(rows) + "\n  }"


with open(os.path.join(os.path.dirname(__file__), "inputs.json"), "w") as f:
    parts = []
    for name in ("cognito-idp", "cognito-identity"):
        s = service(name)
        parts.append(f'"{name}": {{\n  "operations": {lines(s["operations"])},\n  "shapes": {lines(s["shapes"])}\n}}')
    f.write("{\n" + ",\n".join(parts) + "\n}\n")
