"""What a sweep stores of its blocks, and what is left of them when it goes on."""

from __future__ import annotations

from datetime import UTC, datetime
from ipaddress import IPv4Network
from typing import TYPE_CHECKING

from inventory.model.sightings import ProbeKind, Sighting, proving
from inventory.registry.engine import open_registry
from netaudit.app.asked import Asked
from netaudit.app.clock import SweepClock
from probes.contract import Block, BlockDone
from probes.sweep.limits import ANSWERED_FOR
from probes.sweep.stand_in import judged

if TYPE_CHECKING:
    from pathlib import Path

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
NETWORK = IPv4Network("10.9.3.0/24")
BLOCK = Block("public 10.9.3.0/24", "public", NETWORK, tuple(NETWORK.hosts()))


def answers(first: int, last: int, detail: str = "tcp/443 open") -> tuple[Sighting, ...]:
    kind = ProbeKind.TCP if detail.startswith("tcp") else ProbeKind.ICMP
    return tuple(Sighting("public", NETWORK[number], None, kind, detail, NOON, 60) for number in range(first, last + 1))


def test_a_firewall_is_seen_although_the_sweep_was_killed_halfway(tmp_path: Path) -> None:
    clock = SweepClock()
    with open_registry(f"sqlite:///{tmp_path}/netaudit.db") as registry:
        number = registry.start_sweep({}, {}, clock.now())
        killed = Asked(registry, number, clock)
        half = (*answers(1, 150), *answers(7, 7, "echo reply"))
        killed.keep(BlockDone(BLOCK, half, 150, (), NOON, finished=False))
        killed.store_kept()
        (stored,) = registry.coverage_facts([number]).blocks
        assert (stored.asked, stored.alive) == (150, 150)

        resumed = Asked(registry, number, clock)
        (rest,) = resumed.left([BLOCK], None)
        assert rest.addresses == tuple(NETWORK.hosts())[150:]
        event = judged(BlockDone(rest, answers(151, 250), 104, (), NOON))
        assert isinstance(event, BlockDone)
        resumed.store(event)
        (stored,) = registry.coverage_facts([number]).blocks
        assert (stored.asked, stored.alive, stored.limits) == (254, 1, (ANSWERED_FOR,))
        assert [sighting.detail for sighting in proving(registry.sightings(number))] == ["echo reply"]


def test_what_differs_is_not_doubted_because_the_rest_is_alike(tmp_path: Path) -> None:
    """A hundred hosts that answer otherwise came before; by itself what follows looks like a firewall."""
    clock = SweepClock()
    with open_registry(f"sqlite:///{tmp_path}/netaudit.db") as registry:
        number = registry.start_sweep({}, {}, clock.now())
        killed = Asked(registry, number, clock)
        killed.keep(BlockDone(BLOCK, answers(1, 100, "echo reply"), 100, (), NOON, finished=False))
        killed.store_kept()
        resumed = Asked(registry, number, clock)
        (rest,) = resumed.left([BLOCK], None)
        event = judged(BlockDone(rest, answers(101, 254), 154, (), NOON))
        assert isinstance(event, BlockDone)
        assert event.limits == (ANSWERED_FOR,)
        resumed.store(event)
        (stored,) = registry.coverage_facts([number]).blocks
        assert (stored.asked, stored.alive, stored.limits) == (254, 254, ())
        assert len(proving(registry.sightings(number))) == 254
