"""Link aggregates: LLDP on the members, stations on the aggregate, one place."""

from __future__ import annotations

from dataclasses import replace

from inventory.location.engine import locate
from inventory.model.facts import InterfaceFact
from inventory.model.location import Place, Verdict
from inventory.model.records import DeviceRole
from tests.simulator.story import AGGREGATE, Story, station

X, Y = station(1), station(2)
TRUNK = 11
MEMBERS = (1, 2)


def district(*, members_learn: bool = False) -> Story:
    r"""A switch on a trunk of two ports; only LLDP tells what the trunk leads to.

    ::

        core ══ Eth-Trunk (1+2 = 11) ══ sw ──5── X
         └─7── Y
    """
    story = Story()
    core = story.device("core", DeviceRole.CORE)
    switch = story.device("sw")
    for device in ("core", "sw"):
        story.interface(device, TRUNK, if_type=161, name="Eth-Trunk1")
        story.facts = [
            replace(fact, lag_if_index=TRUNK)
            if isinstance(fact, InterfaceFact) and fact.device == device and fact.if_index in MEMBERS
            else fact
            for fact in story.facts
        ]
    for port in MEMBERS:
        story.hear("core", port, switch, f"GE0/0/{port}")
        story.hear("sw", port, core, f"GE0/0/{port}")
    up = MEMBERS[0] if members_learn else TRUNK
    story.learn("core", up, X)
    story.learn("core", 7, Y)
    story.learn("sw", 5, X)
    story.learn("sw", up, Y)
    story.resolve("core", "10.1.0.5", X)
    story.resolve("core", "10.1.0.7", Y)
    return story


def test_a_station_beyond_a_trunk_is_placed_at_its_own_port() -> None:
    for story in (district(), district(members_learn=True)):
        found = locate(story.factset(), story.devices)
        places = {mac: (found.by_mac[mac].verdict, found.by_mac[mac].place) for mac in (X, Y)}
        assert {mac: (verdict, place.device, place.if_index) for mac, (verdict, place) in places.items() if place} == {
            X: (Verdict.EXACT, "sw", 5),
            Y: (Verdict.EXACT, "core", 7),
        }


def test_without_the_members_nothing_is_claimed_at_the_trunk() -> None:
    """The same tables from a device that does not tell which ports make up the trunk: no wrong exact place."""
    story = district()
    bare = [replace(f, lag_if_index=None) if isinstance(f, InterfaceFact) else f for f in story.facts]
    story.facts = bare
    for mac in (X, Y):
        place = story.where(mac).place
        assert place is None or place.if_index != TRUNK or story.where(mac).verdict is not Verdict.EXACT


def test_a_trunk_that_is_its_own_member_or_unknown_changes_nothing() -> None:
    story = district()
    odd = {1: 1, 2: 999}
    story.facts = [
        replace(f, lag_if_index=odd[f.if_index]) if isinstance(f, InterfaceFact) and f.if_index in odd else f
        for f in story.facts
    ]
    assert story.where(X) is not None


def chassis_pair() -> Story:
    r"""Two switches that forward as one: ``low`` hangs on both by one aggregate, and a server by another one.

    ::

        left ──9── 9 ── right
          1 └── low ──┘ 1
          5 └──  X  ──┘ 5
    """
    story = Story()
    macs = {name: story.device(name, DeviceRole.CORE) for name in ("left", "right")}
    low = story.device("low")
    for name, other in (("left", "right"), ("right", "left")):
        story.interface(name, 5, if_type=AGGREGATE)
        story.learn(name, 9, macs[other])
        story.learn(name, 1, low)
        story.learn("low", 1, macs[name])
        story.learn(name, 5, X)
    return story


def test_a_server_on_both_switches_of_a_pair_has_one_cable_with_two_ends() -> None:
    found = chassis_pair().where(X)
    assert found.verdict is Verdict.EXACT
    assert found.place is not None
    ends = {(place.device, place.if_index) for place in (found.place, *found.alternatives)}
    assert ends == {("left", 5), ("right", 5)}


def test_what_both_switches_of_a_pair_saw_below_them_is_below() -> None:
    story = chassis_pair()
    for name in ("left", "right"):
        story.learn(name, 1, Y)
    story.learn("low", 7, Y)
    found = story.where(Y)
    assert (found.verdict, found.place) == (Verdict.EXACT, Place("low", "GE0/0/7", 7))
