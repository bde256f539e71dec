"""``netaudit device health``: a look at the registered devices' own condition. Nothing on them is changed."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from inventory.model.check import Check, CheckResult, DeviceCheck
from inventory.model.errors import SettingsError
from inventory.model.text import Text, remarks, text
from inventory.reconcile.logins import login_checks
from inventory.reconcile.software import software_checks
from netaudit.app.aim import Profiles, aim
from netaudit.app.answer import Report
from netaudit.app.plan import SENSING, target_of
from netaudit.credentials import snmp_credential
from probes.contract import ReadLimits
from probes.services.telnet import telnet_check
from probes.snmp.condition import Condition, condition_of, public_check
from reports.kinds import devices as kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from inventory.model.records import DeviceView
    from inventory.registry.engine import Registry
    from netaudit.settings import Settings
    from probes.contract import DeviceTarget

_TELNET_S = 3.0


def look(registry: Registry, settings: Settings, names: Sequence[str]) -> tuple[Report, int]:
    """Look at these devices, or at all; store what was found; return it with the exit code.

    The code is 0 when every device answered, 3 when one did not, 4 when none did.

    Only registered devices are looked at, each with its own credential, and once with the community ``public`` where
    the settings do not forbid it.

    Raises:
        UsageError: a device is not registered.
    """
    devices = aim(names, registry.filed(), settings, Profiles())
    looks = asyncio.run(_look_at_all(devices, settings))
    looks = _completed(registry, settings, devices, looks)
    found = [check for one in looks for check in one.checks]
    asked = {device.name for device in devices}
    known = registry.device_facts([view.id for view in registry.sweeps()])
    stored = (*software_checks(known), *login_checks(registry.sessions.host_keys()))
    found += [check for check in stored if check.device in asked]
    registry.store_checks(found)
    ordered = sorted(found, key=lambda one: (one.device, list(Check).index(one.check)))
    report = Report(kind.health_document(ordered, datetime.now(UTC)), kind.checks_json(ordered))
    answered = [one.answered for one in looks]
    return report, 0 if all(answered) else 3 if any(answered) else 4


async def _look_at_all(devices: Sequence[DeviceView], settings: Settings) -> list[Condition]:
    hands = asyncio.Semaphore(settings.collect.devices_in_flight)

    async def one(device: DeviceView) -> Condition:
        async with hands:
            return await _look_at(device, settings)

    return await asyncio.gather(*map(one, devices))


async def _look_at(device: DeviceView, settings: Settings) -> Condition:
    wanted = settings.collect
    limits = ReadLimits(timeout_s=wanted.timeout, retries=wanted.retries, device_budget_s=60.0, table_budget_s=30.0)
    found = [await telnet_check(device.name, device.address, min(_TELNET_S, wanted.timeout * 2))]
    target = _target(device, settings)
    if isinstance(target, Text):
        why = DeviceCheck(device.name, Check.CLOCK, CheckResult.NOT_ASSESSED, target, datetime.now(UTC))
        return Condition((*found, why), answered=False)
    health = settings.health
    seen = await condition_of(target, limits, health.clock_tolerance, health.nearly_full)
    # What forwards nothing has no forwarding table, and need not speak LLDP.
    found += [check for check in seen.checks if device.role not in SENSING or check.check is Check.CLOCK]
    if health.public_community:
        found.append(await public_check(target, limits))
    return Condition(tuple(found), seen.answered)


def _completed(
    registry: Registry, settings: Settings, devices: Sequence[DeviceView], looks: Sequence[Condition]
) -> list[Condition]:
    """Ask by SSH what SNMP does not tell, where a device has an SSH profile."""
    wanted = [
        device
        for device, look in zip(devices, looks, strict=True)
        if device.ssh_profile is not None and device.role not in SENSING and _lacking(look)
    ]
    if not wanted:
        return list(looks)
    from netaudit.app.second_look import by_ssh  # noqa: PLC0415 -- takes a second to import, and is rarely needed

    said = by_ssh(registry, settings, wanted)
    return [
        look if device.name not in said else _joined(look, said[device.name])
        for device, look in zip(devices, looks, strict=True)
    ]


def _lacking(look: Condition) -> bool:
    told = {check.check: check for check in look.checks}
    clock, space = told.get(Check.CLOCK), told.get(Check.FORWARDING_SPACE)
    return clock is None or clock.result is CheckResult.NOT_ASSESSED or space is None or space.value is None


def _joined(look: Condition, said: Sequence[DeviceCheck]) -> Condition:
    """Unite two looks: what only one assessed counts, and of a table's room both count."""
    checks = {check.check: check for check in look.checks}
    for more in said:
        known = checks.get(more.check)
        if known is None or known.result is CheckResult.NOT_ASSESSED:
            checks[more.check] = more if more.result is not CheckResult.NOT_ASSESSED or known is None else known
        elif more.check is Check.FORWARDING_SPACE and more.result is not CheckResult.NOT_ASSESSED:
            worse = known if known.result is CheckResult.ATTENTION else more
            evidence = remarks(known.evidence, more.evidence)
            checks[more.check] = replace(worse, evidence=evidence or worse.evidence, at=more.at, value=more.value)
    answered = look.answered or any(check.result is not CheckResult.NOT_ASSESSED for check in said)
    return Condition(tuple(checks.values()), answered)


def _target(device: DeviceView, settings: Settings) -> DeviceTarget | Text:
    """Return how to ask a device; or why it cannot be asked."""
    if device.snmp_profile is None:
        return text("it has no SNMP profile")
    try:
        return target_of(device, snmp_credential(settings, device.snmp_profile))
    except SettingsError as error:
        return error.message
