"""What the command line may not pay for before it is asked to."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

HEAVY = (
    "sqlalchemy",
    "alembic",
    "pysnmp",
    "netmiko",
    "paramiko",
    "scapy",
    "openpyxl",
    "docx",
    "pydantic",
    "rich",
    "jinja2",
)


NOT_FOR_A_SWEEP = (
    "alembic",
    "docx",
    "fastapi",
    "inventory.filing",
    "jinja2",
    "netmiko",
    "openpyxl",
    "paramiko",
    "probes.snmp",
    "probes.ssh",
    "pysnmp",
    "scapy",
    "sqlalchemy.dialects.postgresql",
    "uvicorn",
)


def imported(*arguments: str, home: Path | None = None) -> set[str]:
    """Return the modules a run of the command line has imported when it ends."""
    program = (
        "import sys\n"
        "from netaudit.cli.main import main\n"
        f"main({list(arguments)!r})\n"
        "print('\\n'.join(sys.modules), file=sys.stderr)\n"
    )
    folders = {f"XDG_{name}_HOME": str(home / name) for name in ("DATA", "STATE", "CONFIG")} if home else {}
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, **folders},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return set(done.stderr.split())


@pytest.mark.parametrize("arguments", [("--help",), ("--version",), ("--lang", "zh", "--help"), ("no-such-command",)])
def test_help_is_light(arguments: tuple[str, ...]) -> None:
    assert imported(*arguments).isdisjoint(HEAVY)


def test_a_sweep_of_a_new_registry_loads_what_it_uses(tmp_path: Path) -> None:
    found = imported("sweep", "127.0.0.1", home=tmp_path)
    assert {"sqlalchemy", "inventory.location.engine", "reports.formats.terminal"} <= found  # it ran to its end
    assert found.isdisjoint(NOT_FOR_A_SWEEP)
