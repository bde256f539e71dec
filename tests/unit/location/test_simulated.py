"""The engine against networks whose truth is known: never wrong, never silent about a station some table knows."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.simulator.network import Shape
from tests.simulator.score import AMBIGUOUS_WRONG, BOUNDED_WRONG, LOST, RIGHT, WRONG, run
from tests.simulator.tables import CONDITIONS, Condition

_RIGHT = {
    "everything visible": 0.98,
    "no LLDP": 0.98,
    "LLDP half, identity 80 %": 0.98,
    "10 % unread": 0.80,
    "half the stations silent": 0.70,
    "5 % moved meanwhile": 0.90,
    "all at once": 0.60,
}


@pytest.mark.parametrize("condition", CONDITIONS, ids=lambda condition: condition.name)
def test_never_wrong_and_never_lost(condition: Condition) -> None:
    counts: Counter[str] = Counter()
    for seed in range(5):
        counts += run(Shape(), condition, seed)
    assert {name: counts[name] for name in (WRONG, BOUNDED_WRONG, AMBIGUOUS_WRONG, LOST)} == dict.fromkeys(
        (WRONG, BOUNDED_WRONG, AMBIGUOUS_WRONG, LOST), 0
    )
    assert counts[RIGHT] >= _RIGHT[condition.name] * counts.total()
