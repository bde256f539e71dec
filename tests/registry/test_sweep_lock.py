"""Only one sweep at a time, on whichever computers share the database."""

from __future__ import annotations

import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from inventory.model.errors import UsageError
from inventory.registry.engine import open_registry
from netaudit.app.lock import only_sweep

if TYPE_CHECKING:
    from pathlib import Path

HOLDER = """
import sys
from inventory.registry.engine import open_registry

with open_registry(sys.argv[1]) as registry, registry.sweeping() as mine:
    print(mine, flush=True)
    sys.stdin.readline()
"""


def test_one_sweep_per_postgresql_database(postgresql_url: str) -> None:
    with open_registry(postgresql_url) as one, open_registry(postgresql_url) as other:
        with one.sweeping() as first, other.sweeping() as second:
            assert (first, second) == (True, False)
        with other.sweeping() as later:
            assert later
        with one.sweeping() as again:
            assert again


def test_databases_of_one_server_do_not_wait_for_each_other(postgresql_url: str, migrated: str) -> None:
    with (
        open_registry(postgresql_url) as one,
        open_registry(migrated) as other,
        one.sweeping() as first,
        other.sweeping() as second,
    ):
        assert first
        assert second


def test_a_killed_sweep_gives_the_lock_back(
    postgresql_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    with open_registry(postgresql_url) as registry:
        command = [sys.executable, "-W", "error", "-c", HOLDER, postgresql_url]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
            assert holder.stdout is not None
            assert holder.stdout.readline() == "True\n"
            with registry.sweeping() as mine:
                assert not mine
            with (
                pytest.raises(UsageError, match="Another computer runs a sweep of this registry"),
                only_sweep(registry, f"{postgresql_url}&application_name=elsewhere"),
            ):
                pass
            holder.kill()
        for _attempt in range(200):  # the server notices the end of the connection by itself
            with registry.sweeping() as mine:
                if mine:
                    return
            time.sleep(0.02)
    pytest.fail("the lock of a killed sweep was not given back")


def test_sqlite_needs_no_lock_of_the_database(sqlite_url: str) -> None:
    with open_registry(sqlite_url) as registry, registry.sweeping() as one, registry.sweeping() as other:
        assert one
        assert other
