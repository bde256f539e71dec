"""The fields of a form, read before the page runs: its function then need not wait, and runs in a thread."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final

from fastapi import Depends, Request

_DIGITS: Final = 18
"""Of a number that any database holds."""


async def _fields(request: Request) -> dict[str, str]:
    return {key: value for key, value in (await request.form()).items() if isinstance(value, str)}


Fields = Annotated[dict[str, str], Depends(_fields)]
"""Names and texts; files are left out."""


def number_in(form: Mapping[str, str], name: str) -> int | None:
    """Return the whole number of a field, or None where there is none: ``²`` is a digit to Python, but no number."""
    written = form.get(name, "")
    return int(written) if written.isascii() and written.isdigit() and len(written) <= _DIGITS else None
