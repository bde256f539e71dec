"""Which pace a village keeps, and when nobody is disturbed."""

from __future__ import annotations

import threading
from datetime import time
from ipaddress import ip_address, ip_network
from time import sleep

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.model.hours import Span, read_hours, within
from inventory.model.records import Filed, PointView, PrefixView, Tier, UnitView
from netaudit.app.manners import Manners
from netaudit.app.quiet import Curfew, Quiet
from netaudit.settings import SweepSettings
from probes.contract import Block, DeviceTarget, Lane, SnmpV2c

FILED = Filed(
    units=(UnitView("A", "甲"), UnitView("V", "村", tier=Tier.VILLAGE)),
    points=(PointView("P1", "A", "甲楼"), PointView("P2", "V", "村委会"), PointView("P3", "A", "x", tier=Tier.VILLAGE)),
    prefixes=(
        PrefixView(ip_network("10.1.0.0/16"), "A", "public", "P1"),
        PrefixView(ip_network("10.1.2.0/27"), "V", "public", "P2", quiet_hours="08:30-09:30"),
        PrefixView(ip_network("10.1.2.32/27"), "V", "public", "P2", rate_limit=200),
        PrefixView(ip_network("10.1.3.0/24"), "A", "public", "P3"),
        PrefixView(ip_network("10.1.4.0/24"), "A", "vpn", "P3", quiet_hours="08:30-09:30"),
    ),
)
MANNERS = Manners(FILED, SweepSettings(village_rate=5, quiet_hours="23:00-01:00"))


def block(cidr: str, plane: str = "public") -> Block:
    network = ip_network(cidr)
    return Block(f"scan:{plane}:{cidr}", plane, network, tuple(network))


@pytest.mark.parametrize(
    ("cidr", "lane"),
    [
        ("10.1.1.0/24", None),
        ("10.1.2.0/27", Lane("point:P2", 5)),
        ("10.1.2.32/27", Lane("prefix:public 10.1.2.32/27", 200)),
        ("10.1.2.0/24", Lane("point:P2", 5)),  # the narrowest of what lies in it
        ("10.1.3.7/32", Lane("point:P3", 5)),
        ("10.1.4.0/24", None),  # a village only in another plane
    ],
)
def test_villages_and_limited_prefixes_have_lanes(cidr: str, lane: Lane | None) -> None:
    assert [one.lane for one in MANNERS.minded([block(cidr)])] == [lane]


@pytest.mark.parametrize(
    ("asked", "at", "quiet"),
    [
        (block("10.1.2.0/24"), time(8, 29, 59, 999_999), False),
        (block("10.1.2.0/24"), time(8, 30), True),
        (block("10.1.2.0/24"), time(9, 29, 59), True),
        (block("10.1.2.0/24"), time(9, 30), False),
        (block("10.1.2.128/25"), time(9, 0), False),
        (block("10.1.4.0/24"), time(9, 0), False),
        (block("10.1.4.0/24", "vpn"), time(9, 0), True),
        (block("10.9.9.0/24"), time(23, 30), True),
        (block("10.9.9.0/24"), time(0, 59), True),
        (block("10.9.9.0/24"), time(1, 0), False),
    ],
)
def test_quiet_hours_are_kept_where_they_are_registered_and_everywhere(asked: Block, at: time, *, quiet: bool) -> None:
    assert (MANNERS.quiet(asked.plane, asked.network, at) is not None) is quiet
    ignored = Manners(FILED, SweepSettings(quiet_hours="23:00-01:00"), quiet=False)
    assert ignored.quiet(asked.plane, asked.network, at) is None


def test_reading_ends_when_a_device_that_is_left_comes_into_its_quiet_hours() -> None:
    quiet = Quiet(Manners(FILED, SweepSettings(quiet_hours="00:00-12:00,12:00-00:00")))
    device = DeviceTarget("sw1", ip_address("10.1.1.1"), "public", SnmpV2c("public"))
    whole, left = threading.Event(), [device]
    halt, nobody = Curfew(whole, quiet, lambda: left), Curfew(whole, quiet, tuple)
    while not halt.is_set():
        sleep(0.05)
    assert (halt.halted, nobody.is_set()) == (True, False)
    assert [(entry.what, entry.why.message[:11]) for entry in quiet.skipped()] == [("sw1", "Quiet hours")]
    whole.set()
    assert (halt.is_set(), halt.halted, nobody.is_set(), nobody.halted) == (True, False, True, False)


times = st.times().map(lambda moment: moment.replace(second=0, microsecond=0))


@given(first=times, last=times, moment=times)
def test_a_moment_is_in_a_span_or_in_the_rest_of_the_day(first: time, last: time, moment: time) -> None:
    if first == last:
        with pytest.raises(ValueError, match=":"):
            read_hours(str(Span(first, last)))
        return
    span, rest = Span(first, last), Span(last, first)
    assert (moment in span) is not (moment in rest)
    assert (within(f"{span}, {span}", moment) == span) is (moment in span)


@pytest.mark.parametrize("written", ["8", "08:30", "08:30-", "25:00-26:00", "08:30-09:60", "morning"])
def test_what_is_no_span_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        read_hours(written)
