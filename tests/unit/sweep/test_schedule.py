"""Which probes an address gets, and what a sweep would cost."""

from __future__ import annotations

import math
import threading
from dataclasses import replace
from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.model.facts import ProbeKind
from probes.contract import FORBIDDEN_TCP_PORTS, Binding, Block, Lane, Pace, ProbePlan
from probes.sweep.capability import Ability
from probes.sweep.engine import sweep
from probes.sweep.forecast import Load, connects_per_s, forecast, joined
from probes.sweep.schedule import Way, steps, syn_life_s, syn_packets

PLAN = ProbePlan(tcp_ports=(22, 445), retries=1)


def block(cidr: str, gateway: str | None = None) -> Block:
    network = ip_network(cidr)
    return Block(cidr, "public", network, tuple(network), gateway)


def seconds(load: Load, pace: Pace | None = None, connects: float = math.inf) -> float:
    return load.lasts(pace or Pace(), connects)[0]


def test_a_silent_address_gets_echo_then_every_port_in_every_round() -> None:
    chain = [(step.kind, step.port) for step in steps(PLAN, Way.ROUTED, icmp=True)]
    assert chain == [(ProbeKind.ICMP, 0), (ProbeKind.TCP, 22), (ProbeKind.TCP, 445)] * 2


def test_on_the_local_link_arp_replaces_everything() -> None:
    assert [step.kind for step in steps(PLAN, Way.ARP, icmp=True)] == [ProbeKind.ARP, ProbeKind.ARP]


def test_without_icmp_the_first_port_opens_the_round() -> None:
    chain = steps(replace(PLAN, kinds=frozenset({ProbeKind.TCP})), Way.ROUTED, icmp=False)
    assert [step.opens_round for step in chain] == [True, False, True, False]


def test_the_last_probe_of_a_round_is_waited_for_in_full() -> None:
    waits = [step.wait_s for step in steps(replace(PLAN, timeout_s=0.9), Way.ROUTED, icmp=True)]
    assert waits == [0.9, 0.25, 0.9] * 2


def test_on_the_link_the_first_port_waits_for_the_kernels_arp() -> None:
    alone = replace(PLAN, timeout_s=0.9, kinds=frozenset({ProbeKind.TCP}))
    assert [step.wait_s for step in steps(alone, Way.KERNEL, icmp=False)] == [0.9, 0.9] * 2
    waits = [step.wait_s for step in steps(replace(PLAN, timeout_s=0.9), Way.KERNEL, icmp=True)]
    assert waits == [0.9, 0.25, 0.9] * 2


@pytest.mark.parametrize(("timeout", "life", "packets"), [(0.3, 0.3, 1), (1.0, 0.95, 1), (1.5, 1.5, 2), (3.0, 3.0, 3)])
def test_a_connect_ends_before_the_kernel_repeats_it_or_pays_for_it(timeout: float, life: float, packets: int) -> None:
    plan = replace(PLAN, timeout_s=timeout)
    assert (syn_life_s(plan), syn_packets(plan)) == (life, packets)


@pytest.mark.parametrize("port", [*sorted(FORBIDDEN_TCP_PORTS), 0, 65536])
def test_a_port_that_must_not_be_probed_is_refused_before_anything_starts(port: int) -> None:
    plan = replace(PLAN, tcp_ports=(80, port))
    with pytest.raises(ValueError, match=str(port)):
        sweep([block("192.0.2.0/30")], plan, Pace(), threading.Event())
    with pytest.raises(ValueError, match=str(port)):
        forecast(block("192.0.2.0/30"), plan)


@pytest.mark.parametrize("plan", [replace(PLAN, timeout_s=0), replace(PLAN, retries=-1)])
def test_a_plan_without_sense_is_refused(plan: ProbePlan) -> None:
    with pytest.raises(ValueError, match=r"timeout|negative"):
        sweep([], plan, Pace(), threading.Event())


def test_the_forecast_counts_packets_and_octets() -> None:
    one = forecast(block("192.0.2.0/30"), PLAN)
    assert (one.packets_min, one.packets_max) == (4, 4 * 6)
    assert one.bytes_max == 4 * 2 * (60 + 74 + 74)


def test_the_forecast_of_the_local_link_is_arp_where_allowed() -> None:
    link = ip_network("192.0.2.0/24")
    arp = forecast(block("192.0.2.0/30"), PLAN, links=[link])
    assert (arp.packets_max, arp.bytes_max) == (8, 8 * 60)
    nothing = Ability(raw_icmp=False, ping_socket=False, arp=False)
    kernel = forecast(block("192.0.2.0/30"), PLAN, ability=nothing, links=[link])
    assert (kernel.packets_min, kernel.packets_max) == (4, 4 * 6)
    assert seconds(kernel) >= 4 * 2 * 3 / 10  # three requests by the kernel, two rounds, ten a second


@pytest.mark.parametrize("link", ["192.0.2.0/28", "192.0.2.16/29", "192.0.2.0/24", "198.51.100.0/24"])
@pytest.mark.parametrize("ip", ["192.0.2.0/24", "192.0.2.16/28", "192.0.2.4/30"])
def test_each_address_goes_its_own_way(ip: str, link: str) -> None:
    plan = ProbePlan(kinds=frozenset({ProbeKind.ARP, ProbeKind.ICMP}), retries=0)
    found = forecast(block(ip), plan, links=[ip_network(link)])
    near = sum(one in ip_network(link) for one in ip_network(ip))
    assert (found.arp, found.new.total()) == (near, ip_network(ip).num_addresses - near)


def test_a_24_takes_what_the_slowest_bucket_takes() -> None:
    one = forecast(block("192.0.2.0/24"), ProbePlan())
    patience = 2 * (1 + 6 * 0.25 + 1)
    assert one.packets_max == 256 * 8 * 2
    assert seconds(one) == pytest.approx(256 * 16 / 1000 + patience)


def test_at_a_high_rate_descriptors_decide() -> None:
    plan, pace = ProbePlan(), Pace(rate_pps=10_000, new_addresses_per_gateway_s=10_000)
    one = forecast(block("192.0.0.0/22"), plan)
    assert seconds(one, pace, connects_per_s(plan, 900)) == pytest.approx(1024 * 14 * 0.95 / 900 + 7)


@given(gateways=st.lists(st.sampled_from([None, "a", "b"]), min_size=1, max_size=8))
def test_gateways_are_asked_side_by_side(gateways: list[str | None]) -> None:
    plan, pace = ProbePlan(kinds=frozenset({ProbeKind.ICMP}), retries=0), Pace(new_addresses_per_gateway_s=10)
    loads = [forecast(block("192.0.2.0/28", gateway), plan) for gateway in gateways]
    busiest = max(gateways.count(gateway) for gateway in gateways)
    assert seconds(joined(loads), pace) == pytest.approx(busiest * 16 / 10 + plan.timeout_s)
    assert max(seconds(load, pace) for load in loads) <= seconds(joined(loads), pace)


def test_a_lane_is_what_the_blocks_behind_it_wait_for() -> None:
    pace = Pace(rate_pps=1e4, new_addresses_per_gateway_s=1e4)
    narrow = replace(block("192.0.2.0/30"), lane=Lane("village", 2.0))
    slow, fast = forecast(narrow, PLAN), forecast(block("192.0.2.4/30"), PLAN)
    assert seconds(slow, pace) >= 4 * 6 / 2
    assert slow.lasts(pace, math.inf)[1] == Binding("lane", 2.0)
    assert fast.lasts(pace, math.inf)[1].limit == "rate"
    assert seconds(joined([slow, fast]), pace) == pytest.approx(seconds(slow, pace), abs=0.1)
    new = forecast(block("192.0.2.0/30"), replace(PLAN, retries=0, kinds=frozenset({ProbeKind.ICMP})))
    assert new.lasts(Pace(), math.inf)[1] == Binding("gateway", 100.0)
    arp = forecast(block("192.0.2.0/30"), PLAN, links=[ip_network("192.0.2.0/24")])
    assert arp.lasts(Pace(), math.inf)[1] == Binding("arp", 10.0)
