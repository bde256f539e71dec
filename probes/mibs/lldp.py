"""LLDP-MIB (IEEE 802.1AB-2005): what a device says of itself, and whom it hears on its ports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inventory.model.facts import Identifier, LldpNeighbour
from probes.mibs import med
from probes.mibs.cells import Decoded, Oid, Rows, Value, ip_of_octets, octets, words
from probes.mibs.identifiers import chassis_identifier, port_identifier

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from inventory.model.values import IPAddress
    from probes.mibs.localport import LocalPorts

_LLDP: Oid = (1, 0, 8802, 1, 1, 2, 1)
LOCAL_CHASSIS_SUBTYPE: Oid = (*_LLDP, 3, 1, 0)
LOCAL_CHASSIS_ID: Oid = (*_LLDP, 3, 2, 0)
REMOTE_COLUMNS: tuple[Oid, ...] = (
    (*_LLDP, 4, 1, 1, 4),  # lldpRemChassisIdSubtype
    (*_LLDP, 4, 1, 1, 5),  # lldpRemChassisId
    (*_LLDP, 4, 1, 1, 6),  # lldpRemPortIdSubtype
    (*_LLDP, 4, 1, 1, 7),  # lldpRemPortId
    (*_LLDP, 4, 1, 1, 8),  # lldpRemPortDesc
    (*_LLDP, 4, 1, 1, 9),  # lldpRemSysName
    (*_LLDP, 4, 1, 1, 12),  # lldpRemSysCapEnabled
    (*_LLDP, 4, 1, 1, 10),  # lldpRemSysDesc
)
MANAGEMENT_COLUMNS: tuple[Oid, ...] = ((*_LLDP, 4, 2, 1, 3),)  # lldpRemManAddrIfSubtype
LOCAL_PORT_COLUMNS: tuple[Oid, ...] = (
    (*_LLDP, 3, 7, 1, 2),  # lldpLocPortIdSubtype
    (*_LLDP, 3, 7, 1, 3),  # lldpLocPortId
    (*_LLDP, 3, 7, 1, 4),  # lldpLocPortDesc
)

_BRIDGE_OR_ROUTER = 0x20 | 0x08
"""LldpSystemCapabilitiesMap: bits 2 and 4 of the first octet, the leftmost bit being 0."""
_ACCESS_POINT_OR_TELEPHONE = 0x10 | 0x04
"""Bits 3 and 5."""
_CAPABILITIES = ("other", "repeater", "bridge", "access_point", "router", "telephone", "cable_modem", "station")
"""LldpSystemCapabilitiesMap, from bit 0 on (IEEE 802.1AB-2005, table 9-4)."""
_DESCRIBED = 7
"""Columns before lldpRemSysDesc."""
_REMOTE_INDEX = 3
_Key = tuple[int, int]


def neighbours(
    remote: Rows, management: Rows, ports: LocalPorts, device: str, at: datetime, made: Rows | None = None
) -> Decoded[LldpNeighbour]:
    """Join lldpRemTable with its management addresses; several neighbours on one port are several facts.

    Args:
        remote: of :data:`REMOTE_COLUMNS`.
        management: of :data:`MANAGEMENT_COLUMNS`.
        ports: translates the local port's number.
        device: who was asked.
        at: when.
        made: of :data:`probes.mibs.med.COLUMNS`: what LLDP-MED says of them.
    """
    more = med.told(made or {}, _key)
    addresses = _management_addresses(management)
    latest: dict[_Key, tuple[int, Sequence[Value | None]]] = {}
    rejected = 0
    for index, cells in remote.items():
        key = _key(index)
        if key is None or _chassis_and_port(cells) is None:
            rejected += 1
            continue
        time_mark = index[0] if len(index) == _REMOTE_INDEX else 0
        if key not in latest or time_mark >= latest[key][0]:
            latest[key] = time_mark, cells
    found = [
        _neighbour(key, cells, addresses.get(key), ports, device, at, more.get(key, med.NOTHING))
        for key, (_, cells) in latest.items()
    ]
    return Decoded(tuple(fact for fact in found if fact is not None), rejected)


def _neighbour(
    key: _Key,
    cells: Sequence[Value | None],
    management: IPAddress | None,
    ports: LocalPorts,
    device: str,
    at: datetime,
    made: med.Made,
) -> LldpNeighbour | None:
    identifiers = _chassis_and_port(cells)
    if identifiers is None:
        return None
    capabilities = octets(cells[6])
    return LldpNeighbour(
        device=device,
        if_index=ports.if_index(key[0]),
        local_port=key[0],
        chassis=identifiers[0],
        port=identifiers[1],
        port_description=words(cells[4]),
        system_name=words(cells[5]),
        management_address=management,
        at=at,
        is_bridge_or_router=bool(capabilities[0] & _BRIDGE_OR_ROUTER) if capabilities else None,
        carries_stations=bool(capabilities[0] & _ACCESS_POINT_OR_TELEPHONE) if capabilities else None,
        capabilities=" ".join(dict.fromkeys((*_able(capabilities), *made.able))) or None,
        description=made.what or words(cells[7] if len(cells) > _DESCRIBED else None),
    )


def _able(capabilities: bytes | None) -> list[str]:
    """Return the words of the bits that are set, the leftmost bit being 0."""
    if not capabilities:
        return []
    return [word for bit, word in enumerate(_CAPABILITIES) if capabilities[0] & 0x80 >> bit]


def _key(index: Oid) -> _Key | None:
    """Return (local port, remote index); the TimeMark before them is missing on some agents."""
    return (index[-2], index[-1]) if len(index) in {_REMOTE_INDEX, _REMOTE_INDEX - 1} else None


def _chassis_and_port(cells: Sequence[Value | None]) -> tuple[Identifier, Identifier] | None:
    chassis, port = chassis_identifier(cells[0], cells[1]), port_identifier(cells[2], cells[3])
    return (chassis, port) if chassis is not None and port is not None else None


def _management_addresses(rows: Rows) -> Mapping[_Key, IPAddress]:
    """Return one management address per neighbour, IPv4 before IPv6, the lowest when there are several.

    Index: TimeMark, local port, remote index, address subtype (IANA address family), length, octets.
    """
    found: dict[_Key, IPAddress] = {}
    for index in rows:
        parts = index[5:] if len(index) > _REMOTE_INDEX + 1 and index[4] == len(index) - 5 else index[4:]
        ip = ip_of_octets(parts)
        if ip is None or ip.is_unspecified or ip.is_loopback:
            continue
        key = (index[1], index[2])
        known = found.get(key)
        if known is None or (ip.version, int(ip)) < (known.version, int(known)):
            found[key] = ip
    return found
