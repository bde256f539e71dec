"""Who hangs on whom: the links that make a tree below each root, and those that close a loop. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from inventory.model.topology import Link, Topology


@dataclass
class Forest:
    """The links that make the tree, and the others."""

    roots: list[str] = field(default_factory=list)
    children: dict[str, list[str]] = field(default_factory=dict)
    branch: dict[str, Link] = field(default_factory=dict)
    """Per box the link to its parent."""
    extra: list[Link] = field(default_factory=list)
    """Links that close a loop, and second cables."""

    def parent(self, name: str) -> str | None:
        """Return what a box hangs on; None of a root."""
        link = self.branch.get(name)
        if link is None:
            return None
        return link.one.device if link.other.device == name else link.other.device

    def below(self, name: str) -> Iterator[tuple[str, int]]:
        """Yield everything that hangs below a box, with the number of links between."""
        level, depth = [name], 0
        while level:
            depth += 1
            level = [child for one in level for child in self.children.get(one, ())]
            yield from ((child, depth) for child in level)


def forest(topology: Topology) -> Forest:
    """Hang every box below the root it is nearest to; strong links first."""
    around: dict[str, list[tuple[str, Link]]] = {}
    for link in topology.links:
        around.setdefault(link.one.device, []).append((link.other.device, link))
        around.setdefault(link.other.device, []).append((link.one.device, link))
    names = [node.name for node in topology.nodes]
    busy = sorted(names, key=lambda name: (-len(around.get(name, ())), name))
    made = Forest()
    done: set[str] = set()
    roots = (root.chosen.device for root in topology.roots)
    for root in dict.fromkeys((*roots, *(name for name in busy if around.get(name)), *names)):
        if root not in done:
            done.add(root)
            made.roots.append(root)
            _grow(root, around, made, done)
    used = {id(link) for link in made.branch.values()}
    made.extra = [link for link in topology.links if id(link) not in used]
    return made


def _grow(root: str, around: Mapping[str, Sequence[tuple[str, Link]]], made: Forest, done: set[str]) -> None:
    level = [root]
    while level:
        following = []
        for name in level:
            for other, link in sorted(around.get(name, ()), key=lambda pair: (pair[1].sources[0], pair[0])):
                if other not in done:
                    done.add(other)
                    made.children.setdefault(name, []).append(other)
                    made.branch[other] = link
                    following.append(other)
        level = following
