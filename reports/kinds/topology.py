"""What hangs on what, and how is that known?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from inventory.model.text import text
from inventory.model.topology import NodeKind, port_order
from reports import columns as c
from reports import data
from reports.document import Document, Line, Row, Section, Sheet, Table, Tone

if TYPE_CHECKING:
    from datetime import datetime

    from inventory.model.topology import End, Link, Node, Topology
    from reports.cells import Cell
    from reports.data import Object

VERSION: Final = 1
_LINKS: Final = (c.DEVICE, c.PORT, c.OTHER_DEVICE, c.OTHER_PORT, c.LINK_SOURCES, c.LINK_PROOF)
_NODES: Final = (c.DEVICE, c.NODE_KIND, c.ROLE, c.POINT, c.ENDPOINTS, c.PORTS_USED, c.ENDPOINTS_BEHIND, c.BUSIEST)
_TONES: Final = {NodeKind.UNREAD: Tone.WARN, NodeKind.STRANGER: Tone.WARN, NodeKind.SEGMENT: Tone.WARN}


def document(found: Topology, *, as_of: datetime | None = None) -> Document:
    """Build the tables of devices and links."""
    nodes = Table(_NODES, tuple(_node(node) for node in found.nodes), empty=text("No device is registered yet."))
    links = Table(
        _LINKS, tuple(_link(link) for link in found.links), empty=text("Nothing that was read tells of a link.")
    )
    kinds = [node.kind for node in found.nodes]
    return Document(
        key="topology",
        title=text("Topology"),
        as_of=as_of,
        lines=(
            Line(text("Devices read"), kinds.count(NodeKind.READ)),
            Line(text("Devices not read"), kinds.count(NodeKind.UNREAD)),
            Line(text("Not registered"), kinds.count(NodeKind.STRANGER)),
            Line(text("Links"), len(found.links)),
        ),
        sections=(Section(text("Links"), blocks=(links,)), Section(text("Devices"), blocks=(nodes,))),
        sheets=(Sheet("links", text("Links"), links), Sheet("devices", text("Devices"), nodes)),
        version=VERSION,
    )


def json_document(found: Topology) -> Object:
    """Return the topology as ``docs/schema/topology.schema.json`` describes it."""
    return {
        "version": VERSION,
        "sweep": found.sweep,
        "tops": list(found.tops),
        "nodes": [_node_object(node) for node in found.nodes],
        "links": [
            {
                "ends": [_end(link.one), _end(link.other)],
                "sources": [source.value for source in link.sources],
                "evidence": [data.evidence(row) for row in link.evidence],
            }
            for link in found.links
        ],
    }


def _node_object(node: Node) -> Object:
    stations = node.stations
    return {
        "name": node.name,
        "kind": node.kind.value,
        "role": node.role.value if node.role else None,
        "point": node.point,
        "stations": None if stations is None else [{"port": port, "count": n} for port, n in stations.items()],
        "behind": node.behind,
    }


def _end(end: End) -> Object:
    return {"device": end.device, "port": end.port}


def _link(link: Link) -> Row:
    first = link.evidence[0] if link.evidence else None
    proof: Cell = None if first is None else f"{first.device}: {first.row}"
    return Row((link.one.device, link.one.port, link.other.device, link.other.port, link.sources, proof))


def _node(node: Node) -> Row:
    stations = node.stations or {}
    busiest = sorted(stations, key=lambda port: (-stations[port], port_order(port)))[:3]
    return Row(
        (
            node.name,
            node.kind,
            node.role,
            node.point,
            None if node.stations is None else sum(stations.values()),
            None if node.stations is None else len(stations),
            node.behind or None,
            tuple(f"{port}: {stations[port]}" for port in busiest if stations[port] > 1) or None,
        ),
        tone=_TONES.get(node.kind),
    )
