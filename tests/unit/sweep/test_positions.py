"""A sweep that goes on where another one stopped sends what is missing, and only that. No network, no clock."""

from __future__ import annotations

from collections import Counter
from ipaddress import IPv4Network

from hypothesis import given
from hypothesis import strategies as st

from inventory.model.addresses import Addresses, runs
from probes.contract import Begun, Block
from probes.sweep import positions
from probes.sweep.convoy import Travel
from probes.sweep.masks import Masks
from probes.sweep.orders import Path, Probe, Task
from probes.sweep.shares import Share
from probes.sweep.wave import Wave
from probes.sweep.wire import Hop

FAR = Path(Hop(2, b"\2\0\0\0\0\xfe", 0x800), b"\xc0\x00\x02\x01", b"\2\0\0\0\0\1", direct=False)
CHAIN = (Probe("icmp", 0, 0.5), Probe("tcp", 22, 0.25))
ROUNDS, MASKS = 2, Masks(16)
PARTS = [IPv4Network("10.9.0.0/26"), IPv4Network("10.9.1.0/28"), IPv4Network("10.9.2.0/27")]


def travel(part: IPv4Network, number: int, begun: Begun | None) -> Travel:
    block = Block(str(part), "public", part, Addresses.within(part), begun=begun)
    some = tuple(runs(block.addresses, 4))
    return Travel(block, [], {number: Task(number, "", None, FAR, some, positions.given(block, some, "chain"))})


def go(begun: list[Begun | None], packets: int, batch: int) -> tuple[list[Begun | None], Counter[tuple[int, int]]]:
    """Ask silent addresses until so many packets are sent; return where it ended, and how often each step was sent."""
    travels = [travel(part, number, begun[number]) for number, part in enumerate(PARTS)]
    tasks = [one.tasks[number] for number, one in enumerate(travels)]
    shares = [Share(task.number, task.runs, task.begun) for task in tasks]
    wave = Wave(FAR, "", None, CHAIN, shares, MASKS, rounds=ROUNDS)
    sent, now, going = Counter[tuple[int, int]](), 100.0, True
    while going and sent.total() < packets:
        now += 0.1
        if not wave.sending:
            going = wave.advance(now) if wave.due_for(now) else True
            continue
        count = wave.ready(batch, now)
        if count:
            places, addresses, _ = wave.take(count)
            wave.leaving(places, now)
            wave.left(places, 0, now)
            sent.update((address, wave.number) for address in addresses)
    for number, step, here, before in wave.positions(now) if going else ():
        travels[number].positions[number] = step, here, before
    return [positions.told(one, "chain") for one in travels], sent


@given(packets=st.integers(min_value=0, max_value=450), batch=st.integers(min_value=1, max_value=60))
def test_what_was_waited_for_is_not_sent_again_and_the_rest_is(packets: int, batch: int) -> None:
    begun, first = go([None] * len(PARTS), packets, batch)
    if first.total() < packets:
        return  # it came to its end
    _, second = go(begun, 1 << 20, batch)
    steps = len(CHAIN) * ROUNDS
    for part, where in zip(PARTS, begun, strict=True):
        for offset, ip in enumerate(part):
            waited = where.sent[offset] if where is not None and offset < len(where.sent) else 0
            before = sum(first[int(ip), step] for step in range(steps))
            assert waited <= before <= waited + 2  # at most in two steps it may still be answered
            assert [second[int(ip), step] for step in range(steps)] == [int(step >= waited) for step in range(steps)]


@given(stops=st.lists(st.integers(min_value=0, max_value=150), min_size=1, max_size=4))
def test_it_may_be_interrupted_again_and_again(stops: list[int]) -> None:
    begun: list[Begun | None] = [None] * len(PARTS)
    whole = Counter[tuple[int, int]]()
    for packets in (*stops, 1 << 20):
        earlier = [where.sent if where else b"" for where in begun]
        begun, sent = go(begun, packets, 16)
        whole += sent
        if packets < 1 << 20 and sent.total() >= packets:
            for old, new in zip(earlier, begun, strict=True):
                now = new.sent if new else b""
                assert all(a <= (now[at] if at < len(now) else 0) for at, a in enumerate(old))
        elif sent.total() < packets:
            break
    assert all(whole[int(ip), step] for part in PARTS for ip in part for step in range(len(CHAIN) * ROUNDS))


def test_a_position_in_other_probes_means_nothing() -> None:
    block = Block("k", "public", PARTS[0], Addresses.within(PARTS[0]), begun=Begun("other", b"\1\1"))
    assert positions.given(block, runs(block.addresses, 4), "chain") == b""
    assert positions.given(block, runs(block.addresses, 4), "other")[:3] == b"\1\1\0"
