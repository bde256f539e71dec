"""How far sweeps are and how they went, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from inventory.model.errors import RegistryError
from inventory.model.records import SweepOutcome

if TYPE_CHECKING:
    from inventory.registry.engine import Registry

AT = datetime(2026, 11, 23, 2, tzinfo=UTC)
SIGN = {"phase": "scan", "done": 3, "total": 9, "at": "2026-11-23T02:00:00Z"}


def test_signs_come_and_go_and_a_wish_to_stop_is_seen(registry: Registry) -> None:
    runs = registry.archive.runs
    number = registry.start_sweep({}, {}, AT)
    assert runs.note(number, SIGN) is False
    assert runs.newest(1)[0].summary == {"progress": SIGN}
    runs.ask_to_stop(number, "root", AT)
    assert runs.note(number, {**SIGN, "done": 4}) is True
    assert [(entry.actor, entry.action, entry.subject) for entry in registry.gate.log(newest=1)] == [
        ("root", "stop_sweep", f"sweep {number}")
    ]
    registry.finish_sweep(number, SweepOutcome.INTERRUPTED, AT, {"probed": 5})
    assert runs.note(number, None) is False
    assert runs.newest(1)[0].summary == {"probed": 5}
    runs.begin(number)
    assert runs.note(number, SIGN) is False


def test_the_newest_come_first(registry: Registry) -> None:
    numbers = [registry.start_sweep({}, {}, AT) for _ in range(4)]
    runs = registry.archive.runs
    assert [view.id for view in runs.newest(3)] == numbers[:0:-1]
    assert [view.id for view in runs.newest(3, before=numbers[2])] == numbers[1::-1]


def test_a_sweep_that_is_not_there_cannot_be_stopped(registry: Registry) -> None:
    with pytest.raises(RegistryError):
        registry.archive.runs.ask_to_stop(99, "root", AT)
