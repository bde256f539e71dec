"""``netaudit device record``: what a device says, written down so that it can be read again elsewhere."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from inventory.model.coverage import Completeness
from inventory.model.errors import NetauditError, UsageError
from inventory.model.facts import DeviceFact
from inventory.model.text import text
from netaudit.app import recording, recording_report
from netaudit.app.aim import Profiles, aim
from netaudit.app.anonymity import without_names
from netaudit.app.plan import target_of
from netaudit.credentials import snmp_credential
from probes.contract import ReadLimits
from probes.snmp.client import open_session
from probes.snmp.device import read_device
from probes.snmp.tape import Tape, secrets_of
from probes.snmp.whole import walk_whole, without_secrets

if TYPE_CHECKING:
    from pathlib import Path

    from inventory.model.pseudonyms import Pseudonyms
    from inventory.model.records import DeviceView
    from inventory.registry.engine import Registry
    from netaudit.app.answer import Report
    from netaudit.settings import Settings
    from probes.contract import DeviceReading, DeviceTarget

_WHOLE_DEVICE_S = 1800.0


def record(
    registry: Registry,
    settings: Settings,
    name: str,
    out: Path,
    *,
    profiles: Profiles,
    whole_device: bool = False,
    by: Pseudonyms | None = None,
) -> Report:
    """Read one device and write down what it said; with ``by``, under other names and addresses.

    Raises:
        UsageError: the device is not registered, has no profile, or the folder is not empty.
        NetauditError: nothing answered, or the folder cannot be written; then there is no folder.
    """
    [device] = aim([name], registry.filed(), settings, profiles)
    if device.snmp_profile is None:
        raise UsageError(
            text("{name} has no SNMP profile.", name=device.name),
            text("Set one: netaudit device edit {name} --snmp-profile PROFILE", name=device.name),
        )
    credential = snmp_credential(settings, device.snmp_profile)
    target = target_of(device, credential)
    wanted = settings.collect
    limits = ReadLimits(timeout_s=wanted.timeout, retries=wanted.retries, device_budget_s=wanted.device_budget)
    tape = Tape(secrets_of(credential))
    reading = asyncio.run(_read(target, limits, tape, whole_device=whole_device))
    if all(entry.completeness in {Completeness.TIMED_OUT, Completeness.REFUSED} for entry in reading.coverage):
        raise NetauditError(text("{name} could not be read.", name=device.name), reading.hint)
    heard = without_secrets(tape.recording())
    manifest = _manifest(device, reading, tape, whole_device=whole_device)
    if by is not None:
        manifest, heard = without_names(manifest, heard, by)
    manifest = recording.write(out, manifest, heard)
    return recording_report.written(out, manifest)


def _manifest(device: DeviceView, reading: DeviceReading, tape: Tape, *, whole_device: bool) -> recording.Manifest:
    return recording.Manifest(
        device=device.name,
        address=str(device.address),
        role=device.role,
        platform=next((fact.platform for fact in reading.facts if isinstance(fact, DeviceFact)), device.platform),
        anonymised=False,
        whole_device=whole_device,
        started_at=reading.started_at,
        finished_at=reading.finished_at,
        left_out=tape.left_out,
        tables=tuple(
            recording.RecordedTable(
                table=entry.table,
                source=entry.source,
                completeness=entry.completeness,
                rows=entry.rows,
                rejected=entry.rejected,
                reason=entry.reason,
                at=entry.at,
            )
            for entry in reading.coverage
        ),
        files=(),
    )


async def _read(target: DeviceTarget, limits: ReadLimits, tape: Tape, *, whole_device: bool) -> DeviceReading:
    reading = await read_device(target, limits, tape)
    if whole_device and any(entry.usable for entry in reading.coverage):
        patient = replace(limits, device_budget_s=_WHOLE_DEVICE_S, table_budget_s=_WHOLE_DEVICE_S)
        async with open_session(target, patient, tape.tap) as session:
            await walk_whole(session)
    return reading
