"""Who held which address, and who was on which port, from when to when: intervals opened and closed by evidence."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from inventory.model.location import Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from inventory.model.coverage import Table
    from inventory.model.location import Place
    from inventory.model.values import IPAddress, IPNetwork

REMEMBERED: Final = timedelta(minutes=5)
"""How long forwarding tables keep the address of who is silent, unless told otherwise (IEEE 802.1Q, 8.8.3)."""

EndpointKey: TypeAlias = "tuple[str, str]"
"""(plane, identity): identity is the MAC as text, or the only IP where no MAC is known."""


def is_card(identity: str) -> bool:
    """Whether an endpoint's identity looks like a MAC: six groups of two digits are no IPv6 address."""
    return identity[2::3] == ":::::"


class Closing(StrEnum):
    """Why an interval ended. Every one rests on something that was read, none on silence alone."""

    MOVED = "moved"
    """Seen elsewhere, while the holder was read completely without it."""
    MISSED = "missed"
    """Missing from several complete reads of its holder in a row."""
    GONE = "gone"
    """Probe, gateway and switch all missed it in one sweep."""
    NEARER = "nearer"
    """A device behind the port was found to hold it: the place is known better now."""
    TAKEN = "taken"
    """The gateway that resolved the address completely resolves it to another card now."""
    IDENTIFIED = "identified"
    """The address belongs to a card that is known now."""


class Certainty(StrEnum):
    """What the rows say about a moment between them."""

    PROVEN = "proven"
    """Rows from before and after it agree."""
    LAST_KNOWN = "last_known"
    """It was so before; the next complete read no longer had it, or none has followed."""


class Proof(NamedTuple):
    """One row, or one complete read, that speaks for an interval: what, of which device, when, in which sweep."""

    source: str
    device: str | None
    at: datetime
    row: str
    sweep: int


class Interval(NamedTuple):
    """One endpoint at one address (``ip``) or in one place (``place``): exactly one of the two is set."""

    plane: str
    identity: str
    ip: IPAddress | None
    place: Place | None
    since: datetime
    """Of the first row that says so."""
    last_seen: datetime
    """Of the newest row that says so."""
    opened: Proof
    latest: Proof
    holders: tuple[str, ...]
    """The devices whose tables said so last: only a complete read of all of them makes absence count."""
    seen: int = 1
    """In how many sweeps."""
    verdict: Verdict | None = None
    """How sure the place was when it was seen last; None for an address."""
    vlan: int | None = None
    misses: int = 0
    """Sweeps since then whose complete reads of all holders did not have it."""
    missing_since: datetime | None = None
    """The first of those reads."""
    elsewhere: Proof | None = None
    """It was seen in another place meanwhile, while the holder of this one was not read."""
    ended: datetime | None = None
    """The first complete read without it; None while nothing says that it ended."""
    closed: Proof | None = None
    """What settled it."""
    closing: Closing | None = None
    above: Proof | None = None
    """Of a place: the newest row since then that agrees less exactly, on a port that leads here."""
    way: tuple[tuple[str, str], ...] = ()
    """Of a place: (device, port) that reported the endpoint, too, and lead here, when it was seen last."""
    behind: tuple[str, ...] = ()
    """Of a bounded place: the devices behind the port, any of which may have held it when it was seen last."""

    @property
    def key(self) -> tuple[str, str, str, str, int]:
        """What tells it from every other interval: endpoint, subject, and the sweep that opened it."""
        if self.place is not None:
            return self.plane, self.identity, self.place.device, self.place.port, self.opened.sweep
        return self.plane, self.identity, "", str(self.ip), self.opened.sweep

    @property
    def endpoint(self) -> EndpointKey:
        """Whose interval it is."""
        return self.plane, self.identity

    def covers(self, moment: datetime) -> bool:
        """Whether it may have held at a moment: from its first row to the read that no longer had it."""
        return self.since <= moment and (self.ended is None or moment < self.ended)

    def proven(self, moment: datetime) -> bool:
        """Whether rows before and after the moment say so."""
        return self.since <= moment <= self.last_seen

    def certainty(self, moment: datetime) -> Certainty:
        """Say what the rows tell about a moment that the interval covers."""
        return Certainty.PROVEN if self.proven(moment) else Certainty.LAST_KNOWN


class SeenAddress(NamedTuple):
    """One sweep's rows say that an endpoint used an address."""

    ip: IPAddress
    proof: Proof
    holders: tuple[str, ...]
    """Devices that resolved it; none where only a probe on the local link saw it."""


class SeenPlace(NamedTuple):
    """One sweep's rows say that an endpoint was, or may have been, on a port."""

    place: Place
    proof: Proof
    verdict: Verdict
    vlan: int | None = None


class Presence(NamedTuple):
    """What one sweep says about one endpoint."""

    plane: str
    identity: str
    addresses: tuple[SeenAddress, ...] = ()
    places: tuple[SeenPlace, ...] = ()
    """One for exact and bounded, all that remain when ambiguous."""
    behind: frozenset[str] = frozenset()
    """For a bounded place: the devices behind the port that may hold it."""
    passed: tuple[Place, ...] = ()
    """Ports that reported it and lead to the device that holds it."""
    stale: tuple[Place, ...] = ()
    """Ports that reported it and were ruled out otherwise."""

    @property
    def endpoint(self) -> EndpointKey:
        """Who was seen."""
        return self.plane, self.identity

    @property
    def named(self) -> bool:
        """Whether the identity is a card: then it is no address of its own."""
        return is_card(self.identity) or all(str(seen.ip) != self.identity for seen in self.addresses)


class CompleteRead(NamedTuple):
    """A table of a device, read to its end and without doubt that it held everything."""

    source: str
    at: datetime
    rows: int


@dataclass(frozen=True, slots=True)
class Look:
    """What one sweep saw, and where its not seeing something counts."""

    sweep: int
    presences: tuple[Presence, ...]
    reads: Mapping[tuple[str, Table], CompleteRead] = field(default_factory=dict)
    """By device and table."""
    asked: frozenset[tuple[str, IPNetwork]] = frozenset()
    """(plane, network) of which no address was left out by the probes."""

    @property
    def remembers(self) -> datetime | None:
        """Since when a table may have held a row that says no more than that the endpoint was there once.

        None when the sweep brought no such row.
        """
        rows = (
            seen.proof.at
            for one in self.presences
            if not one.addresses
            for seen in one.places
            if seen.verdict is not Verdict.EXACT
        )
        oldest = min(rows, default=None)
        return None if oldest is None else oldest - REMEMBERED


@dataclass(frozen=True, slots=True)
class EndpointHistory:
    """The intervals of one endpoint: addresses and places, oldest first."""

    plane: str
    identity: str
    intervals: tuple[Interval, ...]
