"""From candidates to one network: what is the same link, what lies between, and who hangs on whom."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from inventory.location.root import Grounds, roots
from inventory.model.location import Verdict
from inventory.model.text import text
from inventory.model.topology import (
    Candidate,
    Dropped,
    End,
    Link,
    LinkSource,
    Node,
    NodeKind,
    Topology,
    port_order,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from inventory.location.links import Candidates
    from inventory.model.location import Evidence, Location
    from inventory.model.records import DeviceView

_INFERRED = frozenset({LinkSource.IDENTITY, LinkSource.OVERLAP})
"""Sources that tell a direction, not a cable: a device in between may be invisible to them."""


@dataclass(frozen=True, slots=True)
class Reduced:
    """What candidates come to."""

    links: tuple[Link, ...]
    """By their ends."""
    dropped: tuple[Dropped, ...] = ()


def topology(
    candidates: Candidates,
    devices: Sequence[DeviceView],
    locations: Iterable[Location],
    sweep: int | None = None,
    begin: str | None = None,
) -> Topology:
    """Reduce candidates to links, put the endpoints on their ports, and say where to begin.

    Args:
        candidates: whatever speaks of links.
        devices: every registered device.
        locations: where the endpoints are.
        sweep: whose facts these are.
        begin: the device to begin at, where somebody asks for one.
    """
    unread = ({view.name for view in devices} - candidates.read) | candidates.strangers()
    reduced = reduce(candidates.standing, unread, candidates.bundles)
    links = reduced.links
    exact: dict[str, dict[str, int]] = {}
    behind: dict[str, int] = {}
    for location in locations:
        if location.place is None:
            continue
        if location.verdict is Verdict.EXACT:
            ports = exact.setdefault(location.place.device, {})
            ports[location.place.port] = ports.get(location.place.port, 0) + 1
        else:
            behind[location.place.device] = behind.get(location.place.device, 0) + 1
    filed = {view.name: view for view in devices}
    named = {end.device for link in links for end in (link.one, link.other)} | set(filed)
    nodes = []
    for name in sorted(named):
        view = filed.get(name)
        kind = NodeKind.READ if name in candidates.read else NodeKind.UNREAD
        if view is None:
            kind = NodeKind.STRANGER if name in candidates.strangers() else NodeKind.SEGMENT
        stations = dict(sorted(exact.get(name, {}).items(), key=lambda pair: port_order(pair[0])))
        nodes.append(
            Node(
                name,
                kind,
                view.role if view else None,
                view.point if view else None,
                stations if kind is NodeKind.READ else None,
                behind.get(name, 0),
            )
        )
    ranks = candidates.roles.ranks
    tops = sorted(candidates.roles.tops, key=lambda name: (ranks.get(name, ()), name), reverse=True)
    return Topology(
        sweep,
        tuple(nodes),
        links,
        tuple(tops),
        roots(nodes, links, Grounds(candidates.resolved, candidates.led_by, begin)),
        Counter(one.source for one in candidates.all),
        (*candidates.overruled, *reduced.dropped),
    )


def reduce(candidates: Iterable[Candidate], unread: Iterable[str] = (), bundles: Iterable[End] = ()) -> Reduced:
    """Return the links that the candidates come to, and what is left out.

    Rows of one link from both sides are one. Several devices on one port hang on something in between that does not
    show itself. A link that is less sure (the spanning tree's, then an inferred one), whose port is known to lead to
    another device, goes through that one: from it, where it was not read, else it is dropped.

    Args:
        candidates: whatever speaks of links.
        unread: devices whose tables nobody saw.
        bundles: ends that are aggregates, which may lead to several devices (multi-chassis).
    """
    groups: dict[frozenset[str], list[Candidate]] = {}
    for one in candidates:
        if one.one.device != one.other.device:
            groups.setdefault(frozenset((one.one.device, one.other.device)), []).append(one)
    hidden, taken = frozenset(unread), frozenset(bundles)
    gone: list[Dropped] = []
    merged = [
        link
        for _pair, same in sorted(groups.items(), key=lambda item: sorted(item[0]))
        for link in _bundled(_merged(same, gone), taken)
    ]
    found: list[Link] = []
    for surer in (_is_cable, _is_span, _is_guess):
        links = [link for link in merged if surer(link)]
        found += _through_segments(_fitted(links, found, hidden, gone) if found else links, taken)
    return Reduced(
        tuple(sorted(dict.fromkeys(found), key=_order)),
        tuple(one for _, one in sorted({repr(one): one for one in gone}.items())),
    )


def _is_cable(link: Link) -> bool:
    return not (_is_span(link) or _is_guess(link))


def _is_span(link: Link) -> bool:
    """Whether the spanning tree is the best that speaks for it: a bridge that takes no part in it may lie between."""
    return LinkSource.STP in link.sources and set(link.sources) <= {LinkSource.STP, *_INFERRED}


def _is_guess(link: Link) -> bool:
    return set(link.sources) <= _INFERRED


def _merged(same: Sequence[Candidate], gone: list[Dropped]) -> list[Link]:
    """Join what speaks of one link; parallel cables stay apart where the ports tell them apart."""
    found: list[list[Candidate]] = []
    for one in sorted(same, key=lambda c: (list(LinkSource).index(c.source), _specific(c), repr(c))):
        fits = [group for group in found if all(_agree(one, other) for other in group)]
        if fits:
            fits[0].append(one)
        elif one.source in _INFERRED and found:
            gone.append(Dropped(one, text("a surer row names another port between the two")))
        else:
            found.append([one])
    return [_link(group) for group in found]


def _bundled(links: Sequence[Link], bundles: frozenset[End]) -> list[Link]:
    """Make one of what one aggregate heard from the members of another, which are all that an unread device names."""
    found: list[Link] = []
    several: dict[End, list[Link]] = {}
    for link in links:
        near = next((end for end in (link.one, link.other) if end in bundles), None)
        if near is None:
            found.append(link)
        else:
            several.setdefault(near, []).append(link)
    for near, same in several.items():
        if len(same) == 1:
            found += same
            continue
        far = _other_end(same[0], near).device
        ports = {_other_end(link, near).port for link in same} - {None}
        sources = tuple(source for source in LinkSource if any(source in link.sources for link in same))
        rows = {row for link in same for row in link.evidence}
        end = End(far, " + ".join(sorted((port for port in ports if port), key=port_order)) or None)
        blocked = any(link.blocked for link in same)
        found.append(_between(near, end, sources, tuple(sorted(rows, key=_row)), blocked=blocked))
    return found


def _specific(one: Candidate) -> int:
    """Candidates that name both ports come first."""
    return (one.one.port is None) + (one.other.port is None)


def _agree(one: Candidate, other: Candidate) -> bool:
    ports = _ports(other)
    return all(mine is None or ports[device] in {None, mine} for device, mine in _ports(one).items())


def _ports(one: Candidate) -> dict[str, str | None]:
    return {one.one.device: one.one.port, one.other.device: one.other.port}


def _link(group: Sequence[Candidate]) -> Link:
    ports: dict[str, str | None] = {}
    for one in group:
        for device, port in _ports(one).items():
            ports[device] = ports.get(device) or port
    first, second = (End(device, ports[device]) for device in sorted(ports))
    sources = tuple(source for source in LinkSource if any(c.source is source for c in group))
    rows = {c.evidence for c in group if c.evidence is not None}
    return Link(first, second, sources, tuple(sorted(rows, key=_row)), any(c.blocked for c in group))


def _fitted(guesses: Sequence[Link], cables: Sequence[Link], unread: frozenset[str], gone: list[Dropped]) -> list[Link]:
    taken: dict[End, set[str]] = {}
    joined = {frozenset((cable.one.device, cable.other.device)) for cable in cables}
    for cable in cables:
        for near, far in _ways(cable):
            if near.port is not None:
                taken.setdefault(near, set()).add(far.device)
    kept: list[Link] = []
    for link in guesses:
        between = [(far, taken[near]) for near, far in _ways(link) if far.device not in taken.get(near, {far.device})]
        if not between:
            kept.append(link)
            continue
        far, others = between[0]
        through = [middle for middle in sorted(others & unread) if frozenset((middle, far.device)) not in joined]
        joined |= {frozenset((middle, far.device)) for middle in through}
        kept += [_between(End(one), far, link.sources, link.evidence, blocked=link.blocked) for one in through]
        if not through:
            near = link.other if far == link.one else link.one
            why = text("port {port} leads to {devices}", port=near.port, devices=", ".join(sorted(others)))
            claim = Candidate(near, far, link.sources[0], next(iter(link.evidence), None))
            gone.append(Dropped(claim, why))
    return kept


def _ways(link: Link) -> tuple[tuple[End, End], tuple[End, End]]:
    return (link.one, link.other), (link.other, link.one)


def _through_segments(links: Sequence[Link], bundles: frozenset[End]) -> list[Link]:
    """Put what is between into the drawing where several devices are on one port: all ends that meet there join it."""
    at: dict[End, list[Link]] = {}
    for link in links:
        for near, _other in _ways(link):
            if near.port is not None and near not in bundles:
                at.setdefault(near, []).append(link)
    crowded = {end for end, here in at.items() if len({_other_end(link, end).device for link in here}) > 1}
    result: list[Link] = []
    done: set[Link] = set()
    for end in sorted(crowded, key=lambda one: (one.device, one.port or "")):
        if any(link in done for link in at[end]):
            continue
        members = _joined(end, crowded, at)
        done |= members
        name = f"{end.device} {end.port}"
        ends = sorted(
            {one for link in members for one in (link.one, link.other)}, key=lambda e: (e.device, e.port or "")
        )
        for one in sorted(ends, key=lambda each: (each.device, each.port or "")):
            mine = [link for link in members if one in {link.one, link.other}]
            sources = tuple(source for source in LinkSource if any(source in link.sources for link in mine))
            rows = {row for link in mine for row in link.evidence}
            blocked = any(link.blocked for link in mine)
            result.append(_between(one, End(name), sources, tuple(sorted(rows, key=_row)), blocked=blocked))
    return [*(link for link in links if link not in done), *result]


def _joined(end: End, crowded: set[End], at: Mapping[End, Sequence[Link]]) -> set[Link]:
    """Return every link that meets the others at an end with several."""
    found: set[Link] = set()
    pending = [end]
    while pending:
        for link in at[pending.pop()]:
            if link not in found:
                found.add(link)
                pending += [one for one in (link.one, link.other) if one in crowded]
    return found


def _other_end(link: Link, near: End) -> End:
    return link.other if link.one == near else link.one


def _row(row: Evidence) -> tuple[object, ...]:
    return (row.at, row.source, row.row)


def _between(
    one: End, other: End, sources: tuple[LinkSource, ...], evidence: tuple[Evidence, ...], *, blocked: bool
) -> Link:
    first, second = sorted((one, other), key=lambda end: (end.device, end.port or ""))
    return Link(first, second, sources, evidence, blocked)


def _order(link: Link) -> tuple[object, ...]:
    return tuple((end.device, end.port or "") for end in (link.one, link.other))
