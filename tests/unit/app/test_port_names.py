"""A port keeps its name and number when SNMP does not answer and only the command line tells of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from inventory.model.batch import Batch
from inventory.model.facts import FdbRow, InterfaceFact
from inventory.model.records import SweepOutcome
from inventory.registry.engine import open_registry
from netaudit.app.bothways import named_before, understood
from netaudit.app.resolve import conclude
from probes.ssh.parser import Parser
from tests.simulator.story import AT, Story
from tests.unit.app import told
from tests.unit.ssh import stories

if TYPE_CHECKING:
    from pathlib import Path

    from inventory.registry.engine import Registry
    from probes.contract import DeviceReading

NUMBER = 10101
"""ifIndex of the first port of a Catalyst."""


def by_snmp(ssh: DeviceReading) -> Story:
    """Tell by SNMP what the session told: IF-MIB calls the port Gi1/0/1, with an ifIndex of its own."""
    story = Story()
    story.device("sw1", read=False)
    story.interface("sw1", NUMBER, name="Gi1/0/1")
    (first,) = (fact for fact in ssh.facts if isinstance(fact, InterfaceFact) and fact.name == "GigabitEthernet1/0/1")
    for row in ssh.facts:
        if isinstance(row, FdbRow) and row.if_index == first.if_index:
            story.learn("sw1", NUMBER, row.mac, vlan=row.vlan)
    story.covered("sw1")
    return story


def store(registry: Registry, reading: DeviceReading, day: int) -> None:
    """Store a reading as a sweep some days later."""
    by = AT + timedelta(days=day)
    number = registry.start_sweep({}, {}, by)
    facts = [replace(fact, at=by) for fact in reading.facts]
    registry.store_reading(number, "read", "sw1", facts, [replace(entry, at=by) for entry in reading.coverage], by)
    conclude(registry, number)
    registry.finish_sweep(number, SweepOutcome.COMPLETE, by, {})


def test_nobody_moves_because_snmp_was_silent(tmp_path: Path) -> None:
    transcript = stories.load("cisco_access").transcript()
    with Parser() as parser, open_registry(f"sqlite:///{tmp_path / 'registry.db'}") as registry:
        alone = understood(transcript, "public", parser)
        story = by_snmp(alone)
        registry.apply(Batch(devices=tuple(story.devices)))
        told.sweep(registry, story, 0)
        (station,) = {row.mac for row in story.factset().fdb}
        for day in (1, 2):  # the second remembers what the first one remembered
            before = named_before(registry, day + 1, "sw1")
            store(registry, understood(transcript, "public", parser, remembered=before), day)
        told.sweep(registry, story, 3)
        (stay,) = (one for one in registry.archive.of_mac(station) if one.place is not None)
        assert stay.place is not None
        assert (stay.place.port, stay.place.if_index, stay.seen, stay.ended) == ("Gi1/0/1", NUMBER, 4, None)


def test_what_snmp_never_told_has_the_name_and_number_of_the_command_line() -> None:
    transcript = stories.load("cisco_access").transcript()
    remembered = [fact for fact in by_snmp_interfaces() if fact.name == "Gi1/0/1"]
    with Parser() as parser:
        found = understood(transcript, "public", parser, remembered=remembered).facts
    named = {fact.name: fact.if_index for fact in found if isinstance(fact, InterfaceFact)}
    assert named["Gi1/0/1"] == NUMBER
    assert named["GigabitEthernet1/0/2"] > NUMBER
    assert len(set(named.values())) == len(named)


def by_snmp_interfaces() -> list[InterfaceFact]:
    story = Story()
    story.interface("sw1", NUMBER, name="Gi1/0/1")
    return [fact for fact in story.facts if isinstance(fact, InterfaceFact)]
