"""Sweeps started from the portal: a process of the same program, which outlives the portal and keeps its own rules."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from inventory.model.errors import UsageError
from inventory.model.text import Text, text
from netaudit.app.beacon import progress_of
from netaudit.app.records import unit_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import IO

    from inventory.model.cases import Actor
    from inventory.registry.engine import Registry
    from netaudit.settings import Settings

_WORTH_TELLING: Final = frozenset({0, 3})
"""Exit codes of a sweep that stored what it found: complete, and partial."""
_LONGEST_WORD: Final = 600


class Launcher:
    """Starts one sweep at a time; threads may share it."""

    def __init__(self, registry: Registry, settings: Settings, options: Sequence[str] = ()) -> None:
        """Prepare.

        Args:
            registry: whose networks are swept.
            settings: where the registry is.
            options: what the portal itself was started with: ``--config FILE``.
        """
        self._registry = registry
        self._settings = settings
        self._options = tuple(options)
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._said: IO[bytes] | None = None
        self._before = 0

    def start(self, actor: Actor, *, unit: str | None = None, resume: bool = False, language: str = "en") -> None:
        """Start a sweep of every registered prefix, or of one unit's, or go on with the last one.

        Raises:
            UsageError: one is running, or there is no such unit.
        """
        if unit is not None:
            unit_of(self._registry, unit)
        with self._lock:
            if self.busy:
                raise UsageError(text("A sweep is running."), text("Wait until it ends, or stop it."))
            wanted = ["--resume"] if resume else [] if unit is None else ["--unit", unit]
            command = [
                sys.executable,
                "-m",
                "netaudit",
                *self._options,
                "--lang",
                language,
                "--quiet",
                "sweep",
                *wanted,
            ]
            said = tempfile.TemporaryFile()  # noqa: SIM115 -- read when the process has ended
            newest = self._registry.archive.runs.newest(1)
            self._before = newest[0].id if newest else 0
            # The database's address may hold a password: arguments can be read by every user of this computer.
            environment = {**os.environ, "NETAUDIT_DATABASE": self._settings.database_url}
            self._process = subprocess.Popen(
                command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=said,
                start_new_session=True,
            )  # fmt: skip
            self._said = said
        what = "registry" if unit is None else f"unit {unit}"
        self._registry.gate.note(datetime.now(UTC), actor.name, "resume_sweep" if resume else "start_sweep", what)

    @property
    def starting(self) -> bool:
        """Whether a sweep was started here whose process has not ended."""
        return self._process is not None and self._process.poll() is None

    @property
    def busy(self) -> bool:
        """Whether a sweep runs, wherever it was started."""
        newest = self._registry.archive.runs.newest(3)
        return self.starting or any(progress_of(sweep) is not None for sweep in newest)

    @property
    def failure(self) -> Text | None:
        """What the last sweep started here said when it could not begin or found nothing it could do."""
        process, said = self._process, self._said
        if process is None or said is None or process.poll() is None or process.returncode in _WORTH_TELLING:
            return None
        with self._lock:
            said.seek(0)
            words = said.read(_LONGEST_WORD).decode("utf-8", "replace").strip()
        return text("The last sweep could not be done: {words}", words=words or process.returncode)
