"""What an endpoint calls itself: NetBIOS and mDNS answers name their host. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from datetime import datetime

    from inventory.model.observation import Observation

_NAMED: Final = re.compile(r"^ip=(\S+)(?: mac=\S+)? (udp/[0-9]+) name=(.+?)(?: (?:group|mac|services|ttl|rtt)=|$)")


class Name(NamedTuple):
    """A name a host gave itself: a hint, no identity."""

    name: str
    source: str
    """To which question: ``udp/137`` is NetBIOS, ``udp/5353`` mDNS."""
    at: datetime


def name_of(seen: Observation) -> Name | None:
    """Return the newest name; None where nobody said one, or where another card uses the address that said it."""
    shared = {str(ip) for ip in seen.shared_ips}
    named = [
        Name(found[3], found[2], row.at)
        for row in seen.evidence
        if (found := _NAMED.match(row.row)) and found[1] not in shared
    ]
    return max(named, key=lambda name: (name.at, name.source, name.name), default=None)
