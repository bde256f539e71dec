"""A clock that jumps, a link that is down, a terminal that goes away."""

from __future__ import annotations

import os
import signal
import sqlite3
import time
from typing import TYPE_CHECKING

import pytest

from tests.end_to_end.test_interruption import await_sweep, program_of

if TYPE_CHECKING:
    from tests.end_to_end.conftest import Program


def shift(program: Program, sweep: int, days: int) -> None:
    """Give a sweep the times it would have had with the clock wrong by some days."""
    with sqlite3.connect(program.home / "netaudit.db") as connection:
        for table, columns in (
            ("sweeps", ("started_at", "finished_at")),
            ("sweep_steps", ("at",)),
            ("observations", ("first_seen", "last_seen")),
        ):
            key = "id" if table == "sweeps" else "sweep_id"
            for column in columns:
                moved = f"datetime({column}, '{days} days') || '.000000'"
                connection.execute(f"update {table} set {column} = {moved} where {key} = {sweep}")  # noqa: S608 -- ours


@pytest.mark.parametrize("days", [3000, -3000])
def test_a_sweep_made_with_the_clock_wrong_does_not_speak_later(program: Program, days: int) -> None:
    program.run("sweep", "127.0.0.0/29")
    shift(program, 1, days)
    assert len(program.json("endpoint", "list")) == 6  # it is the newest there is
    program.run("sweep", "127.0.0.1")
    assert [entry["ip"] for entry in program.json("endpoint", "list")] == ["127.0.0.1"]
    assert program.json("report", "unregistered")["sweep"] == 2


@pytest.mark.parametrize("days", [-2, 2])
def test_a_sweep_interrupted_long_ago_is_not_gone_on_with(program: Program, days: int) -> None:
    program.run("sweep", "127.0.0.1")
    shift(program, 1, days)
    with sqlite3.connect(program.home / "netaudit.db") as connection:
        connection.execute("update sweeps set finished_at = null, outcome = null")
    assert "too long ago" in program.run("sweep", "--resume", expect=2).stderr


def test_a_killed_sweep_shows_what_it_stored(program: Program) -> None:
    program.run("sweep", "127.0.0.0/29")
    with sqlite3.connect(program.home / "netaudit.db") as connection:
        for table in ("conclusions", "observed_ips", "observations"):
            connection.execute(f"delete from {table}")  # noqa: S608 -- constants
        connection.execute("update sweeps set finished_at = null, outcome = null, summary = '{}'")
    assert program.json("report", "sweep")["endpoints"] == 6


@pytest.mark.lab
@pytest.mark.xdist_group("lab")
def test_a_sweep_that_could_not_send_is_not_complete(on_lab: Program) -> None:
    assert on_lab.lab is not None
    on_lab.lab.run("admin", ["ip", "link", "set", "eth0", "down"], check=True)
    try:
        told = on_lab.json("sweep", "--no-collect", "10.44.0.0/28", "10.44.1.0/27", expect=3)
    finally:
        gateway = "ip link set eth0 up && ip route replace default via 10.44.0.1"
        on_lab.lab.run("admin", ["sh", "-c", gateway], check=True)
    assert told["outcome"] == "partial"
    assert told["probed"] < told["targets"]
    assert "send-errors" in {entry["what"] for entry in told["skipped"]}


@pytest.mark.lab
@pytest.mark.xdist_group("lab")
def test_a_terminal_that_goes_away_ends_a_sweep_cleanly(on_lab: Program) -> None:
    ignored = signal.signal(signal.SIGHUP, signal.SIG_DFL)  # under nohup it would go on, rightly
    try:
        started = on_lab.start("sweep", "--rate", "100", "--format", "json")
    finally:
        signal.signal(signal.SIGHUP, ignored)
    await_sweep(on_lab, started)
    time.sleep(1)
    os.kill(program_of(started), signal.SIGHUP)
    output, errors = started.communicate(timeout=240)
    assert started.returncode == 3, errors
    assert '"interrupted": true' in output
