"""What was reported as stored is there after a kill, beside another writer, and on a full disk."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from inventory.model.facts import FdbRow, FdbStatus
from inventory.model.values import Mac
from inventory.reconcile.history import advance, history
from inventory.registry.engine import open_registry
from tests.registry.test_archive import ALL, ONE, TWO
from tests.unit.reconcile.looks import A, look, seen, when

if TYPE_CHECKING:
    from pathlib import Path

NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)
ROWS = 200

WRITER = f"""
import sys
from datetime import UTC, datetime
from inventory.model.facts import FdbRow, FdbStatus
from inventory.model.values import Mac
from inventory.registry.engine import open_registry

url, sweep, name, count = sys.argv[1], int(sys.argv[2]), sys.argv[3], int(sys.argv[4])
at = datetime(2026, 11, 23, 4, tzinfo=UTC)
rows = [FdbRow(name, Mac.from_bytes(n.to_bytes(6)), n, n, 1, 1, FdbStatus.LEARNED, at) for n in range({ROWS})]
with open_registry(url) as registry:
    for number in range(count):
        registry.store_reading(sweep, f"{{name}}-{{number}}", name, rows, [], at)
        print(f"{{name}}-{{number}}", flush=True)
"""

IN_THE_MIDDLE = """
import sys
from datetime import UTC, datetime
from inventory.model.facts import FdbRow, FdbStatus
from inventory.model.values import Mac
from inventory.registry import factrows, store
from inventory.registry.engine import open_registry

at = datetime(2026, 11, 23, 4, tzinfo=UTC)
rows = [FdbRow("sw-1", Mac.from_bytes(n.to_bytes(6)), n, n, 1, 1, FdbStatus.LEARNED, at) for n in range(20000)]
with open_registry(sys.argv[1]) as registry, registry._writing() as connection:
    store.mark_step(connection, int(sys.argv[2]), "read:sw-1", "sw-1", at)
    factrows.append_facts(connection, int(sys.argv[2]), rows)
    print("inside", flush=True)
    sys.stdin.readline()
"""


CONCLUDING = """
import sys
from inventory.reconcile.history import advance
from inventory.registry.engine import open_registry
from tests.registry.test_archive import ALL, TWO
from tests.unit.reconcile.looks import A, look, seen

def slowly(going, one):
    found = advance(going, one)
    print("inside", flush=True)
    sys.stdin.readline()
    return found

with open_registry(sys.argv[1]) as registry:
    registry.archive.conclude(2, (), look(2, seen(2, A, TWO, ip="10.0.0.6"), read=ALL), slowly)
"""


def start(program: str, *arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-W", "error", "-c", program, *map(str, arguments)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def kill(child: subprocess.Popen[str]) -> str:
    """End a program without warning; return what it said until then."""
    child.send_signal(signal.SIGKILL)
    said, _ = child.communicate()
    return said


def line(child: subprocess.Popen[str]) -> str:
    assert child.stdout is not None
    return child.stdout.readline().strip()


def test_a_kill_in_the_middle_of_a_transaction_leaves_nothing_of_it(url: str) -> None:
    with open_registry(url) as registry:
        sweep = registry.start_sweep({}, {}, NOON)
        child = start(IN_THE_MIDDLE, url, sweep)
        assert line(child) == "inside"
        kill(child)
        assert registry.finished_steps(sweep) == {}
        assert registry.facts(sweep).fdb == ()
    with open_registry(url) as registry:
        row = FdbRow("sw-1", Mac("00:e0:fc:00:00:01"), 1, 1, 1, 1, FdbStatus.LEARNED, NOON)
        assert registry.store_reading(sweep, "read:sw-1", "sw-1", [row], [], NOON)
        assert registry.facts(sweep).fdb == (row,)


@pytest.mark.parametrize("after", [1, 8])
def test_what_was_reported_before_a_kill_is_stored_and_nothing_twice(url: str, after: int) -> None:
    with open_registry(url) as registry:
        sweep = registry.start_sweep({}, {}, NOON)
    child = start(WRITER, url, sweep, "sw-1", 10_000)
    reported = {line(child) for _ in range(after)}
    reported |= set(kill(child).split("\n")[:-1])
    with open_registry(url) as registry:
        stored = set(registry.finished_steps(sweep))
        assert reported <= stored
        # It may have been killed between storing and reporting, once.
        assert len(stored - reported) <= 1
        assert len(registry.facts(sweep).fdb) == ROWS * len(stored)
        assert not any(registry.store_reading(sweep, step, "sw-1", [], [], NOON) for step in stored)


def test_a_kill_while_the_history_is_written_leaves_the_one_before(url: str) -> None:
    looks = [look(1, seen(1, A, ONE, ip="10.0.0.5"), read=ALL), look(2, seen(2, A, TWO, ip="10.0.0.6"), read=ALL)]
    with open_registry(url) as registry:
        for one in looks:
            registry.start_sweep({}, {}, when(one.sweep))
        registry.archive.conclude(1, (), looks[0], advance)
        child = start(CONCLUDING, url)
        assert line(child) == "inside"
        kill(child)
        assert registry.archive.intervals() == history(looks[:1])
        assert registry.archive.concluded() == (1,)
    with open_registry(url) as registry:
        registry.archive.conclude(2, (), looks[1], advance)
        assert registry.archive.intervals() == history(looks)


def test_two_writers_at_once_both_succeed(url: str) -> None:
    with open_registry(url) as registry:
        sweep = registry.start_sweep({}, {}, NOON)
        children = [start(WRITER, url, sweep, name, 25) for name in ("sw-1", "sw-2")]
        said = [child.communicate(timeout=240)[0].split() for child in children]
        assert [child.returncode for child in children] == [0, 0]
        assert set(registry.finished_steps(sweep)) == {*said[0], *said[1]}
        assert len(registry.facts(sweep).fdb) == 2 * 25 * ROWS


def test_two_writers_of_the_same_step_store_it_once(url: str) -> None:
    with open_registry(url) as registry:
        sweep = registry.start_sweep({}, {}, NOON)
        children = [start(WRITER, url, sweep, "sw-1", 25) for _ in range(2)]
        for child in children:
            child.communicate(timeout=240)
        assert [child.returncode for child in children] == [0, 0]
        assert len(registry.facts(sweep).fdb) == 25 * ROWS


# -------------------------------------------------------------------- a file system of its own

MOUNTED = """
import subprocess, sys
from datetime import UTC, datetime
from pathlib import Path
from inventory.model.batch import Batch
from inventory.model.facts import FdbRow, FdbStatus
from inventory.model.records import UnitView
from inventory.model.values import Mac
from inventory.registry.engine import open_registry
from inventory.registry.errors import RefusedError

folder = Path(sys.argv[1])
subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m,mode=0700", "tmpfs", folder], check=True)
url = f"sqlite:///{folder}/registry.db"
at = datetime(2026, 11, 23, 4, tzinfo=UTC)
"""

FULL = (
    MOUNTED
    + """
rows = [FdbRow("sw-1", Mac.from_bytes(n.to_bytes(6)), n, n, 1, 1, FdbStatus.LEARNED, at) for n in range(500)]
(folder / "ballast").write_bytes(bytes(1_500_000))
stored, refused = [], None
with open_registry(url) as registry:
    sweep = registry.start_sweep({}, {}, at)
    for number in range(1000):
        try:
            registry.store_reading(sweep, f"step-{number}", "sw-1", rows, [], at)
        except RefusedError as error:
            refused = error
            break
        stored.append(f"step-{number}")
    assert refused.reason == "full", refused
    assert len(stored) > 3
    assert set(registry.finished_steps(sweep)) == set(stored)
    assert len(registry.facts(sweep).fdb) == 500 * len(stored)
    try:
        registry.apply(Batch(units=tuple(UnitView(f"u{n}", "x" * 200) for n in range(5000))))
    except RefusedError as error:
        assert error.reason == "full", error
    else:
        raise AssertionError("it fitted")
with open_registry(url) as registry:  # still full
    assert len(registry.facts(sweep).fdb) == 500 * len(stored)
    (folder / "ballast").unlink()
    assert registry.store_reading(sweep, f"step-{number}", "sw-1", rows, [], at)
    assert len(registry.facts(sweep).fdb) == 500 * (len(stored) + 1)
print("kept", len(stored))
"""
)

HISTORY_ON_A_FULL_DISK = (
    MOUNTED
    + """
from inventory.reconcile.history import advance, history
from tests.unit.reconcile.looks import look, port, seen, when

def swept(number):
    macs = [f"02:00:00:00:{n // 256:02x}:{n % 256:02x}" for n in range(400)]
    at = [(mac, port(f"sw-{number % 2}", n), f"10.0.{n // 250}.{n % 250}") for n, mac in enumerate(macs)]
    there = [seen(number, mac, place, ip=ip) for mac, place, ip in at]
    return look(number, *there, read=("core", "sw-0", "sw-1"))

(folder / "ballast").write_bytes(bytes(1_500_000))
looks, refused = [], None
with open_registry(url) as registry:
    for number in range(1, 100):
        try:
            assert registry.start_sweep({}, {}, when(number)) == number
            registry.archive.conclude(number, (), swept(number), advance)
        except RefusedError as error:
            refused = error
            break
        looks.append(swept(number))
    assert refused.reason == "full", refused
    assert len(looks) > 1
    assert registry.archive.intervals() == history(looks)
with open_registry(url) as registry:  # still full
    assert registry.archive.intervals() == history(looks)
    (folder / "ballast").unlink()
    if number > len(registry.sweep_times()):
        registry.start_sweep({}, {}, when(number))
    registry.archive.conclude(number, (), swept(number), advance)
    assert registry.archive.intervals() == history([*looks, swept(number)])
print("kept", len(looks))
"""
)

FULL_FROM_THE_START = (
    MOUNTED
    + """
(folder / "ballast").write_bytes(bytes(4_190_000 - 20_000))
try:
    open_registry(url)
except RefusedError as error:
    assert error.reason == "full", error
(folder / "ballast").unlink()
with open_registry(url) as registry:
    print("kept", registry.units())
"""
)

READ_ONLY = (
    MOUNTED
    + """
open_registry(url).close()
subprocess.run(["mount", "-o", "remount,ro", folder], check=True)
try:
    open_registry(url)
except RefusedError as error:
    print("kept", error.reason)
"""
)


@pytest.mark.parametrize(
    ("program", "said"),
    [
        (FULL, "kept "),
        (HISTORY_ON_A_FULL_DISK, "kept "),
        (FULL_FROM_THE_START, "kept ()"),
        (READ_ONLY, "kept read_only"),
    ],
)
def test_a_disk_that_takes_no_more(tmp_path: Path, program: str, said: str) -> None:
    if os.geteuid() != 0 or shutil.which("unshare") is None:
        pytest.skip("only root may mount a small file system")
    namespace = ["unshare", "--mount", "--propagation", "private"]
    if subprocess.run(
        [*namespace, "mount", "-t", "tmpfs", "tmpfs", tmp_path], check=False, capture_output=True
    ).returncode:
        pytest.skip("the kernel does not let us mount a tmpfs")
    done = subprocess.run(
        [*namespace, sys.executable, "-W", "error", "-c", program, tmp_path],
        check=False,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(said)
