"""Which gateways resolve which addresses, how fast they may be made to, and how often their tables must be read. Pure.

A gateway that is asked for an address nobody has keeps a place for it in its neighbour table for about three seconds.
When the table is full, entries are lost without a word: first those of silent stations, then those of real users. And
what a small table holds, it forgets again within seconds. So addresses are poked no faster than the table bears, and
the table is read again before the places of a quarter of it were taken.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, TypeAlias

from inventory.model.facts import AddressFact
from probes.contract import Lane

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from inventory.model.facts import Fact
    from inventory.model.values import IPAddress, IPNetwork
    from probes.contract import Block

Place: TypeAlias = "tuple[str, IPAddress]"
"""Plane and address."""
Table: TypeAlias = "Collection[Place]"

INCOMPLETE_S: Final = 3.0
"""How long an address that does not answer ARP holds its place (RFC 4861 §10; Linux: mcast_solicit x retrans_time)."""
FULL: Final = 0.5
"""The share of a table that may wait for answers: the rest is for those who use the network."""
_QUOTA: Final = 4
_LONGEST_S: Final = 60.0
"""A gateway forgets a silent station after a minute at the earliest when its table has room (Linux gc_stale_time)."""
_MISSING: Final = 0.02


@dataclass(frozen=True, slots=True)
class Resolver:
    """A device whose table can be read, and what it is attached to."""

    device: str
    links: tuple[AddressFact, ...]
    table: int
    """How many neighbours it can hold."""

    def resolves(self, block: Block, gateway: IPAddress | None) -> bool:
        """Whether the addresses of a block are on one of its links."""
        return any(
            link.plane == block.plane
            and link.ip.version == block.network.version
            and (link.ip == gateway or _holds(link, block))
            for link in self.links
        )

    def rate(self, wanted: float) -> float:
        """Return how many addresses per second it may be made to resolve."""
        return most_per_second(wanted, self.table)

    def read_every_s(self, wanted: float) -> float:
        """Return after how many seconds of poking its table must be read again."""
        return min(_LONGEST_S, self.table / _QUOTA / self.rate(wanted))


def most_per_second(wanted: float, table: int) -> float:
    """Return how many addresses per second a gateway with such a table may be made to resolve."""
    return min(wanted, table * FULL / INCOMPLETE_S)


def _holds(link: AddressFact, block: Block) -> bool:
    length = link.prefix_length
    if length is None or not 0 < length < block.network.max_prefixlen or length > block.network.prefixlen:
        return False
    shift = block.network.max_prefixlen - length
    return int(link.ip) >> shift == int(block.network.network_address) >> shift


def resolver_of(device: str, facts: Sequence[Fact], table: int) -> Resolver:
    """Return a device as its address table shows it."""
    return Resolver(device, tuple(fact for fact in facts if isinstance(fact, AddressFact)), table)


def assigned(
    blocks: Iterable[Block],
    resolvers: Sequence[Resolver],
    wanted: float,
    gateways: Mapping[str, IPAddress],
    links: Sequence[IPNetwork],
) -> tuple[list[tuple[Block, tuple[Resolver, ...]]], list[Block]]:
    """Sort blocks by whether a readable gateway resolves them.

    Args:
        blocks: what is to be asked.
        resolvers: the gateways that can be read.
        wanted: new addresses per second and gateway, as far as its table bears them.
        gateways: the registered gateway of a block, by its key.
        links: networks on our own link: who is there is asked by ARP and not through a gateway.

    Returns:
        Blocks with who resolves them, in the lane their gateway bears; and those whose gateway cannot be read.
    """
    heard, others = [], []
    for block in blocks:
        found = tuple(one for one in resolvers if one.resolves(block, gateways.get(block.key)))
        near = any(link.version == block.network.version and link.overlaps(block.network) for link in links)
        if found and not near:
            name = "+".join(sorted(one.device for one in found))
            pps = min(one.rate(wanted) for one in found)
            pps = pps if block.lane is None else min(pps, block.lane.pps)
            key = f"gateway:{name}" if block.lane is None else f"{block.lane.key}>{name}"
            heard.append((replace(block, gateway=name, lane=Lane(key, pps)), found))
        else:
            others.append(block)
    return heard, others


def groups(
    heard: Sequence[tuple[Block, tuple[Resolver, ...]]], most: int
) -> Iterable[list[tuple[Block, tuple[Resolver, ...]]]]:
    """Yield what is poked before the silent ones that were resolved are asked further: ``most`` blocks per lane."""
    waiting: dict[str, list[tuple[Block, tuple[Resolver, ...]]]] = {}
    for entry in heard:
        lane = entry[0].lane
        waiting.setdefault(lane.key if lane else "", []).append(entry)
    while waiting:
        yield [entry for entries in waiting.values() for entry in entries[:most]]
        waiting = {key: entries[most:] for key, entries in waiting.items() if entries[most:]}


def trusted(answered: Collection[Place], asked: Iterable[Place], table: Table) -> bool:
    """Say whether a table shows who is there, so that who is not in it need not be asked further.

    It must know of somebody among those asked, and of nearly all who answered; or else it is not the table of the
    device that resolves them, or lost entries.

    Args:
        answered: who answered us, the gateway itself left out.
        asked: all the addresses that were poked.
        table: what was read of it since.
    """
    missing = sum(ip not in table for ip in answered)
    return missing <= max(1, _MISSING * len(answered)) and any(ip in table for ip in asked)
