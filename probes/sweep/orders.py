"""What the packet process is told, in plain values.

It starts for every sweep, so nothing it imports may be slow to import: no dataclasses, no enumerations, no logging.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from probes.sweep.wire import Hop


class Probe(NamedTuple):
    """One step of a chain: the n-th probe of a silent address."""

    kind: str
    """A :class:`inventory.model.sightings.ProbeKind`, written."""
    port: int
    wait_s: float
    """How long to wait before the next step while nothing is known about round trips."""


class Path(NamedTuple):
    """How packets to some addresses are sent by us."""

    hop: Hop
    """On the local link the broadcast address: ARP is asked."""
    source: bytes
    mac: bytes
    """Our own on that link."""
    direct: bool
    """They are on the local link."""


class Lane(NamedTuple):
    """A :class:`probes.blocks.Lane`."""

    key: str
    pps: float


class Orders(NamedTuple):
    """What holds for the whole sweep."""

    routed: tuple[Probe, ...]
    direct: tuple[Probe, ...]
    rounds: int
    """How often every probe is sent; 0 = as often as the loss asks for."""
    rate_pps: float
    new_pps: float
    """New addresses per second and gateway."""
    arp_pps: float
    linger_s: float
    """So long after its first packet no wave ends while somebody is silent."""
    sources: tuple[str, ...]
    """Our own IPv4 addresses, in hexadecimal digits."""

    @classmethod
    def read(cls, written: list[Any]) -> Orders:
        """Make them of what JSON made of them."""
        routed, direct, rounds, rate, new, arp, linger, sources = written
        chains = [tuple(Probe(*probe) for probe in chain) for chain in (routed, direct)]
        return cls(chains[0], chains[1], rounds, rate, new, arp, linger, tuple(sources))


class Task(NamedTuple):
    """Addresses of one block behind one next hop."""

    number: int
    gateway: str
    lane: Lane | None
    path: Path
    runs: tuple[tuple[int, int], ...]
    """First and last address of each run, as 32-bit numbers."""
    begun: bytes = b""
    """How many probes each of these addresses was sent in vain before, in their order; empty: none."""
    answered: bool = False
    """Whether somebody of the same block has answered before: see :class:`probes.blocks.Block`."""

    def written(self) -> list[object]:
        """Return it as JSON can hold it."""
        hop, source, mac, direct = self.path
        path = [hop.link, hop.mac.hex(), hop.protocol, source.hex(), mac.hex(), direct]
        return [self.number, self.gateway, self.lane, path, self.runs, self.begun.hex(), self.answered]

    @classmethod
    def read(cls, written: list[Any]) -> Task:
        """Make it of what JSON made of it."""
        number, gateway, lane, (link, next_mac, protocol, source, mac, direct), runs, begun, answered = written
        hop = Hop(link, bytes.fromhex(next_mac), protocol)
        path = Path(hop, bytes.fromhex(source), bytes.fromhex(mac), direct)
        some = tuple((first, last) for first, last in runs)
        return cls(number, gateway, Lane(*lane) if lane else None, path, some, bytes.fromhex(begun), answered)
