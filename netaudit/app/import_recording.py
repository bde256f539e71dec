"""``netaudit import-recording``: tables from a place the network cannot reach, as a collection of their own.

All recordings named together become one collection, stored in one transaction with what follows from them. A recording
that is in the registry already is not stored again, wherever its folder lies.
"""

from __future__ import annotations

import asyncio
import getpass
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from inventory.location.engine import locate
from inventory.model.coverage import Completeness, TableCoverage
from inventory.model.errors import UsageError
from inventory.model.facts import AddressFact, ArpRow, InterfaceFact
from inventory.model.factset import FactSet
from inventory.model.records import RECORDED, BroughtIn, SweepOutcome
from inventory.model.text import text
from inventory.reconcile.identity import observe
from netaudit.app import recording
from netaudit.app.bothways import united
from netaudit.app.lock import only_sweep
from netaudit.app.plan import tables_of
from netaudit.app.planes import Planes
from netaudit.app.recording_report import Brought, imported
from netaudit.app.resolve import conclude
from probes.contract import ReadLimits
from probes.platforms.catalogue import named
from probes.snmp.client import Session
from probes.snmp.device import read_session

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from inventory.model.facts import Fact
    from inventory.model.records import DeviceView, SweepView
    from inventory.model.transcript import Transcript
    from inventory.registry.engine import Registry
    from inventory.registry.facade import StepFacts
    from netaudit.app.answer import Report
    from netaudit.app.recording import Folder, Manifest
    from netaudit.settings import Settings
    from probes.contract import DeviceReading
    from probes.platforms.profile import Profile

_CLOCKS_DIFFER: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class _Decoded:
    """One recording, read again by what this program knows now."""

    folder: Folder
    facts: tuple[Fact, ...]
    coverage: tuple[TableCoverage, ...]

    @property
    def manifest(self) -> Manifest:
        return self.folder.manifest


def import_recordings(
    registry: Registry, settings: Settings, places: Sequence[Path], *, plane: str | None = None, dry_run: bool = False
) -> Report:
    """Bring recordings in, or say what they would bring.

    Args:
        registry: where to.
        settings: whose registry it is.
        places: folders of recordings, or folders of such folders.
        plane: the network plane of every address in them; None lets the registered prefixes tell.
        dry_run: store nothing.

    Raises:
        UsageError: a folder is damaged, or its device is not registered; then nothing of any is stored.
    """
    folders = [recording.read(folder) for place in places for folder in recording.found(place)]
    with only_sweep(registry, settings.database_url):
        return _bring(registry, _different(folders), plane, dry_run=dry_run)


def _bring(registry: Registry, folders: Sequence[Folder], plane: str | None, *, dry_run: bool) -> Report:
    devices = {device.name: device for device in registry.devices()}
    known = _known(registry.sweeps())
    planes = Planes(registry.prefixes())
    for folder in folders:
        _check(folder, devices)
    now = datetime.now(UTC)
    decoded = [_decode(folder, devices[folder.manifest.device], planes, plane) for folder in folders]
    new = [one for one in decoded if one.folder.fingerprint not in known]
    number = None
    if new and not dry_run:
        youngest = max((view.finished_at or view.started_at for view in registry.sweep_times()), default=None)
        number = _store(registry, new, now)
        if youngest is None or min(one.manifest.started_at for one in new) >= youngest:
            conclude(registry, number)
    brought = [_brought(one, known.get(one.folder.fingerprint)) for one in decoded]
    return imported(brought, collection=number, at=now, dry_run=dry_run)


def _store(registry: Registry, new: Sequence[_Decoded], now: datetime) -> int:
    started = min(one.manifest.started_at for one in new)
    finished = max(one.manifest.finished_at for one in new)
    facts = _fact_set(new)
    devices = registry.devices()
    whole = all(_whole(entry) for one in new for entry in one.coverage)
    steps: list[StepFacts] = [
        (f"read:{one.manifest.device}:{one.folder.fingerprint[:12]}", one.manifest.device, one.facts, one.coverage)
        for one in new
    ]
    return registry.store_collection(
        scope={"areas": [], "excluded": [], "skipped": [], "named": False, "devices": sorted(_names(new))},
        options={
            "scan": False,
            RECORDED: {
                "by": getpass.getuser(),
                "at": now.isoformat(),
                "recordings": {
                    one.folder.fingerprint: {
                        "device": one.manifest.device,
                        "at": one.manifest.finished_at.isoformat(),
                    }
                    for one in new
                },
            },
        },
        period=(started, finished),
        outcome=SweepOutcome.COMPLETE if whole else SweepOutcome.PARTIAL,
        steps=steps,
        observations=observe(facts, locate(facts, devices), devices),
    )


def _decode(folder: Folder, device: DeviceView, planes: Planes, plane: str | None) -> _Decoded:
    """Read a recording as if it were the device; times and ends are those of the day it was recorded."""
    manifest = folder.manifest
    by_snmp = by_ssh = None
    profile = named(device.platform) or named(manifest.platform)
    if folder.walk is not None:
        session = Session(folder.walk, ReadLimits())
        by_snmp = asyncio.run(read_session(session, device.name, "public", profile, tables_of(device)))
        by_snmp = _of_that_day(by_snmp, manifest)
    if folder.session is not None:
        by_ssh = _of_that_day(_printed(folder.session, device.name, by_snmp, profile), manifest)
    read = united(by_snmp, by_ssh)
    facts: Iterable[Fact] = planes.settled(read.facts) if read and plane is None else read.facts if read else ()
    if plane is not None:
        facts = (replace(one, plane=plane) if isinstance(one, ArpRow | AddressFact) else one for one in facts)
    return _Decoded(folder, tuple(facts), read.coverage if read else ())


def _printed(
    transcript: Transcript, device: str, by_snmp: DeviceReading | None, profile: Profile | None
) -> DeviceReading:
    from probes.ssh.parser import Parser  # noqa: PLC0415 -- takes a second to import, and is rarely needed
    from probes.ssh.reading import reading  # noqa: PLC0415 -- the same

    ports = [fact for fact in by_snmp.facts if isinstance(fact, InterfaceFact)] if by_snmp else []
    with Parser() as parser:
        return reading(replace(transcript, device=device), "public", parser, ports, profile)


def _of_that_day(reading: DeviceReading, manifest: Manifest) -> DeviceReading:
    """Return a reading with the times and ends of the day it was recorded."""
    facts = tuple(replace(fact, at=manifest.finished_at) for fact in reading.facts)
    coverage = tuple(_as_recorded(entry, manifest) for entry in reading.coverage)
    return replace(reading, facts=facts, coverage=coverage)


def _as_recorded(entry: TableCoverage, manifest: Manifest) -> TableCoverage:
    """Return the end of a table as it was that day: a walk that was cut short then replays to its end now."""
    source = f"{RECORDED} {entry.source}"
    then = next((t for t in manifest.tables if t.table is entry.table and t.source == entry.source), None)
    if then is None:
        return replace(entry, at=manifest.finished_at, source=source)
    if then.completeness is Completeness.COMPLETE and then.rows <= entry.rows:
        return replace(entry, at=then.at, source=source, reason=then.said)
    if then.completeness is Completeness.COMPLETE:
        reason = text("{recorded} rows were recorded, {decoded} decode", recorded=then.rows, decoded=entry.rows)
        return replace(entry, completeness=Completeness.TRUNCATED, at=then.at, source=source, reason=reason)
    return replace(entry, completeness=then.completeness, at=then.at, source=source, reason=then.said)


def _check(folder: Folder, devices: dict[str, DeviceView]) -> None:
    manifest = folder.manifest
    if manifest.device not in devices:
        raise UsageError(
            text("{folder} is of device {name!r}, which is not registered.", folder=folder.path, name=manifest.device),
            text(
                "Register it: netaudit device add --name {name} --address {address} --role {role}",
                name=manifest.device,
                address=manifest.address or "ADDRESS",
                role=manifest.role.value,
            ),
        )
    if manifest.finished_at > datetime.now(UTC) + _CLOCKS_DIFFER:
        raise UsageError(
            text("{folder} was recorded in the future, at {at}.", folder=folder.path, at=manifest.finished_at),
            text("Check the clock of this computer, and of the one it was recorded with."),
        )


def _different(folders: Sequence[Folder]) -> list[Folder]:
    return list({folder.fingerprint: folder for folder in folders}.values())


def _known(sweeps: Iterable[SweepView]) -> dict[str, int]:
    """Return the recordings that are in the registry, and in which collection."""
    found: dict[str, int] = {}
    for view in sweeps:
        told: Any = view.options.get(RECORDED) or {}
        found.update(dict.fromkeys(told.get("recordings", {}), view.id))
    return found


def brought_in(sweeps: Iterable[SweepView]) -> tuple[BroughtIn, ...]:
    """Return the recordings among these collections, by device and time."""
    found = []
    for view in sweeps:
        told: Any = view.options.get(RECORDED)
        if told:
            at = datetime.fromisoformat(told["at"])
            for one in told["recordings"].values():
                then = datetime.fromisoformat(one["at"])
                found.append(BroughtIn(one["device"], then, told["by"], at, view.id))
    return tuple(sorted(found, key=lambda one: (one.device, one.recorded_at)))


def _names(decoded: Iterable[_Decoded]) -> set[str]:
    return {one.manifest.device for one in decoded}


def _whole(entry: TableCoverage) -> bool:
    return entry.completeness in {Completeness.COMPLETE, Completeness.UNSUPPORTED}


def _brought(one: _Decoded, already: int | None) -> Brought:
    manifest = one.manifest
    return Brought(
        str(one.folder.path),
        manifest.device,
        manifest.finished_at,
        len(one.facts),
        one.coverage,
        manifest.anonymised,
        already,
    )


def _fact_set(decoded: Sequence[_Decoded]) -> FactSet:
    return FactSet.of((fact for one in decoded for fact in one.facts), (e for one in decoded for e in one.coverage))
