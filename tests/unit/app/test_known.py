"""What is known now: of a small network at once, of a large one compared beside; again when something is new."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from inventory.model.batch import Batch
from inventory.model.records import RegistrationState
from inventory.registry.engine import open_registry
from netaudit.app import known as module
from netaudit.app.current import current
from netaudit.app.known import Known
from netaudit.settings import Settings
from tests.simulator.district import NEWEST, District, furnish, sweep

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from inventory.registry.engine import Registry


@pytest.fixture
def furnished(tmp_path: Path) -> Iterator[tuple[Registry, District]]:
    """A registry with four units, 60 endpoints, 20 registrations and one sweep."""
    with open_registry(f"sqlite:///{tmp_path / 'r.db'}") as registry:
        yield registry, furnish(registry, 4, 60, 20)


def file_everything(registry: Registry, district: District) -> None:
    views = district.filings(len(district.endpoints))
    registry.apply(Batch(registrations=tuple(replace(v, state=RegistrationState.APPROVED) for v in views)))


def test_it_is_what_a_report_would_say(furnished: tuple[Registry, District]) -> None:
    registry, _district = furnished
    known = Known(registry, Settings()).get()
    assert known.compared == current(registry, Settings())
    for unit in known.units:
        assert known.by_unit[unit.code] is unit
        for finding in unit.findings:
            seen = finding.observation
            assert seen.mac is None or known.by_card[seen.plane, seen.mac] is finding
            assert all(finding in known.by_address[ip] for ip in seen.ips)


def test_a_small_network_is_never_told_late(furnished: tuple[Registry, District]) -> None:
    registry, district = furnished
    known = Known(registry, Settings())
    before = known.get()
    assert known.get() is before
    file_everything(registry, district)
    after = known.get()
    assert after.compared == current(registry, Settings())
    assert after.compared != before.compared
    sweep(registry, district, 1, NEWEST + timedelta(hours=1))
    assert known.get().sweep == 2


def test_of_a_large_one_the_last_is_told_until_the_next_is_made(
    furnished: tuple[Registry, District], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_AT_ONCE", 10)
    registry, district = furnished
    known = Known(registry, Settings())
    before = known.get()
    file_everything(registry, district)
    wanted = current(registry, Settings())
    assert known.get() is before
    patience = time.monotonic() + 60
    while known.get() is before:
        assert time.monotonic() < patience
        time.sleep(0.02)
    assert known.get().compared == wanted
