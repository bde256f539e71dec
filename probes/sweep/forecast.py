"""What a sweep would send and how long it would take at most. Pure: nothing is sent, nothing is looked up."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from inventory.model.sightings import ProbeKind
from probes.blocks import Lane
from probes.contract import Binding
from probes.sweep.capability import Ability
from probes.sweep.catalogue import QUESTIONS
from probes.sweep.pacing import UNKNOWN_GATEWAY, Pacer
from probes.sweep.question import HEADERS
from probes.sweep.schedule import KERNEL_SOLICITS, Step, Way, check, steps, syn_life_s
from probes.sweep.templates import GREETING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from inventory.model.values import IPNetwork
    from probes.blocks import Block, Pace, ProbePlan

ECHO_FRAME: Final = {4: 60, 6: 80}
"""Ethernet + IP + ICMP + 18 octets of payload: the minimum frame for IPv4."""
SYN_FRAME: Final = {4: 74, 6: 94}
"""Ethernet + IP + TCP with Linux's 20 octets of options."""
ARP_FRAME: Final = 60
CALL_FRAME: Final = 88
"""Ethernet + IPv6 + the unknown option + ICMPv6 + 22 octets of payload, to all nodes."""
_NO_LANE: Final = Lane("", 1.0)
EVERYTHING: Final = Ability(raw_icmp=True, ping_socket=False, arp=True)


@dataclass(slots=True)
class Load:
    """What some blocks would be sent: packets, octets, and what must pass each of the buckets."""

    packets_min: int = 0
    """Everybody answers the first probe."""
    packets_max: int = 0
    """Nobody answers anything."""
    bytes_max: int = 0
    connects: int = 0
    arp: int = 0
    new: Counter[str] = field(default_factory=Counter)
    """New addresses of each gateway."""
    lanes: Counter[Lane] = field(default_factory=Counter)
    patience_s: float = 0.0
    """How long the last of the silent is waited for."""

    def add(self, block: Block, chain: Sequence[Step], way: Way, addresses: int) -> None:
        """Add so many addresses of a block that are asked alike and answer nothing."""
        if not chain:
            return
        packets = sum(step.packets for step in chain) * addresses
        self.packets_min += chain[0].packets * addresses
        self.packets_max += packets
        self.bytes_max += addresses * sum(step.packets * _frame(step, block.network.version) for step in chain)
        self.connects += addresses * sum(step.kind is ProbeKind.TCP for step in chain)
        self.patience_s = max(self.patience_s, sum(step.wait_s for step in chain))
        if block.lane:
            self.lanes[block.lane] += packets
        if way in {Way.ARP, Way.KERNEL}:
            each = 1 if way is Way.ARP else KERNEL_SOLICITS
            self.arp += addresses * each * sum(step.opens_round for step in chain)
        elif way is Way.ROUTED:
            self.new[block.gateway or UNKNOWN_GATEWAY] += addresses

    def lasts(self, pace: Pace, connects_per_s: float) -> tuple[float, Binding]:
        """Return how many seconds it takes, and which bucket decides: they work side by side, so the slowest does.

        Raises:
            ValueError: the pace must not be carried out.
        """
        Pacer(pace, 0.0)
        busiest = max(self.new.values(), default=0)
        lane, packets = max(self.lanes.items(), key=lambda item: item[1] / item[0].pps, default=(_NO_LANE, 0))
        waits = (
            (self.packets_max / pace.rate_pps, Binding("rate", pace.rate_pps)),
            (self.connects / connects_per_s, Binding("connects", connects_per_s)),
            (self.arp / pace.arp_pps, Binding("arp", pace.arp_pps)),
            (busiest / pace.new_addresses_per_gateway_s, Binding("gateway", pace.new_addresses_per_gateway_s)),
            (packets / lane.pps, Binding("lane", lane.pps)),
        )
        seconds, binds = max(waits, key=lambda wait: wait[0])
        return seconds + self.patience_s, binds


def joined(loads: Iterable[Load]) -> Load:
    """Return what all of them are together: blocks of different gateways run side by side, packets add up."""
    total = Load()
    for load in loads:
        total.packets_min += load.packets_min
        total.packets_max += load.packets_max
        total.bytes_max += load.bytes_max
        total.connects += load.connects
        total.arp += load.arp
        total.new.update(load.new)
        total.lanes.update(load.lanes)
        total.patience_s = max(total.patience_s, load.patience_s)
    return total


def connects_per_s(plan: ProbePlan, connects_at_once: int | None) -> float:
    """Return how many connects a second so many descriptors bear; None: our own packets ask, which need none."""
    return float("inf") if connects_at_once is None else connects_at_once / syn_life_s(plan)


def forecast(block: Block, plan: ProbePlan, *, ability: Ability = EVERYTHING, links: Sequence[IPNetwork] = ()) -> Load:
    """Count what ``sweep`` would send to a block that is silent.

    Args:
        block: what would be swept.
        plan: which probes.
        ability: what this process may send (:func:`probes.sweep.capability.detect`).
        links: networks on the local link (:func:`probes.sweep.links.local_networks`).

    Raises:
        ValueError: the plan must not be carried out.
    """
    check(plan)
    load = Load()
    for way, addresses in _ways(block, plan, ability, links):
        load.add(block, steps(plan, way, icmp=ability.raw_icmp or ability.ping_socket), way, addresses)
    if block.all_nodes and ability.arp and any(_overlaps(block.network, network) for network in links):
        calls = 2 * (plan.retries + 1)
        load.packets_min += calls
        load.packets_max += calls
        load.bytes_max += calls * CALL_FRAME
    return load


def _ways(block: Block, plan: ProbePlan, ability: Ability, links: Sequence[IPNetwork]) -> Iterable[tuple[Way, int]]:
    """Yield how many addresses go which way."""
    near = [link for link in links if _overlaps(block.network, link)]
    here = Way.ARP if ability.arp and ProbeKind.ARP in plan.kinds else Way.KERNEL
    on_link = len(block.addresses)
    if not any(_holds(link, block.network) for link in near):
        on_link = sum(any(ip in link for link in near) for ip in block.addresses) if near else 0
    yield here, on_link
    yield Way.ROUTED, len(block.addresses) - on_link


def _holds(link: IPNetwork, network: IPNetwork) -> bool:
    return link.prefixlen <= network.prefixlen and network.network_address in link


def _overlaps(one: IPNetwork, other: IPNetwork) -> bool:
    return one.version == other.version and one.overlaps(other)


def _frame(step: Step, version: int) -> int:
    if step.kind is ProbeKind.ARP:
        return ARP_FRAME
    if step.kind is ProbeKind.UDP:
        payload = len(QUESTIONS[step.port].payload) if step.port in QUESTIONS else len(GREETING)
        return max(60, HEADERS + payload) + (20 if version == 6 else 0)  # noqa: PLR2004 -- IPv6
    return (ECHO_FRAME if step.kind is ProbeKind.ICMP else SYN_FRAME)[version]
