"""The relation "this device lies behind that port", and what else makes a port more than an edge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from inventory.location import proof
from inventory.location.hosts import is_host, of_one_host, stations_at
from inventory.location.overlap import Stations
from inventory.location.trace import NO_VLAN
from inventory.location.unheard import unheard
from inventory.location.unplaced import related, unplaced
from inventory.model.location import Evidence
from inventory.model.sources import OVERLAP, UNPLACED

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from inventory.location.neighbours import Stranger
    from inventory.location.overlap import Overlap
    from inventory.location.roles import Roles
    from inventory.location.toward import Toward
    from inventory.location.trace import Trace
    from inventory.location.view import View
    from inventory.model.values import Mac

Port: TypeAlias = "tuple[str, int]"
"""(device, ifIndex)."""
Above: TypeAlias = "Mapping[str, Mapping[str, frozenset[int]]]"
"""Device → device it hangs below → that device's ports: several where VLANs go different ways."""


_Parents: TypeAlias = "dict[str, dict[str, set[int]]]"


@dataclass(frozen=True, slots=True)
class Behind:
    """What lies behind ports."""

    members: Mapping[Port, Mapping[str, Evidence]]
    """Devices that can have stations behind them, directly or further on, with the row that says so."""
    above: Above
    """Per device: each device it hangs below, and that device's ports."""
    pairs: frozenset[frozenset[str]]
    """Two devices that each reach a third one past the other: a multi-chassis pair."""
    strangers: Mapping[Port, tuple[Stranger, ...]]
    """Bridges and routers that nobody registered, heard on the port."""
    suspects: Mapping[Port, Mapping[str, Evidence]]
    """Ports that may hide a device, by its name, or by none: a shared MAC, a few common stations, a neighbour on an
    aggregate's member, a switch that no row places or nobody heard."""


def behind(view: View, roles: Roles, toward: Toward, traces: Mapping[Mac, Trace]) -> Behind:
    """Build the relation from identities, LLDP and station sets."""
    direct: dict[Port, dict[str, Evidence]] = {}
    upwards: dict[Port, dict[str, Evidence]] = {}
    for device, port, other, evidence in toward.all():
        found = upwards if roles.is_uplink(device, port) else direct
        _keep(found.setdefault((device, port), {}), other, evidence)
    parents = _parents(direct, roles, toward)
    stations = Stations(view, roles, traces)
    overlaps = _overlaps(stations, toward, traces)
    weak = _by_stations(view, roles, toward, overlaps, direct, parents)
    above = {device: _climb(device, parents) for device in sorted(parents)}
    suspects = _suspects(view, roles, toward, above, weak)
    met = {(overlap.device, overlap.other) for overlap in weak}
    for device, port, other in unplaced(roles, toward, above, stations):
        if (device, other) not in met:
            line = f"port={view.ports.place(device, port).port} device={other}"
            evidence = Evidence(UNPLACED, device, view.newest_forwarding[other], line)
            suspects.setdefault((device, port), {}).setdefault(other, evidence)
    for place, (_, said) in view.stated.devices.items():
        _keep(suspects.setdefault(place, {}), "", said)
    members = _members(direct, above, view.silent_routers) | _members(upwards, {}, view.silent_routers)
    for trunk, evidence in unheard(view, roles, toward, stations):
        if trunk not in members:
            suspects.setdefault(trunk, {}).setdefault("", evidence)
    strangers = _strangers(view, traces)
    for edge in view.stated.stations:
        members.pop(edge, None)
        strangers.pop(edge, None)
        suspects.pop(edge, None)
    return Behind(members, above, _pairs(parents, toward), strangers, suspects)


def _suspects(
    view: View, roles: Roles, toward: Toward, above: Above, weak: Iterable[Overlap]
) -> dict[Port, dict[str, Evidence]]:
    suspects: dict[Port, dict[str, Evidence]] = {}
    for port, evidence in (*toward.shared.items(), *toward.hidden.items()):
        if not roles.is_uplink(*port):
            _keep(suspects.setdefault(port, {}), "", evidence)
    for overlap in weak:
        if not overlap.refuted and not related(above, roles.tops, overlap.device, overlap.other):
            place = (overlap.device, overlap.port)
            suspects.setdefault(place, {}).setdefault(overlap.other, _evidence(view, overlap))
    return suspects


def _parents(direct: Mapping[Port, Iterable[str]], roles: Roles, toward: Toward) -> _Parents:
    """Keep the directions that are sure to lead down: the other side does not disagree."""
    parents: _Parents = {}
    for (device, port), others in direct.items():
        for other in others:
            back = toward.ways(other, device)
            agrees = not back or not roles.known(other) or bool(back & roles.uplinks.get(other, frozenset()))
            if roles.known(device) and agrees and other not in roles.tops:
                parents.setdefault(other, {}).setdefault(device, set()).add(port)
    return parents


def _overlaps(stations: Stations, toward: Toward, traces: Mapping[Mac, Trace]) -> list[Overlap]:
    """Return what devices have in common, but for hosts with a cable to each of two."""
    found = stations.overlaps()
    unknown = [one for one in found if one.port not in toward.ways(one.device, one.other)]
    on = stations_at(traces, {(one.device, one.port) for one in unknown})
    hosts = {one for one in unknown if of_one_host(one, on[one.device, one.port], traces)}
    return [one for one in found if one not in hosts]


def _by_stations(
    view: View,
    roles: Roles,
    toward: Toward,
    found: Sequence[Overlap],
    direct: dict[Port, dict[str, Evidence]],
    parents: _Parents,
) -> list[Overlap]:
    """Add what station sets show where nothing better speaks; return the overlaps that only raise suspicion."""
    known = {device: _climb(device, parents) for device in sorted(parents)}
    holding: dict[tuple[str, str], set[int]] = {}
    for one in found:
        if one.convincing:
            holding.setdefault((one.device, one.other), set()).add(one.port)
    convincing = {
        (o.device, o.other, o.port)
        for o in found
        if o.convincing and _unopposed(o, holding[o.device, o.other], known, roles, toward)
    }
    pairs = {(device, other) for device, other, _ in convincing}
    weak = []
    for overlap in found:
        this = (overlap.device, overlap.other, overlap.port)
        if this in convincing and (overlap.other, overlap.device) not in pairs:
            _keep(direct.setdefault((overlap.device, overlap.port), {}), overlap.other, _evidence(view, overlap))
            parents.setdefault(overlap.other, {}).setdefault(overlap.device, set()).add(overlap.port)
        else:
            weak.append(overlap)
    return weak


def _unopposed(overlap: Overlap, holding: set[int], known: Above, roles: Roles, toward: Toward) -> bool:
    """Whether no identity or announcement puts the two devices otherwise.

    Args:
        overlap: all of the other device's stations of some VLANs, on one port.
        holding: every port that holds such stations; with the one of the identity among them, VLANs go different ways.
        known: who hangs below whom, by identities and announcements.
        roles: which ports lead to the core.
        toward: which ports lead to a device.
    """
    ports = toward.ways(overlap.device, overlap.other)
    back = toward.ways(overlap.other, overlap.device)
    if overlap.other in known.get(overlap.device, {}):
        return False
    # Where the other side looks up to this device, VLANs may go another way than the addresses of the devices.
    if back:
        return bool(back & roles.uplinks.get(overlap.other, frozenset()))
    round_about = bool(roles.divided) and (
        ports <= roles.uplinks.get(overlap.device, frozenset()) or _in_other_vlans(overlap, toward)
    )
    return overlap.port in ports or ports <= holding or round_about


def _in_other_vlans(overlap: Overlap, toward: Toward) -> bool:
    """Whether the other device's own address was seen only in VLANs that none of the common stations is in."""
    seen = {
        vlan
        for device, ports in toward.into(overlap.other).items()
        for port in ports
        for vlan in toward.vlans(device, overlap.other, port)
    } - {None}
    known = bool(seen) and NO_VLAN not in overlap.vlans
    return known and overlap.vlans.isdisjoint(seen) and not toward.linked(overlap.device, overlap.other)


def _climb(device: str, parents: _Parents) -> dict[str, frozenset[int]]:
    """Return every device above with its ports; what is known directly outweighs what follows over others."""
    found: dict[str, frozenset[int]] = {}
    level = [device]
    while level:
        reached: dict[str, set[int]] = {}
        for below in level:
            for above, ports in parents.get(below, {}).items():
                if above != device and above not in found:
                    reached.setdefault(above, set()).update(ports)
        found.update({above: frozenset(ports) for above, ports in reached.items()})
        level = sorted(reached)
    return found


def _pairs(parents: _Parents, toward: Toward) -> frozenset[frozenset[str]]:
    found: set[frozenset[str]] = set()
    for uppers in parents.values():
        for one, ports in uppers.items():
            for other, theirs in uppers.items():
                there, back = toward.ways(one, other), toward.ways(other, one)
                if one < other and there and back and not (ports & there or theirs & back):
                    found.add(frozenset((one, other)))
    return frozenset(found)


def _members(
    direct: Mapping[Port, Mapping[str, Evidence]], above: Above, harmless: frozenset[str]
) -> dict[Port, dict[str, Evidence]]:
    members = {port: {d: e for d, e in found.items() if d not in harmless} for port, found in direct.items()}
    for device, places in above.items():
        if device in harmless:
            continue
        for upper, port in ((upper, port) for upper, ports in places.items() for port in ports):
            inherited = members.setdefault((upper, port), {})
            if device not in inherited:
                via = direct.get((upper, port), {})
                inherited[device] = min(via.values(), key=proof.order) if via else _anything(direct, device)
    return {port: found for port, found in members.items() if found}


def _anything(direct: Mapping[Port, Mapping[str, Evidence]], device: str) -> Evidence:
    return min((found[device] for found in direct.values() if device in found), key=proof.order)


def _strangers(view: View, traces: Mapping[Mac, Trace]) -> dict[Port, tuple[Stranger, ...]]:
    """Return who is heard on which port; the virtual switch of a host has nothing behind it but the host's machines."""
    found: dict[Port, tuple[Stranger, ...]] = {}
    for stranger in view.neighbours.strangers:
        port = (stranger.device, stranger.port)
        found[port] = (*found.get(port, ()), stranger)
    bridges = {port for port, ones in found.items() if len(ones) == 1 and not ones[0].by_tree}
    for port, stations in stations_at(traces, bridges).items():
        if is_host(found[port][0].macs, stations):
            del found[port]
    return found


def _evidence(view: View, overlap: Overlap) -> Evidence:
    newest = view.newest_forwarding[overlap.other]
    place = view.ports.place(overlap.device, overlap.port)
    line = f"port={place.port} device={overlap.other} common={overlap.common} elsewhere={overlap.elsewhere}"
    return Evidence(OVERLAP, overlap.device, newest, line)


def _keep(found: dict[str, Evidence], key: str, evidence: Evidence) -> None:
    known = found.get(key)
    if known is None or proof.order(evidence) < proof.order(known):
        found[key] = evidence
