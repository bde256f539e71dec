"""A running lab: start it, use its hosts, end it."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

from . import credentials, requirements, sheets, topology, truth
from .errors import LabError, LabUnavailableError
from .process import Entrance, HostProcess, child_of, program, search_path
from .wiring import plan

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

PREFIX: Final = "netaudit-lab-"
_LOCK: Final = "lock"
_STATE: Final = "lab.json"
_START_SECONDS: Final = 60.0
_STOP_SECONDS: Final = 20.0
_PACKAGE_ROOT: Final = Path(__file__).parents[2]


class Lab:
    """A lab that is up. Who only attached to it (`attach`) can use its hosts but cannot stop it."""

    def __init__(self, directory: Path, first_process: int, launcher: int, *, user_namespace: bool) -> None:
        self.topology = topology.load()
        self.truth = truth.derive(self.topology)
        self.directory = directory
        self.first_process = first_process
        self.launcher = launcher
        self.user_namespace = user_namespace
        self._hosts = plan(self.topology).hosts
        self._sandbox: subprocess.Popen[str] | None = None
        self._lock: IO[str] | None = None
        self._temporary = False

    def hosts(self) -> list[str]:
        """The names `run` accepts."""
        return list(self._hosts)

    def command(self, host: str, command: Sequence[str], cwd: Path | None = None) -> list[str]:
        """The command line that runs a command on a host, for a shell or a program outside the lab."""
        if host not in self._hosts:
            message = f"no host {host!r} in the lab; there are {', '.join(self._hosts)}"
            raise LabError(message)
        named = self._hosts[host].named
        entered = Entrance(self.first_process, host, named=named, user_namespace=self.user_namespace)
        return entered.command(command, cwd or Path.cwd())

    def popen(
        self,
        host: str,
        command: Sequence[str],
        *,
        env: Mapping[str, str] | None = None,
        **options: Any,  # noqa: ANN401 -- what Popen takes
    ) -> HostProcess:
        """Start a command on a host; `env` is added to the caller's environment."""
        environment = {**os.environ, "PATH": search_path(), **(env or {})}
        cwd = Path(options.pop("cwd", None) or Path.cwd())
        return HostProcess(self.command(host, command, cwd), env=environment, **{"text": True, **options})

    def run(
        self,
        host: str,
        command: Sequence[str],
        *,
        env: Mapping[str, str] | None = None,
        timeout: float = 120,
        check: bool = False,
    ) -> subprocess.CompletedProcess[str]:
        """Run a command on a host and collect what it says."""
        pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        with self.popen(host, command, env=env, **pipes) as process:
            try:
                output, errors = process.communicate(timeout=timeout)
            except BaseException:
                process.kill()
                raise
        result = subprocess.CompletedProcess(list(command), process.returncode, output, errors)
        if check:
            result.check_returncode()
        return result

    def set_station(self, name: str, *, up: bool) -> None:
        """Switch a station on or off: its cable stays in, its interface goes up or down."""
        station = self.topology.station_by_name[name]
        gateway = self.topology.prefix_of(station.ip).gateway
        script = f"ip link set eth0 up && ip route replace default via {gateway}" if up else "ip link set eth0 down"
        self.run(name, ["sh", "-c", script], check=True)

    def printers(self) -> list[str]:
        """The stations that print what they receive."""
        return [station.name for station in self.topology.stations if station.kind == "printer"]

    def printer_probe_packets(self) -> int:
        """How many packets the printers' ports 9100 and 515 have received."""
        return sum(self._counter(printer, "list") for printer in self.printers())

    def reset_printers(self) -> None:
        """Set the printers' counters to zero."""
        for printer in self.printers():
            self._counter(printer, "reset")

    def _counter(self, printer: str, verb: str) -> int:
        output = self.run(printer, ["nft", "-j", verb, "counter", "inet", "lab", "probes"], check=True).stdout
        return next(int(item["counter"]["packets"]) for item in json.loads(output)["nftables"] if "counter" in item)

    def snmp(self, device: str, oid: str) -> list[tuple[str, str]]:
        """Walk part of a device from the admin host with net-snmp: (numeric OID, value) pairs."""
        profiles = {switch.name: switch.profile for switch in self.topology.switches}
        profiles[self.topology.core.name] = self.topology.core.profile
        arguments = credentials.snmp_arguments(profiles[device])
        command = [
            "snmpbulkwalk",
            *arguments,
            "-t2",
            "-r2",
            "-On",
            "-Oe",
            "-Ox",
            "-OQ",
            str(self.topology.device_addresses[device]),
            oid,
        ]
        output = self.run(self.topology.admin.name, command, env={"MIBS": ""}, check=True).stdout
        pairs = (line.split(" = ", 1) for line in output.splitlines() if " = " in line)
        return [(pair[0], pair[1].strip().strip('"').strip()) for pair in pairs if "No Such" not in pair[1]]

    def alive(self) -> bool:
        """Whether the lab is still there."""
        return self._sandbox.poll() is None if self._sandbox is not None else is_up(self.directory)

    def stop(self) -> None:
        """End the lab; nothing of it remains."""
        if self._sandbox is not None:
            _end(self._sandbox)
            self._sandbox = None
        if self._lock is not None:
            if self._temporary:
                shutil.rmtree(self.directory, ignore_errors=True)
            else:
                (self.directory / _STATE).unlink(missing_ok=True)
            self._lock.close()
            self._lock = None

    @classmethod
    def launched(cls, directory: Path, sandbox: subprocess.Popen[str], lock: IO[str], *, temporary: bool) -> Lab:
        """Take charge of a sandbox that has reported that it is ready."""
        first_process = child_of(sandbox.pid)
        if first_process is None:
            message = "the sandbox ended right after it had started"
            raise LabError(message)
        user_namespace = os.geteuid() != 0
        lab = cls(directory, first_process, os.getpid(), user_namespace=user_namespace)
        lab._sandbox, lab._lock, lab._temporary = sandbox, lock, temporary
        state = {"launcher": lab.launcher, "first_process": first_process, "user_namespace": user_namespace}
        (directory / _STATE).write_text(json.dumps(state), encoding="utf-8")
        return lab


def attach(directory: Path) -> Lab:
    """Use a lab that another process started in this directory."""
    if not is_up(directory):
        message = f"no lab is up in {directory}"
        raise LabError(message)
    state = json.loads((directory / _STATE).read_text(encoding="utf-8"))
    return Lab(directory, state["first_process"], state["launcher"], user_namespace=state["user_namespace"])


def start(directory: Path | None = None) -> Lab:
    """Build and start a lab; it ends with `stop`, and with this process however that ends.

    Raises:
        LabUnavailableError: This machine cannot run it.
        LabError: It should have worked and did not.
    """
    if directory is None:
        return launch(Path(tempfile.mkdtemp(prefix=PREFIX)), temporary=True)
    return launch(directory, temporary=False)


def launch(directory: Path, *, temporary: bool) -> Lab:
    """Start a lab in a directory, which goes away with it if it is `temporary`."""
    requirements.check()
    with _gate():
        remove_stale()
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = _locked(directory)
    try:
        network = topology.load()
        sheets.write(directory / "sheets", network, truth.derive(network))
        public_key = _write_credentials(directory)
        request = {"public_key": public_key, "directory": str(directory), "temporary": temporary}
        sandbox = _launch(directory, lock)
        try:
            _await_ready(sandbox, request, directory)
            return Lab.launched(directory, sandbox, lock, temporary=temporary)
        except BaseException:
            _end(sandbox)
            raise
    except BaseException:
        lock.close()
        if temporary:
            shutil.rmtree(directory, ignore_errors=True)
        raise


@contextmanager
def running(directory: Path | None = None) -> Iterator[Lab]:
    """A lab for the length of a with-block."""
    lab = start(directory)
    try:
        yield lab
    finally:
        lab.stop()


def remove_stale() -> None:
    """Remove directories whose lab is gone."""
    for directory in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):
            if directory.stat().st_uid == os.geteuid() and (directory / _LOCK).exists() and not is_up(directory):
                shutil.rmtree(directory, ignore_errors=True)


@contextmanager
def _gate() -> Iterator[None]:
    """Let one launcher at a time through: another one's directory must not look stale before it is locked."""
    gate = os.open(tempfile.gettempdir(), os.O_RDONLY)
    try:
        fcntl.flock(gate, fcntl.LOCK_EX)
        yield
    finally:
        os.close(gate)


def _locked(directory: Path) -> IO[str]:
    lock = (directory / _LOCK).open("w", encoding="ascii")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        message = f"a lab is already up in {directory}"
        raise LabError(message) from None
    return lock


def is_up(directory: Path) -> bool:
    """Whether somebody, launcher or sandbox, still holds the directory's lock."""
    try:
        with (directory / _LOCK).open(encoding="ascii") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False


def _write_credentials(directory: Path) -> str:
    key = directory / "id_ed25519"
    for old in (key, key.with_suffix(".pub")):
        old.unlink(missing_ok=True)
    subprocess.run(
        [program("ssh-keygen"), "-q", "-t", "ed25519", "-N", "", "-C", "lab", "-f", str(key)],
        check=True,
        env={**os.environ, "PATH": search_path()},
    )
    configuration = directory / "netaudit.toml"
    configuration.touch(mode=0o600)
    configuration.write_text(credentials.profiles(key), encoding="utf-8")
    return key.with_suffix(".pub").read_text(encoding="ascii")


def _launch(directory: Path, lock: IO[str]) -> subprocess.Popen[str]:
    unshare = ["unshare", "--fork", "--kill-child", "--pid", "--mount-proc", "--mount", "--net", "--uts", "--ipc"]
    if os.geteuid() != 0:
        unshare += ["--user", "--map-root-user"]
    with (directory / "lab.log").open("w", encoding="utf-8") as log:
        return subprocess.Popen(
            [*unshare, sys.executable, "-m", f"{__package__}.sandbox"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            env={**os.environ, "PATH": search_path(), "PYTHONPATH": str(_PACKAGE_ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
            # A Ctrl-C is for the launcher, who then ends the lab in order.
            start_new_session=True,
            # The lock is held as long as anything of the lab lives.
            pass_fds=(lock.fileno(),),
        )


def _await_ready(sandbox: subprocess.Popen[str], request: dict[str, Any], directory: Path) -> None:
    if sandbox.stdin is None or sandbox.stdout is None:
        message = "the sandbox has no pipes"
        raise LabError(message)
    with contextlib.suppress(BrokenPipeError):
        sandbox.stdin.write(json.dumps(request) + "\n")
        sandbox.stdin.flush()
    line = sandbox.stdout.readline()
    log = (directory / "lab.log").read_text(encoding="utf-8").strip()
    if not line:
        raise requirements.explain_refusal(log)
    answer = json.loads(line)
    if "unavailable" in answer:
        raise LabUnavailableError(answer["unavailable"], answer["hint"])
    if "failed" in answer:
        message = f"{answer['failed']}\n{log}".strip()
        raise LabError(message)


def _end(sandbox: subprocess.Popen[str]) -> None:
    """Close the pipe the sandbox listens on, and make sure."""
    for pipe in (sandbox.stdin, sandbox.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()
    try:
        sandbox.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        # Its first process dies with it (--kill-child), and everything with that.
        sandbox.kill()
        sandbox.wait()
