"""How the read of a subject ended when several tables tell of it."""

from __future__ import annotations

import pytest

from inventory.model.coverage import Completeness
from inventory.model.text import remarks, verbatim
from probes.snmp.verdict import Verdict, of_union
from probes.snmp.walk import Stats, Table

C, T, R, S, U = (
    Completeness.COMPLETE,
    Completeness.TRUNCATED,
    Completeness.REFUSED,
    Completeness.TIMED_OUT,
    Completeness.UNSUPPORTED,
)


WHY, FIRST, MOVED, MISSING = map(verbatim, ("why", "first", "moved", "missing"))


def _table(completeness: Completeness) -> Table:
    return Table(
        {}, completeness, None if completeness is C else verbatim(f"why {completeness}"), Stats(1, 0, 0, 0.0, None)
    )


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (C, C, (C, "")),
        (C, U, (C, "")),
        (U, C, (C, "")),
        (U, U, (U, "why unsupported")),
        (C, T, (T, "b: why truncated")),
        (C, S, (T, "b: why timed_out")),
        (C, R, (T, "b: why refused")),
        (T, U, (T, "a: why truncated")),
        (S, S, (S, "a: why timed_out; b: why timed_out")),
        (R, U, (R, "a: why refused")),
        (U, S, (S, "b: why timed_out")),
    ],
)
def test_union(first: Completeness, second: Completeness, expected: tuple[Completeness, str]) -> None:
    found = of_union({"a": _table(first), "b": _table(second)})
    assert (found.completeness, str(found.reason or "")) == expected


def test_only_what_was_complete_can_be_spoiled() -> None:
    assert Verdict(C).spoiled(WHY) == Verdict(T, WHY)
    assert Verdict(R, FIRST).spoiled(WHY) == Verdict(R, FIRST)
    assert Verdict(C).changed(WHY) == Verdict(Completeness.CHANGED, WHY)
    assert Verdict(C).changed(MOVED).spoiled(MISSING) == Verdict(T, remarks(MISSING, MOVED))
    assert Verdict(T, FIRST).changed(WHY) == Verdict(T, FIRST)
