"""The drawing and the tables of the topology: nothing overlaps, nothing is lost, no device's words become markup."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inventory.model.forest import forest
from inventory.model.records import DeviceRole
from inventory.model.topology import End, Link, LinkSource, Node, NodeKind, Topology
from netaudit.i18n import CATALOGUES
from reports.formats import FORMATS
from reports.formats.drawing import render
from reports.formats.treelayout import Size, place
from reports.kinds import topology as kind
from tests.unit.reports.test_schema import check

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
    boxes = place(made, lambda name: Size(40 + 7 * len(name), 30 + 3 * len(name)), 100, str)
    assert boxes.keys() == {node.name for node in network.nodes}
    for one, other in combinations(boxes.values(), 2):
        beside = one.x + one.width <= other.x or other.x + other.width <= one.x
        assert beside or one.y + one.height <= other.y or other.y + other.height <= one.y
    assert len(made.branch) + len(made.extra) == len(network.links)


@settings(deadline=None)
@given(networks())
def test_every_drawing_is_well_formed_and_says_everything(network: Topology) -> None:
    drawn = ET.fromstring(render(network, str, language="zh-CN", points={}))  # noqa: S314 -- of our own making
    shapes = list(drawn.iter("{http://www.w3.org/2000/svg}path"))
    assert len(shapes) == len(network.links) + 4  # the legend's lines
    boxes = [shape for shape in drawn.iter("{http://www.w3.org/2000/svg}rect") if shape.get("class") == "box"]
    assert len(boxes) == len(network.nodes) + 3  # the legend's boxes
    check("topology", kind.json_document(network))


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
