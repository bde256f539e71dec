"""A wave: who is asked again, what counts as an answer, and when it is enough. No network, no clock."""

from __future__ import annotations

import random
from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.model.facts import ProbeKind
from probes.contract import ProbePlan
from probes.sweep.limits import PROHIBITED, SEND_ERRORS
from probes.sweep.paths import Path
from probes.sweep.replies import Claim
from probes.sweep.schedule import Way, steps
from probes.sweep.wave import LONGEST_WAIT_S, Masks, Share, Wave
from probes.sweep.wire import Hop

PATH = Path(Hop(2, b"\2\0\0\0\0\xfe", 0x800), b"\xc0\x00\x02\x01", b"\2\0\0\0\0\1", direct=False)
ECHO = steps(ProbePlan(kinds=frozenset({ProbeKind.ICMP}), retries=0), Way.ROUTED, icmp=True)
BOTH = steps(ProbePlan(tcp_ports=(445, 22), retries=0), Way.ROUTED, icmp=True)
MASKS = Masks(64)


def wave(count: int = 4, *, chain: tuple = ECHO, rounds: int = 1) -> Wave:  # type: ignore[type-arg] # of steps
    return Wave(PATH, "", None, chain, [Share(1, range(100, 100 + count))], MASKS, rounds=rounds)


def send(one: Wave, now: float) -> list[Claim]:
    """Send all packets of a step; return the claim that answers each."""
    indexes = one.take(1 << 20)
    addresses, cookies = one.columns(indexes)
    one.left(indexes, now)
    kind, port = one.step.kind, one.step.port
    return [Claim(a, kind, port, c, "yes", 60) for a, c in zip(addresses, cookies, strict=True)]


def test_only_the_silent_are_asked_again_and_with_the_next_probe() -> None:
    one, asked, going = wave(chain=BOTH), list[tuple[ProbeKind, int, list[int]]](), True
    for answering in (101, 103, 100):
        claims = send(one, 1.0)
        asked.append((one.step.kind, one.step.port, sorted(c.address for c in claims)))
        assert all(one.hear(c, 1.01, 0.0) for c in claims if c.address == answering)
        going = one.advance()
    assert asked == [
        (ProbeKind.ICMP, 0, [100, 101, 102, 103]),
        (ProbeKind.TCP, 445, [100, 102, 103]),
        (ProbeKind.TCP, 22, [100, 102]),
    ]
    assert not going
    (share,) = one.shares
    assert (share.asked, one.alive, one.sent) == (4, 3, 9)
    assert sorted(seen.address for seen in share.seen) == [100, 101, 103]


@given(bit=st.integers(min_value=0, max_value=31))
def test_a_cookie_with_one_wrong_bit_does_not_count(bit: int) -> None:
    one = wave(chain=BOTH)
    (claim, *_) = send(one, 1.0)
    assert not one.hear(claim._replace(cookie=claim.cookie ^ 1 << bit), 1.1, 0.0)
    assert not one.hear(claim._replace(kind=ProbeKind.TCP, port=445), 1.1, 0.0)
    assert not one.hear(claim._replace(address=claim.address ^ 1), 1.1, 0.0)
    assert not one.hear(claim._replace(address=5), 1.1, 0.0)
    assert one.alive == 0
    assert one.hear(claim, 1.1, 0.0)


def test_the_answer_to_a_probe_that_was_not_sent_yet_does_not_count() -> None:
    one = wave()
    indexes = one.take(10)
    addresses, cookies = one.columns(indexes)
    assert not one.hear(Claim(addresses[0], ProbeKind.ICMP, 0, cookies[0], "", 60), 1.0, 0.0)


def test_an_answer_counts_once_and_tells_its_own_round_trip() -> None:
    one = wave(rounds=2)
    (first, *_) = send(one, 1.0)
    one.advance()
    send(one, 5.0)
    assert one.hear(first, 5.5, 0.0)
    one.hear(first, 5.6, 0.0)
    (seen,) = one.shares[0].seen
    assert seen.rtt_s == pytest.approx(4.5)


def test_a_fence_is_a_limit_and_no_host() -> None:
    one = wave()
    (claim, *_) = send(one, 1.0)
    one.hear(claim._replace(fence=True), 1.1, 0.0)
    assert one.alive == 0
    assert one.shares[0].limits == {PROHIBITED}


def test_an_address_that_must_not_be_sent_to_is_neither_asked_nor_waited_for() -> None:
    one = wave(count=1, chain=BOTH)
    one.take(1)
    one.failed(0, never=True)
    assert not one.advance()
    assert (one.shares[0].asked, one.shares[0].limits) == (0, {SEND_ERRORS})


def test_what_did_not_leave_comes_again() -> None:
    one = wave()
    indexes = one.take(4)
    one.put_back(indexes[1:])
    assert one.sending
    assert one.take(2) + one.take(2) == indexes[1:]
    assert not one.sending


def test_the_wait_follows_the_slowest_answer() -> None:
    one = wave()
    claims = send(one, 1.0)
    assert one.due == pytest.approx(2.0)  # nothing is known yet: the plan's timeout
    one.hear(claims[0], 1.0005, 0.0)
    assert one.due == pytest.approx(1.05)
    one.hear(claims[1], 1.2, 0.0)
    assert one.due == pytest.approx(1.8)
    one.hear(claims[2], 3.0, 0.0)
    assert one.due == pytest.approx(1 + LONGEST_WAIT_S)


def test_lost_answers_are_asked_for_again() -> None:
    one = wave()
    send(one, 1.0)
    one.repeat = True
    assert one.advance()
    assert len(send(one, 2.0)) == 4
    assert not one.advance()


def test_answers_that_are_lost_every_time_do_not_hold_a_wave_for_ever() -> None:
    one, times = wave(), 1
    send(one, 1.0)
    one.repeat = True
    while one.advance():
        send(one, 2.0)
        one.repeat, times = True, times + 1
    assert times == 4


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("loss", "most"), [(0.0, 2.0), (0.0396, 3.0), (0.19, 5.0)])
def test_rounds_end_when_the_loss_predicts_that_nobody_is_missed(loss: float, most: float, seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 -- a simulation
    one = Wave(PATH, "", None, ECHO, [Share(1, range(65536))], MASKS, rounds=0)
    alive = set(dice.sample(range(65536), 3279))
    going, now = True, 0.0
    while going:
        now += 1
        for claim in send(one, now):
            if claim.address in alive and dice.random() >= loss:
                one.hear(claim, now, 0.0)
        going = one.advance()
    assert one.alive / len(alive) >= 0.9995
    assert one.sent <= most * 65536


def test_masks_are_all_different_and_the_first_changes_nothing() -> None:
    assert len(set(MASKS.of)) == 64
    assert MASKS.of[0] == 0
    assert all(MASKS.of[step] == mask for mask, step in MASKS.step.items())


def test_columns_hold_one_row_per_packet() -> None:
    one = wave(count=3)
    addresses, cookies = one.columns([2, 0])
    assert addresses == array("I", [102, 100])
    assert len(cookies) == 2
