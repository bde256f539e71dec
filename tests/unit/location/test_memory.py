"""When a table that does not know a station counts as saying that it is not there."""

from __future__ import annotations

import pytest

from inventory.model.coverage import Completeness, Table
from inventory.model.location import Place, Verdict
from inventory.model.records import DeviceRole
from tests.simulator.story import Story, station

X, OTHER = station(1), station(2)
CABLE = Place("core", "GE0/0/2", 2)


def street(forgotten: int = 0, *, serves: bool = True) -> Story:
    r"""120 stations at ``sw``, of which the core has forgotten some; X and OTHER are on a dumb switch in between.

    ::

        core ──2── (X, OTHER) ── u sw ──2…9── 120 stations
    """
    story = Story()
    core = story.device("core", DeviceRole.CORE)
    switch = story.device("sw")
    story.learn("core", 2, switch)
    story.learn("sw", 1, core)
    for number in range(120):
        mac = station(100 + number)
        vlan = 10 if serves else 20
        story.learn("sw", 2 + number % 8, mac, vlan=vlan)
        if number >= forgotten:
            story.learn("core", 2, mac, vlan=vlan)
    story.learn("core", 2, X, OTHER)
    return story


def test_whoever_serves_the_vlan_and_hears_others_from_the_cable_does_not_hold_it() -> None:
    story = street()
    story.learn("sw", 1, OTHER)
    story.covered("core", Table.FDB)
    story.covered("sw", Table.FDB)
    assert (story.where(X).verdict, story.where(X).place) == (Verdict.EXACT, CABLE)
    assert (story.where(OTHER).verdict, story.where(OTHER).place) == (Verdict.EXACT, CABLE)


def test_whoever_serves_the_vlan_and_hears_nobody_from_the_cable_may_hold_it() -> None:
    story = street()
    story.covered("core", Table.FDB)
    story.covered("sw", Table.FDB)
    assert (story.where(X).verdict, story.where(X).place) == (Verdict.BOUNDED, CABLE)


def test_whoever_holds_nobody_of_the_vlan_does_not_hold_it() -> None:
    story = street(serves=False)
    story.covered("core", Table.FDB)
    story.covered("sw", Table.FDB)
    story.learn("sw", 1, station(900), vlan=10)  # it carries the VLAN, and somebody else's broadcast came by
    assert (story.where(X).verdict, story.where(X).place) == (Verdict.EXACT, CABLE)


def test_where_tables_forget_their_silence_says_nothing() -> None:
    story = street(forgotten=10)
    story.learn("sw", 1, OTHER)
    story.covered("core", Table.FDB)
    story.covered("sw", Table.FDB)
    assert story.where(X).verdict is Verdict.BOUNDED


@pytest.mark.parametrize("how", sorted(set(Completeness) - {Completeness.COMPLETE}))
def test_a_table_not_read_to_its_end_says_nothing(how: Completeness) -> None:
    story = street()
    story.learn("sw", 1, OTHER)
    story.covered("core", Table.FDB)
    story.covered("sw", Table.FDB, completeness=how)
    assert story.where(X).verdict is Verdict.BOUNDED
