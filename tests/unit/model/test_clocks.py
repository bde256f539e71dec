"""Of sweeps that contradict each other in time, those are right that most others agree with."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.model.clocks import Between, mistimed

START = datetime(2026, 11, 2, 1, tzinfo=UTC)


def day(number: int) -> datetime:
    return START + timedelta(days=number)


def wrong(*days: int) -> dict[int, tuple[int | None, int]]:
    """Return which of sweeps on these days were mistimed, and between which days they ran."""
    found = mistimed([(number, day(on)) for number, on in enumerate(days)])
    return {
        number: (None if one.after is None else (one.after - START).days, (one.before - START).days)
        for number, one in found.items()
    }


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ((), {}),
        ((1, 2, 3), {}),
        ((1, 1, 1), {}),
        ((1, 900, 3), {}),  # one against one: nobody knows
        ((1, 900, 3, 4), {1: (1, 3)}),
        ((900, 2, 3), {0: (None, 2)}),
        ((900, 901, 3, 4, 5), {0: (None, 3), 1: (None, 3)}),
        ((5, 6, -2000), {}),  # the last one: not until another follows
        ((5, 6, -2000, 8), {2: (6, 8)}),
        ((5, 6, -2000, -1999, 9), {}),  # two against two
        ((4, 5, 6, -2000, -1999, 9), {3: (6, 9), 4: (6, 9)}),
        ((1, 2, 900, 4, -900, 6), {2: (2, 4), 4: (4, 6)}),
    ],
)
def test_stories(days: tuple[int, ...], expected: dict[int, tuple[int | None, int]]) -> None:
    assert wrong(*days) == expected


@given(st.lists(st.integers(-50, 50), max_size=12))
def test_what_is_left_never_goes_back_where_most_agree(days: list[int]) -> None:
    found = wrong(*days)
    assert all(after is None or after <= before for after, before in found.values())
    assert wrong(*sorted(days)) == {}


def test_a_wrong_time_becomes_the_nearest_possible_one() -> None:
    between = Between(day(2), day(4))
    assert [between.right(day(n)) for n in (-900, 3, 900)] == [day(2), day(3), day(4)]
    assert Between(None, day(4)).right(day(-900)) == day(-900)
