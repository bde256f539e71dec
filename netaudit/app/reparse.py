"""What devices printed is understood again: after a template was added or corrected, no device need be asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inventory.model.errors import UsageError
from inventory.model.text import text
from netaudit.app.bothways import named_before, understood
from netaudit.app.planes import Planes
from netaudit.app.resolve import conclude
from probes.contract import DeviceReading

if TYPE_CHECKING:
    from inventory.model.factset import FactSet
    from inventory.registry.engine import Registry


def reparse(registry: Registry, sweep: int | None) -> tuple[int, int]:
    """Put what a sweep's output says now in the place of what it said then; return the sweep and its devices.

    Raises:
        UsageError: the sweep read no device by SSH, or what it printed is no longer kept.
    """
    from probes.ssh.merge import without  # noqa: PLC0415 -- slow to import, and rarely needed
    from probes.ssh.parser import Parser  # noqa: PLC0415 -- the same
    from probes.ssh.reading import SOURCE  # noqa: PLC0415 -- the same

    number = registry.sweeps()[-1].id if sweep is None and registry.sweeps() else sweep
    kept = registry.sessions.transcripts(number) if number is not None else ()
    if number is None or not kept:
        raise UsageError(
            text("No output of commands is kept of this sweep."),
            text("Devices with an SSH profile are read by: netaudit collect"),
        )
    facts = registry.facts(number)
    planes = Planes(registry.prefixes())
    with Parser() as parser:
        for plane, transcript in kept:
            stored = without(_stored(facts, transcript.device), SOURCE)
            before = named_before(registry, number, transcript.device)
            told = understood(transcript, plane, parser, stored if stored.coverage else None, before)
            settled = planes.settled(told.facts)
            registry.sessions.replace_reading(number, transcript.device, settled, told.coverage)
    conclude(registry, number)
    return number, len(kept)


def _stored(facts: FactSet, device: str) -> DeviceReading:
    """Return what is stored of one device as one reading."""
    groups = (facts.arp, facts.fdb, facts.lldp, facts.interfaces, facts.addresses, facts.devices)
    told = tuple(fact for group in groups for fact in group if fact.device == device)
    coverage = tuple(entry for entry in facts.coverage if entry.device == device)
    at = [entry.at for entry in coverage]
    return DeviceReading(device, min(at), max(at), told, coverage)
