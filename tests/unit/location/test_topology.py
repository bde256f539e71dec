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
from inventory.model.location import Verdict
from inventory.model.records import DeviceRole
from inventory.model.topology import Candidate, End, LinkSource, NodeKind, port_order
from tests.simulator.conditions import Condition
from tests.simulator.shapes import Shape, build
from tests.simulator.story import Story, station
from tests.simulator.tables import read

if TYPE_CHECKING:
    from inventory.model.topology import Link

LLDP, ONE, TREE, SEEN, OVERLAP, FILED = (
    LinkSource.LLDP_BOTH,
    LinkSource.LLDP_ONE,
    LinkSource.STP,
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
    assert shown(reduce(candidates, unread={"u"}).links) == expected


def test_members_that_an_unread_device_names_are_one_link() -> None:
    heard = [told("a:T1", "u:1", ONE), told("a:T1", "u:2", ONE), told("a:T1", "u", SEEN), told("a:5", "u:7", ONE)]
    found = reduce(heard, unread={"u"}, bundles=[End("a", "T1")]).links
    assert shown(found) == ["a:5 u:7 lldp_one", "a:T1 u:1 + 2 lldp_one+identity"]


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


def why(candidates: list[Candidate]) -> list[str]:
    return [
        f"{end.one.device} {end.other.device} {end.source}: {one.why.render(str)}"
        for one in reduce(candidates, unread={"u"}).dropped
        for end in (one.candidate,)
    ]


DROPPED = {
    "a port that leads to another one": (
        [told("a:1", "b:9"), told("b:1", "c:9"), told("a:1", "c", SEEN)],
        ["a c identity: port 1 leads to b"],
    ),
    "a port that contradicts a cable": (
        [told("a:1", "b:2"), told("a:7", "b", SEEN)],
        ["a b identity: a surer row names another port between the two"],
    ),
    "what agrees is no contradiction": ([told("a:1", "b:2"), told("a:1", "b", SEEN)], []),
}


@pytest.mark.parametrize("case", DROPPED)
def test_what_is_left_out_says_why(case: str) -> None:
    candidates, expected = DROPPED[case]
    assert why(candidates) == expected


STP_CASES = {
    "the port the identity does not tell": ([told("a:1", "b:9", TREE), told("b:3", "a", SEEN)], ["a:1 b:9 stp"]),
    "a cable that is blocked is there": (
        [told("a:1", "b:1"), told("a:2", "b", TREE)],
        ["a:1 b:1 lldp_both", "a:2 b stp"],
    ),
    "an unread bridge hangs between": (
        [told("a:1", "u", TREE), told("c:9", "a:1", SEEN)],
        ["a:1 u stp", "c:9 u identity"],
    ),
    "who announces itself on the port lies between": (
        [told("a:1", "b:9"), told("a:1", "c", TREE)],
        ["a:1 b:9 lldp_both"],
    ),
    "and leads on where nobody read it": (
        [told("a:1", "u", ONE), told("a:1", "c", TREE)],
        ["a:1 u lldp_one", "c u stp"],
    ),
}


@pytest.mark.parametrize("case", STP_CASES)
def test_the_spanning_tree_tells_a_direction(case: str) -> None:
    candidates, expected = STP_CASES[case]
    assert shown(reduce(candidates, unread={"u"}).links) == expected


def test_a_link_that_the_spanning_tree_blocks_says_so() -> None:
    blocked = Candidate(End("a", "1"), End("b"), TREE, None, blocked=True)
    assert [link.blocked for link in reduce([told("a:1", "b:9"), blocked, told("a:2", "c:1")]).links] == [True, False]


def test_an_unregistered_bridge_known_by_the_spanning_tree_alone_is_a_node() -> None:
    r"""``core`` ── bridge ── ``sw``; the bridge is not registered, speaks no LLDP, and leads the segment below it."""
    story = Story()
    core = story.device("core", DeviceRole.CORE)
    switch = story.device("sw")
    story.learn("core", 2, switch, station(1))
    story.learn("sw", 1, core)
    story.learn("sw", 5, station(1))
    story.lead("sw", 1, station(77))
    facts = story.factset()
    candidates = Candidates(facts, story.devices, ())
    located = locate(facts, story.devices)
    network = topology(candidates, story.devices, located.by_mac.values())
    assert {(node.name, node.kind) for node in network.nodes if node.name not in {"core", "sw"}} == {
        (str(station(77)), NodeKind.STRANGER)
    }
    assert shown(network.links) == [
        f"{station(77)} core:GE0/0/2 identity",
        f"{station(77)} sw:GE0/0/1 stp",
    ]
    assert located.by_mac[station(1)].verdict is Verdict.EXACT


def test_the_spanning_tree_makes_a_switch_understood_that_no_gateway_frame_passed() -> None:
    """Neither LLDP nor the core's MAC on ``sw``: which port leads up is known by the tree alone."""
    story = Story()
    story.device("core", DeviceRole.CORE)
    story.device("sw")
    core = story.factset().devices[0].bridge_mac
    assert core is not None
    story.learn("sw", 1, station(9))
    story.learn("sw", 5, station(1))
    assert story.where(station(1)).verdict is Verdict.AMBIGUOUS
    story.lead("sw", 1, core)
    assert story.where(station(1)).verdict is Verdict.EXACT


def test_a_bridge_that_takes_no_part_in_the_tree_lies_between() -> None:
    """``mid`` passes the messages on: ``sw`` names ``core``, which is one further."""
    story = Story()
    core = story.device("core", DeviceRole.CORE)
    middle = story.device("mid")
    switch = story.device("sw")
    story.learn("core", 2, middle, switch)
    story.learn("mid", 1, core)
    story.learn("mid", 3, switch)
    story.learn("sw", 1, core, middle)
    story.lead("sw", 1, core)
    links = reduce(Candidates(story.factset(), story.devices, ()).standing).links
    assert shown(links) == ["core:GE0/0/2 mid:GE0/0/1 identity", "mid:GE0/0/3 sw:GE0/0/1 identity"]
