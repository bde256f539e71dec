"""A gateway whose table may be read, and behind it stations that answer ARP and nothing else.

admin 10.60.0.2 ── gateway 10.60.0.1, 10.50.0.1, snmpd ── stations somewhere in 10.50.0.0/20, every IP packet dropped
"""

from __future__ import annotations

import random
import shutil
import subprocess
import time
from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import TYPE_CHECKING

import pytest

from tests.unit.sweep.spaces import PATH, Space, cable

if TYPE_CHECKING:
    from contextlib import ExitStack
    from ipaddress import IPv4Network
    from pathlib import Path

ADMIN, GATEWAY = "10.60.0.2", "10.60.0.1"
# Answers ARP for its stations, each with a card of its own, and drops everything else.
_STATIONS = """
import socket, sys
card = lambda ip: bytes((2, 0)) + ip
wanted = {socket.inet_aton(line) for line in sys.argv[1].split()}
link = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0806))
link.bind(("in", 0x0806))
print("up", flush=True)
while True:
    frame = link.recv(2048)
    ip, asker = frame[38:42], frame[22:32]
    if frame[20:22] == bytes((0, 1)) and ip in wanted:
        link.send(asker[:6] + card(ip) + frame[12:20] + bytes((0, 2)) + card(ip) + ip + asker)
"""


@dataclass(frozen=True, slots=True)
class Quiet:
    """The network, and the truth about it."""

    admin: Space
    gateway: Space
    stations: dict[str, str]
    """Address → MAC of each station."""


def build(opened: ExitStack, folder: Path, network: IPv4Network, count: int) -> Quiet:
    """Build it; ``opened`` ends it."""
    for tool in ("snmpd", "ip", "nft"):
        if shutil.which(tool, path=PATH) is None:
            pytest.skip(f"needs {tool}")
    admin, gateway, crowd = (Space.make() for _ in range(3))
    for space in (admin, gateway, crowd):
        opened.callback(space.end)
    cable(admin, "lan", gateway, "lan")
    cable(gateway, "out", crowd, "in")
    crowd.run("ip link set in promisc on")
    hosts = [str(host) for host in random.Random(7).sample(list(network.hosts())[1:], count)]  # noqa: S311 -- places
    responder = crowd.start("-c", _STATIONS, " ".join(hosts))
    assert responder.stdout
    assert responder.stdout.readline() == "up\n"
    admin.run(f"ip address add {ADMIN}/24 dev lan; ip route add default via {GATEWAY}")
    gateway.run(
        f"ip address add {GATEWAY}/24 dev lan; ip address add {network[1]}/{network.prefixlen} dev out;"
        "sysctl -qw net.ipv4.ip_forward=1 net.ipv4.icmp_ratelimit=0"
    )
    configuration = folder / "snmpd.conf"
    configuration.write_text(f"agentAddress udp:{GATEWAY}:161\nrocommunity public\nsysName gw\n", encoding="utf-8")
    log = opened.enter_context((folder / "snmpd.log").open("wb"))
    agent = subprocess.Popen(
        gateway.argv("snmpd", "-f", "-Lo", "-r", "-C", "-c", str(configuration)),
        env={"PATH": PATH, "SNMP_PERSISTENT_DIR": str(folder), "SNMPCONFPATH": str(folder), "MIBS": ""},
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
    )
    opened.callback(agent.wait)
    opened.callback(agent.kill)
    while not gateway.run("ss -Hlun sport = 161").strip():
        assert agent.poll() is None, (folder / "snmpd.log").read_text()
        time.sleep(0.02)
    return Quiet(admin, gateway, {host: "02:00:" + IPv4Address(host).packed.hex(":") for host in hosts})
