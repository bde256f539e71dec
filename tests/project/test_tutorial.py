"""The tutorial is what happens: every console block is run, and its output compared."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

TUTORIAL = Path(__file__).parents[2] / "docs" / "tutorial.md"
TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d \+\d\d:\d\d")
LEFT_OUT = "…"


def steps() -> Iterator[tuple[str, list[str]]]:
    """Yield every command with the lines shown after it."""
    for block in re.findall(r"^```console\n(.*?)^```", TUTORIAL.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE):
        command: str | None = None
        shown: list[str] = []
        for line in block.splitlines():
            if line.startswith("$ "):
                if command is not None:
                    yield command, shown
                command, shown = line[2:], []
            else:
                shown.append(line)
        if command is not None:
            yield command, shown


def agrees(shown: list[str], printed: str) -> bool:
    """Whether the output is what is shown; a line of ``…`` stands for any lines."""
    parts = [".*" if line == LEFT_OUT else re.escape(TIME.sub("TIME", line.rstrip())) for line in shown]
    text = "\n".join(line.rstrip() for line in TIME.sub("TIME", printed).splitlines())
    return (
        re.fullmatch(
            "\n".join(parts).replace("\n.*", "(?:\n.*)?").replace(".*\n", "(?:.*\n)?"), text.strip("\n"), re.DOTALL
        )
        is not None
    )


def test_every_console_block_runs_as_shown(tmp_path: Path) -> None:
    folders = {f"XDG_{name}_HOME": str(tmp_path / "home" / name) for name in ("DATA", "STATE", "CONFIG", "CACHE")}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**folders, "HOME": str(tmp_path / "home"), "PATH": path, "LC_ALL": "C.UTF-8", "COLUMNS": "100"}
    differing = []
    ran = 0
    for command, shown in steps():
        done = subprocess.run(
            ["/bin/sh", "-c", command],
            cwd=tmp_path,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=60,
            check=False,
        )
        ran += 1
        if not agrees(shown, done.stdout):
            differing.append(f"$ {command}\n{done.stdout}")
    assert ran > 10
    assert differing == []


def test_a_difference_would_be_noticed() -> None:
    assert agrees(["a", "…", "d"], "a\nb\nc\nd\n")
    assert agrees(["a", "…", "d"], "a\nd\n")
    assert not agrees(["a", "…", "d"], "a\nb\nc\n")
    assert not agrees(["a"], "a\nb\n")
    assert not agrees(["of 6"], "of 7\n")
