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

from tests.end_to_end.conftest import Program
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


@dataclass(frozen=True)
class Inside(Program):
    """netaudit in a network of two hosts, the other of which has a whole /24."""

    space: Space | None = None

    def command(self, *arguments: str) -> list[str]:
        assert self.space
        return self.space.argv(*super().command(*arguments))


@pytest.fixture
def hosts() -> Iterator[tuple[Space, Space]]:
    with ExitStack() as opened:
        scanner, target = Space.make(), Space.make()
        for space in (scanner, target):
            opened.callback(space.end)
        cable(scanner, "lan", target, "lan")
        scanner.run("ip address add 10.8.0.1/30 dev lan; ip route add default via 10.8.0.2")
        target.run("ip address add 10.8.0.2/30 dev lan; ip route add local 10.9.0.0/24 dev lo")
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
    with sqlite3.connect(tmp_path / "netaudit.db") as connection:
        ((told,),) = connection.execute("select position from block_rows where position is not null").fetchall()
    in_vain = sum(bytes.fromhex(told.rpartition(" ")[2]))
    assert 0 < in_vain <= sent
    whole = program.json("sweep", "--resume")
    assert (whole["probed"], whole["alive"]) == (whole["targets"], 20)
    assert target.counters()["asked"] - sent <= 2 * whole["targets"] - in_vain
