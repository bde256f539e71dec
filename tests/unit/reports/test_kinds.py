"""What the reports say: numbers, order, masking, empty states."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from inventory.model.coverage import Completeness, ReadState, TableCoverage
from inventory.model.coverage import Table as DeviceTable
from inventory.model.location import Evidence, Location, Place, Verdict
from inventory.model.observation import Status
from inventory.model.records import ContactRole, ContactView, UnitView
from inventory.model.sources import DUPLICATE
from inventory.model.text import text
from reports import rows
from reports.cells import Ratio, Withheld
from reports.document import Document, Steps, Table
from reports.formats import terminal
from reports.kinds import coverage, listing, location, registration_rate, sweep_summary, unregistered
from reports.kinds.whose import Whose
from reports.twice import notes as counted_twice
from tests.simulator.story import station
from tests.unit.reconcile.test_identity import network
from tests.unit.reconcile.test_nature import unit_of

if TYPE_CHECKING:
    from inventory.model.factset import ScannedBlock
    from inventory.model.observation import Finding, Reconciliation
    from inventory.model.records import PointView
    from inventory.model.sweep import SweepSummary


def _tables(document: Document) -> list[Table]:
    return [block for section in document.sections for block in section.blocks if isinstance(block, Table)]


def _column(table: Table, key: str) -> list[object]:
    place = [column.key for column in table.columns].index(key)
    return [row.cells[place] for row in table.rows]


def test_sections_only_for_units_with_unregistered_endpoints(reconciliation: Reconciliation) -> None:
    titles = [str(section.title) for section in unregistered.document(reconciliation).sections]
    assert titles == [
        "Units",
        "源城区第三小学 (YC-EDU-03)",
        "Not assigned to any unit (unassigned)",
        "Filed, but differs from what was seen",
        "Filed, but not seen",
        "Filed, but could not be looked for",
    ]


def test_what_could_not_be_looked_for_is_a_number_and_a_reason_per_unit(reconciliation: Reconciliation) -> None:
    document = unregistered.document(reconciliation)
    *_, sought, unsought = _tables(document)
    assert len(sought.rows) == 1
    assert [[str(cell) for cell in row.cells] for row in unsought.rows] == [
        ["YC-EDU-03", "源城区第三小学", "1", "the gateway's table was not read completely"]
    ]
    sheet = next(sheet for sheet in document.sheets if sheet.key == "missing")
    assert _column(sheet.table, "absence") == ["not_seen", "not_assessed"]


def test_several_reasons_for_one_unit_are_counted(reconciliation: Reconciliation) -> None:
    unit = reconciliation.units[1]
    other = replace(unit.missing[1], because=text("no gateway was read"))
    row = rows.unassessed(unit, [unit.missing[1], other, other])
    assert row.cells[2] == 3
    assert str(row.cells[3]) == "the gateway's table was not read completely (and 1 more)"


def test_every_unit_is_in_the_overview_and_in_json(reconciliation: Reconciliation) -> None:
    codes = [unit.code for unit in reconciliation.units]
    assert _column(_tables(unregistered.document(reconciliation))[0], "unit") == codes
    data = unregistered.json_document(reconciliation)
    assert isinstance(data["units"], list)
    assert [unit["code"] for unit in data["units"] if isinstance(unit, dict)] == codes


def test_units_that_cannot_be_verified_have_no_rate(reconciliation: Reconciliation) -> None:
    table = _tables(unregistered.document(reconciliation))[0]
    rates = dict(zip(_column(table, "unit"), _column(table, "registration_rate"), strict=True))
    assert isinstance(rates["YC-EDU-07"], Withheld)
    assert isinstance(rates["YC-HEA-02"], Withheld)
    assert rates["YC-EDU-03"] == Ratio(36, 41)
    notes = " ".join(str(note) for note in unregistered.document(reconciliation).sections[0].notes)
    assert "源城区机关幼儿园: not verifiable. point P-044 translates addresses" in notes


def test_the_total_rate_leaves_them_out_and_says_so(reconciliation: Reconciliation) -> None:
    line = registration_rate.total_line(reconciliation.units)
    assert line.value == Ratio(58 + 36 + 94 + 0, 58 + 41 + 94 + 1)
    assert str(line.note) == "2 units not verifiable, left out"
    totals = registration_rate.totals(reconciliation.units)
    assert (totals["observed"], totals["rate_denominator"]) == (195, 194)


def test_unregistered_endpoints_are_in_the_order_of_their_addresses(reconciliation: Reconciliation) -> None:
    sheet = unregistered.document(reconciliation).sheets[0]
    assert sheet.key == "endpoints"
    assert [str(ips[0]) for ips in _column(sheet.table, "ip") if isinstance(ips, tuple)] == [
        *(f"10.20.3.{number}" for number in range(16, 21)),
        "10.20.3.200",
    ]


def test_one_unit_only(reconciliation: Reconciliation) -> None:
    data = unregistered.json_document(reconciliation, unit="YC-EDU-03")
    assert isinstance(data["units"], list)
    assert len(data["units"]) == 1
    assert isinstance(data["totals"], dict)
    assert data["totals"]["observed"] == 41


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_the_facts_does_not_matter(reconciliation: Reconciliation, seed: int) -> None:
    shuffle = random.Random(seed)  # noqa: S311 -- not for secrets
    units = [
        replace(u, findings=tuple(shuffle.sample(u.findings, len(u.findings))), missing=u.missing[::-1])
        for u in reconciliation.units
    ]
    mixed = replace(reconciliation, units=tuple(shuffle.sample(units, len(units))))
    assert unregistered.json_document(mixed) == unregistered.json_document(reconciliation)
    assert unregistered.document(mixed) == unregistered.document(reconciliation)


def test_phone_numbers_are_masked_unless_revealed(reconciliation: Reconciliation) -> None:
    hidden, shown = unregistered.json_document(reconciliation), unregistered.json_document(reconciliation, reveal=True)
    assert "13812341234" not in str(hidden)
    assert "13987654321" not in str(hidden)
    assert "138****1234" in str(hidden)
    assert "13812341234" in str(shown)
    assert "13812341234" not in str(unregistered.document(reconciliation))
    assert "13812341234" in str(unregistered.document(reconciliation, reveal=True))


def test_a_mismatch_names_what_differs_and_shows_both_sides(reconciliation: Reconciliation) -> None:
    sheet = next(s for s in unregistered.document(reconciliation).sheets if s.key == "mismatches")
    assert [str(v) for v in _column(sheet.table, "mac")] == ["00:e0:fc:12:34:07"]
    assert [str(v) for v in _column(sheet.table, "filed_mac")] == ["00:e0:fc:ab:cd:07"]
    assert _column(sheet.table, "differs") == [("mac", "port")]


def test_an_empty_registry_says_so(empty_reconciliation: Reconciliation) -> None:
    document = unregistered.document(empty_reconciliation)
    assert [str(t.empty) for t in _tables(document)] == ["No unit is registered yet: import the units first."]
    assert "nothing seen is not nothing there" in str(document.sections[0].notes[0])
    assert unregistered.json_document(empty_reconciliation)["units"] == []


def test_the_evidence_line_quotes_the_gateway_and_the_port_s_own_switch(reconciliation: Reconciliation) -> None:
    sheet = unregistered.document(reconciliation).sheets[0]
    proof = str(_column(sheet.table, "proof")[4])
    assert proof == (
        "core-1: 10.20.3.20 is at 00:e0:fc:12:34:14, ifIndex 203; "
        "sw-edu-03: 00:e0:fc:12:34:14 VLAN 203 on GigabitEthernet0/0/7 (and 2 more)"
    )


def test_several_places_are_all_named(reconciliation: Reconciliation) -> None:
    sheet = unregistered.document(reconciliation).sheets[0]
    row = _column(sheet.table, "verdict").index(Verdict.AMBIGUOUS)
    assert _column(sheet.table, "device")[row] == ("sw-edu-03", "sw-edu-04")
    assert _column(sheet.table, "port")[row] == ("GigabitEthernet0/0/18", "XGigabitEthernet1/0/2")


def test_the_rate_by_type_needs_the_units_types(
    reconciliation: Reconciliation, unit_views: tuple[UnitView, ...]
) -> None:
    assert registration_rate.json_document(reconciliation)["types"] == []
    types = registration_rate.json_document(reconciliation, unit_views)["types"]
    assert isinstance(types, list)
    assert [group["type"] for group in types if isinstance(group, dict)] == ["bureau", "school", None]


def test_locate_tells_the_chain_from_gateway_to_filing(
    reconciliation: Reconciliation, points: dict[str, PointView]
) -> None:
    found = [f for f in reconciliation.units[1].findings if f.status is Status.MISMATCH]
    units = {"YC-EDU-03": UnitView("YC-EDU-03", "源城区第三小学")}
    people = {"YC-EDU-03": [ContactView("YC-EDU-03", "李娜", ContactRole.TECHNICAL_LEAD, "13912345678")]}
    document = location.document("10.20.3.7", found, whose=Whose(units, points, people))
    (block,) = document.sections[0].blocks
    assert isinstance(block, Steps)
    assert [str(step.title) for step in block.steps] == [
        *("Network card", "Answered", "Gateway", "Switches", "Port", "Ruled out", "Point", "Unit", "Contact", "Filing"),
    ]
    assert str(block.steps[-2].what) == "李娜 (technical contact), 139****5678"
    assert "138****1234" in str(block.steps[-1])


def test_a_place_that_is_not_known_says_whether_ports_were_ruled_out(reconciliation: Reconciliation) -> None:
    found = next(f for f in reconciliation.units[1].findings if f.observation.location.removed)
    where = replace(found.observation.location, verdict=Verdict.L3_ONLY, place=None)
    for removed, words in ((where.removed, "every port that reported it is ruled out"), ((), "has learned its MAC")):
        seen = replace(found.observation, location=replace(where, removed=removed))
        shown = terminal.render(location.document("x", [replace(found, observation=seen)]), str)
        assert words in shown


def test_locate_finds_nothing_and_does_not_call_it_gone() -> None:
    document = location.document("10.9.9.9", ())
    assert str(document.sections[0].notes[0]).startswith("No sweep saw 10.9.9.9. Not seen is not gone")
    assert location.json_document("10.9.9.9", ())["matches"] == []


def test_an_interrupted_sweep_is_a_partial_one(summary: SweepSummary) -> None:
    interrupted = replace(summary, outcome=type(summary.outcome).INTERRUPTED)
    data = sweep_summary.json_document(interrupted)
    assert (data["outcome"], data["interrupted"]) == ("partial", True)


def test_coverage_shows_each_device_and_its_gaps(
    reconciliation: Reconciliation, tables: tuple[TableCoverage, ...], blocks: tuple[ScannedBlock, ...]
) -> None:
    judged = (
        ("core-1", ReadState.COMPLETE),
        ("olt-2", ReadState.UNREAD),
        ("sw-edu-03", ReadState.PARTIAL),
        ("sw-new", ReadState.UNREAD),
    )
    limits = {"no-raw-icmp": text("No ICMP echo was sent.")}
    devices, gaps, asked = _tables(coverage.document(replace(reconciliation, devices=judged), tables, blocks, limits))
    assert list(zip(_column(devices, "device"), _column(devices, "read"), strict=True)) == list(judged)
    assert [str(cell) for cell in _column(gaps, "reason")] == ["no answer", "timed out after 3 tries"]
    assert [str(v) for v in _column(asked, "cidr")] == ["10.20.3.0/24", "10.20.4.0/24"]
    assert _column(asked, "limits") == [None, (text("No ICMP echo was sent."), "brand-new-limit")]


def test_a_dead_device_is_one_gap_and_not_six(reconciliation: Reconciliation) -> None:
    at = datetime(2026, 11, 23, tzinfo=UTC)
    dead = [TableCoverage("sw-1", table, Completeness.TIMED_OUT, 0, at, text("timeout")) for table in DeviceTable]
    _, gaps, _ = _tables(coverage.document(reconciliation, dead, ()))
    assert [str(cell) for cell in _column(gaps, "table")] == ["all tables"]


@pytest.mark.parametrize("name", list(listing.COLUMNS))
def test_empty_listings(name: str) -> None:
    assert listing.json_array(name, ()) == []
    (table,) = _tables(listing.document(name, ()))
    assert str(table.empty) == "Nothing is registered yet."


def test_every_printed_rate_can_be_recomputed_from_what_stands_beside_it(reconciliation: Reconciliation) -> None:
    by_tier, by_unit = _tables(registration_rate.document(reconciliation))
    for row in by_tier.rows:
        cells = dict(zip([column.key for column in by_tier.columns], row.cells, strict=True))
        assert cells["registration_rate"] == Ratio(cells["rate_numerator"], cells["rate_denominator"])  # type: ignore[arg-type]  # wrong types fail the comparison
    assert _column(by_unit, "registration_rate")[-1] == (Ratio(188, 194), "188/194")
    assert _column(by_unit, "observed")[-1] == 195


def test_unregistered_endpoints_are_listed_as_such(reconciliation: Reconciliation) -> None:
    everything = listing.endpoints_document([])
    only = listing.endpoints_document([], only_unregistered=True)
    assert (str(everything.title), str(_tables(everything)[0].empty)) == (
        "Endpoints",
        "No endpoint was seen yet: run a sweep.",
    )
    assert (str(only.title), str(_tables(only)[0].empty)) == (
        "Unregistered endpoints",
        "No endpoint that was seen is without a filing.",
    )
    found = [f for unit in reconciliation.units for f in unit.findings if f.status is Status.UNREGISTERED]
    shown = terminal.render(listing.endpoints_document(found, only_unregistered=True), str, width=80)
    assert "Place is" in " ".join(shown.split())


def test_what_may_be_counted_twice_is_said() -> None:
    """An address that answered and a card on a port: perhaps one endpoint, and nothing joins them."""
    story = network()
    story.learn("sw", 5, station(1), station(2))
    assert counted_twice([unit_of(story)]) == ()
    story.alive("10.1.0.5")
    (said,) = counted_twice([unit_of(story)])
    assert str(said).startswith("May be counted twice: 1. The cards of 1 addresses and the addresses of 2 cards")


def _port_step(found: Finding, place: Location, *more: Evidence) -> str:
    """Return what is said about the port, in one line."""
    seen = replace(found.observation, location=place, evidence=(*found.observation.evidence, *more))
    document = location.document("x", [replace(found, observation=seen)])
    (steps,) = (block for section in document.sections for block in section.blocks if isinstance(block, Steps))
    (step,) = (step for step in steps.steps if str(step.title) == "Port")
    return " | ".join(str(cell) for cell in (step.what, *step.proof))


def test_words_about_a_place(reconciliation: Reconciliation) -> None:
    found = next(one for unit in reconciliation.units for one in unit.findings if one.observation.mac is not None)
    mac, at = found.observation.mac, found.observation.last_seen
    core, low, other = Place("core", "GE1", 1), Place("low", "GE5", 5), Place("other", "GE5", 5)
    night = Location(mac, Verdict.BOUNDED, core, behind=("low",), last=low, last_at=at)
    assert "behind it: low | there it was last known exactly: low, port GE5, seen " in _port_step(found, night)
    pair = Location(mac, Verdict.EXACT, core, alternatives=(other,))
    assert _port_step(found, pair) == (
        "core, port GE1 | exact: on this port itself, on no device known behind it"
        " | the same cable ends on other, port GE5, too"
    )
    two = Location(mac, Verdict.AMBIGUOUS, None, alternatives=(low, other))
    assert _port_step(found, two) == "one of 2 places | low, port GE5 | other, port GE5"
    doubled = _port_step(found, two, Evidence(DUPLICATE, None, at, "x"))
    assert doubled.startswith("at 2 places | low, port GE5 | other, port GE5 | sweep after sweep saw it")
