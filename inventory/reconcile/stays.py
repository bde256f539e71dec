"""How a place that one sweep saw bears on a stay: the same, on the way to it, nearer than it, or elsewhere."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from inventory.model.history import Interval
from inventory.model.location import Verdict
from inventory.model.portname import canonical

if TYPE_CHECKING:
    from inventory.model.history import Presence, SeenPlace
    from inventory.model.location import Place


@lru_cache(maxsize=1 << 16)
def port(place: Place) -> tuple[str, str]:
    """Return what tells a place from others: a restart may number the ports anew, new software spell them otherwise."""
    return place.device, canonical(place.port)


@lru_cache(maxsize=4096)
def _ways(passed: tuple[Place, ...]) -> tuple[tuple[str, str], ...]:
    """Return what tells these places from others: the stations of a switch are reached by the same ones."""
    return tuple(map(port, passed))


def among(place: Place | None, places: tuple[Place, ...]) -> bool:
    """Whether a place is one of these."""
    return place is not None and bool(places) and port(place) in _ways(places)


def leads(presence: Presence, seen: SeenPlace, one: Interval) -> bool:
    """Whether the port that reported an endpoint leads to where an interval has it."""
    if one.place is None or port(seen.place) == port(one.place):
        return False
    behind = seen.verdict is Verdict.BOUNDED and one.place.device in presence.behind
    return behind or port(seen.place) in one.way


def nearer(presence: Presence, one: Interval) -> SeenPlace | None:
    """Return the place behind an interval's port where the endpoint is known to be, now that more was read."""
    if one.place is None:
        return None
    for seen in presence.places:
        if seen.verdict is Verdict.AMBIGUOUS:
            continue
        if among(one.place, presence.passed) or (one.verdict is Verdict.BOUNDED and seen.place.device in one.behind):
            return seen
    return None


def elsewhere(presence: Presence, one: Interval) -> SeenPlace | None:
    """Return the place that cannot be the same one: exact, or bounded where nothing leads from it to the stay."""
    for seen in presence.places:
        if seen.verdict is Verdict.EXACT or (seen.verdict is Verdict.BOUNDED and not leads(presence, seen, one)):
            return seen
    return None


def opened(presence: Presence, seen: SeenPlace) -> Interval:
    """Return the stay that a row begins."""
    return Interval(
        plane=presence.plane,
        identity=presence.identity,
        ip=None,
        place=seen.place,
        since=seen.proof.at,
        last_seen=seen.proof.at,
        opened=seen.proof,
        latest=seen.proof,
        holders=(seen.place.device,),
        verdict=seen.verdict,
        vlan=seen.vlan,
        way=_ways(presence.passed),
        behind=tuple(sorted(presence.behind)),
    )


def confirmed(one: Interval, presence: Presence, seen: SeenPlace) -> Interval:
    """Return a stay that was seen again: whatever spoke against it is void. Its port keeps the name it began with."""
    place = seen.place
    if one.place is not None and place.port != one.place.port:
        place = place._replace(port=one.place.port)
    return Interval(
        plane=one.plane,
        identity=one.identity,
        ip=None,
        place=place,
        since=one.since,
        last_seen=max(one.last_seen, seen.proof.at),
        opened=one.opened,
        latest=seen.proof,
        holders=(seen.place.device,),
        seen=one.seen + 1,
        verdict=seen.verdict,
        vlan=seen.vlan,
        way=_ways(presence.passed) or one.way,  # whatever is on the way may not have been read
        behind=tuple(sorted(presence.behind)),
    )
