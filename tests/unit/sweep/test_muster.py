"""Shares gathered into waves, and what the packet process is told."""

from __future__ import annotations

import json
from contextlib import closing

from hypothesis import given
from hypothesis import strategies as st

from probes.contract import Pace, ProbePlan
from probes.sweep.engine import orders
from probes.sweep.links import Links
from probes.sweep.muster import Muster, Taken
from probes.sweep.netlink import Netlink
from probes.sweep.orders import Lane, Orders, Path, Probe, Task
from probes.sweep.wire import Hop

FAR = Path(Hop(2, b"\2\0\0\0\0\xfe", 0x800), b"\xc0\x00\x02\x01", b"\2\0\0\0\0\1", direct=False)
NEAR = FAR._replace(direct=True)
ORDERS = Orders((Probe("icmp", 0, 1.0),), (Probe("arp", 0, 1.0),), 2, 1e5, 100.0, 10.0, 0.0, ("c0000201",))


def ready(muster: Muster) -> list[list[int]]:
    return [[share.number for share in shares] for _, shares in muster.ready(())]


def test_orders_and_tasks_arrive_as_they_were_given() -> None:
    assert Orders.read(json.loads(json.dumps(ORDERS))) == ORDERS
    for lane, begun in ((None, b""), (Lane("village", 5.0), b"\0\1\2\3\4\5")):
        task = Task(7, "gateway", lane, NEAR, ((1, 5), (9, 9)), begun)
        assert Task.read(json.loads(json.dumps(task.written()))) == task


def test_the_orders_hold_one_round_of_each_chain() -> None:
    with closing(Netlink()) as netlink:
        links = Links(netlink)
        told = orders(ProbePlan(tcp_ports=(445, 22), retries=1), Pace(), links)
        adaptive = orders(ProbePlan(adaptive=True), Pace(), links)
    assert [(probe.kind, probe.port) for probe in told.routed] == [("icmp", 0), ("tcp", 445), ("tcp", 22)]
    assert [probe.kind for probe in told.direct] == ["arp"]
    assert (told.rounds, adaptive.rounds) == (2, 0)
    assert "7f000001" in told.sources


def test_shares_of_one_way_go_together_until_the_wave_is_big_enough() -> None:
    muster = Muster(ORDERS)
    for number in range(6):
        muster.add(Task(number, "a", None, FAR, ((number * 256, number * 256 + 255),)))
    muster.add(Task(6, "b", None, FAR, ((9000, 9001),)))
    muster.add(Task(7, "a", Lane("slow", 1.0), FAR, ((9100, 9101),)))
    assert ready(muster) == [[0, 1, 2], [6], [7]]  # a gateway takes 100 a second, a wave about ten seconds
    assert ready(muster) == [[3, 4, 5]]
    assert not muster.waiting


def test_an_address_of_two_planes_is_asked_in_two_waves() -> None:
    muster = Muster(ORDERS)
    muster.add(Task(1, "", None, FAR, ((10, 20),)))
    muster.add(Task(2, "", None, FAR, ((20, 30),)))
    muster.add(Task(3, "", None, FAR, ((31, 40),)))
    assert ready(muster) == [[1]]
    assert ready(muster) == [[2, 3]]


@given(st.lists(st.tuples(st.integers(min_value=0, max_value=60), st.integers(min_value=0, max_value=9))))
def test_nothing_is_taken_twice(asked: list[tuple[int, int]]) -> None:
    taken, held = Taken(), set[int]()
    for first, length in asked:
        mine = set(range(first, first + length + 1))
        assert taken.add([(first, first + length)]) == held.isdisjoint(mine)
        if held.isdisjoint(mine):
            held |= mine
