"""A whole device, read from a written recording: facts, and how each table's read ended."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import pytest

from inventory.model.coverage import NETWORK_TABLES, Completeness, Table
from inventory.model.errors import RefusedError
from inventory.model.facts import (
    AddressFact,
    ArpKind,
    ArpRow,
    DeviceFact,
    FdbRow,
    FdbStatus,
    InterfaceFact,
    LldpNeighbour,
)
from inventory.model.text import verbatim
from probes.contract import DeviceReading, ReadLimits
from probes.platforms.generic import PROFILE
from probes.snmp.client import Session
from probes.snmp.device import read_session
from probes.snmp.pdu import SILENCE, Absent, Failure, Request, Response, Verb
from probes.snmp.recording import Recording, load, replay

if TYPE_CHECKING:
    from probes.mibs.cells import Oid, Value

CASES = Path(__file__).parents[2] / "cases" / "snmp"
SWITCH = CASES / "access_switch.snmprec"
DYNAMIC_COUNT = (1, 3, 6, 1, 2, 1, 17, 7, 1, 2, 1)
Q_FDB = (1, 3, 6, 1, 2, 1, 17, 7, 1, 2, 2, 1)
F = TypeVar("F")


@pytest.fixture
def reading() -> DeviceReading:
    return asyncio.run(read_session(replay(SWITCH), "sw1", "public"))


def _of(reading: DeviceReading, kind: type[F]) -> list[F]:
    return [fact for fact in reading.facts if isinstance(fact, kind)]


def _verdicts(reading: DeviceReading) -> dict[Table, tuple[Completeness, str | None]]:
    return {row.table: (row.completeness, None if row.reason is None else str(row.reason)) for row in reading.coverage}


def test_every_table_was_read_whole(reading: DeviceReading) -> None:
    assert _verdicts(reading) == dict.fromkeys(NETWORK_TABLES, (Completeness.COMPLETE, None))
    assert {row.table: row.rows for row in reading.coverage} == {
        Table.SYSTEM: 1,
        Table.INTERFACES: 3,
        Table.ADDRESSES: 1,
        Table.ARP: 2,
        Table.FDB: 5,
        Table.LLDP: 2,
    }
    assert all(row.rejected == 0 and row.device == "sw1" for row in reading.coverage)


def test_the_device_itself(reading: DeviceReading) -> None:
    [device] = _of(reading, DeviceFact)
    assert (device.sys_name, device.sys_object_id, device.uptime_s) == ("三楼", "1.3.6.1.4.1.99999.1", 1234.56)
    assert (str(device.bridge_mac), device.chassis and device.chassis.value) == ("00:25:9e:00:00:01",) * 2


def test_layer_3(reading: DeviceReading) -> None:
    assert {(str(row.ip), row.kind, row.table) for row in _of(reading, ArpRow)} == {
        ("10.20.0.1", ArpKind.LOCAL, "ipNetToPhysicalTable"),
        ("10.20.0.5", ArpKind.DYNAMIC, "ipNetToPhysicalTable"),
    }
    assert [(str(fact.ip), fact.if_index, fact.prefix_length) for fact in _of(reading, AddressFact)] == [
        ("10.20.0.1", 60, 24)
    ]
    assert {fact.if_index for fact in _of(reading, InterfaceFact)} == {22, 24, 60}


def test_stations_land_on_their_ports_and_not_on_others_of_the_same_number(reading: DeviceReading) -> None:
    found = {
        (str(row.mac), row.raw_port, row.if_index, row.vlan, row.fdb_id, row.status, row.table)
        for row in _of(reading, FdbRow)
    }
    learned, own = FdbStatus.LEARNED, FdbStatus.SELF
    assert found == {
        ("00:1a:2b:00:00:05", 24, 22, 20, 2, learned, "dot1qTpFdbTable"),
        ("00:1a:2b:00:00:06", 26, 24, 20, 2, learned, "dot1qTpFdbTable"),
        ("00:1a:2b:00:00:08", 26, 24, None, 3, learned, "dot1qTpFdbTable"),
        ("00:25:9e:00:00:01", 0, None, 20, 2, own, "dot1qTpFdbTable"),
        ("00:1a:2b:00:00:07", 26, 24, None, None, learned, "dot1dTpFdbTable"),
    }


def test_neighbours(reading: DeviceReading) -> None:
    found = {
        (row.local_port, row.if_index, row.system_name, str(row.management_address), row.is_bridge_or_router)
        for row in _of(reading, LldpNeighbour)
    }
    assert found == {
        (24, 24, "core-1", "10.0.0.1", True),
        (24, 24, None, "None", None),
        (24, 22, None, "None", True),
    }


def test_a_platform_decides_what_an_fdb_id_is() -> None:
    profile = replace(PROFILE, fdb_id_is_vlan=True)
    read = asyncio.run(read_session(replay(SWITCH), "sw1", "public", profile))
    assert {row.vlan for row in _of(read, FdbRow)} == {2, 3, None}


class _Flawed:
    """A recorded device that fails where it is told."""

    bulk = True

    def __init__(self, recording: Recording) -> None:
        self._recording = recording
        self.traffic = recording.traffic
        self.deaf_to: tuple[Oid, ...] = ()
        self.dead = False
        self.replaced: dict[Oid, Value | None] = {}
        self.uptimes: list[int] = []
        self.successive: dict[Oid, list[int]] = {}
        self.afterwards: dict[Oid, Value | None] = {}
        """What it says once nothing is left of ``successive``."""

    async def ask(self, request: Request, until: float) -> Response | Failure:
        deaf = any(oid[: len(prefix)] == prefix for oid in request.oids for prefix in self.deaf_to)
        if self.dead or (deaf and request.verb is not Verb.GET):
            self.dead = True
            return Failure(Completeness.TIMED_OUT, SILENCE)
        answer = await self._recording.ask(request, until)
        assert isinstance(answer, Response)
        if request.verb is Verb.GET:
            self.replaced |= {oid: self.successive[oid].pop(0) for oid in request.oids if self.successive.get(oid)}
            if not any(self.successive.values()):
                self.replaced |= self.afterwards
        return replace(answer, varbinds=tuple((oid, self._value(oid, value)) for oid, value in answer.varbinds))

    def _value(self, oid: Oid, value: Value | Absent | None) -> Value | Absent | None:
        if oid == (1, 3, 6, 1, 2, 1, 1, 3, 0) and self.uptimes:
            return self.uptimes.pop(0)
        return self.replaced.get(oid, value)

    async def view(self, of: int | str) -> Failure:
        return Failure(Completeness.UNSUPPORTED, verbatim(f"no view of {of}"))

    def close(self) -> None:
        """Nothing is open."""


def _read(agent: _Flawed) -> DeviceReading:
    return asyncio.run(read_session(Session(agent, ReadLimits()), "sw1", "public"))


def test_fewer_rows_than_the_agent_counts() -> None:
    agent = _Flawed(load(SWITCH))
    agent.replaced[1, 3, 6, 1, 2, 1, 17, 7, 1, 2, 1, 1, 2, 2] = 9
    read = _read(agent)

    assert _verdicts(read)[Table.FDB] == (
        Completeness.TRUNCATED,
        "dot1qFdbDynamicCount says 9 dynamic rows, 3 came",
    )
    assert len(_of(read, FdbRow)) == 5
    assert _verdicts(read)[Table.ARP] == (Completeness.COMPLETE, None)


def test_a_virtual_routers_address_counts_as_a_row_that_came() -> None:
    recording = [(oid, value) for oid, value in load(SWITCH).objects() if oid[:11] != DYNAMIC_COUNT]
    virtual = (0, 0, 0x5E, 0, 1, 20)
    recording += [((*DYNAMIC_COUNT, 1, 2, 2), 4), ((*Q_FDB, 2, 2, *virtual), 26), ((*Q_FDB, 3, 2, *virtual), 3)]
    read = asyncio.run(read_session(Session(Recording(recording), ReadLimits()), "sw1", "public"))

    assert _verdicts(read)[Table.FDB] == (Completeness.COMPLETE, None)


def test_a_restart_in_the_middle_leaves_no_table_of_one_moment() -> None:
    agent = _Flawed(load(SWITCH))
    agent.uptimes = [900_000, 700]
    verdicts = _verdicts(_read(agent))

    assert {completeness for completeness, _ in verdicts.values()} == {Completeness.CHANGED}
    assert all(reason is not None and "sysUpTime ran backwards" in reason for _, reason in verdicts.values())


AGEING = (1, 3, 6, 1, 2, 1, 17, 4, 2, 0)
SINCE_CHANGE = (1, 3, 6, 1, 2, 1, 17, 2, 3, 0)
CHANGES = (1, 3, 6, 1, 2, 1, 17, 2, 4, 0)
DISCARDS = (1, 3, 6, 1, 2, 1, 17, 4, 1, 0)
IF_TABLE_LAST_CHANGE = (1, 3, 6, 1, 2, 1, 31, 1, 5, 0)


def _with(**scalars: int) -> Recording:
    added = {"ageing": AGEING, "since_change": SINCE_CHANGE, "discards": DISCARDS, "changed": IF_TABLE_LAST_CHANGE}
    return Recording([*load(SWITCH).objects(), *((added[name], value) for name, value in scalars.items())])


def test_a_flush_shorter_ago_than_the_ageing_time_is_told() -> None:
    recent = _verdicts(_read(_Flawed(_with(ageing=300, since_change=4_200))))
    assert recent[Table.FDB] == (Completeness.COMPLETE, "topology change 42 s ago, ageing time 300 s")
    assert _verdicts(_read(_Flawed(_with(ageing=30, since_change=4_200))))[Table.FDB] == (Completeness.COMPLETE, None)


def test_a_table_that_turns_stations_away_is_told() -> None:
    agent = _Flawed(_with(discards=7))
    agent.successive[DISCARDS] = [7, 9]
    told = "table full: 2 stations turned away during the read"
    assert _verdicts(_read(agent))[Table.FDB] == (Completeness.COMPLETE, told)


def test_a_last_change_that_moves_without_a_change_is_none() -> None:
    agent = _Flawed(_with(changed=100))
    agent.successive[IF_TABLE_LAST_CHANGE] = [100, 120_000]
    assert _verdicts(_read(agent)) == dict.fromkeys(NETWORK_TABLES, (Completeness.COMPLETE, None))


def test_a_topology_change_in_the_middle_is_told() -> None:
    agent = _Flawed(Recording([*load(SWITCH).objects(), (CHANGES, 3)]))
    agent.successive[CHANGES] = [3, 4]
    verdicts = _verdicts(_read(agent))
    assert verdicts[Table.FDB] == (Completeness.CHANGED, "topology changed during the read")
    assert verdicts[Table.LLDP] == (Completeness.COMPLETE, None)


def test_rows_torn_in_half_are_read_again_and_then_told() -> None:
    """Three stations lose their port between the two columns: once is bad luck, twice is no table."""
    agent = _Flawed(load(SWITCH))
    ports = [oid for oid, _ in load(SWITCH).objects() if oid[: len(Q_FDB) + 1] == (*Q_FDB, 2)]
    agent.replaced = dict.fromkeys(ports[:3])
    before = _read(_Flawed(load(SWITCH)))
    read = _read(agent)
    assert _verdicts(before)[Table.FDB] == (Completeness.COMPLETE, None)
    completeness, reason = _verdicts(read)[Table.FDB]
    assert completeness is Completeness.TRUNCATED  # the agent counts more dynamic rows than came with a port
    assert reason is not None
    assert "3 of 4 rows came in half, twice" in reason


def test_interfaces_that_change_during_the_read_are_told() -> None:
    agent = _Flawed(_with(changed=100))
    agent.successive[IF_TABLE_LAST_CHANGE] = [100, 120_000]
    agent.afterwards[1, 3, 6, 1, 2, 1, 2, 2, 1, 2, 22] = b"another port"
    verdicts = _verdicts(_read(agent))
    told = "interfaces came or went during the read: ifTableLastChange moved"
    assert {table for table, (_, reason) in verdicts.items() if reason == told} == {
        Table.INTERFACES,
        Table.FDB,
        Table.LLDP,
    }
    assert {table for table, (completeness, _) in verdicts.items() if completeness is Completeness.CHANGED} == {
        Table.INTERFACES,
        Table.FDB,
        Table.LLDP,
    }


def test_missing_rows_and_doubts_are_both_told() -> None:
    agent = _Flawed(_with(since_change=4_200))
    agent.replaced[1, 3, 6, 1, 2, 1, 17, 7, 1, 2, 1, 1, 2, 2] = 9
    assert _verdicts(_read(agent))[Table.FDB] == (
        Completeness.TRUNCATED,
        "dot1qFdbDynamicCount says 9 dynamic rows, 3 came; topology change 42 s ago, ageing time 300 s",
    )


def test_a_device_that_falls_silent_keeps_what_came() -> None:
    agent = _Flawed(load(SWITCH))
    agent.deaf_to = ((1, 3, 6, 1, 2, 1, 17, 1, 4),)
    read = _read(agent)
    verdicts = _verdicts(read)

    assert verdicts[Table.ARP] == (Completeness.COMPLETE, None)
    assert verdicts[Table.FDB][0] is Completeness.TIMED_OUT
    assert verdicts[Table.LLDP][0] is Completeness.TIMED_OUT
    assert len(_of(read, ArpRow)) == 2
    assert _of(read, FdbRow) == []


def test_a_device_without_bridge_ports_has_no_empty_forwarding_table() -> None:
    recording = Recording([((1, 3, 6, 1, 2, 1, 1, 1, 0), b"a printer"), ((1, 3, 6, 1, 2, 1, 1, 3, 0), 5)])
    read = asyncio.run(read_session(Session(recording, ReadLimits()), "p", "public"))
    verdicts = _verdicts(read)

    assert verdicts[Table.SYSTEM] == (Completeness.COMPLETE, None)
    assert verdicts[Table.FDB] == (Completeness.UNSUPPORTED, "noSuchObject")


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("1.3.6|4", "line 2"),
        ("1.3.x|4|a", "line 2"),
        ("1.3.6|99|a", "line 2: there is no tag 99"),
        ("1.3.6|4x|zz", "line 2"),
    ],
)
def test_a_recording_that_is_none(line: str, complaint: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.snmprec"
    path.write_text(f"1.3.6.1|2|1\n{line}\n")
    with pytest.raises(RefusedError, match=complaint):
        load(path)


def test_the_forms_of_recorded_values(tmp_path: Path) -> None:
    path = tmp_path / "values.snmprec"
    path.write_text(
        "1.3.1|2|-5\n1.3.2|4|a|b\n1.3.3|4x|00ff\n1.3.4|64|10.0.0.1\n1.3.5|6|1.3.6\n1.3.6|5|\n1.3.7|65|7\n1.3.8|4x|00f\n"
        "1.3.9|64x|0a000001\n\n"
    )
    oids = tuple((1, 3, number) for number in range(1, 10))
    found = asyncio.run(replay(path).get(oids))
    assert found == dict(
        zip(oids, [-5, b"a|b", b"\0\xff", b"\n\0\0\1", (1, 3, 6), None, 7, b"\0", b"\n\0\0\1"], strict=True)
    )
