"""What the rows of one station say, worked out once per port and VLAN, is what each row says by itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from hypothesis import given
from hypothesis import strategies as st

from inventory.location.roles import Roles
from inventory.location.trace import traces
from inventory.location.view import View
from inventory.model.facts import FdbRow, FdbStatus, InterfaceFact
from inventory.model.factset import FactSet
from tests.simulator.story import station

START: Final = datetime(2026, 11, 24, 1, tzinfo=UTC)
DEVICES: Final = ("a", "b", "c")
PORTS: Final = (1, 2, 3)
MACS: Final = (station(1), station(2))
UPLINKS: Final = {"a": frozenset({1}), "b": frozenset({1, 2})}
IN_VLAN: Final = {("a", 10): frozenset({2}), ("c", 20): frozenset({3})}
ROLES: Final = Roles(UPLINKS, frozenset(), IN_VLAN, frozenset(), {}, {})
DOWN: Final = ("c", 1)

rows = st.builds(
    lambda device, mac, port, vlan, minutes: FdbRow(
        device, mac, port, port or 0, vlan, None, FdbStatus.LEARNED, START + timedelta(minutes=minutes), "table"
    ),
    st.sampled_from(DEVICES),
    st.sampled_from(MACS),
    st.sampled_from((*PORTS, None)),
    st.sampled_from((10, 20, None)),
    st.integers(0, 1),
)


@given(st.lists(rows, max_size=12))
def test_a_trace_is_what_its_rows_say_one_by_one(learned: list[FdbRow]) -> None:
    interfaces = tuple(
        InterfaceFact(device, port, f"GE{port}", "", None, None, 6, None, (device, port) != DOWN, START)
        for device in DEVICES
        for port in PORTS
    )
    view = View(FactSet(fdb=tuple(learned), interfaces=interfaces), ())
    found = traces(view, ROLES)
    assert found.keys() == view.stations.keys()
    for mac, trace in found.items():
        mine = view.stations[mac]
        vlans = {row.vlan for row in mine if row.vlan is not None}
        only = next(iter(vlans)) if len(vlans) == 1 else None
        named = [(row, (row.device, row.if_index)) for row in mine if row.if_index is not None]
        upwards = {
            (device, port)
            for row, (device, port) in named
            if (device, port) != DOWN and ROLES.is_uplink(device, port, only if row.vlan is None else row.vlan)
        }
        downwards = {
            (device, port)
            for row, (device, port) in named
            if (device, port) != DOWN and not ROLES.is_uplink(device, port, only if row.vlan is None else row.vlan)
        }
        assert (trace.vlans, trace.vlan, trace.uplinks) == (frozenset(vlans), only, frozenset(upwards))
        assert {(device, port) for device, ports in trace.candidates.items() for port in ports} == downwards
        assert {(device, port) for device, ports in trace.ports.items() for port in ports} == upwards | downwards
        assert sorted((edge.device, edge.port) for edge in trace.edges) == sorted(downwards)
        assert set(trace.unfit) == {place for _, place in named if place == DOWN}
        assert trace.unmapped == [row for row in mine if row.if_index is None]
