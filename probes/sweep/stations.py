"""Which MAC is at an address: our own links', or what the kernel's neighbour table proves."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from probes.sweep.schedule import Way

if TYPE_CHECKING:
    from inventory.model.values import Mac
    from probes.sweep.asking import Asking, BlockRun
    from probes.sweep.links import Links
    from probes.sweep.neighbours import Neighbour, NeighbourTable


class Known(Enum):
    """What the kernel knows about a station on the local link."""

    ALIVE = "alive"
    UNCONFIRMED = "unconfirmed"
    """It has a MAC from earlier; the kernel will ask the station again."""
    UNRESOLVED = "unresolved"
    """It has no MAC: no packet to the address leaves the computer."""


class Stations:
    """The neighbour table, seen from the addresses of a sweep."""

    def __init__(self, links: Links, table: NeighbourTable) -> None:
        self._links = links
        self._table = table

    @property
    def readable(self) -> bool:
        """Whether the kernel lets us read its table."""
        return self._table.readable

    def known(self, asking: Asking, now: float) -> Known:
        """Say what the kernel knows about an address whose last probe has been waited for."""
        self._table.refresh((asking.last_sent + now) / 2, now)
        row = self._row(asking)
        if asking.neighbour is not None or self._proves(asking, row):
            return Known.ALIVE
        return Known.UNRESOLVED if row is None else Known.UNCONFIRMED

    def note(self, run: BlockRun, newer_than: float, now: float) -> None:
        """Write down what the table proves about a block's addresses, before the kernel forgets them."""
        local = [asking for asking in run.askings if asking.route.link is not None and asking.asked_at is not None]
        if local:
            self._table.refresh(newer_than, now)
        for asking in local:
            row = self._row(asking)
            if row is not None and self._proves(asking, row):
                asking.neighbour = row.mac

    def mac(self, asking: Asking) -> Mac | None:
        """Return the MAC an answer of this address came from; None behind a gateway and on loopback."""
        return self._links.own_mac(asking.ip) if asking.way is Way.OWN else asking.neighbour

    def _row(self, asking: Asking) -> Neighbour | None:
        link = asking.route.link
        return None if link is None else self._table.row(asking.ip, link.index)

    def _proves(self, asking: Asking, row: Neighbour | None) -> bool:
        return row is not None and asking.asked_at is not None and row.alive(self._table.read_at - asking.asked_at)
