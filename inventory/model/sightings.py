"""Sightings: an address answered a probe. The one fact a sweep makes, apart from the others because it starts often."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from inventory.model.values import IPAddress, Mac

DOUBT: Final = " (a firewall may answer for all)"
"""Ends what an answer says that proves nothing: nearly every address of its block gave the same."""


class ProbeKind(StrEnum):
    """By what an address was found alive."""

    ICMP = "icmp"
    ARP = "arp"
    ND = "nd"
    """A neighbour advertisement: what ARP is for IPv6."""
    TCP = "tcp"
    UDP = "udp"
    """A question that NetBIOS, SNMP or mDNS answers; or the host itself refused a datagram."""
    NEIGHBOUR_TABLE = "neighbour"
    """The scanning host's own kernel resolved the address while the other probes were sent."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """An address answered a probe."""

    plane: str
    ip: IPAddress
    mac: Mac | None
    """Known only when the answer came over the local link."""
    probe: ProbeKind
    detail: str
    """What answered: ``echo reply``, ``tcp/445 open``, ``tcp/3389 refused``, ``arp reply``,
    ``udp/137 name=PC-17 group=OFFICE mac=…``."""
    at: datetime
    ttl: int | None = None
    rtt_ms: float | None = None

    @property
    def doubtful(self) -> bool:
        """Whether somebody else may have answered for the address."""
        return self.detail.endswith(DOUBT)


def proving(sightings: Iterable[Sighting]) -> list[Sighting]:
    """Leave out the doubtful, and what was stored of them before they were doubted."""
    every = list(sightings)
    doubted = {(one.plane, one.ip, one.probe, one.detail) for one in every if one.doubtful}
    if not doubted:
        return every
    left = [one for one in every if (one.plane, one.ip, one.probe, f"{one.detail}{DOUBT}") not in doubted]
    return [one for one in left if not one.doubtful]
