"""The real engine on the real kernel's loopback, with whatever this process may do."""

from __future__ import annotations

import socket
import threading
from ipaddress import ip_network

from inventory.model.facts import ProbeKind
from probes.contract import Block, BlockDone, Pace, ProbePlan, Progress, SweepEvent
from probes.sweep.capability import Sockets, detect
from probes.sweep.engine import sweep
from probes.sweep.limits import LIMITS, NO_ICMP

TCP_ONLY = ProbePlan(kinds=frozenset({ProbeKind.TCP}), tcp_ports=(1,), timeout_s=0.5)


def block(cidr: str) -> Block:
    network = ip_network(cidr)
    return Block(cidr, "public", network, tuple(network))


def finished(events: list[SweepEvent]) -> list[BlockDone]:
    return [event for event in events if isinstance(event, BlockDone)]


def test_every_loopback_address_is_found_and_has_no_mac() -> None:
    (done,) = finished(list(sweep([block("127.0.0.0/29")], ProbePlan(), Pace(), threading.Event())))
    assert {sighting.ip for sighting in done.sightings} == set(done.block.addresses)
    assert {sighting.mac for sighting in done.sightings} == {None}
    assert done.asked == 8
    assert set(done.limits) <= {NO_ICMP} < set(LIMITS)


def test_an_open_port_is_found_open_and_a_closed_one_refused() -> None:
    with socket.create_server(("127.0.0.5", 0)) as server:
        port = server.getsockname()[1]
        plan = ProbePlan(kinds=frozenset({ProbeKind.TCP}), tcp_ports=(port,))
        (done,) = finished(list(sweep([block("127.0.0.4/31")], plan, Pace(), threading.Event())))
    assert [sighting.detail for sighting in done.sightings] == [f"tcp/{port} refused", f"tcp/{port} open"]


def test_blocks_are_told_one_by_one_and_stop_ends_the_sweep() -> None:
    stop, told = threading.Event(), list[BlockDone]()
    blocks = (block(f"127.0.{part}.0/30") for part in range(200))
    for event in sweep(blocks, TCP_ONLY, Pace(rate_pps=500, new_addresses_per_gateway_s=500), stop):
        if isinstance(event, BlockDone):
            told.append(event)
            if len(told) == 2:
                stop.set()
    assert [one.finished for one in told[:3]] == [True, True, False][: len(told)]


def test_a_stop_beforehand_sends_nothing_and_tells_nothing() -> None:
    stop = threading.Event()
    stop.set()
    assert list(sweep([block("127.0.0.0/30")], TCP_ONLY, Pace(), stop)) == []


def test_no_block_and_an_empty_block() -> None:
    assert list(sweep([], TCP_ONLY, Pace(), threading.Event())) == []
    empty = Block("empty", "public", ip_network("192.0.2.0/24"), ())
    (done,) = finished(list(sweep([empty], TCP_ONLY, Pace(), threading.Event())))
    assert (done.asked, done.sightings, done.limits) == (0, (), ())


def test_multicast_and_unspecified_are_never_asked() -> None:
    odd = [block("224.0.0.1/32"), block("0.0.0.0/32"), block("ff02::1/128")]
    for done in finished(list(sweep(odd, ProbePlan(), Pace(), threading.Event()))):
        assert (done.asked, done.sightings) == (0, ())
        assert "not-asked" in done.limits


def test_sockets_of_the_caller_stay_open() -> None:
    with Sockets() as sockets:
        for _ in range(2):
            (done,) = finished(
                list(sweep([block("127.0.0.1/32")], ProbePlan(), Pace(), threading.Event(), sockets=sockets))
            )
            assert done.asked == 1
        assert all(echo.socket.fileno() >= 0 for echo in sockets.echo.values())
        assert sockets.ability == detect()


def test_a_stop_in_mid_sweep_tells_what_is_known_and_no_more() -> None:
    stop = threading.Event()
    blocks = [block(f"127.{part}.0.0/24") for part in range(200)]
    events = sweep(blocks, ProbePlan(), Pace(), stop)
    alive = 0
    for event in events:
        if isinstance(event, Progress) and event.alive >= 20:
            alive = event.alive
            stop.set()
            break
    rest = list(events)
    assert rest
    assert {(type(event), event.finished) for event in rest if isinstance(event, BlockDone)} == {(BlockDone, False)}
    assert [event for event in rest if not isinstance(event, BlockDone)] == []
    known = {sighting.ip for event in rest if isinstance(event, BlockDone) for sighting in event.sightings}
    assert len(known) >= alive
    assert sum(event.asked for event in rest if isinstance(event, BlockDone)) == len(known)
