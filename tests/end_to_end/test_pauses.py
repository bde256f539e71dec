"""A sweep that is halted, killed or overtaken by quiet hours while it is inside a block."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from inventory.registry.engine import open_registry
from tests.end_to_end.conftest import COMMAND
from tests.end_to_end.test_interruption import STORED_TWICE
from tests.unit.sweep.spaces import Space, cable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.end_to_end.conftest import Program

pytestmark = [pytest.mark.lab, pytest.mark.xdist_group("lab"), pytest.mark.slow]

NETWORK = "10.9.0.0/24"
ALIVE = 254


@pytest.fixture(scope="module")
def scanner() -> Iterator[Space]:
    """A computer behind whose gateway every address of a /24 answers."""
    with ExitStack() as opened:
        ours, hosts = Space.make(), Space.make()
        for space in (ours, hosts):
            opened.callback(space.end)
        cable(ours, "lan", hosts, "lan")
        ours.run("ip address add 10.1.0.2/24 dev lan; ip route add default via 10.1.0.1")
        hosts.run("ip address add 10.1.0.1/24 dev lan; ip route add local 10.9.0.0/24 dev lo")
        yield ours


def start(scanner: Space, program: Program, *arguments: str, **more: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        scanner.argv(*COMMAND, "sweep", *arguments, "--format", "json"),
        env={**os.environ, **program.environment, **more},
        cwd=program.home,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def await_answers(process: subprocess.Popen[str]) -> None:
    """Wait until packets are on their way: the packet process is there, and had time to send some."""
    while process.poll() is None and not children(process):
        time.sleep(0.02)
    time.sleep(1)
    assert process.poll() is None


def children(process: subprocess.Popen[str]) -> list[int]:
    try:
        with open(f"/proc/{process.pid}/task/{process.pid}/children", encoding="ascii") as file:  # noqa: PTH123 -- a kernel file
            return [int(child) for child in file.read().split()]
    except OSError:
        return []


def ended(process: subprocess.Popen[str], expect: int = 0) -> dict[str, Any]:
    output, errors = process.communicate(timeout=240)
    assert process.returncode == expect, errors
    summary: dict[str, Any] = json.loads(output)
    return summary


def check_whole(program: Program) -> None:
    """Everybody was found once, and all times lie between the beginning and the end of the sweep, in order."""
    with open_registry(f"sqlite:///{program.home}/netaudit.db") as registry:
        sightings, view = registry.sightings(1), registry.sweep(1)
        steps = registry.finished_steps(1)
        with registry._reading() as connection:  # noqa: SLF001 -- counts what no caller asks for
            twice = connection.exec_driver_sql(STORED_TWICE["steps"]).scalar_one()
    assert len({sighting.ip for sighting in sightings}) == len(sightings) == ALIVE
    assert view.finished_at is not None
    moments = [*(sighting.at for sighting in sightings), *steps.values()]
    assert view.started_at <= min(moments)
    assert max(moments) <= view.finished_at
    assert twice == 0


@pytest.mark.parametrize("which", ["main", "both"])
def test_a_sweep_that_is_halted_for_a_while_ends_complete(scanner: Space, program: Program, which: str) -> None:
    started = start(scanner, program, NETWORK, "--rate", "100")
    await_answers(started)
    halted = [started.pid, *(children(started) if which == "both" else ())]
    for number in halted:
        os.kill(number, signal.SIGSTOP)
    time.sleep(2)
    for number in halted:
        os.kill(number, signal.SIGCONT)
    summary = ended(started)
    assert (summary["outcome"], summary["probed"], summary["alive"]) == ("complete", ALIVE, ALIVE)
    check_whole(program)


def test_a_sweep_killed_inside_a_block_is_gone_on_with(scanner: Space, program: Program) -> None:
    for arguments in ((NETWORK, "--rate", "60"), ("--resume",)):
        started = start(scanner, program, *arguments)
        await_answers(started)
        [packets] = children(started)
        os.kill(started.pid, signal.SIGKILL)
        started.communicate(timeout=120)
        while Path(f"/proc/{packets}/cmdline").exists():  # it ends by itself: nobody sends any more
            time.sleep(0.02)
        with open_registry(f"sqlite:///{program.home}/netaudit.db") as registry:
            assert registry.sweep(1).finished_at is None
            assert registry.sightings(1) == ()  # it was inside its block
    summary = ended(start(scanner, program, "--resume"))
    assert (summary["sweep"], summary["outcome"], summary["alive"]) == (1, "complete", ALIVE)
    check_whole(program)


def test_quiet_hours_that_begin_while_a_sweep_runs_end_its_scan(scanner: Space, program: Program) -> None:
    """Hours begin at a full minute: the time zone is such that it comes soon after the start."""
    now = datetime.now(UTC)
    ahead = 53 - now.second if now.second <= 53 else 113 - now.second  # seven seconds are left
    zone = f"XXX-00:{ahead // 60:02}:{ahead % 60:02}"  # POSIX: the sign is the other way round
    local = now.hour * 60 + now.minute + (now.second + ahead + 7) // 60
    hours = f"{local // 60 % 24:02}:{local % 60:02}-{(local // 60 + 1) % 24:02}:{local % 60:02}"
    process = start(scanner, program, NETWORK, "--rate", "25", TZ=zone, NETAUDIT_SWEEP__QUIET_HOURS=hours)
    summary = ended(process, expect=3)
    assert summary["outcome"] == "partial"
    assert 0 < summary["alive"] <= summary["probed"] < ALIVE
    assert [entry["why"] for entry in summary["skipped"] if entry["what"] == NETWORK] == [
        f"Quiet hours {hours}: not scanned, or not to the end."
    ]
    assert len(program.json("endpoint", "list")) == summary["alive"]
