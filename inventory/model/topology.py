"""What hangs on what: devices, the links between them, and how each link is known."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from inventory.model.location import Evidence
    from inventory.model.records import DeviceRole
    from inventory.model.text import Text


class NodeKind(StrEnum):
    """What a box of the drawing is."""

    READ = "read"
    """A registered device that was read."""
    UNREAD = "unread"
    """A registered device that was not: what hangs on it is known from its neighbours only."""
    STRANGER = "stranger"
    """A bridge or router that announced itself and is not registered."""
    SEGMENT = "segment"
    """Several devices share one port: something that does not announce itself joins them."""


class LinkSource(StrEnum):
    """How a link is known, strongest first."""

    MANUAL = "manual"
    """The register says which port a point's line ends on."""
    LLDP_BOTH = "lldp_both"
    """Both ends heard each other."""
    LLDP_ONE = "lldp_one"
    """One end heard the other."""
    CDP = "cdp"
    STP = "stp"
    """One end's spanning tree names the other as the bridge that leads their segment."""
    IDENTITY = "identity"
    """One device's MAC was learned on the other's port, and no device is known to lie between."""
    OVERLAP = "overlap"
    """The stations of one were learned on one port of the other."""


@dataclass(frozen=True, slots=True, order=True)
class End:
    """One end of a link."""

    device: str
    port: str | None = None
    """None where nothing tells the port."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One row says that two devices may be linked."""

    one: End
    other: End
    source: LinkSource
    evidence: Evidence | None = None
    """None for what people filed."""
    blocked: bool = False
    """The row says that the spanning tree blocks its port."""


@dataclass(frozen=True, slots=True)
class Link:
    """Two devices are linked."""

    one: End
    other: End
    sources: tuple[LinkSource, ...]
    """All that speak for it, strongest first."""
    evidence: tuple[Evidence, ...]
    blocked: bool = False
    """The spanning tree blocks one of its ends, in one of its instances at least."""


@dataclass(frozen=True, slots=True)
class Dropped:
    """What speaks of a link that is not among the links, and why it is not."""

    candidate: Candidate
    why: Text


@dataclass(frozen=True, slots=True)
class Node:
    """One box."""

    name: str
    kind: NodeKind
    role: DeviceRole | None = None
    point: str | None = None
    stations: Mapping[str, int] | None = None
    """Endpoints per port, the ports in the order of their numbers; None where the device was not read."""
    behind: int = 0
    """Endpoints somewhere behind its ports whose own switch is not known."""
    left_out: int = 0
    """Boxes that hang below it and are not in this part of the network."""


class RootGround(StrEnum):
    """Why a drawing may begin at a device, strongest first."""

    ASKED = "asked"
    """Whoever asked named it."""
    GATEWAY = "gateway"
    """It resolved more stations' addresses than any other."""
    TREE = "spanning_tree"
    """The spanning tree of the devices that were read leads to it: the root bridge."""
    ROLE = "role"
    """It is filed as a core switch."""
    CENTRE = "centre"
    """It is nearest to all others over the links."""


@dataclass(frozen=True, slots=True)
class Contender:
    """A device that a drawing may begin at."""

    device: str
    grounds: Mapping[RootGround, int | None]
    """Each with its number: addresses resolved, devices led; None where there is none."""


@dataclass(frozen=True, slots=True)
class Root:
    """Where the drawing of what is linked together begins."""

    chosen: Contender
    others: tuple[Contender, ...] = ()
    """Devices for which something speaks, too, the strongest first."""


@dataclass(frozen=True, slots=True)
class Topology:
    """The network as one sweep saw it."""

    sweep: int | None
    nodes: tuple[Node, ...]
    """By name."""
    links: tuple[Link, ...]
    tops: tuple[str, ...]
    """Devices above which nothing was found, the most important first."""
    roots: tuple[Root, ...] = ()
    """One per part of the network that nothing joins to another, the largest part first."""
    told: Mapping[LinkSource, int] = field(default_factory=dict)
    """How many rows of each source speak of links."""
    dropped: tuple[Dropped, ...] = ()


def port_order(name: str) -> tuple[tuple[int, int, str], ...]:
    """Return a sort key by which GE0/0/2 comes before GE0/0/10."""
    parts = re.findall(r"\d+|\D+", name)
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts)
