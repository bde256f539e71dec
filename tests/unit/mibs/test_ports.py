"""Which reading of a port number is believed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from inventory.model.facts import InterfaceFact
from probes.mibs.ports import Numbers, base_ports, port_map
from probes.platforms.profile import PortNumbering

AT = datetime(2026, 1, 1, tzinfo=UTC)
ETHERNET, VLAN_INTERFACE, LAG = 6, 136, 161


def _interface(if_index: int, if_type: int = ETHERNET, *, up: bool = True) -> InterfaceFact:
    return InterfaceFact("sw", if_index, f"if{if_index}", "", None, None, if_type, admin_up=True, oper_up=up, at=AT)


def _interfaces(*numbers: int, **others: InterfaceFact) -> dict[int, InterfaceFact]:
    found = {number: _interface(number) for number in numbers}
    return found | {interface.if_index: interface for interface in others.values()}


def test_a_base_port_that_is_another_ports_if_index() -> None:
    """Port 3 is ifIndex 5; ifIndex 3 exists too and is another port: 35 of 215 recorded tables are so."""
    chosen = port_map([1, 2, 3], Numbers({1: 3, 2: 4, 3: 5}), _interfaces(1, 2, 3, 4, 5))
    assert chosen.numbering is PortNumbering.BASE_PORT
    assert [chosen.if_index(port) for port in (1, 2, 3)] == [3, 4, 5]


def test_the_bridge_itself_has_no_port() -> None:
    chosen = port_map([1, 0, -1], Numbers({1: 10}), _interfaces(10))
    assert chosen.if_index(0) is None
    assert chosen.if_index(-1) is None


def test_no_base_port_table_and_numbers_that_are_interfaces() -> None:
    chosen = port_map([101, 102], Numbers({}), _interfaces(101, 102))
    assert chosen.numbering is PortNumbering.IF_INDEX
    assert chosen.if_index(101) == 101
    assert chosen.if_index(999) is None


def test_no_base_port_table_and_numbers_that_are_not() -> None:
    chosen = port_map([1, 2, 3], Numbers({}), _interfaces(49153, 49154))
    assert [chosen.if_index(port) for port in (1, 2, 3)] == [None, None, None]


def test_no_base_port_table_and_numbers_where_no_station_can_be() -> None:
    down = _interface(2, up=False)
    chosen = port_map([1, 2], Numbers({}), _interfaces(svi=_interface(1, VLAN_INTERFACE), down=down))
    assert chosen.if_index(2) is None


def test_a_base_port_table_that_points_nowhere_useful() -> None:
    """The agent fills FDB ports with ifIndexes and numbers its base ports otherwise."""
    chosen = port_map([301, 302, 303], Numbers({1: 301, 2: 302}), _interfaces(301, 302, 303))
    assert chosen.numbering is PortNumbering.IF_INDEX


def test_a_lag_without_a_base_port_does_not_move_the_others() -> None:
    """The LAG's rows do not resolve, but the ports that do resolve would all be other ports as ifIndex."""
    rows = [1] * 4 + [2] * 4 + [40] * 2
    chosen = port_map(rows, Numbers({1: 11, 2: 12}), _interfaces(1, 2, 11, 12, lag=_interface(40, LAG)))
    assert chosen.numbering is PortNumbering.BASE_PORT
    assert chosen.if_index(1) == 11
    assert chosen.if_index(40) is None


def test_a_lag_without_a_base_port_is_found_where_numbers_agree() -> None:
    rows = [1] * 4 + [2] * 4 + [40] * 2
    chosen = port_map(rows, Numbers({1: 1, 2: 2}), _interfaces(1, 2, lag=_interface(40, LAG)))
    assert [chosen.if_index(port) for port in (1, 2, 40)] == [1, 2, 40]


def test_own_addresses_on_vlan_interfaces_do_not_sway() -> None:
    """Ruijie keeps its own MAC on port 5639, the ifIndex of VLAN 1543."""
    chosen = port_map([1] * 3 + [5639], Numbers({1: 11}), _interfaces(1, 11, svi=_interface(5639, VLAN_INTERFACE)))
    assert chosen.if_index(1) == 11
    assert chosen.if_index(5639) is None


def test_a_broken_read_of_the_table_changes_nothing() -> None:
    chosen = port_map([1, 2, 3], Numbers({1: 11}, is_complete=False), _interfaces(1, 2, 3, 11))
    assert [chosen.if_index(port) for port in (1, 2, 3)] == [11, None, None]


def test_without_interfaces_only_the_standard_speaks() -> None:
    chosen = port_map([1, 2], Numbers({1: 11}), {})
    assert [chosen.if_index(port) for port in (1, 2)] == [11, None]


PANEL = (PortNumbering.BASE_PORT, PortNumbering.PANEL_PORT, PortNumbering.IF_INDEX)
L2IF = (PortNumbering.BASE_PORT, PortNumbering.L2IF_PORT, PortNumbering.IF_INDEX)


def test_numbers_printed_at_the_ports() -> None:
    numbers = Numbers({49153: 49153, 49154: 49154}, panel_offset=49152, order=PANEL)
    chosen = port_map([1, 2, 2], numbers, _interfaces(1, 49153, 49154))
    assert chosen.numbering is PortNumbering.PANEL_PORT
    assert [chosen.if_index(port) for port in (1, 2, 3)] == [49153, 49154, None]


def test_a_vendors_table_where_the_standard_one_is_missing() -> None:
    chosen = port_map([1, 2], Numbers({}, {1: 11, 2: 12}, order=L2IF), _interfaces(1, 2, 11, 12))
    assert chosen.numbering is PortNumbering.L2IF_PORT
    assert [chosen.if_index(port) for port in (1, 2)] == [11, 12]


def test_stations_placed_otherwise_refute_the_standard_reading() -> None:
    """Both tables resolve every port, to different interfaces: who agrees with those told directly is right."""
    numbers = Numbers({1: 6, 2: 7, 3: 8}, {1: 7, 2: 8, 3: 9}, order=L2IF)
    chosen = port_map([1, 2, 3], numbers, _interfaces(1, 2, 3, 6, 7, 8, 9), [(1, 7), (2, 8), (3, 9)])
    assert chosen.numbering is PortNumbering.L2IF_PORT


def test_a_reading_everything_contradicts_is_no_reading() -> None:
    chosen = port_map([1, 2, 3], Numbers({1: 6, 2: 7, 3: 8}), _interfaces(1, 2, 3, 6, 7, 8, 9), [(1, 9), (2, 9)])
    assert chosen.numbering is PortNumbering.UNKNOWN
    assert chosen.if_index(1) is None


def test_one_station_that_moved_refutes_nothing() -> None:
    chosen = port_map([1, 2, 3], Numbers({1: 6, 2: 7, 3: 8}), _interfaces(6, 7, 8), [(1, 6), (2, 8)])
    assert chosen.numbering is PortNumbering.BASE_PORT


@pytest.mark.parametrize(
    ("rows", "expected"),
    [({(1,): [11], (2,): [12]}, {1: 11, 2: 12}), ({(1,): [0], (2,): [None], (3, 4): [5]}, {})],
)
def test_base_ports(rows: dict[tuple[int, ...], list[int | None]], expected: dict[int, int]) -> None:
    assert base_ports(rows) == expected
