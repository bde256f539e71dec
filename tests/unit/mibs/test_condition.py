"""Clocks with and without a zone, full tables, LLDP switched off."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.model.check import CheckResult
from probes.mibs import condition

if TYPE_CHECKING:
    from probes.mibs.cells import Rows

AT = datetime(2026, 11, 23, 4, 0, 0, tzinfo=UTC)
CHINA = timezone(timedelta(hours=8))
DATE = condition.CLOCKS[0][0]
H3C = condition.CLOCKS[2][0]


def octets(moment: datetime, *zone: int) -> bytes:
    parts = [moment.month, moment.day, moment.hour, moment.minute, moment.second, moment.microsecond // 100_000]
    return moment.year.to_bytes(2) + bytes((*parts, *zone))


@pytest.mark.parametrize(
    ("raw", "expected", "off"),
    [
        (octets(datetime(2026, 11, 23, 12, 0, 5), ord("+"), 8, 0), CheckResult.GOOD, 5),  # noqa: DTZ001 -- the zone is beside it
        (octets(datetime(2026, 11, 22, 18, 30, 0), ord("-"), 9, 30), CheckResult.GOOD, 0),  # noqa: DTZ001 -- the zone is beside it
        (octets(datetime(2026, 11, 23, 12, 0, 0)), CheckResult.GOOD, 0),  # noqa: DTZ001 -- no zone is told
        (octets(datetime(2026, 11, 23, 4, 0, 0)), CheckResult.ATTENTION, -28800),  # noqa: DTZ001 -- no zone is told
        (octets(datetime(2000, 1, 1, 0, 0, 0), ord("+"), 0, 0), CheckResult.ATTENTION, -848_721_600),  # noqa: DTZ001 -- the zone is beside it
    ],
)
def test_a_clock(raw: bytes, expected: CheckResult, off: float) -> None:
    told = condition.clock({DATE: raw}, here=CHINA)
    check = condition.clock_check("sw", told, AT, 120)
    assert (check.result, check.value) == (expected, off)
    assert ("zone not told" in str(check.evidence)) == (len(raw) == 8)


@pytest.mark.parametrize("raw", [None, b"", b"2026", b"\x07\xea\x0d\x01\x00\x00\x00\x00", 7])
def test_no_clock_is_not_a_wrong_clock(raw: bytes | int | None) -> None:
    check = condition.clock_check("sw", condition.clock({DATE: raw}), AT, 120)
    assert (check.result, check.value) == (CheckResult.NOT_ASSESSED, None)


def test_the_vendor_s_clock_speaks_where_the_standard_one_does_not() -> None:
    told = condition.clock({DATE: None, H3C: octets(datetime(2026, 11, 23, 12, 0))}, here=CHINA)  # noqa: DTZ001 -- no zone is told
    assert told is not None
    assert (told.name, told.moment) == ("hh3cSysLocalClock", AT)


@given(st.binary(max_size=12))
def test_no_octets_break_the_clock(raw: bytes) -> None:
    moment = condition.date_and_time(raw)
    assert moment is None or (moment.tzinfo is None) == (len(raw) == 8)


@pytest.mark.parametrize(
    ("discards", "boards", "expected", "share"),
    [
        (0, [], CheckResult.GOOD, None),
        (12, [], CheckResult.ATTENTION, None),
        (None, [], CheckResult.NOT_ASSESSED, None),
        (None, [3, 89], CheckResult.GOOD, 0.89),
        (None, [3, 90], CheckResult.ATTENTION, 0.9),
        (0, [100], CheckResult.ATTENTION, 1.0),
        (7, [1], CheckResult.ATTENTION, 0.01),
        (0, [None], CheckResult.GOOD, None),
    ],
)
def test_a_full_forwarding_table(
    discards: int | None, boards: list[int | None], expected: CheckResult, share: float | None
) -> None:
    rows: Rows = {(67108873 + number,): (used,) for number, used in enumerate(boards)}
    check = condition.space_check("sw", {condition.DISCARDS: discards}, rows, AT, 0.9)
    assert (check.result, check.value) == (expected, share)
    assert ("hwMacEntityUsage 90%" in str(check.evidence)) == (share == 0.9)


@pytest.mark.parametrize(
    ("states", "expected", "evidence"),
    [
        ([3, 3], CheckResult.GOOD, "2 of 2 ports receive"),
        ([4, 2], CheckResult.GOOD, "1 of 2 ports receive"),
        ([4, 4], CheckResult.ATTENTION, "disabled on all 2 ports"),
        ([1, 4], CheckResult.ATTENTION, "0 of 2 ports receive"),
        ([], CheckResult.NOT_ASSESSED, "no LLDP-MIB"),
    ],
)
def test_lldp_switched_off(states: list[int], expected: CheckResult, evidence: str) -> None:
    check = condition.discovery_check("sw", {(n,): [state] for n, state in enumerate(states)}, AT)
    assert check.result is expected
    assert evidence in str(check.evidence)
