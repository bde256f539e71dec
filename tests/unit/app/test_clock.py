"""The time within a sweep goes on evenly, whoever sets the computer's clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as some

from netaudit.app.clock import SweepClock

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


class Computer:
    """Its clock can be set; the seconds since it was started cannot."""

    def __init__(self) -> None:
        self.wall, self.steady = NOON, 1000.0

    def wait(self, seconds: float) -> None:
        self.wall += timedelta(seconds=seconds)
        self.steady += seconds


@given(some.lists(some.tuples(some.floats(0, 3600), some.integers(-400, 400)), max_size=8))
def test_setting_the_clock_changes_no_time_of_the_sweep(told: list[tuple[float, int]]) -> None:
    computer = Computer()
    clock, waited = SweepClock(lambda: computer.wall, lambda: computer.steady), 0.0
    seen = [clock.now()]
    for seconds, days in told:
        computer.wait(seconds)
        computer.wall += timedelta(days=days)
        waited += seconds
        assert abs(clock.now() - NOON - timedelta(seconds=waited)) < timedelta(milliseconds=1)
        seen.append(clock.now())
    assert seen == sorted(seen)


def test_it_agrees_with_the_computer_while_nobody_sets_it() -> None:
    clock = SweepClock()
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(minutes=1)
