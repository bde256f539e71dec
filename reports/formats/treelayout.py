"""Where boxes go: a forest from left to right, one layer per column, nothing on top of anything. Pure arithmetic."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from inventory.model.forest import Forest

GAP_Y: Final = 14.0
"""Between two boxes of a column."""
GAP_TREES: Final = 30.0
"""Between two networks that nothing joins."""


@dataclass(frozen=True, slots=True)
class Size:
    """Of one box, in pixels."""

    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Box:
    """A box in its place: the upper left corner."""

    x: float
    y: float
    width: float
    height: float


def place(
    made: Forest, size: Callable[[str], Size], gap: Callable[[str], float], order: Callable[[str], object]
) -> dict[str, Box]:
    """Return every box's place: children beside their parent, one below the other in the given order.

    Args:
        made: who hangs on whom.
        size: of a box.
        gap: how much room the line to a box needs on its left.
        order: of the boxes that hang on one, and of those that hang on none.
    """
    depth = _depths(made)
    left = columns(depth, size, gap)
    boxes: dict[str, Box] = {}
    y = 0.0
    lonely = [root for root in made.roots if root not in made.children]
    for root in (root for root in made.roots if root in made.children):
        y = _tree(root, made, size, order, y, {name: left[layer] for name, layer in depth.items()}, boxes) + GAP_TREES
    _grid(lonely, size, order, y, max((b.x + b.width for b in boxes.values()), default=1200.0), boxes)
    return boxes


def columns(depth: Mapping[str, int], size: Callable[[str], Size], gap: Callable[[str], float]) -> dict[int, float]:
    """Return where each column begins."""
    widths: dict[int, float] = {}
    gaps: dict[int, float] = {}
    for name, layer in depth.items():
        widths[layer] = max(widths.get(layer, 0.0), size(name).width)
        gaps[layer] = max(gaps.get(layer, 0.0), gap(name))
    left = {0: 0.0}
    for layer in range(1, max(depth.values(), default=0) + 1):
        left[layer] = left[layer - 1] + widths[layer - 1] + gaps[layer]
    return left


def _depths(made: Forest) -> dict[str, int]:
    depth: dict[str, int] = {}
    level, number = list(made.roots), 0
    while level:
        depth.update(dict.fromkeys(level, number))
        level = [child for name in level for child in made.children.get(name, ())]
        number += 1
    return depth


def _tree(
    root: str,
    made: Forest,
    size: Callable[[str], Size],
    order: Callable[[str], object],
    top: float,
    left: Mapping[str, float],
    boxes: dict[str, Box],
) -> float:
    """Place one tree below ``top``; return where it ends."""
    walk: list[str] = []
    pending = [root]
    while pending:
        name = pending.pop()
        walk.append(name)
        pending += sorted(made.children.get(name, ()), key=order, reverse=True)  # type: ignore[arg-type]  # sortable
    needed: dict[str, float] = {}
    for name in reversed(walk):
        below = made.children.get(name, ())
        inside = sum(needed[child] for child in below) + GAP_Y * max(len(below) - 1, 0)
        needed[name] = max(size(name).height, inside)
    start = {root: top}
    for name in walk:
        box = size(name)
        below = sorted(made.children.get(name, ()), key=order)  # type: ignore[arg-type]  # sortable
        inside = sum(needed[child] for child in below) + GAP_Y * max(len(below) - 1, 0)
        boxes[name] = Box(left[name], start[name] + (needed[name] - box.height) / 2, box.width, box.height)
        y = start[name] + (needed[name] - inside) / 2
        for child in below:
            start[child] = y
            y += needed[child] + GAP_Y
    return top + needed[root]


def _grid(
    names: Iterable[str],
    size: Callable[[str], Size],
    order: Callable[[str], object],
    top: float,
    width: float,
    boxes: dict[str, Box],
) -> None:
    """Place boxes without links in rows below everything else."""
    x, y, tallest = 0.0, top, 0.0
    for name in sorted(names, key=order):  # type: ignore[arg-type]  # sortable
        box = size(name)
        if x and x + box.width > width:
            x, y, tallest = 0.0, y + tallest + GAP_Y, 0.0
        boxes[name] = Box(x, y, box.width, box.height)
        x += box.width + GAP_Y
        tallest = max(tallest, box.height)
