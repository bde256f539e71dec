"""The buckets never give more than their rate, and hardly less to somebody who always wants."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes.contract import Lane, Pace
from probes.sweep.pacing import BURST_S, UNKNOWN_GATEWAY, Pacer, TokenBucket, Toll
from probes.sweep.timetable import CATCH_UP_S, Timetable

rates = st.floats(min_value=0.5, max_value=50_000)


def greedy(pacer: Pacer, toll: Toll, seconds: float, limit: int) -> list[float]:
    """Pay ``toll`` as often as the pacer lets, on a clock that jumps to when the pacer says; return the times."""
    now, paid = 0.0, list[float]()
    while now <= seconds and len(paid) < limit:
        wait = pacer.wait(toll, now)
        if wait:
            now += wait
        else:
            pacer.pay(toll, now)
            paid.append(now)
    return paid


@given(rate=rates)
def test_a_greedy_sender_gets_its_rate_exactly(rate: float) -> None:
    pacer = Pacer(Pace(rate_pps=rate, new_addresses_per_gateway_s=1e9, arp_pps=1e9), 0.0)
    paid = greedy(pacer, Toll(), 1e9, 3000)
    burst = max(1.0, rate * BURST_S)
    assert abs(len(paid) - (burst + paid[-1] * rate)) <= 1 + len(paid) * 1e-6


@given(rate=rates, gaps=st.lists(st.floats(min_value=0, max_value=0.5), min_size=1, max_size=60))
def test_no_window_ever_holds_more_than_rate_and_burst(rate: float, gaps: list[float]) -> None:
    bucket, now, times = TokenBucket(rate, 0.0), 0.0, list[float]()
    for gap in gaps:
        now += gap
        for _ in range(2000):
            if bucket.wait(now):
                break
            bucket.take(1, now)
            times.append(now)
    burst = max(1.0, rate * BURST_S)
    for first in range(0, len(times), max(1, len(times) // 40)):
        for last in range(first, len(times), max(1, len(times) // 40)):
            assert last - first + 1 <= burst + rate * (times[last] - times[first]) + 1 + 1e-6


@given(rate=rates, cost=st.integers(min_value=1, max_value=9))
def test_a_toll_on_credit_is_waited_off(rate: float, cost: int) -> None:
    bucket, now = TokenBucket(rate, 0.0), 0.0
    for _ in range(50):
        now += bucket.wait(now)
        bucket.take(cost, now)
    assert 50 * cost <= max(1.0, rate * BURST_S) + rate * now + cost + 1e-3


@given(back=st.floats(min_value=0, max_value=100))
def test_a_clock_that_steps_back_earns_nothing(back: float) -> None:
    bucket = TokenBucket(1.0, 100.0)
    bucket.take(1, 100.0)
    assert bucket.wait(100.0 - back) == pytest.approx(1.0)


def test_gateways_do_not_share_and_unknown_is_one() -> None:
    pacer = Pacer(Pace(rate_pps=1e6, new_addresses_per_gateway_s=1, arp_pps=1), 0.0)
    pacer.pay(Toll(gateway=UNKNOWN_GATEWAY), 0.0)
    assert pacer.wait(Toll(gateway=UNKNOWN_GATEWAY), 0.0) > 0
    assert pacer.wait(Toll(gateway="10.0.0.1"), 0.0) == 0
    assert pacer.wait(Toll(), 0.0) == 0


def test_a_lane_holds_every_packet_and_only_its_own() -> None:
    pacer, narrow = Pacer(Pace(rate_pps=1e6, new_addresses_per_gateway_s=1e6, arp_pps=1e6), 0.0), Lane("village", 2.0)
    paid = greedy(pacer, Toll(lane=narrow), 10.0, 1000)
    assert len(paid) == pytest.approx(20, abs=2)
    assert pacer.wait(Toll(lane=Lane("town", 2.0)), 0.0) == 0
    assert pacer.wait(Toll(), 0.0) == 0


def test_a_refund_undoes_a_payment() -> None:
    pacer = Pacer(Pace(rate_pps=1, new_addresses_per_gateway_s=1, arp_pps=1), 0.0)
    toll = Toll(packets=1, arp=3, gateway="g", lane=Lane("l", 1))
    pacer.pay(toll, 0.0)
    assert pacer.wait(toll, 0.0) > 0
    pacer.refund(toll, 0.0)
    assert pacer.wait(toll, 0.0) == 0


@pytest.mark.parametrize("rate", [0, -1, float("nan"), float("inf")])
def test_a_pace_that_is_none_is_refused(rate: float) -> None:
    with pytest.raises(ValueError, match="pace"):
        Pacer(Pace(rate_pps=rate), 0.0)


@given(rate=rates, naps=st.lists(st.floats(min_value=0, max_value=CATCH_UP_S * 0.9), min_size=20, max_size=200))
def test_a_timetable_is_kept_exactly_however_late_the_loop_is(rate: float, naps: list[float]) -> None:
    table, now, sent = Timetable(rate, 0.0), 0.0, 0
    for nap in naps:
        now += max(nap, table.wait(now))
        ready = table.ready(now)
        table.take(ready)
        sent += ready
    assert abs(sent - now * rate) <= 1 + 1e-6 * sent + rate * CATCH_UP_S * 0.1


@given(rate=rates, idle=st.floats(min_value=0, max_value=100))
def test_a_timetable_saves_up_nothing(rate: float, idle: float) -> None:
    rested, late = Timetable(rate, 0.0), Timetable(rate, 0.0)
    rested.rest(idle)
    assert rested.ready(idle) == 1
    assert late.ready(idle) <= rate * CATCH_UP_S + 2


def test_a_timetable_does_not_run_ahead() -> None:
    table = Timetable(10, 5.0)
    assert (table.ready(4.0), table.wait(4.0)) == (0, 1.0)
    table.take(table.ready(5.0))
    assert table.ready(5.05) == 0
    assert table.wait(5.05) == pytest.approx(0.05)


@pytest.mark.parametrize("rate", [0, -1, float("nan"), float("inf")])
def test_a_timetable_without_sense_is_refused(rate: float) -> None:
    with pytest.raises(ValueError, match="pace"):
        Timetable(rate, 0.0)
