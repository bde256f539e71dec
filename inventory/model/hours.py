"""Spans of the day, as people write them: ``08:30-09:30, 14:00-15:00``; one may pass midnight."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time
from typing import Final

_SPAN: Final = re.compile(r"(\d{1,2})[:.](\d{2})\s*[-~—–至到]+\s*(\d{1,2})[:.](\d{2})")
_BETWEEN: Final = re.compile(r"[,;、\n]")


@dataclass(frozen=True, slots=True)
class Span:
    """From a minute to another, the last one not included."""

    first: time
    last: time

    def __str__(self) -> str:
        return f"{self.first:%H:%M}-{self.last:%H:%M}"

    def __contains__(self, moment: time) -> bool:
        if self.first <= self.last:
            return self.first <= moment < self.last
        return moment >= self.first or moment < self.last


def read_hours(written: str) -> tuple[Span, ...]:
    """Read spans of the day.

    Raises:
        ValueError: one of them is none, or lasts no time at all.
    """
    spans = []
    for part in filter(None, (part.strip() for part in _BETWEEN.split(written))):
        found = _SPAN.fullmatch(part)
        if found is None:
            raise ValueError(part)
        first, last = time(int(found[1]), int(found[2])), time(int(found[3]) % 24, int(found[4]))
        if first == last:
            raise ValueError(part)
        spans.append(Span(first, last))
    return tuple(spans)


def within(written: str | None, moment: time) -> Span | None:
    """Return the span that holds a moment of the day."""
    return next((span for span in read_hours(written or "") if moment in span), None)
