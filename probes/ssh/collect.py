"""Many devices at once: their transcripts, each as soon as it is there."""

from __future__ import annotations

import queue
import random
import threading
from typing import TYPE_CHECKING, Final

from probes.ssh.fuse import Fuses
from probes.ssh.read import read

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable

    from inventory.model.transcript import Transcript
    from probes.contract import SshLimits, SshTarget

_LOOK_UP_S: Final = 0.1
"""How often whoever waits for transcripts looks whether to stop."""


def collect(
    targets: Iterable[SshTarget], limits: SshLimits, stop: threading.Event
) -> Generator[Transcript, None, None]:
    """Read devices, ``limits.in_flight`` at a time, and yield each transcript as it is complete.

    Devices are taken in random order, so that those of one place are not all asked at once. Once ``stop`` is set, or
    the generator is closed, no device is started and sessions end; the transcripts they leave are dropped. A bug in
    reading ends the collection and is raised here.
    """
    waiting = list(targets)
    random.shuffle(waiting)
    crew = _Crew(waiting, limits, stop)
    try:
        yield from crew.transcripts()
    finally:
        crew.dismiss()


class _Crew:
    """The threads in which devices are read; paramiko has one more per session."""

    def __init__(self, targets: list[SshTarget], limits: SshLimits, stop: threading.Event) -> None:
        self._waiting: queue.SimpleQueue[SshTarget] = queue.SimpleQueue()
        for target in targets:
            self._waiting.put(target)
        self._limits = limits
        self._asked_to_stop = stop
        self._stop = threading.Event()
        self._fuses = Fuses()
        self._done: queue.SimpleQueue[Transcript | BaseException | None] = queue.SimpleQueue()
        self._hands = [
            threading.Thread(target=self._work, name=f"ssh-collect-{number}", daemon=True)
            for number in range(min(limits.in_flight, len(targets)))
        ]

    def transcripts(self) -> Generator[Transcript, None, None]:
        for hand in self._hands:
            hand.start()
        busy = len(self._hands)
        while busy:
            try:
                item = self._done.get(timeout=_LOOK_UP_S)
            except queue.Empty:
                if self._asked_to_stop.is_set():
                    return
                continue
            if item is None:
                busy -= 1
            elif isinstance(item, BaseException):
                raise item
            elif not self._asked_to_stop.is_set():
                yield item

    def dismiss(self) -> None:
        """End every session; one that still shakes hands ends by its own limits."""
        self._stop.set()

    def _work(self) -> None:
        try:
            while not self._stop.is_set():
                target = self._waiting.get_nowait()
                fuse = self._fuses.of(target.credential.profile)
                self._done.put(read(target, self._limits, self._stop, fuse))
        except queue.Empty:
            pass
        except BaseException as error:  # noqa: BLE001 -- raised again in the caller's thread
            self._done.put(error)
        finally:
            self._done.put(None)
