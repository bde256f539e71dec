"""The engine against small networks whose truth is known; ``make bench-location`` runs the large ones."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.simulator.conditions import CONDITIONS, Condition
from tests.simulator.score import AMBIGUOUS_WRONG, BOUNDED_WRONG, LOST, OURS, RIGHT, WRONG, Result, run
from tests.simulator.shapes import Shape

_SEEDS = 8
_STATIONS = 160
_FEW = 0.003
"""Of 1,280 stations three may be wrong or lost: what every condition allows over many more is 0.1 % and 0.5 %."""


@pytest.mark.parametrize("condition", [c for c in CONDITIONS if c.name != "all at once"], ids=lambda c: str(c.name))
def test_next_to_never_wrong_and_never_lost(condition: Condition) -> None:
    ours: Counter[str] = Counter()
    others: dict[str, Counter[str]] = {}
    for seed in range(_SEEDS):
        shape = Shape(14, _STATIONS, condition.shapes[seed % len(condition.shapes)])
        result = run(shape, condition, seed)
        for rule, counts in result.outcomes.items():
            (ours if rule == OURS else others.setdefault(rule, Counter())).update(counts)
        assert (result.closed.ended, result.duplicates.false) == (0, 0)
    few = _FEW * ours.total()
    assert ours[WRONG] + ours[BOUNDED_WRONG] + ours[AMBIGUOUS_WRONG] <= few
    assert ours[LOST] <= few
    wrong = {rule: counts[WRONG] for rule, counts in others.items()}
    assert max(wrong.values()) > ours[WRONG], wrong
    assert ours[RIGHT] > 0.6 * ours.total()


def _one(name: str, kind: str, seed: int) -> Result:
    """Run one of the networks that ``make bench-location`` makes of a seed."""
    condition = next(one for one in CONDITIONS if one.name == name)
    return run(Shape(28 * (2 + seed % 5) // 4, 500 * (2 + seed % 5) // 4, kind), condition, seed)


@pytest.mark.parametrize(
    ("kind", "seed"),
    [
        pytest.param("ring", 12, id="a switch that raises suspicion is ruled out like any other"),
        pytest.param("vrrp", 53, id="stations of a VLAN that goes another way than the switch's own address"),
    ],
)
def test_all_that_can_be_known_is_known(kind: str, seed: int) -> None:
    result = _one("10 % of access switches unread", kind, seed)
    assert result.outcomes[OURS][RIGHT] == result.knowable


@pytest.mark.parametrize(("kind", "seed"), [("ring", 12), ("vrrp", 21)])
def test_nobody_moved_where_vlans_go_different_ways(kind: str, seed: int) -> None:
    assert _one("no LLDP, spanning trees read", kind, seed).outcomes[OURS][WRONG] == 0
