"""A first sweep needs no configuration and no privilege."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.end_to_end.conftest import COMMAND

if TYPE_CHECKING:
    from tests.end_to_end.conftest import Program

NOBODY = 65534
ROOT = Path(__file__).parents[2]


def unprivileged(program: Program, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run netaudit as a user without any capability."""
    command = [*COMMAND, *arguments]
    if os.geteuid() == 0:
        setpriv = shutil.which("setpriv")
        assert setpriv is not None
        drop = ["--bounding-set", "-all", "--inh-caps", "-all"]
        if open_to_everybody(ROOT):
            drop += ["--reuid", str(NOBODY), "--regid", str(NOBODY), "--clear-groups"]
            hand_over(program.home)
        command = [setpriv, *drop, "--", *command]
    return subprocess.run(
        command, env={**os.environ, **program.environment}, capture_output=True, text=True, timeout=60, check=False
    )


def open_to_everybody(folder: Path) -> bool:
    """Whether another user can read what lies here; a checkout in /root is for root, who then only drops the powers."""
    return all(parent.stat().st_mode & 0o001 for parent in (folder, *folder.parents))


def hand_over(home: Path) -> None:
    os.chown(home, NOBODY, NOBODY)
    private = next(parent for parent in home.parents if parent.name.startswith("pytest-of-"))
    for parent in (private, *(folder for folder in home.parents if private in folder.parents)):
        parent.chmod(0o755)


def test_loopback_on_an_empty_database_without_root(program: Program) -> None:
    done = unprivileged(program, "sweep", "127.0.0.0/29", "--format", "json")
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    assert (summary["outcome"], summary["targets"], summary["alive"]) == ("complete", 6, 6)
    listed = json.loads(unprivileged(program, "endpoint", "list", "--format", "json").stdout)
    assert [(entry["ip"], entry["unit"]) for entry in listed] == [(f"127.0.0.{n}", "unassigned") for n in range(1, 7)]
    shown = unprivileged(program, "sweep", "127.0.0.0/29").stdout
    assert "127.0.0.6" in shown
    assert "unassigned" in shown


def test_the_database_belongs_to_its_owner_only(program: Program) -> None:
    program.run("sweep", "127.0.0.1")
    modes = {file.name: file.stat().st_mode & 0o077 for file in program.home.glob("netaudit.db*")}
    assert modes
    assert set(modes.values()) == {0}


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("sweep",), 2, "nothing to sweep"),
        (("sweep", "8.8.8.8"), 2, "--allow-public"),
        (("sweep", "127.0.0.1", "--probes", "ping"), 2, "There is no probe 'ping'"),
        (("sweep", "127.0.0.1", "--no-scan", "--no-collect"), 2, "nothing to do"),
        (("sweep", "127.0.0.1", "--resume"), 2, "takes no targets"),
        (("sweep", "127.0.0.1", "--rate", "0"), 2, "--rate"),
        (("sweep", "127.0.0.0/8"), 2, "more than"),
        (("collect", "nope"), 2, "no device 'nope'"),
        (("locate", "printer"), 2, "neither an IP address nor a MAC"),
        (("report", "unregistered", "--unit", "X"), 2, "no unit 'X'"),
        (("report", "unregistered", "--sweep", "9"), 2, "no sweep 9"),
        (("report", "unregistered", "--format", "xlsx"), 2, "--output FILE"),
        (("report", "unregistered", "--format", "xlsx", "--output", "/proc/nowhere/x.xlsx"), 4, "cannot be written"),
        (("--config", "/nonexistent.toml", "unit", "list"), 2, "cannot be read"),
        (("--database", "sqlite:////proc/nowhere/n.db", "unit", "list"), 4, "/proc/nowhere"),
        (("--database", "nonsense", "unit", "list"), 4, "URL is not valid"),
    ],
)
def test_a_wrong_request_is_told_clearly(program: Program, arguments: tuple[str, ...], code: int, says: str) -> None:
    for language in ("en", "zh"):
        done = program.run("--lang", language, *arguments, expect=code)
        assert "Traceback" not in done.stderr
        assert done.stdout == ""
        if language == "en":
            assert says in done.stderr
        else:
            assert any("\u4e00" <= letter <= "\u9fff" for letter in done.stderr)


def test_reports_of_an_empty_registry_are_readable(program: Program) -> None:
    for language in ("en", "zh"):
        for name in ("unregistered", "registration-rate", "coverage"):
            assert program.run("--lang", language, "report", name).stdout.strip()
    assert program.json("report", "unregistered")["totals"]["observed"] == 0
    assert program.json("locate", "192.0.2.1")["matches"] == []
