"""Aggregates, boxes, neighbours of another protocol, VLANs with views, and what may be missing from a table."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from inventory.model.facts import InterfaceFact
from probes.mibs import cdp, entity, freshness, lag, vtp
from probes.mibs.system import SYS_UP_TIME

if TYPE_CHECKING:
    from probes.mibs.cells import Oid, Value

AT = datetime(2026, 1, 1, tzinfo=UTC)
PORTS = {
    number: InterfaceFact("sw", number, name, name, None, None, if_type, admin_up=True, oper_up=True, at=AT)
    for number, name, if_type in [
        (1, "Gi1", 6),
        (2, "Gi2", 6),
        (3, "Gi3", 6),
        (40, "Eth-Trunk1", 161),
        (50, "Port-channel1", 53),
        (60, "Vlan10", 53),
    ]
}


def test_members_that_negotiate() -> None:
    """An aggregator of its own, or one that is no interface, is a port alone."""
    assert lag.members({(1,): [40], (2,): [2], (3,): [999], (4, 5): [40]}, {}, PORTS) == {1: 40}
    assert lag.members({(1,): [0], (2,): [None]}, {}, PORTS) == {}


def test_members_that_do_not() -> None:
    stack: dict[Oid, list[Value | None]] = {
        (40, 1): [1],
        (50, 2): [1],
        (60, 3): [1],
        (0, 1): [1],
        (40, 3): [2],
        (40, 60): [1],
        (40,): [1],
    }
    assert lag.members({}, stack, PORTS) == {1: 40, 2: 50}
    assert lag.members({(1,): [50]}, stack, PORTS)[1] == 50


def test_a_box() -> None:
    box = entity.chassis(
        {(1,): [3, b"V1", b"S1", b"M1"], (2,): [9, b"V2", b"S2", b"M2"], (3,): [7, b"", b"S3", b"fan"]}
    )
    assert box == entity.Chassis("M1", "S1", "V1")


def test_a_stack_names_every_member_once() -> None:
    rows: dict[Oid, list[Value | None]] = {
        (1001,): [3, b"15.0", b"A", b"48P"],
        (2001,): [3, b"15.0", b"B", b"24P"],
        (3001,): [3, b"15.0", b"C", b"48P"],
        (1,): [11, b"", b"", b""],
    }
    assert entity.chassis(rows) == entity.Chassis("48P, 24P", "A, B, C", "15.0")


def test_a_box_without_a_chassis_row() -> None:
    assert entity.chassis({(7,): [9, b"V", b"S", b"M"], (8,): [9, b"W", b"T", b"N"]}) == entity.Chassis("M", "S", "V")
    assert entity.chassis({(1,): [3, None, b"S", b""], (2,): [9, b"V", b"T", b"N"]}) == entity.Chassis(None, "S", "V")
    assert entity.chassis({}) == entity.Chassis()


def test_a_neighbour_of_another_protocol() -> None:
    rows: dict[Oid, list[Value | None]] = {
        (10103, 1): [1, b"\x0a\x00\x00\x01", b"core-1.example(FOC123)", b"Gi1/0/1", b"WS-C3850", b"\0\0\0\x29"],
        (10104, 2): [1, None, b"SEP001A2B3C4D5E", b"Port 1", None, b"\0\0\0\x90"],
        (10105,): [1, None, b"x", b"y", None, None],
        (10106, 3): [1, None, b"", b"y", None, None],
    }
    decoded = cdp.neighbours(rows, "sw", AT)
    first, second = decoded.facts
    assert decoded.rejected == 2
    assert (first.if_index, first.system_name, str(first.management_address)) == (10103, "core-1.example", "10.0.0.1")
    assert (first.port.value, first.description, first.is_bridge_or_router) == ("Gi1/0/1", "WS-C3850", True)
    assert (second.system_name, second.management_address, second.is_bridge_or_router) == (
        "SEP001A2B3C4D5E",
        None,
        False,
    )
    assert {first.table, second.table} == {"cdpCacheTable"}


def test_vlans_with_a_view() -> None:
    rows: dict[Oid, list[Value | None]] = {
        (1, 20): [1, 1],
        (1, 1): [1, 1],
        (1, 99): [2, 1],
        (1, 1002): [1, 2],
        (7,): [1, 1],
    }
    assert vtp.running_vlans(rows) == (1, 20)


SINCE, CHANGES, DISCARDS, AGEING = ((1, 3, 6, 1, 2, 1, 17, *end, 0) for end in ((2, 3), (2, 4), (4, 1), (4, 2)))


@pytest.mark.parametrize(
    ("before", "after", "doubt"),
    [
        ({}, {}, None),
        ({SINCE: 29_999, CHANGES: 3}, {}, "topology change 299 s ago, ageing time 300 s"),
        ({SINCE: 30_000, CHANGES: 3}, {}, None),
        ({SINCE: 0, CHANGES: 0}, {}, None),
        ({SINCE: 0, CHANGES: 1}, {}, "topology change 0 s ago, ageing time 300 s"),
        ({SINCE: 29_999, AGEING: 60}, {}, None),
        ({SINCE: 29_999, AGEING: 1800}, {}, "topology change 299 s ago, ageing time 1800 s"),
        ({SYS_UP_TIME: 6_000}, {}, "restarted 60 s ago, ageing time 300 s"),
        ({DISCARDS: 5}, {DISCARDS: 5}, None),
        ({DISCARDS: 5}, {}, None),
        ({DISCARDS: 5}, {DISCARDS: 9}, "table full: 4 stations turned away during the read"),
        ({DISCARDS: 2**32 - 1}, {DISCARDS: 1}, "table full: 2 stations turned away during the read"),
    ],
)
def test_why_stations_may_be_missing(before: dict[Oid, Value], after: dict[Oid, Value], doubt: str | None) -> None:
    assert [str(one) for one in freshness.doubts(before, after)] == ([doubt] if doubt else [])


def test_interfaces_that_came_or_went() -> None:
    when = freshness.IF_TABLE_LAST_CHANGE
    assert freshness.renumbered({when: 5}, {when: 6})
    assert not freshness.renumbered({when: 5}, {when: 5})
    assert not freshness.renumbered({when: 5}, {when: None})
