"""Whatever happens to the link, the kernel or the packet process, a sweep ends with what it knows, told once.

scanner 10.1.0.1 ── target 10.1.0.254, which answers for 10.9.0.0/22
"""

from __future__ import annotations

import ast
import json
import os
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import probes.sweep
from probes.sweep.dispatch import arrival
from tests.unit.sweep.spaces import Space, Swept, await_progress, facing, run_sweep, start_sweep

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable

QUICK = {"kinds": ["icmp"], "retries": 0, "pace": [1e9, 1e9, 1e9]}
SLOW = {"kinds": ["icmp"], "retries": 1, "pace": [400, 400, 5]}
SOME = [f"10.9.0.{last}" for last in range(1, 101)]


@pytest.fixture
def pair(make_space: Callable[[], Space]) -> tuple[Space, Space]:
    """A scanner and a target of their own: what happens to them must not happen to another test."""
    return facing(make_space, "10.9.0.0/22")


def begun(sweep: subprocess.Popen[str]) -> int:
    """Wait until a sweep sends; return the id of its packet process."""
    await_progress(sweep, 10)
    (worker,) = Path(f"/proc/{sweep.pid}/task/{sweep.pid}/children").read_text().split()
    return int(worker)


def suspend(worker: int) -> None:
    """Stop a process, and wait until it stands (proc_pid_stat(5): the state follows the name)."""
    os.kill(worker, signal.SIGSTOP)
    while Path(f"/proc/{worker}/stat").read_text().rpartition(") ")[2][0] != "T":
        time.sleep(0.01)


def ended(sweep: subprocess.Popen[str]) -> Swept:
    """Wait for a sweep's end."""
    output, _ = sweep.communicate(timeout=240)
    assert sweep.returncode == 0
    return Swept([json.loads(line) for line in output.splitlines()])


def told_once(swept: Swept) -> set[str]:
    """Return who was found, each by one answer."""
    assert {len(found) for found in swept.sightings.values()} <= {1}
    return set(swept.sightings)


def test_a_suspended_packet_process_goes_on_and_counts_nothing_twice(pair: tuple[Space, Space]) -> None:
    sweep = start_sweep(pair[0], "10.9.0.1-10.9.0.100", "10.9.3.1-10.9.3.2", **SLOW)
    worker = begun(sweep)
    suspend(worker)
    os.kill(worker, signal.SIGCONT)
    swept = ended(sweep)
    assert told_once(swept) == {*SOME, "10.9.3.1", "10.9.3.2"}
    assert swept.asked == 102
    assert swept.limits == set()


def test_a_killed_packet_process_costs_no_answer_and_doubles_none(pair: tuple[Space, Space]) -> None:
    sweep = start_sweep(pair[0], "10.9.0.1-10.9.0.100", **SLOW)
    os.kill(begun(sweep), signal.SIGKILL)
    swept = ended(sweep)
    assert told_once(swept) == set(SOME)
    assert swept.asked == 100


def test_a_link_that_is_deleted_ends_in_limits(pair: tuple[Space, Space]) -> None:
    sweep = start_sweep(pair[0], "10.9.0.1-10.9.0.100", "10.9.1.1-10.9.1.100", **SLOW)
    begun(sweep)
    pair[0].run("ip link delete lan")
    swept = ended(sweep)
    assert "send-errors" in swept.limits
    assert sum("done" in event for event in swept.events) == 2
    assert told_once(swept) < {f"10.9.{net}.{last}" for net in (0, 1) for last in range(1, 101)}


def test_the_other_namespace_vanishing_with_the_link_ends_in_limits(pair: tuple[Space, Space]) -> None:
    sweep = start_sweep(pair[0], "10.9.0.1-10.9.0.100", "10.9.1.1-10.9.1.100", **SLOW)
    worker = begun(sweep)
    suspend(worker)  # the kernel takes its time to take a namespace down
    pair[1].end()
    while " lan" in pair[0].run("ip -o link show"):
        time.sleep(0.05)
    os.kill(worker, signal.SIGCONT)
    swept = ended(sweep)
    assert "send-errors" in swept.limits
    assert sum("done" in event for event in swept.events) == 2
    assert told_once(swept) < {f"10.9.{net}.{last}" for net in (0, 1) for last in range(1, 101)}


def test_answers_carry_the_time_of_the_sweep_and_not_of_the_wall(pair: tuple[Space, Space]) -> None:
    """The sweep's own clock is three days ahead of the computer's, which the packet process would read."""
    swept = run_sweep(pair[0], "10.9.0.1-10.9.0.9", "10.1.0.254", **{**QUICK, "kinds": ["icmp", "arp"]}, days=3)
    moments = [event["at"] for event in swept.events if "at" in event]
    assert len(moments) == 10
    times = {event["moment"]: event["time"] for event in swept.events if "moment" in event}
    assert all(times["began"] <= moment <= times["ended"] for moment in moments)


def test_no_room_to_send_is_waited_for(pair: tuple[Space, Space]) -> None:
    shaped = "tc qdisc replace dev lan root tbf rate 800kbit burst 2000 limit 4000"
    try:
        pair[0].run(shaped)  # room for some sixty packets; what does not fit comes back as ENOBUFS
    except AssertionError:
        pytest.skip("this kernel has no token bucket filter")
    swept = run_sweep(pair[0], "10.9.0.1-10.9.0.200", **QUICK)
    assert told_once(swept) == {f"10.9.0.{last}" for last in range(1, 201)}
    assert swept.limits == set()


def test_answers_the_socket_has_no_room_for_are_a_limit(pair: tuple[Space, Space]) -> None:
    # A few hundred packets leave by one system call, and here their answers are there before it returns.
    hurried = {"kinds": ["icmp"], "retries": 0, "pace": [2500, 1e9, 1e9]}
    swept = run_sweep(pair[0], "10.9.0.1-10.9.1.254", squeeze=True, **hurried)
    assert swept.asked == 510
    assert "answers-lost" in swept.limits or len(told_once(swept)) == 510
    assert told_once(swept)  # how many depends on how often this process may run


def test_a_pace_at_which_answers_are_lost_is_halved_until_they_are_not(pair: tuple[Space, Space]) -> None:
    pair[1].rules(
        "table ip slow { chain input { type filter hook input priority 0;"
        " icmp type echo-request limit rate over 1000/second burst 20 packets drop; }; }"
    )
    told = {"kinds": ["icmp"], "retries": 1, "timeout_s": 0.2}
    swept = run_sweep(pair[0], "10.9.0.1-10.9.3.254", pace=[8000, 8000, 5], **told)
    assert swept.limits == {"slowed-down"}
    assert len(told_once(swept)) > 1000


def test_a_host_far_slower_than_its_neighbours_is_heard_at_the_usual_pace(pair: tuple[Space, Space]) -> None:
    pair[1].rules("table ip late { chain input { type filter hook input priority 0; ip daddr 10.9.0.200 drop; }; }")
    sluggard = pair[1].start(str(Path(__file__).with_name("sluggard.py")))
    assert sluggard.stdout
    assert sluggard.stdout.readline() == "listening\n"
    swept = run_sweep(pair[0], "10.9.0.196-10.9.0.203", kinds=["icmp"], retries=0, pace=[1000, 1000, 10])
    assert told_once(swept) == {f"10.9.0.{last}" for last in range(196, 204)}


@pytest.mark.parametrize(("waited", "expected"), [(0.2, 9.8), (-3600.0, 10.0), (3600.0, 9.0), (0.0, 10.0)])
def test_a_clock_that_was_set_moves_no_arrival_out_of_its_turn(waited: float, expected: float) -> None:
    assert arrival(10.0, waited, since_read_s=1.0) == pytest.approx(expected)


def test_only_what_is_written_down_comes_from_the_clock_on_the_wall() -> None:
    """Pace and waits go by the monotonic clock, so that setting the clock neither speeds a sweep nor hangs it."""
    users = set[str]()
    for path in Path(next(iter(probes.sweep.__path__))).glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                called = f"{node.value.id}.{node.attr}"
                if called in {"time.time", "time.localtime", "time.gmtime", "datetime.now", "datetime.utcnow"}:
                    users.add(f"{path.stem} {called}")
    assert users == {
        "dispatch time.time",  # how long an answer lay in the socket: see arrival()
        "engine datetime.now",  # the time of a finished block
        "selector datetime.now",
    }
