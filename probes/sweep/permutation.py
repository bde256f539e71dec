"""An order that visits every part of a range evenly and needs no memory. Pure."""

from __future__ import annotations

import math
from typing import Final

_GOLDEN: Final = (math.sqrt(5) - 1) / 2


class Permutation:
    """``0 … count-1``, each once: the k-th is ``k · stride mod count`` with a stride near ``count`` / golden ratio.

    Multiples of the golden ratio are spread as evenly as can be (the three-gap theorem), so in any stretch of the order
    each /24 of a bigger range has had its share of packets, give or take one or two. To go on where one stopped, the
    position is all one must know.
    """

    __slots__ = ("count", "stride")

    def __init__(self, count: int) -> None:
        self.count = count
        self.stride = _coprime_near(round(count * _GOLDEN), count)

    def part(self, start: int, stop: int) -> list[int]:
        """Return the members at the positions ``start`` to ``stop``, as far as there are so many."""
        stride, count = self.stride, self.count
        return [position * stride % count for position in range(start, min(stop, count))]


def _coprime_near(wanted: int, count: int) -> int:
    for distance in range(count):
        for candidate in (wanted + distance, wanted - distance):
            if candidate > 0 and math.gcd(candidate, count) == 1:
                return candidate
    return 1
