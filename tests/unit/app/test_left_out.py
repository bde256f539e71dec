"""An address nothing was sent to is not counted among those that were asked, whatever else of its block was."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING

import pytest

from inventory.model.factset import DOUBTFUL, FactSet, ScannedBlock
from inventory.model.history import Closing
from inventory.model.records import Filed, PrefixView
from inventory.reconcile.asked import Asked
from inventory.reconcile.look import look
from inventory.reconcile.reading import Reading
from inventory.registry.engine import open_registry
from netaudit.app import asked as stored
from netaudit.app.clock import SweepClock
from netaudit.app.scope import Area, Scope, cut_blocks
from probes.contract import BlockDone
from probes.sweep import keys
from tests.simulator.story import Story, station
from tests.unit.app import told

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
PREFIX = ip_network("10.1.0.0/22")


def scan(tmp_path: Path, excluded: Sequence[str]) -> tuple[ScannedBlock, ...]:
    """Ask every address of a prefix but the excluded ones, and return what is stored of that."""
    clock = SweepClock()
    scope = Scope((Area("public", PREFIX, PREFIX, None),), tuple(map(ip_network, excluded)), (), named=False)
    with open_registry(f"sqlite:///{tmp_path / 'registry.db'}") as registry:
        number = registry.start_sweep({}, {}, clock.now())
        blocks = stored.Asked(registry, number, clock)
        for block in cut_blocks(scope, {}):
            blocks.store(BlockDone(block, (), len(block.addresses), (), NOON))
        return registry.coverage_facts(number).blocks


def asked(blocks: Sequence[ScannedBlock], written: str) -> bool:
    facts = FactSet(blocks=tuple(blocks))
    filed = Filed(prefixes=(PrefixView(PREFIX, "A", "public"),))
    by_reading = Reading(facts, filed, ()).asked("public", ip_address(written))
    assert Asked(look(1, (), facts).asked).holds("public", ip_address(written)) == by_reading
    return by_reading


@pytest.mark.parametrize(
    "excluded",
    [("10.1.1.7/32",), ("10.1.1.7/32", "10.1.1.9/32"), ("10.1.0.7/32",), ("10.1.1.0/28",), ("10.1.0.0/23",)],
)
def test_an_excluded_address_was_not_asked_and_its_neighbours_were(tmp_path: Path, excluded: tuple[str, ...]) -> None:
    blocks = scan(tmp_path, excluded)
    networks = list(map(ip_network, excluded))
    for written in ("10.1.1.7", "10.1.1.9", "10.1.0.7", "10.1.1.200", "10.1.0.8", "10.1.2.7", "10.1.1.1", "10.1.3.254"):
        outside = not any(ip_address(written) in network for network in networks)
        assert asked(blocks, written) == outside


@pytest.mark.parametrize("doubt", sorted(DOUBTFUL))
def test_where_silence_proves_nothing_nobody_was_asked(tmp_path: Path, doubt: str) -> None:
    assert doubt in vars(keys).values()
    blocks = [replace(block, limits=(doubt,)) for block in scan(tmp_path, ())]
    assert not asked(blocks, "10.1.1.7")


def test_an_excluded_endpoint_is_not_called_gone(tmp_path: Path) -> None:
    """Its gateway and its switch have forgotten it, and nothing was sent that could have woken it."""
    before, after = network(seen=True), network(seen=False)
    after.blocks = list(scan(tmp_path / "scan", ("10.1.1.7/32",)))
    with open_registry(f"sqlite:///{tmp_path / 'history.db'}") as registry:
        told.sweep(registry, before, 0)
        told.sweep(registry, after, 1)
        held = registry.archive.of_mac(station(1))
        assert [one.closing for one in held] == [None, None]
        told.sweep(registry, replace(after, blocks=list(scan(tmp_path / "again", ()))), 2)
        assert {one.closing for one in registry.archive.of_mac(station(1))} == {Closing.GONE}


def network(*, seen: bool) -> Story:
    story = Story()
    core, switch = story.device("core"), story.device("sw")
    story.learn("sw", 1, core)
    story.learn("core", 1, switch)
    story.owns("core", "10.1.1.1")
    if seen:
        story.learn("sw", 5, station(1))
        story.resolve("core", "10.1.1.7", station(1))
    story.covered("core")
    story.covered("sw")
    return story
