"""What a look at a device's own condition found: telnet open, clock wrong, table nearly full."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from inventory.model.text import Text


class Check(StrEnum):
    """What is looked at."""

    TELNET = "telnet"
    """Whether TCP port 23 accepts connections: passwords would cross the network readable."""
    PUBLIC_COMMUNITY = "public_community"
    """Whether SNMPv1 or v2c answers to the community everybody knows."""
    CLOCK = "clock"
    FORWARDING_SPACE = "forwarding_space"
    """Whether the forwarding table turned stations away because it was full."""
    DISCOVERY = "discovery"
    """Whether it speaks LLDP or a protocol of the same kind."""
    SOFTWARE = "software"
    """Whether it runs the newest software that its model runs anywhere here."""
    SSH_ALGORITHMS = "ssh_algorithms"
    HOST_KEY = "host_key"


class CheckResult(StrEnum):
    """What was found."""

    GOOD = "good"
    ATTENTION = "attention"
    NOT_ASSESSED = "not_assessed"
    """It could not be found out; the evidence says why."""


@dataclass(frozen=True, slots=True)
class DeviceCheck:
    """One look at one device."""

    device: str
    check: Check
    result: CheckResult
    evidence: Text
    """What was seen, with the protocol's or the device's own names."""
    at: datetime
    value: float | None = None
    """The number behind it: seconds the clock is off, the share of a table that is taken."""
