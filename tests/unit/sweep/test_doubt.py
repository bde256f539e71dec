"""Fences that are obeyed, and one box that answers for all. No network."""

from __future__ import annotations

from datetime import UTC, datetime
from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.model.sightings import ProbeKind, Sighting, proving
from probes.contract import Block, BlockDone
from probes.sweep.fences import ENOUGH, Fences, part
from probes.sweep.limits import ANSWERED_FOR
from probes.sweep.stand_in import judged

NOW = datetime(2026, 11, 23, tzinfo=UTC)
NETWORK = ip_network("10.9.3.0/24")


def told(*answers: tuple[int, str, int | None], kind: ProbeKind = ProbeKind.TCP) -> BlockDone:
    """Return a finished /24: last octet, detail, TTL of each answer."""
    found = tuple(Sighting("public", NETWORK[last], None, kind, detail, NOW, ttl) for last, detail, ttl in answers)
    return BlockDone(Block("key", "public", NETWORK, tuple(NETWORK)), found, 256, (), NOW)


def test_one_answer_from_nearly_all_addresses_is_doubtful() -> None:
    event = judged(told(*((last, "tcp/443 open", 60) for last in range(1, 250)), (250, "tcp/22 open", 61)))
    assert isinstance(event, BlockDone)
    assert event.limits == (ANSWERED_FOR,)
    assert {s.detail for s in event.sightings} == {"tcp/443 open (a firewall may answer for all)", "tcp/22 open"}


@pytest.mark.parametrize(
    "event",
    [
        told(*((last, "tcp/443 open", 60) for last in range(1, 220))),
        told(*((last, "tcp/443 open", last % 2) for last in range(1, 255))),
        told(*((last, "echo reply", 60) for last in range(1, 255)), kind=ProbeKind.ICMP),
        told((0, "echo reply", 60), (255, "echo reply", 61), kind=ProbeKind.ICMP),
        told(*((last, "echo reply", 60) for last in (0, *range(1, 120), 255)), kind=ProbeKind.ICMP),
    ],
)
def test_many_hosts_that_differ_or_only_answer_echo_are_not(event: BlockDone) -> None:
    assert judged(event) == event


def test_whoever_answers_for_both_ends_of_a_network_and_half_of_it_is_doubtful() -> None:
    answers = [(last, "echo reply", 60) for last in (*range(128), 255)]
    event = judged(told(*answers, (200, "echo reply", 62), kind=ProbeKind.ICMP))
    assert isinstance(event, BlockDone)
    assert event.limits == (ANSWERED_FOR,)
    assert [s.detail for s in event.sightings].count("echo reply") == 1


def test_a_doubtful_answer_proves_nothing_and_nor_does_what_was_stored_of_it_before() -> None:
    early = told((7, "tcp/443 open", 60), (8, "echo reply", 60)).sightings
    event = judged(told(*((last, "tcp/443 open", 60) for last in range(1, 250)), (9, "tcp/22 open", 60)))
    assert isinstance(event, BlockDone)
    assert {str(s.ip) for s in proving((*early, *event.sightings))} == {"10.9.3.8", "10.9.3.9"}
    assert proving(early) == [*early]


def test_a_few_words_of_one_router_close_a_part_and_an_answer_opens_it() -> None:
    fences = Fences()
    said = [fences.forbidden(7, "router", address) for address in (1, 1, 2, 3, 4)]
    assert said == [False, False, False, True, False]
    assert fences.closed == {7}
    assert fences.alive(7)
    assert not fences.closed
    assert not fences.forbidden(7, "router", 9)


@given(said=st.lists(st.tuples(st.integers(0, 3), st.sampled_from("ab"), st.integers(0, 5))))
def test_a_part_is_closed_by_so_many_addresses_of_one_router_in_whatever_order(
    said: list[tuple[int, str, int]],
) -> None:
    fences = Fences()
    for where, router, address in said:
        fences.forbidden(where, router, address)
    names = {(where, router): {a for w, r, a in said if (w, r) == (where, router)} for where, router, _ in said}
    assert fences.closed == {where for (where, _), addresses in names.items() if len(addresses) >= ENOUGH}


def test_a_part_is_a_24_or_a_64() -> None:
    assert part(int(NETWORK[9])) == part(int(NETWORK[250])) != part(int(NETWORK[0]) - 1)
    six = ip_network("fd00::/64")
    assert part(int(six[9]), 6) == part(int(six[1 << 40]), 6) != part(int(six[0]) + (1 << 64), 6)
