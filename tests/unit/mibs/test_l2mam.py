"""Stations whose interface the table tells itself, learned and configured."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.model.facts import FdbStatus
from probes.mibs import l2mam

if TYPE_CHECKING:
    from probes.mibs.cells import Oid, Value

MAC = (0x00, 0x1A, 0x2B, 0x3C, 0x4D, 0x5E)
CONDITION = (1, 0, 0, 0, 0, 0)
"""Show all: mode, two empty strings, three numbers."""


@pytest.mark.parametrize(
    ("index", "vlan"),
    [
        ((*MAC, 20, 1, 48), 20),
        ((*MAC, 20, 0), 20),
        ((*MAC, 20), 20),
        ((*MAC, 0, 1, 48), None),
        ((*MAC, 4095, 1, 48), None),
        ((*MAC, 20, 4, 118, 115, 105, 49), 20),
    ],
)
def test_vlan_and_interface_stand_in_the_row(index: Oid, vlan: int | None) -> None:
    [row] = l2mam.learned({index: [11]}).facts
    assert (str(row.mac), row.vlan, row.if_index, row.raw_port) == ("00:1a:2b:3c:4d:5e", vlan, 11, 11)
    assert (row.status, row.fdb_id, row.table) == (FdbStatus.LEARNED, None, "hwDynFdbTable")


@pytest.mark.parametrize("index", [MAC, MAC[:5], (), (*MAC, 20, 5, 48), (300, *MAC[1:], 20, 1, 48)])
def test_an_index_of_another_shape_is_rejected(index: Oid) -> None:
    assert l2mam.learned({index: [11]}).rejected == 1


def test_a_row_behind_a_tunnel_has_no_port() -> None:
    [row] = l2mam.learned({(*MAC, 20, 1, 48): [0]}).facts
    assert (row.if_index, row.raw_port) == (None, 0)


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (b"static", FdbStatus.MGMT),
        (b"blackhole", FdbStatus.MGMT),
        (None, FdbStatus.MGMT),
        (b"sticky", FdbStatus.LEARNED),
        (b"Security", FdbStatus.LEARNED),
    ],
)
def test_a_bound_station_spoke_and_a_static_one_was_typed(kind: Value | None, status: FdbStatus) -> None:
    [row] = l2mam.configured({(20, 1, 48, 0, 0, *MAC, *CONDITION): [kind, 11]}).facts
    assert (str(row.mac), row.vlan, row.if_index, row.status) == ("00:1a:2b:3c:4d:5e", 20, 11, status)
    assert row.table == "hwCfgMacAddrQueryTable"


def test_a_row_comes_once_however_many_conditions_it_meets() -> None:
    cells: list[Value | None] = [b"sticky", 11]
    rows: dict[Oid, list[Value | None]] = {(20, 0, 0, 0, *MAC, mode, 0, 0, 0, 0, 0): cells for mode in (1, 2, 3)}
    assert len(l2mam.configured(rows).facts) == 1


@given(st.lists(st.integers(0, 300), max_size=20).map(tuple))
def test_any_index_is_a_row_or_a_reject(index: Oid) -> None:
    for decoded in (l2mam.learned({index: [1]}), l2mam.configured({index: [b"static", 1]})):
        assert len(decoded.facts) + decoded.rejected == 1
