"""What the forwarding tables say about one MAC, sorted by where each port leads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from inventory.location.ports import Ports
    from inventory.location.roles import Roles
    from inventory.model.facts import FdbRow

Port: TypeAlias = "tuple[str, int]"
"""(device, ifIndex)."""


@dataclass(frozen=True, slots=True)
class Trace:
    """The reports about one MAC."""

    ports: Mapping[str, frozenset[int]]
    """Every usable port that reported it, per device."""
    candidates: Mapping[str, frozenset[int]]
    """Those that do not lead towards the core."""
    uplinks: tuple[Port, ...]
    """Ports that reported it and lead towards the core."""
    unfit: tuple[tuple[Port, str], ...]
    """Ports no cable ends on, and why."""
    read_at: Mapping[Port, datetime]
    vlans: frozenset[int]
    """The VLANs of its rows, where they tell."""
    vlan: int | None
    """The one VLAN it is in; None where the rows do not tell or name several."""


def trace(rows: Sequence[FdbRow], ports: Ports, roles: Roles) -> Trace:
    """Sort the rows of one MAC."""
    vlans = frozenset(row.vlan for row in rows if row.vlan is not None)
    hint = next(iter(vlans)) if len(vlans) == 1 else None
    usable: dict[str, set[int]] = {}
    candidates: dict[str, set[int]] = {}
    uplinks: set[Port] = set()
    unfit: dict[Port, str] = {}
    read_at: dict[Port, datetime] = {}
    for row in rows:
        device, port = row.device, row.if_index
        if port is None:
            continue
        why = ports.unfit(device, port)
        if why is not None:
            unfit[device, port] = why
            continue
        usable.setdefault(device, set()).add(port)
        read_at[device, port] = max(row.at, read_at.get((device, port), row.at))
        if roles.is_uplink(device, port, hint if row.vlan is None else row.vlan):
            uplinks.add((device, port))
        else:
            candidates.setdefault(device, set()).add(port)
    return Trace(
        _frozen(usable),
        _frozen(candidates),
        tuple(sorted(uplinks)),
        tuple(sorted(unfit.items())),
        read_at,
        vlans,
        hint,
    )


def _frozen(found: Mapping[str, Iterable[int]]) -> dict[str, frozenset[int]]:
    return {device: frozenset(ports) for device, ports in found.items()}
