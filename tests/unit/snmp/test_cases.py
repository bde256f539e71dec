"""Every written device decodes to the rows its expectation names, and every platform has one."""

from __future__ import annotations

import asyncio
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from inventory.model.coverage import Table
from inventory.model.facts import DeviceFact, FdbRow, InterfaceFact, LldpNeighbour
from probes.platforms.catalogue import PLATFORMS
from probes.snmp.device import read_session
from probes.snmp.recording import replay

if TYPE_CHECKING:
    from probes.contract import DeviceReading

CASES = Path(__file__).parents[2] / "cases" / "snmp"
EXPECTATIONS = sorted(CASES.glob("*.toml"))


def _shown(reading: DeviceReading) -> dict[str, Any]:
    """Return a reading in the words of an expectation."""
    names = {fact.if_index: fact.name for fact in reading.facts if isinstance(fact, InterfaceFact)}
    ports = {None: "-"} | names
    [device] = [fact for fact in reading.facts if isinstance(fact, DeviceFact)]
    ends = {row.table: row for row in reading.coverage}
    return {
        "platform": device.platform,
        "model": device.model or "-",
        "serial": device.serial or "-",
        "software": device.software or "-",
        "fdb": sorted(
            f"{row.mac} vlan {row.vlan or '-'} port {row.raw_port} {ports[row.if_index]} {row.status} {row.table}"
            for row in reading.facts
            if isinstance(row, FdbRow)
        ),
        "fdb_end": f"{ends[Table.FDB].completeness}: {ends[Table.FDB].reason or '-'}",
        "neighbours": sorted(
            f"{row.system_name or row.chassis.value} on {ports[row.if_index]} by {row.table}"
            f"{', blocked' if row.blocked else ''}"
            for row in reading.facts
            if isinstance(row, LldpNeighbour)
        ),
        "members": sorted(
            f"{fact.name} in {names[fact.lag_if_index]}"
            for fact in reading.facts
            if isinstance(fact, InterfaceFact) and fact.lag_if_index
        ),
    }


@pytest.mark.parametrize("path", EXPECTATIONS, ids=lambda path: path.stem)
def test_a_written_device(path: Path) -> None:
    expected = tomllib.loads(path.read_text(encoding="utf-8"))
    reading = asyncio.run(read_session(replay(path.with_suffix(".snmprec")), "sw1", "public"))
    shown = _shown(reading)
    assert {key: shown[key] for key in expected if key != "story"} == {
        key: value for key, value in expected.items() if key != "story"
    }


def test_every_platform_has_a_case() -> None:
    told = {tomllib.loads(path.read_text(encoding="utf-8"))["platform"] for path in EXPECTATIONS}
    assert {profile.name for profile in PLATFORMS} <= told, "write tests/cases/snmp/NAME.snmprec and NAME.toml"


def test_every_platform_file_is_in_the_catalogue() -> None:
    folder = Path(__file__).parents[3] / "probes" / "platforms"
    files = {path.stem for path in folder.glob("*.py")} - {"__init__", "catalogue", "cli", "profile"}
    listed = {next(file for file in files if _defines(file, profile.name)) for profile in PLATFORMS}
    assert files == listed, "add the platform's line to probes/platforms/catalogue.py"


def _defines(file: str, name: str) -> bool:
    text = (Path(__file__).parents[3] / "probes" / "platforms" / f"{file}.py").read_text(encoding="utf-8")
    return f'name="{name}"' in text


def test_every_case_has_an_expectation() -> None:
    recorded = {path.stem for path in CASES.glob("*.snmprec") if "@" not in path.stem}
    assert recorded - {path.stem for path in EXPECTATIONS} == set()
