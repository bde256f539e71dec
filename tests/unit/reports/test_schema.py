"""Every JSON document is what its published schema says, and the schemas refuse what they must."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from datetime import UTC, date, datetime
from ipaddress import IPv4Network, ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker

from inventory.model.cases import CaseView, Overdue
from inventory.model.coverage import ReadState
from inventory.model.location import Evidence, Location, Place, Removed, Verdict
from inventory.model.observation import (
    Absence,
    Attribution,
    Confidence,
    CoverageCount,
    Finding,
    Mismatch,
    Missing,
    Observation,
    Reconciliation,
    Status,
    UnitReason,
    UnitResult,
    VisibilityGrade,
)
from inventory.model.records import (
    ContactView,
    DeviceRole,
    DeviceView,
    ExclusionView,
    Leads,
    PointView,
    PrefixView,
    RegistrationState,
    RegistrationView,
    StatementView,
    SweepOutcome,
    UnitType,
    UnitView,
)
from inventory.model.sweep import Skipped, SweepSummary
from inventory.model.text import Text, text
from inventory.model.values import Mac
from reports.formats import FORMATS, json_
from reports.kinds import cases, coverage, listing, location, registration_rate, sweep_summary, unregistered

if TYPE_CHECKING:
    from collections.abc import Iterator

    from inventory.model.coverage import TableCoverage
    from inventory.model.factset import ScannedBlock

FOLDER = Path(__file__).parents[3] / "docs" / "schema"
MINE = ("coverage", "listing", "locate", "moment", "registration-rate", "sweep", "timeline", "topology", "unregistered")


def schema(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((FOLDER / f"{name}.schema.json").read_text(encoding="utf-8"))
    return loaded


def closed(part: object, *, whole: bool = True) -> object:
    """Return the schema with every object closed: what it does not describe is an error."""
    if isinstance(part, list):
        return [closed(one, whole=False) for one in part]
    if not isinstance(part, dict):
        return part
    made: dict[str, object] = {}
    for key, value in part.items():
        if key in {"properties", "$defs"} and isinstance(value, dict):
            made[key] = {name: closed(one, whole=key == "properties") for name, one in value.items()}
        elif key in {"enum", "const", "required", "type", "description"}:
            made[key] = value
        else:
            made[key] = closed(value, whole=key == "items")
    return {**made, "unevaluatedProperties": False} if whole else made


def check(name: str, data: object) -> None:
    """Validate what is printed, not what was meant."""
    printed = json.loads(json_.render(data))  # type: ignore[arg-type]  # any document
    rules = closed(schema(name))
    assert isinstance(rules, dict)
    Draft202012Validator(rules, format_checker=FormatChecker()).validate(printed)


def refused(name: str, data: object) -> bool:
    return not Draft202012Validator(schema(name), format_checker=FormatChecker()).is_valid(data)


# ---------------------------------------------------------------- anything the model can say

TIMES = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 -- zone beside
WORDS = st.text(st.sampled_from("ab=<& 源城区第三小学"), min_size=1, max_size=8)
TEXTS: st.SearchStrategy[Text] = st.builds(lambda words: text("because of {words}", words=words), WORDS)
MACS = st.integers(0, 2**40).map(lambda n: Mac.from_bytes(b"\x00" + n.to_bytes(6, "big")[1:]))
IPS = st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6))
PLACES = st.builds(Place, WORDS, WORDS, st.integers(1, 99))
EVIDENCE = st.builds(Evidence, WORDS, st.none() | WORDS, TIMES, WORDS)
FILINGS = st.builds(
    RegistrationView,
    id=st.integers(1, 9999),
    unit=WORDS,
    plane=WORDS,
    ip=IPS,
    mac=MACS,
    person=st.none() | WORDS,
    phone=st.none() | st.just("13812341234"),
    filed_at=st.none() | TIMES,
    in_service_since=st.none() | st.dates(),
)
MISSING = st.builds(Missing, FILINGS, st.sampled_from(Absence), TEXTS)


@st.composite
def locations(draw: st.DrawFn, mac: Mac | None) -> Location:
    verdict = draw(st.sampled_from(Verdict))
    known = verdict in {Verdict.EXACT, Verdict.BOUNDED}
    return Location(
        mac,
        verdict,
        draw(PLACES) if known else None,
        vlan=draw(st.none() | st.integers(1, 4094)),
        alternatives=tuple(sorted(draw(st.lists(PLACES, max_size=2)))) if verdict is Verdict.AMBIGUOUS else (),
        gateway=draw(st.none() | WORDS),
        shares_port_with=draw(st.integers(0, 9)),
        removed=tuple(draw(st.lists(st.builds(Removed, PLACES, st.just("transit"), TEXTS), max_size=2))),
    )


@st.composite
def findings(draw: st.DrawFn) -> Finding:
    mac = draw(st.none() | MACS)
    ips = tuple(
        sorted(draw(st.lists(IPS, min_size=int(mac is None), max_size=2)), key=lambda ip: (ip.version, int(ip)))
    )
    seen = Observation(
        draw(WORDS),
        mac,
        ips,
        draw(locations(mac)),
        draw(TIMES),
        draw(TIMES),
        draw(st.sampled_from(Confidence)),
        tuple(draw(st.lists(EVIDENCE, max_size=3))),
        ips[:1],
    )
    told = Attribution(draw(WORDS), draw(st.none() | WORDS), draw(st.sampled_from(UnitReason)), draw(TEXTS))
    status = draw(st.sampled_from(Status))
    differs = tuple(draw(st.lists(st.sampled_from(Mismatch), unique=True))) if status is Status.MISMATCH else ()
    filed = None if status is Status.UNREGISTERED else draw(FILINGS)
    return Finding(seen, told, status, differs, filed, draw(st.none() | TEXTS))


@st.composite
def unit_results(draw: st.DrawFn) -> UnitResult:
    observed = draw(st.integers(0, 500))
    registered = draw(st.integers(0, observed))
    return UnitResult(
        draw(WORDS),
        draw(WORDS),
        draw(st.sampled_from(["district", "town", "village", None])),
        draw(st.sampled_from(VisibilityGrade)),
        draw(TEXTS),
        draw(st.none() | st.integers(0, 500)),
        draw(st.integers(0, 500)),
        observed,
        registered,
        observed - registered,
        draw(st.integers(0, registered)),
        tuple(draw(st.lists(findings(), max_size=3))),
        tuple(draw(st.lists(MISSING, max_size=2))),
    )


COUNTS = st.builds(CoverageCount, *[st.integers(0, 10**6)] * 7)
RESULTS = st.builds(
    Reconciliation, TIMES, st.none() | st.integers(1, 99), COUNTS, st.lists(unit_results(), max_size=3).map(tuple)
)
SUMMARIES = st.builds(
    SweepSummary,
    st.none() | st.integers(1, 99),
    TIMES,
    st.none() | TIMES,
    st.sampled_from(SweepOutcome),
    *[st.integers(0, 10**6)] * 5,
    coverage=COUNTS,
    skipped=st.lists(st.builds(Skipped, WORDS, TEXTS), max_size=2).map(tuple),
)
FEW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@FEW
@given(RESULTS, st.none() | WORDS, st.booleans())
def test_unregistered(result: Reconciliation, maker: str | None, reveal: bool) -> None:  # noqa: FBT001 -- drawn
    check("unregistered", unregistered.json_document(result, lambda _: maker, reveal=reveal))


@FEW
@given(RESULTS, st.none() | st.sampled_from(UnitType))
def test_registration_rate(result: Reconciliation, kind: UnitType | None) -> None:
    views = [UnitView(unit.code, unit.name, type=kind) for unit in result.units]
    check("registration-rate", registration_rate.json_document(result, views))


@FEW
@given(WORDS, st.lists(findings(), max_size=3), st.lists(MISSING, max_size=2))
def test_locate(query: str, matches: list[Finding], missing: list[Missing]) -> None:
    check("locate", location.json_document(query, matches, missing=missing))
    location.document(query, matches, missing=missing)


@FEW
@given(SUMMARIES)
def test_sweep(summary: SweepSummary) -> None:
    check("sweep", sweep_summary.json_document(summary))


@settings(FEW, max_examples=8)
@given(RESULTS)
def test_every_format_takes_whatever_the_model_can_say(result: Reconciliation) -> None:
    for form in FORMATS.values():
        assert form.load().render(unregistered.document(result), str)


def test_coverage(
    reconciliation: Reconciliation, tables: tuple[TableCoverage, ...], blocks: tuple[ScannedBlock, ...]
) -> None:
    judged = replace(reconciliation, devices=(("core-1", ReadState.COMPLETE), ("sw-new", ReadState.UNREAD)))
    check("coverage", coverage.json_document(judged, tables, blocks))
    check("coverage", coverage.json_document(reconciliation, (), ()))


def test_listings(reconciliation: Reconciliation) -> None:
    school = reconciliation.units[1]
    listings: dict[str, list[Any]] = {
        "units": [UnitView("YC-EDU-03", "源城区第三小学", type=UnitType.SCHOOL), UnitView("X", "x")],
        "points": [PointView("P-031", "YC-EDU-03", "教学楼")],
        "prefixes": [PrefixView(IPv4Network("10.20.3.0/24"), "YC-EDU-03", "public", dhcp=True)],
        "devices": [DeviceView("core-1", ip_address("10.0.0.1"), DeviceRole.CORE)],
        "contacts": [ContactView("YC-EDU-03", "王小明", phone="13812341234", email="wang@example.cn")],
        "exclusions": [
            ExclusionView(IPv4Network("10.20.3.64/28"), "疫苗冷链"),
            ExclusionView(IPv4Network("10.20.3.7/32"), "视频会议", until=date(2021, 12, 31)),
        ],
        "statements": [
            StatementView("sw-1", "GE0/0/24", Leads.CORE, "core-1", "GE0/0/3", "现场查线"),
            StatementView("sw-1", "GE0/0/5", Leads.STATIONS),
        ],
        "registrations": [gone.registration for gone in school.missing],
    }
    assert listings.keys() == listing.COLUMNS.keys()
    rules = schema("listing")
    for name, records in listings.items():
        data = listing.json_array(name, records)
        only = {**rules, "anyOf": [{"$ref": f"#/$defs/{name}"}]}
        Draft202012Validator(only, format_checker=FormatChecker()).validate(data)
        check("listing", data)
    gone = school.missing[0].registration
    lines = [
        cases.CaseLine(
            CaseView(gone, number="2026-000001"),
            due_at=datetime(2026, 11, 28, tzinfo=UTC),
            overdue=Overdue.RECONFIRMATION,
        ),
        cases.CaseLine(CaseView(replace(gone, state=RegistrationState.DRAFT))),
    ]
    only = {**rules, "anyOf": [{"$ref": "#/$defs/cases"}]}
    Draft202012Validator(only, format_checker=FormatChecker()).validate(cases.json_array(lines))
    assert [line.value for line in cases.document(lines).lines] == [2, 1]
    check("listing", listing.endpoints_json(school.findings))
    assert "13812341234" not in str(listing.json_array("contacts", listings["contacts"]))
    assert "13812341234" in str(listing.json_array("contacts", listings["contacts"], reveal=True))


# ---------------------------------------------------------------- what the schemas refuse


def _endpoint(data: Any) -> Any:  # noqa: ANN401 -- JSON
    return data["units"][1]["endpoints"][4]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("mac", "00-E0-FC-12-34-56"),
        ("mac", "00:E0:FC:12:34:56"),
        ("ip", "10.20.3"),
        ("last_seen", "2026-11-23 05:00"),
        ("confidence", "sure"),
        ("status", "registered"),
    ],
)
def test_wrong_values_are_refused(reconciliation: Reconciliation, key: str, value: str) -> None:
    data = copy.deepcopy(unregistered.json_document(reconciliation))
    assert not refused("unregistered", data)
    _endpoint(data)[key] = value
    assert refused("unregistered", data)


@pytest.mark.parametrize(("key", "value"), [("verdict", "maybe"), ("device", None), ("port", None), ("vlan", -1)])
def test_wrong_places_are_refused(reconciliation: Reconciliation, key: str, value: object) -> None:
    data = copy.deepcopy(unregistered.json_document(reconciliation))
    assert _endpoint(data)["location"]["verdict"] == "exact"
    _endpoint(data)["location"][key] = value
    assert refused("unregistered", data)


def test_a_rate_nobody_can_verify_is_refused(reconciliation: Reconciliation) -> None:
    data: Any = copy.deepcopy(unregistered.json_document(reconciliation))
    assert data["units"][2]["visibility_grade"] == "D"
    data["units"][2]["registration_rate"] = 1.0
    assert refused("unregistered", data)


def test_an_unknown_outcome_is_refused(summary: SweepSummary) -> None:
    assert refused("sweep", {**sweep_summary.json_document(summary), "outcome": "interrupted"})


# ---------------------------------------------------------------- the schemas themselves


@pytest.mark.parametrize("name", MINE)
def test_schemas_are_valid_and_stand_alone(name: str) -> None:
    loaded = schema(name)
    Draft202012Validator.check_schema(loaded)
    assert all(target.startswith("#/$defs/") for target in _references(loaded))
    assert {target.removeprefix("#/$defs/") for target in _references(loaded)} == set(loaded["$defs"])


def test_what_schemas_share_is_the_same_in_each() -> None:
    known: dict[str, object] = {}
    for name in MINE:
        for key, part in schema(name)["$defs"].items():
            assert known.setdefault(key, part) == part, f"{name}: {key}"


def _references(part: object) -> Iterator[str]:
    if isinstance(part, dict):
        if "$ref" in part:
            yield part["$ref"]
        for value in part.values():
            yield from _references(value)
    elif isinstance(part, list):
        for value in part:
            yield from _references(value)
