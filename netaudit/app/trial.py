"""``netaudit device test``: what answers, which tables, and what will be known by them.

Nothing is stored but the host keys that registered devices show.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from inventory.model.coverage import Completeness, ReadState
from inventory.model.errors import SettingsError
from inventory.model.facts import DeviceFact
from inventory.reconcile.promise import promise
from netaudit.app.aim import aim
from netaudit.app.answer import Report
from netaudit.app.logins import login_of, note_key, ssh_limits
from netaudit.app.plan import SENSING, target_of
from netaudit.credentials import snmp_credential
from probes.contract import ReadLimits, SnmpV3
from probes.snmp.collect import collect
from reports.kinds import trial as kind

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

    from inventory.model.records import DeviceView
    from inventory.registry.engine import Registry
    from netaudit.app.aim import Profiles
    from netaudit.settings import Settings
    from probes.contract import DeviceReading, DeviceTarget, SnmpCredential, SshTarget

_SETTLED = frozenset({Completeness.COMPLETE, Completeness.UNSUPPORTED})


@dataclass(frozen=True, slots=True)
class _Plan:
    """How the devices are asked."""

    by_snmp: list[DeviceTarget]
    by_ssh: list[SshTarget]
    ways: dict[tuple[str, str], str]
    """(device, ``snmp`` or ``ssh``) → version and profile."""
    impossible: dict[tuple[str, str], SettingsError]


def try_out(registry: Registry, settings: Settings, names: Sequence[str], profiles: Profiles) -> tuple[Report, int]:
    """Read these devices, or all, in every way they are registered with; return what they said and the exit code.

    The code is 0 when everything asked was read to its end, 3 when something was not, 4 when nothing answered.

    Raises:
        UsageError: a device is not registered, and no profile was named for its address.
    """
    filed = registry.filed()
    devices = aim(names, filed, settings, profiles)
    plan = _plan(devices, settings, registry)
    wanted = settings.collect
    limits = ReadLimits(timeout_s=wanted.timeout, retries=wanted.retries, device_budget_s=wanted.device_budget)
    read = {(one.device, "snmp"): one for one in collect(plan.by_snmp, limits, threading.Event())}
    known = {device.name for device in filed.devices}
    read |= {(one.device, "ssh"): one for one in _by_ssh(plan, settings, registry, known)}
    trials = [_trial(device, plan, read, registered=device.name in known) for device in devices]
    return Report(kind.document(trials), kind.json_document(trials)), _code(trials)


def _plan(devices: Sequence[DeviceView], settings: Settings, registry: Registry) -> _Plan:
    plan = _Plan([], [], {}, {})
    believed = registry.sessions.believed()
    for device in devices:
        if device.snmp_profile is not None:
            try:
                credential = snmp_credential(settings, device.snmp_profile)
                plan.by_snmp.append(target_of(device, credential))
                plan.ways[device.name, "snmp"] = f"{_version(credential)} {device.snmp_profile}"
            except SettingsError as error:
                plan.impossible[device.name, "snmp"] = error
        if device.ssh_profile is not None:
            try:
                plan.by_ssh.append(login_of(device, settings, believed))
                plan.ways[device.name, "ssh"] = f"SSH {device.ssh_profile}"
            except SettingsError as error:
                plan.impossible[device.name, "ssh"] = error
    return plan


def _version(credential: SnmpCredential) -> str:
    return "SNMPv3" if isinstance(credential, SnmpV3) else f"SNMPv{credential.version}"


def _by_ssh(plan: _Plan, settings: Settings, registry: Registry, known: Container[str]) -> list[DeviceReading]:
    """Read by SSH; the host key of a registered device is kept, so that the next login can tell another one."""
    if not plan.by_ssh:
        return []
    targets = {target.name: target for target in plan.by_ssh}
    from probes.ssh.collect import collect as log_in  # noqa: PLC0415 -- takes a second to import, and is rarely needed
    from probes.ssh.parser import Parser  # noqa: PLC0415 -- the same
    from probes.ssh.reading import reading  # noqa: PLC0415 -- the same

    with Parser() as parser:
        sessions = log_in(plan.by_ssh, ssh_limits(settings), threading.Event())
        found = []
        for transcript in sessions:
            if transcript.device in known:
                note_key(registry, targets[transcript.device], transcript)
            found.append(reading(transcript, "public", parser))
    return found


def _trial(
    device: DeviceView, plan: _Plan, read: dict[tuple[str, str], DeviceReading], *, registered: bool
) -> kind.Trial:
    ways = []
    for way in ("snmp", "ssh"):
        key = (device.name, way)
        if key in plan.impossible:
            ways.append(kind.Way(way, plan.impossible[key].message, ReadState.UNREAD, None, (), None))
        elif key in read:
            ways.append(_way(way, plan.ways[key], read[key]))
    coverage = [entry for key, one in read.items() if key[0] == device.name for entry in one.coverage]
    grade = None if device.role in SENSING else promise(coverage)
    return kind.Trial(
        device.name,
        device.address,
        registered,
        tuple(ways),
        grade.grade if grade else None,
        grade.because if grade else None,
    )


def _way(way: str, called: str, reading: DeviceReading) -> kind.Way:
    said = next((fact for fact in reading.facts if isinstance(fact, DeviceFact)), None)
    seconds = (reading.finished_at - reading.started_at).total_seconds()
    return kind.Way(way, called, _state(reading), said, reading.coverage, reading.hint, seconds)


def _state(reading: DeviceReading) -> ReadState:
    if not any(entry.usable for entry in reading.coverage):
        return ReadState.UNREAD
    whole = all(entry.completeness in _SETTLED for entry in reading.coverage)
    return ReadState.COMPLETE if whole else ReadState.PARTIAL


def _code(trials: Sequence[kind.Trial]) -> int:
    states = [way.state for trial in trials for way in trial.ways]
    states += [ReadState.UNREAD for trial in trials if not trial.ways]
    if all(state is ReadState.UNREAD for state in states):
        return 4
    return 0 if all(state is ReadState.COMPLETE for state in states) else 3
