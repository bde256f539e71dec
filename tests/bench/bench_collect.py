"""Our SNMP beside snmpbulkwalk and gufo_snmp: the same walks of the same agents, in turns.

``python -m tests.bench.bench_collect [--rounds N] [--pysnmp] [--write FILE]``. The agents are one C program on loopback
(``agent.c``; needs a C compiler), the SNMPv3 peer is net-snmp's snmpd. A peer that is not there is named and left out.
It asserts nothing about time, but says when a live device was not read whole.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib
import json
import os
import platform
import resource
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from ipaddress import IPv4Address
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from inventory.model.coverage import Completeness
from probes.contract import DeviceTarget, ReadLimits, SnmpCredential, SnmpV2c, SnmpV3
from probes.snmp.client import open_session
from probes.snmp.load import few_searches

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

FIRST: Final = IPv4Address("127.88.0.1")
PORT_COLUMN: Final = (1, 3, 6, 1, 2, 1, 17, 7, 1, 2, 2, 1, 2)
LINES_COLUMN: Final = (1, 3, 6, 1, 4, 1, 8072, 1, 3, 2, 4, 1, 2)
"""nsExtendOutLine: a table of snmpd that can be made as long as one likes."""
LINES: Final = 1000
WALKS: Final = 10
REPETITIONS: Final = 50
USER: Final = SnmpV3("bench", "sha256", "auth-pass-1", "aes128", "privacy-pass-1")


@dataclass(slots=True)
class Run:
    """What one peer took."""

    wall_s: float
    cpu_s: float
    rows: int
    command_s: float
    """The whole command, its start included."""


@dataclass(slots=True)
class Peer:
    """A command to measure."""

    name: str
    command: list[str]
    inside: bool = False
    """Whether it tells its own time, from the first question to the last answer."""
    runs: list[Run] = field(default_factory=list)


@dataclass(slots=True)
class Case:
    """The same work for several peers."""

    title: str
    expected: int
    peers: list[Peer]


# ---------------------------------------------------------------- what runs in a process of its own


async def _walk(target: DeviceTarget, limits: ReadLimits, column: tuple[int, ...], walks: int) -> int:
    rows = 0
    async with open_session(target, limits) as session:
        for _ in range(walks):
            table = await session.table((column,))
            if table.completeness is not Completeness.COMPLETE:
                return -1
            rows += len(table.rows)
    return rows


async def _ours(work: dict[str, Any], engine: str) -> int:
    credential: SnmpCredential = SnmpV2c("public", port=work["port"])
    if work.get("user"):
        credential = replace(USER, port=work["port"])
    limits = ReadLimits(engine="pysnmp" if engine == "pysnmp" else "native")
    gate = asyncio.Semaphore(work["in_flight"])

    async def one(number: int) -> int:
        async with gate:
            address = IPv4Address(work["first"]) + number
            target = DeviceTarget(str(address), address, "public", credential, rows_per_request=REPETITIONS)
            return await _walk(target, limits, tuple(work["column"]), work.get("walks", 1))

    read = await asyncio.gather(*(one(number) for number in range(work["count"])))
    if -1 in read:
        sys.stderr.write(f"{read.count(-1)} of {len(read)} live devices were not read whole\n")
    return sum(max(rows, 0) for rows in read)


async def _gufo(work: dict[str, Any]) -> int:
    # Installed for this run only, and in this process alone.
    version = importlib.import_module("gufo.snmp").SnmpVersion.v2c
    session_of = importlib.import_module("gufo.snmp.aio").SnmpSession
    name = ".".join(map(str, work["column"]))
    gate = asyncio.Semaphore(work["in_flight"])

    async def one(number: int) -> int:
        address = str(IPv4Address(work["first"]) + number)
        rows = 0
        async with (
            gate,
            session_of(addr=address, port=work["port"], community="public", version=version) as session,
        ):
            async for _ in session.getbulk(name, max_repetitions=REPETITIONS):
                rows += 1
        return rows

    return sum(await asyncio.gather(*(one(number) for number in range(work["count"]))))


def worker(kind: str, work: dict[str, Any]) -> None:
    """Do the work of a case and print what it took."""
    job = _gufo(work) if kind == "gufo" else _ours(work, kind)
    loop = asyncio.new_event_loop()
    begun, cpu = time.perf_counter(), time.process_time()
    with few_searches():
        rows = loop.run_until_complete(job)
    told = {"wall_s": time.perf_counter() - begun, "cpu_s": time.process_time() - cpu, "rows": rows}
    loop.close()
    sys.stdout.write(json.dumps(told))


# ---------------------------------------------------------------- agents


def _free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as holder:
        holder.bind((str(FIRST), 0))
        return int(holder.getsockname()[1])


def build_agent(folder: Path) -> Path | None:
    """Compile the agent; None without a compiler."""
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        return None
    source, program = Path(__file__).with_name("agent.c"), folder / "agent"
    subprocess.run([compiler, "-O2", "-o", str(program), str(source)], check=True)
    return program


@contextmanager
def agents(program: Path, count: int, rows: int, delay_ms: int) -> Iterator[int]:
    """Run agents on as many addresses; yield their port."""
    port = _free_port()
    command = [str(program), str(FIRST), str(count), str(port), str(rows), str(delay_ms)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n", "the agents did not start"
        try:
            yield port
        finally:
            process.terminate()


@contextmanager
def snmpd(folder: Path) -> Iterator[int | None]:
    """Run net-snmp's agent with a long table; yield its port, None when it is not installed."""
    program = shutil.which("snmpd", path=os.environ.get("PATH", "") + ":/usr/sbin")
    if program is None:
        yield None
        return
    port = _free_port()
    (folder / "snmpd.conf").write_text(
        "rocommunity public\ncreateUser bench SHA-256 auth-pass-1 AES privacy-pass-1\nrouser bench priv\n"
        f"extend -cacheTime 600 lines /usr/bin/seq {LINES}\n"
    )
    command = [program, "-f", "-Lf", str(folder / "log"), "-C", "-c", str(folder / "snmpd.conf"), "-I", "-smux"]
    surroundings = {**os.environ, "SNMP_PERSISTENT_DIR": str(folder), "MIBS": ""}
    with subprocess.Popen([*command, f"udp:{FIRST}:{port}"], env=surroundings, stdin=subprocess.DEVNULL) as process:
        time.sleep(1.0)  # until it listens
        try:
            yield port
        finally:
            process.terminate()


# ---------------------------------------------------------------- measuring


def measure(peer: Peer) -> Run:
    """Run a command; its children's time counts."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.perf_counter()
    done = subprocess.run(peer.command, capture_output=True, text=True, check=False)
    wall = time.perf_counter() - begun
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        sys.exit(f"{peer.name}: {done.stderr[-2000:]}")
    if done.stderr:
        sys.stderr.write(f"{peer.name}: {done.stderr}")
    if peer.inside:
        told = json.loads(done.stdout)
        return Run(told["wall_s"], told["cpu_s"], told["rows"], wall)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Run(wall, cpu, done.stdout.count("\n"), wall)


def _inside(name: str, kind: str, work: dict[str, Any], path: str = "") -> Peer:
    command = [sys.executable, "-m", "tests.bench.bench_collect", "worker", kind, json.dumps(work)]
    return Peer(name, ["env", f"PYTHONPATH={path}", *command] if path else command, inside=True)


def _net_snmp(work: dict[str, Any]) -> list[Peer]:
    """Return net-snmp's walk of every address, sixteen at once; nothing when it is not installed."""
    if shutil.which("snmpbulkwalk") is None:
        return []
    column = ".".join(map(str, work["column"]))
    addresses = "\\n".join(f"{IPv4Address(work['first']) + number}:{work['port']}" for number in range(work["count"]))
    walk = f"snmpbulkwalk -v2c -c public -On -Oq -Cr{REPETITIONS} {{}} {column}"
    many = f"printf '{addresses}\\n' | MIBS= xargs -P16 -I{{}} {walk}"
    return [Peer("xargs -P16 snmpbulkwalk" if work["count"] > 1 else "snmpbulkwalk", ["sh", "-c", many])]


def fleet_case(port: int, count: int, rows: int, delay_ms: int, more: Sequence[tuple[str, str, str]]) -> Case:
    """Return the walk of one column of many devices."""
    work = {"first": str(FIRST), "count": count, "port": port, "column": PORT_COLUMN, "in_flight": 200}
    peers = [_inside("netaudit", "native", work)]
    peers += [_inside(name, kind, work, path) for name, kind, path in more]
    peers += _net_snmp(work)
    return Case(f"{count} agents × {rows:,} rows, answers after {delay_ms} ms", count * rows, peers)


def user_case(port: int) -> Case:
    """Return the walk of snmpd's long table as a community and as a user, once per opened session."""
    work = {"first": str(FIRST), "count": 1, "port": port, "column": LINES_COLUMN, "in_flight": 1, "walks": WALKS}
    peers = [_inside("netaudit v3 authPriv", "native", {**work, "user": 1}), _inside("netaudit v2c", "native", work)]
    return Case(f"snmpd, {WALKS} walks of {LINES:,} rows in one session, SHA-256 and AES-128", WALKS * LINES, peers)


def in_turns(case: Case, rounds: int) -> None:
    """Run every peer of a case, round after round."""
    for number in range(rounds):
        for peer in case.peers[number % len(case.peers) :] + case.peers[: number % len(case.peers)]:
            run = measure(peer)
            if run.rows != case.expected:
                sys.stderr.write(f"{case.title}: {peer.name} got {run.rows} of {case.expected} rows\n")
            peer.runs.append(run)


def _middle(values: Sequence[float], digits: int = 2) -> str:
    return f"{statistics.median(values):.{digits}f} ({min(values):.{digits}f}-{max(values):.{digits}f})"


def report(case: Case) -> str:
    """Return a case as Markdown."""
    lines = [
        f"### {case.title}",
        "",
        "| | wall s | CPU s | CPU µs per variable | whole command s | rows |",
        "|---|---|---|---|---|---|",
    ]
    for peer in case.peers:
        walls, cpus = [run.wall_s for run in peer.runs], [run.cpu_s for run in peer.runs]
        each = statistics.median(cpus) / case.expected * 1e6
        least = min(run.rows for run in peer.runs)
        whole = _middle([run.command_s for run in peer.runs])
        lines.append(f"| {peer.name} | {_middle(walls, 3)} | {_middle(cpus)} | {each:.1f} | {whole} | {least:,} |")
    first = case.peers[0]
    for peer in case.peers[1:]:
        wall, cpu = (
            statistics.median(getattr(run, what) for run in first.runs)
            / statistics.median(getattr(run, what) for run in peer.runs)
            for what in ("wall_s", "cpu_s")
        )
        lines += ["", f"{first.name} / {peer.name}: wall {wall:.2f}, CPU {cpu:.2f}"]
    return "\n".join(lines)


def install_gufo(folder: Path) -> str | None:
    """Install gufo_snmp for this run; None when it cannot be had."""
    command = [sys.executable, "-m", "pip", "install", "-q", "--target", str(folder), "gufo_snmp"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return str(folder) if done.returncode == 0 else None


def main() -> None:
    """Measure everything there is to measure and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--pysnmp", action="store_true", help="the reference engine as well: minutes")
    parser.add_argument("--write", type=Path)
    options = parser.parse_args()
    told = [_surroundings(options.rounds)]
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        more = [("gufo_snmp", "gufo", gufo)] if (gufo := install_gufo(folder / "gufo")) else []
        more += [("netaudit --engine pysnmp", "pysnmp", "")] if options.pysnmp else []
        if not gufo:
            told.append("gufo_snmp could not be installed: left out.")
        program = build_agent(folder)
        if program is None:
            told.append("No C compiler: the walks of many agents are left out.")
        else:
            for count, rows, delay_ms in ((200, 1_000, 0), (200, 1_000, 20), (1, 10_000, 0)):
                with agents(program, count, rows, delay_ms) as port:
                    case = fleet_case(port, count, rows, delay_ms, more)
                    in_turns(case, options.rounds)
                    told.append(report(case))
        port_of_snmpd = stack.enter_context(snmpd(folder))
        if port_of_snmpd is None:
            told.append("snmpd is not installed: SNMPv3 is left out.")
        else:
            case = user_case(port_of_snmpd)
            in_turns(case, options.rounds)
            told.append(report(case))
    written = "\n\n".join(told) + "\n"
    sys.stdout.write(written)
    if options.write:
        options.write.write_text(written, encoding="utf-8")


def _surroundings(rounds: int) -> str:
    load = os.getloadavg()[0]
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, Linux {platform.release()}, Python {platform.python_version()}, "
        f"{os.cpu_count()} cores, {rounds} rounds in turns; load average {load:.1f} at the start. Medians, extremes in "
        "brackets."
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["worker"]:
        worker(sys.argv[2], json.loads(sys.argv[3]))
    else:
        main()
