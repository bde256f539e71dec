"""The lab from the command line: `python -m tests.lab up|down|exec|status|truth`."""

from __future__ import annotations

import argparse
import json
import os
import shlex
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from . import credentials, network, topology, truth
from .errors import LabError, LabUnavailableError
from .process import search_path

if TYPE_CHECKING:
    from .network import Lab

_DOWN_SECONDS: Final = 20.0


def default_directory() -> Path:
    """One directory per user, so that every later command finds the lab by itself."""
    return Path(tempfile.gettempdir()) / f"{network.PREFIX}{os.geteuid()}"


def up(directory: Path | None) -> int:
    """Start a supervisor that outlives this terminal, and say how to look around."""
    place = directory or default_directory()
    supervisor = subprocess.Popen(
        [sys.executable, "-m", __package__, "supervise", *_directory_option(directory)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    if supervisor.stdout is None:
        message = "the supervisor has no pipe"
        raise LabError(message)
    with supervisor.stdout:
        answer = supervisor.stdout.readline().strip()
    if answer != "ready":
        print(answer or "the supervisor ended without a word", file=sys.stderr)
        return supervisor.wait() or 1
    print(_guide(network.attach(place), directory))
    # The supervisor goes on; nobody here waits for it.
    supervisor.returncode = 0
    return 0


def supervise(directory: Path | None) -> int:
    """Keep a lab up until told to stop or until it ends by itself."""
    wanted = {signal.SIGTERM, signal.SIGINT, signal.SIGHUP}
    signal.pthread_sigmask(signal.SIG_BLOCK, wanted)
    try:
        lab = network.launch(directory or default_directory(), temporary=directory is None)
    except (LabError, LabUnavailableError) as error:
        print(str(error).replace("\n", "; "), flush=True)
        return 4
    print("ready", flush=True)
    # Whoever waits for the end of these streams waits for "up", not for the lab.
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, sys.stdout.fileno())
    os.dup2(nothing, sys.stderr.fileno())
    while lab.alive() and signal.sigtimedwait(wanted, 1.0) is None:
        pass
    lab.stop()
    return 0


def down(directory: Path | None) -> int:
    """End the lab and wait until it is gone."""
    place = directory or default_directory()
    os.kill(network.attach(place).launcher, signal.SIGTERM)
    deadline = time.monotonic() + _DOWN_SECONDS
    while network.is_up(place):
        if time.monotonic() > deadline:
            message = f"the lab in {place} does not end"
            raise LabError(message)
        time.sleep(0.05)
    print("the lab is gone")
    return 0


def execute(directory: Path | None, host: str, command: list[str]) -> int:
    """Run a command on a host with this terminal's streams, and with netaudit at hand."""
    lab = network.attach(directory or default_directory())
    process = lab.popen(host, command or [os.environ.get("SHELL", "/bin/sh")], env=_surroundings(lab))
    # A Ctrl-C is for the command.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    return process.wait()


def status(directory: Path | None) -> int:
    """Say whether a lab is up."""
    place = directory or default_directory()
    if not network.is_up(place):
        print(f"no lab is up in {place}")
        return 4
    lab = network.attach(place)
    print(f"a lab is up in {place}: launcher {lab.launcher}, {len(lab.hosts())} hosts, sheets in {place / 'sheets'}")
    print(" ".join(lab.hosts()))
    return 0


def _directory_option(directory: Path | None) -> list[str]:
    return [] if directory is None else ["--dir", str(directory)]


def _interpreter() -> str:
    """This interpreter as one would type it here."""
    executable = Path(sys.executable)
    return str(executable.relative_to(Path.cwd())) if executable.is_relative_to(Path.cwd()) else str(executable)


def _guide(lab: Lab, directory: Path | None) -> str:
    own = shlex.join([_interpreter(), "-m", str(__package__)])
    where = "".join(f" {shlex.quote(part)}" for part in _directory_option(directory))
    switch = lab.topology.managed()[-1]
    enter = f"{own} exec{where} admin --"
    walk = shlex.join(["snmpbulkwalk", *credentials.snmp_arguments(switch.profile), "-On", str(switch.address)])
    login = f"ssh -i {shlex.quote(str(lab.directory / 'id_ed25519'))} -o UserKnownHostsFile=/dev/null"
    return f"""\
The lab is up in {lab.directory}: {len(lab.topology.managed())} readable switches, {len(lab.topology.stations)} stations

A shell where netaudit runs, with the lab's settings and a registry of its own:
  {enter} bash
netaudit against it:
  {enter} netaudit import {shlex.quote(str(lab.directory / "sheets"))}
  {enter} netaudit sweep
The tables of {switch.name}:
  {enter} {walk} 1.3.6.1.2.1.17
A login on {switch.name}:
  {enter} {login} {credentials.USER}@{switch.address}
What is on a wire (needs tcpdump):
  {own} exec{where} {switch.name} -- tcpdump -ni {switch.uplink.name}
What should come out:
  {own} truth
The end:
  {own} down{where}"""


def _surroundings(lab: Lab) -> dict[str, str]:
    """What a command needs so that `netaudit` alone is this checkout's, with the lab's settings and registry."""
    ours = {
        "NETAUDIT_CONFIG": str(lab.directory / "netaudit.toml"),
        "NETAUDIT_DATABASE": f"sqlite:///{lab.directory}/netaudit.db",
        "XDG_STATE_HOME": str(lab.directory / "state"),
    }
    found = {name: value for name, value in ours.items() if name not in os.environ}
    return {"PATH": f"{Path(sys.executable).parent}:{search_path()}", **found}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.lab", description="A miniature extranet that forwards frames."
    )
    verbs = parser.add_subparsers(dest="verb", required=True)
    for name, text in (
        ("up", "start it in the background"),
        ("down", "end it"),
        ("status", "say whether it is up"),
        ("exec", "run a command on one of its hosts"),
        ("supervise", argparse.SUPPRESS),
    ):
        verb = verbs.add_parser(name, help=text)
        verb.add_argument(
            "--dir", type=Path, help="the lab's directory (default: one per user in the temporary folder)"
        )
        if name == "exec":
            verb.add_argument("host")
            verb.add_argument("command", nargs=argparse.REMAINDER)
    verbs.add_parser("truth", help="print the expected result of a sweep as JSON")
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Run one verb."""
    options = _parser().parse_args(arguments)
    if options.verb == "truth":
        print(json.dumps(truth.derive(topology.load()).as_dict(), ensure_ascii=False, indent=2))
        return 0
    directory = None if options.dir is None else options.dir.absolute()
    try:
        if options.verb == "exec":
            command = options.command[1:] if options.command[:1] == ["--"] else options.command
            return execute(directory, options.host, command)
        return {"up": up, "down": down, "status": status, "supervise": supervise}[options.verb](directory)
    except (LabError, LabUnavailableError) as error:
        print(error, file=sys.stderr)
        return 4


if __name__ == "__main__":
    sys.exit(main())
