"""Which sweeps ran while the computer's clock was wrong, and between which others they really ran. Pure."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from inventory.model.history import Look, Proof


class Between(NamedTuple):
    """When a sweep really ran: sweeps run in the order of their numbers."""

    after: datetime | None
    """When the last one before it started whose clock was right; None where it was the first."""
    before: datetime
    """When the next one started whose clock was right."""

    def right(self, at: datetime) -> datetime:
        """Return the time nearest to a wrong one that is possible."""
        return min(self.before, at if self.after is None else max(self.after, at))


def mistimed(starts: Sequence[tuple[int, datetime]]) -> dict[int, Between]:
    """Return the sweeps whose clock was certainly wrong.

    Right are those of which most follow each other in time. A sweep that is in none of the longest such rows was wrong;
    while two rows are equally long, as after the first sweep that is dated before the one before it, nobody knows.

    Args:
        starts: number and start of sweeps, by number.
    """
    times = [at for _number, at in starts]
    until = _longest(times)
    since = _longest([_Later(at) for at in reversed(times)])[::-1]
    most = max((one + other for one, other in zip(until, since, strict=True)), default=0)
    found: dict[int, Between] = {}
    waiting: list[tuple[int, datetime | None]] = []
    last: datetime | None = None
    for (number, at), one, other in zip(starts, until, since, strict=True):
        if one + other < most:
            waiting.append((number, last))
            continue
        found |= {number: Between(before, at) for number, before in waiting if before is None or before <= at}
        waiting, last = [], at
    return found


def righted(look: Look, between: Between) -> Look:
    """Return a look with times that are possible."""

    def proof(one: Proof) -> Proof:
        return one._replace(at=between.right(one.at))

    presences = (
        one._replace(
            addresses=tuple(seen._replace(proof=proof(seen.proof)) for seen in one.addresses),
            places=tuple(seen._replace(proof=proof(seen.proof)) for seen in one.places),
        )
        for one in look.presences
    )
    reads = {key: read._replace(at=between.right(read.at)) for key, read in look.reads.items()}
    return replace(look, presences=tuple(presences), reads=reads)


class _Later:
    """A time in the opposite order."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __lt__(self, other: _Later) -> bool:
        return other.at < self.at


def _longest(values: Iterable[datetime] | Iterable[_Later]) -> list[int]:
    """Return for each value how long the longest row is that never goes back and ends with it."""
    tails: list[object] = []
    found = []
    for value in values:
        length = bisect_right(tails, value)  # type: ignore[type-var]  # all of one kind
        tails[length : length + 1] = [value]
        found.append(length + 1)
    return found
