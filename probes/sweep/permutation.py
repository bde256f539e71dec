"""Orders that visit every part of a range, and every range of several, evenly and need no memory. Pure."""

from __future__ import annotations

import math
from array import array
from bisect import bisect_right
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

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


class Interleaving:
    """The rows of several columns in turns: the first of every column, the second of every column, and so on.

    Rows of one column keep their order, so how far each column is follows from how far the rows are.
    """

    __slots__ = ("_columns", "_segments", "_starts", "_turns")

    def __init__(self, counts: Sequence[int]) -> None:
        # Longest first: those that still take part at any rank are then the first so many.
        self._columns = sorted(range(len(counts)), key=lambda column: -counts[column])
        self._turns = {column: turn for turn, column in enumerate(self._columns)}
        self._segments: list[tuple[int, int]] = []  # at which rank it begins, how many columns take part
        self._starts: list[int] = []  # the first row of each
        rank = row = 0
        for width in range(len(counts), 0, -1):
            shortest = counts[self._columns[width - 1]]
            if shortest > rank:
                self._segments.append((rank, width))
                self._starts.append(row)
                row += (shortest - rank) * width
                rank = shortest

    def merged(self, columns: Sequence[array[int]]) -> array[int]:
        """Return the rows of columns as long as was said."""
        found: array[int] = array("I")
        for number, (rank, width) in enumerate(self._segments):
            until = len(columns[self._columns[width - 1]])
            rows = array("I", bytes(4 * width * (until - rank)))
            for turn in range(width):
                rows[turn::width] = columns[self._columns[turn]][rank:until]
            found = found + rows if number else rows
        return found

    def column(self, row: int) -> int:
        """Return whose row it is."""
        number = bisect_right(self._starts, row) - 1
        return self._columns[(row - self._starts[number]) % self._segments[number][1]]

    def rank(self, column: int, row: int) -> int:
        """Return how many rows of a column come before a row."""
        turn, number = self._turns[column], bisect_right(self._starts, row) - 1
        if number < 0:
            return 0
        while number > 0 and self._segments[number][1] <= turn:
            number -= 1  # the column had ended before
            row = self._starts[number + 1]
        rank, width = self._segments[number]
        return rank + max(0, (row - self._starts[number] - turn + width - 1) // width)


def _coprime_near(wanted: int, count: int) -> int:
    for distance in range(count):
        for candidate in (wanted + distance, wanted - distance):
            if candidate > 0 and math.gcd(candidate, count) == 1:
                return candidate
    return 1
