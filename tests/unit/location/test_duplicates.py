r"""One MAC at two places: a move the first time, two cards with one address the second.

::

    core ─┬─2── u sw ──5── X
          └─3── u other ──6── X
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from inventory.location.duplicates import duplicate, rivals, seen_at_two
from inventory.location.engine import locate
from inventory.model.location import Location, Place, Verdict
from inventory.model.records import DeviceRole
from inventory.model.sources import DUPLICATE
from tests.simulator.story import Story, later, station

X = station(1)
HERE, THERE = Place("sw", "GE0/0/5", 5), Place("other", "GE0/0/6", 6)


def two_switches() -> Story:
    story = Story()
    core = story.device("core", DeviceRole.CORE)
    for port, name in ((2, "sw"), (3, "other")):
        switch = story.device(name)
        story.learn("core", port, switch)
        story.learn(name, 1, core)
    return story


def after(story: Story, earlier: list[frozenset[Place]]) -> Location:
    found = locate(story.factset(), story.devices, {X: earlier}).of(X)
    assert found is not None
    return found


def test_two_places_in_one_sweep_are_told_and_no_duplicate_yet() -> None:
    story = two_switches()
    story.learn("sw", 5, X)
    story.learn("other", 6, X)
    found = after(story, [])
    assert found.verdict is Verdict.AMBIGUOUS
    assert seen_at_two(found) == {HERE, THERE}
    assert DUPLICATE not in {line.source for line in found.evidence}


def test_the_same_two_places_again_are_a_duplicate() -> None:
    story = two_switches()
    story.learn("sw", 5, X)
    story.learn("other", 6, X, at=later(3))
    story.learn("core", 3, X, at=later(4))
    assert after(story, []).place == THERE
    found = after(story, [frozenset({HERE, THERE})])
    assert (found.verdict, found.place, found.alternatives) == (Verdict.AMBIGUOUS, None, (THERE, HERE))
    assert [line.row for line in found.evidence if line.source == DUPLICATE] == [
        f"mac={X} at other GE0/0/6; sw GE0/0/5"
    ]


def test_a_known_duplicate_does_not_jump_to_the_card_that_is_awake() -> None:
    story = two_switches()
    story.learn("sw", 5, X)
    found = after(story, [frozenset({HERE, THERE})] * 2)
    assert (found.verdict, found.alternatives) == (Verdict.AMBIGUOUS, (THERE, HERE))


def test_two_moves_between_different_places_are_no_duplicate() -> None:
    elsewhere = Place("sw", "GE0/0/9", 9)
    assert duplicate([{HERE, THERE}, {HERE, elsewhere}]) == frozenset()
    assert duplicate([{HERE, THERE}, {HERE, THERE, elsewhere}]) == {HERE, THERE}


def test_a_port_all_of_whose_stations_are_elsewhere_too_is_a_link_and_no_place() -> None:
    link, edges = ("sw", 9), [("other", number) for number in range(4)]
    here = frozenset({10})
    doubtful = {station(number): {link: here, edge: here} for number, edge in enumerate(edges)}
    assert rivals(doubtful, {link: 4, **dict.fromkeys(edges, 1)}) == {}
    one = {station(0): {link: here, edges[0]: here}}
    assert rivals(one, {link: 4, edges[0]: 1}) == {station(0): {link, edges[0]}}


@pytest.mark.parametrize(
    ("here", "there", "link"),
    [
        pytest.param({10}, [{10}, {20}], False, id="no cable keeps the VLAN of one and changes that of the other"),
        pytest.param({10}, [{30}, {20}], False, id="nor joins one VLAN to two"),
        pytest.param({10}, [{10}, {10}], True, id="a cable that keeps the VLAN"),
        pytest.param({10}, [{20}, {20}], True, id="a cable between ports of two VLANs"),
        pytest.param({10}, [{20}, set()], True, id="a table that does not tell VLANs"),
        pytest.param(set(), [{20}, {30}], True, id="this table does not tell"),
    ],
)
def test_two_stations_of_one_port_have_doubles_unless_one_link_shows_both(
    here: set[int], there: list[set[int]], *, link: bool
) -> None:
    """Behind the port is an unmanaged switch with three computers, and two of them are also seen elsewhere."""
    port = ("sw", 9)
    seen = {
        station(number): {port: frozenset(here), ("other", number): frozenset(vlans)}
        for number, vlans in enumerate(there)
    }
    found = rivals(seen, {port: 3, ("other", 0): 1, ("other", 1): 1})
    assert found == ({} if link else {mac: frozenset(ports) for mac, ports in seen.items()})


def test_two_doubles_on_one_port_are_both_reported() -> None:
    story = two_switches()
    one, same_vlan, another_vlan = station(10), station(11), station(12)
    story.learn("sw", 5, one, same_vlan, another_vlan)
    story.learn("other", 6, same_vlan)
    story.learn("other", 7, another_vlan, vlan=20)
    for mac in (same_vlan, another_vlan):
        assert len(seen_at_two(story.where(mac))) == 2
    assert story.where(one).place == HERE


def test_a_move_that_another_device_confirms_is_placed_where_it_was_read_last() -> None:
    """The core still held the old way; ``sw``, read once more, already saw X come from its uplink's side."""
    story = two_switches()
    story.learn("core", 2, X)
    story.learn("sw", 1, X, at=later(5))
    story.learn("other", 6, X, at=later(6))
    found = after(story, [])
    assert (found.verdict, found.place) == (Verdict.EXACT, THERE)
    assert [(gone.place.device, gone.rule) for gone in found.removed if gone.rule == "moved"] == [("core", "moved")]


def test_a_later_row_that_points_back_leaves_both() -> None:
    story = two_switches()
    story.learn("sw", 5, X)
    story.learn("other", 6, X, at=later(3))
    story.learn("core", 2, X, at=later(3) + timedelta(seconds=1))
    assert after(story, []).verdict is Verdict.AMBIGUOUS
