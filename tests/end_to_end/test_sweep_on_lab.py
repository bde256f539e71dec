"""One sweep of the lab, and every word of the report held against the topology file."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from jsonschema import Draft202012Validator

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.end_to_end.conftest import Program
    from tests.lab import Lab
    from tests.lab.truth import StationTruth

pytestmark = [pytest.mark.lab, pytest.mark.xdist_group("lab")]
SCHEMAS = Path(__file__).parents[2] / "docs" / "schema"


def validate(document: object, schema: str) -> None:
    Draft202012Validator(json.loads((SCHEMAS / f"{schema}.schema.json").read_text(encoding="utf-8"))).validate(document)


@pytest.fixture(scope="module")
def report(swept: Program) -> dict[str, Any]:
    document: dict[str, Any] = swept.json("report", "unregistered")
    validate(document, "unregistered")
    return document


@pytest.fixture(scope="module")
def endpoints(swept: Program) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = swept.json("endpoint", "list")
    return found


def observable(lab: Lab) -> Iterator[StationTruth]:
    return (station for station in lab.truth.stations.values() if station.observable)


def of(station: StationTruth, endpoints: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the endpoint that is this station: by MAC where it can be known, else by address."""
    if station.mac_visible:
        found = [entry for entry in endpoints if entry["mac"] == station.mac]
    else:
        found = [entry for entry in endpoints if entry["ip"] in station.ips]
    assert len(found) == 1, (station, found)
    return found[0]


def test_every_live_endpoint_is_found_and_nothing_else(lab: Lab, endpoints: list[dict[str, Any]]) -> None:
    expected = {station.mac if station.mac_visible else station.ips[0] for station in observable(lab)}
    assert {entry["mac"] or entry["ip"] for entry in endpoints} == expected


def test_every_place_is_right(lab: Lab, endpoints: list[dict[str, Any]]) -> None:
    wrong = []
    for station in observable(lab):
        place = of(station, endpoints)["location"]
        got = (place["verdict"], place["device"], place["port"])
        if got != (station.verdict, station.device, station.port):
            wrong.append((station.name, got, (station.verdict, station.device, station.port)))
    assert wrong == []


def test_addresses_and_units_are_right(lab: Lab, endpoints: list[dict[str, Any]]) -> None:
    wrong = []
    for station in observable(lab):
        entry = of(station, endpoints)
        if entry["unit"] != station.unit or (entry["ip"] not in station.ips and not station.shares_ip):
            wrong.append((station.name, entry["unit"], entry["ip"], station.unit, station.ips))
    assert wrong == []


def test_the_comparison_with_the_filings_is_right(lab: Lab, endpoints: list[dict[str, Any]]) -> None:
    wrong = []
    for station in observable(lab):
        entry = of(station, endpoints)
        got = (entry["status"], set(entry["differs"]))
        if got != (station.status, set(station.mismatch)):
            wrong.append((station.name, got, (station.status, set(station.mismatch))))
    assert wrong == []


def test_the_units_numbers_are_right(lab: Lab, report: dict[str, Any]) -> None:
    keys = ("declared", "filed", "observed", "registered_observed", "unregistered", "mismatched", "verifiable")
    got = {unit["code"]: {key: unit[key] for key in keys} for unit in report["units"] if unit["code"] != "unassigned"}
    expected = {code: {key: getattr(unit, key) for key in keys} for code, unit in lab.truth.units.items()}
    assert got == expected


def test_rates_can_be_recomputed_and_are_withheld_where_unverifiable(report: dict[str, Any]) -> None:
    for unit in report["units"]:
        assert unit["observed"] == unit["registered_observed"] + unit["unregistered"]
        if unit["verifiable"] and unit["observed"]:
            assert unit["registration_rate"] == pytest.approx(unit["registered_observed"] / unit["observed"], abs=5e-5)
        else:
            assert unit["registration_rate"] is None
    assert report["totals"]["unregistered"] == sum(unit["unregistered"] for unit in report["units"])


def test_every_unregistered_endpoint_has_proof(report: dict[str, Any]) -> None:
    listed = [entry for unit in report["units"] for entry in unit["endpoints"]]
    assert listed
    assert [entry for entry in listed if not entry["evidence"]] == []
    for row in (row for entry in listed for row in entry["evidence"]):
        assert row["at"].endswith("Z")
        assert row["source"].partition(":")[0] in {"snmp", "probe"}
        assert row["row"]


def test_the_report_says_what_was_not_read(lab: Lab, swept: Program, report: dict[str, Any]) -> None:
    assert report["coverage"]["devices_unread"] == len(lab.truth.unread_devices)
    summary = swept.json("report", "sweep")
    validate(summary, "sweep")
    assert summary["outcome"] == "partial"
    told = {entry["what"] for entry in summary["skipped"]}
    assert set(lab.truth.unread_devices) <= told


def test_no_printer_was_asked_to_print(lab: Lab, swept: Program) -> None:
    assert swept.home.exists()
    assert lab.printer_probe_packets() == 0


@pytest.mark.parametrize("address", ["10.255.40.1", "10.44.1.1"])
def test_a_device_is_found_by_its_own_addresses(swept: Program, address: str) -> None:
    answer = swept.json("locate", address)
    validate(answer, "locate")
    assert (answer["matches"], answer["devices"]) == ([], ["core-1"])
    assert "core-1" in swept.run("locate", address).stdout


def test_locate_shows_the_whole_chain(lab: Lab, swept: Program) -> None:
    station = next(s for s in observable(lab) if s.verdict == "exact" and s.status == "registered" and not s.shares_ip)
    answer = swept.json("locate", station.ips[0])
    validate(answer, "locate")
    (match,) = answer["matches"]
    assert match["mac"] == station.mac
    assert match["registration"]["unit"] == station.unit
    sources = {row["source"] for row in match["evidence"]}
    assert {"snmp:ipNetToPhysicalTable", "snmp:ipNetToMediaTable"} & sources
    assert any("Fdb" in source for source in sources)
    shown = swept.run("locate", station.mac.replace(":", "-").upper()).stdout
    for part in (station.ips[0], station.device, station.port, station.unit):
        assert str(part) in shown


def test_the_topology_is_that_of_the_lab(lab: Lab, swept: Program) -> None:
    found = swept.json("topology")
    validate(found, "topology")
    managed = {switch.name: switch for switch in lab.topology.switches if switch.managed}
    expected = {frozenset((name, switch.upstream.device)) for name, switch in managed.items()}
    expected |= {frozenset((router.name, router.upstream.device)) for router in lab.topology.routers}
    assert {frozenset(end["device"] for end in link["ends"]) for link in found["links"]} == expected
    kinds = {node["name"]: node["kind"] for node in found["nodes"]}
    assert {name for name, kind in kinds.items() if kind == "unread"} == set(lab.truth.unread_devices)
    drawn = swept.run("--lang", "zh", "topology", "--format", "svg").stdout
    assert all(f">{name}</text>" in drawn for name in kinds)
    assert "未采集" in drawn


def test_silence_of_the_switched_off_is_told_apart_from_blindness(lab: Lab, report: dict[str, Any]) -> None:
    absences = {entry["registration"]["ip"]: entry["absence"] for unit in report["units"] for entry in unit["missing"]}
    stations = lab.truth.stations.values()
    off = [s for s in stations if s.filed and s.hidden == "off"]
    dark = [s for s in stations if s.filed and s.hidden == "dark"]
    assert off
    assert dark
    assert {absences[s.ips[0]] for s in off} == {"not_seen"}
    assert {absences[s.ips[0]] for s in dark} == {"not_assessed"}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_form_says_the_same(swept: Program, report: dict[str, Any], language: str) -> None:
    expected = sorted(entry["mac"] or "" for unit in report["units"] for entry in unit["endpoints"])
    text = swept.run("--lang", language, "report", "unregistered", "--format", "csv").stdout
    assert text.startswith("\ufeff")
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    column = next(n for n, cell in enumerate(rows[1]) if cell.count(":") == 5)
    assert sorted(row[column] for row in rows[1:]) == expected

    file = swept.home / f"unregistered-{language}.xlsx"
    swept.run("--lang", language, "report", "unregistered", "--format", "xlsx", "--output", str(file))
    book = openpyxl.load_workbook(file)
    sheet = next(sheet for sheet in book.worksheets if "proof" in [cell.value for cell in sheet[2]])
    cells = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert sorted(cell for cell in cells if cell.count(":") == 5 and len(cell) == 17) == sorted(filter(None, expected))
    shown = swept.run("--lang", language, "report", "unregistered").stdout
    assert all(mac in shown for mac in expected)
    for form in ("html", "docx"):
        swept.run(
            "--lang",
            language,
            "report",
            "unregistered",
            "--format",
            form,
            "--output",
            str(file.with_suffix(f".{form}")),
        )


def test_a_filing_counts_from_the_moment_it_is_made(on_lab: Program, lab: Lab) -> None:
    on_lab.run("sweep", expect=3)
    before = on_lab.json("report", "unregistered")
    station = next(s for s in observable(lab) if s.status == "unregistered" and s.mac_visible and not s.shares_ip)
    sheet = on_lab.home / "registrations.csv"
    sheet.write_text(f"unit,ip,mac\n{station.unit},{station.ips[0]},{station.mac}\n", encoding="utf-8")
    on_lab.run("import", str(sheet))
    after = on_lab.json("report", "unregistered")
    assert after["totals"]["unregistered"] == before["totals"]["unregistered"] - 1
    assert after["totals"]["observed"] == before["totals"]["observed"]


def test_derived_results_can_be_recomputed_from_the_facts(on_lab: Program) -> None:
    from inventory.registry.engine import open_registry  # noqa: PLC0415 -- only this test looks inside
    from netaudit.app.resolve import conclude  # noqa: PLC0415 -- the same

    on_lab.run("sweep", expect=3)
    with open_registry(on_lab.environment["NETAUDIT_DATABASE"]) as registry:
        stored = registry.observations(1)
        intervals = registry.archive.intervals()
        registry.replace_observations(1, ())
        assert registry.observations(1) == ()
        assert sorted(conclude(registry, 1), key=lambda seen: seen.key) == sorted(stored, key=lambda seen: seen.key)
        assert registry.observations(1) == stored
        assert registry.archive.intervals() == intervals


def sent(lab: Lab) -> tuple[int, int]:
    """Return how many frames, and how many IP packets of its own sockets, the admin host has sent."""
    told = lab.run("admin", ["cat", "/sys/class/net/eth0/statistics/tx_packets", "/proc/net/snmp"], check=True).stdout
    frames, *lines = told.splitlines()
    names, values = (line.split() for line in lines if line.startswith("Ip:"))
    return int(frames), int(dict(zip(names, values, strict=True))["OutRequests"])


def test_a_dry_run_sends_nothing(on_lab: Program, lab: Lab) -> None:
    before = sent(lab)
    forecast = on_lab.json("sweep", "--dry-run")
    frames, packets = sent(lab)
    assert packets == before[1]
    # The kernel answers by itself when a neighbour asks for its card; a sweep sends hundreds.
    assert frames - before[0] < 20
    validate(forecast, "forecast")
    assert len(forecast["networks"]) == len([p for p in lab.topology.prefixes if p.purpose != "retired"])
    assert on_lab.run("report", "sweep", expect=2).stderr.count("No sweep has run yet")


def test_only_what_was_asked_for_is_probed(on_lab: Program, lab: Lab) -> None:
    prefix = next(p for p in lab.topology.prefixes if p.purpose == "user")
    summary = on_lab.json("sweep", str(prefix.cidr), "--no-collect", "--exclude", str(prefix.gateway))
    assert summary["outcome"] == "complete"
    assert summary["targets"] == prefix.cidr.num_addresses - 3
    assert {e["ip"] for e in on_lab.json("endpoint", "list") if e["ip"]} <= {str(a) for a in prefix.cidr}
