"""What ntc-templates' samples of real devices hold is what we read in them (``tests/cases/ntc``)."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from inventory.model.facts import ArpRow, DeviceFact, FdbRow, FdbStatus, InterfaceFact, LldpNeighbour
from inventory.model.values import Mac
from probes.parsers.names import spelled
from probes.ssh.parser import ParseError
from probes.ssh.reading import reading
from tests.unit.ssh.stories import Story, load

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from probes.contract import DeviceReading
    from probes.platforms.cli import Cli
    from probes.ssh.parser import Parser

FOLDER: Final = Path(__file__).parents[2] / "cases" / "ntc"
SAMPLES: Final = sorted(path.stem for path in FOLDER.glob("*.toml"))
_KINDS: Final = {
    "dynamic": FdbStatus.LEARNED,
    "learned": FdbStatus.LEARNED,
    "static": FdbStatus.MGMT,
    "self": FdbStatus.SELF,
}
_PARTS: Final = re.compile(r", |(?<= )\((.*)\)$")
_SEVERAL: Final = frozenset({"software", "serial"})
_OWN: Final = frozenset({"", "0", "CPU", "Router", "Switch"})
"""Ports that stand for the device itself."""


@pytest.mark.parametrize("name", SAMPLES)
def test_the_rows_of_a_sample(name: str, parser: Parser) -> None:
    sample = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    assert ("ours" in sample) == bool(sample.get("differs"))
    story = Story(name, sample["platform"], "<sw1>", {sample["command"]: sample["output"]}, {}, {})
    story = story if story.cli.prompt.fullmatch("<sw1>") else _prompted(story)
    got = reading(story.transcript(), "public", parser)
    for table, rows in sample.get("ours", sample["rows"]).items():
        assert sorted(_told(table, got)) == sorted(_expected(table, rows, story.cli))
    reasons = " ".join(str(entry.reason or "") for entry in got.coverage)
    assert ("count_mismatch" in reasons) == sample.get("incomplete", False)


def _prompted(story: Story) -> Story:
    prompt = next(prompt for prompt in ("sw1#", "sw1:5#") if story.cli.prompt.fullmatch(prompt))
    return Story(story.name, story.platform, prompt, story.outputs, {}, {})


def _expected(table: str, rows: Iterable[Sequence[str]], cli: Cli) -> list[tuple[Any, ...]]:
    """The rows of the other project in our spelling of MAC addresses, VLANs and interfaces."""
    match table:
        case "fdb":
            return [
                (
                    str(Mac.parse(mac)),
                    int(vlan) if vlan.isdigit() else 0,
                    "-" if port in _OWN else spelled(port, cli),
                    FdbStatus.SELF if port in _OWN else _KINDS[kind.lower()],
                )
                for mac, vlan, ports, kind in rows
                for port in ports.split(" ")
            ]
        case "arp":
            return [(ip, str(Mac.parse(mac)), spelled(port, cli) if port else "-") for ip, mac, port in rows]
        case "lldp":
            return [(spelled(port, cli), _plain(chassis), _plain(far), name) for port, chassis, far, name in rows]
        case "members":
            return [(spelled(port, cli), spelled(aggregate, cli)) for port, aggregate in rows]
        case "system":
            return [(name, value) for name, value in rows]
    return [(spelled(port, cli), link.lower().startswith(("up", "connected", "monitoring"))) for port, link in rows]


def _told(table: str, got: DeviceReading) -> list[tuple[Any, ...]]:
    if table == "system":
        return list(_identity(got))
    ports = {fact.if_index: fact.name for fact in got.facts if isinstance(fact, InterfaceFact)}
    found: list[tuple[Any, ...]] = []
    for fact in got.facts:
        match table, fact:
            case "fdb", FdbRow():
                found.append((str(fact.mac), fact.vlan or 0, ports.get(fact.if_index or 0, "-"), fact.status))
            case "arp", ArpRow():
                found.append((str(fact.ip), str(fact.mac), ports.get(fact.if_index, "-")))
            case "lldp", LldpNeighbour():
                name = fact.system_name or ""
                found.append((ports[fact.if_index or 0], fact.chassis.value, fact.port.value, name))
            case "members", InterfaceFact() if fact.lag_if_index is not None:
                found.append((fact.name, ports[fact.lag_if_index]))
            case "links", InterfaceFact():
                found.append((fact.name, bool(fact.oper_up)))
    return found


def _identity(got: DeviceReading) -> Iterator[tuple[str, str]]:
    """What the device says it is; the serial numbers of a stack and the parts of a version one by one."""
    for device in (fact for fact in got.facts if isinstance(fact, DeviceFact)):
        for name in ("model", "software", "serial", "bridge_mac"):
            value = getattr(device, name)
            if value is not None:
                parts = _PARTS.split(str(value)) if name in _SEVERAL else [str(value)]
                yield from ((name, part.strip()) for part in parts if part)


def _plain(identifier: str) -> str:
    try:
        return str(Mac.parse(identifier))
    except ValueError:
        return identifier


@pytest.mark.parametrize("line", ["-" * 3000 + "x", "- " * 1500 + "x", " " * 3000 + "x", "gi1 " + "-- " * 1500])
def test_no_line_takes_small_business_long(line: str, parser: Parser) -> None:
    """A table with such a line is refused, and never because parsing it took too long."""
    story = load("cisco_small_business")
    refusals = []
    for question in story.cli.questions:
        command = question.commands[0]
        try:
            parser.rows(command.template, f"{story.outputs[command.text]}{line}\n")
        except ParseError as error:
            refusals.append(str(error))
    assert [refusal for refusal in refusals if "too long" in refusal] == []
