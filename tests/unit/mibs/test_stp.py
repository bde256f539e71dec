"""Which bridge leads a port's segment: shapes of real agents' dot1dStpPortTable."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from inventory.model.sources import of_spanning_tree
from inventory.model.values import Mac
from probes.mibs.stp import neighbours
from tests.simulator.story import AT

if TYPE_CHECKING:
    from probes.mibs.cells import Rows

OWN = Mac.parse("002ec7dfba30")
MINE, ROOT, NONE = "8000002ec7dfba30", "0000e02f6d14b5c0", "0000000000000000"
BLOCKING, FORWARDING, DISABLED = 2, 5, 1


def heard(rows: dict[int, tuple[int, str, str]], own: Mac | None = OWN) -> list[tuple[int, int | None, str, str]]:
    table: Rows = {(port,): [state, bytes.fromhex(who), bytes.fromhex(at)] for port, (state, who, at) in rows.items()}
    found = neighbours(table, {1: 101, 2: 102}, own, "sw", AT)
    return [(one.local_port, one.if_index, one.chassis.value, one.port.value) for one in found.facts]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        pytest.param(
            {1: (FORWARDING, MINE, "8001"), 2: (FORWARDING, ROOT, "8005")},
            [(2, 102, "e0:2f:6d:14:b5:c0", "128.5")],
            id="VRP, Comware, IOS: itself everywhere but on the root port",
        ),
        pytest.param(
            {1: (BLOCKING, ROOT, "8123"), 2: (FORWARDING, MINE, "8002"), 9: (FORWARDING, ROOT, "")},
            [(1, 101, "e0:2f:6d:14:b5:c0", "128.291"), (9, None, "e0:2f:6d:14:b5:c0", "")],
            id="a blocked port tells, too; a port of no known interface is kept without",
        ),
        pytest.param(
            {1: (DISABLED, ROOT, "8005"), 2: (FORWARDING, MINE, "8002")}, [], id="what a disabled port says is old"
        ),
        pytest.param({1: (FORWARDING, NONE, "0000"), 2: (FORWARDING, NONE, "0000")}, [], id="D-Link: no tree, zeros"),
        pytest.param({69: (BLOCKING, "8000000000000000", "8045")}, [], id="Ruijie: a priority and no address"),
        pytest.param({1: (FORWARDING, "80 00 0a".replace(" ", ""), "80")}, [], id="not a bridge identifier"),
        pytest.param(
            {1: (FORWARDING, "8000aabbccddeeff", "8001"), 2: (FORWARDING, ROOT, "8005")},
            [],
            id="goes by another address here: its own ports cannot be told from its neighbours'",
        ),
    ],
)
def test_the_other_bridge_of_each_port(
    rows: dict[int, tuple[int, str, str]], expected: list[tuple[int, int | None, str, str]]
) -> None:
    assert heard(rows) == expected
    assert heard(rows, None) == []


def test_an_odd_index_is_rejected() -> None:
    found = neighbours({(1, 2): [FORWARDING, bytes.fromhex(ROOT), b"\x80\x01"]}, {}, OWN, "sw", AT)
    assert (found.facts, found.rejected) == ((), 1)


def test_a_port_is_blocked_or_not_or_on_the_way() -> None:
    states = {1: BLOCKING, 2: FORWARDING, 3: 3, 4: 4}
    table: Rows = {
        (9,): [FORWARDING, bytes.fromhex(MINE), b"\x80\x09"],
        **{(port,): [state, bytes.fromhex(ROOT), b"\x80\x01"] for port, state in states.items()},
    }
    found = neighbours(table, {}, OWN, "sw", AT).facts
    assert [one.blocked for one in found] == [True, False, None, None]


def test_the_view_of_a_vlan_is_named() -> None:
    table: Rows = {
        (1,): [FORWARDING, bytes.fromhex(ROOT), b"\x80\x01"], (2,): [FORWARDING, bytes.fromhex(MINE), b"\x80\x02"],
    }  # fmt: skip
    (fact,) = neighbours(table, {}, OWN, "sw", AT, 20).facts
    assert fact.table == "dot1dStpPortTable@20"
    assert of_spanning_tree(fact.table)
    assert not of_spanning_tree("display lldp neighbor")
