"""Where the drawing begins, and the parts of the network one may ask for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.location.excerpt import excerpt
from inventory.location.root import Grounds, roots
from inventory.model.forest import forest
from inventory.model.records import DeviceRole
from inventory.model.topology import End, Link, LinkSource, Node, NodeKind, RootGround, Topology

CORE = DeviceRole.CORE


def linked(*pairs: str) -> tuple[Link, ...]:
    return tuple(Link(End(pair[0]), End(pair[1]), (LinkSource.LLDP_BOTH,), ()) for pair in pairs)


def nodes(names: str, core: str = "") -> list[Node]:
    return [Node(name, NodeKind.READ, CORE if name in core else DeviceRole.ACCESS) for name in names]


STAR = linked("ca", "cb", "cd", "de", "df")
CASES = {
    "who resolves the addresses, against a role that is filed": (
        nodes("abcdef", core="a"), STAR, Grounds({"c": 60, "a": 2}, {}), "c", {"gateway": 60, "centre": None},
    ),
    "the root bridge and the role, against the gateway": (
        nodes("abcdef", core="d"), STAR, Grounds({"e": 9}, {"c": frozenset("d"), "a": frozenset("c")}), "d",
        {"spanning_tree": 2, "role": None},
    ),
    "of as many grounds the gateway": (
        nodes("abcdef", core="b"), STAR, Grounds({"a": 9}, {}), "a", {"gateway": 9},
    ),
    "nothing but links: the middle": (nodes("abcdef"), STAR, Grounds({}, {}), "c", {"centre": None}),
    "what is asked for": (
        nodes("abcdef", core="c"), STAR, Grounds({"c": 60}, {}, "f"), "f", {"asked": None},
    ),
    "the tree ends at a bridge nobody reads: no ground": (
        nodes("abcdef"), STAR, Grounds({}, {"a": frozenset("x")}), "c", {"centre": None},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_it_begins_where_most_kinds_of_evidence_speak(case: str) -> None:
    known, links, grounds, chosen, because = CASES[case]
    (root,) = roots(known, links, grounds)
    assert (root.chosen.device, dict(root.chosen.grounds)) == (chosen, because)


def test_each_part_has_its_own_and_an_unknown_box_is_none() -> None:
    unknown = [Node("x", NodeKind.SEGMENT), Node("y", NodeKind.STRANGER)]
    found = roots([*nodes("abcde"), *unknown], linked("xa", "xb", "xy", "cd"), Grounds({}, {}))
    assert [root.chosen.device for root in found] == ["a", "c"]


_pairs = st.tuples(st.sampled_from("abcdefg"), st.sampled_from("abcdefg")).filter(lambda pair: pair[0] != pair[1])


@given(
    st.lists(_pairs, max_size=10),
    st.none() | st.frozensets(st.sampled_from("abcdefg"), min_size=1),
    st.none() | st.integers(0, 3),
)
def test_an_excerpt_leads_up_to_the_root_and_counts_what_it_leaves_out(
    pairs: list[tuple[str, str]], chosen: frozenset[str] | None, depth: int | None
) -> None:
    links = linked(*("".join(pair) for pair in pairs))
    known = tuple(nodes("abcdefg"))
    network = Topology(1, known, links, (), roots(known, links, Grounds({}, {})))
    whole, part = forest(network), excerpt(network, chosen, depth)
    kept = {node.name for node in part.nodes}
    assert (chosen or set(whole.roots)) <= kept
    for name in kept:
        upper = whole.parent(name)
        assert upper is None or upper in kept
    trees_shown = {name for name in kept if whole.parent(name) is None}
    below = {one for root in trees_shown for one, _ in whole.below(root)} | trees_shown
    assert sum(node.left_out for node in part.nodes) == len(below - kept)
    if depth is None and chosen is None:
        assert part == network


def test_grounds_are_told_in_the_order_of_their_strength() -> None:
    known = nodes("abcdef", core="c")
    (root,) = roots(known, STAR, Grounds({"c": 5}, {"a": frozenset("c")}, "c"))
    assert list(root.chosen.grounds) == list(RootGround)
