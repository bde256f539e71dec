"""A port that people name and no device has is told at once, with the names most like it, and stays told."""

from __future__ import annotations

from datetime import UTC, datetime
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

import pytest

from inventory.model.batch import Batch, RecordKind
from inventory.model.coverage import Completeness, Table, TableCoverage
from inventory.model.facts import InterfaceFact
from inventory.model.records import DeviceRole, DeviceView, PointView, UnitView
from inventory.registry.engine import open_registry
from netaudit.app import records
from netaudit.app.import_ import import_files
from tests.unit.reports.test_schema import check

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from inventory.registry.engine import Registry

ALIKE = "GigabitEthernet0/0/7, GigabitEthernet0/0/17, GigabitEthernet0/0/9"
NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)


@pytest.fixture
def read(tmp_path: Path) -> Iterator[Registry]:
    """Return a registry with a switch that was read, and one that was not."""
    with open_registry(f"sqlite:///{tmp_path / 'registry.db'}") as registry:
        devices = [DeviceView(f"sw-{n}", ip_address(f"10.0.0.{n}"), role=DeviceRole.ACCESS) for n in (1, 2)]
        registry.apply(Batch((UnitView("U", "U"),), devices=tuple(devices)))
        replaced(registry, *(f"GigabitEthernet0/0/{n}" for n in range(1, 25)))
        yield registry


def replaced(registry: Registry, *names: str) -> None:
    """Sweep once more; sw-1 has these ports now."""
    number = registry.start_sweep({}, {}, NOON)
    ports = [InterfaceFact("sw-1", n, name, name, None, None, 6, True, True, NOON) for n, name in enumerate(names, 1)]
    coverage = [TableCoverage("sw-1", Table.INTERFACES, Completeness.COMPLETE, len(names), NOON)]
    registry.store_reading(number, "read:sw-1", "sw-1", ports, coverage, NOON)


def stated(registry: Registry, port: str, device: str = "sw-1", **more: str) -> list[str]:
    written = {"device": device, "port": port, "leads": "core", **more}
    records.save(registry, RecordKind.STATEMENT, written, new=True)
    return [str(said) for said in records.doubts(registry, RecordKind.STATEMENT, written)]


def listed(registry: Registry, kind: RecordKind) -> dict[str, tuple[str | None, str | None]]:
    report = records.list_(registry, kind)
    found: Any = report.data
    check("listing", found)
    return {one["port"]: (one["port_match"], one["nearest"]) for one in found}


def test_a_port_nobody_has_is_told_with_those_most_like_it(read: Registry) -> None:
    assert stated(read, "GE0/0/7") == []
    (said,) = stated(read, "GE0/0/77")
    assert said == f"sw-1 has no port GE0/0/77: this has no effect. Most alike: {ALIKE}."
    assert stated(read, "uplink!") == ["sw-1 has no port uplink!: this has no effect."]
    assert stated(read, "GE0/0/8", leads="device", other="sw-2", other_port="GE1") == [
        "sw-2 was never read: nobody knows whether it has a port GE1."
    ]
    assert listed(read, RecordKind.STATEMENT) == {
        "GE0/0/7": ("found", None),
        "GE0/0/77": ("no_port", ALIKE),
        "GE0/0/8": ("unread", None),
        "uplink!": ("no_port", None),
    }


def test_what_no_longer_matches_after_a_device_was_replaced_shows_in_the_list(read: Registry) -> None:
    stated(read, "GE0/0/7")
    read.apply(Batch(points=(PointView("P", "U", "Point", device="sw-1", port="GE0/0/8"),)))
    assert listed(read, RecordKind.POINT) == {"GE0/0/8": ("found", None)}
    replaced(read, "TenGigE1/0/7", "TenGigE1/0/8")
    assert listed(read, RecordKind.STATEMENT)["GE0/0/7"][0] == "no_port"
    assert listed(read, RecordKind.POINT)["GE0/0/8"][0] == "no_port"


def test_a_device_nobody_registered_is_refused_with_names_like_it(read: Registry) -> None:
    with pytest.raises(records.Refused) as refused:
        stated(read, "GE0/0/7", device="sw1")
    assert [str(problem.reason) for problem in refused.value.problems] == [
        "The device sw1 is not registered; import points and devices in one command. Most alike: sw-1."
    ]


def test_an_import_says_so_too(read: Registry, tmp_path: Path) -> None:
    sheet = tmp_path / "statements.csv"
    sheet.write_text("device,port,leads\nsw-1,GE0/0/25,core\nsw-2,GE1,core\n", encoding="utf-8")
    (said,) = import_files(read, [sheet]).remarks
    assert str(said).startswith("sw-1 has no port GE0/0/25: this has no effect. Most alike: ")
