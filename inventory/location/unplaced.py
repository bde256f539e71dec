"""Read switches of which no row tells behind which port they lie: ports that may hide one are not exact."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from collections.abc import Set as AbstractSet

    from inventory.location.overlap import Stations
    from inventory.location.roles import Roles
    from inventory.location.toward import Toward

    Above = Mapping[str, Mapping[str, frozenset[int]]]

_NONE: frozenset[int] = frozenset()
_ELSEWHERE: Final = 2
"""So many stations of a switch seen towards the core: it does not lie behind this device (one may just have moved)."""
_ENOUGH: Final = 3
"""So many stations of which a device on their way would hold at least one: tables forget by the same traffic."""


def related(above: Above, tops: AbstractSet[str], one: str, other: str) -> bool:
    """Whether one is known to hang below the other, both on different ports of a third, or under other gateways."""
    mine, theirs = above.get(one, {}), above.get(other, {})
    roots = ({one, *mine} & tops, {other, *theirs} & tops)
    if all(roots) and roots[0].isdisjoint(roots[1]):
        return True
    apart = any(theirs.get(upper, ports).isdisjoint(ports) for upper, ports in mine.items())
    return apart or one in theirs or other in mine


def unplaced(roles: Roles, toward: Toward, above: Above, stations: Stations) -> Iterator[tuple[str, int, str]]:
    """Yield (device, port, other): a station on the port may as well be on ``other``.

    A switch that hangs below nothing may hide behind any device that has others below it; one that shares a port of a
    third device with this one may hang below it as well as beside it. Only a switch with next to no stations of its own
    can do so without a trace, and only where both have learned something in common: else a router lies between them.
    """
    upper = {name for places in above.values() for name in places} | roles.tops
    switches = sorted(
        name
        for name in stations.own.keys() | stations.core.keys()
        if name not in roles.tops and len(stations.own.get(name, ())) < _ENOUGH
    )
    for other in switches:
        home = above.get(other, {})
        for device in sorted(stations.ports.keys() - {other}):
            near = bool(home.keys() & above.get(device, {}).keys()) if home else device in upper
            if (
                near
                and not stations.heard[other].isdisjoint(stations.heard[device])
                and not _elsewhere(device, other, roles, toward, above, stations)
            ):
                yield from ((device, port, other) for port in sorted(stations.ports[device]))


def _elsewhere(device: str, other: str, roles: Roles, toward: Toward, above: Above, stations: Stations) -> bool:
    """Whether something says that ``other`` does not hang below ``device``, or on which of its ports it does."""
    if related(above, roles.tops, device, other) or toward.ways(device, other):
        return True
    if stations.towards_core(device, other) >= _ELSEWHERE:
        return True
    # Whoever ``other`` hears on its own uplink is the next device up; that one would have to hang here, too.
    return any(
        device not in above.get(parent, {})
        and (
            related(above, roles.tops, device, parent) or roles.uplinks.get(device, _NONE) & toward.ways(device, parent)
        )
        for parent, port in toward.neighbours(other)
        if parent != device and toward.linked(other, parent) and roles.is_uplink(other, port)
    )
