"""A sweep that was stopped goes on within the block it was in: what was asked in vain is not asked again."""

from __future__ import annotations

import os
import signal
import sqlite3
import time
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from inventory.registry.engine import open_registry
from tests.end_to_end.conftest import Program
from tests.end_to_end.test_interruption import program_of
from tests.unit.sweep.spaces import Space, cable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

COUNTED = """
table ip counted {
  counter asked {}
  chain input {
    type filter hook input priority 0; policy drop;
    ip daddr 10.9.0.0/24 icmp type echo-request counter name asked
    ip daddr 10.9.0.1-10.9.0.20 accept
  }
}
"""


NO_PRIVILEGE = ("setpriv", "--bounding-set=-all", "--inh-caps=-all")


@dataclass(frozen=True)
class Inside(Program):
    """netaudit in a network of two hosts, the other of which has a whole /24."""

    space: Space | None = None
    under: tuple[str, ...] = ()
    """What starts it there."""

    def command(self, *arguments: str) -> list[str]:
        assert self.space
        return self.space.argv(*self.under, *super().command(*arguments))


@pytest.fixture
def hosts() -> Iterator[tuple[Space, Space]]:
    with ExitStack() as opened:
        scanner, target = Space.make(), Space.make()
        for space in (scanner, target):
            opened.callback(space.end)
        cable(scanner, "lan", target, "lan")
        scanner.run("ip address add 10.8.0.1/30 dev lan; ip route add default via 10.8.0.2")
        target.run("ip address add 10.8.0.2/30 dev lan; ip route add local 10.9.0.0/24 dev lo")
        scanner.run("sysctl -qw net.ipv4.ping_group_range='0 2147483647'")
        target.rules(COUNTED)
        yield scanner, target


def test_silent_addresses_are_not_asked_again_after_ctrl_c(tmp_path: Path, hosts: tuple[Space, Space]) -> None:
    scanner, target = hosts
    program = Inside(tmp_path, space=scanner)
    started = program.start("sweep", "10.9.0.0/24", "--rate", "100", "--probes", "icmp", "--retries", "1")
    while target.counters()["asked"] < 120 and started.poll() is None:
        time.sleep(0.05)
    os.kill(started.pid, signal.SIGINT)
    output, errors = started.communicate(timeout=120)
    assert started.returncode == 3, output + errors
    sent = target.counters()["asked"]
    stored = in_vain(tmp_path)
    assert 0 < stored <= sent
    whole = program.json("sweep", "--resume")
    assert (whole["probed"], whole["alive"]) == (whole["targets"], 20)
    assert target.counters()["asked"] - sent <= 2 * whole["targets"] - stored


@pytest.mark.parametrize("under", [(), NO_PRIVILEGE], ids=["packets-of-our-own", "the-kernels-sockets"])
def test_silent_addresses_are_not_asked_again_after_kill(
    tmp_path: Path, hosts: tuple[Space, Space], under: tuple[str, ...]
) -> None:
    """Nothing can be stored any more then: what was stored every few seconds is gone on from."""
    scanner, target = hosts
    program = Inside(tmp_path, space=scanner, under=under)
    started = program.start("sweep", "10.9.0.0/24", "--rate", "40", "--probes", "icmp", "--retries", "1")
    while not in_vain(tmp_path) and started.poll() is None:
        time.sleep(0.05)
    os.kill(program_of(started), signal.SIGKILL)
    started.communicate(timeout=120)
    stored, sent = in_vain(tmp_path), target.counters()["asked"]
    assert 0 < stored <= sent
    whole = program.json("sweep", "--resume")
    assert (whole["probed"], whole["alive"]) == (whole["targets"], 20)
    assert target.counters()["asked"] - sent <= 2 * whole["targets"] - stored
    with open_registry(f"sqlite:///{tmp_path}/netaudit.db") as registry:
        answers = [sighting.ip for sighting in registry.sightings(1)]
    assert len(answers) == len(set(answers)) == 20


def in_vain(home: Path) -> int:
    """Return how many probes the registry says were sent in vain."""
    try:
        with sqlite3.connect(home / "netaudit.db") as connection:
            told = connection.execute("select position from block_rows where position is not null").fetchall()
    except sqlite3.Error:  # not made yet
        return 0
    return sum(sum(bytes.fromhex(position.rpartition(" ")[2])) for (position,) in told)
