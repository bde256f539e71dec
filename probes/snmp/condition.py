"""A look at a device's own condition by SNMP: its clock, its forwarding table, LLDP, and the community ``public``."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from inventory.model.check import Check, CheckResult, DeviceCheck
from inventory.model.systemerrors import system_words
from inventory.model.text import text
from probes.contract import SnmpV2c
from probes.mibs import condition, system
from probes.snmp.client import open_session
from probes.snmp.pdu import Failure

if TYPE_CHECKING:
    from inventory.model.text import Text
    from probes.contract import DeviceTarget, ReadLimits

PUBLIC: Final = "public"
_BY_SNMP: Final = (Check.CLOCK, Check.FORWARDING_SPACE, Check.DISCOVERY)


class Condition(NamedTuple):
    """What a look found, and whether the device answered at all."""

    checks: tuple[DeviceCheck, ...]
    answered: bool


async def condition_of(target: DeviceTarget, limits: ReadLimits, tolerance_s: float, nearly_full: float) -> Condition:
    """Look at a device with its registered credential. What it does not answer is not assessed."""
    try:
        async with open_session(target, limits) as session:
            said = await session.get(condition.SCALARS)
            at = datetime.now(UTC)
            if isinstance(said, Failure):
                return _unanswered(target.name, said.reason)
            boards = await session.table(condition.USAGE_COLUMNS)
            ports = await session.table(condition.LLDP_COLUMNS)
    except OSError as error:
        return _unanswered(target.name, system_words(error))
    checks = (
        condition.clock_check(target.name, condition.clock(said), at, tolerance_s),
        condition.space_check(target.name, said, boards.rows, at, nearly_full),
        condition.discovery_check(target.name, ports.rows, datetime.now(UTC)),
    )
    return Condition(checks, answered=True)


async def public_check(target: DeviceTarget, limits: ReadLimits) -> DeviceCheck:
    """Ask once by each old version for sysObjectID under the community everybody knows."""
    answered = [version for version in _VERSIONS if await _answers(target, limits, version)]
    evidence = (
        text("answers {community!r} by SNMP {versions}", community=PUBLIC, versions=", ".join(answered))
        if answered
        else text("no answer to {community!r}", community=PUBLIC)
    )
    result = CheckResult.ATTENTION if answered else CheckResult.GOOD
    return DeviceCheck(target.name, Check.PUBLIC_COMMUNITY, result, evidence, datetime.now(UTC))


_VERSIONS: Final[tuple[Literal["1", "2c"], ...]] = ("2c", "1")


async def _answers(target: DeviceTarget, limits: ReadLimits, version: Literal["1", "2c"]) -> bool:
    asking = replace(target, credential=SnmpV2c(PUBLIC, target.credential.port, version))
    try:
        async with open_session(asking, replace(limits, retries=0)) as session:
            said = await session.get((system.SYS_OBJECT_ID,))
    except OSError:
        return False
    return not isinstance(said, Failure) and said[system.SYS_OBJECT_ID] is not None


def _unanswered(device: str, reason: Text) -> Condition:
    at = datetime.now(UTC)
    checks = tuple(DeviceCheck(device, check, CheckResult.NOT_ASSESSED, reason, at) for check in _BY_SNMP)
    return Condition(checks, answered=False)
