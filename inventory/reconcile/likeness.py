"""Which endpoints are probably one device under another card: cards made up at random change, the device stays.

Never a merger: both are told, with what speaks for it. Only cards that were never there together can be one device.
What speaks for it: the name a host gives itself (answers to NetBIOS and mDNS), an address DHCP does not give out, a
port on which each was alone. On a port with several stations, an access point's say, nothing tells which of the
made-up cards that are gone a new one is: then it may be any of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from inventory.location import proof
from inventory.model.history import REMEMBERED
from inventory.model.location import Verdict
from inventory.model.names import name_of
from inventory.model.nature import Nature, nature
from inventory.model.observation import Likeness, Status
from inventory.model.text import text
from inventory.reconcile.addresses import routable

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence

    from inventory.model.location import Evidence
    from inventory.model.observation import Finding, Observation
    from inventory.model.records import RegistrationView
    from inventory.model.text import Text
    from inventory.reconcile.addresses import PrefixTable

    Key: TypeAlias = tuple[str, str]

_NAME, _ADDRESS, _PORT = 4, 2, 1
"""A name outweighs an address, an address a port."""
_NAMED: Final = 5
"""So many of the cards that a new one may be are named; the others are counted."""


class _Trait(NamedTuple):
    """What cards may have in common."""

    weight: int
    what: Hashable
    told: Text
    rows: tuple[Evidence, ...]
    apart: timedelta = timedelta(0)
    """So long must one be gone before the other comes: tables are read one after the other."""


class _Bearer(NamedTuple):
    seen: Observation
    made_up: bool
    trait: _Trait


@dataclass
class _Reasons:
    """What speaks for two cards being one device."""

    told: list[Text] = field(default_factory=list)
    rows: list[Evidence] = field(default_factory=list)
    weight: int = 0


def with_likeness(findings: Sequence[Finding], prefixes: PrefixTable) -> tuple[Finding, ...]:
    """Return the findings, each with the cards it may be known under, too."""
    cards = [one for one in findings if one.observation.mac is not None and one.status is not Status.VIRTUAL]
    cards = [one for one in cards if nature(one.observation) in {None, Nature.LOCAL}]
    if not any(map(_made_up, cards)):
        return tuple(findings)
    by_key = {one.observation.key: one for one in cards}
    found: dict[Key, Likeness] = {}
    pairs = _pairs(cards, prefixes)
    before = dict(iter(pairs))
    for (new, old), reasons in pairs.items():
        found[new] = replace(_likeness([by_key[old]], reasons, newer=False), registration=_filed(new, before, by_key))
    for (new, old), reasons in pairs.items():  # who it is now says more than who it was
        found[old] = _likeness([by_key[new]], reasons, newer=True)
    for new, gone in _among_others(cards, {key for pair in pairs for key in pair}).items():
        found[new] = _likeness([by_key[key] for key in gone], _Reasons(), newer=False)
    return tuple(
        replace(one, alike=found[one.observation.key]) if one.observation.key in found else one for one in findings
    )


def _filed(key: Key, before: Mapping[Key, Key], by_key: Mapping[Key, Finding]) -> RegistrationView | None:
    """Return the newest filing of who it was before, however many cards ago."""
    while key in before:
        key = before[key]
        filing = by_key[key].registration
        if filing is not None:
            return filing
    return None


def _likeness(others: Sequence[Finding], reasons: _Reasons, *, newer: bool) -> Likeness:
    seen = [one.observation for one in others]
    return Likeness(
        cards=tuple(one.mac for one in seen[-_NAMED:] if one.mac is not None),
        count=len(seen),
        newer=newer,
        sure=bool(reasons.told),
        first_seen=min(one.first_seen for one in seen),
        last_seen=max(one.last_seen for one in seen),
        because=tuple(reasons.told),
        proof=tuple(reasons.rows),
        registration=others[0].registration if len(others) == 1 else None,
    )


def _made_up(one: Finding) -> bool:
    return nature(one.observation) is Nature.LOCAL


def _pairs(cards: Sequence[Finding], prefixes: PrefixTable) -> dict[tuple[Key, Key], _Reasons]:
    """Return who is probably who was there before: nobody follows two, and nobody is followed by two."""
    found: dict[tuple[Key, Key], _Reasons] = {}
    until: dict[Key, object] = {}
    for old, new in _sequels(cards, prefixes):
        reasons = found.setdefault((new.seen.key, old.seen.key), _Reasons())
        reasons.told.append(old.trait.told)
        reasons.rows += old.trait.rows
        reasons.weight += old.trait.weight
        until[old.seen.key] = old.seen.last_seen
    order = sorted(found, key=lambda pair: (found[pair].weight, until[pair[1]], pair), reverse=True)
    kept: dict[tuple[Key, Key], _Reasons] = {}
    later: set[Key] = set()
    earlier: set[Key] = set()
    for new_key, old_key in order:
        if new_key not in later and old_key not in earlier:
            later.add(new_key)
            earlier.add(old_key)
            kept[new_key, old_key] = found[new_key, old_key]
    return kept


def _sequels(cards: Sequence[Finding], prefixes: PrefixTable) -> Iterator[tuple[_Bearer, _Bearer]]:
    """Yield each bearer of a trait with the next one of it that came when it was gone."""
    groups: dict[tuple[str, int, Hashable], list[_Bearer]] = {}
    made_up = [one.observation for one in cards if _made_up(one)]
    for seen in made_up:
        for trait in (*_names(seen), *_addresses(seen, prefixes), *_ports(seen)):
            groups.setdefault((seen.plane, trait.weight, trait.what), []).append(
                _Bearer(seen, made_up=True, trait=trait)
            )
    ips = {ip for seen in made_up for ip in seen.ips}
    named = any(weight == _NAME for _, weight, _ in groups)
    for seen in (one.observation for one in cards if not _made_up(one)):
        for trait in (
            *(_names(seen) if named else ()),
            *(() if ips.isdisjoint(seen.ips) else _addresses(seen, prefixes)),
        ):
            bearers = groups.get((seen.plane, trait.weight, trait.what))
            if bearers is not None:
                bearers.append(_Bearer(seen, made_up=False, trait=trait))
    for (_plane, weight, _what), group in groups.items():
        group.sort(key=lambda one: (one.seen.first_seen, one.seen.key))
        apart = all(one.seen.last_seen < other.seen.first_seen for one, other in pairwise(group))
        if weight == _NAME and not apart:
            continue  # what several are called at once is nobody's name
        for position, new in enumerate(group):
            before = [old for old in group[:position] if old.seen.last_seen + old.trait.apart < new.seen.first_seen]
            fit = [old for old in before if _changed(old, new)]
            if fit:
                yield max(fit, key=lambda old: (old.seen.last_seen, old.seen.key)), new


def _changed(old: _Bearer, new: _Bearer) -> bool:
    """Whether the card may have changed: one of the two was made up."""
    return old.made_up or new.made_up


def _names(seen: Observation) -> Iterator[_Trait]:
    name = name_of(seen)
    if name is not None:
        rows = [line for line in seen.evidence if f" name={name.name}" in line.row]
        told = text("{mac} calls itself {name}, too", mac=str(seen.mac), name=name.name)
        yield _Trait(_NAME, name.name.casefold(), told, _newest(rows), REMEMBERED)


def _addresses(seen: Observation, prefixes: PrefixTable) -> Iterator[_Trait]:
    """Yield addresses that stay somebody's: what DHCP gives out may be anybody's next."""
    for ip in routable(seen.ips):
        home = prefixes.longest(seen.plane, ip)
        if ip not in seen.shared_ips and (home is None or not home.dhcp):
            rows = [line for line in seen.evidence if proof.address(line) == str(ip)]
            told = text("{mac} had {ip} until {at}", mac=str(seen.mac), ip=str(ip), at=seen.last_seen)
            yield _Trait(_ADDRESS, ip, told, _newest(rows))


def _ports(seen: Observation) -> Iterator[_Trait]:
    """Yield the port where the card was alone: of made-up ones only, that hardware used it before says little."""
    place = seen.location.place
    if place is not None and seen.location.verdict is Verdict.EXACT and not seen.location.shares_port_with:
        rows = [line for line in seen.evidence if proof.at_port(line, place.device, place.port)]
        told = text(
            "{mac} was alone on {port} of {device} until {at}",
            mac=str(seen.mac),
            port=place.port,
            device=place.device,
            at=seen.last_seen,
        )
        yield _Trait(_PORT, (place.device, place.port), told, _newest(rows))


def _newest(rows: Sequence[Evidence]) -> tuple[Evidence, ...]:
    return (max(rows, key=proof.order),) if rows else ()


def _among_others(cards: Iterable[Finding], known: set[Key]) -> dict[Key, list[Key]]:
    """Return, for made-up cards new on a port with several stations, the made-up ones that are gone from there."""
    ports: dict[tuple[str, str, str], list[Observation]] = {}
    for one in filter(_made_up, cards):
        seen = one.observation
        place = seen.location.place
        if seen.key not in known and place is not None and seen.location.verdict is Verdict.EXACT:
            ports.setdefault((seen.plane, place.device, place.port), []).append(seen)
    found: dict[Key, list[Key]] = {}
    for there in ports.values():
        there.sort(key=lambda seen: (seen.last_seen, seen.key))
        for new in there:
            gone = [old.key for old in there if old.last_seen < new.first_seen]
            if gone:
                found[new.key] = gone
    return found
