"""Our sweep beside zmap, masscan, nmap, fping and arp-scan: the same work, in the same run, in turns.

``python -m tests.bench.bench_sweep [--rounds N] [--only NAME …] [--write FILE]``: builds its own network namespaces, so
it needs root. Every peer that is not installed is named and left out. It asserts nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import re
import shutil
import statistics
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tests.bench.bench_sweep_lab import ROUTER_MAC, Lab, Meter
from tests.unit.sweep.spaces import PATH, ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

FAR: Final = IPv4Network("10.9.0.0/16")
NEAR: Final = IPv4Network("10.2.0.0/20")
PORTS: Final = (445, 3389, 22, 80)
EMPTY: Final = "/dev/null"


@dataclass(slots=True)
class Run:
    """What one command did."""

    wall_s: float
    cpu_s: float
    packets: int
    pps: float
    recall: float
    wrong: int
    engine_s: float | None
    """Ours alone: from the call of the sweep to its end, its own process's start included."""


@dataclass(slots=True)
class Peer:
    """A command to measure. ``{out}`` in it is a file for its results, whatever format: addresses are looked for."""

    name: str
    command: list[str]
    runs: list[Run] = field(default_factory=list)


@dataclass(slots=True)
class Case:
    """The same work for several peers."""

    name: str
    title: str
    network: IPv4Network
    live: set[str]
    peers: list[Peer]
    loss: int = 0
    """Percent of packets lost, each way."""


def measure(lab: Lab, peer: Peer, case: Case, folder: Path) -> Run:
    """Run a command in the scanner's namespace."""
    out = folder / "out"
    out.unlink(missing_ok=True)
    line = lab.scanner.argv(*(part.replace("{out}", str(out)) for part in peer.command))
    meter = Meter(lab)
    meter.start()
    with (folder / "said").open("wb") as said, Path(EMPTY).open("rb") as nothing:
        began = time.perf_counter()
        process = os.posix_spawn(
            shutil.which(line[0], path=PATH) or line[0],
            line,
            {"PATH": PATH, "PYTHONPATH": str(ROOT), "HOME": str(folder)},
            file_actions=[
                (os.POSIX_SPAWN_DUP2, nothing.fileno(), 0),
                (os.POSIX_SPAWN_DUP2, said.fileno(), 1),
                (os.POSIX_SPAWN_DUP2, said.fileno(), 2),
            ],
        )
        _, status, usage = os.wait4(process, 0)
        wall = time.perf_counter() - began
    packets, pps = meter.finish()
    text = (folder / "said").read_text(errors="replace") + (out.read_text(errors="replace") if out.exists() else "")
    if status and not text:
        sys.stderr.write(f"{peer.name} ended with {status}\n")
    found = set(_addresses(text, case.network))
    spent = re.search(r"^engine ([0-9.]+)$", text, re.MULTILINE)
    return Run(
        wall_s=wall,
        cpu_s=usage.ru_utime + usage.ru_stime,
        packets=packets,
        pps=pps,
        recall=len(found & case.live) / len(case.live),
        wrong=len(found - case.live),
        engine_s=float(spent[1]) if spent else None,
    )


def _addresses(text: str, network: IPv4Network) -> Iterable[str]:
    prefix = str(network.network_address).split(".", maxsplit=2)[:2]
    for word in text.replace("(", " ").replace(")", " ").replace(",", " ").replace("/", " / ").split():
        if word.split(".")[:2] == prefix and word.count(".") == 3 and word != str(network.network_address):
            yield word


# ---------------------------------------------------------------- what is measured


def ours(network: IPv4Network, rate: float, *, engine: str = "engine", **plan: Any) -> list[str]:  # noqa: ANN401 -- fields of ProbePlan, as JSON
    """Return a command line that sweeps with our engine and prints the addresses found, one a line."""
    asked = {"network": str(network), "rate": rate, "plan": plan}
    return [sys.executable, "-c", _DRIVER.replace("ENGINE", engine), json.dumps(asked)]


_DRIVER: Final = """
import json, sys, threading
from ipaddress import ip_network
from inventory.model.addresses import Addresses
from inventory.model.facts import ProbeKind
from probes.contract import Block, BlockDone, Pace, ProbePlan
from probes.sweep.ENGINE import sweep
from time import perf_counter
asked = json.loads(sys.argv[1])
plan = dict(asked["plan"])
plan["kinds"] = frozenset(map(ProbeKind, plan["kinds"]))
plan["tcp_ports"] = tuple(plan.get("tcp_ports", ()))
whole = ip_network(asked["network"])
parts = [whole] if whole.prefixlen > 24 else whole.subnets(new_prefix=24)
blocks = [Block(str(part), "public", part, Addresses.within(part)) for part in parts]
rate = asked["rate"]
began = perf_counter()
for event in sweep(blocks, ProbePlan(**plan), Pace(rate, rate, rate), threading.Event()):
    if isinstance(event, BlockDone):
        for seen in event.sightings:
            print(seen.ip)
        if event.limits:
            print(event.limits, file=sys.stderr)
print("engine", perf_counter() - began)
"""


def cases(lives: dict[str, set[str]]) -> list[Case]:
    """Return everything that is compared."""
    small = IPv4Network("10.9.7.0/24")
    twenty = IPv4Network("10.9.16.0/20")
    live = lives["far"]
    zmap = ["zmap", "-M", "icmp_echoscan", "-q", "-i", "lan", "-b", EMPTY, "-G", ROUTER_MAC, "-o", "{out}"]
    masscan = ["masscan", "--ping", "-e", "lan", "--router-mac", ROUTER_MAC.replace(":", "-"), "-oL", "{out}"]
    nmap = ["nmap", "-n", "-sn", "-oG", "{out}"]
    once: dict[str, Any] = {"kinds": ["icmp"]}
    until: dict[str, Any] = {"kinds": ["icmp"], "adaptive": True}

    def sixteen(rate: int, wait: str) -> list[Peer]:
        return [
            Peer("netaudit", ours(FAR, rate or 1e9, **once, retries=0)),
            Peer("zmap -c 1", [*zmap, "-c", "1", "-r", str(rate), str(FAR)]),
            Peer(f"masscan --wait {wait}", [*masscan, "--rate", str(rate or 10_000_000), "--wait", wait, str(FAR)]),
        ]

    def lossy() -> list[Peer]:
        return [
            Peer("netaudit adaptive", ours(FAR, 50_000, **until)),
            Peer("zmap -P 2 -c 1", [*zmap, "-P", "2", "-c", "1", "-r", "25000", str(FAR)]),
            Peer("masscan --wait 1", [*masscan, "--rate", "50000", "--wait", "1", str(FAR)]),
        ]

    inside = {host for host in live if IPv4Address(host) in small}
    mixed = {host for host in live | lives["mixed"] if IPv4Address(host) in twenty}
    listed = ",".join(map(str, PORTS))
    return [
        Case("paced", "/16, 5 % answer, 100,000 packets/s, one pass", FAR, live, sixteen(100_000, "1")),
        Case("unpaced", "/16, 5 % answer, as fast as it goes, one pass", FAR, live, sixteen(0, "2")),
        Case(
            "small",
            "/24, 10,000 packets/s",
            small,
            inside,
            [
                Peer("netaudit", ours(small, 10_000, **once, retries=1)),
                Peer("netaudit by the kernel's sockets", ours(small, 10_000, engine="selector", **once, retries=1)),
                Peer("nmap -PE -T4 --min-rate 10000", [*nmap, "-PE", "-T4", "--min-rate", "10000", str(small)]),
                Peer("fping -i 0.1 -r 1", ["fping", "-a", "-q", "-i", "0.1", "-r", "1", "-g", str(small)]),
            ],
        ),
        Case("loss2", "/16, 5 % answer, 50,000 packets/s, 2 % lost each way", FAR, live, lossy(), loss=2),
        Case("loss10", "/16, 5 % answer, 50,000 packets/s, 10 % lost each way", FAR, live, lossy(), loss=10),
        Case(
            "mixed",
            f"/20, half of who is there answers only one of TCP {listed}; the same probes, 50,000 packets/s",
            twenty,
            mixed,
            [
                Peer("netaudit", ours(twenty, 50_000, kinds=["icmp", "tcp"], tcp_ports=PORTS, retries=1)),
                Peer(
                    "netaudit by the kernel's sockets",
                    ours(twenty, 50_000, engine="selector", kinds=["icmp", "tcp"], tcp_ports=PORTS, retries=1),
                ),
                Peer(
                    "nmap --min-rate 50000", [*nmap, "-PE", f"-PS{listed}", "-T4", "--min-rate", "50000", str(twenty)]
                ),
            ],
        ),
        Case(
            "arp",
            "on-link /20 by ARP, 10,000 packets/s",
            NEAR,
            lives["near"],
            [
                Peer("netaudit", ours(NEAR, 10_000, kinds=["arp"], retries=1)),
                Peer("nmap -PR --min-rate 10000", [*nmap, "-PR", "-T4", "--min-rate", "10000", str(NEAR)]),
                Peer("arp-scan -B 4M -r 2", ["arp-scan", "-q", "-x", "-I", "lan", "-B", "4M", "-r", "2", str(NEAR)]),
            ],
        ),
    ]


def report(case: Case) -> str:
    """Return the measurements as a Markdown table: medians, in brackets the extremes."""
    lines = [f"### {case.title}", ""]
    lines += [
        "| | wall s | engine s | CPU s | packets | packets/s while sending | recall (least) | wrong |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for peer in case.peers:
        if not peer.runs:
            lines.append(f"| {peer.name} | not installed | | | | | | |")
            continue
        walls = [run.wall_s for run in peer.runs]
        recalls = [run.recall for run in peer.runs]
        lines.append(
            f"| {peer.name} | {_median(walls):.2f} ({min(walls):.2f}-{max(walls):.2f})"
            f" | {_engine(peer)} | {_median(run.cpu_s for run in peer.runs):.2f}"
            f" | {_median(run.packets for run in peer.runs):,.0f}"
            f" | {_median(run.pps for run in peer.runs):,.0f} | {_median(recalls):.4f} ({min(recalls):.4f})"
            f" | {max(run.wrong for run in peer.runs)} |"
        )
    first, *others = [peer for peer in case.peers if peer.runs]
    for other in others:
        wall = _median(run.wall_s for run in first.runs) / _median(run.wall_s for run in other.runs)
        cpu = _median(run.cpu_s for run in first.runs) / _median(run.cpu_s for run in other.runs)
        rate = _median(run.pps for run in first.runs) / _median(run.pps for run in other.runs)
        lines.append(f"\n{first.name} / {other.name}: wall {wall:.2f}, CPU {cpu:.2f}, packets/s {rate:.2f}")
    return "\n".join(lines) + "\n"


def _engine(peer: Peer) -> str:
    seconds = [run.engine_s for run in peer.runs if run.engine_s is not None]
    return f"{_median(seconds):.2f}" if seconds else ""


def _median(numbers: Iterable[float]) -> float:
    return statistics.median(numbers)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", nargs="*", help="names of cases")
    parser.add_argument("--write", type=Path, help="write the tables into this file, too")
    asked = parser.parse_args(arguments)
    if os.geteuid() != 0:
        sys.stderr.write("bench_sweep builds network namespaces: it needs root.\n")
        return
    dice = random.Random(1)  # noqa: S311 -- a population, not a secret
    far, near = [str(ip) for ip in FAR], [str(ip) for ip in NEAR]
    live = set(dice.sample(far[1:-1], 3279))
    others = dice.sample(sorted(set(far[1:-1]) - live), 3200)
    mixed = {port: set(others[k :: len(PORTS)]) for k, port in enumerate(PORTS)}
    lives = {"far": live, "mixed": set(others), "near": set(dice.sample(near[1:-1], 209))}
    noise = [os.getloadavg()[0]]
    with ExitStack() as opened:
        folder = Path(opened.enter_context(tempfile.TemporaryDirectory()))
        lab = Lab(opened, live, mixed, lives["near"])
        texts = []
        for case in cases(lives):
            if asked.only and case.name not in asked.only:
                continue
            lab.lose(case.loss)
            for _ in range(asked.rounds):
                for peer in case.peers:
                    if shutil.which(peer.command[0], path=PATH):
                        peer.runs.append(measure(lab, peer, case, folder))
                noise.append(os.getloadavg()[0])
            texts.append(report(case))
            sys.stdout.write(texts[-1] + "\n")
            sys.stdout.flush()
        when = f"{datetime.now(UTC):%Y-%m-%d}, Linux {platform.release()}, Python {platform.python_version()}"
        head = (
            f"{when}, {os.cpu_count()} cores, {asked.rounds} rounds in turns; load average {min(noise):.1f} to"
            f" {max(noise):.1f} while measuring. Medians, extremes in brackets.\n"
        )
        sys.stdout.write(head)
        if asked.write:
            asked.write.write_text("\n".join([head, *texts]), encoding="utf-8")


if __name__ == "__main__":
    main()
