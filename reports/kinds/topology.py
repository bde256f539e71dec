"""What hangs on what, and how is that known?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from inventory.model.text import text
from inventory.model.topology import LinkSource, NodeKind, port_order
from reports import columns as c
from reports import data
from reports.beginning import grounds
from reports.document import Document, Line, Row, Section, Sheet, Table, Tone

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from inventory.model.topology import Contender, Dropped, End, Link, Node, Root, Topology
    from reports.cells import Cell
    from reports.data import Object

VERSION: Final = 1
_LINKS: Final = (c.DEVICE, c.PORT, c.OTHER_DEVICE, c.OTHER_PORT, c.LINK_SOURCES, c.LINK_PROOF)
_NODES: Final = (
    c.DEVICE, c.NODE_KIND, c.ROLE, c.POINT, c.ENDPOINTS, c.PORTS_USED, c.ENDPOINTS_BEHIND, c.BUSIEST, c.LEFT_OUT_BELOW,
)  # fmt: skip
_DROPPED: Final = (c.DEVICE, c.PORT, c.OTHER_DEVICE, c.OTHER_PORT, c.LINK_SOURCES, c.WHY_DROPPED, c.LINK_PROOF)
_TOLD: Final = (c.LINK_SOURCES, c.ROWS_TOLD, c.LINKS_KNOWN, c.ROWS_DROPPED)
_BEGINS: Final = (c.DEVICE, c.BEGINS, c.GROUNDS)
BLOCKED: Final = text("blocked by the spanning tree")
_TONES: Final = {NodeKind.UNREAD: Tone.WARN, NodeKind.STRANGER: Tone.WARN, NodeKind.SEGMENT: Tone.WARN}


def document(found: Topology, *, as_of: datetime | None = None, explain: bool = False) -> Document:
    """Build the tables of devices and links; explained, of what was left out and why, too."""
    nodes = Table(_NODES, tuple(_node(node) for node in found.nodes), empty=text("No device is registered yet."))
    links = Table(
        _LINKS, tuple(_link(link) for link in found.links), empty=text("Nothing that was read tells of a link.")
    )
    dropped = Table(
        _DROPPED, tuple(_left_out(one) for one in found.dropped), empty=text("Nothing that was read was left out.")
    )
    told = Table(_TOLD, tuple(_told(source, found) for source in LinkSource if found.told.get(source)))
    begins = Table(_BEGINS, tuple(row for root in found.roots for row in _contenders(root)))
    kinds = [node.kind for node in found.nodes]
    why = (
        Section(text("Rows that speak of links, by source"), blocks=(told,)),
        Section(text("Left out, and why"), blocks=(dropped,)),
        Section(text("Where it begins, and why"), blocks=(begins,)),
    )
    return Document(
        key="topology",
        title=text("Topology"),
        as_of=as_of,
        lines=(
            *(Line(text("Begins at"), root.chosen.device, grounds(root.chosen)) for root in found.roots[:1]),
            Line(text("Devices read"), kinds.count(NodeKind.READ)),
            Line(text("Devices not read"), kinds.count(NodeKind.UNREAD)),
            Line(text("Not registered"), kinds.count(NodeKind.STRANGER)),
            Line(text("Links"), len(found.links), text("from {count} rows", count=sum(found.told.values()))),
            Line(text("Rows left out"), len(found.dropped), text("--explain lists them") if not explain else None),
        ),
        sections=(
            Section(text("Links"), blocks=(links,)),
            Section(text("Devices"), blocks=(nodes,)),
            *(why if explain else ()),
        ),
        sheets=(
            Sheet("links", text("Links"), links),
            Sheet("devices", text("Devices"), nodes),
            Sheet("left_out", text("Left out, and why"), dropped),
        ),
        version=VERSION,
    )


def _contenders(root: Root) -> Iterator[Row]:
    yield Row((root.chosen.device, True, grounds(root.chosen)))
    yield from (Row((one.device, False, grounds(one))) for one in root.others)


def _told(source: LinkSource, found: Topology) -> Row:
    known = sum(source in link.sources for link in found.links)
    gone = sum(one.candidate.source is source for one in found.dropped)
    return Row((source, found.told[source], known, gone))


def _left_out(one: Dropped) -> Row:
    claim = one.candidate
    row = claim.evidence
    proof: Cell = None if row is None else f"{row.device}: {row.row}"
    return Row((claim.one.device, claim.one.port, claim.other.device, claim.other.port, claim.source, one.why, proof))


def json_document(found: Topology) -> Object:
    """Return the topology as ``docs/schema/topology.schema.json`` describes it."""
    return {
        "version": VERSION,
        "sweep": found.sweep,
        "tops": list(found.tops),
        "roots": [_root_object(root) for root in found.roots],
        "nodes": [_node_object(node) for node in found.nodes],
        "links": [
            {
                "ends": [_end(link.one), _end(link.other)],
                "sources": [source.value for source in link.sources],
                "blocked": link.blocked,
                "evidence": [data.evidence(row) for row in link.evidence],
            }
            for link in found.links
        ],
        "told": {source.value: found.told[source] for source in LinkSource if found.told.get(source)},
        "dropped": [_dropped_object(one) for one in found.dropped],
    }


def _root_object(root: Root) -> Object:
    return {**_contender_object(root.chosen), "others": [_contender_object(one) for one in root.others]}


def _contender_object(one: Contender) -> Object:
    return {"device": one.device, "grounds": {ground.value: count for ground, count in one.grounds.items()}}


def _dropped_object(one: Dropped) -> Object:
    claim = one.candidate
    return {
        "ends": [_end(claim.one), _end(claim.other)],
        "source": claim.source.value,
        "why": data.words(one.why),
        "evidence": None if claim.evidence is None else data.evidence(claim.evidence),
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
        "left_out": node.left_out,
    }


def _end(end: End) -> Object:
    return {"device": end.device, "port": end.port}


def _link(link: Link) -> Row:
    first = link.evidence[0] if link.evidence else None
    proof: Cell = None if first is None else f"{first.device}: {first.row}"
    known: tuple[Cell, ...] = (*link.sources, BLOCKED) if link.blocked else link.sources
    return Row((link.one.device, link.one.port, link.other.device, link.other.port, known, proof))


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
            node.left_out or None,
        ),
        tone=_TONES.get(node.kind),
    )
