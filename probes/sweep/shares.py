"""What a block has in a wave, and what answered there. Pure."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, NamedTuple

from probes.sweep.permutation import Permutation

if TYPE_CHECKING:
    from collections.abc import Sequence


class Seen(NamedTuple):
    """One answer."""

    address: int
    kind: str
    detail: str
    mac: bytes | None
    ttl: int | None
    rtt_s: float | None
    at_s: float
    """When it arrived, by the clock that is never set."""


class Share:
    """What a block has in a wave."""

    __slots__ = ("age_s", "answered", "asked", "begun", "count", "limits", "number", "runs", "seen")

    def __init__(
        self, number: int, runs: Sequence[tuple[int, int]], begun: bytes = b"", *, answered: bool = False
    ) -> None:
        self.number, self.runs, self.begun, self.answered = number, runs, begun, answered
        self.count = sum(last - first + 1 for first, last in runs)
        self.asked = 0
        self.age_s = 0.0
        """How long ago it began to be asked, when it is finished."""
        self.limits: set[str] = set()
        self.seen: list[Seen] = []
        """What was not told yet."""

    def ordered(self) -> array[int]:
        """Return its addresses in the order they are asked."""
        members = [address for first, last in self.runs for address in range(first, last + 1)]
        return array("I", [members[member] for member in Permutation(self.count).part(0, self.count)])

    def ordered_begun(self) -> array[int]:
        """Return how many probes each of them was sent in vain before this process began."""
        if not self.begun:
            return array("I", bytes(4 * self.count))
        return array("I", [self.begun[member] for member in Permutation(self.count).part(0, self.count)])
