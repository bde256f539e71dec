"""A small district: six units, one of them behind address translation, one dark, and what a sweep found there."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network

import pytest

from inventory.model.coverage import Completeness, Table, TableCoverage
from inventory.model.factset import ScannedBlock
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
from inventory.model.records import PointView, RegistrationView, SweepOutcome, UnitType, UnitView
from inventory.model.sweep import Skipped, SweepSummary
from inventory.model.text import Text, text, verbatim
from inventory.model.values import Mac

NOW = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
EXACT = Attribution("YC-EDU-03", "P-031", UnitReason.EXACT_PORT, text("port of point {point}", point="P-031"))


def _evidence(ip: str, mac: str, device: str) -> tuple[Evidence, ...]:
    return (
        Evidence("probe:icmp", None, NOW - timedelta(minutes=9), f"{ip} echo reply"),
        Evidence("snmp:ipNetToPhysicalTable", "core-1", NOW - timedelta(minutes=4), f"{ip} is at {mac}, ifIndex 203"),
        Evidence("snmp:dot1qTpFdbTable", "core-1", NOW - timedelta(minutes=3), f"{mac} VLAN 203 on GE0/0/24"),
        Evidence("snmp:dot1qTpFdbTable", device, NOW - timedelta(minutes=3), f"{mac} VLAN 203 on GigabitEthernet0/0/7"),
    )


def finding(
    number: int,
    status: Status = Status.UNREGISTERED,
    verdict: Verdict = Verdict.EXACT,
    attribution: Attribution = EXACT,
    registration: RegistrationView | None = None,
    mismatches: tuple[Mismatch, ...] = (),
) -> Finding:
    """Return endpoint ``number`` of the school."""
    mac = None if verdict is Verdict.PROBE_ONLY else Mac(f"00:e0:fc:12:34:{number:02x}")
    ip = ip_address(f"10.20.3.{number}")
    here = Place("sw-edu-03", f"GigabitEthernet0/0/{number}", number)
    there = Place("sw-edu-04", "XGigabitEthernet1/0/2", 2)
    known = verdict in {Verdict.EXACT, Verdict.BOUNDED}
    location = Location(
        mac,
        verdict,
        here if known else None,
        vlan=203 if known else None,
        alternatives=(here, there) if verdict is Verdict.AMBIGUOUS else (),
        gateway=None if verdict is Verdict.PROBE_ONLY else "core-1",
        shares_port_with=2 if number % 2 else 0,
        evidence=(),
        removed=(Removed(Place("core-1", "GE0/0/24", 24), "transit", text("this port leads to another switch")),),
    )
    rows = _evidence(str(ip), str(mac), "sw-edu-03")
    seen = Observation(
        "public",
        mac,
        (ip,),
        location,
        first_seen=NOW - timedelta(days=12),
        last_seen=NOW - timedelta(minutes=4),
        confidence=Confidence.SINGLE if verdict is Verdict.PROBE_ONLY else Confidence.CONFIRMED,
        evidence=rows[:1] if verdict is Verdict.PROBE_ONLY else rows,
        shared_ips=(ip,) if number == 9 else (),
    )
    because = text("filed as No. {number} by its IP", number=registration.id) if registration else None
    return Finding(seen, attribution, status, mismatches, registration, because)


def registration(number: int) -> RegistrationView:
    """Return a filing of the school."""
    return RegistrationView(
        number,
        "YC-EDU-03",
        "public",
        ip_address(f"10.20.3.{number}"),
        Mac(f"00:e0:fc:ab:cd:{number:02x}"),
        point="P-031",
        person="王小明",
        phone="13812341234",
        device_type="台式机",
        location="教学楼 302",
        remark="报修电话 13987654321",
    )


def unit(
    code: str, name: str, grade: VisibilityGrade, because: Text, numbers: tuple[int | None, int, int, int]
) -> UnitResult:
    """Return a unit with declared, filed, observed and registered-observed numbers."""
    declared, filed, observed, registered = numbers
    return UnitResult(
        code,
        name,
        "district",
        grade,
        because,
        declared,
        filed,
        observed,
        registered,
        unregistered=observed - registered,
        mismatched=0,
        findings=(),
        missing=(),
    )


SEEN_ALL = text("every access switch and the gateway were read completely")
BEHIND_NAT = text("point {point} translates addresses: one address stands for many", point="P-044")
ARP_ONLY = text("the gateway's ARP table only")
DARK = text("no device of its point answers")
COVERAGE = CoverageCount(
    prefixes=70,
    prefixes_total=71,
    addresses_probed=18176,
    devices=301,
    devices_complete=287,
    devices_partial=9,
    devices_unread=5,
)


def district() -> Reconciliation:
    """Return the reconciled district."""
    nowhere = Attribution("unassigned", None, UnitReason.NOTHING, text("no port, point or prefix assigns it"))
    verdicts = (Verdict.EXACT, Verdict.BOUNDED, Verdict.AMBIGUOUS, Verdict.L3_ONLY, Verdict.PROBE_ONLY)
    found = tuple(finding(20 - i, verdict=verdict) for i, verdict in enumerate(verdicts))
    differs = finding(7, Status.MISMATCH, registration=registration(7), mismatches=(Mismatch.MAC, Mismatch.PORT))
    absent = (
        Missing(
            registration(30), Absence.NOT_SEEN, text("its address was probed and the gateway's table read completely")
        ),
        Missing(registration(31), Absence.NOT_ASSESSED, text("the gateway's table was not read completely")),
    )
    return Reconciliation(
        NOW,
        12,
        COVERAGE,
        (
            unit("YC-BUR-01", "源城区政务服务数据管理局", VisibilityGrade.A, SEEN_ALL, (62, 60, 58, 58)),
            replace(
                unit("YC-EDU-03", "源城区第三小学", VisibilityGrade.A, SEEN_ALL, (40, 38, 41, 36)),
                mismatched=1,
                findings=(*found, differs),
                missing=absent,
            ),
            unit("YC-EDU-07", "源城区机关幼儿园", VisibilityGrade.D, BEHIND_NAT, (25, 1, 1, 1)),
            unit("YC-HEA-02", "源城区妇幼保健院接种门诊", VisibilityGrade.E, DARK, (None, 3, 0, 0)),
            replace(unit("YC-TOWN-01", "埔前镇人民政府", VisibilityGrade.B, ARP_ONLY, (120, 96, 94, 94)), tier="town"),
            replace(
                unit("unassigned", "unassigned", VisibilityGrade.C, text("probes only"), (None, 0, 1, 0)),
                tier=None,
                findings=(finding(200, attribution=nowhere, verdict=Verdict.L3_ONLY),),
            ),
        ),
    )


@pytest.fixture
def reconciliation() -> Reconciliation:
    return district()


@pytest.fixture
def empty_reconciliation() -> Reconciliation:
    """Nothing registered, nothing seen."""
    return Reconciliation(NOW, None, CoverageCount(0, 0, 0, 0, 0, 0, 0), ())


@pytest.fixture
def unit_views() -> tuple[UnitView, ...]:
    return (
        UnitView("YC-BUR-01", "源城区政务服务数据管理局", type=UnitType.BUREAU, declared_endpoints=62),
        UnitView("YC-EDU-03", "源城区第三小学", type=UnitType.SCHOOL, declared_endpoints=40),
    )


@pytest.fixture
def points() -> dict[str, PointView]:
    return {"P-031": PointView("P-031", "YC-EDU-03", "第三小学教学楼", address="源城区文昌路 12 号", room="302 弱电间")}


@pytest.fixture
def summary() -> SweepSummary:
    skipped = (Skipped("olt-2", text("no SNMP profile")), Skipped("10.20.9.0/24", text("it is excluded")))
    return SweepSummary(
        12, NOW - timedelta(minutes=40), NOW, SweepOutcome.PARTIAL, 18200, 18176, 3877, 4012, 135, COVERAGE, skipped
    )


@pytest.fixture
def tables() -> tuple[TableCoverage, ...]:
    return (
        TableCoverage("core-1", Table.ARP, Completeness.COMPLETE, 812, NOW),
        TableCoverage("core-1", Table.FDB, Completeness.UNSUPPORTED, 0, NOW, verbatim("noSuchObject")),
        TableCoverage(
            "sw-edu-03", Table.FDB, Completeness.TRUNCATED, 41, NOW, verbatim("timed out after 3 tries"), rejected=2
        ),
        TableCoverage("sw-edu-03", Table.LLDP, Completeness.COMPLETE, 1, NOW),
        TableCoverage("olt-2", Table.SYSTEM, Completeness.TIMED_OUT, 0, NOW, text("no answer")),
    )


@pytest.fixture
def blocks() -> tuple[ScannedBlock, ...]:
    return (
        ScannedBlock("public", ip_network("10.20.4.0/24"), 254, 12, ("no-raw-icmp", "brand-new-limit")),
        ScannedBlock("public", ip_network("10.20.3.0/24"), 254, 41),
    )
