"""How one sweep went: what the reports and the doors are told about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from inventory.model.records import SweepOutcome

if TYPE_CHECKING:
    from datetime import datetime

    from inventory.model.observation import CoverageCount
    from inventory.model.text import Text
    from inventory.model.values import IPAddress, IPNetwork

__all__ = ["Skipped", "SweepOutcome", "SweepSummary"]


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something a sweep left out, and why."""

    what: str
    """A device, a prefix, an address or a probe kind, as its owner knows it."""
    why: Text


@dataclass(frozen=True, slots=True)
class SweepSummary:
    """One sweep in numbers."""

    sweep: int | None
    """The sweep's number; None for a run that stored nothing."""
    started_at: datetime
    finished_at: datetime | None
    """None while it runs, or when it was killed."""
    outcome: SweepOutcome
    targets: int
    """Addresses in scope, exclusions taken out."""
    probed: int
    """Addresses at least one probe left for."""
    alive: int
    """Addresses that answered a probe."""
    endpoints: int
    """Endpoints observed, by probes and device tables together."""
    unregistered: int
    coverage: CoverageCount
    skipped: tuple[Skipped, ...] = ()


class Lengths(NamedTuple):
    """How many seconds something takes where everybody answers, where nobody does, and where much is lost besides."""

    least: float
    usual: float
    most: float


@dataclass(frozen=True, slots=True)
class ForecastRow:
    """What one network would be sent."""

    plane: str
    network: IPNetwork
    addresses: int
    """Addresses that would be asked, exclusions taken out."""
    packets_min: int
    """Everybody answers the first probe."""
    packets_usual: int
    """Nobody answers, and no packet is lost."""
    packets_max: int
    """Nobody answers, and so much is lost that every address is asked as often as it may be."""
    bytes_max: int
    seconds: Lengths
    """If nothing else were swept."""
    limit: str
    """Which limit it waits for: ``rate``, ``gateway``, ``arp``, ``lane``, ``connects``."""
    pps: float
    """What that limit allows per second."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """A sweep that has not happened: nothing was sent."""

    rows: tuple[ForecastRow, ...]
    seconds: Lengths
    """All of them side by side: less than their sum."""
    devices: tuple[tuple[str, IPAddress], ...]
    """Devices that would be read, by name and address."""
    probes: tuple[str, ...]
    tcp_ports: tuple[int, ...]
    rate_pps: float
    rounds: int | None
    """How often every address is asked at most; None: until the measured loss predicts that hardly a host is missed."""
    sources: tuple[str, ...] = ()
    """Own addresses the packets come from."""
    contact: str = ""
    """Who runs the sweep, as the settings say."""
    skipped: tuple[Skipped, ...] = ()
