"""The shapes the HTTP API describes itself with: gathered from ``docs/schema``, where each object is defined once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[2] / "docs" / "schema"
_HEAD = ("$schema", "$id", "$defs")


def shapes() -> str:
    """Return netaudit/web/api/shapes.json: the definitions of api.schema.json and whatever they name."""
    gathered: dict[str, Any] = {}
    for name, shape in _document("api")["$defs"].items():
        gathered[name] = _local(shape, "api", gathered)
    return json.dumps(dict(sorted(gathered.items())), ensure_ascii=False, indent=1) + "\n"


def _document(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((FOLDER / f"{name}.schema.json").read_text(encoding="utf-8"))
    return loaded


def _local(part: Any, home: str, gathered: dict[str, Any]) -> Any:  # noqa: ANN401 -- any part of a schema
    if isinstance(part, list):
        return [_local(one, home, gathered) for one in part]
    if not isinstance(part, dict):
        return part
    made = {key: _local(value, home, gathered) for key, value in part.items() if key != "$ref"}
    if "$ref" not in part:
        return made
    file, _, pointer = part["$ref"].partition("#")
    other = file.removesuffix(".schema.json") or home
    steps = pointer.removeprefix("/").split("/") if pointer else []
    if steps[:1] == ["$defs"] and len(steps) == 2:
        name = steps[1]
        if name not in gathered and other != "api":
            gathered[name] = {}  # it may name itself
            gathered[name] = _local(_document(other)["$defs"][name], other, gathered)
        return {"$ref": f"#/components/schemas/{name}", **made}
    found: Any = _document(other)
    for step in steps:
        found = found[step]
    if not steps:
        found = {key: value for key, value in found.items() if key not in _HEAD}
    return {**_local(found, other, gathered), **made}
