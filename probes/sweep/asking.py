"""The state of what is being asked: one address, one block; and what the probes report about them."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from probes.sweep.errnos import AGAIN, NEVER

if TYPE_CHECKING:
    from datetime import datetime

    from inventory.model.sightings import ProbeKind, Sighting
    from inventory.model.values import IPAddress, Mac
    from probes.blocks import Block
    from probes.sweep.links import Route
    from probes.sweep.schedule import Step, Way
    from probes.sweep.tcp import Connect
    from probes.sweep.unreachable import Unreachable


class Sent(Enum):
    """How an attempt to send ended."""

    YES = "yes"
    AGAIN = "again"
    """The kernel has no room now: the same again a little later."""
    FAILED = "failed"
    """Not this time: no route, link down, local filter."""
    NEVER = "never"
    """Not to this address: broadcast, forbidden by a route."""


def sent(number: int | None) -> Sent:
    """Say what an errno from sending means for the probe."""
    if number in AGAIN:
        return Sent.AGAIN
    return Sent.NEVER if number in NEVER else Sent.FAILED


@dataclass(slots=True, eq=False)
class BlockRun:
    """A block in flight."""

    block: Block
    unsettled: int
    askings: list[Asking] = field(default_factory=list)
    limits: set[str] = field(default_factory=set)
    closes_at: float = 0.0
    """Not before this: a second station may answer for the same address."""


@dataclass(slots=True, eq=False)
class Asking:
    """An address being asked."""

    run: BlockRun
    ip: IPAddress
    text: str
    """The address as sockets write it, without a scope."""
    way: Way
    route: Route
    steps: tuple[Step, ...]
    position: int = 0
    """The step that comes next."""
    secret: bytes = field(default_factory=lambda: os.urandom(6))
    """The identifier and the end of the payload of every echo request to this address."""
    echoes: dict[int, float] = field(default_factory=dict)
    """Random sequence number → when it left."""
    arps: list[float] = field(default_factory=list)
    datagrams: dict[int, dict[int, float]] = field(default_factory=dict)
    """UDP port → what of the cookie must come back → when it left."""
    connects: set[Connect] = field(default_factory=set)
    asked_at: float | None = None
    last_sent: float = 0.0
    backoffs: int = 0
    sightings: dict[tuple[ProbeKind, Mac | None], Sighting] = field(default_factory=dict)
    neighbour: Mac | None = None
    """What the kernel's table proved."""
    neighbour_at: datetime | None = None
    """When that was told first."""
    in_vain: int = 0
    """How many steps were waited for without an answer, those of an interrupted sweep included."""
    packets_left: int = 0
    settled: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """An address proved to be alive."""

    asking: Asking
    kind: ProbeKind
    detail: str
    sent_at: float | None
    """None when it is not known which of several requests is answered."""
    ttl: int | None = None
    mac: Mac | None = None


@dataclass(frozen=True, slots=True)
class Fenced:
    """Somebody on the way said that the probe is blocked."""

    asking: Asking
    router: str | None = None
    """Who forbids it, in so many words."""


def fenced(asking: Asking, error: Unreachable) -> Fenced:
    """Say that somebody else than the host refuses a probe."""
    return Fenced(asking, error.offender if error.prohibited else None)
