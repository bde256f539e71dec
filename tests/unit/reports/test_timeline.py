"""Timelines and moments of the past: what people read, what programs read, and what the schemas say."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given

from inventory.model.history import EndpointHistory
from inventory.reconcile.history import history
from netaudit.i18n import CATALOGUES
from reports.formats import FORMATS, json_
from reports.kinds import moment, timeline
from tests.unit.reconcile.looks import A, look, port, seen, when
from tests.unit.reconcile.test_history_order import _looks
from tests.unit.reports.test_schema import check

if TYPE_CHECKING:
    from datetime import datetime

    from inventory.model.history import Look

ONE, TWO = port("sw-1", 7), port("sw-2", 3)
ALL = ("core", "sw-1", "sw-2")
STORY = [
    look(1, seen(1, A, ONE, ip="10.0.0.5"), read=ALL),
    look(2, seen(2, A, ONE, ip="10.0.0.5"), read=ALL),
    look(3, read=ALL),
    look(4, seen(4, A, TWO, ip="10.0.0.6"), read=("core", "sw-2")),
]


def told(looks: list[Look]) -> list[EndpointHistory]:
    found: dict[tuple[str, str], EndpointHistory] = {}
    for one in sorted(history(looks), key=lambda held: (held.since, held.place is None, held.key)):
        before = found.get(one.endpoint)
        found[one.endpoint] = EndpointHistory(*one.endpoint, (*(before.intervals if before else ()), one))
    return list(found.values())


def asked(at: datetime) -> moment.Asked:
    return moment.Asked("10.0.0.5", at, {}, lambda _mac: None, reveal=False)


@given(_looks)
def test_every_history_fits_the_schema(looks: list[Look]) -> None:
    found = told(looks)
    check("timeline", timeline.json_document("x", found))
    for number in range(1, len(looks) + 2):
        check("moment", moment.json_document(asked(when(number, 10)), found))


@pytest.mark.parametrize("form", ["csv", "html", "xlsx"])
@pytest.mark.parametrize("language", list(CATALOGUES.values()))
def test_every_format_takes_it(form: str, language: str) -> None:
    for document in (timeline.document("x", told(STORY)), moment.document(asked(when(1, 10)), told(STORY))):
        assert FORMATS[form].load().render(document, str, language=language.replace("_", "-"))


def test_the_gap_is_told() -> None:
    (section,) = timeline.document("x", told(STORY)).sections
    (steps,) = section.blocks
    titles = [str(step.title) for step in steps.steps]  # type: ignore[union-attr]  # steps, see the kind
    assert titles == ["Port", "Address", "Not seen", "Port", "Address"]


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (when(1, 30), ("proven", "10.0.0.5", "exact", "sw-1")),
        (when(2, 30), ("last_known", "10.0.0.5", "exact", "sw-1")),
        (when(3, 30), None),
        (when(0), None),
        (when(9), ("last_known", "10.0.0.6", "exact", "sw-2")),
    ],
)
def test_a_moment_of_the_past(at: datetime, expected: tuple[str, str, str, str] | None) -> None:
    document: Any = moment.json_document(asked(at), told(STORY))
    got = [(m["certainty"], m["ip"], m["location"]["verdict"], m["location"]["device"]) for m in document["matches"]]
    assert got == ([] if expected is None else [expected])
    for match in document["matches"]:
        assert {row["sweep"] for row in match["evidence"]} <= {1, 2, 4}
        assert match["evidence"]


def test_two_places_at_once_are_ambiguous() -> None:
    looks = [look(n, seen(n, A, ONE, TWO, ip="10.0.0.5"), read=ALL) for n in (1, 2)]
    document: Any = moment.json_document(asked(when(1) + timedelta(hours=5)), told(looks))
    (match,) = document["matches"]
    assert match["location"]["verdict"] == "ambiguous"
    assert [place["device"] for place in match["location"]["alternatives"]] == ["sw-1", "sw-2"]


def test_hostile_words_stay_words() -> None:
    place = type(ONE)("sw\x1b[2J", "<script>", 1)
    looks = [look(1, seen(1, A, place, ip="10.0.0.5"), read=ALL)]
    document = timeline.document("x", told(looks))
    shown = FORMATS["html"].load().render(document, str, language="en")
    text = shown.decode() if isinstance(shown, bytes) else shown
    assert "<script>" not in text.split("<body", 1)[1]
    assert "\x1b" not in text
    assert "\x1b" not in json_.render(timeline.json_document("x", told(looks)))
