"""The drawing and the tables of the topology: nothing overlaps, nothing is lost, no device's words become markup."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from itertools import combinations, pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inventory.model.forest import forest
from inventory.model.records import DeviceRole
from inventory.model.topology import Contender, End, Link, LinkSource, Node, NodeKind, Root, RootGround, Topology
from netaudit.i18n import CATALOGUES
from reports.formats import FORMATS, drawnpages
from reports.formats.drawing import render
from reports.formats.treelayout import Size, place
from reports.kinds import topology as kind
from tests.unit.reports.test_schema import check

if TYPE_CHECKING:
    from collections.abc import Iterator

_NAMES = st.text(max_size=6)
_PORTS = st.none() | st.text(max_size=5)


@st.composite
def networks(draw: st.DrawFn) -> Topology:
    names = draw(st.lists(_NAMES, min_size=1, max_size=9, unique=True))
    nodes = [
        Node(
            name,
            draw(st.sampled_from(NodeKind)),
            draw(st.none() | st.sampled_from(DeviceRole)),
            draw(_PORTS),
            draw(st.none() | st.dictionaries(st.text(max_size=4), st.integers(1, 99), max_size=30)),
            draw(st.integers(0, 5)),
        )
        for name in names
    ]
    pairs = draw(st.lists(st.tuples(st.sampled_from(names), st.sampled_from(names)), max_size=12))
    sources = st.lists(st.sampled_from(LinkSource), min_size=1, max_size=2, unique=True).map(tuple)
    links = [Link(End(a, draw(_PORTS)), End(b, draw(_PORTS)), draw(sources), ()) for a, b in pairs if a != b]
    return Topology(
        1, tuple(nodes), tuple(links), tuple(draw(st.lists(st.sampled_from(names), max_size=2, unique=True)))
    )


@given(networks())
def test_no_box_lies_on_another(network: Topology) -> None:
    made = forest(network)
    boxes = place(made, lambda name: Size(40 + 7 * len(name), 30 + 3 * len(name)), lambda _: 100, str)
    assert boxes.keys() == {node.name for node in network.nodes}
    for one, other in combinations(boxes.values(), 2):
        beside = one.x + one.width <= other.x or other.x + other.width <= one.x
        assert beside or one.y + one.height <= other.y or other.y + other.height <= one.y
    assert len(made.branch) + len(made.extra) == len(network.links)


_SVG = "{http://www.w3.org/2000/svg}"


def boxes_of(drawn: ET.Element) -> list[str | None]:
    """Return the names of the devices that have a box, the legend's left out."""
    groups = (group for group in drawn.iter(f"{_SVG}g") if group.find(f"{_SVG}rect[@class='box']") is not None)
    return [title.text for group in groups if (title := group.find(f"{_SVG}title")) is not None]


@settings(deadline=None)
@given(networks())
def test_every_drawing_is_well_formed_and_says_everything(network: Topology) -> None:
    drawn = ET.fromstring(render(network, str, language="zh-CN", points={}))  # noqa: S314 -- of our own making
    lines = list(drawn.iter(f"{_SVG}path"))
    assert len(lines) == len(forest(network).branch) + 3  # the legend's lines
    told = [words.text for words in drawn.iter(f"{_SVG}text") if words.get("class") == "other"]
    assert bool(forest(network).extra) == (len(told) > 1)
    assert len(boxes_of(drawn)) == len(network.nodes)
    check("topology", kind.json_document(network))


@settings(deadline=None)
@given(networks(), st.sampled_from(sorted(drawnpages.PAPER)))
def test_every_box_is_on_a_page_and_its_line_too(network: Topology, paper: str) -> None:
    page = drawnpages.render(network, str, language="zh-CN", points={}, paper=paper)
    sheets = [
        ET.fromstring(f"<svg{part}</svg>")  # noqa: S314 -- of our own making
        for part in re.findall(r"<svg(.*?)</svg>", page, re.DOTALL)
    ]
    whole = ET.fromstring(render(network, str, language="zh-CN", points={}))  # noqa: S314 -- of our own making
    assert {name for sheet in sheets for name in boxes_of(sheet)} == set(boxes_of(whole))
    lines = sum(len(list(sheet.iter(f"{_SVG}path"))) - 3 for sheet in sheets)
    assert lines >= len(forest(network).branch)


def district(switches: int) -> Topology:
    """A core, an aggregation switch per ten, and the rest below; each with 24 stations, most at a point of its own."""
    names = [f"sw-{number:03}" for number in range(switches)]
    ports = {f"GE0/0/{port}": 1 + port % 5 for port in range(1, 25)}
    nodes = tuple(
        Node(name, NodeKind.READ, None, f"P-{number:03}" if number > 10 else "P-000", ports)
        for number, name in enumerate(names)
    )
    upper = [0 if number < switches // 10 else 1 + number % (switches // 10) for number in range(switches)]
    links = tuple(
        Link(
            End(names[upper[number]], f"GE0/0/{100 + number}"),
            End(names[number], "GE0/0/49"),
            (LinkSource.LLDP_BOTH,),
            (),
        )
        for number in range(1, switches)
        if upper[number] != number
    )
    return Topology(1, nodes, links, (names[0],), (Root(Contender(names[0], {RootGround.GATEWAY: 9})),))


@pytest.mark.parametrize("paper", drawnpages.PAPER)
def test_pages_hold_what_is_on_them_and_say_where_it_goes_on(paper: str) -> None:
    network = district(120)
    page = drawnpages.render(network, str, language="zh-CN", points={}, paper=paper)
    sheets = re.findall(r"<svg.*?</svg>", page, re.DOTALL)
    found: dict[str, set[int]] = {}
    for number, source in enumerate(sheets, 1):
        sheet = ET.fromstring(source)  # noqa: S314 -- of our own making
        wide, high = (float(side) for side in str(sheet.get("viewBox")).split()[2:])
        for x, y, width, height in placed(sheet, (0.0, 0.0)):
            assert 0 <= x <= x + width <= wide
            assert 0 <= y <= y + height <= high
        assert all(x + 5 * len(said) <= wide for x, said in worded(sheet, 0.0))
        for name in boxes_of(sheet):
            found.setdefault(str(name), set()).add(number)
    assert found.keys() == {node.name for node in network.nodes}
    index = dict(re.findall(r"<div><span>(.*?)</span>(\d+)</div>", page))
    assert {name: int(number) in found[name] for name, number in index.items()} == dict.fromkeys(found, True)
    for number in map(int, re.findall(r">page (\d+) →<", page)):
        assert "from page" in sheets[number - 1]


def drawn_in(element: ET.Element, at: tuple[float, float]) -> Iterator[tuple[str, list[tuple[float, float]]]]:
    """Yield the corners of every card, as ``box``, and of every line, as ``link``."""
    moved = re.match(r"translate\((\S+) (\S+)\)", element.get("transform", ""))
    x, y = (at[0] + float(moved[1]), at[1] + float(moved[2])) if moved else at
    if element.get("class") == "box" and element.get("rx"):
        yield "box", [(x, y), (x + float(element.get("width", 0)), y + float(element.get("height", 0)))]
    if (element.get("class") or "").startswith("link"):
        corner, corners = (x, y), []
        for kind, one, other in re.findall(r"([MHV])([-\d.]+)(?: ([-\d.]+))?", element.get("d", "")):
            across = x + float(one) if kind in "MH" else corner[0]
            down = y + float(other if kind == "M" else one) if kind in "MV" else corner[1]
            corner = (across, down)
            corners.append(corner)
        yield "link", corners
    for child in element:
        yield from drawn_in(child, (x, y))


def passes(line: list[tuple[float, float]], box: list[tuple[float, float]]) -> bool:
    """Whether a line goes through the inside of a box."""
    (left, top), (right, bottom) = box
    return any(
        min(a[0], b[0]) < right - 1
        and max(a[0], b[0]) > left + 1
        and min(a[1], b[1]) < bottom - 1
        and max(a[1], b[1]) > top + 1
        for a, b in pairwise(line)
    )


@settings(deadline=None)
@given(networks() | st.builds(district, st.integers(20, 60)))
def test_no_line_goes_through_a_card(network: Topology) -> None:
    drawn = ET.fromstring(render(network, str, language="zh-CN", points={}))  # noqa: S314 -- of our own making
    found = list(drawn_in(drawn, (0.0, 0.0)))
    cards = [corners for kind, corners in found if kind == "box"]
    lines = [corners for kind, corners in found if kind == "link" and len(corners) > 1]
    assert len(lines) == len(forest(network).branch)
    assert cards
    assert [(line, card) for line in lines for card in cards if passes(line, card)] == []


def worded(element: ET.Element, at: float) -> Iterator[tuple[float, str]]:
    """Yield where each line of text begins from the left, and what it says."""
    moved = re.match(r"translate\((\S+) ", element.get("transform", ""))
    x = at + float(moved[1]) if moved else at
    if element.tag == f"{_SVG}text":
        yield x + float(element.get("x", 0)), element.text or ""
    for child in element:
        yield from worded(child, x)


def placed(element: ET.Element, at: tuple[float, float]) -> Iterator[tuple[float, float, float, float]]:
    """Yield x, y, width and height of every rectangle."""
    moved = re.match(r"translate\((\S+) (\S+)\)", element.get("transform", ""))
    x, y = (at[0] + float(moved[1]), at[1] + float(moved[2])) if moved else at
    if element.tag == f"{_SVG}rect":
        side = {name: float(element.get(name, 0)) for name in ("x", "y", "width", "height")}
        yield x + side["x"], y + side["y"], side["width"], side["height"]
    for child in element:
        yield from placed(child, (x, y))


def hostile() -> Topology:
    name = '</text><script>alert("x")</script>&\x1b[2J\uffff'
    node = Node(name, NodeKind.STRANGER, None, name, {name: 3})
    other = Node("b", NodeKind.READ, DeviceRole.CORE, None, {"GE0/0/1": 1})
    return Topology(1, (node, other), (Link(End(name, name), End("b", '"><b>'), (LinkSource.LLDP_ONE,), ()),), ("b",))


def test_what_devices_say_does_not_become_markup() -> None:
    drawn = render(hostile(), str, language='"><x>', points={})
    parsed = ET.fromstring(drawn)  # noqa: S314 -- of our own making
    tags = {element.tag.rpartition("}")[2] for element in parsed.iter()}
    assert tags == {"svg", "style", "rect", "text", "g", "title", "path"}
    assert "\x1b" not in drawn


@pytest.mark.parametrize("language", list(CATALOGUES.values()))
@pytest.mark.parametrize("form", ["csv", "xlsx", "html", "docx"])
def test_every_format_takes_the_tables(form: str, language: str) -> None:
    assert FORMATS[form].load().render(kind.document(hostile()), str, language=language.replace("_", "-"))
