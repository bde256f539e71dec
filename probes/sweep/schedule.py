"""Which probes an address gets, in which order, and how long each is waited for. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from inventory.model.sightings import ProbeKind
from probes.blocks import FORBIDDEN_TCP_PORTS
from probes.sweep.catalogue import CLOSED, QUESTIONS

if TYPE_CHECKING:
    from probes.blocks import ProbePlan

PORT_GAP_S: Final = 0.25
"""Between two ports of one silent host: most answers arrive meanwhile and save the rest."""

SYN_LIFE_S: Final = 0.95
"""The kernel repeats an unanswered SYN after 1 s (RFC 6298 §2.1): gone before that, a connect is one packet."""

KERNEL_SOLICITS: Final = 3
"""ARP or ND requests the kernel makes for one silent address (net.ipv4.neigh.*.mcast_solicit)."""

_LAST_PORT: Final = 65535
_ECHOES: Final = {(ProbeKind.ICMP, 0), (ProbeKind.UDP, CLOSED)}


class Way(Enum):
    """How packets to an address leave this computer."""

    OWN = "own"
    """It is an address of this computer."""
    ROUTED = "routed"
    """Through a gateway, or a link without ARP."""
    ARP = "arp"
    """On the local link: we ask by ARP ourselves."""
    KERNEL = "kernel"
    """On the local link: the kernel asks by ARP or ND before the first packet leaves."""


@dataclass(frozen=True, slots=True)
class Step:
    """One probe of one address."""

    kind: ProbeKind
    wait_s: float
    """How long to wait before the next step."""
    opens_round: bool
    """Whether it is the first of a round; there are ``retries + 1`` rounds."""
    port: int = 0
    packets: int = 1
    """What may leave for it, the kernel's repetitions included."""


def syn_life_s(plan: ProbePlan) -> float:
    """How long a connect may stay unanswered."""
    return min(plan.timeout_s, SYN_LIFE_S) if plan.timeout_s <= 1 else plan.timeout_s


def syn_packets(plan: ProbePlan) -> int:
    """How many SYN the kernel sends at most while a connect waits: one each second (tcp_syn_linear_timeouts)."""
    return max(1, math.ceil(plan.timeout_s))


@lru_cache(maxsize=64)  # asked for every address
def steps(plan: ProbePlan, way: Way, *, icmp: bool) -> tuple[Step, ...]:
    """Return the probes of a silent address.

    ``icmp`` tells whether echo requests can be sent at all; a datagram to a closed port stands in for them.
    """
    if way is Way.ARP:
        return (Step(ProbeKind.ARP, plan.timeout_s, opens_round=True),) * (plan.retries + 1)
    asked = _asked(plan, icmp=icmp)
    one_round: list[Step] = []
    for kind, port in asked:
        # The kernel's ARP or ND comes before the first packet, so that one is waited for in full.
        patient = len(one_round) == len(asked) - 1 or (way is Way.KERNEL and not one_round)
        # An echo or its stand-in finds most hosts: what it finds need not be asked the rest.
        wait = plan.timeout_s if patient or (kind, port) in _ECHOES else min(PORT_GAP_S, plan.timeout_s)
        packets = syn_packets(plan) if kind is ProbeKind.TCP else 1
        one_round.append(Step(kind, wait, opens_round=not one_round, port=port, packets=packets))
    return tuple(one_round) * (plan.retries + 1)


def _asked(plan: ProbePlan, *, icmp: bool) -> list[tuple[ProbeKind, int]]:
    """Return kind and port of one round's probes, in their order."""
    found: list[tuple[ProbeKind, int]] = []
    if ProbeKind.ICMP in plan.kinds:
        found.append((ProbeKind.ICMP, 0) if icmp else (ProbeKind.UDP, CLOSED))
    if ProbeKind.TCP in plan.kinds:
        found += [(ProbeKind.TCP, port) for port in dict.fromkeys(plan.tcp_ports)]
    if ProbeKind.UDP in plan.kinds:
        found += [(ProbeKind.UDP, port) for port in QUESTIONS]
    return found


def check(plan: ProbePlan) -> None:
    """Refuse a plan that must not be carried out.

    Raises:
        ValueError: a port that must never be probed or does not exist, or a time or count that makes no sense.
    """
    forbidden = sorted(FORBIDDEN_TCP_PORTS.intersection(plan.tcp_ports))
    if forbidden:
        message = f"printers print what arrives on TCP {', '.join(map(str, forbidden))}: never probed"
        raise ValueError(message)
    strange = [port for port in plan.tcp_ports if not 1 <= port <= _LAST_PORT]
    if strange:
        message = f"no TCP port: {strange[0]}"
        raise ValueError(message)
    if not (math.isfinite(plan.timeout_s) and plan.timeout_s > 0):
        message = f"a timeout must be a positive number of seconds, not {plan.timeout_s}"
        raise ValueError(message)
    if plan.retries < 0:
        message = f"a number of retries cannot be negative: {plan.retries}"
        raise ValueError(message)
