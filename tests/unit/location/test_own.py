"""What belongs to the network itself."""

from __future__ import annotations

from ipaddress import ip_address

from inventory.location.own import own
from inventory.model.facts import ArpKind, FdbStatus, InterfaceFact
from inventory.model.records import DeviceRole
from inventory.model.values import Mac
from tests.simulator.story import AT, Story, station

SVI = Mac.parse("00e0fc00aa01")


def test_every_interface_of_every_type_is_the_devices_own() -> None:
    story = Story()
    story.device("sw")
    story.facts.append(InterfaceFact("sw", 900, "Vlanif10", "Vlanif10", None, SVI, 136, True, True, AT))
    assert own(story.factset(), story.devices).device_of(SVI) == "sw"


def test_self_rows_and_local_arp_rows_are_own() -> None:
    story = Story()
    story.device("sw")
    story.learn("sw", 1, station(1), status=FdbStatus.SELF)
    story.resolve("sw", "10.1.0.1", station(2), kind=ArpKind.LOCAL)
    found = own(story.factset(), story.devices)
    assert found.is_network(station(1))
    assert found.is_network(station(2))
    assert found.ips["public", ip_address("10.1.0.1")] == {"sw"}


def test_unread_device_is_known_by_whoever_resolved_its_address() -> None:
    story = Story()
    story.device("core", DeviceRole.CORE)
    mac = story.device("sw", read=False, address="10.9.0.2")
    story.resolve("core", "10.9.0.2", mac, plane="management")
    found = own(story.factset(), story.devices)
    assert found.device_of(mac) == "sw"
    assert ("management", ip_address("10.9.0.2")) in found.ips


def test_shared_mac_is_network_but_identifies_nobody() -> None:
    story = Story()
    for name in ("one", "two"):
        story.device(name)
        story.facts.append(InterfaceFact(name, 900, "lo", "lo", None, SVI, 24, True, True, AT))
    found = own(story.factset(), story.devices)
    assert found.is_network(SVI)
    assert found.device_of(SVI) is None


def test_squatter_on_a_switch_address_stays_a_station() -> None:
    story = Story()
    mac = story.device("sw", address="10.9.0.2")
    story.resolve("sw", "10.9.0.2", mac)
    story.resolve("sw", "10.9.0.2", station(5))
    assert not own(story.factset(), story.devices).is_network(station(5))


def test_proxy_arp_does_not_give_one_device_anothers_mac() -> None:
    story = Story()
    router = story.device("router", DeviceRole.ROUTER)
    story.device("sw", read=False, address="10.9.0.2")
    story.resolve("router", "10.9.0.2", router)
    assert own(story.factset(), story.devices).device_of(router) == "router"
