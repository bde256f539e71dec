"""One sweep at a time per registry: two would double every rate the user agreed to."""

from __future__ import annotations

import fcntl
import hashlib
import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs

from inventory.model.errors import UsageError
from inventory.model.text import text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from inventory.registry.engine import Registry


@contextmanager
def only_sweep(registry: Registry, database_url: str) -> Iterator[None]:
    """Hold the registry's sweep lock: on this machine the kernel's, on a shared server the database's, too.

    Both are given back even after kill -9.

    Raises:
        UsageError: another sweep holds it.
    """
    with _only_here(database_url), registry.sweeping() as mine:
        if not mine:
            raise UsageError(
                text("Another computer runs a sweep of this registry."),
                text("Wait until it ends; two at once would double every rate that was agreed to."),
            )
        yield


@contextmanager
def _only_here(database_url: str) -> Iterator[None]:
    # Read-only is enough for a lock.
    with os.fdopen(os.open(_file(database_url), os.O_RDONLY | os.O_CREAT, 0o600)) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UsageError(
                text("Another sweep of this registry is running on this machine."),
                text("Wait until it ends, or stop it with Ctrl-C; it can be resumed."),
            ) from None
        yield


def _file(database_url: str) -> Path:
    """Return the lock's file: beside a database file, one for every user and every spelling of its path."""
    scheme, mark, path = database_url.partition(":///")
    if mark and path and scheme.startswith("sqlite"):
        database = Path(path.partition("?")[0]).resolve()
        return database.with_name(f"{database.name}-sweep")
    folder = Path(platformdirs.user_state_dir("netaudit", appauthor=False))
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    name = hashlib.sha256(database_url.encode()).hexdigest()[:16]
    return folder / f"sweep-{name}.lock"
