"""Written sessions (``tests/cases/ssh``): what a switch prints, and the facts it must become."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from inventory.model.facts import (
    AddressFact,
    ArpRow,
    DeviceFact,
    FdbRow,
    InterfaceFact,
    LldpNeighbour,
)
from inventory.model.transcript import Ending, Output, Transcript
from probes.platforms import catalogue

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from probes.contract import DeviceReading
    from probes.platforms.cli import Cli

FOLDER: Final = Path(__file__).parents[2] / "cases" / "ssh"
AT: Final = datetime(2026, 11, 23, 5, tzinfo=UTC)


@dataclass(frozen=True)
class Story:
    """One device."""

    name: str
    platform: str
    prompt: str
    outputs: Mapping[str, str]
    expect: Mapping[str, Any]
    peer: Mapping[str, Any]
    """What is peculiar to its command line on the wire."""

    @property
    def cli(self) -> Cli:
        profile = catalogue.named(self.platform)
        assert profile is not None
        assert profile.cli is not None
        return profile.cli

    def transcript(self, change: Callable[[str, bytes], bytes] = lambda _command, raw: raw) -> Transcript:
        """The session as if it had been read; ``change`` may damage an output."""
        outputs = tuple(
            Output(command, change(command, self.raw(command)), Ending.DONE, AT, AT) for command in self.outputs
        )
        return Transcript("sw1", self.platform, AT, AT, Ending.DONE, None, self.prompt, outputs)

    def raw(self, command: str) -> bytes:
        text = self.outputs[command].replace("\n", "\r\n")
        return f"{command}\r\n{text}{self.prompt}".encode()


def load(name: str) -> Story:
    """Read one story."""
    written = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    return Story(
        name, written["platform"], written["prompt"], written["outputs"], written["expect"], written.get("peer", {})
    )


def names(*, whole: bool = False) -> list[str]:
    """Every story there is; ``whole``: only those of whole sessions, not of single outputs."""
    return sorted(path.stem for path in FOLDER.glob("*.toml") if not (whole and path.stem.startswith("ntc_")))


def told(reading: DeviceReading) -> dict[str, Any]:
    """A reading in the words of a story: sorted rows of text and numbers."""
    facts = reading.facts
    ports = {fact.if_index: fact.name for fact in facts if isinstance(fact, InterfaceFact)} | {None: "-"}
    device = next((fact for fact in facts if isinstance(fact, DeviceFact)), None)
    rows: dict[str, list[list[object]]] = {
        "interfaces": [
            [fact.name, fact.if_type, _flag(fact.admin_up), _flag(fact.oper_up), ports.get(fact.lag_if_index, "-")]
            for fact in facts
            if isinstance(fact, InterfaceFact)
        ],
        "addresses": [
            [str(fact.ip), fact.prefix_length or 0, ports[fact.if_index]]
            for fact in facts
            if isinstance(fact, AddressFact)
        ],
        "vpns": [
            [str(fact.ip), ports.get(fact.if_index, "-"), fact.plane]
            for fact in facts
            if isinstance(fact, AddressFact | ArpRow) and fact.plane != "public"
        ],
        "arp": [
            [str(fact.ip), str(fact.mac), ports.get(fact.if_index, "-"), fact.kind.value]
            for fact in facts
            if isinstance(fact, ArpRow)
        ],
        "fdb": [
            [str(fact.mac), fact.vlan or 0, ports[fact.if_index], fact.status.value]
            for fact in facts
            if isinstance(fact, FdbRow)
        ],
        "lldp": [
            [
                ports[fact.if_index],
                f"{fact.chassis.kind}:{fact.chassis.value}",
                f"{fact.port.kind}:{fact.port.value}",
                fact.system_name or "-",
                str(fact.management_address or "-"),
                _flag(fact.is_bridge_or_router),
            ]
            for fact in facts
            if isinstance(fact, LldpNeighbour)
        ],
    }
    system = {
        name: getattr(device, name)
        for name in ("sys_name", "model", "serial", "software", "bridge_mac")
        if getattr(device, name, None) is not None
    }
    coverage = {entry.table.value: entry.completeness.value for entry in reading.coverage}
    return {
        "system": {name: str(value) for name, value in system.items()},
        "coverage": {name: ended for name, ended in coverage.items() if ended != "complete"},
        **{name: sorted(some, key=str) for name, some in rows.items()},
    }


def _flag(value: bool | None) -> str:  # noqa: FBT001 -- a cell, not a switch
    return "?" if value is None else "yes" if value else "no"
