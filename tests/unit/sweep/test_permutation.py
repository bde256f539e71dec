"""Every address once, every /24 evenly, and on from any position."""

from __future__ import annotations

from array import array
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes.sweep.permutation import Interleaving, Permutation


@given(count=st.integers(min_value=1, max_value=5000))
def test_each_member_comes_once(count: int) -> None:
    assert sorted(Permutation(count).part(0, count)) == list(range(count))


@given(count=st.integers(min_value=1, max_value=5000), cut=st.integers(min_value=0, max_value=5000))
def test_it_goes_on_where_it_stopped(count: int, cut: int) -> None:
    order = Permutation(count)
    assert order.part(0, cut) + Permutation(count).part(cut, count) == order.part(0, count)


@pytest.mark.parametrize("nets", [2, 3, 16, 100, 256])
def test_each_24_is_visited_evenly(nets: int) -> None:
    count = nets * 256
    order = Permutation(count).part(0, count)
    for turn in range(0, count - 8 * nets, 7 * nets + 3):
        share = Counter(member // 256 for member in order[turn : turn + 8 * nets])
        assert all(8 - 3 <= share[net] <= 8 + 3 for net in range(nets))


@given(counts=st.lists(st.integers(min_value=1, max_value=40), min_size=1, max_size=8))
def test_columns_take_turns_and_keep_their_own_order(counts: list[int]) -> None:
    order = Interleaving(counts)
    rows = order.merged(
        [array("I", [column << 8 | rank for rank in range(count)]) for column, count in enumerate(counts)]
    )
    assert len(rows) == sum(counts)
    for column, count in enumerate(counts):
        mine = [(row, value & 255) for row, value in enumerate(rows) if value >> 8 == column]
        assert [rank for _, rank in mine] == list(range(count))
        assert all(order.column(row) == column for row, _ in mine)
        assert [order.rank(column, row) for row in range(len(rows) + 1)] == [
            sum(at < row for at, _ in mine) for row in range(len(rows) + 1)
        ]


def test_short_columns_end_first_and_nobody_waits_for_them() -> None:
    rows = Interleaving([1, 3, 2]).merged([array("I", [10]), array("I", [20, 21, 22]), array("I", [30, 31])])
    assert list(rows) == [20, 30, 10, 21, 31, 22]
