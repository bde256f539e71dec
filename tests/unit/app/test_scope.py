"""What a sweep may touch, and how it is cut."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.model.errors import ScopeError
from inventory.model.records import ExclusionView, Filed, PointView, PrefixView, Purpose, UnitView
from netaudit.app.scope import Area, Scope, ScopeRequest, cut_blocks, parse_target, plan_scope, still_allowed

FILED = Filed(
    units=(UnitView("A", "甲"), UnitView("B", "乙")),
    points=(PointView("P1", "A", "甲楼"), PointView("P2", "B", "乙楼")),
    prefixes=(
        PrefixView(ip_network("10.1.1.0/24"), "A", "public", "P1", gateway=ip_address("10.1.1.1")),
        PrefixView(ip_network("59.192.8.0/27"), "B", "public", "P2"),
        PrefixView(ip_network("10.9.0.0/24"), "B", "public", "P2", purpose=Purpose.RETIRED),
        PrefixView(ip_network("2001:db8:1::/64"), "A", "public", "P1"),
        PrefixView(ip_network("10.1.1.0/24"), "B", "vpn-fiscal", "P2"),
        PrefixView(ip_network("10.5.0.0/24"), "B", "vpn-other", "P3"),
    ),
)


def networks(scope: Scope) -> list[str]:
    return [f"{area.plane} {area.network}" for area in scope.areas]


def test_nothing_named_means_every_registered_prefix_but_retired_ones() -> None:
    scope = plan_scope(ScopeRequest(), FILED)
    ours = ["public 10.1.1.0/24", "public 59.192.8.0/27", "public 2001:db8:1::/64"]
    assert networks(scope) == [*ours, "vpn-other 10.5.0.0/24"]
    assert [entry.what for entry in scope.skipped] == ["vpn-fiscal 10.1.1.0/24"]


def test_unit_and_point_narrow_it() -> None:
    assert networks(plan_scope(ScopeRequest(unit="A"), FILED)) == ["public 10.1.1.0/24", "public 2001:db8:1::/64"]
    assert networks(plan_scope(ScopeRequest(point="P2"), FILED)) == ["public 59.192.8.0/27"]


def test_addresses_of_two_planes_are_asked_in_the_public_one_unless_the_plane_is_named() -> None:
    assert plan_scope(ScopeRequest(point="P2"), FILED).skipped[0].what == "vpn-fiscal 10.1.1.0/24"
    inside = ScopeRequest(targets=("10.1.1.0/24",), plane="vpn-fiscal")
    assert networks(plan_scope(inside, FILED)) == ["vpn-fiscal 10.1.1.0/24"]


def test_a_target_is_in_the_only_plane_that_knows_it() -> None:
    targets = ScopeRequest(targets=("10.5.0.7", "10.1.1.7", "10.77.0.7"))
    assert networks(plan_scope(targets, FILED)) == [
        "public 10.1.1.7/32",
        "public 10.77.0.7/32",
        "vpn-other 10.5.0.7/32",
    ]


def test_a_wide_target_spares_the_ends_of_the_prefixes_in_it() -> None:
    blocks = cut_blocks(plan_scope(ScopeRequest(targets=("59.192.8.0/26",), allow_public=True), FILED), {})
    asked = {str(address) for block in blocks for address in block.addresses}
    assert asked == {f"59.192.8.{n}" for n in range(1, 63)} - {"59.192.8.31"}


def test_going_on_respects_what_was_excluded_and_taken_out_since() -> None:
    scope = plan_scope(ScopeRequest(exclude=("10.1.1.9",)), FILED)
    without = replace(FILED, prefixes=FILED.prefixes[:1])
    now = still_allowed(scope, ("10.1.1.7",), without)
    assert networks(now) == ["public 10.1.1.0/24"]
    assert [str(network) for network in now.excluded] == ["10.1.1.9/32", "10.1.1.7/32"]
    gone = ["59.192.8.0/27", "2001:db8:1::/64", "10.5.0.0/24"]
    assert [entry.what for entry in now.skipped[1:]] == ["10.1.1.9", *gone, "10.1.1.7"]
    named = plan_scope(ScopeRequest(targets=("10.77.0.0/29",)), FILED)
    assert networks(still_allowed(named, (), without)) == ["public 10.77.0.0/29"]


def test_registered_exclusions_hold_until_their_last_day_and_are_told_with_their_reason() -> None:
    filed = replace(
        FILED,
        exclusions=(
            ExclusionView(ip_network("10.1.1.0/28"), "疫苗冷链", until=date(2026, 11, 23)),
            ExclusionView(ip_network("10.1.1.77/32"), "视频会议"),
            ExclusionView(ip_network("10.77.0.0/16"), "elsewhere"),
        ),
    )
    request = ScopeRequest(targets=("10.1.1.0/24",), exclude=("10.1.1.200",))
    scope = plan_scope(request, filed, day=date(2026, 11, 23))
    asked = {str(address) for block in cut_blocks(scope, {}) for address in block.addresses}
    assert asked == {f"10.1.1.{n}" for n in range(16, 255) if n not in {77, 200}}
    assert [(entry.what, str(entry.why)) for entry in scope.skipped] == [
        ("10.1.1.200", "Excluded by the settings or by --exclude."),
        ("10.1.1.0/28", "Excluded until 2026-11-23: 疫苗冷链"),
        ("10.1.1.77", "Excluded: 视频会议"),
    ]
    later = plan_scope(request, filed, day=date(2026, 11, 24))
    assert {entry.what for entry in later.skipped} == {"10.1.1.77", "10.1.1.200"}
    again = still_allowed(later, request.exclude, filed, day=date(2026, 11, 23))
    assert ip_network("10.1.1.0/28") in again.excluded
    assert [entry.what for entry in again.skipped].count("10.1.1.77") == 1


@pytest.mark.parametrize(
    ("request_", "says"),
    [
        (ScopeRequest(unit="C"), "no unit 'C'"),
        (ScopeRequest(point="P9"), "no point 'P9'"),
        (ScopeRequest(targets=("10.1.1.0/24",), unit="A"), "either targets or"),
        (ScopeRequest(targets=("8.8.8.0/24",)), "public address space"),
        (ScopeRequest(targets=("224.0.0.0/4",)), "names no host"),
        (ScopeRequest(targets=("0.0.0.0/0",)), "public address space"),
        (ScopeRequest(targets=("10.0.0.0/8",)), "more than"),
        (ScopeRequest(targets=("10.0.0.300",)), "is not an address"),
        (ScopeRequest(targets=("10.0.0.9-10.0.0.1",)), "is not an address"),
        (ScopeRequest(targets=("10.0.0.1-2001:db8::1",)), "is not an address"),
        (ScopeRequest(exclude=("printer",)), "is not an address"),
    ],
)
def test_what_may_not_be_probed_is_refused(request_: ScopeRequest, says: str) -> None:
    with pytest.raises(ScopeError, match=says):
        plan_scope(request_, FILED)


def test_an_empty_registry_has_nothing_to_sweep() -> None:
    with pytest.raises(ScopeError, match="nothing to sweep"):
        plan_scope(ScopeRequest(), Filed())


def test_registered_public_space_needs_no_permission_and_named_needs_one() -> None:
    assert networks(plan_scope(ScopeRequest(targets=("59.192.8.0/28",)), FILED)) == ["public 59.192.8.0/28"]
    allowed = ScopeRequest(targets=("8.8.8.0/30",), allow_public=True)
    assert networks(plan_scope(allowed, FILED)) == ["public 8.8.8.0/30"]


@pytest.mark.parametrize("target", ["127.0.0.0/29", "192.0.2.0/24", "100.64.3.0/24", "169.254.1.0/24", "fe80::1"])
def test_special_space_is_not_public(target: str) -> None:
    assert plan_scope(ScopeRequest(targets=(target,)), Filed()).addresses > 0


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("10.0.0.7", ["10.0.0.7/32"]),
        ("10.0.0.5/24", ["10.0.0.0/24"]),
        ("10.0.0.4-10.0.0.7", ["10.0.0.4/30"]),
        ("10.0.0.4-7", ["10.0.0.4/30"]),
        ("１０．０．０．７", ["10.0.0.7/32"]),
        ("2001:db8::/126", ["2001:db8::/126"]),
    ],
)
def test_targets(written: str, expected: list[str]) -> None:
    assert [str(network) for network in parse_target(written)] == expected


def test_overlapping_targets_are_asked_once() -> None:
    scope = plan_scope(ScopeRequest(targets=("10.2.0.0/24", "10.2.0.16/28", "10.2.0.0/24")), FILED)
    assert networks(scope) == ["public 10.2.0.0/24"]


def test_ends_of_a_network_are_spared_but_not_those_of_a_part_of_it() -> None:
    whole = list(cut_blocks(plan_scope(ScopeRequest(targets=("10.2.0.0/29",)), FILED), {}))
    assert [str(a) for a in whole[0].addresses] == [f"10.2.0.{n}" for n in range(1, 7)]
    part = list(cut_blocks(plan_scope(ScopeRequest(targets=("10.1.1.8/29",)), FILED), {}))
    assert [str(a) for a in part[0].addresses] == [f"10.1.1.{n}" for n in range(8, 16)]
    last = list(cut_blocks(plan_scope(ScopeRequest(targets=("10.1.1.248/29",)), FILED), {}))
    assert [str(a) for a in last[0].addresses] == [f"10.1.1.{n}" for n in range(248, 255)]
    pair = list(cut_blocks(plan_scope(ScopeRequest(targets=("10.2.0.0/31",)), FILED), {}))
    assert len(pair[0].addresses) == 2


def test_gateways_of_one_device_share_its_allowance() -> None:
    blocks = list(cut_blocks(plan_scope(ScopeRequest(unit="A"), FILED), {ip_address("10.1.1.1"): "core-1"}))
    assert {block.gateway for block in blocks if not block.vast} == {"core-1"}


@given(
    st.integers(8, 30)
    .flatmap(lambda length: st.integers(0, 2**length - 1).map(lambda n: ip_network((n << (32 - length), length))))
    .filter(lambda network: network.num_addresses <= 1 << 12),
    st.lists(st.integers(0, 4095), max_size=4),
)
def test_blocks_hold_every_address_once(network: object, banned: list[int]) -> None:
    assert hasattr(network, "num_addresses")
    excluded = tuple(ip_network(network[n]) for n in banned if n < network.num_addresses)  # type: ignore[index] # a network
    area = Area("public", network, None, None)  # type: ignore[arg-type] # a network
    blocks = list(cut_blocks(Scope((area,), excluded, ()), {}))
    asked = [address for block in blocks for address in block.addresses]
    assert len(asked) == len(set(asked)) == network.num_addresses - len(set(excluded))
    assert all(len(block.addresses) <= 256 for block in blocks)
    assert len({block.key for block in blocks}) == len(blocks)


def test_a_vast_ipv6_network_is_one_block_of_known_addresses() -> None:
    known = [("public", ip_address("fd01::7")), ("other", ip_address("fd01::8")), ("public", ip_address("fd02::7"))]
    scope = plan_scope(ScopeRequest(targets=("fd01::/64", "fd01:1::/120")), FILED)
    vast_one, small = cut_blocks(scope, {}, known)
    assert (vast_one.vast, vast_one.all_nodes, [str(ip) for ip in vast_one.addresses]) == (True, True, ["fd01::7"])
    assert (small.vast, len(small.addresses)) == (False, 254)


def test_nobody_is_called_where_somebody_is_excluded() -> None:
    known = [("public", ip_address("fd01::7")), ("public", ip_address("fd01::9"))]
    scope = plan_scope(ScopeRequest(targets=("fd01::/64",), exclude=("fd01::9",)), FILED)
    (block,) = cut_blocks(scope, {}, known)
    assert (block.all_nodes, [str(ip) for ip in block.addresses]) == (False, ["fd01::7"])
