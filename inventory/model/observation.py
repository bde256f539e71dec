"""What the engines conclude about one endpoint: observed, attributed, compared with what was filed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from inventory.model.coverage import ReadState
    from inventory.model.history import EndpointHistory
    from inventory.model.location import Evidence, Location
    from inventory.model.records import DeviceView, PrefixView, RegistrationView
    from inventory.model.text import Text
    from inventory.model.values import IPAddress, Mac


class Confidence(StrEnum):
    """How sure it is that the endpoint exists as described."""

    CONFIRMED = "confirmed"
    """Two independent sources agree, for example a gateway's ARP row and a switch's forwarding table."""
    SINGLE = "single"
    """One source only."""


@dataclass(frozen=True, slots=True)
class Observation:
    """One endpoint as seen by one sweep. Identity is (plane, MAC) where the MAC is known, else (plane, IP)."""

    plane: str
    mac: Mac | None
    ips: tuple[IPAddress, ...]
    """Every address seen for it, sorted; empty when only a forwarding table knows the MAC."""
    location: Location
    first_seen: datetime
    last_seen: datetime
    confidence: Confidence
    evidence: tuple[Evidence, ...]
    """Rows that say it exists, then the rows that say where, oldest first within each."""
    shared_ips: tuple[IPAddress, ...] = ()
    """Those of ``ips`` that another MAC of the same plane also used in this sweep."""

    @property
    def key(self) -> tuple[str, str]:
        """The identity as text: plane, and the MAC or else the only IP."""
        return self.plane, self.mac.text if self.mac is not None else str(self.ips[0])


class UnitReason(StrEnum):
    """Why an endpoint is counted under a unit, strongest first."""

    EXACT_PORT = "exact_port"
    BOUNDED_PORT = "bounded_port"
    PREFIX = "prefix"
    NOTHING = "nothing"
    """No port, point or prefix assigns it: unit ``unassigned``."""


@dataclass(frozen=True, slots=True)
class Attribution:
    """The unit (and point) an endpoint is counted under, and why."""

    unit: str
    point: str | None
    reason: UnitReason
    because: Text


class Status(StrEnum):
    """Result of comparing an observed endpoint with the filings."""

    REGISTERED = "registered"
    UNREGISTERED = "unregistered"
    MISMATCH = "mismatch"
    VIRTUAL = "virtual"
    """Shared by endpoints that are counted themselves, and not filed: nobody has to file it."""


class Mismatch(StrEnum):
    """What differs between a filing and what was seen."""

    IP = "ip"
    MAC = "mac"
    UNIT = "unit"
    PORT = "port"
    """It sits on another point's port than the filing's point."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """Other cards of one of which the device may be known, too: cards made up at random change. Never a merger."""

    cards: tuple[Mac, ...]
    """One: probably that. Several: it may be any of them; the last seen ones."""
    count: int
    """How many there are in all."""
    newer: bool
    """Whether they were seen after this one: then it is probably known as that now."""
    sure: bool
    """Whether something tells which it is."""
    first_seen: datetime
    last_seen: datetime
    because: tuple[Text, ...]
    """What speaks for it, the name it gives itself first."""
    proof: tuple[Evidence, ...]
    registration: RegistrationView | None
    """What is filed for the other one, or for who that one was before."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One observed endpoint with everything a report says about it."""

    observation: Observation
    attribution: Attribution
    status: Status
    mismatches: tuple[Mismatch, ...] = ()
    registration: RegistrationView | None = None
    because: Text | None = None
    """The comparison in words: which filing matched by what, and what differs."""
    alike: Likeness | None = None
    """Under which other card it is probably known; None where nothing says so."""

    @property
    def asked_under_another(self) -> bool:
        """Whether nobody should be asked to file it: it is known by now, or filed, under another card, probably."""
        return self.alike is not None and self.alike.sure and (self.alike.newer or self.alike.registration is not None)


class Absence(StrEnum):
    """What may be said about a filed endpoint that no sweep of the window saw."""

    NOT_SEEN = "not_seen"
    """Its address was probed and its gateway's table was read completely, without a trace."""
    NOT_ASSESSED = "not_assessed"
    """Coverage does not allow to say anything."""


@dataclass(frozen=True, slots=True)
class Missing:
    """A filed endpoint that was not observed."""

    registration: RegistrationView
    absence: Absence
    because: Text


@dataclass(frozen=True, slots=True)
class Silence:
    """What may be said of an address in one plane that no sweep of the window saw."""

    plane: str
    prefix: PrefixView | None
    """The registered prefix that holds it."""
    absence: Absence
    because: Text


@dataclass(frozen=True, slots=True)
class Unseen:
    """What is known of an address that no sweep of the window saw."""

    days: int | None
    """How many days the window spans; None while no sweep has run."""
    silences: tuple[Silence, ...]
    """Of an IP address: one per plane that has a prefix for it, at least one."""
    tables: tuple[int, int]
    """Of a card: forwarding tables that were read completely, of how many."""
    last: tuple[EndpointHistory, ...]
    """Who had it last, and where that one was last; of each endpoint only those intervals."""


@dataclass(frozen=True, slots=True)
class Owned:
    """An address that belongs to a network device, or several: devices are no endpoints."""

    device: str | None
    """None where a virtual router's card was seen, and no device that says it is its own."""
    filed: DeviceView | None
    """None where the device is not registered (any more)."""
    proof: tuple[Evidence, ...]
    """The rows that say so; none where only the device's registration does."""


class VisibilityGrade(StrEnum):
    """可见等级: what evidence a point's or unit's numbers rest on."""

    A = "A"
    """Access switches' forwarding tables and the gateway's ARP table, all read completely."""
    B = "B"
    """The gateway's ARP table only."""
    C = "C"
    """Probes only: no MAC, silence proves nothing."""
    D = "D"
    """Behind address translation: one address stands for many endpoints; a rate is not verifiable."""
    E = "E"
    """Nothing answered and nothing could be read: blind spot."""


@dataclass(frozen=True, slots=True)
class UnitResult:
    """One unit's numbers; every rate can be recomputed from its parts."""

    code: str
    name: str
    tier: str | None
    grade: VisibilityGrade
    grade_because: Text
    declared: int | None
    filed: int
    observed: int
    registered_observed: int
    unregistered: int
    mismatched: int
    """Those of ``registered_observed`` whose filing differs from what was seen."""
    findings: tuple[Finding, ...]
    """One per endpoint observed, and one per virtual address that nobody filed, which counts nowhere."""
    missing: tuple[Missing, ...]

    @property
    def verifiable(self) -> bool:
        """Whether a registration rate may be claimed at all (grades A to C)."""
        return self.grade not in {VisibilityGrade.D, VisibilityGrade.E}

    @property
    def registration_rate(self) -> float | None:
        """registered_observed ÷ observed, or None where nothing was observed or nothing can be verified."""
        return self.registered_observed / self.observed if self.observed and self.verifiable else None


@dataclass(frozen=True, slots=True)
class CoverageCount:
    """What a result rests on."""

    prefixes: int
    prefixes_total: int
    addresses_probed: int
    devices: int
    devices_complete: int
    devices_partial: int
    devices_unread: int


@dataclass(frozen=True, slots=True)
class PointGrade:
    """What the numbers of one point rest on."""

    point: str
    grade: VisibilityGrade
    because: Text


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """Everything known at one moment, per unit, with the coverage it rests on."""

    as_of: datetime
    sweep: int | None
    coverage: CoverageCount
    units: tuple[UnitResult, ...]
    """Every registered unit, plus ``unassigned`` when something fell there, ordered by code."""
    devices: tuple[tuple[str, ReadState], ...] = ()
    """Every device that should have been read, by name, with how completely it was."""
    points: tuple[PointGrade, ...] = ()
    """Every registered point, by code."""
