"""Started as root, the main process keeps one right; started by sudo, it is the user who called sudo."""

from __future__ import annotations

import os
import pwd
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.end_to_end.conftest import COMMAND, Program
from tests.end_to_end.test_first_sweep import NOBODY, ROOT, open_to_everybody

if TYPE_CHECKING:
    from collections.abc import Iterator

NET_RAW, SETGID_SETUID, DAC_OVERRIDE = 1 << 13, 0b11 << 6, 1 << 1

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root has something to give up")


@pytest.fixture
def theirs() -> Iterator[Program]:
    """A home of another user, outside pytest's folder: every pytest that starts closes that one again."""
    with tempfile.TemporaryDirectory() as folder:
        os.chown(folder, NOBODY, NOBODY)
        yield Program(Path(folder))


def environment(program: Program, **more: str) -> dict[str, str]:
    named = {"NETAUDIT_DATABASE", "NETAUDIT_CONFIG"}
    kept = {**os.environ, **program.environment, **more}
    return {name: value for name, value in kept.items() if name not in named or name in more}


def status_of(program: Program, python: str = sys.executable, **more: str) -> dict[str, str]:
    """Start a slow sweep, return /proc/PID/status of its main process while it sends, and end it."""
    command = [python, "-m", "netaudit", "sweep", "127.0.0.0/26", "--rate", "20"]
    process = subprocess.Popen(
        command,
        env=environment(program, **more),
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    while not list(program.home.glob("**/netaudit.db-sweep")) and process.poll() is None:
        time.sleep(0.02)
    said = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii") if process.poll() is None else ""
    process.terminate()
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 3, errors
    return dict(line.split(":\t", 1) for line in said.splitlines() if ":\t" in line)


def everybodys_python() -> str:
    """Return an interpreter of this version that every user can run, with this checkout readable as well."""
    if not open_to_everybody(ROOT):
        pytest.skip("this checkout is readable by root only, so the program stays root")
    own = Path(sys.executable).resolve()
    wanted = (str(own) if open_to_everybody(own.parent) else None, f"/usr/bin/python3.{sys.version_info.minor}")
    found = next((python for python in wanted if python and Path(python).exists()), None)
    return found or pytest.skip("no interpreter of this version is everybody's, so the program stays root")


def powers(status: dict[str, str]) -> list[int]:
    return [int(status[name], 16) for name in ("CapPrm", "CapEff", "CapInh", "CapAmb", "CapBnd")]


def test_sudo_means_the_user_who_called_it(theirs: Program) -> None:
    python = everybodys_python()
    path = os.pathsep.join(entry for entry in sys.path if entry.endswith("site-packages"))
    status = status_of(theirs, python, SUDO_UID=str(NOBODY), SUDO_GID=str(NOBODY), PYTHONPATH=path)
    assert status["Uid"].split() == [str(NOBODY)] * 4
    assert status["Gid"].split() == [str(pwd.getpwuid(NOBODY).pw_gid)] * 4
    assert powers(status) == [NET_RAW, NET_RAW, 0, 0, NET_RAW]
    assert status["NoNewPrivs"] == "1"
    files = [file for file in theirs.home.rglob("*") if file.is_file()]
    assert any(file.name == "netaudit.db" for file in files)
    assert {file.stat().st_uid for file in files} == {NOBODY}


def test_root_stays_root_without_its_powers(program: Program) -> None:
    status = status_of(program)
    assert status["Uid"].split() == ["0"] * 4
    assert powers(status) == [NET_RAW, NET_RAW, 0, 0, NET_RAW | SETGID_SETUID]


def test_a_named_database_may_be_anybodys(theirs: Program) -> None:
    status = status_of(theirs, NETAUDIT_DATABASE=f"sqlite:///{theirs.home}/netaudit.db", SUDO_UID=str(NOBODY))
    assert status["Uid"].split() == ["0"] * 4
    assert powers(status)[0] == NET_RAW | DAC_OVERRIDE


@pytest.mark.parametrize("caller", ["0", "", "-1", "4000000000", "nobody"])
def test_a_caller_who_is_nobody_changes_nothing(program: Program, caller: str) -> None:
    done = subprocess.run(
        [*COMMAND, "unit", "list"], env=environment(program, SUDO_UID=caller), capture_output=True, check=False
    )
    assert done.returncode == 0
    assert {file.stat().st_uid for file in program.home.rglob("*")} == {0}
