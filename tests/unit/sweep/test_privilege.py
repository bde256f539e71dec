"""One population, asked with every privilege, with one, and with none: who is found, and what is said to be missing.

scanner 10.1.0.1 ── router ── target, which answers for 10.9.0.0/24: by echo, by one TCP port, or not
"""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.unit.sweep.recorded import SAID
from tests.unit.sweep.spaces import PATH, Space, Swept, await_progress, cable, run_sweep, start_sweep

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PORTS = (445, 3389, 22, 80)
ECHO = {f"10.9.0.{last}" for last in range(1, 120, 3)}
REFUSING = {f"10.9.0.{last}": PORTS[last % 4] for last in range(2, 120, 3)}
OPEN = {f"10.9.0.{last}": PORTS[last % 4] for last in range(3, 40, 3)}
BLOCK = ("10.9.0.0-10.9.0.255", "router")
HOW = {"tcp_ports": list(PORTS), "timeout_s": 1.0, "pace": [10_000, 10_000, 500]}
LISTENERS = """
import json, socket, sys
held = [socket.create_server((host, port)) for host, port in json.loads(sys.argv[1])]
print("up", flush=True)
sys.stdin.read()
"""
NOBODY = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")


@dataclass(frozen=True, slots=True)
class Network:
    """The namespaces a test looks into."""

    scanner: Space
    router: Space
    target: Space


@pytest.fixture(scope="module")
def network(make_space: Callable[[], Space]) -> Network:
    scanner, router, target = (make_space() for _ in range(3))
    cable(scanner, "lan", router, "lan")
    cable(router, "out", target, "in")
    scanner.run("ip address add 10.1.0.1/24 dev lan; ip route add default via 10.1.0.254")
    plenty = "sysctl -qw net.ipv4.icmp_ratelimit=0 net.ipv4.icmp_msgs_per_sec=100000"
    router.run(
        f"{plenty} net.ipv4.ip_forward=1; ip address add 10.1.0.254/24 dev lan;"
        "ip address add 10.8.0.1/30 dev out; ip route add 10.9.0.0/23 via 10.8.0.2"
    )
    router.rules(
        "table ip fence {\n  counter passed {}\n  chain forward {\n    type filter hook forward priority 0;\n"
        "    ip daddr 10.9.1.0/24 counter name passed reject with icmp type admin-prohibited\n  }\n}\n"
    )
    target.run(
        f"{plenty}; ip address add 10.8.0.2/30 dev in; ip route add default via 10.8.0.1;"
        "ip route add local 10.9.0.0/24 dev lo"
    )
    target.run("".join(f"ip address add {host}/32 dev lo\n" for host in OPEN))
    reached = ", ".join(f"{host} . {port}" for host, port in (REFUSING | OPEN).items())
    target.rules(
        "table ip target {\n"
        f"  set answering {{ type ipv4_addr; elements = {{ {', '.join(sorted(ECHO))} }}; }}\n"
        f"  set reached {{ type ipv4_addr . inet_service; elements = {{ {reached} }}; }}\n"
        "  chain input {\n    type filter hook input priority 0; policy drop;\n"
        "    ip daddr @answering icmp type echo-request accept\n    ip daddr . tcp dport @reached accept\n"
        "    ip daddr 10.9.0.200 reject with icmp type port-unreachable\n"
        "    ip daddr . udp dport { 10.9.0.210 . 137, 10.9.0.211 . 161, 10.9.0.212 . 5353 } accept\n"
        "    ip daddr 10.9.0.213 meta l4proto udp accept\n  }\n}\n"
    )
    listeners = target.start("-c", LISTENERS, json.dumps(list(OPEN.items())))
    assert listeners.stdout
    assert listeners.stdout.readline() == "up\n"
    target.run("ip address add 10.9.0.210/32 dev lo; ip address add 10.9.0.212/32 dev lo")
    responder = target.start(str(Path(__file__).with_name("responder.py")), "10.9.0.210", "10.9.0.212")
    assert responder.stdout
    assert responder.stdout.readline() == "listening\n"
    return Network(scanner, router, target)


@pytest.fixture(scope="module")
def privileged(network: Network) -> Swept:
    return run_sweep(network.scanner, BLOCK, **HOW)


@pytest.fixture
def open_ping_sockets(network: Network) -> Iterator[None]:
    network.scanner.run("sysctl -qw net.ipv4.ping_group_range='0 2147483647'")
    yield
    network.scanner.run("sysctl -qw net.ipv4.ping_group_range='1 0'")


def test_with_privilege_every_host_is_found(privileged: Swept) -> None:
    assert set(privileged.sightings) == ECHO | set(REFUSING) | set(OPEN) | {"10.9.0.200"}
    assert privileged.limits == set()


@pytest.mark.usefixtures("open_ping_sockets")
def test_without_privilege_the_same_hosts_are_found(network: Network, privileged: Swept) -> None:
    swept = run_sweep(network.scanner, BLOCK, drop="before", **HOW)
    assert set(swept.sightings) == set(privileged.sightings)
    assert swept.asked == privileged.asked == 256
    assert swept.limits == set()


def test_without_any_echo_connects_find_what_they_can_and_it_is_said(network: Network, privileged: Swept) -> None:
    swept = run_sweep(network.scanner, BLOCK, drop="before", **HOW)
    assert set(swept.sightings) == set(privileged.sightings) - ECHO | {"10.9.0.213"}
    ((kind, detail, _),) = swept.sightings["10.9.0.213"]
    assert (kind, detail) == ("udp", f"{detail.split()[0]} icmp unreachable 3/3")
    assert swept.limits == {"no-icmp"}
    by_tcp = {(ip, found) for ip, sightings in swept.sightings.items() for found in sightings}
    assert by_tcp >= {(ip, ("tcp", f"tcp/{port} open", None)) for ip, port in OPEN.items()}
    assert by_tcp >= {(ip, ("tcp", f"tcp/{port} refused", None)) for ip, port in REFUSING.items()}


def test_more_connects_than_descriptors_take_turns(network: Network, privileged: Swept) -> None:
    swept = run_sweep(network.scanner, BLOCK, drop="before", descriptors=120, **HOW)
    assert set(swept.sightings) == set(privileged.sightings) - ECHO | {"10.9.0.213"}


@pytest.fixture(scope="module")
def agent(network: Network, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Run net-snmp's own agent at 10.9.0.211."""
    snmpd = shutil.which("snmpd", path=PATH)
    if not snmpd:
        pytest.skip("snmpd is not installed")
    home = tmp_path_factory.mktemp("agent")
    settings = home / "snmpd.conf"
    settings.write_text("agentaddress udp:10.9.0.211:161\n")
    network.target.run("ip address add 10.9.0.211/32 dev lo")
    command = [snmpd, "-f", "-Ln", "-C", "-c", str(settings), "-p", str(home / "pid"), "-m", ""]
    process = subprocess.Popen(network.target.argv(*command), env={"PATH": PATH, "SNMP_PERSISTENT_DIR": str(home)})
    while "10.9.0.211:161" not in network.target.run("ss -lnuH"):
        time.sleep(0.02)
    yield
    process.kill()
    process.wait()


@pytest.mark.usefixtures("agent")
@pytest.mark.parametrize("drop", ["", "before"])
def test_udp_finds_who_answers_one_question_and_says_what_it_was(network: Network, drop: str) -> None:
    swept = run_sweep(network.scanner, ("10.9.0.209-10.9.0.214", "router"), kinds=["udp"], drop=drop, **HOW)
    found = {ip: detail for ip, ((_, detail, _),) in swept.sightings.items()}
    snmp = found.pop("10.9.0.211")
    assert found == {"10.9.0.210": SAID[137], "10.9.0.212": SAID[5353], "10.9.0.213": "udp/137 icmp unreachable 3/3"}
    assert snmp.startswith("udp/161 engine=80001f88")
    assert snmp.endswith("enterprise=8072")
    assert swept.limits == set()


@pytest.mark.parametrize("drop", ["", "before"])
def test_a_network_whose_router_forbids_to_ask_is_left_alone(network: Network, drop: str) -> None:
    before = network.router.counters()["passed"]
    how = HOW | {"pace": [500, 500, 5], "timeout_s": 0.2, "drop": drop}
    swept = run_sweep(network.scanner, ("10.9.1.0-10.9.1.255", "a"), ("10.9.0.0-10.9.0.31", "b"), **how)
    assert network.router.counters()["passed"] - before < 64
    assert set(swept.sightings) >= set(OPEN) & {f"10.9.0.{last}" for last in range(32)}
    assert swept.limits >= {"prohibited", "fenced-off", "not-asked"}


def capabilities(network: Network) -> str:
    """Return the one capability a sweep needs; and, where only root may start this Python, one more for that."""
    probe = network.scanner.start("-c", "", under=(*NOBODY, "--bounding-set=-all", "sh", "-c", 'exec "$@"', "sh"))
    probe.communicate()
    return "+net_raw" if probe.returncode == 0 else "+net_raw,+dac_read_search"


@pytest.mark.parametrize("keeps_user", [False, True])
def test_one_capability_is_enough_and_is_gone_while_packets_are_sent(network: Network, keeps_user: bool) -> None:  # noqa: FBT001 -- a table's column
    given = capabilities(network)
    as_nobody = (*NOBODY, f"--inh-caps={given}", f"--ambient-caps={given}", f"--bounding-set=-all,{given}")
    as_root = ("setpriv", f"--bounding-set=-all,{given}", "--inh-caps=-all")
    under = as_root if keeps_user else as_nobody
    sweep = start_sweep(network.scanner, BLOCK, **HOW | {"under": under, "kinds": ["icmp"], "pace": [200, 200, 5]})
    await_progress(sweep)
    (worker,) = Path(f"/proc/{sweep.pid}/task/{sweep.pid}/children").read_text().split()
    status = dict(line.split(":\t", 1) for line in Path(f"/proc/{worker}/status").read_text().splitlines())
    output, _ = sweep.communicate()
    assert {status[key] for key in ("CapInh", "CapPrm", "CapEff", "CapAmb")} == {"0" * 16}
    assert status["NoNewPrivs"] == "1"
    assert sweep.returncode == 0
    assert set(Swept([json.loads(line) for line in output.splitlines()]).sightings) == ECHO | {"10.9.0.200"}


def test_a_tunnel_takes_our_own_packets_too(network: Network) -> None:
    network.scanner.run(
        "ip tuntap add tun0 mode tun; ip address add 10.6.0.1/32 dev tun0; ip link set tun0 up;"
        "ip route add 10.7.0.0/24 dev tun0"
    )
    tunnel = network.scanner.start(str(Path(__file__).with_name("tunnel.py")))
    assert tunnel.stdout
    assert tunnel.stdout.readline() == "listening\n"
    swept = run_sweep(network.scanner, "10.7.0.1-10.7.0.20", kinds=["icmp"], retries=0)
    tunnel.communicate("")
    network.scanner.run("ip link del tun0")
    assert set(swept.sightings) == {f"10.7.0.{last}" for last in range(2, 21, 2)}
    assert swept.asked == 20
    ttls = {row[4] for event in swept.events for row in event.get("sightings", ())}
    assert ttls == {64}
