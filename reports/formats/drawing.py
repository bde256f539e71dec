"""The topology as a drawing a person can read: SVG, one box per point, labels in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Final

from inventory.model.forest import Forest, forest
from inventory.model.text import harmless, text
from inventory.model.topology import LinkSource
from reports.beginning import grounds
from reports.formats import cards as c
from reports.formats.treelayout import place
from reports.wording import Wording

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from inventory.model.text import Gettext
    from inventory.model.topology import Link, Topology
    from reports.formats.cards import Block, Card, Member, Say
    from reports.formats.treelayout import Box

MARGIN: Final = 24.0
_NARROWEST: Final = 960.0
_TALLEST: Final = 1600.0
"""What a box may take of a screen."""
_BUS, _BUS_STEP, _BUSES = 18.0, 7.0, 5
_FONTS: Final = "'Noto Sans CJK SC','Source Han Sans SC','Microsoft YaHei','PingFang SC',sans-serif"
STYLE: Final = f"""
text{{font-family:{_FONTS};fill:#1b2733}}
.name{{font-size:{c.NAME_PX}px;font-weight:600}} .small{{font-size:{c.SMALL_PX}px;fill:#51606e}}
.port{{font-size:{c.PORT_PX}px;fill:#51606e}} .title{{font-size:18px;font-weight:600}}
.caption{{font-size:{c.SMALL_PX}px;font-weight:600;fill:#33475b}}
.place{{fill:#f5f8fb;stroke:#b9c6d3}}
.box{{fill:#fff;stroke:#4a6078;stroke-width:1.2}} .top .box{{fill:#e3edfa;stroke:#1f5fae;stroke-width:1.8}}
.unread .box{{fill:#ececec;stroke:#8a8a8a;stroke-dasharray:5 3}}
.stranger .box{{fill:#fff4e5;stroke:#c77700;stroke-dasharray:5 3}}
.segment .box{{fill:#fffbe6;stroke:#b59b00;stroke-dasharray:2 3}}
.cell{{fill:#eaf4ec;stroke:#9cc3a4}} .many{{fill:#ffe2b8;stroke:#d08a1d}}
.link{{fill:none;stroke:#4a6078;stroke-width:1.4}} .one{{stroke-dasharray:7 4}} .guess{{stroke-dasharray:2 4}}
.other{{font-size:{c.SMALL_PX}px;fill:#b23b3b}}
"""
_LINES: Final = (
    ("", text("both ends say so, or it is filed")),
    (" one", text("one end says so")),
    (" guess", text("inferred from forwarding tables")),
)
_OTHER: Final = text("another link: closes a loop, or a second cable")
_UNKNOWN: Final = text("? port not known")
_BLOCKED: Final = text("⊘ blocked by the spanning tree")
_SOLID: Final = frozenset({LinkSource.MANUAL, LinkSource.LLDP_BOTH})
_ONE_SIDED: Final = frozenset({LinkSource.LLDP_ONE, LinkSource.CDP, LinkSource.STP})


@dataclass(frozen=True)
class Plan:
    """What is drawn: the boxes, and which hangs on which."""

    blocks: Mapping[str, Block]
    """By the device at their head."""
    tree: Forest
    """Of the boxes."""
    heads: Mapping[str, str]
    """Per device, the head of its box."""
    tops: frozenset[str]
    """Devices where the drawing begins."""

    @classmethod
    def of(cls, topology: Topology, points: Mapping[str, str], say: Say, tallest: float = _TALLEST) -> Plan:
        """Measure everything; nothing has a place yet. A point higher than ``tallest`` gets several boxes."""
        made = forest(topology)
        blocks = c.blocks(topology, made, points, say, tallest)
        heads = {one.card.node.name: head for head, block in blocks.items() for one in block.members}
        tree = Forest([head for head in blocks if made.parent(head) is None])
        for head in blocks:
            upper = made.parent(head)
            if upper is not None:
                tree.children.setdefault(heads[upper], []).append(head)
                tree.branch[head] = made.branch[head]
        return cls(blocks, tree, heads, frozenset(root.chosen.device for root in topology.roots))

    def near(self, head: str) -> str:
        """Return the device that a box hangs on."""
        link = self.tree.branch[head]
        return link.one.device if link.other.device == head else link.other.device

    def upper(self, head: str) -> str:
        """Return the box that a box hangs on."""
        return self.heads[self.near(head)]

    def order(self, head: str) -> object:
        """Children stand in the order of the devices they hang on, then of the ports."""
        if head not in self.tree.branch:
            return 0.0, (), head
        return self.blocks[self.upper(head)].middle(self.near(head)), *c.beside(self.tree, head)

    def gap(self, head: str) -> float:
        """Return how much room the line to a box needs."""
        link = self.tree.branch.get(head)
        if link is None:
            return 0.0
        return _BUS + _BUS_STEP * _BUSES + c.width(c.ports(link, head), c.PORT_PX) + 24


def render(topology: Topology, gettext: Gettext, *, language: str, points: Mapping[str, str]) -> str:
    """Return the drawing as an SVG document.

    Args:
        topology: what hangs on what.
        gettext: the reader's language.
        language: its tag, ``zh-CN``.
        points: names of points by code.
    """
    say = Wording(gettext).say
    plan = Plan.of(topology, points, say)
    boxes = place(plan.tree, lambda head: plan.blocks[head].size, plan.gap, plan.order)
    width = max([_NARROWEST, *(box.x + box.width + 2 * MARGIN for box in boxes.values())])
    head, top = heading(topology, say, width - 2 * MARGIN)
    height = max((box.y + box.height for box in boxes.values()), default=100.0) + top + MARGIN
    shape = f'width="{width:.0f}" height="{height:.0f}"'
    view = f'viewBox="0 0 {width:.0f} {height:.0f}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" xml:lang="{safe(language)}" {shape} {view}>',
        f"<style>{STYLE}</style>",
        f'<rect {shape} fill="#ffffff"/>',
        *head,
        f'<g transform="translate({MARGIN:.0f} {top:.0f})">',
        *drawn(plan, boxes),
        "</g>",
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def drawn(plan: Plan, boxes: Mapping[str, Box]) -> Iterator[str]:
    """Yield every frame, line and card that has a place, the lines between the two."""
    for head, box in boxes.items():
        yield _frame(plan.blocks[head], box)
    for head in boxes:
        if head in plan.tree.branch and plan.upper(head) in boxes:
            yield _edge(plan, plan.upper(head), head, boxes)
    for head, box in boxes.items():
        yield _cards(plan, plan.blocks[head], box)


def heading(topology: Topology, say: Say, room: float) -> tuple[list[str], float]:
    """Return title, where it begins and why, and the legend, within a width; and where that ends."""
    parts = [words(MARGIN, MARGIN + 10, say(text("Topology")), "title")]
    y = MARGIN + 34
    if topology.roots:
        from_ = topology.roots[0].chosen
        because = text("begins at {device}: {why}", device=from_.device, why=grounds(from_))
        parts.append(words(MARGIN, y, c.cut(say(because), c.SMALL_PX, room), "small"))
        y += 20
    x = MARGIN
    for part, width in _legend(say):
        if x > MARGIN and x + width > MARGIN + room:
            x, y = MARGIN, y + 18
        parts.append(f'<g transform="translate({x:.0f} {y:.0f})">{part}</g>')
        x += width + 24
    return parts, y + 24


def _frame(block: Block, box: Box) -> str:
    if block.caption is None:
        return ""
    frame = f'<rect class="place" rx="7" width="{box.width:.1f}" height="{box.height:.1f}"/>'
    caption = words(c.PAD, 16, c.cut(block.caption, c.SMALL_PX, box.width - 2 * c.PAD), "caption")
    return f'<g transform="translate({box.x:.1f} {box.y:.1f})">{frame}{caption}</g>'


def _cards(plan: Plan, block: Block, box: Box) -> str:
    parts = [f'<g transform="translate({box.x:.1f} {box.y:.1f})">']
    for member in block.members:
        if member.link is not None and member.upper is not None:
            parts.append(_inner(block, member, member.link, member.upper))
        parts.append(_device(member.card, member, top=member.card.node.name in plan.tops))
    return "".join([*parts, "</g>"])


def _inner(block: Block, member: Member, link: Link, upper: str) -> str:
    """Draw a link between two devices of one point: down from the upper one, then to the right."""
    above = block.member(upper)
    x, y = above.x + c.INDENT / 2, block.middle(member.card.node.name)
    path = f"M{x:.1f} {above.y + above.card.size.height:.1f} V{y:.1f} H{member.x:.1f}"
    label = words(member.x, member.y - 4, c.ports(link, member.card.node.name), "port")
    return f'<g>{_title(link)}<path class="link{_line(link)}" d="{path}"/>{label}</g>'


def _device(card: Card, member: Member, *, top: bool) -> str:
    size, kind = card.size, card.node.kind.value
    parts = [f'<g class="{kind}{" top" if top else ""}" transform="translate({member.x:.1f} {member.y:.1f})">']
    parts.append(f"<title>{safe(card.name)}</title>")
    parts.append(f'<rect class="box" rx="5" width="{size.width:.1f}" height="{size.height:.1f}"/>')
    parts.append(words(10, 18, c.cut(card.name, c.NAME_PX, size.width - 20), "name"))
    y = 18 + c.LINE
    for line, style in (*((one, "small") for one in card.lines), *((one, "other") for one in card.others)):
        parts.append(words(10, y, c.cut(line, c.SMALL_PX, size.width - 20), style))
        y += c.LINE
    y -= c.LINE - 7
    for row in card.rows:
        x = 10.0
        for cell in row:
            kept = "cell many" if cell.many else "cell"
            parts.append(f"<g><title>{safe(cell.title)}</title>")
            parts.append(
                f'<rect class="{kept}" x="{x:.1f}" y="{y:.1f}" width="{cell.width - 3:.1f}" height="{c.CELL}"/>'
            )
            parts.append(words(x + 3, y + 12, cell.label, "port") + "</g>")
            x += cell.width
        y += c.CELL + 3
    return "".join([*parts, "</g>"])


def _edge(plan: Plan, upper: str, head: str, boxes: Mapping[str, Box]) -> str:
    """Draw the line from a device to the box that hangs on it."""
    link, near = plan.tree.branch[head], plan.near(head)
    block, a, b = plan.blocks[upper], boxes[upper], boxes[head]
    member = block.member(near)
    start, y = a.x + member.x + member.card.size.width, a.y + block.middle(near)
    end = b.y + plan.blocks[head].middle(head)
    # Every child's line leaves its device on one bus, so that lines do not cross boxes or names; the lowest device's
    # bus is the nearest, for its children are the lowest.
    below = len(block.members) - 1 - block.place(near)
    bus = a.x + a.width + _BUS + _BUS_STEP * min(below, _BUSES - 1)
    path = f"M{start:.1f} {y:.1f} H{bus:.1f} V{end:.1f} H{b.x + plan.blocks[head].member(head).x:.1f}"
    far = a.x + a.width + _BUS + _BUS_STEP * min(len(block.members), _BUSES)
    label = words(far, end - 4, c.ports(link, head), "port")
    return f'<g>{_title(link)}<path class="link{_line(link)}" d="{path}"/>{label}</g>'


def _title(link: Link) -> str:
    ends = " — ".join(" ".join(filter(None, (end.device, end.port))) for end in (link.one, link.other))
    return f"<title>{safe(ends)}</title>"


def _line(link: Link) -> str:
    return "" if _SOLID & set(link.sources) else " one" if _ONE_SIDED & set(link.sources) else " guess"


def _legend(say: Say) -> Iterator[tuple[str, float]]:
    """Yield what explains each kind of box and line, and how wide that is."""
    for kind, meaning in c.KINDS.items():
        box = f'<g class="{kind.value}"><rect class="box" y="-10" width="18" height="12"/></g>'
        yield box + words(24, 0, say(meaning), "small"), 24 + c.width(say(meaning), c.SMALL_PX)
    for line, meaning in _LINES:
        sample = f'<path class="link{line}" d="M0 -4 h34"/>'
        yield sample + words(40, 0, say(meaning), "small"), 40 + c.width(say(meaning), c.SMALL_PX)
    for meaning, style in ((_UNKNOWN, "small"), (_BLOCKED, "small"), (_OTHER, "other")):
        yield words(0, 0, say(meaning), style), c.width(say(meaning), c.SMALL_PX)


def words(x: float, y: float, said: str, kind: str) -> str:
    """Return a line of text."""
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}">{safe(said)}</text>'


def safe(said: str) -> str:
    """Return words as they may stand in XML: escaped, without what no XML document holds."""
    return escape(harmless(said).replace("\ufffe", "\ufffd").replace("\uffff", "\ufffd"))
