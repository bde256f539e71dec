r"""Two places in one sweep: which one is the last, where no other row confirms it.

::

    core ─┬─2── u sw ──5── X before
          └─3── u other ──6── X afterwards
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from inventory.location.duplicates import seen_at_two
from inventory.model.location import Place, Verdict
from inventory.model.records import DeviceRole
from tests.simulator.story import Story, later, station

X, BELOW = station(1), station(2)
BEFORE, AFTERWARDS = Place("sw", "GE0/0/5", 5), Place("other", "GE0/0/6", 6)


def moved(after: timedelta = timedelta(minutes=3), *, joined: bool = True, vlan: int = 10) -> Story:
    """X on one switch, and later on another; ``joined``: both hang on one core, else on one of their own each."""
    story = Story()
    near, far = story.device("core", DeviceRole.CORE), story.device("far", DeviceRole.CORE)
    for core, mac, port, name in (
        ("core", near, 2, "sw"),
        ("core" if joined else "far", near if joined else far, 3, "other"),
    ):
        story.learn(core, port, story.device(name))
        story.learn(name, 1, mac)
    story.learn("sw", 5, X)
    story.learn("other", 6, X, at=later(0) + after, vlan=vlan)
    return story


def test_the_edge_read_last_is_the_place_and_both_are_told() -> None:
    """Plugged in at ``sw`` again it would have been heard at ``other`` from above, before that one was read."""
    found = moved().where(X)
    assert (found.verdict, found.place) == (Verdict.EXACT, AFTERWARDS)
    assert [(gone.place, gone.rule) for gone in found.removed] == [(BEFORE, "later")]
    assert seen_at_two(found) == {BEFORE, AFTERWARDS}


@pytest.mark.parametrize(
    "story",
    [
        pytest.param(moved(timedelta(seconds=2)), id="two tables read at the same time"),
        pytest.param(moved(joined=False), id="no common layer 2: a broadcast here is not heard there"),
        pytest.param(moved(vlan=20), id="two VLANs"),
    ],
)
def test_nobody_can_tell(story: Story) -> None:
    assert story.where(X).verdict is Verdict.AMBIGUOUS


def test_a_port_with_a_switch_behind_it_is_no_edge() -> None:
    story = moved()
    story.learn("other", 6, story.device("below"))
    assert story.where(X).verdict is Verdict.AMBIGUOUS


def test_a_row_that_points_back_afterwards_leaves_both() -> None:
    story = moved()
    story.learn("core", 2, X, at=later(4))
    assert story.where(X).verdict is Verdict.AMBIGUOUS


def test_an_identity_of_another_vlan_confirms_no_move_round_a_ring() -> None:
    r"""``b`` hangs below ``a`` in VLAN 10 and beside it in VLAN 20, in which the switches are: X never moved.

    ::

        core ─2── 1 a ──7── 2 b ──5── X
          └───3── 1 b (VLAN 20 only)
    """
    story = Story()
    core = story.device("core", DeviceRole.CORE)
    a, b = story.device("a"), story.device("b")
    story.learn("core", 2, a, vlan=20)
    story.learn("core", 3, b, vlan=20)
    for vlan, port in ((10, 2), (20, 1)):
        story.learn("a", 1, core, vlan=vlan)
        story.learn("b", port, core, vlan=vlan)
    for number, port in ((20, 8), (21, 9), (22, 10)):
        story.learn("a", port, station(number), vlan=10)
        story.learn("b", port, station(number + 10), vlan=20)
        story.resolve("core", f"10.0.10.{number}", station(number))
        story.resolve("core", f"10.0.20.{number}", station(number + 10))
    story.learn("b", 5, X, vlan=10)
    story.learn("a", 7, X, at=later(3), vlan=10)
    story.learn("core", 2, X, at=later(4), vlan=10)
    found = story.where(X)
    assert found.place != Place("a", "GE0/0/7", 7)
