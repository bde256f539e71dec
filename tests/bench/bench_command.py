"""The whole command: ``netaudit sweep X/24`` on an empty database, its start, its report and all. Prints, never fails.

Forty live hosts behind a router at next to no round trip; ten thousand packets a second. Needs root.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from tests.unit.sweep.spaces import Space, cable

ROOT: Final = Path(__file__).parents[2]
ROUNDS: Final = 5
_HOSTS: Final = """
table ip hosts {
  chain input {
    type filter hook input priority 0; policy drop;
    ip daddr { 10.8.0.2, 10.9.0.1-10.9.0.40 } accept
  }
}
"""


def network(opened: ExitStack) -> Space:
    """Build scanner, router and hosts; return the scanner."""
    scanner, router, hosts = (Space.make() for _ in range(3))
    for space in (scanner, router, hosts):
        opened.callback(space.end)
    cable(scanner, "lan", router, "lan")
    cable(router, "out", hosts, "in")
    scanner.run("ip address add 10.1.0.2/24 dev lan; ip route add default via 10.1.0.1")
    router.run(
        "sysctl -qw net.ipv4.ip_forward=1; ip address add 10.1.0.1/24 dev lan; ip address add 10.8.0.1/30 dev out;"
        "ip route add 10.9.0.0/24 via 10.8.0.2"
    )
    hosts.run(
        "ip address add 10.8.0.2/30 dev in; ip route add default via 10.8.0.1; ip route add local 10.9.0.0/24 dev lo"
    )
    hosts.rules(_HOSTS)
    return scanner


def once(scanner: Space, home: Path) -> tuple[float, float, bool]:
    """Run the command in an empty home; return wall and CPU seconds, and whether it found just the forty."""
    folders = {f"XDG_{name}_HOME": str(home / name) for name in ("DATA", "STATE", "CONFIG")}
    limits = {"NETAUDIT_SWEEP__NEW_ADDRESSES_PER_GATEWAY": "10000", "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8"}
    command = [sys.executable, "-m", "netaudit", "sweep", "10.9.0.0/24", "--rate", "10000", "--trusted-port"]
    used, began = os.times(), time.monotonic()
    done = subprocess.run(
        scanner.argv(*command),
        env={**os.environ, **folders, **limits},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    wall, after = time.monotonic() - began, os.times()
    right = done.returncode == 0 and "40 of 40 observed endpoints" in done.stdout
    return wall, sum(after[2:4]) - sum(used[2:4]), right


def main() -> None:
    """Measure and print."""
    with ExitStack() as opened:
        scanner, found = network(opened), []
        for _ in range(ROUNDS):
            with tempfile.TemporaryDirectory() as home:
                found.append(once(scanner, Path(home)))
    walls, times, right = zip(*found, strict=True)
    print(f"netaudit sweep /24, whole command, empty database: wall {statistics.median(walls):.2f} s", end=" ")  # noqa: T201 -- its purpose
    print(f"({min(walls):.2f}-{max(walls):.2f}), CPU {statistics.median(times):.2f} s, right {sum(right)}/{ROUNDS}")  # noqa: T201 -- its purpose


if __name__ == "__main__":
    main()
