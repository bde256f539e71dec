"""How the read of a subject ended when several tables tell of it."""

from __future__ import annotations

import pytest

from inventory.model.coverage import Completeness
from probes.snmp.verdict import Verdict, of_union
from probes.snmp.walk import Stats, Table

C, T, R, S, U = (
    Completeness.COMPLETE,
    Completeness.TRUNCATED,
    Completeness.REFUSED,
    Completeness.TIMED_OUT,
    Completeness.UNSUPPORTED,
)


def _table(completeness: Completeness) -> Table:
    return Table({}, completeness, None if completeness is C else f"why {completeness}", Stats(1, 0, 0, 0.0, None))


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (C, C, Verdict(C)),
        (C, U, Verdict(C)),
        (U, C, Verdict(C)),
        (U, U, Verdict(U, "why unsupported")),
        (C, T, Verdict(T, "b: why truncated")),
        (C, S, Verdict(T, "b: why timed_out")),
        (C, R, Verdict(T, "b: why refused")),
        (T, U, Verdict(T, "a: why truncated")),
        (S, S, Verdict(S, "a: why timed_out; b: why timed_out")),
        (R, U, Verdict(R, "a: why refused")),
        (U, S, Verdict(S, "b: why timed_out")),
    ],
)
def test_union(first: Completeness, second: Completeness, expected: Verdict) -> None:
    assert of_union({"a": _table(first), "b": _table(second)}) == expected


def test_only_what_was_complete_can_be_spoiled() -> None:
    assert Verdict(C).spoiled("why") == Verdict(T, "why")
    assert Verdict(R, "first").spoiled("why") == Verdict(R, "first")
    assert Verdict(C).changed("why") == Verdict(Completeness.CHANGED, "why")
    assert Verdict(C).changed("moved").spoiled("missing") == Verdict(T, "missing; moved")
    assert Verdict(T, "first").changed("why") == Verdict(T, "first")
