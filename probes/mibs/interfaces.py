"""The ports and virtual interfaces of a device: ifTable and ifXTable (RFC 2863)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from inventory.model.facts import InterfaceFact
from probes.mibs.cells import Decoded, Oid, Rows, Value, integer, physical_address, words

if TYPE_CHECKING:
    import re
    from collections.abc import Sequence
    from datetime import datetime

_IF_ENTRY: Oid = (1, 3, 6, 1, 2, 1, 2, 2, 1)
_IF_X_ENTRY: Oid = (1, 3, 6, 1, 2, 1, 31, 1, 1, 1)

COLUMNS: tuple[Oid, ...] = (
    (*_IF_ENTRY, 2),  # ifDescr
    (*_IF_ENTRY, 3),  # ifType
    (*_IF_ENTRY, 5),  # ifSpeed
    (*_IF_ENTRY, 6),  # ifPhysAddress
    (*_IF_ENTRY, 7),  # ifAdminStatus
    (*_IF_ENTRY, 8),  # ifOperStatus
    (*_IF_X_ENTRY, 1),  # ifName
    (*_IF_X_ENTRY, 15),  # ifHighSpeed
    (*_IF_X_ENTRY, 18),  # ifAlias
)

DESCRIPTIONS: tuple[Oid, ...] = COLUMNS[:1]
"""Enough to tell whether numbers still mean the same interfaces."""

_OTHER_TYPE = 1
_PROP_VIRTUAL = 53
_SPEED_SATURATED = 2**32 - 1
_ADMIN_UP = {1: True, 2: False}
# 3 testing, 4 unknown and 5 dormant say neither; 6 notPresent and 7 lowerLayerDown carry no frames.
_OPER_UP = {1: True, 2: False, 6: False, 7: False}
# IANAifType:
_VIRTUAL_TYPES = frozenset(
    {
        24,  # softwareLoopback
        131,  # tunnel
        135,  # l2vlan
        136,  # l3ipvlan
        209,  # bridge
    }
)


def interface_facts(
    rows: Rows, device: str, at: datetime, text: re.Pattern[str] | None = None
) -> Decoded[InterfaceFact]:
    """Join ifTable and ifXTable rows by ifIndex; an index of another shape is rejected.

    ``text`` takes ifDescr apart where a platform puts more than the name there.
    """
    facts = [
        _taken_apart(_interface(index[0], cells, device, at), text) for index, cells in rows.items() if len(index) == 1
    ]
    return Decoded(tuple(facts), rejected=len(rows) - len(facts))


def descriptions(rows: Rows) -> dict[int, str]:
    """Return what each number is called, from the first column of a row."""
    return {index[0]: words(cells[0]) or "" for index, cells in rows.items() if len(index) == 1}


def _taken_apart(interface: InterfaceFact, text: re.Pattern[str] | None) -> InterfaceFact:
    found = text.fullmatch(interface.description) if text else None
    if found is None or not found["name"]:
        return interface
    name = found["name"] if interface.name == interface.description else interface.name
    return replace(interface, name=name, alias=interface.alias or found.groupdict().get("alias"))


def is_virtual(interface: InterfaceFact) -> bool:
    """Whether no cable and no radio reaches it, so that no station can be learned there.

    propVirtual holds VLAN interfaces of some vendors and aggregates of others, even of one system: the name decides.
    """
    if interface.if_type != _PROP_VIRTUAL:
        return interface.if_type in _VIRTUAL_TYPES
    called = (interface.name.lower(), interface.description.lower())
    return any(name.startswith("vl") or "vlan" in name for name in called)


def _interface(if_index: int, cells: Sequence[Value | None], device: str, at: datetime) -> InterfaceFact:
    descr, if_type, speed, mac, admin, oper, name, high_speed, alias = cells
    description = words(descr) or ""
    return InterfaceFact(
        device=device,
        if_index=if_index,
        name=words(name) or description or f"ifIndex {if_index}",
        description=description,
        alias=words(alias),
        mac=physical_address(mac),
        if_type=integer(if_type) or _OTHER_TYPE,
        admin_up=_ADMIN_UP.get(integer(admin) or 0),
        oper_up=_OPER_UP.get(integer(oper) or 0),
        at=at,
        speed_mbps=_speed_mbps(integer(speed), integer(high_speed)),
    )


def _speed_mbps(bits_per_second: int | None, megabits: int | None) -> int | None:
    if megabits:
        return megabits
    if bits_per_second is None or bits_per_second == _SPEED_SATURATED:
        return None
    return bits_per_second // 1_000_000 or None
