"""What stands in a box of the drawing, and how big it is: one frame per point, a card for each device in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from rich.cells import cell_len, set_cell_size

from inventory.model.text import Text, text
from inventory.model.topology import NodeKind, port_order
from reports.formats.treelayout import Size

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from inventory.model.forest import Forest
    from inventory.model.topology import Link, Node, Topology

    Say: TypeAlias = Callable[[Text | str], str]

_EM: Final = 0.56
"""Width of a half-width character, in font sizes: a little more than common fonts need."""
_WIDEST: Final = 300.0
NAME_PX, SMALL_PX, PORT_PX = 13.0, 11.0, 10.0
LINE: Final = 16.0
CELL: Final = 17.0
PAD: Final = 8.0
"""Between a frame and what is in it, and between two cards of a frame."""
INDENT: Final = 26.0
CAPTION: Final = 24.0
LABEL: Final = 14.0
_PORT_CHARS: Final = 20
_OTHERS: Final = 4
"""More other links than these are counted, and told at their far ends."""

BLOCKED: Final = "⊘"
"""Behind the ports of a link that the spanning tree blocks."""
KINDS: Final[dict[NodeKind, Text]] = {
    NodeKind.UNREAD: text("not read"),
    NodeKind.STRANGER: text("not registered, announces itself"),
    NodeKind.SEGMENT: text("unmanaged switch? several devices share this port"),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One port with stations."""

    label: str
    title: str
    width: float
    many: bool


@dataclass(frozen=True, slots=True)
class Card:
    """What stands in a device's box."""

    node: Node
    name: str
    lines: tuple[str, ...]
    others: tuple[str, ...]
    """Links that are not drawn as lines: they close a loop, or are second cables."""
    rows: tuple[tuple[Cell, ...], ...]
    size: Size


@dataclass(frozen=True, slots=True)
class Member:
    """A card in its frame."""

    card: Card
    x: float
    y: float
    link: Link | None
    """To the device above it in the same frame."""
    upper: str | None


@dataclass(frozen=True, slots=True)
class Block:
    """The devices of one point that hang on each other, or one device at no point."""

    caption: str | None
    members: tuple[Member, ...]
    size: Size

    def member(self, name: str) -> Member:
        """Return the card of a device."""
        return next(one for one in self.members if one.card.node.name == name)

    def place(self, name: str) -> int:
        """Return which of the cards a device's is, from above."""
        return next(number for number, one in enumerate(self.members) if one.card.node.name == name)

    def middle(self, name: str) -> float:
        """Return how far below the upper edge the lines of a device begin and end."""
        one = self.member(name)
        return one.y + min(one.card.size.height / 2, 26.0)


def blocks(topology: Topology, made: Forest, points: Mapping[str, str], say: Say, tallest: float) -> dict[str, Block]:
    """Return the boxes by the device at their head.

    Args:
        topology: what hangs on what.
        made: who hangs on whom.
        points: names of points by code.
        say: the reader's language.
        tallest: a point of more devices than go into this height gets several boxes.
    """
    nodes = {node.name: node for node in topology.nodes}
    others = _others(made.extra)
    cards = {name: _card(node, others.get(name, ()), others, say) for name, node in nodes.items()}
    at = _points(made, nodes)
    found: dict[str, list[tuple[str, int]]] = {}
    heights: dict[str, float] = {}
    pending = [(name, name, 0) for name in reversed(made.roots)]
    while pending:
        name, head, depth = pending.pop()
        found.setdefault(head, []).append((name, depth))
        if name == head:
            heights[head] = CAPTION + cards[head].size.height + PAD
        below = []
        for child in sorted(made.children.get(name, ()), key=lambda one: beside(made, one)):
            needed = heights[head] + LABEL + cards[child].size.height + PAD
            if at[name] is not None and at[child] == at[name] and needed <= tallest:
                heights[head] = needed
                below.append((child, head, depth + 1))
            else:
                below.append((child, child, 0))
        pending += reversed(below)
    return {head: _block(members, cards, made, at[head], points) for head, members in found.items()}


def beside(made: Forest, name: str) -> tuple[object, ...]:
    """Return a sort key: children stand in the order of their parent's ports."""
    link = made.branch.get(name)
    if link is None:
        return (), name
    near = link.one if link.other.device == name else link.other
    return port_order(near.port or "~"), name


def ports(link: Link, lower: str) -> str:
    """Write the ports of a link, the upper device's first."""
    near, far = (link.one, link.other) if link.other.device == lower else (link.other, link.one)
    return "  —  ".join(_shortened(end.port) for end in (near, far)) + (f"  {BLOCKED}" if link.blocked else "")


def width(words: str, px: float) -> float:
    """Return about how wide words are."""
    return cell_len(words) * px * _EM


def cut(words: str, px: float, room: float) -> str:
    """Shorten words to a width, and show that they are."""
    if width(words, px) <= room:
        return words
    return set_cell_size(words, max(1, int(room / (px * _EM)) - 1)).rstrip() + "…"


def _points(made: Forest, nodes: Mapping[str, Node]) -> dict[str, str | None]:
    """Return the point of each box; something unmanaged is where everything around it is."""
    found = {name: node.point for name, node in nodes.items()}
    for name, node in nodes.items():
        if node.kind is NodeKind.SEGMENT:
            around = {found.get(child) for child in made.children.get(name, ())}
            upper = made.parent(name)
            around.add(found.get(upper) if upper is not None else None)
            found[name] = around.pop() if len(around) == 1 else None
    return found


def _others(links: Iterable[Link]) -> dict[str, list[Link]]:
    found: dict[str, list[Link]] = {}
    for link in links:
        found.setdefault(link.one.device, []).append(link)
        found.setdefault(link.other.device, []).append(link)
    return found


def _told(name: str, mine: Sequence[Link], others: Mapping[str, Sequence[Link]], say: Say) -> tuple[str, ...]:
    """Tell the other links of a device, or how many they are where the far ends have fewer to tell."""

    def far(link: Link) -> str:
        return link.other.device if link.one.device == name else link.one.device

    crowded = len(mine) > _OTHERS
    shown = [link for link in mine if not crowded or len(others[far(link)]) >= len(mine)]
    found = [f"{far(link)}: {ports(link, far(link))}" for link in sorted(shown, key=far)]
    if len(shown) < len(mine):
        found.append(say(text("{count} other links, told at their far ends", count=len(mine) - len(shown))))
    return tuple(found)


def _card(node: Node, mine: Sequence[Link], others: Mapping[str, Sequence[Link]], say: Say) -> Card:
    lines = []
    if node.kind in KINDS:
        lines.append(say(KINDS[node.kind]))
    if node.stations:
        total = sum(node.stations.values())
        lines.append(say(text("endpoints: {count}, on ports: {ports}", count=total, ports=len(node.stations))))
    if node.behind:
        lines.append(say(text("somewhere behind it: {count}", count=node.behind)))
    if node.left_out:
        lines.append(say(text("below it, not shown: {count}", count=node.left_out)))
    told = _told(node.name, mine, others, say)
    cells = [_cell(port, count, say) for port, count in (node.stations or {}).items()]
    rows = tuple(_wrapped(cells))
    name = node.name if node.kind is not NodeKind.SEGMENT else say(text("port {port}", port=node.name))
    widths = [width(name, NAME_PX), *(width(line, SMALL_PX) for line in (*lines, *told))]
    widths += [sum(cell.width for cell in row) for row in rows]
    height = 26 + LINE * (len(lines) + len(told)) + (CELL + 3) * len(rows) + (4 if rows else 0)
    return Card(node, name, tuple(lines), told, rows, Size(min(max(widths), _WIDEST) + 20, height))


def _cell(port: str, count: int, say: Say) -> Cell:
    """Show a port by its last number, and how many stations where there are several."""
    digits = port[len(port.rstrip("0123456789")) :] or port[-4:]
    label = digits if count == 1 else f"{digits}×{count}"
    title = say(text("{port}: {count}", port=port, count=count))
    return Cell(label, title, max(width(label, PORT_PX) * 1.15 + 10, 20.0), count > 1)


def _wrapped(cells: Iterable[Cell]) -> Iterator[tuple[Cell, ...]]:
    row: list[Cell] = []
    for cell in cells:
        if row and sum(one.width for one in row) + cell.width > _WIDEST:
            yield tuple(row)
            row = []
        row.append(cell)
    if row:
        yield tuple(row)


def _block(
    members: Sequence[tuple[str, int]],
    cards: Mapping[str, Card],
    made: Forest,
    point: str | None,
    points: Mapping[str, str],
) -> Block:
    """Put the cards of a frame below each other, what hangs on another one indented; without a point, no frame."""
    if point is None:
        card = cards[members[0][0]]
        return Block(None, (Member(card, 0.0, 0.0, None, None),), card.size)
    caption = f"{point} {points.get(point, '')}".strip()
    placed = []
    y, right = CAPTION, min(width(caption, SMALL_PX), _WIDEST) + PAD
    for name, depth in members:
        link, card, x = made.branch.get(name) if depth else None, cards[name], PAD + INDENT * depth
        if link is not None:
            y += LABEL
            right = max(right, x + width(ports(link, name), PORT_PX))
        placed.append(Member(card, x, y, link, made.parent(name) if depth else None))
        y += card.size.height + PAD
        right = max(right, x + card.size.width)
    return Block(caption, tuple(placed), Size(right + PAD, y))


def _shortened(port: str | None) -> str:
    if port is None:
        return "?"
    return port if cell_len(port) <= _PORT_CHARS else f"…{port[-_PORT_CHARS + 1 :]}"
