"""Rings whose VLANs go different ways: the switches' own addresses are seen in one VLAN, stations are in another."""

from __future__ import annotations

from ipaddress import ip_address

from inventory.model.facts import ArpKind, ArpRow
from inventory.model.location import Place, Verdict
from inventory.model.records import DeviceRole
from tests.simulator.story import AT, Story, station

X = station(1)
_MANAGEMENT, _STATIONS, _OTHER = 10, 20, 30


def ring(*, tells_vlans: bool = True) -> Story:
    r"""A ring, cut between ``core`` and ``b`` for the switches' own VLAN 10, between ``core`` and ``a`` for VLAN 20.

    ::

        core ─1── 1 a 2 ── 2 b 1 ──2─ core
                    5 ── stations
    """
    story = Story()
    core, a, b = story.device("core", DeviceRole.CORE), story.device("a"), story.device("b")
    for device, port, other, remote in (
        ("core", 1, a, "GE0/0/1"), ("core", 2, b, "GE0/0/1"), ("a", 1, core, "GE0/0/1"),
        ("a", 2, b, "GE0/0/2"), ("b", 1, core, "GE0/0/2"), ("b", 2, a, "GE0/0/2"),
    ):  # fmt: skip
        story.hear(device, port, other, remote)
    story.learn("core", 1, a, b, vlan=_MANAGEMENT)
    story.learn("a", 1, core, vlan=_MANAGEMENT)
    story.learn("a", 2, b, vlan=_MANAGEMENT)
    story.learn("a", 2, core, vlan=_STATIONS)
    story.learn("a", 1, core, vlan=_OTHER)
    for vlan, port in ((_MANAGEMENT, 2), (_STATIONS, 1)):
        story.learn("b", port, core, vlan=vlan if tells_vlans else None)
    story.learn("b", 2, a, vlan=_MANAGEMENT if tells_vlans else None)
    story.learn("core", 1, station(90), vlan=_OTHER)
    for number in (1, 90):
        story.resolve("core", f"10.1.0.{number}", station(number))
    return story


def test_a_switch_on_the_way_of_the_vlan_is_transit() -> None:
    story = ring()
    story.learn("core", 2, X, vlan=_STATIONS)
    story.learn("b", 2, X, vlan=_STATIONS)
    story.learn("a", 5, X, vlan=_STATIONS)
    found = story.where(X)
    assert (found.verdict, found.place) == (Verdict.EXACT, Place("a", "GE0/0/5", 5))
    assert [(gone.place.device, gone.rule) for gone in found.removed] == [("b", "transit"), ("core", "transit")]


def test_a_switch_above_in_the_vlan_hides_nothing_behind_an_edge() -> None:
    """``b`` and ``a`` share stations of port 5 of ``a``: as ``b`` is on their way, it is not behind that port."""
    story = ring()
    for other in (station(2), station(3)):
        story.learn("b", 2, other, vlan=_STATIONS)
        story.learn("a", 5, other, vlan=_STATIONS)
    story.learn("a", 5, X, vlan=_STATIONS)
    assert story.where(X).verdict is Verdict.EXACT


def test_between_two_switches_of_which_the_upper_does_not_tell_vlans() -> None:
    """X is on an unmanaged switch between ``a`` and ``b``: ``a`` sees it from above, but ``b`` is above ``a`` here.

    In the VLAN of the stations of ``b`` it is the other way round.
    """
    story = ring(tells_vlans=False)
    for number in range(50, 54):
        story.learn("b", number - 45, station(number), vlan=None)
        story.learn("a", 2, station(number), vlan=_OTHER)
        story.learn("core", 1, station(number), vlan=_OTHER)
        story.resolve("core", f"10.1.0.{number}", station(number))
    for number in range(60, 64):
        story.learn("a", number - 55, station(number), vlan=_STATIONS)
        story.learn("core", 2, station(number), vlan=_STATIONS)
        story.resolve("core", f"10.1.0.{number}", station(number))
    story.learn("core", 2, X, vlan=_STATIONS)
    story.learn("b", 2, X, vlan=None)
    story.learn("a", 2, X, vlan=_STATIONS)
    found = story.where(X)
    assert (found.verdict, found.place, found.behind) == (Verdict.BOUNDED, Place("core", "GE0/0/2", 2), ("b",))


def routed(announced_on: int) -> Story:
    """A layer-3 switch of one station, and the core it is connected to; the core is not in its tables."""
    story = Story()
    story.device("core", DeviceRole.CORE)
    core = story.device("core-2", DeviceRole.CORE)
    story.device("point")
    story.hear("point", announced_on, core, "GE0/0/3", name="core-2")
    story.learn("point", 5, X)
    story.facts.append(ArpRow("point", "public", ip_address("10.1.0.1"), X, 1010, ArpKind.DYNAMIC, AT))
    return story


def test_who_resolves_one_station_over_a_routed_cable_routes() -> None:
    found = routed(1).where(X)
    assert (found.verdict, found.place, found.gateway) == (Verdict.EXACT, Place("point", "GE0/0/5", 5), "point")


def test_who_hears_the_core_where_it_learns_stations_does_not_route() -> None:
    assert routed(5).where(X).verdict is not Verdict.EXACT


def test_a_whole_vlan_on_another_port_than_the_identity_has_a_way_of_its_own() -> None:
    r"""Below ``up`` is a ring; ``low`` tells no VLANs, its own address goes over 3, the stations of one VLAN over 2.

    ::

        core ──1── 1 up 2 ── 1 low 2 ──3── up
    """
    story = Story()
    core, up, low = story.device("core", DeviceRole.CORE), story.device("up"), story.device("low")
    story.learn("core", 1, up, low, vlan=_MANAGEMENT)
    story.learn("up", 1, core, vlan=_MANAGEMENT)
    story.learn("up", 3, low, vlan=_MANAGEMENT)
    story.learn("low", 1, core, vlan=None)
    story.learn("low", 2, core, vlan=None)
    for number in range(1, 11):
        vlan, port = (_STATIONS, 2) if number <= 5 else (_OTHER, 3)
        story.learn("core", 1, station(number), vlan=vlan)
        story.learn("up", port, station(number), vlan=vlan)
        story.learn("low", 4 + number % 5, station(number), vlan=None)
        story.resolve("core", f"10.1.0.{number}", station(number))
    found = story.where(X)
    assert (found.verdict, found.place) == (Verdict.EXACT, Place("low", "GE0/0/5", 5))


def test_a_switch_seen_over_an_uplink_of_another_vlan_hides_nobody_it_sees_from_above() -> None:
    r"""X is on an unmanaged switch below ``a``; in the switches' own VLAN that port of ``a`` leads to ``core``.

    ::

        core ─1── 1 a 2 ──(X)── (no frames further in VLAN 20; to core in VLAN 10)
             └3── 1 c
    """
    story = Story()
    core, a, c = story.device("core", DeviceRole.CORE), story.device("a"), story.device("c")
    story.learn("core", 1, a, vlan=_STATIONS)
    story.learn("core", 2, a, vlan=_MANAGEMENT)
    story.learn("core", 3, c, vlan=_MANAGEMENT)
    story.learn("a", 1, core, vlan=_STATIONS)
    story.learn("a", 2, core, c, vlan=_MANAGEMENT)
    for vlan in (_STATIONS, _MANAGEMENT):
        story.learn("c", 1, core, vlan=vlan)
    for device, port in (("a", 2), ("core", 1), ("c", 1)):
        story.learn(device, port, X, vlan=_STATIONS)
    story.learn("a", 1, station(90), vlan=_MANAGEMENT)
    story.resolve("core", "10.1.0.1", X)
    story.resolve("core", "10.1.0.90", station(90))
    found = story.where(X)
    assert (found.verdict, found.place) == (Verdict.EXACT, Place("a", "GE0/0/2", 2))
