"""The history tells what was read: opened by rows, closed by complete reads only."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from inventory.model.history import Closing
from inventory.model.location import Place, Verdict
from inventory.reconcile.history import MISSES, history
from tests.unit.reconcile.looks import A, B, look, port, seen, when

if TYPE_CHECKING:
    from inventory.model.history import Interval, Look

ONE, TWO = port("sw-1", 7), port("sw-2", 3)
ALL = ("core", "sw-1", "sw-2")


def told(looks: list[Look]) -> list[tuple[str, int, int, Closing | None]]:
    """Return (subject, first sweep, last sweep, why it ended) of every interval, by first sweep."""
    lines = [(subject(one), one.opened.sweep, one.latest.sweep, one.closing) for one in history(looks)]
    return sorted(lines, key=lambda line: line[1:3])


def subject(one: Interval) -> str:
    return str(one.ip) if one.place is None else f"{one.place.device}:{one.place.if_index}"


def places(looks: list[Look]) -> list[Interval]:
    return sorted((one for one in history(looks) if one.place is not None), key=lambda one: one.since)


def test_one_station_that_stays_is_one_interval_each() -> None:
    looks = [look(n, seen(n, A, ONE, ip="10.0.0.5"), read=ALL) for n in range(1, 5)]
    found = history(looks)
    assert [(one.seen, one.since, one.last_seen, one.ended) for one in found] == [
        (4, when(1, 10), when(4, 10), None),
        (4, when(1, 10), when(4, 10), None),
    ]
    assert [(one.opened.sweep, one.latest.sweep) for one in found] == [(1, 4), (1, 4)]


def test_there_and_back_is_three_intervals() -> None:
    looks = [look(n, seen(n, A, place, ip=ip), read=ALL) for n, place, ip in STAYS]
    assert told(looks) == [
        ("10.0.0.5", 1, 1, Closing.MOVED),
        ("sw-1:7", 1, 1, Closing.MOVED),
        ("10.0.0.6", 2, 2, Closing.MOVED),
        ("sw-2:3", 2, 2, Closing.MOVED),
        ("10.0.0.5", 3, 3, None),
        ("sw-1:7", 3, 3, None),
    ]


STAYS = ((1, ONE, "10.0.0.5"), (2, TWO, "10.0.0.6"), (3, ONE, "10.0.0.5"))


def test_there_and_back_is_three_intervals_though_the_first_switch_was_not_read_meanwhile() -> None:
    looks = [
        look(1, seen(1, A, ONE), read=ALL),
        look(2, seen(2, A, TWO), read=("core", "sw-2")),
        look(3, seen(3, A, ONE), read=ALL),
    ]
    first, second, third = places(looks)
    assert (first.closing, first.closed and first.closed.sweep) == (Closing.MOVED, 2)
    assert (second.closing, second.closed and second.closed.sweep) == (Closing.MOVED, 3)
    assert third.ended is None


def test_an_unread_switch_closes_nothing() -> None:
    looks = [look(1, seen(1, A, ONE, ip="10.0.0.5"), read=ALL)]
    looks += [look(n, read=("sw-2",)) for n in range(2, 9)]
    assert told(looks) == [("10.0.0.5", 1, 1, None), ("sw-1:7", 1, 1, None)]


def test_silence_closes_after_several_complete_reads_and_dates_from_the_first() -> None:
    looks = [look(1, seen(1, A, ONE), read=ALL), *(look(n, read=ALL) for n in range(2, 2 + MISSES))]
    assert [one.ended for one in history(looks[:-1])] == [None]
    (found,) = history(looks)
    assert (found.closing, found.ended) == (Closing.MISSED, when(2, 20))
    assert found.closed is not None
    assert (found.closed.sweep, found.closed.device) == (1 + MISSES, "sw-1")
    assert found.closed.row == f"mac={A} not among 10 rows"


def test_probe_gateway_and_switch_together_need_one_sweep() -> None:
    looks = [look(1, seen(1, A, ONE, ip="10.0.0.5"), read=ALL), look(2, read=ALL)]
    assert {one.closing for one in history(looks)} == {Closing.GONE}
    unasked = [looks[0], look(2, read=ALL, scanned=False)]
    assert {one.closing for one in history(unasked)} == {None}
    answered = [looks[0], look(2, seen(2, "10.0.0.5", ip="10.0.0.5", holders=()), read=ALL)]
    assert {one.closing for one in history(answered)} == {None}


def test_switches_on_the_way_may_remember_it_a_little_longer() -> None:
    above = seen(2, A, port("core", 5), verdict=Verdict.BOUNDED, behind=("sw-1",))
    looks = [look(1, seen(1, A, ONE, ip="10.0.0.5"), read=ALL), look(2, above, read=ALL)]
    assert {one.closing for one in history(looks)} == {Closing.GONE}
    unread = [looks[0], look(2, above, read=("core",))]
    assert {one.closing for one in history(unread)} == {None}


def test_what_was_read_before_it_was_seen_says_nothing() -> None:
    """A collection recorded elsewhere is brought in after the sweep that followed it."""
    late = look(1, seen(1, A, ONE, ip="10.0.0.5"), read=ALL)
    early = look(2, read=ALL)
    early = replace(early, reads={key: read._replace(at=when(0)) for key, read in early.reads.items()})
    assert {(one.misses, one.closing) for one in history([late, early])} == {(0, None)}


def test_a_miss_does_not_count_once_it_was_seen_again() -> None:
    here, gone = {1, 4, 7}, range(1, 10)
    looks = [look(n, *([seen(n, A, ONE)] if n in here else []), read=ALL) for n in gone]
    (found,) = history(looks)
    assert (found.seen, found.misses, found.missing_since, found.ended) == (3, 2, when(8, 20), None)


def test_a_clone_is_two_places_at_once() -> None:
    looks = [
        look(1, seen(1, A, ONE), read=ALL),
        look(2, seen(2, A, ONE, TWO), read=ALL),
        look(3, seen(3, A, ONE, TWO), read=ALL),
        look(4, seen(4, A, ONE), read=ALL),
    ]
    assert told(looks) == [("sw-1:7", 1, 4, None), ("sw-2:3", 2, 3, Closing.MOVED)]


def test_an_address_taken_over_ends_where_the_gateway_says_so() -> None:
    looks = [
        look(1, seen(1, A, ip="10.0.0.5"), read=ALL),
        look(2, seen(2, B, ip="10.0.0.5"), read=ALL),
    ]
    first, second = history(looks)
    assert (first.identity, first.closing, first.closed and first.closed.row) == (A, Closing.TAKEN, "ip=10.0.0.5")
    assert (second.identity, second.ended) == (B, None)


def test_an_address_two_cards_use_is_two_intervals_at_once() -> None:
    looks = [look(n, seen(n, A, ip="10.0.0.5"), seen(n, B, ip="10.0.0.5"), read=ALL) for n in (1, 2)]
    assert [(one.identity, one.seen, one.ended) for one in history(looks)] == [(A, 2, None), (B, 2, None)]


def test_a_second_address_is_no_change_of_the_first() -> None:
    both = ("10.0.0.5", "10.0.0.6")
    looks = [look(1, seen(1, A, ip=both), read=ALL), look(2, seen(2, A, ip="10.0.0.6"), read=ALL)]
    assert [(str(one.ip), one.misses, one.ended) for one in history(looks)] == [
        ("10.0.0.5", 1, None),
        ("10.0.0.6", 0, None),
    ]


def test_a_bounded_place_above_the_known_one_opens_nothing() -> None:
    above = port("core", 5)
    looks = [
        look(1, seen(1, A, ONE), read=ALL),
        look(2, seen(2, A, above, verdict=Verdict.BOUNDED, behind=("sw-1",)), read=("core",)),
        look(3, seen(3, A, ONE, passed=(above,)), read=ALL),
    ]
    assert told(looks) == [("sw-1:7", 1, 3, None)]


def test_the_exact_place_behind_it_ends_a_bounded_one() -> None:
    above = port("core", 5)
    looks = [
        look(1, seen(1, A, above, verdict=Verdict.BOUNDED, behind=("sw-1",)), read=("core",)),
        look(2, seen(2, A, ONE, passed=(above,)), read=ALL),
    ]
    assert told(looks) == [("core:5", 1, 1, Closing.NEARER), ("sw-1:7", 2, 2, None)]


def test_a_port_that_led_there_before_opens_nothing_while_the_switch_behind_it_is_unread() -> None:
    """Nothing announces the unread switch now: by this sweep alone, the port above looks like its place."""
    above = port("core", 5)
    looks = [
        look(1, seen(1, A, ONE, passed=(above,)), read=ALL),
        look(2, seen(2, A, above), read=("core",)),
        look(3, seen(3, A, above, verdict=Verdict.BOUNDED), read=("core",)),
        look(4, seen(4, A, ONE), read=("sw-1",)),
    ]
    (found,) = history(looks[:3])
    assert (subject(found), found.seen, found.elsewhere, found.ended) == ("sw-1:7", 1, None, None)
    assert found.above is not None
    assert (found.above.sweep, found.above.device) == (3, "core")
    (found,) = history(looks)
    assert (found.seen, found.above, found.way) == (2, None, (("core", "ge0/0/5"),))
    moved = [*looks[:1], look(2, seen(2, A, above), read=ALL)]
    assert told(moved) == [("sw-1:7", 1, 1, Closing.MOVED), ("core:5", 2, 2, None)]


def test_a_port_of_a_wider_circle_adds_nothing_to_a_nearer_one() -> None:
    looks = [
        look(1, seen(1, A, port("agg", 23), verdict=Verdict.BOUNDED, behind=("sw-1",)), read=("core", "agg")),
        look(2, seen(2, A, port("core", 2), verdict=Verdict.BOUNDED, behind=("agg", "sw-1")), read=("core",)),
    ]
    (found,) = history(looks)
    assert (subject(found), found.above and found.above.device) == ("agg:23", "core")
    narrower = [
        look(1, seen(1, A, port("core", 2), verdict=Verdict.BOUNDED, behind=("agg", "sw-1")), read=("core",)),
        look(2, seen(2, A, port("agg", 23), verdict=Verdict.BOUNDED, behind=("sw-1",)), read=("agg",)),
    ]
    assert told(narrower) == [("core:2", 1, 1, Closing.NEARER), ("agg:23", 2, 2, None)]


def test_the_exact_place_ends_a_bounded_one_though_the_switch_above_was_not_read() -> None:
    looks = [
        look(1, seen(1, A, port("core", 5), verdict=Verdict.BOUNDED, behind=("sw-1",)), read=("core",)),
        look(2, seen(2, A, ONE), read=("sw-1",)),
    ]
    assert told(looks) == [("core:5", 1, 1, Closing.NEARER), ("sw-1:7", 2, 2, None)]


@pytest.mark.parametrize(
    ("later", "opens"),
    [
        ({"minutes": -3}, False),  # the same sweep: the switch on the way was read before the one that lacks it
        ({"minutes": 3}, False),
        ({"days": 1, "minutes": 0}, True),  # no table remembers that long: it was there again
        ({"days": -1, "minutes": 0}, True),  # the clock was set back: what is older cannot be told
    ],
)
def test_a_row_from_before_the_end_opens_nothing(later: dict[str, int], opens: bool) -> None:  # noqa: FBT001 -- a case
    """Unplugged, and gone by every complete read; the switch above forgets a little later than the one it was on."""
    above = seen(3, A, port("core", 5), verdict=Verdict.BOUNDED, behind=("sw-1",))
    (row,) = above.places
    row = row._replace(proof=row.proof._replace(at=when(2, 20) + timedelta(**later)))
    lone = look(3, above._replace(places=(row,)), read=("core",))
    looks = [look(1, seen(1, A, ONE, ip="10.0.0.5"), read=ALL), look(2, read=ALL), lone]
    assert {one.closing for one in history(looks[:2])} == {Closing.GONE}
    assert [subject(one) for one in history(looks) if one.ended is None] == (["core:5"] if opens else [])


def test_other_switches_flooded_rows_open_nothing_for_who_is_gone() -> None:
    far = (port("sw-2", 24), port("sw-3", 24))
    looks = [look(1, seen(1, A, ONE, ip="10.0.0.5"), read=ALL), look(2, seen(2, A, *far), read=ALL)]
    assert told(looks) == [("10.0.0.5", 1, 1, Closing.GONE), ("sw-1:7", 1, 1, Closing.GONE)]


def test_several_possible_places_do_not_stand_beside_the_known_one_that_was_not_read() -> None:
    looks = [
        look(1, seen(1, A, ONE), read=ALL),
        look(2, seen(2, A, port("sw-2", 24), port("sw-3", 24)), read=("sw-2", "sw-3")),
    ]
    assert told(looks) == [("sw-1:7", 1, 1, None)]


def test_who_is_missing_from_its_switch_and_known_above_is_there_when_the_stay_is_over() -> None:
    above = port("core", 5)
    looks = [look(1, seen(1, A, ONE), read=ALL)]
    looks += [look(n, seen(n, A, above, verdict=Verdict.BOUNDED, behind=("sw-1",)), read=ALL) for n in (2, 3, 4)]
    (doubted,) = history(looks[:3])
    assert (doubted.misses, doubted.above and doubted.above.sweep) == (2, 3)
    assert told(looks) == [("sw-1:7", 1, 1, Closing.MISSED), ("core:5", 4, 4, None)]


def test_an_address_without_a_card_ends_when_the_card_is_known() -> None:
    ip = "10.0.0.5"
    looks = [
        look(1, seen(1, ip, ip=ip, holders=()), read=ALL),
        look(2, seen(2, A, ip=ip), read=ALL),
        look(3, seen(3, ip, ip=ip, holders=()), read=()),
    ]
    first, second = sorted(history(looks), key=lambda one: one.since)
    assert (first.identity, first.closing) == (ip, Closing.IDENTIFIED)
    assert (second.identity, second.ended) == (A, None)


def test_a_card_that_only_switches_see_stays_in_the_plane_of_its_address() -> None:
    looks = [
        look(1, seen(1, A, ONE), read=ALL),
        look(2, seen(2, A, ONE, ip="10.0.0.5", plane="finance"), read=ALL),
        look(3, seen(3, A, ONE), read=ALL),
    ]
    by_plane = {one.plane: one for one in places(looks)}
    assert by_plane["public"].closing is Closing.IDENTIFIED
    assert (by_plane["finance"].seen, by_plane["finance"].ended) == (2, None)


@pytest.mark.parametrize(("sweep", "expected"), [(1, (True, True)), (2, (True, False)), (3, (False, False))])
def test_what_held_at_a_moment(sweep: int, expected: tuple[bool, bool]) -> None:
    looks = [look(1, seen(1, A, ONE), read=ALL), look(2, read=("core",)), look(3, seen(3, A, TWO), read=ALL)]
    first = places(looks)[0]
    moment = when(sweep, 10 if sweep == 1 else 30)
    assert (first.covers(moment), first.proven(moment)) == expected


def test_a_port_that_new_software_spells_otherwise_is_the_same() -> None:
    long, short = Place("sw-1", "GigabitEthernet0/0/7", 9), ONE
    looks = [look(1, seen(1, A, short), read=ALL), look(2, seen(2, A, long), read=ALL)]
    (found,) = history(looks)
    assert (found.place, found.seen) == (Place("sw-1", short.port, 9), 2)
    nearer = look(3, seen(3, A, TWO, passed=(short,)), read=ALL)
    assert [one.closing for one in places([*looks, nearer])] == [Closing.NEARER, None]
