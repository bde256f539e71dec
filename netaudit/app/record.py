"""``netaudit device record``: what a device says, written down so that it can be read again elsewhere."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from inventory.model.errors import NetauditError, UsageError
from inventory.model.facts import DeviceFact
from inventory.model.text import text
from netaudit.app import recording, recording_report, session_file
from netaudit.app.aim import Profiles, aim
from netaudit.app.anonymity import without_names
from netaudit.app.logins import login_of, note_key, ssh_limits
from netaudit.app.plan import target_of
from netaudit.credentials import snmp_credential
from probes.contract import ReadLimits
from probes.snmp.client import open_session
from probes.snmp.device import read_device
from probes.snmp.tape import Tape, secrets_of
from probes.snmp.whole import walk_whole, without_secrets
from reports import data

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from inventory.model.pseudonyms import Pseudonyms
    from inventory.model.records import DeviceView
    from inventory.model.transcript import Transcript
    from inventory.registry.engine import Registry
    from netaudit.app.answer import Report
    from netaudit.settings import Settings
    from probes.contract import DeviceReading, DeviceTarget
    from probes.snmp.recording import Recording

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
    filed = registry.filed()
    [device] = aim([name], filed, settings, profiles)
    if device.snmp_profile is None and device.ssh_profile is None:
        raise UsageError(
            text("{name} has no SNMP profile and no SSH profile.", name=device.name),
            text("Set one: netaudit device edit {name} --snmp-profile PROFILE", name=device.name),
        )
    heard = _by_snmp(device, settings, whole_device=whole_device)
    registered = any(device.name == one.name for one in filed.devices)
    printed = _by_ssh(registry, device, settings, registered=registered)
    told = [one for one in (heard and heard.reading, printed and printed.reading) if one]
    if not any(entry.usable for reading in told for entry in reading.coverage):
        hint = next((reading.hint for reading in told if reading.hint), None)
        raise NetauditError(text("{name} could not be read.", name=device.name), hint)
    manifest = _manifest(device, told, whole_device=whole_device)
    left_out = (heard.left_out if heard else 0) + (printed.left_out if printed else 0)
    manifest = manifest.model_copy(update={"left_out": left_out})
    walk, session = heard.recording if heard else None, printed.transcript if printed else None
    if by is not None:
        manifest, walk, session = without_names(manifest, walk, session, by)
    manifest = recording.write(out, manifest, walk, session)
    return recording_report.written(out, manifest)


class _Heard(NamedTuple):
    """What a device said by SNMP."""

    reading: DeviceReading
    recording: Recording
    left_out: int


class _Printed(NamedTuple):
    """What it printed."""

    reading: DeviceReading
    transcript: Transcript
    left_out: int


def _by_snmp(device: DeviceView, settings: Settings, *, whole_device: bool) -> _Heard | None:
    if device.snmp_profile is None:
        return None
    credential = snmp_credential(settings, device.snmp_profile)
    wanted = settings.collect
    limits = ReadLimits(timeout_s=wanted.timeout, retries=wanted.retries, device_budget_s=wanted.device_budget)
    tape = Tape(secrets_of(credential))
    reading = asyncio.run(_read(target_of(device, credential), limits, tape, whole_device=whole_device))
    return _Heard(reading, without_secrets(tape.recording()), tape.left_out)


def _by_ssh(registry: Registry, device: DeviceView, settings: Settings, *, registered: bool) -> _Printed | None:
    if device.ssh_profile is None:
        return None
    from probes.ssh.parser import Parser  # noqa: PLC0415 -- takes a second to import, and is rarely needed
    from probes.ssh.read import read as log_in  # noqa: PLC0415 -- the same
    from probes.ssh.reading import reading  # noqa: PLC0415 -- the same

    target = login_of(device, settings, registry.sessions.believed())
    transcript = log_in(target, ssh_limits(settings), threading.Event())
    if registered:
        note_key(registry, target, transcript)
    kept, gone = session_file.without_secrets(transcript, (target.credential.password,))
    with Parser() as parser:
        return _Printed(reading(kept, target.plane, parser), kept, gone)


async def _read(target: DeviceTarget, limits: ReadLimits, tape: Tape, *, whole_device: bool) -> DeviceReading:
    reading = await read_device(target, limits, tape)
    if whole_device and any(entry.usable for entry in reading.coverage):
        patient = replace(limits, device_budget_s=_WHOLE_DEVICE_S, table_budget_s=_WHOLE_DEVICE_S)
        async with open_session(target, patient, tape.tap) as session:
            await walk_whole(session)
    return reading


def _manifest(device: DeviceView, told: Sequence[DeviceReading], *, whole_device: bool) -> recording.Manifest:
    said = (fact for reading in told for fact in reading.facts if isinstance(fact, DeviceFact))
    return recording.Manifest(
        device=device.name,
        address=str(device.address),
        role=device.role,
        platform=next((fact.platform for fact in said), device.platform),
        anonymised=False,
        whole_device=whole_device,
        started_at=min(reading.started_at for reading in told),
        finished_at=max(reading.finished_at for reading in told),
        tables=tuple(
            recording.RecordedTable(
                table=entry.table,
                source=entry.source,
                completeness=entry.completeness,
                rows=entry.rows,
                rejected=entry.rejected,
                reason=data.words(entry.reason),
                words=None if entry.reason is None else entry.reason.plain(),
                at=entry.at,
            )
            for reading in told
            for entry in reading.coverage
        ),
        files=(),
    )
