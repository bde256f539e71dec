"""The written reference is what the code says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_reference_is_current() -> None:
    # In a process of its own: a command imported by another test keeps the language of that test in its help.
    command = [sys.executable, "-m", "tests.project.reference", "--check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", ""), "run: make docs"
