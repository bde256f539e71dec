"""When another round is worth its packets."""

from __future__ import annotations

import pytest

from probes.sweep.rounds import MOST, worth_another


def asked(found: dict[int, int]) -> int:
    """Return how many rounds there are when each finds so many and those not named find nobody."""
    return next(last for last in range(MOST) if not worth_another(found, last)) + 1


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ({}, 2),
        ({0: 1}, 2),
        ({0: 2}, 2),
        ({0: 3}, 3),
        ({0: 10}, 3),
        ({0: 20}, 2),
        ({0: 250}, 2),
        ({0: 1, 1: 1}, MOST),
        ({0: 3000, 1: 60}, 3),
        ({0: 3000, 1: 600, 2: 120}, 5),
        ({0: 100, 1: 100, 2: 100, 3: 100, 4: 100, 5: 100, 6: 100}, MOST),
    ],
)
def test_rounds_follow_the_loss_that_was_seen(found: dict[int, int], expected: int) -> None:
    assert asked(found) == expected
