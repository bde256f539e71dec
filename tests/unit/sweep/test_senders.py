"""Threads that send side by side: everything leaves once, errors come back, and a dead thread ends the sweep loudly.

scanner 10.1.0.1 ── target 10.1.0.254, which answers for 10.9.0.0/20
"""

from __future__ import annotations

import errno
import json
import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from probes.sweep import loads
from tests.unit.sweep.sending import EACH, LOADS
from tests.unit.sweep.spaces import Space, Swept, await_progress, facing, run_sweep, start_sweep

if TYPE_CHECKING:
    from collections.abc import Callable

FAST = loads.ONE_SENDER_PPS * 10
UNPACED = {"kinds": ["icmp"], "retries": 0, "pace": [FAST, FAST, FAST]}
NARROW = {"kinds": ["icmp"], "retries": 0, "pace": [FAST, 200, 5]}
"""As many senders, but few new addresses per second, so that something can happen meanwhile."""
RULES = """
table ip target {
  counter heard {}
  chain input { type filter hook input priority 0; icmp type echo-request counter name heard; }
}
"""
WHOLE = "10.9.0.0/20"


@pytest.fixture
def pair(make_space: Callable[[], Space]) -> tuple[Space, Space]:
    """A scanner and a target."""
    scanner, target = facing(make_space, WHOLE)
    target.rules(RULES)
    return scanner, target


def sent(pair: tuple[Space, Space], what: str) -> dict[str, Any]:
    """Give loads to senders; return what became of them."""
    process = pair[0].start(str(Path(__file__).with_name("sending.py")), "lan", what)
    output, _ = process.communicate(timeout=120)
    assert process.returncode == 0
    told: dict[str, Any] = json.loads(output)
    return told


def test_every_load_comes_back_once_and_every_packet_leaves_once(pair: tuple[Space, Space]) -> None:
    told = sent(pair, "")
    assert told["back"] == [number * EACH for number in range(LOADS)]
    assert told["through"]
    assert told["errors"] == {}
    assert told["most"] == 4  # two threads, each with one on its way and one that waits
    assert pair[1].counters()["heard"] == LOADS * EACH


def test_the_kernels_refusal_is_told_of_every_packet(pair: tuple[Space, Space]) -> None:
    told = sent(pair, "down")
    assert told["through"]
    assert sum(told["errors"].values()) == LOADS * EACH
    assert set(told["errors"]) <= {str(errno.ENETDOWN), str(errno.ENXIO)}


def test_what_kills_a_thread_is_raised_in_the_loop(pair: tuple[Space, Space]) -> None:
    assert sent(pair, "broken")["died"] == "ZeroDivisionError"


def test_senders_end_although_there_is_still_something_to_send(pair: tuple[Space, Space]) -> None:
    assert sent(pair, "closed")["back"] == []


def test_as_fast_as_it_goes_everybody_is_asked_once_and_found_once(pair: tuple[Space, Space]) -> None:
    swept = run_sweep(pair[0], WHOLE, **UNPACED)
    assert len(swept.sightings) == swept.asked == 4096
    assert {len(found) for found in swept.sightings.values()} == {1}
    assert pair[1].counters()["heard"] == 4096
    assert swept.limits == set()


def test_every_round_and_every_probe_goes_by_the_senders(pair: tuple[Space, Space]) -> None:
    pair[1].rules("table ip deaf { chain input { type filter hook input priority 0; icmp type echo-request drop; }; }")
    swept = run_sweep(pair[0], "10.9.0.0/22", **(UNPACED | {"kinds": ["icmp", "tcp"], "tcp_ports": [445]}))
    assert {probe for found in swept.sightings.values() for probe, _, _ in found} == {"tcp"}
    assert len(swept.sightings) == 1024
    assert swept.limits == {"answered-for"}


def test_senders_have_no_privilege_either(pair: tuple[Space, Space]) -> None:
    sweep = start_sweep(pair[0], WHOLE, **NARROW)
    await_progress(sweep, 10)
    (worker,) = Path(f"/proc/{sweep.pid}/task/{sweep.pid}/children").read_text().split()
    threads = [path.read_text() for path in Path(f"/proc/{worker}/task").glob("*/status")]
    sweep.kill()
    assert len(threads) == (3 if loads.needs_several(FAST) else 1)
    for status in threads:
        said = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
        assert {said[key] for key in ("CapInh", "CapPrm", "CapEff", "CapAmb")} == {"0" * 16}
        assert said["Uid"].split() == ["65534"] * 4


def test_killed_with_its_senders_at_work_it_costs_no_answer_and_doubles_none(pair: tuple[Space, Space]) -> None:
    sweep = start_sweep(pair[0], "10.9.0.0/24", **NARROW)
    await_progress(sweep, 10)
    (worker,) = Path(f"/proc/{sweep.pid}/task/{sweep.pid}/children").read_text().split()
    os.kill(int(worker), signal.SIGKILL)
    output, _ = sweep.communicate()
    swept = Swept([json.loads(line) for line in output.splitlines()])
    assert len(swept.sightings) == swept.asked == 256
    assert {len(found) for found in swept.sightings.values()} == {1}


def test_stopped_and_gone_on_with_everybody_is_found(pair: tuple[Space, Space]) -> None:
    swept = run_sweep(pair[0], "10.9.0.0/24", interrupt_at=60, **NARROW)
    (first,) = [event for event in swept.events if "interrupted" in event]
    assert 60 <= len(first["heard"]) < 256
    assert {*first["heard"], *swept.sightings} == {f"10.9.0.{last}" for last in range(256)}


def test_answers_the_socket_has_no_room_for_are_counted_and_asked_for_again(pair: tuple[Space, Space]) -> None:
    swept = run_sweep(pair[0], "10.9.0.0/23", squeeze=True, **(NARROW | {"pace": [FAST, 2500, FAST]}))
    assert swept.asked == 512
    assert "answers-lost" in swept.limits or len(swept.sightings) == 512
    assert {len(found) for found in swept.sightings.values()} == {1}


def test_a_link_deleted_under_the_senders_ends_in_limits(pair: tuple[Space, Space]) -> None:
    sweep = start_sweep(pair[0], "10.9.0.0/24", "10.9.1.0/24", **NARROW)
    await_progress(sweep, 10)
    pair[0].run("ip link delete lan")
    output, _ = sweep.communicate()
    assert sweep.returncode == 0
    swept = Swept([json.loads(line) for line in output.splitlines()])
    assert "send-errors" in swept.limits
    assert sum("done" in event for event in swept.events) == 2
