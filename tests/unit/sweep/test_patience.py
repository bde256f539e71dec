"""How long an answer is waited for. No clock."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes.sweep.patience import LONGEST_S, SHORTEST_S, Patience

seconds = st.floats(min_value=0.001, max_value=10)


def test_the_wait_follows_the_slowest_answer_of_the_same_way() -> None:
    patience = Patience()
    assert (patience.wait_s("a", 1.0), patience.knows("a")) == (1.0, False)
    patience.heard("a", 0.001)
    assert patience.wait_s("a", 1.0) == SHORTEST_S
    patience.heard("a", 0.1)
    patience.heard("a", 0.02)
    assert patience.wait_s("a", 1.0) == pytest.approx(0.4)
    assert patience.wait_s("b", 1.0) == 1.0
    patience.heard("a", 2.0)
    assert patience.wait_s("a", 1.0) == LONGEST_S


@given(answers=st.lists(seconds, min_size=1), planned=seconds)
def test_a_wait_is_never_shorter_than_the_slowest_answer_or_so(answers: list[float], planned: float) -> None:
    patience = Patience()
    for answer in answers:
        patience.heard("a", answer)
    wait = patience.wait_s("a", planned)
    assert wait >= min(max(answers), LONGEST_S)
    assert wait <= max(LONGEST_S, planned)
