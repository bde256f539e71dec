"""CISCO-CDP-MIB: neighbours heard by the Cisco Discovery Protocol, told in the terms of LLDP."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inventory.model.facts import Identifier, IdentifierKind, LldpNeighbour
from probes.mibs.cells import Decoded, Rows, Value, integer, ip_of_octets, octets, words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from inventory.model.values import IPAddress
    from probes.mibs.cells import Oid

TABLE = "cdpCacheTable"
_ENTRY: Oid = (1, 3, 6, 1, 4, 1, 9, 9, 23, 1, 2, 1, 1)
COLUMNS: tuple[Oid, ...] = (
    (*_ENTRY, 3),  # cdpCacheAddressType
    (*_ENTRY, 4),  # cdpCacheAddress
    (*_ENTRY, 6),  # cdpCacheDeviceId
    (*_ENTRY, 7),  # cdpCacheDevicePort
    (*_ENTRY, 8),  # cdpCachePlatform
    (*_ENTRY, 9),  # cdpCacheCapabilities
)

_INDEX = 2
_IP_TYPES = frozenset({1, 20})
"""CiscoNetworkProtocol ip and ipv6."""
_BRIDGES_OR_ROUTES = 0x01 | 0x02 | 0x04 | 0x08
"""Router, transparent bridge, source-route bridge, switch."""
_TELEPHONE = 0x80
_CAPABILITIES = {0x01: "router", 0x02: "bridge", 0x08: "bridge", 0x10: "station", 0x40: "repeater", 0x80: "telephone"}
"""cdpCacheCapabilities in the words of LLDP: router, transparent bridge, switch, host, repeater, telephone."""


def neighbours(rows: Rows, device: str, at: datetime) -> Decoded[LldpNeighbour]:
    """Read cdpCacheTable, indexed by ifIndex and a running number. A neighbour without a name is no neighbour."""
    facts: list[LldpNeighbour] = []
    for index, cells in rows.items():
        called, port = words(cells[2]), words(cells[3])
        if len(index) != _INDEX or called is None:
            continue
        facts.append(
            LldpNeighbour(
                device=device,
                if_index=index[0],
                local_port=index[0],
                chassis=Identifier(IdentifierKind.LOCAL, called),
                port=Identifier(IdentifierKind.INTERFACE_NAME, port or ""),
                port_description=None,
                system_name=_system_name(called),
                management_address=_address(cells[0], cells[1]),
                at=at,
                is_bridge_or_router=_capable(cells, _BRIDGES_OR_ROUTES),
                table=TABLE,
                carries_stations=_capable(cells, _TELEPHONE),
                capabilities=_able(cells),
                description=words(cells[4]),
            )
        )
    return Decoded(tuple(facts), rejected=len(rows) - len(facts))


def _system_name(device_id: str) -> str:
    """Return a device id without the serial number that some systems add in brackets."""
    name, bracket, _ = device_id.partition("(")
    return name.strip() if bracket and name.strip() and device_id.endswith(")") else device_id


def _address(kind: Value | None, value: Value | None) -> IPAddress | None:
    raw = octets(value)
    if raw is None or integer(kind) not in _IP_TYPES:
        return None
    ip = ip_of_octets(raw)
    return None if ip is None or ip.is_unspecified else ip


def _capable(cells: Sequence[Value | None], bits: int) -> bool | None:
    raw = octets(cells[5])
    return bool(raw[-1] & bits) if raw else None


def _able(cells: Sequence[Value | None]) -> str | None:
    raw = octets(cells[5])
    return (
        " ".join(dict.fromkeys(word for bit, word in _CAPABILITIES.items() if raw[-1] & bit)) or None if raw else None
    )
