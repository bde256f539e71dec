"""What a sweep is asked and what it answers: blocks of addresses, probes, pace. Is somebody there?

A part of :mod:`probes.contract` by itself, because the sweep is loaded without the rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from inventory.model.sightings import ProbeKind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from inventory.model.sightings import Sighting
    from inventory.model.values import IPAddress, IPNetwork

DEFAULT_TCP_PORTS = (22, 80, 135, 139, 443, 445, 3389)
FORBIDDEN_TCP_PORTS = frozenset({515, 9100})
"""Printers print whatever arrives here: never probed, whatever a user asks."""


@dataclass(frozen=True, slots=True)
class Lane:
    """A narrow way: no more than so many packets per second leave for all addresses behind it, first probes or later.

    A village's line, a prefix with a limit of its own, a gateway whose neighbour table must not overflow.
    """

    key: str
    """Blocks with the same key share the lane."""
    pps: float


@dataclass(frozen=True, slots=True)
class Block:
    """Addresses probed and stored together: the unit of progress, of storing and of resuming."""

    key: str
    """Stable across runs of the same sweep: plane, network and its part."""
    plane: str
    network: IPNetwork
    addresses: Sequence[IPAddress]
    """What to ask, exclusions already taken out; :class:`inventory.model.addresses.Addresses` takes least room."""
    gateway: str | None = None
    """Which gateway resolves these addresses, when known. Blocks that share one share its allowance; unknown is one."""
    lane: Lane | None = None
    """What all packets to these addresses must pass, beside the sweep's own pace."""
    vast: bool = False
    """The network is too big to be asked address by address: ``addresses`` are those known. IPv6 only."""
    all_nodes: bool = False
    """Whether all nodes of the link may be called as well, where the network is on ours."""
    begun: Begun | None = None
    """How far an interrupted sweep had come here: what it sent and waited for is not sent again."""
    answered: bool = False
    """Whether somebody of the network answered before who is not in ``addresses`` any more: then what a router forbids
    is about single hosts."""


@dataclass(frozen=True, slots=True)
class Begun:
    """How far a block is."""

    chain: str
    """Which probes were sent, in which order: with others it means nothing, and is not looked at."""
    sent: bytes
    """An octet for each address from the network's first on: how many probes it was sent in vain. Zero at the end is
    left out."""


@dataclass(frozen=True, slots=True)
class ProbePlan:
    """Which probes, how patient. In the order icmp, tcp, udp; on the local link arp (IPv6: nd) instead of all."""

    kinds: frozenset[ProbeKind] = frozenset({ProbeKind.ICMP, ProbeKind.ARP, ProbeKind.TCP})
    tcp_ports: tuple[int, ...] = DEFAULT_TCP_PORTS
    timeout_s: float = 1.0
    retries: int = 1
    """How often a silent address is asked again, with every kind."""
    adaptive: bool = False
    """Instead of ``retries``: ask again until the loss measured so far predicts that hardly a host is missed. Only
    where packets are our own; elsewhere ``retries`` holds."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast, at most."""

    rate_pps: float = 1000.0
    """All probes together, packets per second."""
    new_addresses_per_gateway_s: float = 100.0
    """Addresses a gateway must resolve per second: switches drop above 100 ARP misses/s."""
    arp_pps: float = 10.0
    """ARP on the local link: switches with ARP inspection shut ports above 15."""


@dataclass(frozen=True, slots=True)
class BlockDone:
    """A block is finished, at ``at``; or it is not, and this is what the sweep knows of it so far.

    That is told when the sweep is stopped, and every few seconds, so that whoever is killed can go on from there.
    """

    block: Block
    sightings: tuple[Sighting, ...]
    asked: int
    """Addresses that at least one probe left for."""
    limits: tuple[str, ...]
    """What could not be done, as stable keys (see :data:`probes.sweep.limits.LIMITS`)."""
    at: datetime
    finished: bool = True
    """If not, ``asked`` counts what answered, and the silent must be asked further."""
    begun: Begun | None = None
    """Of a block that is not finished: where to go on. See :class:`Block`."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the sweep is; sent at most ten times a second."""

    packets_sent: int
    packets_planned: int
    """An upper bound: silent addresses are asked more often."""
    alive: int
    eta_s: float


SweepEvent: TypeAlias = BlockDone | Progress
