"""Registered switches that were not read and of which no row tells where they hang.

A switch that answers nobody, announces itself to nobody and whose address nobody resolved leaves its stations on one
port of the next switch, just as an unmanaged one does. What gives it away is its own address: it speaks in the VLAN the
other switches are managed in, and an address of nobody there, away from the core, may well be that switch. So may be
what has stations of several VLANs.
"""

from __future__ import annotations

from collections import Counter
from itertools import chain
from typing import TYPE_CHECKING, Final

from inventory.model.location import Evidence
from inventory.model.records import DeviceRole
from inventory.model.sources import UNHEARD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from inventory.location.overlap import Stations
    from inventory.location.roles import Roles
    from inventory.location.toward import Toward
    from inventory.location.trace import Port
    from inventory.location.view import View

_SWITCHES: Final = frozenset({DeviceRole.ACCESS, DeviceRole.OTHER})
_LISTED: Final = 3
"""So many of the devices are named in a line of evidence."""


def unheard(view: View, roles: Roles, toward: Toward, stations: Stations) -> Iterator[tuple[Port, Evidence]]:
    """Yield the ports that may lead to such a switch: at its point, where both say at which they are."""
    absent = sorted(_absent(view, toward))
    if not absent:
        return
    points = {device.name: device.point for device in view.devices}
    ends = {(row.device, row.if_index) for row in view.neighbours.others if row.carries_stations}
    managing = _managing(view, roles)
    trunks = {port for port, vlans in stations.vlans_at.items() if len(vlans) > 1 or vlans & managing}
    for device, port in sorted(trunks - ends):
        here = points.get(device)
        near = [name for name in absent if here is None or points[name] is None or points[name] == here]
        if near:
            more = f" and={len(near) - _LISTED}" if len(near) > _LISTED else ""
            line = f"port={view.ports.place(device, port).port} devices={','.join(near[:_LISTED])}{more}"
            yield (device, port), Evidence(UNHEARD, device, view.newest_forwarding[device], line)


def _absent(view: View, toward: Toward) -> Iterator[str]:
    known = view.forwarders | view.whole | {other for other, _ in view.stated.devices.values() if other is not None}
    heard = toward.devices | {other for _, _, other, _ in toward.all()}
    for device in view.devices:
        if device.role in _SWITCHES and device.name not in known and device.name not in heard:
            yield device.name


def _managing(view: View, roles: Roles) -> frozenset[int]:
    """Return the VLANs in which most addresses are those of switches; gateways are in every VLAN."""
    switches: Counter[int] = Counter()
    for mac, owners in view.own.claims.items():
        if owners.isdisjoint(roles.ranks):
            switches.update({row.vlan for row in view.learned.get(mac, ()) if row.vlan is not None})
    others = Counter(chain.from_iterable(view.vlans_of.values()))
    return frozenset(vlan for vlan, count in switches.items() if count > others[vlan])
