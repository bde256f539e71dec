"""A part of the network: what was asked for, the way up from it to where the drawing begins, and what hangs below."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from inventory.model.forest import forest

if TYPE_CHECKING:
    from collections.abc import Collection

    from inventory.model.topology import Topology


def excerpt(network: Topology, chosen: Collection[str] | None, depth: int | None = None) -> Topology:
    """Return a part of the network. Every box that ends early says how many hang below it.

    Args:
        network: all of it.
        chosen: the boxes asked for; None: where the drawing begins.
        depth: how many links below them are shown; None: all.
    """
    made = forest(network)
    kept = set(made.roots if chosen is None else chosen)
    for name in sorted(kept):
        kept |= {below for below, links in made.below(name) if depth is None or links <= depth}
    for name in sorted(kept):
        upper = made.parent(name)
        while upper is not None and upper not in kept:
            kept.add(upper)
            upper = made.parent(upper)
    left_out: dict[str, int] = {}
    for node in network.nodes:
        if node.name not in kept:
            upper = made.parent(node.name)
            while upper is not None and upper not in kept:
                upper = made.parent(upper)
            if upper is not None:
                left_out[upper] = left_out.get(upper, 0) + 1
    return replace(
        network,
        nodes=tuple(replace(node, left_out=left_out.get(node.name, 0)) for node in network.nodes if node.name in kept),
        links=tuple(link for link in network.links if {link.one.device, link.other.device} <= kept),
        tops=tuple(name for name in network.tops if name in kept),
        roots=tuple(root for root in network.roots if root.chosen.device in kept),
        dropped=tuple(one for one in network.dropped if {one.candidate.one.device, one.candidate.other.device} & kept),
    )
