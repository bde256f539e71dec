"""What a device called its own card is no endpoint because the device did not answer this time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from inventory.model.batch import Batch
from inventory.model.coverage import Completeness
from inventory.model.location import Verdict
from inventory.model.records import DeviceRole
from inventory.registry.engine import open_registry
from netaudit.app.current import current
from netaudit.app.recompute import recompute
from netaudit.settings import Settings
from tests.simulator.story import Story, station
from tests.unit.app import told

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from inventory.model.observation import Finding
    from inventory.registry.engine import Registry

X = station(1)


def network(*, answers: bool) -> Story:
    """A switch hangs on port 2 of the core, which hears no neighbour; X is on port 5 of the switch."""
    story = Story()
    core = story.device("core", DeviceRole.CORE, address="10.255.0.1")
    switch = story.device("sw", address="10.255.0.2", read=answers)
    story.owns("core", "10.1.0.1")
    story.learn("core", 2, switch, X)
    story.resolve("core", "10.1.0.9", X)
    story.covered("core")
    if answers:
        story.learn("sw", 1, core)
        story.learn("sw", 5, X)
        story.covered("sw")
    else:
        story.covered("sw", completeness=Completeness.TIMED_OUT, rows=0)
    return story


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Registry]:
    with open_registry(f"sqlite:///{tmp_path / 'registry.db'}") as opened:
        opened.apply(Batch(devices=tuple(network(answers=True).devices)))
        yield opened


def seen(registry: Registry, sweep: int) -> list[Finding]:
    known = current(registry, Settings(), sweep=sweep)
    return [finding for unit in known.units for finding in unit.findings]


def test_a_silent_switch_is_no_endpoint_and_hides_what_is_behind_it(registry: Registry) -> None:
    told.sweep(registry, network(answers=True), 0)
    silent = told.sweep(registry, network(answers=False), 1)
    (finding,) = seen(registry, silent)
    assert finding.observation.mac == X
    found = finding.observation.location
    assert (found.verdict, found.behind) == (Verdict.BOUNDED, ("sw",))
    same = recompute(registry, Settings(), lambda _done, _all: None, dry_run=True)
    assert (same.observations_changed, same.intervals_changed) == (0, 0)


def test_the_cards_of_a_device_nobody_registered_any_more_are_not_remembered(registry: Registry) -> None:
    told.sweep(registry, network(answers=True), 0)
    registry.remove("device", "sw")
    assert registry.facts(told.sweep(registry, network(answers=False), 1)).remembered == ()


def test_nothing_is_remembered_of_what_came_later_or_told_itself(registry: Registry) -> None:
    first = told.sweep(registry, network(answers=False), 0)
    second = told.sweep(registry, network(answers=True), 1)
    third = told.sweep(registry, network(answers=False), 2)
    assert registry.facts(first).remembered == ()
    assert registry.facts(second).remembered == ()
    assert {card.device for card in registry.facts(third).remembered} == {"sw"}
    assert registry.facts([second, third]).remembered == ()
