"""Many devices at once: their readings, each as soon as it is there."""

from __future__ import annotations

import asyncio
import logging
import queue
import threading
from collections import deque
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from inventory.model.coverage import Completeness, Table, TableCoverage
from inventory.model.text import N_, text
from probes.contract import DeviceReading
from probes.snmp.device import read_device
from probes.snmp.load import Load, affordable, few_searches

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator

    from probes.contract import DeviceTarget, ReadLimits

_LOG = logging.getLogger(__name__)
_LOOK_UP_S: Final = 0.05
"""How often the loop looks whether it should stop."""


def collect(
    targets: Iterable[DeviceTarget], limits: ReadLimits, stop: threading.Event
) -> Generator[DeviceReading, None, None]:
    """Read devices, ``limits.in_flight`` at a time, and yield each reading as it completes.

    The reads run in a loop of their own, so storing a reading does not keep other devices waiting. Once ``stop`` is set
    no device is started, reads under way are abandoned, and only what was complete is still yielded. Closing the
    generator does the same.
    """
    crew = _Crew(tuple(targets), limits, stop)
    crew.start()
    try:
        with few_searches():
            yield from crew.readings()
    finally:
        crew.dismiss()


class _Crew:
    """The thread with the loop in which devices are read."""

    def __init__(self, targets: tuple[DeviceTarget, ...], limits: ReadLimits, stop: threading.Event) -> None:
        self._waiting = deque(targets)
        self._load = Load(affordable(min(limits.in_flight, len(targets))))
        self._limits = limits
        self._stop = stop
        self._dismissed = threading.Event()
        self._done: queue.SimpleQueue[DeviceReading | BaseException | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="snmp-collect", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def readings(self) -> Iterator[DeviceReading]:
        while (item := self._done.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item

    def dismiss(self) -> None:
        self._dismissed.set()
        self._thread.join()

    def _work(self) -> None:
        try:
            asyncio.run(self._all())
        except BaseException as error:  # noqa: BLE001 -- raised again in the caller's thread
            self._done.put(error)
        finally:
            self._done.put(None)

    async def _all(self) -> None:
        hands = [asyncio.create_task(self._one_after_another(number)) for number in range(self._load.most)]
        everything = asyncio.create_task(_all_of(hands))
        lookout = asyncio.create_task(self._watch())
        try:
            await asyncio.wait([everything, lookout], return_when=asyncio.FIRST_COMPLETED)
            if everything.done():
                everything.result()
        finally:
            lookout.cancel()
            for hand in hands:
                hand.cancel()
            await asyncio.gather(everything, lookout, *hands, return_exceptions=True)

    async def _one_after_another(self, number: int) -> None:
        while self._waiting and not self._should_stop():
            if number >= self._load.hands:
                await asyncio.sleep(_LOOK_UP_S)
                continue
            self._done.put(await self._read(self._waiting.popleft()))

    async def _read(self, target: DeviceTarget) -> DeviceReading:
        """Read a device. A bug of ours that its answers bring up is its own outcome, and loud: the others go on."""
        started = datetime.now(UTC)
        try:
            return await read_device(target, self._limits)
        except Exception as error:  # noqa: BLE001 -- whatever it is, the other devices must be read
            _LOG.exception(N_("a fault in netaudit itself ended the read of a device"), extra={"device": target.name})
            at, reason = datetime.now(UTC), text("internal error: {kind}", kind=type(error).__name__)
            asked = [table for table in Table if table in target.tables]
            failed = tuple(TableCoverage(target.name, table, Completeness.FAILED, 0, at, reason) for table in asked)
            return DeviceReading(target.name, started, at, (), failed)

    async def _watch(self) -> None:
        """Look whether to stop, and how late the loop comes to look: the event belongs to another thread."""
        loop = asyncio.get_running_loop()
        while not self._should_stop():
            due = loop.time() + _LOOK_UP_S
            await asyncio.sleep(_LOOK_UP_S)
            fewer = self._load.hands
            self._load.looked(loop.time() - due)
            if self._load.hands < fewer:
                _LOG.warning(N_("busy: reading fewer devices at once"), extra={"devices": self._load.hands})

    def _should_stop(self) -> bool:
        return self._stop.is_set() or self._dismissed.is_set()


async def _all_of(tasks: list[asyncio.Task[None]]) -> None:
    await asyncio.gather(*tasks)
