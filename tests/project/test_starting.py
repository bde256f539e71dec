"""The sweep starts fast: what its two processes import is held here, what it costs is in docs/performance.md."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def imported(module: str, *flags: str) -> set[str]:
    """Return the modules a fresh Python has when it has imported one."""
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r}); import {module}; print(*sys.modules)"
    done = subprocess.run([sys.executable, *flags, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_the_packet_process_imports_the_smallest_parts_of_the_standard_library_and_ourselves() -> None:
    found = imported("probes.sweep.worker", "-I", "-S")
    slow = {"asyncio", "dataclasses", "inspect", "ipaddress", "logging", "pathlib", "subprocess", "scapy", "threading"}
    assert found & slow == set()
    assert {name for name in found if name.startswith(("inventory", "netaudit", "reports"))} == set()
    assert "probes.contract" not in found


def test_the_engine_imports_neither_scapy_nor_what_only_a_sweep_without_privilege_needs() -> None:
    found = imported("probes.sweep.engine")
    assert found & {"asyncio", "scapy", "sqlalchemy", "probes.sweep.selector", "probes.snmp"} == set()
