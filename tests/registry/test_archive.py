"""The history in the database is what the looks say, however often and in whatever order sweeps are concluded."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inventory.model.facts import FdbRow, FdbStatus
from inventory.model.history import Closing
from inventory.model.location import Verdict
from inventory.model.values import Mac
from inventory.reconcile.history import advance, history
from inventory.registry.lookrows import pack, unpack
from tests.unit.reconcile.looks import A, B, look, port, seen, when

if TYPE_CHECKING:
    from collections.abc import Iterable

    from inventory.model.history import Interval, Look
    from inventory.registry.engine import Registry

NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)
ONE, TWO = port("sw-1", 7), port("sw-2", 3)
ALL = ("core", "sw-1", "sw-2")
LOOKS = (
    look(1, seen(1, A, ONE, ip="10.0.0.5"), seen(1, "10.0.0.9", ip="10.0.0.9", holders=()), read=ALL),
    look(2, seen(2, A, TWO, ip="10.0.0.6"), seen(2, B, ONE, TWO, ip=("10.0.0.5", "fe80::1")), read=("core", "sw-2")),
    look(3, seen(3, A, ONE, ip="10.0.0.5", passed=(TWO,), stale=(port("core", 5),)), read=ALL),
    look(4, read=ALL),
)


def begin(registry: Registry, count: int = len(LOOKS)) -> None:
    for _ in range(count):
        registry.start_sweep({}, {}, NOON)


@pytest.mark.parametrize("order", [(1, 2, 3, 4), (2, 1, 4, 3), (1, 2, 2, 3, 4, 1), (4, 3, 2, 1)])
def test_any_order_gives_the_same_history(registry: Registry, order: tuple[int, ...]) -> None:
    begin(registry)
    for number in order:
        registry.archive.conclude(number, (), LOOKS[number - 1], advance)
    assert registry.archive.intervals() == history(LOOKS)
    assert registry.archive.going() == tuple(one for one in history(LOOKS) if one.ended is None)


@pytest.mark.parametrize("order", [(1, 2, 3, 4, 5), (5, 4, 3, 2, 1), (1, 2, 3, 5, 4)])
def test_what_ended_lately_is_known_to_the_next_sweep(registry: Registry, order: tuple[int, ...]) -> None:
    """The switch above forgets later than the one it was unplugged from."""
    lingering = seen(5, A, port("core", 5), verdict=Verdict.BOUNDED, behind=("sw-1",))
    (row,) = lingering.places
    row = row._replace(proof=row.proof._replace(at=when(4, 22)))
    looks = (*LOOKS, look(5, lingering._replace(places=(row,)), read=("core",)))
    begin(registry, len(looks))
    for number in order:
        registry.archive.conclude(number, (), looks[number - 1], advance)
    assert registry.archive.intervals() == history(looks)
    assert not [one for one in registry.archive.of_mac(Mac(A)) if one.place and one.place.device == "core"]


def test_what_leads_to_a_place_comes_back(registry: Registry) -> None:
    above = port("core", 5)
    bounded = seen(2, A, above, verdict=Verdict.BOUNDED, behind=("sw-1", "sw-9"))
    looks = (
        look(1, seen(1, A, ONE, passed=(above, TWO)), seen(1, B, above, verdict=Verdict.BOUNDED, behind=("sw-1",))),
        look(2, bounded, read=("core",)),
    )
    begin(registry, len(looks))
    for one in looks:
        registry.archive.conclude(one.sweep, (), one, advance)
    mine, other = registry.archive.intervals()
    assert (mine.way, mine.above) == ((("core", "ge0/0/5"), ("sw-2", "ge0/0/3")), bounded.places[0].proof)
    assert (other.behind, other.way, other.above) == (("sw-1",), (), None)


@pytest.mark.parametrize("wrong", [timedelta(days=400), timedelta(days=-2000)])
def test_a_sweep_that_ran_with_the_clock_wrong_ends_where_it_ran(registry: Registry, wrong: timedelta) -> None:
    """The clock is wrong in the second sweep, and right again: what was unplugged ends, and began when it did."""
    right = [look(n, seen(n, A, ONE, ip="10.0.0.5"), read=ALL) for n in (1, 2)]
    jumped = look(3, seen(3, A, ONE, ip="10.0.0.5"), seen(3, B, TWO, ip="10.0.0.6"), read=ALL)
    right += [dated(jumped, wrong), *(look(n, seen(n, B, TWO, ip="10.0.0.6"), read=ALL) for n in (4, 5))]
    for one in right:
        registry.start_sweep({}, {}, when(one.sweep) + (wrong if one.sweep == jumped.sweep else timedelta()))
        registry.archive.conclude(one.sweep, (), one, advance)
        assert [held.closing for held in registry.archive.of_mac(Mac(B))] == [None] * (2 if one.sweep > 2 else 0)
    mine = registry.archive.of_mac(Mac(A))
    assert [(one.seen, one.closing, one.ended) for one in mine] == [(3, Closing.GONE, when(4, 20))] * 2
    late = wrong > timedelta()
    assert {one.since for one in mine} == {when(1, 10)}
    assert {one.last_seen for one in mine} == {when(4) if late else when(2, 10)}
    assert {one.since for one in registry.archive.of_mac(Mac(B))} == {when(4) if late else when(2)}
    stored = registry.archive.intervals()
    registry.archive.conclude(3, (), right[2], advance)
    assert registry.archive.intervals() == stored


def dated(one: Look, by: timedelta) -> Look:
    """Return a look as a computer saw it whose clock was wrong."""
    presences = tuple(
        presence._replace(
            addresses=tuple(a._replace(proof=a.proof._replace(at=a.proof.at + by)) for a in presence.addresses),
            places=tuple(p._replace(proof=p.proof._replace(at=p.proof.at + by)) for p in presence.places),
        )
        for presence in one.presences
    )
    reads = {key: read._replace(at=read.at + by) for key, read in one.reads.items()}
    return replace(one, presences=presences, reads=reads)


def test_questions_of_the_history(registry: Registry) -> None:
    begin(registry)
    for one in LOOKS:
        registry.archive.conclude(one.sweep, (), one, advance)
    held = registry.archive.of_address(ip_address("10.0.0.5"))
    assert [(one.identity, one.opened.sweep, one.closing) for one in held] == [
        (A, 1, Closing.TAKEN),
        (A, 3, Closing.GONE),
        (B, 2, Closing.TAKEN),
    ]
    mine = registry.archive.of_mac(Mac(A))
    assert {one.endpoint for one in mine} == {("public", A)}
    assert registry.archive.of_endpoints([("public", A)]) == mine
    assert registry.archive.of_endpoints([]) == ()


def test_a_look_comes_back_as_it_was() -> None:
    for one in LOOKS:
        assert unpack(one.sweep, pack(one)) == one


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=8), st.text(st.characters(codec="utf-8"), max_size=8))
def test_ports_of_any_name_are_kept_apart_and_found_again(registry: Registry, one: str, other: str) -> None:
    numbers = [registry.start_sweep({}, {}, NOON) for _ in range(2)]
    for number in numbers:
        place = port("sw-1", 1)
        named = seen(number, A, type(place)("sw-1", one, 1), type(place)("sw-1", f"{other}2", 2))
        registry.archive.conclude(number, (), look(number, named), advance)
    newest = [held for held in registry.archive.of_mac(Mac(A)) if held.latest.sweep == numbers[1]]
    assert len(newest) == len({held.place for held in newest}) >= 1
    assert all(held.seen >= 2 or held.opened.sweep == numbers[1] for held in newest)


def test_what_fails_leaves_everything_as_it_was(registry: Registry) -> None:
    begin(registry)
    registry.archive.conclude(1, (), LOOKS[0], advance)
    before = registry.archive.intervals()

    def broken(_going: Iterable[Interval], _look: Look) -> list[Interval]:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        registry.archive.conclude(2, (), LOOKS[1], broken)
    assert registry.archive.intervals() == before
    registry.archive.conclude(2, (), LOOKS[1], advance)
    assert registry.archive.intervals() == history(LOOKS[:2])


def test_sweeps_that_never_ended_are_known(registry: Registry) -> None:
    begin(registry, 3)
    row = FdbRow("sw-1", Mac(A), 1, 1, None, None, FdbStatus.LEARNED, NOON)
    for number in (1, 2):
        registry.store_reading(number, "read:sw-1", "sw-1", [row], [], NOON)
    assert registry.archive.left_out(3) == (1, 2)
    assert not registry.archive.is_considered(1)
    registry.archive.consider(1, ())
    assert registry.archive.is_considered(1)
    assert registry.archive.left_out(3) == (1, 2)
    registry.archive.conclude(1, (), look(1), advance)
    assert registry.archive.left_out(3) == (2,)
    registry.store_reading(1, "read:sw-2", "sw-2", [row], [], NOON)
    assert not registry.archive.is_considered(1)
