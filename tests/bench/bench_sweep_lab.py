"""The networks the sweep is measured in: populations and loss by nftables, answers by local routes."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tests.unit.sweep.spaces import Space, cable

if TYPE_CHECKING:
    from collections.abc import Iterable
    from contextlib import ExitStack

ROUTER_MAC: Final = "02:00:00:00:00:fe"


class Lab:
    """scanner ── router ── target, which answers for a /16; and a /20 on the scanner's own link."""

    def __init__(self, opened: ExitStack, live: set[str], mixed: dict[int, set[str]], near: set[str]) -> None:
        self.scanner, self.router, self.target = (Space.make() for _ in range(3))
        for space in (self.scanner, self.router, self.target):
            opened.callback(space.end)
        cable(self.scanner, "lan", self.router, "lan")
        cable(self.router, "out", self.target, "in")
        quiet = (
            "sysctl -qw net.ipv4.icmp_ratelimit=0 net.ipv4.icmp_msgs_per_sec=1000000 net.ipv4.icmp_msgs_burst=100000"
        )
        self.scanner.run("ip address add 10.1.0.1/24 dev lan; ip address add 10.2.16.1/19 dev lan")
        self.router.run(
            f"{quiet} net.ipv4.ip_forward=1; ip link set lan address {ROUTER_MAC};"
            "ip address add 10.1.0.254/24 dev lan; ip route add local 10.2.0.0/20 dev lo;"
            "ip route add 10.2.16.0/20 dev lan;"
            "ip address add 10.8.0.1/30 dev out; ip route add 10.9.0.0/16 via 10.8.0.2"
        )
        self.target.run(
            f"{quiet}; ip address add 10.8.0.2/30 dev in; ip route add default via 10.8.0.1;"
            "ip route add local 10.9.0.0/16 dev lo"
        )
        self.scanner.run("ip route add default via 10.1.0.254; ping -c 1 -W 2 10.1.0.254 || true")
        sets = _set("live", live) + "".join(_set(f"only{port}", hosts) for port, hosts in mixed.items())
        ports = "".join(f"    ip daddr @only{port} tcp dport {port} accept\n" for port in mixed)
        self.target.rules(
            f"table ip target {{\n{sets}  chain input {{\n    type filter hook input priority 0; policy drop;\n"
            f"    ip daddr @live icmp type echo-request accept\n    ip daddr 10.8.0.2 accept\n{ports}"
            "    jump everybody\n  }\n  chain everybody {}\n}\n"
        )
        self.router.rules(
            f"table arp near {{\n{_set('live', near)}  chain input {{\n    type filter hook input priority 0;\n"
            '    iifname "lan" arp operation request arp daddr ip 10.2.0.0/20 arp daddr ip != @live drop\n  }\n}\n'
        )
        # masscan reads its last answers only when something else arrives, and would never end on a silent link.
        self.router.start("-c", _NOISE)

    def lose(self, percent: int) -> None:
        """Lose so many of the packets that pass the router and of ARP on the local link, each way."""
        self.router.rules("table ip loss {}\ndelete table ip loss\ntable arp loss {}\ndelete table arp loss\n")
        if percent:
            lost = f"numgen random mod 100 < {percent} drop"
            hooks = "".join(
                f"chain {hook} {{ type filter hook {hook} priority 0; {lost}; }};" for hook in ("input", "output")
            )
            self.router.rules(
                f"table ip loss {{ chain forward {{ type filter hook forward priority 0; {lost}; }}; }}\n"
                f"table arp loss {{ {hooks} }}\n"
            )

    def answer(self, *, everybody: bool) -> None:
        """Let every address behind the router answer echo requests, or only those who are alive."""
        self.target.rules("flush chain ip target everybody\n")
        if everybody:
            self.target.rules("add rule ip target everybody icmp type echo-request accept\n")

    def received(self) -> int:
        """Return how many packets the router got from the scanner."""
        for line in Path(f"/proc/{self.router.holder.pid}/net/dev").read_text().splitlines():
            name, _, counters = line.partition(":")
            if name.strip() == "lan":
                return int(counters.split()[1])
        return 0


_NOISE: Final = """
import socket, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
while True:
    s.sendto(b"noise", ("10.1.0.1", 9)); time.sleep(0.05)
"""


def _set(name: str, hosts: Iterable[str]) -> str:
    elements = ", ".join(sorted(hosts))
    return f"  set {name} {{ type ipv4_addr; elements = {{ {elements} }} }}\n" if elements else ""


class Meter(threading.Thread):
    """Watches the router's counter, to tell between which moments the packets came."""

    def __init__(self, lab: Lab) -> None:
        super().__init__(daemon=True)
        self._lab, self._end = lab, threading.Event()
        self.points: list[tuple[float, int]] = [(time.perf_counter(), lab.received())]

    def run(self) -> None:
        """Look every few milliseconds."""
        while not self._end.wait(0.01):
            self.points.append((time.perf_counter(), self._lab.received()))

    def finish(self) -> tuple[int, float]:
        """Return packets, and packets per second between 5 % and 95 % of them."""
        self._end.set()
        self.join()
        self.points.append((time.perf_counter(), self._lab.received()))
        first, last = self.points[0][1], self.points[-1][1]
        inner = [p for p in self.points if first + (last - first) * 0.05 <= p[1] <= first + (last - first) * 0.95]
        if len(inner) < 3 or inner[-1][0] == inner[0][0]:
            return last - first, float("nan")
        return last - first, (inner[-1][1] - inner[0][1]) / (inner[-1][0] - inner[0][0])
