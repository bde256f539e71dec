"""Whatever ends a sweep, what was stored is valid, and the next run goes on to the same result."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from inventory.registry.engine import open_registry

if TYPE_CHECKING:
    import subprocess

    from tests.end_to_end.conftest import Program
    from tests.lab import Lab

pytestmark = [pytest.mark.lab, pytest.mark.xdist_group("lab"), pytest.mark.slow]

KILLS = 10
LONGEST_S = 3.0
SLOWEST = 5
"""Runs until a first answer has come, on a machine that takes seconds to begin."""


def essence(report: dict[str, Any]) -> dict[str, Any]:
    """Return what must not depend on how often the sweep was interrupted: all but times and their rows."""
    return {
        unit["code"]: {
            **{
                key: unit[key]
                for key in ("filed", "observed", "registered_observed", "unregistered", "visibility_grade")
            },
            "endpoints": sorted(
                (
                    entry["mac"] or "",
                    entry["location"]["verdict"],
                    entry["location"]["device"],
                    entry["location"]["port"],
                )
                for entry in unit["endpoints"]
            ),
        }
        for unit in report["units"]
    }


def program_of(process: subprocess.Popen[str]) -> int:
    """Return the process number of netaudit itself: below the commands that enter the lab, above its packet process."""
    number = process.pid
    while children := [child for child in _children(number) if not _sends_packets(child)]:
        number = children[0]
    return number


def _sends_packets(number: int) -> bool:
    try:
        return b"probes.sweep.worker" in Path(f"/proc/{number}/cmdline").read_bytes()
    except OSError:
        return True  # it ended meanwhile


def await_sweep(program: Program, process: subprocess.Popen[str]) -> None:
    """Wait until a sweep holds its lock; from then on a signal is its to handle."""
    while not (program.home / "netaudit.db-sweep").exists() and process.poll() is None:
        time.sleep(0.05)


def _children(number: int) -> list[int]:
    try:
        with open(f"/proc/{number}/task/{number}/children", encoding="ascii") as file:  # noqa: PTH123 -- a kernel file
            return [int(child) for child in file.read().split()]
    except OSError:
        return []


def seen(program: Program) -> set[tuple[str, str]]:
    """Return what was seen: MACs, addresses where there is no MAC, and places."""
    listed = program.json("endpoint", "list")
    return {(entry["mac"] or entry["ip"], str(entry["location"]["port"])) for entry in listed}


# A gateway's ARP table is read several times in a sweep, on purpose.
STORED_TWICE = {
    "steps": "select count(*) from (select 1 from sweep_steps group by sweep_id, step having count(*) > 1)",
    "tables": "select count(*) from (select 1 from fact_blocks where kind in ('fdb', 'interface', 'lldp')"
    " group by sweep_id, owner, kind having count(*) > 1)",
}


def stored_twice(database: Path) -> dict[str, int]:
    """Count steps stored twice, and devices whose tables were stored by more than one read."""
    with sqlite3.connect(database) as connection:
        assert connection.execute("select count(*) from fact_blocks where kind = 'fdb'").fetchone()[0]
        return {name: connection.execute(query).fetchone()[0] for name, query in STORED_TWICE.items()}


def test_ten_kills_and_a_resume_give_the_same_report(on_lab: Program, swept: Program) -> None:
    chance = random.Random(20261123)  # noqa: S311 -- moments, not secrets
    started = on_lab.start("sweep")
    while not _begun(on_lab.home / "netaudit.db") and started.poll() is None:
        time.sleep(0.05)
    kills = 0
    for _ in range(KILLS * 3):
        time.sleep(chance.uniform(0.05, LONGEST_S))
        if started.poll() is None:
            os.kill(program_of(started), signal.SIGKILL)
            kills += 1
        started.communicate(timeout=120)
        on_lab.run("report", "sweep")  # the registry opens, and what was stored can be shown
        if kills == KILLS:
            break
        started = on_lab.start("sweep", "--resume") if _unfinished(on_lab) else on_lab.start("sweep")
    assert kills == KILLS
    if _unfinished(on_lab):
        on_lab.run("sweep", "--resume", expect=3)
    assert set(stored_twice(on_lab.home / "netaudit.db").values()) == {0}
    assert seen(on_lab) == seen(swept)
    assert essence(on_lab.json("report", "unregistered")) == essence(swept.json("report", "unregistered"))


def _unfinished(program: Program) -> bool:
    with sqlite3.connect(program.home / "netaudit.db") as connection:
        return bool(connection.execute("select count(*) from sweeps where finished_at is null").fetchone()[0])


def test_ctrl_c_ends_cleanly_with_what_is_known(on_lab: Program, swept: Program) -> None:
    started = on_lab.start("sweep", "--format", "json")
    await_sweep(on_lab, started)
    time.sleep(1)
    os.kill(program_of(started), signal.SIGINT)
    output, errors = started.communicate(timeout=120)
    assert started.returncode == 3, errors
    assert '"interrupted": true' in output
    assert "netaudit sweep --resume" in errors
    resumed = on_lab.json("sweep", "--resume", expect=3)
    assert resumed["sweep"] == 1
    assert essence(on_lab.json("report", "unregistered")) == essence(swept.json("report", "unregistered"))


def echo_replies(lab: Lab) -> int:
    """Count the echo replies the kernel of the sweeping host has taken in (RFC 4293 icmpMsgStatsInPkts, type 0)."""
    lines = lab.run("admin", ["cat", "/proc/net/snmp"], check=True).stdout.splitlines()
    names, values = (line.split() for line in lines if line.startswith("Icmp:"))
    return int(dict(zip(names, values, strict=True))["InEchoReps"])


def test_ctrl_c_keeps_every_answer_that_had_come(on_lab: Program, swept: Program, lab: Lab) -> None:
    """The blocks are asked side by side: at this moment answers have come, and no block is finished."""
    before = echo_replies(lab)
    started = on_lab.start("sweep", "--rate", "300", "--format", "json")
    while echo_replies(lab) < before + 25 and started.poll() is None:
        time.sleep(0.1)
    os.kill(program_of(started), signal.SIGINT)
    output, errors = started.communicate(timeout=120)
    assert started.returncode == 3, errors
    known = json.loads(output)
    assert known["alive"] >= 10
    assert known["endpoints"] >= 10
    assert len(on_lab.json("endpoint", "list")) == known["endpoints"]
    on_lab.run("sweep", "--resume", expect=3)
    assert essence(on_lab.json("report", "unregistered")) == essence(swept.json("report", "unregistered"))
    summary = on_lab.json("report", "sweep")
    assert summary["probed"] == summary["targets"]


def test_only_one_sweep_at_a_time(on_lab: Program) -> None:
    first = on_lab.start("sweep")
    await_sweep(on_lab, first)
    try:
        second = on_lab.run("sweep", expect=2)
        assert "Another sweep of this registry is running" in second.stderr
        third = on_lab.run("sweep", "--resume", expect=2)
        assert "Another sweep" in third.stderr
    finally:
        first.communicate(timeout=120)
    assert first.returncode == 3


def test_there_is_nothing_to_resume_after_a_whole_sweep(swept: Program) -> None:
    assert "no interrupted sweep" in swept.run("sweep", "--resume", expect=2).stderr


def test_a_resumed_sweep_asks_nobody_again_who_has_answered(program: Program) -> None:
    before, runs = 0, 0
    while runs < 2 or (before == 0 and runs < SLOWEST):
        started = program.start(*(("sweep", "--resume") if runs else ("sweep", "127.0.0.0/25", "--rate", "20")))
        await_sweep(program, started)
        while not _begun(program.home / "netaudit.db") and started.poll() is None:
            time.sleep(0.05)
        runs += 1
        time.sleep(runs)
        os.kill(program_of(started), signal.SIGINT)
        started.communicate(timeout=120)
        known = program.json("report", "sweep")["alive"]
        assert known >= before
        before = known
    assert 0 < before < 126
    whole = program.json("sweep", "--resume")
    assert (whole["targets"], whole["probed"], whole["alive"]) == (126, 126, 126)
    with open_registry(f"sqlite:///{program.home}/netaudit.db") as registry:
        answers = [(sighting.ip, sighting.probe) for sighting in registry.sightings(1)]
    assert len(answers) == len(set(answers)) == 126


def test_a_second_ctrl_c_ends_at_once_even_while_the_database_is_busy(program: Program) -> None:
    """Somebody else keeps the registry locked for good: the first Ctrl-C waits for it, the second one does not."""
    started = program.start("sweep", "127.0.0.0/24", "--rate", "50")
    database = program.home / "netaudit.db"
    while not _begun(database) and started.poll() is None:
        time.sleep(0.05)
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("begin immediate")
        os.kill(program_of(started), signal.SIGINT)
        time.sleep(1)
        assert started.poll() is None
        os.kill(program_of(started), signal.SIGINT)
        _, errors = started.communicate(timeout=240)
    assert started.returncode == 3, errors
    assert "Ended at once" in errors
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("pragma integrity_check").fetchone() == ("ok",)
    assert program.json("sweep", "--resume")["alive"] == 254


def _begun(database: Path) -> bool:
    try:
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
            return bool(connection.execute("select count(*) from sweeps").fetchone()[0])
    except sqlite3.Error:
        return False
