"""The drawing of the topology on paper: an HTML document of pages, what does not fit on one goes on on another.

Where a page ends, a box says on which page what hangs on it is drawn, and that page says where it comes from.
Several pages end with an index of devices.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from inventory.model.forest import Forest
from inventory.model.text import text
from reports.formats.drawing import MARGIN, STYLE, Plan, drawn, heading, safe, words
from reports.formats.treelayout import GAP_TREES, GAP_Y, Box, Size, place
from reports.wording import Wording

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from inventory.model.text import Gettext
    from inventory.model.topology import Topology
    from reports.formats.cards import Say

PAPER: Final = {"a3": (400.0, 277.0), "a4": (277.0, 190.0)}
"""What can be printed on a sheet that lies on its side, in millimetres: 10 mm of margin all round."""
_PX_PER_MM: Final = 96 / 25.4
_SCALE: Final = 0.7
"""Of the drawing on paper: its smallest letters are 5 points high, its names 7."""
_HEAD: Final = 20.0
"""Above a part that goes on from another page."""
_NOTE: Final = 60.0
"""Beside a box: on which page it goes on."""
_PAGE_STYLE: Final = """
body{margin:0;background:#888} svg{display:block;background:#fff;margin:0 auto 8px}
.goes{font-size:11px;font-weight:600;fill:#1f5fae}
.index{columns:5;column-gap:24px;background:#fff;padding:24px;font-size:12px;line-height:1.5}
.index div{break-inside:avoid;display:flex;gap:8px} .index span{flex:1;overflow-wrap:anywhere}
@media print{body{background:#fff} svg{margin:0;break-after:page}}
"""


@dataclass
class _Part:
    """A piece of the tree that is drawn in one go."""

    head: str
    children: list[str]
    """Of the head: a device with more than fit is drawn once more, with the others."""
    size: Size
    page: int = 0
    x: float = 0.0
    y: float = 0.0


@dataclass
class _Cutter:
    """Cuts the tree into parts that fit on a page."""

    plan: Plan
    width: float
    height: float
    parts: list[_Part] = field(default_factory=list)
    cut: set[str] = field(default_factory=set)
    """Boxes whose children are drawn elsewhere."""

    def run(self) -> list[_Part]:
        """Return the parts in the order of the boxes they begin with."""
        for root in self.plan.tree.roots:
            order = [root, *(name for name, _ in self.plan.tree.below(root))]
            sizes: dict[str, tuple[float, float]] = {}
            for name in reversed(order):
                sizes[name] = self._fit(name, sizes)
            if root not in self.cut:
                self.parts.append(_Part(root, self._children(root), Size(*sizes[root])))
        place_of = {name: number for number, name in enumerate(self._walk())}
        return sorted(
            self.parts, key=lambda part: (place_of[part.head], place_of.get(next(iter(part.children), ""), 0))
        )

    def _walk(self) -> Iterator[str]:
        for root in self.plan.tree.roots:
            yield root
            yield from (name for name, _ in self.plan.tree.below(root))

    def _children(self, name: str) -> list[str]:
        return sorted(self.plan.tree.children.get(name, ()), key=self.plan.order)  # type: ignore[arg-type]  # sortable

    def _fit(self, name: str, sizes: dict[str, tuple[float, float]]) -> tuple[float, float]:
        """Return the width and height of what stays with a box; cut off the biggest below it until that fits."""
        own = self.plan.blocks[name].size
        children = self._children(name)
        while True:
            width, height = self._size(name, children, sizes)
            able = [child for child in children if self.plan.tree.children.get(child) and child not in self.cut]
            if (width <= self.width and height <= self.height) or not able:
                break
            worst = max(able, key=lambda child: (sizes[child][0] if width > self.width else sizes[child][1], child))
            self.parts.append(_Part(worst, self._children(worst), Size(*sizes[worst])))
            self.cut.add(worst)
            size = self.plan.blocks[worst].size
            sizes[worst] = (size.width + _NOTE, size.height)
        if height <= self.height:
            return width, height
        self._share(name, children, sizes)
        self.cut.add(name)
        return own.width + _NOTE, own.height

    def _size(
        self, name: str, children: Sequence[str], sizes: Mapping[str, tuple[float, float]]
    ) -> tuple[float, float]:
        own = self.plan.blocks[name].size
        if not children:
            return own.width, own.height
        below = sum(sizes[child][1] for child in children) + GAP_Y * (len(children) - 1)
        beside = max(self.plan.gap(child) for child in children) + max(sizes[child][0] for child in children)
        return own.width + beside, max(own.height, below)

    def _share(self, name: str, children: Sequence[str], sizes: Mapping[str, tuple[float, float]]) -> None:
        """Draw a box with more children than fit as often as it takes."""
        share: list[str] = []
        for child in children:
            if share and self._size(name, [*share, child], sizes)[1] > self.height:
                self.parts.append(_Part(name, share, Size(*self._size(name, share, sizes))))
                share = []
            share.append(child)
        self.parts.append(_Part(name, share, Size(*self._size(name, share, sizes))))


def render(topology: Topology, gettext: Gettext, *, language: str, points: Mapping[str, str], paper: str = "a3") -> str:
    """Return the drawing as an HTML document to be printed.

    Args:
        topology: what hangs on what.
        gettext: the reader's language.
        language: its tag, ``zh-CN``.
        points: names of points by code.
        paper: a key of :data:`PAPER`.
    """
    say = Wording(gettext).say
    wide, high = (side * _PX_PER_MM / _SCALE for side in PAPER[paper])
    head, top = heading(topology, say, wide - 2 * MARGIN)
    plan = Plan.of(topology, points, say, high - top - MARGIN - _HEAD)
    cutter = _Cutter(plan, wide - 2 * MARGIN - _NOTE, high - top - MARGIN - _HEAD)
    parts = cutter.run()
    pages = _paged(parts, Size(wide - 2 * MARGIN, high - top - MARGIN))
    on = {head: part.page for part in reversed(parts) for head in _shown(cutter, part)}
    begun = {part.head: part.page for part in reversed(parts)}
    sheets = []
    for number, page in enumerate(pages, 1):
        count = words(
            wide - 150, MARGIN + 10, say(text("page {page} of {pages}", page=number, pages=len(pages))), "small"
        )
        body = "".join(_parts(cutter, page, on, begun, say))
        sheets.append(
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{PAPER[paper][0]:.0f}mm" height="{PAPER[paper][1]:.0f}mm" '
            f'viewBox="0 0 {wide:.0f} {high:.0f}">{"".join(head)}{count}'
            f'<g transform="translate({MARGIN:.0f} {top:.0f})">{body}</g></svg>'
        )
    size = f"@page{{size:{paper.upper()} landscape;margin:10mm}}"
    names = sorted((one.card.node.name, head) for head, block in plan.blocks.items() for one in block.members)
    index = "".join(f"<div><span>{safe(name)}</span>{on[head]}</div>" for name, head in names)
    title = safe(say(text("Topology")))
    return (
        f'<!doctype html>\n<html lang="{safe(language)}"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{STYLE}{_PAGE_STYLE}{size}</style></head><body>\n"
        + "\n".join(sheets)
        + (f'\n<div class="index">{index}</div>' if len(pages) > 1 else "")
        + "\n</body></html>\n"
    )


def _paged(parts: Sequence[_Part], room: Size) -> list[list[_Part]]:
    """Put parts below each other as long as a column has room, and columns beside each other as long as a page has."""
    pages: list[list[_Part]] = []
    x = y = right = 0.0
    for part in parts:
        width, height = part.size.width + _NOTE, part.size.height + _HEAD
        if y + height > room.height:
            x, y = right + GAP_TREES, 0.0
        if not pages or x + width > room.width:
            pages.append([])
            x = y = right = 0.0
        part.page, part.x, part.y = len(pages), x, y
        pages[-1].append(part)
        y += height + GAP_TREES
        right = max(right, x + width)
    return pages


def _shown(cutter: _Cutter, part: _Part) -> Iterator[str]:
    """Yield every box of a part."""
    yield part.head
    pending = list(part.children)
    while pending:
        name = pending.pop()
        yield name
        if name not in cutter.cut:
            pending += cutter.plan.tree.children.get(name, ())


def _parts(
    cutter: _Cutter, page: Sequence[_Part], on: Mapping[str, int], begun: Mapping[str, int], say: Say
) -> Iterator[str]:
    plan = cutter.plan
    for part in page:
        shown = set(_shown(cutter, part))
        below = {
            name: [one for one in plan.tree.children.get(name, ()) if one in shown]
            for name in shown
            if name not in cutter.cut
        }
        tree = Forest([part.head], {**below, part.head: part.children}, plan.tree.branch)
        boxes = place(tree, lambda head: plan.blocks[head].size, plan.gap, plan.order)
        yield f'<g transform="translate({part.x:.0f} {part.y + _HEAD:.0f})">'
        if part.head in plan.tree.branch:
            from_ = text("from page {page}: {device}", page=on[plan.upper(part.head)], device=plan.near(part.head))
            yield words(0, -8, say(from_), "goes")
        yield from drawn(plan, boxes)
        for name, box in boxes.items():
            if name in cutter.cut and name != part.head:
                yield _goes(box, say(text("page {page} →", page=begun[name])))
        yield "</g>"


def _goes(box: Box, said: str) -> str:
    return words(box.x + box.width + 8, box.y + box.height / 2 + 4, said, "goes")
