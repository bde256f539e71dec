"""Who is dead is found out while the scan runs: reading then waits for nobody who kept silent all that time."""

from __future__ import annotations

import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from netaudit.app.halt import Halt

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from probes.contract import DeviceTarget, ReadLimits, SshLimits, SshTarget

_CONNECTIONS: Final = 16
"""Devices at once that are asked for a connection: only those that SNMP does not reach."""
_FIRST_ANSWERS_S: Final = 3.0
"""Whoever has not answered by SNMP until then is asked for a connection, too."""
_CONNECT_S: Final = 6.0
"""Three requests for a connection go out meanwhile; the read that follows sends the fourth."""
_WORTH_WAITING_S: Final = 4.0
"""Having waited so long, waiting to the end and asking once more is shorter than reading from the start."""
_LOOK_UP_S: Final = 0.05


class Round(NamedTuple):
    """Devices to be read in one go."""

    by_snmp: list[DeviceTarget]
    by_ssh: list[SshTarget]

    def __bool__(self) -> bool:
        return bool(self.by_snmp or self.by_ssh)


class Knocks:
    """Asks every device one question in a thread of its own; a device without SNMP for a connection."""

    def __init__(self, limits: ReadLimits, ssh: SshLimits, stop: threading.Event) -> None:
        self._limits, self._ssh = limits, ssh
        self._stop = Halt(stop)
        self._lock = threading.Lock()
        self._silent: dict[tuple[str, str], bool] = {}
        """(device, way) → whether it kept silent; nothing about whoever has not had its time."""
        self._asked: set[tuple[str, str]] = set()
        self._threads: list[threading.Thread] = []
        self._started = 0.0

    def start(self, by_snmp: Iterable[DeviceTarget], by_ssh: Iterable[SshTarget]) -> None:
        """Begin."""
        snmp, ssh = list(by_snmp), list(by_ssh)
        reached = {target.name for target in snmp}
        self._asked = {(one.name, "snmp") for one in snmp}
        self._asked |= {(one.name, "ssh") for one in ssh if one.name not in reached}
        works = ((self._by_snmp, snmp), (self._by_connection, ssh))
        self._threads = [
            threading.Thread(target=work, args=(targets,), name="knock", daemon=True)
            for work, targets in works
            if targets
        ]
        self._started = time.monotonic()
        for thread in self._threads:
            thread.start()

    def first(self, by_snmp: Sequence[DeviceTarget], by_ssh: Sequence[SshTarget]) -> tuple[Round, Round]:
        """Return whom to read now, the silent ones marked, and those for whom waiting is shorter than reading.

        Whoever has only just been asked is read like all others.
        """
        if time.monotonic() - self._started < _WORTH_WAITING_S:
            self.end()
            return self._marked(Round(list(by_snmp), list(by_ssh))), Round([], [])
        with self._lock:
            late = {name for name, way in self._asked if (name, way) not in self._silent}
        now = Round([one for one in by_snmp if one.name not in late], [one for one in by_ssh if one.name not in late])
        later = Round([one for one in by_snmp if one.name in late], [one for one in by_ssh if one.name in late])
        return self._marked(now), later

    def rest(self, later: Round) -> Round:
        """Wait until those have had their time, and return them, the silent ones marked."""
        for thread in self._threads:
            thread.join()
        return self._marked(later)

    def end(self) -> None:
        """Ask nobody any more."""
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _marked(self, some: Round) -> Round:
        with self._lock:
            silent = {key for key, kept in self._silent.items() if kept}
        return Round(
            [replace(one, silent=True) if (one.name, "snmp") in silent else one for one in some.by_snmp],
            [replace(one, silent=True) if (one.name, "ssh") in silent else one for one in some.by_ssh],
        )

    def _by_snmp(self, targets: Sequence[DeviceTarget]) -> None:
        from probes.snmp.knock import knock  # noqa: PLC0415 -- a scan alone need not pay for it

        knock(targets, self._limits, self._stop, lambda target, kept: self._note(target.name, "snmp", silent=kept))

    def _by_connection(self, targets: Sequence[SshTarget]) -> None:
        """Ask for a connection: whom SNMP is not spoken with at once, the others where SNMP got no answer so far."""
        with ThreadPoolExecutor(min(_CONNECTIONS, len(targets)), "knock") as crew:
            pending = [target for target in targets if (target.name, "ssh") not in self._asked]
            for target in (target for target in targets if target not in pending):
                crew.submit(self._connect, target)
            while pending and time.monotonic() - self._started < _FIRST_ANSWERS_S and not self._stop.is_set():
                time.sleep(_LOOK_UP_S)
            with self._lock:
                pending = [target for target in pending if self._silent.get((target.name, "snmp")) is not False]
                self._asked |= {(target.name, "ssh") for target in pending}
            for target in pending:
                crew.submit(self._connect, target)

    def _connect(self, target: SshTarget) -> None:
        if self._stop.is_set():
            return
        silent = False
        try:
            at = str(target.address), target.credential.port
            socket.create_connection(at, min(_CONNECT_S, self._ssh.connect_timeout_s)).close()
        except TimeoutError:
            silent = True
        except OSError:
            pass  # it answered, or there is no way to it: the read will say so, and at once
        self._note(target.name, "ssh", silent=silent)

    def _note(self, name: str, way: str, *, silent: bool) -> None:
        with self._lock:
            self._silent[name, way] = silent
