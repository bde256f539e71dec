"""Every address once, every /24 evenly, and on from any position."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes.sweep.permutation import Permutation


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
