"""Charts: every mark inside the picture, in the order of time, and the numbers those of the comparison."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from netaudit.app.sweep_pages import TrendPoint
from netaudit.web.charts import HEIGHT, WIDTH, trend_line

START = datetime(2026, 11, 1, tzinfo=UTC)
RATES = st.tuples(st.integers(1, 9000), st.integers(0, 9000)).map(lambda pair: (min(pair), max(pair)))


@given(st.lists(st.tuples(st.integers(0, 500), RATES), max_size=40))
def test_every_mark_is_inside_and_in_order(told: list[tuple[int, tuple[int, int]]]) -> None:
    at = START
    points = []
    for number, (hours, (part, whole)) in enumerate(told, start=1):
        at += timedelta(hours=hours)
        points.append(TrendPoint(number, at, part, whole))
    line = trend_line(points)
    if len(points) < 2:
        assert line is None
        return
    assert line is not None
    assert [mark.point for mark in line.marks] == points
    assert all(0 <= mark.x <= WIDTH and 0 <= mark.y <= HEIGHT for mark in line.marks)
    assert [mark.x for mark in line.marks] == sorted(mark.x for mark in line.marks)
    by_rate = sorted(line.marks, key=lambda mark: mark.percent)
    assert [mark.y for mark in by_rate] == sorted((mark.y for mark in by_rate), reverse=True)
    labels = [mark.x for mark in line.marks if mark.labelled]
    assert all(later - earlier >= 80 for earlier, later in pairwise(labels))
    assert 2 <= len(line.grid) <= 7
    assert all(0 <= percent <= 100 for _y, percent in line.grid)
