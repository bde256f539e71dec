"""The search of the portal: addresses of now and of then, what nobody has, devices, ports."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from inventory.model.batch import Batch
from inventory.model.coverage import Table
from inventory.model.records import ContactRole, ContactView, DeviceRole
from tests.simulator.story import AT, Story, station
from tests.unit.app import told

if TYPE_CHECKING:
    from tests.unit.web.conftest import Portal

X, Y = station(1), station(2)


def network(*, with_x: bool) -> Story:
    """Y is on port 6 of a switch; X, while it is there, on port 5."""
    story = Story()
    core, switch = story.device("core", DeviceRole.CORE), story.device("sw-1")
    story.owns("core", "10.0.1.1")
    story.learn("core", 1, switch, Y, *([X] if with_x else []))
    story.learn("sw-1", 1, core)
    story.learn("sw-1", 6, Y)
    story.resolve("core", "10.0.1.12", Y)
    if with_x:
        story.learn("sw-1", 5, X)
        story.resolve("core", "10.0.1.11", X)
    for device in ("core", "sw-1"):
        story.covered(device, Table.ARP, Table.FDB, Table.INTERFACES)
    story.scanned("10.0.1.0/24", alive=2)
    return story


@pytest.fixture
def seen(portal: Portal) -> Portal:
    """Two sweeps: X is gone in the second."""
    contact = ContactView("S1", "李娜", ContactRole.TECHNICAL_LEAD, "13912345678")
    portal.registry.apply(Batch(devices=tuple(network(with_x=True).devices), contacts=(contact,)))
    told.sweep(portal.registry, network(with_x=True), 0)
    told.sweep(portal.registry, network(with_x=False), 20)
    portal.become("reviewer")
    portal.client.headers["accept-language"] = "en"
    return portal


def found(portal: Portal, query: str, at: str = "") -> str:
    answer = portal.client.get("/office/find", params={"q": query, "at": at})
    assert answer.status_code == 200
    return answer.text


def test_what_is_there_leads_to_its_page_with_the_contact(seen: Portal) -> None:
    answer = seen.client.get("/office/find", params={"q": "10.0.1.12"})
    assert answer.status_code == 303
    shown = seen.client.get(answer.headers["location"]).text
    assert "李娜 (technical contact), 139****5678" in shown


def test_what_nobody_has_now_was_somebodys(seen: Portal) -> None:
    for query in ("10.0.1.11", str(X)):
        shown = found(seen, query)
        assert f"No sweep of the last 7 days saw {query}." in shown
        assert "sw-1, port GE0/0/5" in shown
    assert "was probed and the ARP table of core was read completely" in found(seen, "10.0.1.11")


def test_who_it_was_on_that_day(seen: Portal) -> None:
    then = (AT + timedelta(minutes=1)).astimezone().strftime("%Y-%m-%dT%H:%M")
    shown = found(seen, "10.0.1.11", then)
    assert str(X) in shown
    assert "+00:00" not in shown
    assert "is no time" in found(seen, "10.0.1.11", "yesterday")


def test_who_is_on_a_port_and_who_was(seen: Portal) -> None:
    shown = found(seen, "sw-1 GE0/0/5")
    assert "Nothing is known to be here." in shown
    assert f"History of Card {X}" in shown
    assert str(Y) in found(seen, "sw-1")
    assert "sw-1 has no port GE0/0/99." in found(seen, "sw-1 GE0/0/99")


def test_a_devices_own_address_and_nonsense(seen: Portal) -> None:
    assert "is an own address of core" in found(seen, "10.0.1.1")
    shown = found(seen, "<b>printer</b>")
    assert "no device and no name that was heard" in shown
    assert "<b>printer</b>" not in shown
