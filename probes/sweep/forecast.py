"""What a sweep would send and how long it would take at most. Pure: nothing is sent, nothing is looked up."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from inventory.model.sightings import ProbeKind
from probes.blocks import Lane
from probes.contract import Binding, SweepForecast
from probes.sweep.capability import Ability
from probes.sweep.catalogue import QUESTIONS
from probes.sweep.pacing import UNKNOWN_GATEWAY, Pacer
from probes.sweep.question import HEADERS
from probes.sweep.schedule import KERNEL_SOLICITS, Step, Way, check, steps, syn_life_s
from probes.sweep.templates import GREETING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from inventory.model.values import IPAddress, IPNetwork
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
    """What must pass the buckets: packets, connects, ARP requests, new addresses of each gateway."""

    packets: int = 0
    connects: int = 0
    arp: int = 0
    new: Counter[str] = field(default_factory=Counter)
    lanes: Counter[Lane] = field(default_factory=Counter)

    def add(self, chain: Sequence[Step], way: Way, gateway: str | None, lane: Lane | None = None) -> None:
        """Add an address that answers nothing."""
        if not chain:
            return
        self.packets += sum(step.packets for step in chain)
        self.connects += sum(step.kind is ProbeKind.TCP for step in chain)
        if lane:
            self.lanes[lane] += sum(step.packets for step in chain)
        if way in {Way.ARP, Way.KERNEL}:
            each = 1 if way is Way.ARP else KERNEL_SOLICITS
            self.arp += each * sum(step.opens_round for step in chain)
        elif way is Way.ROUTED:
            self.new[gateway or UNKNOWN_GATEWAY] += 1

    def slowest(self, pace: Pace, connects_per_s: float) -> tuple[float, Binding]:
        """Return how long the buckets need for it, and which one: they work side by side, so the slowest decides."""
        busiest = max(self.new.values(), default=0)
        lane, packets = max(self.lanes.items(), key=lambda item: item[1] / item[0].pps, default=(_NO_LANE, 0))
        waits = (
            (self.packets / pace.rate_pps, Binding("rate", pace.rate_pps)),
            (self.connects / connects_per_s, Binding("connects", connects_per_s)),
            (self.arp / pace.arp_pps, Binding("arp", pace.arp_pps)),
            (busiest / pace.new_addresses_per_gateway_s, Binding("gateway", pace.new_addresses_per_gateway_s)),
            (packets / lane.pps, Binding("lane", lane.pps)),
        )
        return max(waits, key=lambda wait: wait[0])


def forecast(
    blocks: Iterable[Block],
    plan: ProbePlan,
    pace: Pace,
    *,
    ability: Ability = EVERYTHING,
    links: Sequence[IPNetwork] = (),
    connects_at_once: int | None = None,
) -> list[SweepForecast]:
    """Count what ``sweep`` would send.

    Args:
        blocks: what would be swept.
        plan: which probes.
        pace: how fast.
        ability: what this process may send (:func:`probes.sweep.capability.detect`).
        links: networks on the local link (:func:`probes.sweep.links.local_networks`).
        connects_at_once: how many descriptors there are for TCP (:func:`probes.sweep.tcp.room`); None where our own
            packets ask, which need none.

    Returns:
        One forecast per block. ``seconds_max`` is what the block adds to the whole sweep, so the sum is the sweep's
        time: blocks of different gateways run side by side, and only once somebody waits for the last answer.

    Raises:
        ValueError: the plan or the pace must not be carried out.
    """
    check(plan)
    Pacer(pace, 0.0)
    total, reached, found = Load(), 0.0, []
    patience = 0.0
    connects_per_s = float("inf") if connects_at_once is None else connects_at_once / syn_life_s(plan)
    for block in blocks:
        packets_min = packets_max = bytes_max = 0
        alone = Load()
        for ip in block.addresses:
            way = _way(ip, plan, ability, links)
            chain = steps(plan, way, icmp=ability.raw_icmp or ability.ping_socket)
            total.add(chain, way, block.gateway, block.lane)
            alone.add(chain, way, block.gateway, block.lane)
            packets_min += chain[0].packets if chain else 0
            packets_max += sum(step.packets for step in chain)
            bytes_max += sum(step.packets * _frame(step, ip.version) for step in chain)
            patience = max(patience, sum(step.wait_s for step in chain))
        if block.all_nodes and ability.arp and any(_overlaps(block.network, network) for network in links):
            calls = 2 * (plan.retries + 1)
            packets_min, packets_max, bytes_max = (
                packets_min + calls,
                packets_max + calls,
                bytes_max + calls * CALL_FRAME,
            )
            total.packets += calls
        until = total.slowest(pace, connects_per_s)[0] + patience
        _, binds = alone.slowest(pace, connects_per_s)
        found.append(SweepForecast(block, packets_min, packets_max, bytes_max, until - reached, binds))
        reached = until
    return found


def _overlaps(one: IPNetwork, other: IPNetwork) -> bool:
    return one.version == other.version and one.overlaps(other)


def _way(ip: IPAddress, plan: ProbePlan, ability: Ability, links: Sequence[IPNetwork]) -> Way:
    if not any(ip in network for network in links):
        return Way.ROUTED
    return Way.ARP if ability.arp and ProbeKind.ARP in plan.kinds else Way.KERNEL


def _frame(step: Step, version: int) -> int:
    if step.kind is ProbeKind.ARP:
        return ARP_FRAME
    if step.kind is ProbeKind.UDP:
        payload = len(QUESTIONS[step.port].payload) if step.port in QUESTIONS else len(GREETING)
        return max(60, HEADERS + payload) + (20 if version == 6 else 0)  # noqa: PLR2004 -- IPv6
    return (ECHO_FRAME if step.kind is ProbeKind.ICMP else SYN_FRAME)[version]
