"""JSON: one document, readable, the same bytes for the same facts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from inventory.model.text import harmless_json

if TYPE_CHECKING:
    from reports.data import Json

SUFFIX: Final = ".json"
MEDIA_TYPE: Final = "application/json"


def render(data: Json) -> str:
    """Return a kind's JSON document as text: UTF-8 characters as they are, keys in the order of the kind."""
    return harmless_json(json.dumps(data, ensure_ascii=False, indent=2, allow_nan=False)) + "\n"
