"""Which devices answer at all: one harmless question each, with all the patience a read has, while others are busy.

A device that stays silent is asked once more when its turn comes to be read, and no longer: it has had its time.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from inventory.model.coverage import Completeness
from inventory.model.text import text
from probes.contract import SnmpV3
from probes.mibs.system import SYS_UP_TIME
from probes.snmp.client import open_session
from probes.snmp.load import affordable
from probes.snmp.pdu import SILENCE, Failure
from probes.snmp.usm import unusable

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterable

    from probes.contract import DeviceTarget, ReadLimits

_LOOK_UP_S: Final = 0.05


async def silence_of(target: DeviceTarget, limits: ReadLimits) -> Failure | None:
    """Return how a device kept silent; None when it answered, refused, or cannot be asked at all."""
    if isinstance(target.credential, SnmpV3) and unusable(target.credential):
        return None
    try:
        async with open_session(target, limits) as session:
            answer = await session.get((SYS_UP_TIME,))
    except OSError:
        return None
    return answer if isinstance(answer, Failure) and answer.completeness is Completeness.TIMED_OUT else None


async def still_silent(target: DeviceTarget, limits: ReadLimits) -> Failure | None:
    """Ask a device once more that kept silent before."""
    failure = await silence_of(target, replace(limits, retries=0))
    if failure is None or failure.reason != SILENCE:
        return failure
    return replace(failure, reason=text("timeout, as throughout the scan"))


def knock(
    targets: Iterable[DeviceTarget],
    limits: ReadLimits,
    stop: threading.Event,
    tell: Callable[[DeviceTarget, bool], None],
) -> None:
    """Ask every device, and tell of each whether it kept silent; nothing more of any once ``stop`` is set."""
    asyncio.run(_knock(list(targets), limits, stop, tell))


async def _knock(
    targets: list[DeviceTarget],
    limits: ReadLimits,
    stop: threading.Event,
    tell: Callable[[DeviceTarget, bool], None],
) -> None:
    room = asyncio.Semaphore(affordable(limits.in_flight))

    async def one(target: DeviceTarget) -> None:
        async with room:
            tell(target, await silence_of(target, limits) is not None)

    left = {asyncio.create_task(one(target)) for target in targets}
    while left and not stop.is_set():
        _, left = await asyncio.wait(left, timeout=_LOOK_UP_S)
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)
