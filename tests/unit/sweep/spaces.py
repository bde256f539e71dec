"""Small networks in namespaces: nothing of them is named, so nothing can be left behind.

A namespace lives as long as a ``cat`` in it, and that ends when this process closes its standard input or dies.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ROOT = Path(__file__).parents[3]
SWEEPER = Path(__file__).with_name("sweeper.py")
PATH = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"


@dataclass(slots=True)
class Space:
    """A network namespace."""

    holder: subprocess.Popen[bytes]
    started: list[subprocess.Popen[str]] = field(default_factory=list)

    @classmethod
    def make(cls) -> Space:
        """Make an empty namespace whose loopback is up."""
        holder = subprocess.Popen(
            [shutil.which("unshare", path=PATH) or "unshare", "--net", "cat"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
        )
        while holder.poll() is None and _network_of(holder.pid) in {_network_of(os.getpid()), None}:
            time.sleep(0.002)
        if holder.poll() is not None:
            pytest.skip("no network namespace can be made here")
        space = cls(holder)
        space.run("ip link set lo up")
        return space

    def argv(self, *command: str) -> list[str]:
        """Return a command line that runs ``command`` in this namespace."""
        return ["nsenter", f"--net=/proc/{self.holder.pid}/ns/net", "--", *command]

    def run(self, commands: str, *, given: str | None = None) -> str:
        """Run shell lines in the namespace; any failure is the test's."""
        line = self.argv("sh", "-ec", commands)
        done = subprocess.run(line, input=given, capture_output=True, text=True, check=False, env={"PATH": PATH})
        assert done.returncode == 0, f"{commands}\n{done.stderr}"
        return done.stdout

    def start(self, *argv: str, under: Sequence[str] = ()) -> subprocess.Popen[str]:
        """Start a Python program in the namespace, ``under`` another one; it ends with the namespace."""
        environment = {"PATH": PATH, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error::ResourceWarning"}
        process = subprocess.Popen(
            self.argv(*under, sys.executable, *argv),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )
        self.started.append(process)
        return process

    def rules(self, text: str) -> None:
        """Load nftables rules."""
        self.run("nft -f -", given=text)

    def counters(self) -> dict[str, int]:
        """Return the packets of each named counter."""
        listed = json.loads(self.run("nft -j list counters"))["nftables"]
        return {row["counter"]["name"]: row["counter"]["packets"] for row in listed if "counter" in row}

    def end(self) -> None:
        """End what was started here, and with it the namespace."""
        for process in self.started:
            process.kill()
            process.communicate()
        assert self.holder.stdin
        self.holder.stdin.close()
        self.holder.wait()


def _network_of(process: int) -> Path | None:
    try:
        return Path(f"/proc/{process}/ns/net").readlink()
    except OSError:
        return None


def cable(one: Space, name: str, other: Space, other_name: str) -> None:
    """Join two namespaces by a pair of virtual Ethernet ports, both up."""
    one.run(
        f"ip link add {name} type veth peer name {other_name} netns {other.holder.pid}; ip link set {name} up",
    )
    other.run(f"ip link set {other_name} up")


def facing(make: Callable[[], Space], answered: str) -> tuple[Space, Space]:
    """Return a scanner and, on the same link, a target that answers for a whole network without limit."""
    scanner, target = make(), make()
    cable(scanner, "lan", target, "lan")
    scanner.run("ip address add 10.1.0.1/24 dev lan; ip route add default via 10.1.0.254")
    target.run(
        "sysctl -qw net.ipv4.icmp_ratelimit=0 net.ipv4.icmp_msgs_per_sec=1000000 net.ipv4.icmp_msgs_burst=100000;"
        f"ip address add 10.1.0.254/24 dev lan; ip route add local {answered} dev lo"
    )
    return scanner, target


@dataclass(frozen=True, slots=True)
class Swept:
    """What one sweep told."""

    events: list[dict[str, Any]]

    @property
    def sightings(self) -> dict[str, list[tuple[str, str, str | None]]]:
        """Address → (probe, detail, MAC) of each sighting."""
        found: dict[str, list[tuple[str, str, str | None]]] = {}
        for event in self.events:
            for ip, probe, detail, mac, _ttl in event.get("sightings", ()):
                found.setdefault(ip, []).append((probe, detail, mac))
        return found

    @property
    def limits(self) -> set[str]:
        """Limits of all blocks."""
        return {limit for event in self.events for limit in event.get("limits", ())}

    @property
    def asked(self) -> int:
        """Addresses asked, all blocks together."""
        return sum(event.get("asked", 0) for event in self.events)

    @property
    def elapsed(self) -> float:
        """Seconds the sweep took."""
        return float(self.events[-1]["elapsed"])


def start_sweep(space: Space, *blocks: str | tuple[Any, ...], **how: Any) -> subprocess.Popen[str]:  # noqa: ANN401 -- JSON
    """Start a sweep in a namespace."""
    asked: dict[str, Any] = {
        "blocks": [
            dict(zip(("addresses", "gateway", "lane", "known"), (b,) if isinstance(b, str) else b, strict=False))
            for b in blocks
        ],
        "kinds": ["icmp", "arp", "tcp"],
        "tcp_ports": [445, 3389],
        "timeout_s": 0.3,
        "retries": 1,
        "pace": [2000, 2000, 500],
        "drop": "",
        "descriptors": None,
        "pause_s": 0,
    }
    under: Sequence[str] = how.pop("under", ())
    return space.start(str(SWEEPER), json.dumps(asked | how), under=under)


def await_progress(sweep: subprocess.Popen[str], packets: int = 0) -> None:
    """Wait until a sweep says that it has sent this many packets.

    Raises:
        ValueError: it ended before that.
    """
    assert sweep.stdout
    while json.loads(sweep.stdout.readline()).get("progress", -1) < packets:
        pass


def run_sweep(space: Space, *blocks: str | tuple[Any, ...], **how: Any) -> Swept:  # noqa: ANN401 -- JSON
    """Run a sweep in a namespace to its end."""
    process = start_sweep(space, *blocks, **how)
    output, _ = process.communicate()
    assert process.returncode == 0
    return Swept([json.loads(line) for line in output.splitlines()])
