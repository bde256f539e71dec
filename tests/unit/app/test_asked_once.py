"""Nobody is asked to file a device again because its made-up card changed; it is shown all the same."""

from __future__ import annotations

from io import BytesIO
from ipaddress import ip_network
from random import Random
from typing import TYPE_CHECKING

from openpyxl import load_workbook

from inventory.model.batch import Batch
from inventory.model.cases import Actor, Role
from inventory.model.observation import Status
from inventory.model.records import PrefixView, UnitView
from inventory.registry.engine import open_registry
from netaudit.app import unit_page, unit_sheets
from netaudit.app.known import Known
from netaudit.settings import Settings
from tests.simulator.conditions import Condition
from tests.simulator.shapes import Shape, build
from tests.simulator.tables import read
from tests.unit.app.test_locate import changing, dated, store

if TYPE_CHECKING:
    from pathlib import Path


def test_a_card_that_changed_is_shown_and_not_asked_for(tmp_path: Path) -> None:
    random = Random(2)  # noqa: S311 -- reproducible networks
    network = build(random, Shape(6, 60, spanning=0.0))
    settings = Settings()
    with open_registry(f"sqlite:///{tmp_path / 'registry.db'}") as registry:
        prefix = PrefixView(ip_network("10.0.0.0/8"), "A", "public", dhcp=True)
        registry.apply(Batch((UnitView("A", "A"),), prefixes=(prefix,), devices=tuple(network.devices())))
        facts = read(network, random, Condition("day")).facts
        for day in range(2):
            store(registry, dated(changing(facts, day), day), day)
        known = Known(registry, settings).get()
        shown = unit_page.unit_page(registry, settings, known, "A", Actor("a", Role.ADMIN, None))
        (unit,) = (unit for unit in known.units if unit.code == "A")
        unfiled = {f.observation.mac for f in unit.findings if f.status is Status.UNREGISTERED}
        asked, twins = {row.mac for row in shown.seen}, {row.mac for row in shown.twins}
        assert twins
        assert asked | twins == unfiled
        assert not asked & twins
        assert all(row.alike is not None for row in shown.twins)
        ((_name, book),) = unit_sheets.export(registry, settings, str, unit="A", known=known.compared)
        cells = {
            cell
            for sheet in load_workbook(BytesIO(book)).worksheets
            for row in sheet.iter_rows(values_only=True)
            for cell in row
        }
        assert {str(mac) for mac in asked if mac is not None} <= cells
        assert not {str(mac) for mac in twins} & cells
        assert any("probably" in str(cell) or "may be" in str(cell) for cell in cells)
