"""What every listing of the API can be asked: which part, and how much of it."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import Depends, Query

from netaudit.app.feeds import Cut

LARGEST_ID: Final = 2**63 - 1
_MOST: Final = 500
Unit = Annotated[str | None, Query(max_length=200, description="Only this unit, by its code.")]
Address = Annotated[
    str | None, Query(max_length=100, description="Only this IP address or MAC address, in any usual spelling.")
]


def _cut(
    limit: Annotated[int, Query(ge=1, le=_MOST, description="Items of one part, at most.")] = 100,
    cursor: Annotated[
        str | None, Query(max_length=1000, description="Where to go on: the field next of the part before.")
    ] = None,
) -> Cut:
    return Cut(limit, cursor)


Part = Annotated[Cut, Depends(_cut)]
