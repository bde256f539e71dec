"""How one sweep went: what the reports and the doors are told about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from inventory.model.records import SweepOutcome

if TYPE_CHECKING:
    from datetime import datetime

    from inventory.model.observation import CoverageCount
    from inventory.model.text import Text
    from inventory.model.values import IPNetwork

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


@dataclass(frozen=True, slots=True)
class ForecastRow:
    """What one network would be sent."""

    plane: str
    network: IPNetwork
    addresses: int
    """Addresses that would be asked, exclusions taken out."""
    packets_min: int
    packets_max: int
    bytes_max: int
    seconds_max: float


@dataclass(frozen=True, slots=True)
class Forecast:
    """A sweep that has not happened: nothing was sent."""

    rows: tuple[ForecastRow, ...]
    devices: tuple[str, ...]
    """Devices that would be read."""
    probes: tuple[str, ...]
    tcp_ports: tuple[int, ...]
    rate_pps: float
    skipped: tuple[Skipped, ...] = ()
