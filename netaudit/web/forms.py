"""The fields of a form, read before the page runs: its function then need not wait, and runs in a thread."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request


async def _fields(request: Request) -> dict[str, str]:
    return {key: value for key, value in (await request.form()).items() if isinstance(value, str)}


Fields = Annotated[dict[str, str], Depends(_fields)]
"""Names and texts; files are left out."""
