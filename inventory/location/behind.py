"""The relation "this device lies behind that port", and what else makes a port more than an edge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from inventory.location import proof
from inventory.location.overlap import Stations
from inventory.location.unplaced import related, unplaced
from inventory.model.location import Evidence

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from inventory.location.neighbours import Stranger
    from inventory.location.overlap import Overlap
    from inventory.location.roles import Roles
    from inventory.location.toward import Toward
    from inventory.location.view import View

Port: TypeAlias = "tuple[str, int]"
"""(device, ifIndex)."""


@dataclass(frozen=True, slots=True)
class Behind:
    """What lies behind ports."""

    members: Mapping[Port, Mapping[str, Evidence]]
    """Devices that can have stations behind them, directly or further on, with the row that says so."""
    above: Mapping[str, Mapping[str, int]]
    """Per device: each device it hangs below, and that device's port."""
    strangers: Mapping[Port, tuple[Stranger, ...]]
    """Bridges and routers that nobody registered, heard on the port."""
    suspects: Mapping[Port, Mapping[str, Evidence]]
    """Ports that may hide a device, by its name, or by none: a shared MAC, a few common stations, a neighbour on an
    aggregate's member, a switch that no row places."""


def behind(view: View, roles: Roles, toward: Toward) -> Behind:
    """Build the relation from identities, LLDP and station sets."""
    direct: dict[Port, dict[str, Evidence]] = {}
    for device, port, other, evidence in toward.all():
        if not roles.is_uplink(device, port):
            _keep(direct.setdefault((device, port), {}), other, evidence)
    parents = _parents(direct, roles, toward)
    stations = Stations(view, roles)
    weak = _by_stations(view, roles, toward, stations, direct, parents)
    above = {device: _climb(device, parents) for device in sorted(parents)}
    suspects = _suspects(view, roles, toward, above, weak)
    met = {(overlap.device, overlap.other) for overlap in weak}
    for device, port, other in unplaced(roles, toward, above, stations):
        if (device, other) not in met:
            line = (
                f"{other} was read, and no row tells whether it lies behind port={view.ports.place(device, port).port}"
            )
            evidence = Evidence("location:unplaced-device", device, view.newest_forwarding[other], line)
            suspects.setdefault((device, port), {}).setdefault(other, evidence)
    return Behind(_members(direct, above, view.silent_routers), above, _strangers(view), suspects)


def _suspects(
    view: View, roles: Roles, toward: Toward, above: Mapping[str, Mapping[str, int]], weak: Iterable[Overlap]
) -> dict[Port, dict[str, Evidence]]:
    suspects: dict[Port, dict[str, Evidence]] = {}
    for port, evidence in (*toward.shared.items(), *toward.hidden.items()):
        if not roles.is_uplink(*port):
            _keep(suspects.setdefault(port, {}), "", evidence)
    for overlap in weak:
        if not related(above, overlap.device, overlap.other):
            place = (overlap.device, overlap.port)
            suspects.setdefault(place, {}).setdefault(overlap.other, _evidence(view, overlap))
    return suspects


def _parents(direct: Mapping[Port, Iterable[str]], roles: Roles, toward: Toward) -> dict[str, dict[str, int]]:
    """Keep the directions that are sure to lead down: one port only, and the other side does not disagree."""
    parents: dict[str, dict[str, int]] = {}
    for (device, port), others in direct.items():
        for other in others:
            back = toward.port(other, device)
            agrees = back is None or not roles.known(other) or roles.is_uplink(other, back)
            if roles.known(device) and toward.port(device, other) == port and agrees and other not in roles.tops:
                parents.setdefault(other, {})[device] = port
    return parents


def _by_stations(
    view: View,
    roles: Roles,
    toward: Toward,
    stations: Stations,
    direct: dict[Port, dict[str, Evidence]],
    parents: dict[str, dict[str, int]],
) -> list[Overlap]:
    """Add what station sets show where nothing better speaks; return the overlaps that only raise suspicion."""
    found = stations.overlaps()
    known = {device: _climb(device, parents) for device in sorted(parents)}
    convincing = {(o.device, o.other): o for o in found if o.convincing and _unopposed(o, known, roles, toward)}
    weak = []
    for overlap in found:
        pair, reverse = (overlap.device, overlap.other), (overlap.other, overlap.device)
        if pair in convincing and reverse not in convincing:
            _keep(direct.setdefault((overlap.device, overlap.port), {}), overlap.other, _evidence(view, overlap))
            parents.setdefault(overlap.other, {}).setdefault(overlap.device, overlap.port)
        else:
            weak.append(overlap)
    return weak


def _unopposed(overlap: Overlap, known: Mapping[str, Mapping[str, int]], roles: Roles, toward: Toward) -> bool:
    """Whether no identity or announcement puts the two devices otherwise."""
    port = toward.port(overlap.device, overlap.other)
    back = toward.port(overlap.other, overlap.device)
    return (
        port in {None, overlap.port}
        and (back is None or roles.is_uplink(overlap.other, back))
        and overlap.other not in known.get(overlap.device, {})
    )


def _climb(device: str, parents: Mapping[str, Mapping[str, int]]) -> dict[str, int]:
    """Return every device above with its port; where two ways give different ports, neither is believed."""
    found: dict[str, set[int]] = {}
    level = [device]
    visited = {device}
    while level:
        following = []
        for below in level:
            for above, port in parents.get(below, {}).items():
                if above != device:
                    found.setdefault(above, set()).add(port)
                if above not in visited:
                    visited.add(above)
                    following.append(above)
        level = following
    return {above: next(iter(ports)) for above, ports in found.items() if len(ports) == 1}


def _members(
    direct: Mapping[Port, Mapping[str, Evidence]], above: Mapping[str, Mapping[str, int]], harmless: frozenset[str]
) -> dict[Port, dict[str, Evidence]]:
    members = {port: {d: e for d, e in found.items() if d not in harmless} for port, found in direct.items()}
    for device, places in above.items():
        if device in harmless:
            continue
        for upper, port in places.items():
            inherited = members.setdefault((upper, port), {})
            if device not in inherited:
                via = direct.get((upper, port), {})
                inherited[device] = min(via.values(), key=proof.order) if via else _anything(direct, device)
    return {port: found for port, found in members.items() if found}


def _anything(direct: Mapping[Port, Mapping[str, Evidence]], device: str) -> Evidence:
    return min((found[device] for found in direct.values() if device in found), key=proof.order)


def _strangers(view: View) -> dict[Port, tuple[Stranger, ...]]:
    found: dict[Port, tuple[Stranger, ...]] = {}
    for stranger in view.neighbours.strangers:
        port = (stranger.device, stranger.port)
        found[port] = (*found.get(port, ()), stranger)
    return found


def _evidence(view: View, overlap: Overlap) -> Evidence:
    newest = view.newest_forwarding[overlap.other]
    place = view.ports.place(overlap.device, overlap.port)
    line = f"port={place.port} holds {overlap.common} stations of {overlap.other}, {overlap.elsewhere} elsewhere"
    return Evidence("location:station-overlap", overlap.device, newest, line)


def _keep(found: dict[str, Evidence], key: str, evidence: Evidence) -> None:
    known = found.get(key)
    if known is None or proof.order(evidence) < proof.order(known):
        found[key] = evidence
