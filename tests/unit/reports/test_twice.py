"""What people and programs read of devices known under several cards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from inventory.model.factset import FactSet
from inventory.model.records import Filed
from inventory.reconcile.result import findings, reconcile
from reports.formats import terminal
from reports.kinds import coverage, location, registration_rate, unregistered
from reports.twice import doubled, notes
from tests.unit.reconcile.test_likeness import (
    ACCESS_POINT,
    DAY,
    SOCKET,
    THURSDAY,
    TUESDAY,
    UNIT,
    WEDNESDAY,
    seen,
)
from tests.unit.reports.test_schema import check

if TYPE_CHECKING:
    from inventory.model.observation import Observation

WEEK: list[Observation] = [
    *(seen(mac, n, place=SOCKET) for n, mac in enumerate((TUESDAY, WEDNESDAY, THURSDAY))),
    *(seen(f"36:00:00:00:01:{n:02x}", 0, place=ACCESS_POINT, company=9) for n in range(7)),
    *(seen(f"3e:00:00:00:01:{n:02x}", 2, place=ACCESS_POINT, company=9) for n in range(2)),
]
FILED = Filed(units=(UNIT,))


def test_it_is_counted_and_told_in_every_form() -> None:
    result = reconcile(FILED, WEEK, FactSet(), as_of=DAY)
    found = doubled(result.units)
    assert (found.unjoined, found.changed, found.among_others, found.count) == (0, 2, 2, 4)
    (note,) = notes(result.units)
    assert str(note).startswith(
        "May be counted twice: 4. Made-up cards that were probably seen later as another one: 2."
    )
    documents: dict[str, Any] = {
        "unregistered": unregistered.json_document(result),
        "coverage": coverage.json_document(result, (), ()),
        "registration-rate": registration_rate.json_document(result, FILED.units),
    }
    for name, document in documents.items():
        check(name, document)
    counts = {"count": 4, "address_and_card": 0, "changed_card": 2, "changed_card_among_others": 2}
    assert documents["unregistered"]["totals"]["may_be_counted_twice"] == counts
    assert documents["registration-rate"]["totals"]["may_be_counted_twice"] == counts
    assert documents["coverage"]["endpoints"]["may_be_counted_twice"] == counts
    assert documents["coverage"]["endpoints"]["places"]["exact"] == len(WEEK)
    shown = terminal.render(coverage.document(result, (), ()), str, width=100)
    assert "May be counted twice: 4." in shown
    assert f"{len(WEEK)} of {len(WEEK)}" in shown


def test_one_endpoint_says_who_else_it_may_be() -> None:
    compared = {str(one.observation.mac): one for one in findings(FILED, WEEK)}
    chosen = [compared[TUESDAY], compared[THURSDAY], compared["3e:00:00:00:01:00"]]
    document: Any = location.json_document("x", chosen)
    check("locate", document)
    same = {match["mac"]: match["probably_same"] for match in document["matches"]}
    assert (same[TUESDAY]["macs"], same[TUESDAY]["newer"], same[TUESDAY]["certainty"]) == (
        [WEDNESDAY],
        True,
        "probable",
    )
    assert (same[THURSDAY]["macs"], same[THURSDAY]["newer"]) == ([WEDNESDAY], False)
    among = same["3e:00:00:00:01:00"]
    assert (len(among["macs"]), among["count"], among["certainty"]) == (5, 7, "possible")
    shown = terminal.render(location.document("x", chosen), str, width=140)
    assert f"probably {WEDNESDAY} by now" in shown
    assert "may be one of 7 cards gone from this port" in shown
    assert "both are counted: nothing proves it" in shown
