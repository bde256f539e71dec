"""Reading by SSH beside netmiko as it comes: wrong outputs, failures, wall and client CPU.

Run as ``python -m tests.bench.bench_ssh``. The peers are OpenSSH with FRR's vtysh, and with a written switch behind it,
on the same machine: wall times are mostly theirs. CPU is the client's own, its parsing process included.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from inventory.model.transcript import Ending, Transcript
from probes.contract import SshLimits
from probes.platforms.cli import Cli, Question
from tests.unit.ssh import routers
from tests.unit.ssh.peers import ACCOUNT, PASSWORD, Servers, target
from tests.unit.ssh.relay import relay
from tests.unit.ssh.stories import load

if TYPE_CHECKING:
    from probes.platforms.profile import Profile

SESSIONS: Final = 200
AT_ONCE: Final = 50
RTT_S: Final = 0.2
_HEADINGS: Final = {
    "show version": "Cisco IOS Software",
    "show mac address-table": "Mac Address Table",
    "show interfaces status": "Duplex",
}
_ASKED: Final = tuple(_HEADINGS)


def switch() -> dict[str, Any]:
    """A Catalyst with 49 stations and 25 ports."""
    story = load("cisco_access")
    stations = "".join(f"  10    0050.5692.{n:04x}    DYNAMIC     Gi1/0/{n % 24 + 1}\n" for n in range(49))
    port = "Gi1/0/{:<4}                    connected    10         a-full a-1000 10/100\n"
    ports = "".join(port.format(n) for n in range(25))
    outputs = dict(story.outputs)
    table = "          Mac Address Table\n-----\n\nVlan    Mac Address       Type        Ports\n----    ---\n"
    heading = "Port      Name               Status       Vlan       Duplex  Speed Type\n"
    outputs["show mac address-table"] = f"{table}{stations}Total Mac Addresses for this criterion: 49\n"
    outputs["show interfaces status"] = heading + ports
    accepts = ["terminal length 0", "terminal width 511"]
    return {"prompt": "SW-3F#", "outputs": outputs, "accepts": accepts, "unknown": "% Invalid input detected\n"}


def asked_profile(name: str, commands: tuple[str, ...]) -> Profile:
    """The product's own profile, asking only these commands."""
    from probes.platforms.catalogue import named  # noqa: PLC0415 -- the client pays for it, not the peers

    profile = named(name)
    assert profile is not None
    cli = profile.cli
    assert isinstance(cli, Cli)
    kept = tuple(
        Question(question.subject, tuple(command for command in question.commands if command.text in commands)[:1])
        for question in cli.questions
    )
    return replace(profile, cli=replace(cli, questions=tuple(question for question in kept if question.commands)))


def ours(port: int, profile: Profile, sessions: int, at_once: int, parse: int) -> tuple[list[dict[str, bytes]], int]:
    """Read with netaudit; return the outputs of each session and how many sessions failed."""
    from probes.ssh.parser import Parser  # noqa: PLC0415 -- the client pays for it, not the peers
    from probes.ssh.read import read  # noqa: PLC0415 -- the same
    from probes.ssh.reading import reading  # noqa: PLC0415 -- the same

    stop = threading.Event()

    def one(_number: int) -> Transcript:
        return read(target(port), SshLimits(), stop, None, profile)

    done, failed = [], 0
    with Parser() as parser, ThreadPoolExecutor(at_once) as pool:
        for transcript in pool.map(one, range(sessions)):
            failed += transcript.ending is not Ending.DONE
            done.append({output.command: output.raw for output in transcript.outputs})
            if parse:
                told = reading(transcript, "public", parser, profile=profile)
                failed += sum(entry.rows for entry in told.coverage) != parse
    return done, failed


def netmikos(
    port: int, device_type: str, sessions: int, at_once: int, commands: tuple[str, ...]
) -> tuple[list[dict[str, bytes]], int]:
    """Read with netmiko as its manual shows it."""
    from netmiko import ConnectHandler  # noqa: PLC0415 -- the client pays for it, not the peers

    def one(_number: int) -> dict[str, bytes] | None:
        try:
            with ConnectHandler(
                device_type=device_type, host="127.0.0.1", port=port, username=ACCOUNT, password=PASSWORD
            ) as connection:
                found = {}
                for command in commands:
                    text = str(connection.send_command(command))
                    from netmiko.utilities import get_structured_data_textfsm  # noqa: PLC0415 -- beside its use

                    get_structured_data_textfsm(text, platform=device_type, command=command)
                    found[command] = text.encode()
                return found
        except Exception:  # noqa: BLE001 -- whatever it raises is a failure to be counted
            return None

    with ThreadPoolExecutor(at_once) as pool:
        done = list(pool.map(one, range(sessions)))
    return [one for one in done if one], sum(one is None for one in done)


def client(task: dict[str, Any]) -> dict[str, Any]:
    """Run one client in this process and measure it."""
    marks = {command: mark.encode() for command, mark in task["marks"].items()}
    if task["who"] == "netaudit":
        import probes.ssh.read  # noqa: F401, PLC0415 -- imports are not measured, neither here nor there

        profile = routers.PROFILE if task["platform"] == "frr" else asked_profile(task["platform"], tuple(marks))

        def work() -> Any:  # noqa: ANN401 -- outputs and failures
            return ours(task["port"], profile, task["sessions"], task["at_once"], task["rows"])
    else:
        import netmiko.utilities  # noqa: F401, PLC0415 -- as above

        def work() -> Any:  # noqa: ANN401 -- outputs and failures
            return netmikos(task["port"], task["driver"], task["sessions"], task["at_once"], tuple(marks))

    before, began = _cpu(), time.monotonic()
    done, failed = work()
    wall, cpu = time.monotonic() - began, _cpu() - before
    wrong = sum(
        {name for name, mark in marks.items() if mark in raw} != {command}
        for outputs in done
        for command, raw in outputs.items()
        if command in marks
    )
    return {"wall": wall, "cpu_ms": 1000 * cpu / task["sessions"], "failed": failed, "wrong": wrong}


def _cpu() -> float:
    mine, ended = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return mine.ru_utime + mine.ru_stime + ended.ru_utime + ended.ru_stime


class Comparison(NamedTuple):
    """One peer, and what both clients ask it."""

    name: str
    port: int
    platform: str
    driver: str
    marks: dict[str, str]
    rows: int
    """What the tables of a session hold in all; 0: they are not parsed."""
    sessions: int = SESSIONS
    at_once: int = AT_ONCE


def measured(who: str, pair: Comparison) -> Any:  # noqa: ANN401 -- one row of the table
    """Run one client in a process of its own."""
    command = [sys.executable, "-m", "tests.bench.bench_ssh", json.dumps({"who": who, **pair._asdict()})]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=280)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return json.loads(done.stdout.splitlines()[-1])


def main() -> None:
    """Measure every pair and print a table."""
    if len(sys.argv) > 1:
        print(json.dumps(client(json.loads(sys.argv[1]))))  # noqa: T201 -- the answer
        return
    with tempfile.TemporaryDirectory() as folder:
        servers = Servers(Path(folder))
        try:
            _compare(servers)
        finally:
            servers.stop()


def _compare(servers: Servers) -> None:
    frr = {command: mark.decode() for command, mark in routers.MARKS.items()}
    comware = load("comware_aggregation")
    slow_peer = servers.start(
        {"prompt": comware.prompt, "outputs": dict(comware.outputs), "unknown": "% Unrecognized\n", **comware.peer}
    )
    slow_marks = {"display version": "Comware Software", "display arp": "D-Dynamic", "display mac-address": "Nickname"}
    with relay(slow_peer.port, RTT_S) as slow:
        pairs = (
            Comparison("FRR vtysh", routers.start(servers).port, "frr", "cisco_ios", frr, 0),
            Comparison("switch, parsed", servers.start(switch()).port, "cisco_ios", "cisco_ios", _HEADINGS, 75),
            Comparison("Comware, RTT 200 ms", slow, "h3c_comware", "hp_comware", slow_marks, 0),
        )
        print(f"load {os.getloadavg()[0]:.1f}")  # noqa: T201 -- the report
        for pair in pairs:
            for who in ("netaudit", "netmiko"):
                got = measured(who, pair)
                print(  # noqa: T201 -- the report
                    f"{pair.name:22} {who:9} wall {got['wall']:6.1f} s  client CPU {got['cpu_ms']:6.1f} ms/session  "
                    f"failed {got['failed']:3}  wrong outputs {got['wrong']:3}"
                )


if __name__ == "__main__":
    main()
