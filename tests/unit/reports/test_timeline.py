"""Timelines and moments of the past: what people read, what programs read, and what the schemas say."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given

from inventory.model.history import EndpointHistory
from inventory.model.location import Verdict
from inventory.reconcile.history import history
from netaudit.i18n import CATALOGUES
from reports.document import Step, Steps
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


def steps(looks: list[Look]) -> list[Step]:
    (section,) = timeline.document("x", told(looks)).sections
    (block,) = section.blocks
    assert isinstance(block, Steps)
    return list(block.steps)


def test_a_port_before_it_is_told_as_such_and_never_beside_the_place_itself() -> None:
    above = port("core", 5)
    bounded = {"verdict": Verdict.BOUNDED, "behind": ("sw-1",)}
    first = look(1, seen(1, A, above, **bounded), read=("core",))  # type: ignore[arg-type]  # as written above
    assert [str(step.title) for step in steps([first])] == ["Behind port"]
    assert "behind it: sw-1" in map(str, steps([first])[0].proof)
    better = [first, look(2, seen(2, A, ONE, passed=(above,)), read=ALL)]
    assert [str(step.title) for step in steps(better)] == ["Behind port", "Port"]
    assert "known better from" in str(steps(better)[0].proof[0])
    unread = [*better, look(3, seen(3, A, above, **bounded), read=("core",))]  # type: ignore[arg-type]  # as above
    assert [str(step.title) for step in steps(unread)] == ["Behind port", "Port"]
    assert str(steps(unread)[1].proof[-1]).startswith("since then known less exactly: ")
    document: Any = timeline.json_document("x", told(unread))
    (endpoint,) = document["endpoints"]
    assert [(p["verdict"], p["behind"], p["above"] and p["above"]["sweep"]) for p in endpoint["places"]] == [
        ("bounded", ["sw-1"], None),
        ("exact", [], 3),
    ]


def test_a_double_is_told_as_two_places_at_the_same_time() -> None:
    looks = [look(n, seen(n, A, ONE, TWO), read=ALL) for n in (1, 2)]
    assert [str(step.title) for step in steps(looks[:1])] == ["Possible port", "Possible port"]
    assert [str(step.title) for step in steps(looks)] == ["Port", "Port"]
    assert [str(step.proof[1]) for step in steps(looks)] == [
        "at the same time on sw-2 GE0/0/3",
        "at the same time on sw-1 GE0/0/7",
    ]


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
