"""Where a drawing of the network begins: each part at the device for which most kinds of evidence speak.

A gateway resolves the stations' addresses; the spanning tree leads to its root bridge; a role is filed; the middle of
the links is near to everything. One of them may be wrong (an aggregation switch filed as core, a root bridge that
nobody chose), so the most kinds win, and of as many the strongest.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from inventory.model.records import DeviceRole
from inventory.model.topology import Contender, NodeKind, Root, RootGround

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from inventory.model.topology import Link, Node

_STRENGTH: Final = tuple(RootGround)
_UNKNOWN: Final = frozenset({NodeKind.SEGMENT, NodeKind.STRANGER})


@dataclass(frozen=True, slots=True)
class Grounds:
    """What the facts say about who is at the top."""

    resolved: Mapping[str, int]
    """Stations' addresses that each device resolved."""
    led_by: Mapping[str, frozenset[str]]
    """Per device the bridges that lead its segments in the spanning tree: the way to the root bridge."""
    asked: str | None = None
    """Whoever asked wants the drawing to begin here."""


def roots(nodes: Sequence[Node], links: Iterable[Link], grounds: Grounds) -> tuple[Root, ...]:
    """Choose where to begin, for every part of the network that has a link."""
    around: dict[str, set[str]] = {}
    for link in links:
        around.setdefault(link.one.device, set()).add(link.other.device)
        around.setdefault(link.other.device, set()).add(link.one.device)
    known = {node.name: node for node in nodes}
    found = []
    for part in _parts(around):
        mine = [known[name] for name in part if name in known and known[name].kind not in _UNKNOWN]
        found.append((part, _root(mine or [known[name] for name in part if name in known], around, grounds)))
    found.sort(key=lambda pair: (-len(pair[0]), pair[1].chosen.device))
    return tuple(root for _, root in found)


def _parts(around: Mapping[str, set[str]]) -> list[list[str]]:
    left = set(around)
    parts = []
    while left:
        part = set(_distances(min(left), around))
        left -= part
        parts.append(sorted(part))
    return parts


def _distances(start: str, around: Mapping[str, set[str]]) -> dict[str, int]:
    found = {start: 0}
    queue = deque([start])
    while queue:
        here = queue.popleft()
        for other in around[here]:
            if other not in found:
                found[other] = found[here] + 1
                queue.append(other)
    return found


def _root(part: Sequence[Node], around: Mapping[str, set[str]], grounds: Grounds) -> Root:
    speaks: dict[str, dict[RootGround, int | None]] = {}
    names = [node.name for node in part]
    if grounds.asked in names:
        speaks.setdefault(str(grounds.asked), {})[RootGround.ASKED] = None
    if most := max((grounds.resolved.get(name, 0) for name in names), default=0):
        for name in (name for name in names if grounds.resolved.get(name, 0) == most):
            speaks.setdefault(name, {})[RootGround.GATEWAY] = most
    led = _led(names, grounds.led_by)
    if most := max(led.values(), default=0):
        for name in (name for name, count in led.items() if count == most):
            speaks.setdefault(name, {})[RootGround.TREE] = most
    for node in part:
        if node.role is DeviceRole.CORE:
            speaks.setdefault(node.name, {})[RootGround.ROLE] = None
    centre = min(names, key=lambda name: (sum(_distances(name, around).values()), -len(around[name]), name))
    speaks.setdefault(centre, {})[RootGround.CENTRE] = None
    ranked = sorted(speaks, key=lambda name: _rank(name, speaks[name], around))
    first, *others = (Contender(name, {one: speaks[name][one] for one in _STRENGTH if one in speaks[name]})
                      for name in ranked)  # fmt: skip
    return Root(first, tuple(others))


def _rank(name: str, grounds: Mapping[RootGround, int | None], around: Mapping[str, set[str]]) -> tuple[object, ...]:
    strongest = tuple(ground not in grounds for ground in _STRENGTH)
    return (RootGround.ASKED not in grounds, -len(grounds), strongest, -len(around[name]), name)


def _led(names: Iterable[str], led_by: Mapping[str, frozenset[str]]) -> dict[str, int]:
    """Return, per bridge that nobody leads, how many devices' ways through the tree end at it."""
    part = set(names)
    counts: dict[str, int] = {}
    for name in part & led_by.keys():
        reached = {name}
        pending = [name]
        while pending:
            for upper in led_by.get(pending.pop(), frozenset()) - reached:
                reached.add(upper)
                pending.append(upper)
        for top in (one for one in reached & part if one not in led_by):
            counts[top] = counts.get(top, 0) + 1
    return counts
