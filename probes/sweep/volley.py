"""One step of a wave on its way: who is asked, in which order, and when each packet left. Pure."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence


_ALL: Final = 0xFFFFFFFF


class Batch(NamedTuple):
    """Packets that leave together."""

    places: Sequence[int]
    """Where in the volley each is."""
    addresses: array[int]
    cookies: array[int]


class Volley:
    """Columns over all who are asked, in the order they are asked."""

    __slots__ = ("_addresses", "_cookies", "_earlier", "_gone", "_rows", "_times", "position")

    def __init__(
        self, rows: array[int] | None, addresses: array[int], cookies: array[int], earlier: Volley | None = None
    ) -> None:
        """Begin one.

        Args:
            rows: which rows of the wave are asked, in rising order; None for all.
            addresses: of these rows.
            cookies: of these rows, as they are sent.
            earlier: the same step, sent before.
        """
        self._rows, self._addresses, self._cookies, self._earlier = rows, addresses, cookies, earlier
        self._gone = bytearray(len(addresses))
        self._times: array[float] = array("d", bytes(8 * len(addresses)))  # 0 = nothing was sent
        self.position = 0

    @property
    def sending(self) -> bool:
        """Whether packets are still to be sent."""
        return self.position < len(self._addresses)

    @property
    def row(self) -> int | None:
        """The row that is asked next; None when all were."""
        if not self.sending:
            return None
        return self.position if self._rows is None else self._rows[self.position]

    @property
    def whole(self) -> bool:
        """Whether a packet left for every row of the wave."""
        return self._rows is None and 0.0 not in self._times

    def ready(self, count: int, before: Volley, until: float) -> int:
        """Return how many of the next ``count`` may be taken: whose packet of the step before left by then."""
        count = min(count, len(self._addresses) - self.position)
        while count and before.left_at(self.row_at(self.position + count - 1)) > until:
            count //= 2
        return count

    def take(self, count: int) -> Batch:
        """Return the next ones, those left out that are gone."""
        start, self.position = self.position, min(len(self._addresses), self.position + count)
        addresses, cookies, gone = self._addresses, self._cookies, self._gone
        if gone.find(1, start, self.position) < 0:
            places = range(start, self.position)
            return Batch(places, addresses[start : self.position], cookies[start : self.position])
        some = [place for place in range(start, self.position) if not gone[place]]
        return Batch(some, array("I", [addresses[p] for p in some]), array("I", [cookies[p] for p in some]))

    def leaving(self, places: Sequence[int], now: float) -> None:
        """Note when packets leave."""
        if isinstance(places, range):
            self._times[places.start : places.stop] = array("d", [now]) * len(places)
        else:
            for place in places:
                self._times[place] = now

    def forget(self, place: int) -> None:
        """Note that a packet did not leave after all."""
        self._times[place] = 0.0

    def row_at(self, place: int) -> int:
        """Return the wave's row at a place."""
        return place if self._rows is None else self._rows[place]

    def drop(self, row: int) -> None:
        """Leave a row out if it was not asked yet."""
        place = self._place(row)
        if place is not None:
            self._gone[place] = 1

    def left_at(self, row: int) -> float:
        """When the packet of a row left; 0 = none did."""
        place = self._place(row)
        at = self._times[place] if place is not None else 0.0
        return at or (self._earlier.left_at(row) if self._earlier else 0.0)

    def waited_for(self, until: float) -> int:
        """Return before which row of the wave every packet left by then, or answered before it would have."""
        place = self.position
        while place and self._times[place - 1] > until:
            place -= 1
        if place < len(self._times):
            return self.row_at(place)
        return _ALL

    def close(self) -> None:
        """Forget what only sending needs."""
        self._addresses, self._cookies, self._gone = self._addresses[:0], self._cookies[:0], bytearray()

    def _place(self, row: int) -> int | None:
        if self._rows is None:
            return row
        place = bisect_left(self._rows, row)
        return place if place < len(self._rows) and self._rows[place] == row else None
