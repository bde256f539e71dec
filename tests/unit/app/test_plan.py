"""Which devices a sweep reads, which it never asks, and in which plane their answers are."""

from __future__ import annotations

from datetime import UTC, datetime
from ipaddress import ip_address, ip_network

import pytest

from inventory.model.facts import AddressFact, ArpKind, ArpRow, DeviceFact
from inventory.model.records import DeviceRole, DeviceView, Filed, PointView, PrefixView, UnitView
from inventory.model.values import Mac
from netaudit.app.plan import SweepPlan, make_plan, readable, request_of
from netaudit.app.planes import Planes
from netaudit.app.scope import ScopeRequest
from netaudit.settings import Settings

AT = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
SETTINGS = Settings.model_validate(
    {"snmp": {"x": {"version": "2c", "community": "c"}}, "sweep": {"exclude": ["10.0.0.3"]}}
)
FILED = Filed(
    units=(UnitView("A", "甲"), UnitView("B", "乙")),
    points=(PointView("P1", "A", "甲楼"), PointView("P2", "B", "乙楼")),
    prefixes=(
        PrefixView(ip_network("10.1.0.0/24"), "A", "public", "P1"),
        PrefixView(ip_network("10.2.0.0/24"), "B", "vpn", "P2"),
        PrefixView(ip_network("10.3.0.0/24"), "B", "vpn", "P2"),
        PrefixView(ip_network("10.3.0.0/24"), "A", "public", "P1"),
    ),
    devices=(
        DeviceView("core", ip_address("10.0.0.1"), DeviceRole.ROUTER, snmp_profile="x"),
        DeviceView("sw-1", ip_address("10.0.0.2"), DeviceRole.ACCESS, point="P1", snmp_profile="x"),
        DeviceView("sw-2", ip_address("10.0.0.3"), DeviceRole.ACCESS, point="P2", snmp_profile="x"),
    ),
)


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        (ScopeRequest(), ("core", "sw-1", "sw-2")),
        (ScopeRequest(targets=("10.1.0.0/25",)), ("core", "sw-1")),
        (ScopeRequest(unit="B"), ("core", "sw-2")),
        (ScopeRequest(point="P1"), ("core", "sw-1")),
    ],
)
@pytest.mark.parametrize("scan", [True, False])
def test_the_scope_chooses_the_devices_whether_or_not_it_is_probed(
    scope: ScopeRequest, expected: tuple[str, ...], *, scan: bool
) -> None:
    plan = make_plan(request_of(SETTINGS, scope, scan=scan), FILED)
    assert plan.devices == expected
    assert bool(plan.scope.areas) is scan


def test_reading_only_needs_no_prefix() -> None:
    assert make_plan(request_of(SETTINGS, ScopeRequest(), scan=False), Filed(devices=FILED.devices)).devices


@pytest.mark.parametrize("scan", [True, False])
def test_an_excluded_device_is_not_asked(*, scan: bool) -> None:
    plan = make_plan(request_of(SETTINGS, ScopeRequest(exclude=("10.0.0.0/31",)), scan=scan), FILED)
    stored = SweepPlan.stored(plan.stored_scope, plan.stored_options)
    assert stored.scope.excluded == plan.scope.excluded
    targets, skipped = readable(stored.devices, FILED.devices, SETTINGS, stored.scope.excluded)
    assert [target.name for target in targets] == ["sw-1"]
    assert [(entry.what, str(entry.why)) for entry in skipped] == [
        ("core", "Its address is excluded."),
        ("sw-2", "Its address is excluded."),
    ]


def test_rows_are_in_the_only_plane_whose_prefixes_hold_them() -> None:
    addresses = [ip_address(written) for written in ("10.1.0.5", "10.2.0.5", "10.3.0.5", "10.9.0.5")]
    rows = [ArpRow("core", "public", ip, Mac("00:e0:fc:00:00:01"), 1, ArpKind.DYNAMIC, AT) for ip in addresses]
    own = AddressFact("core", "public", ip_address("10.2.0.1"), 1, AT)
    settled = Planes(FILED.prefixes).settled([*rows, own, DeviceFact("core", AT)])
    assert [getattr(fact, "plane", None) for fact in settled] == ["public", "vpn", "public", "public", "vpn", None]
