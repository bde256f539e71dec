"""An address that no sweep of the last days saw: was it looked for, who had it last, or is it a device's own?"""

from __future__ import annotations

from datetime import date
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING

import pytest

from inventory.model.batch import Batch
from inventory.model.coverage import Completeness, Table
from inventory.model.facts import ArpKind
from inventory.model.records import (
    ContactRole,
    ContactView,
    DeviceRole,
    ExclusionView,
    PointView,
    PrefixView,
    UnitView,
    YesNoUnknown,
)
from inventory.model.values import Mac
from inventory.registry.engine import open_registry
from netaudit.app.locate import locate
from netaudit.settings import Settings
from reports.formats import terminal
from tests.simulator.story import Story, station
from tests.unit.app import told
from tests.unit.reports.test_schema import check

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import Any

    from inventory.registry.engine import Registry

X, VIRTUAL = station(1), Mac.parse("00:00:5e:00:01:0a")
WITHIN, OTHER, HIDDEN, NOWHERE = "10.1.0.9", "10.2.0.9", "10.3.0.9", "172.31.9.9"


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Registry]:
    with open_registry(f"sqlite:///{tmp_path / 'registry.db'}") as opened:
        opened.apply(
            Batch(
                (UnitView("A", "第一小学"),),
                (PointView("P-1", "A", "教学楼"), PointView("P-3", "A", "分校", nat=YesNoUnknown.YES)),
                tuple(
                    PrefixView(ip_network(cidr), "A", "public", point)
                    for cidr, point in (("10.1.0.0/24", "P-1"), ("10.2.0.0/24", None), ("10.3.0.0/24", "P-3"))
                ),
                tuple(network().devices),
                (ContactView("A", "李娜", ContactRole.TECHNICAL_LEAD, "13912345678"),),
            )
        )
        yield opened


def network(*, seen: bool = False, arp: Completeness = Completeness.COMPLETE) -> Story:
    """Tell of a gateway and a switch; the switch is read, and so is the gateway as far as ``arp`` says."""
    story = Story()
    core = story.device("core", DeviceRole.CORE, address="10.255.0.1")
    story.device("sw", address="10.255.0.2", point="P-1")
    dark = story.device("dark", address="10.255.0.3", read=False)
    story.learn("sw", 1, core)
    story.owns("core", "10.1.0.1")
    story.resolve("core", "10.1.0.254", VIRTUAL)
    story.resolve("core", "10.255.0.3", dark)
    story.resolve("core", "10.1.0.1", core, kind=ArpKind.LOCAL)
    if seen:
        story.resolve("core", WITHIN, X)
        story.learn("sw", 5, X)
    story.covered("core", Table.ARP, completeness=arp)
    story.covered("sw", Table.FDB, Table.INTERFACES)
    story.scanned("10.1.0.0/24", alive=3)
    story.scanned("10.3.0.0/24")
    return story


def asked(registry: Registry, query: str) -> tuple[dict[str, Any], str]:
    """Return the answer as data, and as a terminal shows it."""
    answer = locate(registry, Settings(), query, reveal=False)
    assert isinstance(answer.data, dict)
    check("locate", answer.data)
    return answer.data, terminal.render(answer.document, str)


def test_before_the_first_sweep_nothing_is_known(registry: Registry) -> None:
    data, shown = asked(registry, WITHIN)
    assert data["not_seen"]["days"] is None
    assert "No sweep has run yet" in shown


@pytest.mark.parametrize("query", [WITHIN, str(X)])
def test_what_was_seen_weeks_ago_is_told_with_its_place_and_time(registry: Registry, query: str) -> None:
    told.sweep(registry, network(seen=True), 0)
    told.sweep(registry, network(), 30)
    data, shown = asked(registry, query)
    (last,) = data["not_seen"]["last_known"]
    assert (last["mac"], last["addresses"][0]["ip"]) == (str(X), WITHIN)
    (place,) = last["places"]
    assert (place["device"], place["port"], place["last_seen"][:10]) == ("sw", "GE0/0/5", "2026-11-23")
    assert "No sweep saw" not in shown
    assert f"No sweep of the last 7 days saw {query}." in shown


def test_an_address_that_was_looked_for_is_not_seen(registry: Registry) -> None:
    told.sweep(registry, network(), 0)
    data, shown = asked(registry, WITHIN)
    (looked,) = data["not_seen"]["looked_for"]
    assert (looked["prefix"], looked["unit"], looked["point"], looked["absence"]) == (
        *("10.1.0.0/24", "A", "P-1", "not_seen"),
    )
    assert looked["contacts"] == [{"name": "李娜", "role": "technical_lead", "phone": "139****5678"}]
    assert "was probed and the ARP table of core was read completely" in shown


@pytest.mark.parametrize(
    ("query", "arp", "because"),
    [
        (OTHER, Completeness.COMPLETE, "it is not certain that 10.2.0.9 was probed"),
        (WITHIN, Completeness.TRUNCATED, "the ARP table of core was not read completely"),
        (WITHIN, Completeness.TIMED_OUT, "the ARP table of core was not read completely"),
        (HIDDEN, Completeness.COMPLETE, "P-3 is behind address translation"),
        (NOWHERE, Completeness.COMPLETE, "172.31.9.9 lies in no registered prefix"),
    ],
)
def test_an_address_nobody_looked_for_is_not_called_absent(
    registry: Registry, query: str, arp: Completeness, because: str
) -> None:
    told.sweep(registry, network(arp=arp), 0)
    data, shown = asked(registry, query)
    (looked,) = data["not_seen"]["looked_for"]
    assert (looked["absence"], looked["because"]) == ("not_assessed", because)
    assert because in shown


def test_an_address_nothing_is_sent_to_says_why(registry: Registry) -> None:
    registry.apply(Batch(exclusions=(ExclusionView(ip_network(f"{OTHER}/32"), "疫苗冷链", date(2099, 1, 1)),)))
    told.sweep(registry, network(), 0)
    data, _shown = asked(registry, OTHER)
    assert data["not_seen"]["looked_for"][0]["because"] == "nothing is sent to 10.2.0.9: 疫苗冷链"


def test_of_a_card_the_tables_are_counted(registry: Registry) -> None:
    told.sweep(registry, network(), 0)
    data, shown = asked(registry, str(X))
    assert data["not_seen"]["forwarding_tables"] == {"complete": 1, "asked": 1}
    assert "forwarding tables read completely: 1 of 1" in shown


def test_a_devices_own_card_names_the_device_and_the_rows(registry: Registry) -> None:
    story = network()
    told.sweep(registry, story, 0)
    dark, core = (fact.mac for fact in story.factset().arp if fact.ip in map(ip_address, ("10.1.0.1", "10.255.0.3")))
    for query, device, row in (
        (str(core), "core", "interface=GE0/0/1"),
        (str(dark), "dark", "ip=10.255.0.3"),  # never read: known by what the gateway resolved its address to
        ("10.255.0.2", "sw", "ip=10.255.0.2"),
    ):
        data, shown = asked(registry, query)
        assert data["devices"] == [device]
        assert data["not_seen"] is None
        assert row in shown


def test_a_virtual_routers_card_is_told_as_one(registry: Registry) -> None:
    told.sweep(registry, network(), 0)
    data, shown = asked(registry, str(VIRTUAL))
    assert data["not_seen"] is None
    assert "virtual router" in shown
    assert "ip=10.1.0.254" in shown


def test_a_registered_devices_point_and_unit_are_told(registry: Registry) -> None:
    told.sweep(registry, network(), 0)
    _data, shown = asked(registry, "10.255.0.2")
    assert "教学楼 (P-1)" in shown
    assert "第一小学 (A)" in shown
