"""Who is on a device or a port, now and then; and computers by the name they give themselves."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from ipaddress import ip_address
from typing import TYPE_CHECKING

import pytest

from inventory.model.batch import Batch
from inventory.model.coverage import Completeness, Table
from inventory.model.errors import UsageError
from inventory.model.facts import InterfaceFact, Sighting
from inventory.model.records import DeviceRole, Leads, StatementView
from inventory.model.sightings import ProbeKind
from inventory.registry.engine import open_registry
from netaudit.app.locate import locate
from netaudit.app.spots import Spot, spot_named
from netaudit.app.timeline import at_moment, tell
from netaudit.settings import Settings
from reports.formats import terminal
from tests.simulator.story import AT, Story, station
from tests.unit.app import told
from tests.unit.reports.test_schema import check

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import Any

    from inventory.model.values import Mac
    from inventory.registry.engine import Registry

X, Y, Z = station(1), station(2), station(3)


def network(at: str) -> Story:
    """X is on port 5 of one of two switches; Y on port 6 of the first; Z behind a switch that is not read."""
    story = Story()
    core = story.device("core", DeviceRole.CORE)
    first, second = story.device("sw-1"), story.device("sw-10")
    dark = story.device("dark", read=False)
    story.owns("core", "10.1.0.1")
    story.learn("core", 1, first, Y, Z, dark)
    story.learn("core", 2, second)
    story.learn("core", {"sw-1": 1, "sw-10": 2}[at], X)
    story.learn("sw-1", 1, core, second)
    story.learn("sw-10", 1, core, first, Y, Z)
    story.learn("sw-1", 6, Y)
    story.learn("sw-1", 7, Z, dark)
    story.learn(at, 5, X)
    story.learn({"sw-1": "sw-10", "sw-10": "sw-1"}[at], 1, X)
    for number, mac in enumerate((X, Y, Z), 11):
        story.resolve("core", f"10.1.0.{number}", mac)
    story.resolve("core", str(story.devices[-1].address), dark)
    for device in ("core", "sw-1", "sw-10"):
        story.covered(device, Table.ARP, Table.FDB, Table.INTERFACES)
    story.covered("dark", completeness=Completeness.TIMED_OUT, rows=0)
    story.facts.append(
        Sighting("public", ip_address("10.1.0.12"), None, ProbeKind.UDP, "udp/137 name=PC-WANG.example.cn", AT)
    )
    return story


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Registry]:
    with open_registry(f"sqlite:///{tmp_path / 'registry.db'}") as opened:
        opened.apply(Batch(devices=tuple(network("sw-1").devices)))
        told.sweep(opened, network("sw-1"), 0)
        told.sweep(opened, network("sw-10"), 1)
        yield opened


def asked(registry: Registry, query: str) -> tuple[dict[str, Any], str]:
    answer = locate(registry, Settings(), query, reveal=False, history=True)
    assert isinstance(answer.data, dict)
    check("locate", answer.data)
    return answer.data, terminal.render(answer.document, str)


@pytest.mark.parametrize(
    ("query", "spot"),
    [
        ("sw-1", Spot("sw-1")),
        (" SW-10 ", Spot("sw-10")),
        ("sw-1 GE0/0/5", Spot("sw-1", "GE0/0/5")),
        ("sw-10:GE0/0/5", Spot("sw-10", "GE0/0/5")),
        ("sw-10, GigabitEthernet 0/0/5", Spot("sw-10", "GigabitEthernet 0/0/5")),
        ("sw-1：ＧＥ0/0/5", Spot("sw-1", "GE0/0/5")),
        ("sw-100", None),
        ("switch", None),
    ],
)
def test_devices_and_ports_as_people_write_them(registry: Registry, query: str, spot: Spot | None) -> None:
    assert spot_named(registry, query) == spot


@pytest.mark.parametrize("port", ["GE0/0/5", "gigabitethernet0/0/5", "GE 0/0/5"])
def test_a_port_tells_who_is_on_it_and_who_was(registry: Registry, port: str) -> None:
    now, shown = asked(registry, f"sw-10 {port}")
    assert [one["mac"] for one in now["matches"]] == [str(X)]
    assert (now["port"]["name"], now["port"]["oper_up"]) == ("GE0/0/5", True)
    assert now["forwarding_table"]["completeness"] == "complete"
    assert "Who is on sw-10, port GE0/0/5?" in shown
    before, _shown = asked(registry, f"sw-1 {port}")
    assert before["matches"] == []
    (was,) = before["history"]
    assert (was["mac"], was["places"][0]["closing"]) == (str(X), "moved")


def test_who_was_on_a_port_on_that_day_with_the_address_of_that_day(registry: Registry) -> None:
    for day, device, other in ((0, "sw-1", "sw-10"), (1, "sw-10", "sw-1")):
        moment = (AT + timedelta(days=day, seconds=1)).isoformat()
        found = at_moment(registry, f"{device} GE0/0/5", moment, reveal=False).data
        assert isinstance(found, dict)
        check("moment", found)
        matches: Any = found["matches"]
        (match,) = matches
        assert (match["mac"], match["ips"]) == (str(X), ["10.1.0.11"])
        empty = at_moment(registry, f"{other} GE0/0/5", moment, reveal=False)
        assert isinstance(empty.data, dict)
        assert empty.data["matches"] == []
        assert f"Nothing that was read says who was on {other} GE0/0/5" in terminal.render(empty.document, str)


def test_a_device_tells_all_of_its_ports(registry: Registry) -> None:
    found, shown = asked(registry, "sw-1")
    assert {(one["mac"], one["location"]["port"]) for one in found["matches"]} == {
        (str(Y), "GE0/0/6"),
        (str(Z), "GE0/0/7"),
    }
    assert found["devices"] == ["sw-1"]
    assert str(Y) in shown
    timeline = tell(registry, "sw-1")
    assert isinstance(timeline.data, dict)
    check("timeline", timeline.data)


def test_a_device_that_was_not_read_tells_who_may_be_on_it(registry: Registry) -> None:
    found, shown = asked(registry, "dark")
    assert [one["mac"] for one in found["matches"]] == [str(Z)]
    assert "Behind a port that leads here" in shown
    assert found["forwarding_table"]["completeness"] == "timed_out"


def test_a_port_the_device_does_not_have_is_told_with_those_it_has(registry: Registry) -> None:
    with pytest.raises(UsageError) as refused:
        locate(registry, Settings(), "sw-1 GE0/0/99", reveal=False)
    assert "sw-1 has no port GE0/0/99" in str(refused.value.message)
    assert "GE0/0/12" in str(refused.value.hint)


def test_what_people_state_about_the_port_is_told(registry: Registry) -> None:
    stated = StatementView("sw-1", "GigabitEthernet0/0/6", Leads.DEVICE, "dark", "1", "现场查线")
    over = StatementView("sw-1", "GE0/0/5", Leads.CORE, until=date(2020, 1, 1))
    registry.apply(Batch(statements=(stated, over)))
    _found, shown = asked(registry, "sw-1 GE0/0/6")
    assert "to a network device: dark 1" in shown
    assert "现场查线" in shown
    assert "Stated by people" not in asked(registry, "sw-1 GE0/0/5")[1]


@pytest.mark.parametrize(
    ("query", "macs"),
    [
        ("10.1.0.8/29", {X, Y, Z}),
        ("10.1.0.12/31", {Y, Z}),
        ("10.9.0.0/16", set()),
        ("3C-52-82", {X, Y, Z}),
        ("3c52.8200.000", {X, Y, Z}),
        ("3c528200000", {X, Y, Z}),
    ],
)
def test_networks_and_the_first_digits_of_cards_list_their_endpoints(
    registry: Registry, query: str, macs: set[Mac]
) -> None:
    found, shown = asked(registry, query)
    assert {one["mac"] for one in found["matches"]} == {str(mac) for mac in macs}
    assert ("No endpoint was seen there." in shown) == (not macs)


def test_what_is_nothing_of_all_that_is_refused(registry: Registry) -> None:
    for query in ("printer", "00:11:22", "10.1.0.0/99", "3c528"):
        with pytest.raises(UsageError):
            locate(registry, Settings(), query, reveal=False)


@pytest.mark.parametrize("name", ["pc-wang", "PC-WANG.example.cn"])
def test_a_computer_is_found_by_its_name(registry: Registry, name: str) -> None:
    found, _shown = asked(registry, name)
    assert [one["mac"] for one in found["matches"]] == [str(Y)]


def test_a_port_without_interfaces_read_is_still_answered(tmp_path: Path) -> None:
    story = network("sw-1")
    story.facts = [fact for fact in story.facts if not isinstance(fact, InterfaceFact)]
    with open_registry(f"sqlite:///{tmp_path / 'other.db'}") as registry:
        registry.apply(Batch(devices=tuple(replace(device, point=None) for device in story.devices)))
        told.sweep(registry, story, 0)
        found, _shown = asked(registry, "sw-1 ifIndex 5")
    assert found["port"] is None
    assert [one["mac"] for one in found["matches"]] == [str(X)]
