"""The lab comes, several at a time if need be, and goes without a trace: in order or killed, as root or not."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.lab import LabError, attach, network, running

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.lab import Lab

pytestmark = [pytest.mark.lab, pytest.mark.xdist_group("lab"), pytest.mark.usefixtures("lab")]

ROOT = Path(__file__).parents[2]
NOBODY = 65534
LAUNCHER = """\
import json, signal, sys, time
from tests.lab import LabUnavailableError, start
signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background inherits that it is ignored
begun = time.monotonic()
try:
    lab = start()
except LabUnavailableError as error:
    sys.exit(print(json.dumps({"unavailable": str(error)})))
seconds = time.monotonic() - begun
child = lab.popen("admin", ["sleep", "600"])
time.sleep(0.3)
print(json.dumps({
    "directory": str(lab.directory),
    "first_process": lab.first_process,
    "child": child.pid,
    "seconds": seconds,
    "user": lab.run("core-1", ["id", "-u"]).stdout.strip(),
    "forwarding": len(lab.snmp("sw-edu-b", "1.3.6.1.2.1.17.4.3.1.2")),
    "neighbours": len(lab.snmp("core-1", "1.0.8802.1.1.2.1.4.1.1.9")),
    "login": lab.run("admin", ["ssh", "-i", str(lab.directory / "id_ed25519"), "-o", "StrictHostKeyChecking=no",
        "-o", "UserKnownHostsFile=/dev/null", "audit@10.255.40.5", "hostname"]).stdout.strip(),
}), flush=True)
sys.stdin.read()
lab.stop()
"""


@dataclass(frozen=True, slots=True)
class Launched:
    """A lab in a process of its own, and everything that belongs to it as seen from outside."""

    process: subprocess.Popen[str]
    facts: dict[str, object]
    members: tuple[int, ...]
    mounts: str

    @property
    def directory(self) -> Path:
        return Path(str(self.facts["directory"]))

    def gone_without_a_trace(self, seconds: float = 10) -> bool:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            left = [pid for pid in self.members if runs(pid)]
            if not left and not self.directory.exists() and mounts() == self.mounts:
                return True
            time.sleep(0.05)
        return False


def runs(pid: int) -> bool:
    """Whether a process does; what only waits for an init that never asks, as in some containers, has ended."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in {"Z", "X"}


def mounts() -> str:
    return Path("/proc/self/mounts").read_text(encoding="utf-8")


def members_of(first_process: int) -> set[int]:
    """The processes in the PID namespace of a sandbox."""
    inside = Path(f"/proc/{first_process}/ns/pid").readlink()
    found = set()
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if (entry / "ns" / "pid").readlink() == inside:
                found.add(int(entry.name))
        except OSError:
            continue
    return found


@contextmanager
def launched(command: tuple[str, ...] = (sys.executable,), root: Path = ROOT) -> Iterator[Launched]:
    before = mounts()
    with subprocess.Popen(
        [*command, "-c", LAUNCHER],
        cwd=root,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        try:
            facts = json.loads(process.stdout.readline())
            if "unavailable" in facts:
                pytest.skip(facts["unavailable"])
            members = members_of(facts["first_process"])
            assert len(members) > 30
            yield Launched(process, facts, (process.pid, facts["child"], *members), before)
        finally:
            process.kill()


def test_stopping_leaves_nothing() -> None:
    with launched() as lab:
        lab.process.communicate("")
        assert lab.gone_without_a_trace()


def test_killing_the_launcher_leaves_nothing() -> None:
    with launched() as lab:
        lab.process.kill()
        lab.process.wait(120)
        assert lab.gone_without_a_trace()


def test_an_interrupt_leaves_nothing() -> None:
    with launched() as lab:
        os.killpg(lab.process.pid, signal.SIGINT)
        lab.process.wait(120)
        assert lab.gone_without_a_trace()


def test_killing_the_first_process_leaves_no_process_and_the_next_start_clears_up() -> None:
    with launched() as lab:
        first_process = lab.facts["first_process"]
        assert isinstance(first_process, int)
        os.kill(first_process, signal.SIGKILL)
        lab.process.kill()
        lab.process.wait(120)
        deadline = time.monotonic() + 10
        while network.is_up(lab.directory) and time.monotonic() < deadline:
            time.sleep(0.05)
        network.remove_stale()
        assert lab.gone_without_a_trace()


def test_an_ordinary_user_gets_the_same_lab() -> None:
    if os.geteuid() != 0:
        pytest.skip("the whole session runs as an ordinary user")
    folder = Path(tempfile.mkdtemp(prefix="netaudit-copy-"))
    try:
        folder.chmod(0o755)
        shutil.copytree(ROOT / "tests" / "lab", folder / "tests" / "lab", ignore=shutil.ignore_patterns("__pycache__"))
        become = ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "env", "HOME=/")
        with launched((*become, _interpreter_for_everybody(become)), folder) as lab:
            assert lab.facts["user"] == "0"
            assert lab.facts["login"] == "sw-edu-b"
            forwarding, neighbours = lab.facts["forwarding"], lab.facts["neighbours"]
            assert isinstance(forwarding, int)
            assert forwarding > 20
            assert neighbours == 3
            assert {Path(f"/proc/{pid}").stat().st_uid for pid in lab.members} == {NOBODY}
            lab.process.kill()
            lab.process.wait(120)
            assert lab.gone_without_a_trace()
    finally:
        shutil.rmtree(folder)


def _interpreter_for_everybody(become: tuple[str, ...]) -> str:
    question = "import sys; sys.exit(sys.version_info < (3, 11))"
    for candidate in (sys.executable, "/usr/bin/python3"):
        if subprocess.run([*become, candidate, "-c", question], check=False, stderr=subprocess.DEVNULL).returncode == 0:
            return candidate
    pytest.skip("no Python 3.11 that an ordinary user may run")


def test_two_labs_do_not_meet(lab: Lab) -> None:
    with running() as other:
        assert other.directory != lab.directory
        other.set_station("gov-pc-1", up=False)
        address = str(other.topology.station_by_name["gov-pc-1"].ip)
        ping = ["ping", "-n", "-c1", "-W1", address]
        assert other.run("admin", ping).returncode != 0
        assert lab.run("admin", ping).returncode == 0
    assert lab.alive()


def test_a_given_directory_is_used_and_not_twice(tmp_path: Path) -> None:
    with running(tmp_path / "here") as lab:
        assert (tmp_path / "here" / "netaudit.toml").stat().st_mode & 0o777 == 0o600
        assert attach(tmp_path / "here").run("admin", ["hostname"]).stdout == "admin\n"
        with pytest.raises(LabError, match="already up"):
            network.start(tmp_path / "here")
        assert lab.alive()
    with pytest.raises(LabError, match="no lab is up"):
        attach(tmp_path / "here")


def test_it_is_up_and_down_in_seconds() -> None:
    begun = time.monotonic()
    with running():
        assert time.monotonic() - begun < 20
        begun = time.monotonic()
    assert time.monotonic() - begun < 20


def test_the_command_line_keeps_it_up_between_commands(tmp_path: Path) -> None:
    def lab(*arguments: str) -> subprocess.CompletedProcess[str]:
        verb, *rest = arguments
        command = [sys.executable, "-m", "tests.lab", verb, "--dir", str(tmp_path), *rest]
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    started = lab("up")
    try:
        assert started.returncode == 0, started.stderr
        assert "exec" in started.stdout
        assert lab("up").returncode == 4
        assert lab("exec", "sw-twn-1", "--", "sh", "-c", "hostname; exit 7").stdout == "sw-twn-1\n"
        assert lab("exec", "sw-twn-1", "--", "sh", "-c", "exit 7").returncode == 7
        netaudit = lab("exec", "admin", "--", "netaudit", "--lang", "en", "import", str(tmp_path / "sheets"))
        assert netaudit.returncode == 0, netaudit.stderr
        assert (tmp_path / "netaudit.db").exists()
        assert lab("status").returncode == 0
    finally:
        ended = lab("down")
    assert ended.returncode == 0, ended.stderr
    assert lab("status").returncode == 4
