"""Walks of real devices decode to what was counted and looked up in them by hand.

The walks themselves are no part of the project (they come from LibreNMS, GPL-3). Where they lie beside the checkout, in
``../shared/recordings``, they are read.
"""

from __future__ import annotations

import asyncio
import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from inventory.model.coverage import Table
from inventory.model.facts import AddressFact, ArpRow, DeviceFact, FdbRow, InterfaceFact, LldpNeighbour
from probes.contract import ReadLimits
from probes.snmp.client import Session
from probes.snmp.device import read_session
from probes.snmp.recording import load, save

if TYPE_CHECKING:
    from probes.contract import DeviceReading

HERE = Path(__file__).parents[2]
EXPECTATIONS = sorted((HERE / "cases" / "snmp" / "recordings").glob("*.toml"))
WALKS = HERE.parents[1] / "shared" / "recordings"
ROWS_LOOKED_UP = 20
UP = {True: "up", False: "down", None: "-"}

pytestmark = pytest.mark.skipif(not WALKS.is_dir(), reason="no walks of real devices lie beside this checkout")


@cache
def _reading(name: str) -> DeviceReading:
    recording = load(WALKS / f"{name}.snmprec")
    return asyncio.run(read_session(Session(recording, ReadLimits()), name, "public"))


def _shown(reading: DeviceReading) -> dict[str, list[str]]:
    """Return the rows of every table in the words of an expectation."""
    names = {fact.if_index: fact.name for fact in reading.facts if isinstance(fact, InterfaceFact)}
    ports = {None: "-"} | names
    shown: dict[str, list[str]] = {
        key: [] for key in ("interfaces", "arp", "addresses", "fdb", "neighbours", "members")
    }
    for fact in reading.facts:
        if isinstance(fact, InterfaceFact):
            state = UP[fact.oper_up]
            shown["interfaces"].append(f"{fact.if_index} {fact.name} type {fact.if_type} mac {fact.mac or '-'} {state}")
            if fact.lag_if_index:
                shown["members"].append(f"{fact.name} in {names[fact.lag_if_index]}")
        elif isinstance(fact, ArpRow):
            shown["arp"].append(f"{fact.ip} {fact.mac} on {fact.if_index}")
        elif isinstance(fact, AddressFact):
            length = "-" if fact.prefix_length is None else fact.prefix_length
            shown["addresses"].append(f"{fact.ip}/{length} on {fact.if_index}")
        elif isinstance(fact, FdbRow):
            place = ports[fact.if_index]
            shown["fdb"].append(f"{fact.mac} vlan {fact.vlan or '-'} port {fact.raw_port} {place} {fact.table}")
        elif isinstance(fact, LldpNeighbour):
            shown["neighbours"].append(f"{ports[fact.if_index]} hears {fact.system_name or '-'} by {fact.table}")
    return shown


def _expected(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", EXPECTATIONS, ids=lambda path: path.stem)
def test_every_row_is_counted_and_those_looked_up_are_there(path: Path) -> None:
    expected, shown = _expected(path), _shown(_reading(path.stem))
    assert {key: len(shown[key]) for key in expected["counts"]} == expected["counts"]
    missing = {key: sorted(set(rows) - set(shown[key])) for key, rows in expected["rows"].items()}
    assert missing == {key: [] for key in expected["rows"]}


@pytest.mark.parametrize("path", EXPECTATIONS, ids=lambda path: path.stem)
def test_who_the_device_is_and_how_its_stations_were_read(path: Path) -> None:
    expected, reading = _expected(path), _reading(path.stem)
    [device] = [fact for fact in reading.facts if isinstance(fact, DeviceFact)]
    [fdb] = [row for row in reading.coverage if row.table is Table.FDB]
    assert {
        "platform": device.platform,
        "model": device.model or "-",
        "serial": device.serial or "-",
        "software": device.software or "-",
        "fdb_end": f"{fdb.completeness}: {fdb.reason or '-'}",
    } == {key: expected[key] for key in ("platform", "model", "serial", "software", "fdb_end")}


@pytest.mark.parametrize("path", EXPECTATIONS, ids=lambda path: path.stem)
def test_twenty_rows_of_every_table_were_looked_up(path: Path) -> None:
    expected = _expected(path)
    short = {
        table: count
        for table, count in expected["counts"].items()
        if len(expected["rows"].get(table, ())) < min(count, ROWS_LOOKED_UP)
    }
    assert short == {}


def test_every_walk_has_an_expectation() -> None:
    assert {path.stem for path in WALKS.glob("*.snmprec")} == {path.stem for path in EXPECTATIONS}


@pytest.mark.parametrize("path", EXPECTATIONS, ids=lambda path: path.stem)
def test_a_walk_written_again_is_the_same_walk(path: Path, tmp_path: Path) -> None:
    walk = load(WALKS / f"{path.stem}.snmprec")
    save(walk, tmp_path / "a.snmprec")
    again = load(tmp_path / "a.snmprec")
    assert again.objects() == walk.objects()
    assert again.lines() == (tmp_path / "a.snmprec").read_text(encoding="ascii")
