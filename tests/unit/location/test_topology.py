"""Links: what the candidates come to, and on simulated networks the cables that are really there."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.location.engine import locate
from inventory.location.links import Candidates
from inventory.location.topology import reduce, topology
from inventory.model.topology import Candidate, End, LinkSource, NodeKind, port_order
from tests.simulator.conditions import Condition
from tests.simulator.shapes import Shape, build
from tests.simulator.tables import read

if TYPE_CHECKING:
    from inventory.model.topology import Link

LLDP, ONE, SEEN, OVERLAP, FILED = (
    LinkSource.LLDP_BOTH,
    LinkSource.LLDP_ONE,
    LinkSource.IDENTITY,
    LinkSource.OVERLAP,
    LinkSource.MANUAL,
)


def told(one: str, other: str, source: LinkSource = LLDP) -> Candidate:
    """Write ``core:2`` for a port, ``core`` for one that is not known."""
    ends = [End(name, port or None) for name, _colon, port in (one.partition(":"), other.partition(":"))]
    return Candidate(ends[0], ends[1], source)


def shown(links: tuple[Link, ...]) -> list[str]:
    def end(end: End) -> str:
        return f"{end.device}:{end.port}" if end.port else end.device

    return [f"{end(link.one)} {end(link.other)} {'+'.join(link.sources)}" for link in links]


CASES = {
    "both sides of one cable are one link": (
        [told("a:1", "b:2"), told("b:2", "a:1"), told("a:1", "b", SEEN)],
        ["a:1 b:2 lldp_both+identity"],
    ),
    "two cables are two links": ([told("a:1", "b:1"), told("a:2", "b:2")], ["a:1 b:1 lldp_both", "a:2 b:2 lldp_both"]),
    "a filed line takes the port that LLDP gives": (
        [told("a:1", "b", FILED), told("b:2", "a:1", ONE)],
        ["a:1 b:2 manual+lldp_one"],
    ),
    "what lies behind another device hangs on that one": (
        [told("a:1", "b:9"), told("b:1", "c:9"), told("a:1", "c", SEEN)],
        ["a:1 b:9 lldp_both", "b:1 c:9 lldp_both"],
    ),
    "behind an unread device": (
        [told("a:1", "u", ONE), told("a:1", "c:9", SEEN)],
        ["a:1 u lldp_one", "c:9 u identity"],
    ),
    "several devices on one port": (
        [told("a:1", "b:9", SEEN), told("a:1", "c:9", OVERLAP)],
        ["a:1 a 1 identity+overlap", "a 1 b:9 identity", "a 1 c:9 overlap"],
    ),
    "an unmanaged switch floods what it hears": (
        [told("a:1", "b:9"), told("a:1", "c:9"), told("b:9", "c:9"), told("a:1", "c:9", SEEN)],
        ["a:1 a 1 lldp_both+identity", "a 1 b:9 lldp_both", "a 1 c:9 lldp_both+identity"],
    ),
    "a device does not hang on itself": ([told("a:1", "a:2")], []),
}


@pytest.mark.parametrize("case", CASES)
def test_candidates_come_to_links(case: str) -> None:
    candidates, expected = CASES[case]
    assert shown(reduce(candidates, unread={"u"})) == expected


_ends = st.builds(End, st.sampled_from("abcu"), st.none() | st.sampled_from("123"))
_candidates = st.lists(st.builds(Candidate, _ends, _ends, st.sampled_from(LinkSource)), max_size=12)


@given(_candidates, st.randoms(use_true_random=False))
def test_no_order_matters(candidates: list[Candidate], random: Random) -> None:
    mixed = [*candidates, *candidates]
    random.shuffle(mixed)
    assert reduce(mixed, unread={"u"}) == reduce(candidates, unread={"u"})


@pytest.mark.parametrize(
    "condition", [Condition("all"), Condition("no LLDP", lldp=0.0), Condition("unread", unread=0.2)]
)
def test_the_cables_of_simulated_networks(condition: Condition) -> None:
    """Every cable drawn is there. One that is missing leads through a switch that forgot too much."""
    wrong = true = missed = 0
    for seed in range(6):
        random = Random(seed)  # noqa: S311 -- reproducible networks
        network = build(random, Shape(20, 400, spanning=0.0))
        facts = read(network, random, condition).facts
        devices = network.devices()
        candidates = Candidates(facts, devices, ())
        found = topology(candidates, devices, locate(facts, devices).by_mac.values())
        cables = {frozenset((link.one[0], link.other[0])) for link in network.links}
        joined = {frozenset((link.one.device, link.other.device)) for link in found.links}
        segments = {node.name for node in found.nodes if node.kind is NodeKind.SEGMENT}
        direct = {pair for pair in joined if not pair & segments}
        shared = [{name for pair in joined if segment in pair for name in pair} for segment in segments]
        wrong += len(direct - cables)
        true += len(direct & cables)
        unseen = {pair for pair in cables - direct if not any(pair <= members for members in shared)}
        missed += len({pair for pair in unseen if not pair - candidates.read})
        assert {node.name for node in found.nodes if node.kind is NodeKind.UNREAD} == set(
            network.switches
        ) - candidates.read
    assert (wrong, missed <= 0.05 * true) == (0, True), (wrong, true, missed)


def test_ports_are_in_the_order_of_their_numbers() -> None:
    names = ["GE0/0/10", "GE0/0/2", "Eth-Trunk1", "GE0/0/1", "", "7"]
    assert sorted(names, key=port_order) == ["", "7", "Eth-Trunk1", "GE0/0/1", "GE0/0/2", "GE0/0/10"]
