"""Which device is a gateway is known though the newest sweep read no device."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING

from inventory.model.batch import Batch
from inventory.model.coverage import Completeness, Table, TableCoverage
from inventory.model.facts import AddressFact
from inventory.model.records import PrefixView, SweepOutcome, UnitView
from inventory.registry.engine import open_registry
from netaudit.app.sweep import gateway_devices

if TYPE_CHECKING:
    from pathlib import Path

    from inventory.registry.engine import Registry

NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)
ONE, TWO = ip_address("10.0.0.1"), ip_address("10.0.1.1")


def sweep(registry: Registry, day: int, **owned: str) -> None:
    """Sweep on a day; these devices were read and have these addresses."""
    at = NOON + timedelta(days=day)
    number = registry.start_sweep({}, {}, at)
    for device, ip in owned.items():
        fact = AddressFact(device, "public", ip_address(ip), 1, at)
        coverage = TableCoverage(device, Table.ADDRESSES, Completeness.COMPLETE, 1, at)
        registry.store_reading(number, f"read:{device}", device, [fact], [coverage], at)
    registry.finish_sweep(number, SweepOutcome.COMPLETE, at, {})


def test_what_the_newest_sweep_did_not_read_an_earlier_one_knows(tmp_path: Path) -> None:
    with open_registry(f"sqlite:///{tmp_path / 'registry.db'}") as registry:
        prefixes = [
            PrefixView(ip_network(f"10.0.{n}.0/24"), "U", "public", gateway=gateway)
            for n, gateway in enumerate((ONE, TWO))
        ]
        registry.apply(Batch((UnitView("U", "U"),), prefixes=tuple(prefixes)))
        assert gateway_devices(registry) == {}
        sweep(registry, 0, old="10.0.0.1", other="10.0.1.1")
        sweep(registry, 1)
        assert gateway_devices(registry) == {ONE: "old", TWO: "other"}
        sweep(registry, 2, new="10.0.0.1")
        assert gateway_devices(registry) == {ONE: "new", TWO: "other"}
        for day in range(3, 9):
            sweep(registry, day)
        assert gateway_devices(registry) == {}
