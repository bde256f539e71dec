"""Which aggregate a port is a member of: IEEE8023-LAG-MIB for those that negotiate, ifStackTable for those that do not.

Stations are learned on the aggregate, cables and LLDP are on its members.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from probes.mibs.cells import Rows, integer
from probes.mibs.interfaces import is_virtual

if TYPE_CHECKING:
    from collections.abc import Mapping

    from inventory.model.facts import InterfaceFact
    from probes.mibs.cells import Oid

TABLE = "dot3adAggPortTable"
STACK_TABLE = "ifStackTable"
COLUMNS: tuple[Oid, ...] = ((1, 2, 840, 10006, 300, 43, 1, 2, 1, 1, 13),)  # dot3adAggPortAttachedAggID
STACK_COLUMNS: tuple[Oid, ...] = ((1, 3, 6, 1, 2, 1, 31, 1, 2, 1, 3),)  # ifStackStatus

_ACTIVE = 1
_PAIR = 2
_CABLED = frozenset({6, 62, 69, 117})
"""IANAifType ethernetCsmacd, fastEther, fastEtherFX, gigabitEthernet."""
_LAG = 161
_PROP_VIRTUAL = 53
"""Aggregates of vendors older than type 161, and their VLAN interfaces."""


def members(lag: Rows, stack: Rows, interfaces: Mapping[int, InterfaceFact]) -> dict[int, int]:
    """Return the aggregate of each member port, as ifIndexes.

    A port that carries frames alone is attached to an aggregator that is the port itself, or to one that is no
    interface at all: it is no member.
    """
    found = _stacked(stack, interfaces)
    for index, cells in lag.items():
        aggregate = integer(cells[0])
        if len(index) == 1 and aggregate and aggregate != index[0] and aggregate in interfaces:
            found[index[0]] = aggregate
    return found


def _stacked(rows: Rows, interfaces: Mapping[int, InterfaceFact]) -> dict[int, int]:
    """Read ifStackTable: (higher, lower) → row status. VLAN interfaces stand above ports and aggregate nothing."""
    found: dict[int, int] = {}
    for index, cells in rows.items():
        if len(index) != _PAIR or integer(cells[0]) not in {None, _ACTIVE}:
            continue
        above, below = interfaces.get(index[0]), interfaces.get(index[1])
        if above is not None and below is not None and _aggregates(above) and below.if_type in _CABLED:
            found[below.if_index] = above.if_index
    return found


def _aggregates(interface: InterfaceFact) -> bool:
    return interface.if_type == _LAG or (interface.if_type == _PROP_VIRTUAL and not is_virtual(interface))
