"""What is known now: the newest observation of each endpoint, completed by what still holds from earlier sweeps.

A sweep that read no gateway knows no addresses, one that read no switch no ports. What an earlier one knew holds until
a complete read says otherwise; each piece keeps its own row and time.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from inventory.model.location import Evidence, Location, Verdict
from inventory.model.observation import Confidence
from inventory.reconcile import stays
from inventory.reconcile.addresses import in_order

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from inventory.model.history import EndpointKey, Interval, Proof
    from inventory.model.observation import Observation
    from inventory.model.values import IPAddress


def standing(
    observations: Iterable[Observation], going: Iterable[Interval], since: datetime
) -> tuple[Observation, ...]:
    """Complete observations from the intervals that have not ended, by endpoint.

    Args:
        observations: the newest of each endpoint.
        going: intervals that nothing has ended.
        since: older ones do not count: as long as an endpoint counts as observed at all.
    """
    held: dict[EndpointKey, list[Interval]] = {}
    cards: dict[tuple[str, IPAddress], set[EndpointKey]] = {}
    for one in going:
        if one.last_seen >= since:
            held.setdefault(one.endpoint, []).append(one)
            if one.ip is not None and one.identity != str(one.ip):
                cards.setdefault((one.plane, one.ip), set()).add(one.endpoint)
    found = {one.key: one for one in observations}
    answers = {key: one for key, one in found.items() if one.mac is None}
    for key, answer in sorted(answers.items()):
        owners = cards.get((answer.plane, answer.ips[0]), set()) & found.keys()
        if len(owners) == 1:
            owner = next(iter(owners))
            found[owner] = _answered(found[owner], answer)
            del found[key]
    completed = [_completed(one, sorted(held.get(key, ()), key=lambda each: each.key)) for key, one in found.items()]
    return tuple(sorted(completed, key=lambda one: (one.plane, one.mac is None, one.key[1])))


def _answered(card: Observation, answer: Observation) -> Observation:
    """The address is known to be the card's: that it answered says that the card is there."""
    lines = tuple(line for line in answer.evidence if line not in card.evidence)
    return replace(
        card,
        ips=in_order((*card.ips, *answer.ips)),
        last_seen=max(card.last_seen, answer.last_seen),
        evidence=(*card.evidence, *lines),
    )


def _completed(one: Observation, held: Sequence[Interval]) -> Observation:
    if not held:
        return one
    missing = [each for each in held if each.ip is not None and each.ip not in one.ips]
    location, rows = _located(one.location, [each for each in held if each.place is not None])
    gateway = location.gateway or next((each.latest.device for each in missing if each.holders), None)
    lines = [*(_line(each.latest) for each in missing), *rows]
    both = any(each.ip is not None and each.holders for each in held) and any(each.place is not None for each in held)
    return replace(
        one,
        ips=in_order((*one.ips, *(each.ip for each in missing if each.ip is not None))),
        location=replace(location, gateway=gateway),
        first_seen=min((one.first_seen, *(each.since for each in held))),
        confidence=Confidence.CONFIRMED if both else one.confidence,
        evidence=(*one.evidence, *(line for line in dict.fromkeys(lines) if line not in one.evidence)),
    )


def _located(now: Location, held: Sequence[Interval]) -> tuple[Location, list[Evidence]]:
    """Return where it is by the rows that know a port; a better answer of this sweep is never replaced."""
    places = [each for each in held if each.place is not None and each.verdict is not Verdict.AMBIGUOUS]
    rows = [_line(each.latest) for each in places]
    if now.verdict is Verdict.BOUNDED:
        nearer = [each for each in places if _behind(each, now)]
        exact = [each for each in nearer if each.verdict is Verdict.EXACT]
        if len(exact) == 1:
            now = replace(now, last=exact[0].place, last_at=exact[0].last_seen)
        return now, [_line(each.latest) for each in nearer]
    if now.verdict is Verdict.EXACT:
        return _not_nearer(now, places)
    if now.verdict not in {Verdict.L3_ONLY, Verdict.PROBE_ONLY} or not places:
        return now, []
    evidence = tuple(dict.fromkeys((*now.evidence, *rows)))
    if len(places) == 1:
        only = places[0]
        return replace(
            now,
            verdict=only.verdict or Verdict.EXACT,
            place=only.place,
            vlan=only.vlan,
            evidence=evidence,
            behind=only.behind,
        ), rows
    several = tuple(sorted(each.place for each in places if each.place is not None))
    return replace(now, verdict=Verdict.AMBIGUOUS, alternatives=several, evidence=evidence), rows


def _not_nearer(now: Location, places: Sequence[Interval]) -> tuple[Location, list[Evidence]]:
    """Return a place that is exact only because the switch behind it was not read as what it is: the port before it."""
    nearer = [each for each in places if each.verdict is Verdict.EXACT and each.above and _leads(now, each)]
    if len(nearer) != 1 or nearer[0].place is None:
        return now, []
    known = nearer[0].place
    last = replace(now, verdict=Verdict.BOUNDED, behind=(known.device,), shares_port_with=0)
    return replace(last, last=known, last_at=nearer[0].last_seen), [_line(nearer[0].latest)]


def _leads(now: Location, one: Interval) -> bool:
    return now.place is not None and stays.port(now.place) in one.way


def _behind(one: Interval, now: Location) -> bool:
    """Whether the place is where the endpoint was known exactly, behind the port that knows it now."""
    return one.place is not None and (one.place.device in now.behind or _leads(now, one))


def _line(proof: Proof) -> Evidence:
    return Evidence(proof.source, proof.device, proof.at, proof.row)
