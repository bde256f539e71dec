"""Between two switches, or moved between two readings: what is said where somebody else was seen to move."""

from __future__ import annotations

from inventory.model.location import Place, Verdict
from inventory.model.records import DeviceRole
from tests.simulator.story import AGGREGATE, Story, later, station

X, Z, MOVER = station(1), station(2), station(3)
BETWEEN = Place("core", "GE0/0/2", 2)


def between(*stations: int, moves: bool, lower_read: float) -> Story:
    r"""Stations are seen on the cable from both ends; the core was read after ten minutes.

    ::

        core ─┬─2──(X)── 1 low 5 ── MOVER before
              └─3─────── 1 side 6 ── MOVER afterwards
    """
    story = Story()
    core = story.device("core", DeviceRole.CORE)
    story.learn("core", 2, story.device("low"))
    story.learn("core", 3, story.device("side"))
    story.learn("low", 1, core)
    story.learn("side", 1, core)
    for number in stations:
        story.learn("core", 2, station(number), at=later(10))
        story.learn("low", 1, station(number), at=later(lower_read))
    if moves:
        story.learn("low", 5, MOVER)
        story.learn("side", 6, MOVER, at=later(1))
    return story


def test_where_nobody_moves_it_is_between_them() -> None:
    found = between(1, moves=False, lower_read=16).where(X)
    assert (found.verdict, found.place) == (Verdict.EXACT, BETWEEN)


def test_seen_from_above_later_it_may_have_left() -> None:
    found = between(1, moves=True, lower_read=16).where(X)
    assert (found.verdict, found.alternatives) == (Verdict.AMBIGUOUS, (BETWEEN, Place("low", "GE0/0/1", 1)))
    assert [(line.device, line.at) for line in found.evidence] == [("core", later(10)), ("low", later(16))]


def test_seen_from_above_before_it_may_have_got_below() -> None:
    found = between(1, moves=True, lower_read=2).where(X)
    assert (found.verdict, found.place, found.behind) == (Verdict.BOUNDED, BETWEEN, ("low",))


def test_read_one_right_after_the_other_it_is_between_them() -> None:
    assert between(1, moves=True, lower_read=12).where(X).verdict is Verdict.EXACT


def test_two_of_them_show_that_something_is_in_between() -> None:
    found = between(1, 2, moves=True, lower_read=16).locate()
    assert {found.by_mac[mac].verdict for mac in (X, Z)} == {Verdict.EXACT}


def test_later_on_a_switch_that_everything_from_the_older_place_passes() -> None:
    """At ``low`` first; when the core is read it is plugged in there, and nothing else was read since."""
    story = between(moves=False, lower_read=0)
    story.learn("low", 7, X)
    story.learn("core", 8, X, at=later(10))
    found = story.where(X)
    assert (found.verdict, found.place) == (Verdict.EXACT, Place("core", "GE0/0/8", 8))
    assert [(gone.place.device, gone.rule) for gone in found.removed] == [("low", "moved")]


def test_whoever_is_known_to_have_moved_may_have_gone_on_below() -> None:
    """Read at ``low`` before, on the cable to ``side`` afterwards: ``side`` may hold it by now."""
    story = between(moves=False, lower_read=0)
    story.learn("low", 7, X)
    story.learn("side", 1, X, at=later(2))
    story.learn("core", 3, X, at=later(10))
    found = story.where(X)
    assert (found.verdict, found.place, found.behind) == (Verdict.BOUNDED, Place("core", "GE0/0/3", 3), ("side",))


def test_nothing_is_plugged_in_between_the_ends_of_an_aggregate() -> None:
    story = between(1, moves=False, lower_read=2)
    story.interface("core", 2, if_type=AGGREGATE, name="Eth-Trunk2")
    found = story.where(X)
    assert (found.verdict, found.behind) == (Verdict.BOUNDED, ("low",))
