"""Running netaudit as its user does: as a program, with its own home folder and database."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.lab import Lab

COMMAND = (sys.executable, "-m", "netaudit")


@dataclass(frozen=True)
class Program:
    """netaudit with a home of its own, on this machine or on a host of the lab."""

    home: Path
    lab: Lab | None = None
    config: Path | None = None

    @property
    def environment(self) -> dict[str, str]:
        folders = {f"XDG_{name}_HOME": f"{self.home}/{name.lower()}" for name in ("DATA", "STATE", "CONFIG", "CACHE")}
        config = {"NETAUDIT_CONFIG": str(self.config)} if self.config else {}
        database = {"NETAUDIT_DATABASE": f"sqlite:///{self.home}/netaudit.db"}
        patience = {"NETAUDIT_COLLECT__TIMEOUT": "0.7"}  # the lab's agents answer in milliseconds, and some never
        return {
            **folders,
            **config,
            **database,
            **patience,
            "HOME": str(self.home),
            "LC_ALL": "C.UTF-8",
            "COLUMNS": "120",
        }

    def command(self, *arguments: str) -> list[str]:
        command = [*COMMAND, *arguments]
        return self.lab.command("admin", command) if self.lab else command

    def run(self, *arguments: str, expect: int = 0, timeout: float = 120) -> subprocess.CompletedProcess[str]:
        """Run to the end; the exit code must be the expected one."""
        done = subprocess.run(
            self.command(*arguments),
            env={**os.environ, **self.environment},
            cwd=self.home,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
        assert done.returncode == expect, f"exit code {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done

    def json(self, *arguments: str, expect: int = 0, timeout: float = 120) -> Any:  # noqa: ANN401 -- a JSON document
        return json.loads(self.run(*arguments, "--format", "json", expect=expect, timeout=timeout).stdout)

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start, without waiting."""
        return subprocess.Popen(
            self.command(*arguments),
            env={**os.environ, **self.environment},
            cwd=self.home,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """Return netaudit on this machine, with nothing in its home."""
    return Program(tmp_path)


@pytest.fixture
def on_lab(tmp_path: Path, lab: Lab) -> Program:
    """Return netaudit on the lab's admin host, everything imported, nothing swept."""
    made = Program(tmp_path, lab, lab.directory / "netaudit.toml")
    made.run("import", str(lab.directory / "sheets"))
    return made


@pytest.fixture(scope="session")
def swept(tmp_path_factory: pytest.TempPathFactory, lab: Lab) -> Program:
    """Return netaudit on the lab's admin host after one whole sweep; tests read it only."""
    made = Program(tmp_path_factory.mktemp("swept"), lab, lab.directory / "netaudit.toml")
    made.run("import", str(lab.directory / "sheets"))
    made.run("sweep", expect=3)
    return made
