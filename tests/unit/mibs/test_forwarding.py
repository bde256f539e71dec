"""Forwarding tables: MACs, ports, VLANs, and the rows that are none."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from inventory.model.facts import FdbRow, FdbStatus, InterfaceFact
from probes.mibs import bridge, l2mam, qbridge
from probes.mibs.forwarding import Learned, fdb_rows, station_ports, unite, vouched_ports
from probes.mibs.ports import Numbers, port_map

if TYPE_CHECKING:
    from probes.mibs.cells import Oid, Value

AT = datetime(2026, 1, 1, tzinfo=UTC)
MAC = (0x00, 0x1A, 0x2B, 0x3C, 0x4D, 0x5E)
LEARNED, SELF, INVALID = 3, 4, 2


def test_the_mac_comes_from_the_index() -> None:
    decoded = qbridge.learned({(20, *MAC): [7, LEARNED]})
    [row] = decoded.facts
    assert (str(row.mac), row.raw_port, row.fdb_id, row.status) == ("00:1a:2b:3c:4d:5e", 7, 20, FdbStatus.LEARNED)


def test_seven_octets_lose_their_length() -> None:
    [row] = qbridge.learned({(20, 6, *MAC): [7, LEARNED]}).facts
    assert str(row.mac) == "00:1a:2b:3c:4d:5e"
    [row] = bridge.learned({(6, *MAC): [7, LEARNED]}).facts
    assert str(row.mac) == "00:1a:2b:3c:4d:5e"


def test_other_shapes_are_rejected_and_counted() -> None:
    decoded = bridge.learned(
        {
            MAC[:5]: [7, LEARNED],
            (7, *MAC): [7, LEARNED],
            (300, *MAC[1:]): [7, LEARNED],
            (): [7, LEARNED],
            MAC: [None, LEARNED],
        }
    )
    assert decoded.facts == ()
    assert decoded.rejected == 5


def test_invalid_rows_are_no_facts_and_no_rejects() -> None:
    decoded = bridge.learned({MAC: [7, INVALID]})
    assert (decoded.facts, decoded.rejected) == ((), 0)


def test_a_missing_status_is_taken_as_learned() -> None:
    [row] = bridge.learned({MAC: [7, None]}).facts
    assert row.status is FdbStatus.LEARNED


def _facts(learned: tuple[Learned, ...], base: dict[int, int] | None = None) -> tuple[FdbRow, ...]:
    return fdb_rows(learned, port_map([], Numbers(base or {}), {}), lambda fdb_id: fdb_id, "sw", AT)


def test_both_tables_are_united_with_their_origin() -> None:
    other = (*MAC[:5], 0x5F)
    rows = unite(
        _facts(qbridge.learned({(20, *MAC): [7, LEARNED]}).facts, {7: 7, 8: 8}),
        _facts(bridge.learned({MAC: [7, LEARNED], other: [8, LEARNED]}).facts, {7: 7, 8: 8}),
    )
    assert [(row.table, row.raw_port) for row in rows] == [("dot1qTpFdbTable", 7), ("dot1dTpFdbTable", 8)]


def test_the_same_mac_on_two_ports_stays_two_rows() -> None:
    rows = unite(_facts(qbridge.learned({(1, *MAC): [7, LEARNED], (2, *MAC): [8, LEARNED]}).facts))
    assert {row.raw_port for row in rows} == {7, 8}


def test_the_same_mac_in_two_vlans_of_one_port_stays_two_rows() -> None:
    rows = unite(_facts(qbridge.learned({(1, *MAC): [7, LEARNED], (2, *MAC): [7, LEARNED]}).facts, {7: 7}))
    assert {row.vlan for row in rows} == {1, 2}


def test_a_row_of_no_port_adds_nothing_to_a_mac_that_is_placed() -> None:
    direct = l2mam.learned({(*MAC, 20, 1, 48): [11]}).facts
    rows = unite(_facts(direct), _facts(bridge.learned({MAC: [-1, LEARNED]}).facts))
    assert [(row.table, row.vlan, row.if_index) for row in rows] == [("hwDynFdbTable", 20, 11)]


def test_tables_that_disagree_on_the_port_are_both_kept() -> None:
    direct = l2mam.learned({(*MAC, 20, 1, 48): [11]}).facts
    rows = unite(_facts(direct), _facts(bridge.learned({MAC: [3, LEARNED]}).facts, {3: 8}))
    assert {(row.table, row.if_index) for row in rows} == {("hwDynFdbTable", 11), ("dot1dTpFdbTable", 8)}


def test_port_0_is_kept_as_evidence_and_points_nowhere() -> None:
    learned = bridge.learned({MAC: [0, SELF]}).facts
    [row] = fdb_rows(learned, port_map([], Numbers({1: 1}), {}), lambda _: None, "sw", AT)
    assert (row.if_index, row.raw_port, row.status) == (None, 0, FdbStatus.SELF)


def test_a_view_of_one_vlan_tells_vlan_and_interface() -> None:
    [row, other] = bridge.learned_in({MAC: [7, LEARNED], (*MAC[:5], 1): [9, LEARNED]}, 20, {7: 10107}).facts
    assert (row.vlan, row.if_index) == (20, 10107)
    assert (other.vlan, other.if_index) == (20, None)


def test_only_stations_another_table_places_once_vouch() -> None:
    twice = (*MAC[:5], 1)
    direct = l2mam.learned({(*MAC, 20, 1, 48): [11], (*twice, 20, 1, 48): [11], (*twice, 30, 1, 48): [12]}).facts
    rows = bridge.learned({MAC: [3, LEARNED], twice: [4, LEARNED], (*MAC[:5], 2): [5, LEARNED]}).facts
    assert vouched_ports(rows, direct) == [(3, 11)]


def test_own_addresses_do_not_vote_on_the_numbering() -> None:
    rows = bridge.learned({MAC: [9, SELF], (*MAC[:5], 1): [3, LEARNED], (1, *MAC[1:]): [4, LEARNED]}).facts
    assert station_ports(rows) == [3]


def test_fdb_id_is_not_the_vlan() -> None:
    vlans = qbridge.vlans_of_databases({(0, 1): [1], (0, 95): [2], (0, 252): [3]})
    assert vlans == {1: 1, 2: 95, 3: 252}
    assert qbridge.vlan_of(2, vlans, fdb_id_is_vlan=False) == 95
    assert qbridge.vlan_of(4, vlans, fdb_id_is_vlan=False) is None


def test_a_shared_database_names_no_vlan() -> None:
    vlans = qbridge.vlans_of_databases({(0, 1): [1], (0, 2): [1], (0, 3): [3]})
    assert qbridge.vlan_of(1, vlans, fdb_id_is_vlan=False) is None
    assert qbridge.vlan_of(3, vlans, fdb_id_is_vlan=False) == 3


def test_a_vlan_table_without_time_mark() -> None:
    assert qbridge.vlans_of_databases({(95,): [2]}) == {2: 95}


def test_a_platform_may_say_the_id_is_the_vlan() -> None:
    assert qbridge.vlan_of(20, {20: 7}, fdb_id_is_vlan=True) == 20
    assert qbridge.vlan_of(0, {}, fdb_id_is_vlan=True) is None
    assert qbridge.vlan_of(None, {}, fdb_id_is_vlan=True) is None


def test_dynamic_rows_are_unknown_or_summed() -> None:
    assert qbridge.dynamic_rows({}) is None
    assert qbridge.dynamic_rows({(1,): [10], (2,): [5]}) == 15


@given(
    st.dictionaries(
        st.lists(st.integers(0, 300), max_size=9).map(tuple),
        st.lists(st.none() | st.integers(-1, 10) | st.binary(max_size=3), min_size=2, max_size=2),
        max_size=8,
    )
)
def test_every_row_is_a_fact_a_reject_or_invalid(rows: dict[Oid, list[Value | None]]) -> None:
    decoded = qbridge.learned(rows)
    invalid = sum(1 for cells in rows.values() if cells[1] == INVALID)
    assert len(decoded.facts) + decoded.rejected <= len(rows) <= len(decoded.facts) + decoded.rejected + invalid


def test_a_station_on_a_port_that_is_another_if_index_lands_right() -> None:
    interfaces = {
        number: InterfaceFact("sw", number, f"Gi{number}", "", None, None, 6, admin_up=True, oper_up=True, at=AT)
        for number in (22, 24)
    }
    learned = bridge.learned({MAC: [24, LEARNED]}).facts
    [row] = fdb_rows(learned, port_map(station_ports(learned), Numbers({24: 22}), interfaces), lambda _: None, "sw", AT)
    assert row.if_index == 22
