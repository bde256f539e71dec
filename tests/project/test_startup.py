"""What the command line may not pay for before it is asked to."""

from __future__ import annotations

import subprocess
import sys

import pytest

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


def imported(*arguments: str) -> set[str]:
    """Return the modules a run of the command line has imported when it ends."""
    program = (
        "import sys\n"
        "from netaudit.cli.main import main\n"
        f"main({list(arguments)!r})\n"
        "print('\\n'.join(sys.modules), file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    return {name.partition(".")[0] for name in done.stderr.split()}


@pytest.mark.parametrize("arguments", [("--help",), ("--version",), ("--lang", "zh", "--help"), ("no-such-command",)])
def test_help_is_light(arguments: tuple[str, ...]) -> None:
    assert imported(*arguments).isdisjoint(HEAVY)
