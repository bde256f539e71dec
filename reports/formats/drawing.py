"""The topology as a drawing a person can read: SVG, one box per device, labels in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Final, TypeAlias

from rich.cells import cell_len, set_cell_size

from inventory.model.forest import forest
from inventory.model.text import Text, harmless, text
from inventory.model.topology import LinkSource, NodeKind, port_order
from reports.formats.treelayout import Box, Size, place
from reports.wording import Wording

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from inventory.model.forest import Forest
    from inventory.model.text import Gettext
    from inventory.model.topology import Link, Node, Topology

    Say: TypeAlias = Callable[[Text | str], str]

_EM: Final = 0.56
"""Width of a half-width character, in font sizes: a little more than common fonts need."""
_MARGIN: Final = 24.0
_GAP_X: Final = 250.0
"""Between two columns: room for the names of both ports."""
_WIDEST: Final = 300.0
_NAME_PX, _SMALL_PX, _PORT_PX = 13.0, 11.0, 10.0
_LINE: Final = 16.0
_CELL: Final = 17.0
_PORT_CHARS: Final = 20
_FONTS: Final = "'Noto Sans CJK SC','Source Han Sans SC','Microsoft YaHei','PingFang SC',sans-serif"
_STYLE: Final = f"""
text{{font-family:{_FONTS};fill:#1b2733}}
.name{{font-size:{_NAME_PX}px;font-weight:600}} .small{{font-size:{_SMALL_PX}px;fill:#51606e}}
.port{{font-size:{_PORT_PX}px;fill:#51606e}} .title{{font-size:18px;font-weight:600}}
.box{{fill:#fff;stroke:#4a6078;stroke-width:1.2}} .top .box{{fill:#e8f0fb;stroke:#1f5fae;stroke-width:1.8}}
.unread .box{{fill:#f3f3f3;stroke:#8a8a8a;stroke-dasharray:5 3}}
.stranger .box{{fill:#fff4e5;stroke:#c77700;stroke-dasharray:5 3}}
.segment .box{{fill:#fffbe6;stroke:#b59b00;stroke-dasharray:2 3}}
.cell{{fill:#eaf4ec;stroke:#9cc3a4}} .many{{fill:#ffe2b8;stroke:#d08a1d}}
.link{{fill:none;stroke:#4a6078;stroke-width:1.4}} .one{{stroke-dasharray:7 4}} .guess{{stroke-dasharray:2 4}}
.extra{{stroke:#b23b3b}}
"""
_KINDS: Final[dict[NodeKind, Text]] = {
    NodeKind.UNREAD: text("not read"),
    NodeKind.STRANGER: text("not registered, announces itself"),
    NodeKind.SEGMENT: text("unmanaged switch? several devices share this port"),
}
_LINES: Final = (
    ("", text("both ends say so, or it is filed")),
    (" one", text("one end says so")),
    (" guess", text("inferred from forwarding tables")),
    (" extra", text("closes a loop, or a second cable")),
)
_SOLID: Final = frozenset({LinkSource.MANUAL, LinkSource.LLDP_BOTH})
_ONE_SIDED: Final = frozenset({LinkSource.LLDP_ONE, LinkSource.CDP})


@dataclass(frozen=True, slots=True)
class _Cell:
    """One port with stations."""

    label: str
    title: str
    width: float
    many: bool


@dataclass(frozen=True, slots=True)
class _Card:
    """What stands in a box."""

    name: str
    lines: tuple[str, ...]
    rows: tuple[tuple[_Cell, ...], ...]
    size: Size


def render(topology: Topology, gettext: Gettext, *, language: str, points: Mapping[str, str]) -> str:
    """Return the drawing as an SVG document.

    Args:
        topology: what hangs on what.
        gettext: the reader's language.
        language: its tag, ``zh-CN``.
        points: names of points by code.
    """
    say = Wording(gettext).say
    cards = {node.name: _card(node, points, say) for node in topology.nodes}
    made = forest(topology)
    boxes = place(made, lambda name: cards[name].size, _GAP_X, _order(made))
    top = _MARGIN + 56.0
    width = max((box.x + box.width for box in boxes.values()), default=600.0) + 2 * _MARGIN
    width = max([width, *(_bend(link, boxes) + 2 * _MARGIN for link in made.extra)])
    height = max((box.y + box.height for box in boxes.values()), default=100.0) + top + _MARGIN
    kinds = {node.name: node.kind for node in topology.nodes}
    legend, legend_width = _legend(_MARGIN, _MARGIN + 34, say)
    width = max(width, legend_width + _MARGIN)
    shape = f'width="{width:.0f}" height="{height:.0f}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" xml:lang="{_safe(language)}" {shape}>',
        f"<style>{_STYLE}</style>",
        f'<rect {shape} fill="#ffffff"/>',
        _text(_MARGIN, _MARGIN + 10, say(text("Topology")), "title"),
        *legend,
        f'<g transform="translate({_MARGIN:.0f} {top:.0f})">',
        *(_edge(link, boxes) for link in made.extra),
        *(_edge(link, boxes, child=name) for name, link in made.branch.items()),
        *(_box(cards[name], kinds[name], box, top=name in topology.tops) for name, box in boxes.items()),
        "</g>",
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _order(made: Forest) -> Callable[[str], object]:
    """Children stand in the order of their parent's ports."""

    def order(name: str) -> object:
        link = made.branch.get(name)
        if link is None:
            return (), name
        near = link.one if link.other.device == name else link.other
        return port_order(near.port or "~"), name

    return order


def _card(node: Node, points: Mapping[str, str], say: Say) -> _Card:
    lines = []
    if node.point is not None:
        lines.append(f"{node.point} {points.get(node.point, '')}".strip())
    if node.kind in _KINDS:
        lines.append(say(_KINDS[node.kind]))
    if node.stations:
        total = sum(node.stations.values())
        lines.append(say(text("endpoints: {count}, on ports: {ports}", count=total, ports=len(node.stations))))
    if node.behind:
        lines.append(say(text("somewhere behind it: {count}", count=node.behind)))
    cells = [_cell(port, count, say) for port, count in (node.stations or {}).items()]
    rows = tuple(_wrapped(cells))
    name = node.name if node.kind is not NodeKind.SEGMENT else say(text("port {port}", port=node.name))
    widths = [_width(name, _NAME_PX), *(_width(line, _SMALL_PX) for line in lines)]
    widths += [sum(cell.width for cell in row) for row in rows]
    width = min(max(widths, default=0.0), _WIDEST) + 20
    height = 26 + _LINE * len(lines) + (_CELL + 3) * len(rows) + (4 if rows else 0)
    return _Card(name, tuple(lines), rows, Size(width, height))


def _cell(port: str, count: int, say: Say) -> _Cell:
    """Show a port by its last number, and how many stations where there are several."""
    digits = port[len(port.rstrip("0123456789")) :] or port[-4:]
    label = digits if count == 1 else f"{digits}×{count}"
    title = say(text("{port}: {count}", port=port, count=count))
    return _Cell(label, title, max(_width(label, _PORT_PX) * 1.15 + 10, 20.0), count > 1)


def _wrapped(cells: Iterable[_Cell]) -> Iterator[tuple[_Cell, ...]]:
    row: list[_Cell] = []
    for cell in cells:
        if row and sum(one.width for one in row) + cell.width > _WIDEST:
            yield tuple(row)
            row = []
        row.append(cell)
    if row:
        yield tuple(row)


def _box(card: _Card, kind: NodeKind, box: Box, *, top: bool) -> str:
    parts = [f'<g class="{kind.value}{" top" if top else ""}" transform="translate({box.x:.1f} {box.y:.1f})">']
    parts.append(f"<title>{_safe(card.name)}</title>")
    parts.append(f'<rect class="box" rx="5" width="{box.width:.1f}" height="{box.height:.1f}"/>')
    parts.append(_text(10, 18, _cut(card.name, _NAME_PX, box.width - 20), "name"))
    y = 18 + _LINE
    for line in card.lines:
        parts.append(_text(10, y, _cut(line, _SMALL_PX, box.width - 20), "small"))
        y += _LINE
    y -= _LINE - 7
    for row in card.rows:
        x = 10.0
        for cell in row:
            kept = "cell many" if cell.many else "cell"
            parts.append(f"<g><title>{_safe(cell.title)}</title>")
            parts.append(
                f'<rect class="{kept}" x="{x:.1f}" y="{y:.1f}" width="{cell.width - 3:.1f}" height="{_CELL}"/>'
            )
            parts.append(_text(x + 3, y + 12, cell.label, "port") + "</g>")
            x += cell.width
        y += _CELL + 3
    return "".join([*parts, "</g>"])


def _edge(link: Link, boxes: Mapping[str, Box], *, child: str | None = None) -> str:
    """Draw a link from the right side of one box to the left side of the other; a loop's link bows to the right."""
    near, far = (link.one, link.other) if link.other.device == child else (link.other, link.one)
    a, b = boxes[near.device], boxes[far.device]
    title = f"<title>{_safe(' — '.join(' '.join(filter(None, (end.device, end.port))) for end in (near, far)))}</title>"
    kind = "" if _SOLID & set(link.sources) else " one" if _ONE_SIDED & set(link.sources) else " guess"
    ax, ay, by = a.x + a.width, a.y + a.height / 2, b.y + b.height / 2
    if child is None:
        bx, bend = b.x + b.width, _bend(link, boxes)
        path = f"M{ax:.1f} {ay:.1f} C{bend:.1f} {ay:.1f} {bend:.1f} {by:.1f} {bx:.1f} {by:.1f}"
        return f'<g>{title}<path class="link extra{kind}" d="{path}"/></g>'
    # Every child's line leaves its parent on one bus, so that lines do not cross boxes or names.
    bus = ax + 18
    path = f"M{ax:.1f} {ay:.1f} H{bus:.1f} V{by:.1f} H{b.x:.1f}"
    names = "  —  ".join(_shortened(end.port) for end in (near, far))
    label = _text(bus + 6, by - 4, names, "port")
    return f'<g>{title}<path class="link{kind}" d="{path}"/>{label}</g>'


def _bend(link: Link, boxes: Mapping[str, Box]) -> float:
    """Return how far to the right a loop's link may bow."""
    return max(box.x + box.width for box in (boxes[link.one.device], boxes[link.other.device])) + 60


def _shortened(port: str | None) -> str:
    if port is None:
        return "?"
    return port if cell_len(port) <= _PORT_CHARS else f"…{port[-_PORT_CHARS + 1 :]}"


def _legend(x: float, y: float, say: Say) -> tuple[list[str], float]:
    """Explain boxes and lines; return where that ends, too."""
    parts = []
    for kind, words in _KINDS.items():
        parts.append(
            f'<g class="{kind.value}"><rect class="box" x="{x:.0f}" y="{y - 10:.0f}" width="18" height="12"/></g>'
        )
        parts.append(_text(x + 24, y, say(words), "small"))
        x += 44 + _width(say(words), _SMALL_PX)
    for line, words in _LINES:
        parts.append(f'<path class="link{line}" d="M{x:.0f} {y - 4:.0f} h34"/>')
        parts.append(_text(x + 40, y, say(words), "small"))
        x += 60 + _width(say(words), _SMALL_PX)
    return parts, x


def _text(x: float, y: float, words: str, kind: str) -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}">{_safe(words)}</text>'


def _width(words: str, px: float) -> float:
    return cell_len(words) * px * _EM


def _cut(words: str, px: float, room: float) -> str:
    if _width(words, px) <= room:
        return words
    return set_cell_size(words, max(1, int(room / (px * _EM)) - 1)).rstrip() + "…"


def _safe(words: str) -> str:
    """Return words as they may stand in XML: escaped, without what no XML document holds."""
    return escape(harmless(words).replace("\ufffe", "\ufffd").replace("\uffff", "\ufffd"))
