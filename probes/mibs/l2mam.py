"""HUAWEI-L2MAM-MIB: stations per VLAN with the ifIndex they are on, learned and configured.

Both tables name the interface directly. On the same devices BRIDGE-MIB knows no VLAN, and its base ports are other
ports' ifIndexes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from inventory.model.facts import FdbStatus
from probes.mibs.cells import Decoded, Oid, Rows, integer, mac_of_index, words
from probes.mibs.forwarding import Learned

if TYPE_CHECKING:
    from inventory.model.values import Mac

_L2MAM: Oid = (1, 3, 6, 1, 4, 1, 2011, 5, 25, 42, 2, 1)
TABLE = "hwDynFdbTable"
CONFIGURED_TABLE = "hwCfgMacAddrQueryTable"
COLUMNS: tuple[Oid, ...] = ((*_L2MAM, 3, 1, 4),)  # hwDynFdbPort
CONFIGURED_COLUMNS: tuple[Oid, ...] = (
    (*_L2MAM, 32, 1, 12),  # hwCfgMacAddrQueryType
    (*_L2MAM, 32, 1, 13),  # hwCfgMacAddrQueryIfIndex
)

_VLAN_MAX = 4094
_MAC_OCTETS = 6
_BOUND = frozenset({"sticky", "security", "authen", "secure-dynamic", "secure"})
"""Kinds of configured rows that a station brought about by speaking; a static row only says what somebody typed."""


def learned(rows: Rows) -> Decoded[Learned]:
    """Read hwDynFdbTable. Index: MAC, VLAN (0 for none), length and name of the virtual switch."""
    facts: list[Learned] = []
    rejected = 0
    for index, cells in rows.items():
        key, number = _learned_key(index), integer(cells[0])
        if key is None or number is None:
            rejected += 1
        else:
            facts.append(_row(TABLE, *key, number, FdbStatus.LEARNED))
    return Decoded(tuple(facts), rejected)


def configured(rows: Rows) -> Decoded[Learned]:
    """Read hwCfgMacAddrQueryTable: static rows and those that port security bound to a port.

    It is a query table: after VLAN, virtual switch, service instance, bridge and MAC the index names a condition, so
    that a row may come once per condition it meets.
    """
    facts: dict[tuple[Mac, int | None], Learned] = {}
    rejected = 0
    for index, (kind, interface) in rows.items():
        key, number = _configured_key(index), integer(interface)
        if key is None or number is None:
            rejected += 1
            continue
        bound = (words(kind) or "").lower() in _BOUND
        row = _row(CONFIGURED_TABLE, key[0], key[1], number, FdbStatus.LEARNED if bound else FdbStatus.MGMT)
        facts.setdefault((row.mac, row.vlan), row)
    return Decoded(tuple(facts.values()), rejected)


def _row(table: str, mac: Mac, vlan: int, if_index: int, status: FdbStatus) -> Learned:
    told = vlan if 1 <= vlan <= _VLAN_MAX else None
    return Learned(table, mac, if_index, status, None, vlan=told, if_index=if_index if if_index > 0 else None)


def _learned_key(index: Oid) -> tuple[Mac, int] | None:
    """Return MAC and VLAN. The name is length-prefixed; some agents leave an empty one out."""
    mac, rest = mac_of_index(index[:_MAC_OCTETS]), index[_MAC_OCTETS:]
    if mac is None or not rest or (len(rest) > 1 and rest[1] != len(rest[2:])):
        return None
    return mac, rest[0]


def _configured_key(index: Oid) -> tuple[Mac, int] | None:
    """Return MAC and VLAN: VLAN, two length-prefixed names, bridge number, six octets, the condition."""
    position = 1
    for _ in range(2):
        if position >= len(index):
            return None
        position += 1 + index[position]
    mac = mac_of_index(index[position + 1 : position + 1 + _MAC_OCTETS])
    return None if mac is None else (mac, index[0])
