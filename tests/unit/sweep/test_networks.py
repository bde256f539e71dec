"""The engine on a real network: an on-link subnet, a router, and hosts of every manner behind it.

scanner 10.1.0.1 ── bridge ── .10 answers, .11 silent, .12 owned twice, router .254 ── target: 10.9.0.0/24
"""

from __future__ import annotations

import json
import os
import signal
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.unit.sweep.spaces import Space, Swept, await_progress, cable, run_sweep, start_sweep

if TYPE_CHECKING:
    from collections.abc import Callable

# What each host behind the router does; everything else there is silent.
TARGET_RULES = """
table inet target {
  counter printer {}
  counter heard {}
  chain input {
    type filter hook input priority 0; policy drop;
    tcp dport { 515, 9100 } counter name printer
    ip daddr 10.9.0.0/24 counter name heard
    ip daddr 10.9.0.1-10.9.0.10 accept
    ip daddr 10.9.0.50 icmp type echo-request quota until 47 bytes drop
    ip daddr 10.9.0.50 icmp type echo-request accept
    ip daddr 10.9.0.20 tcp dport 445 accept
    ip daddr 10.9.0.21 tcp dport 3389 accept
    ip daddr 10.9.0.30 meta l4proto { icmp, tcp } reject with icmp type host-prohibited
    ip6 daddr fd09::1 accept
    ip6 daddr fd09::2 tcp dport 3389 accept
    icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept
  }
}
"""
ROUTER_RULES = """
table inet fence {
  chain forward {
    type filter hook forward priority 0;
    ip daddr 10.9.0.40-10.9.0.43 reject with icmp type admin-prohibited
    ip daddr 10.9.0.44-10.9.0.47 reject
  }
}
table arp counted {
  counter requests {}
  chain input {
    type filter hook input priority 0;
    arp operation request counter name requests
  }
}
"""
SILENT = """
table inet silent {
  chain input {
    type filter hook input priority 0; policy drop;
  }
}
"""
LISTENER = "import socket, sys; s = socket.create_server(('10.9.0.20', 445)); print('up', flush=True); sys.stdin.read()"
STATION, TWIN, SILENT_MAC = "02:00:00:00:00:0a", "02:00:00:00:00:0c", "02:00:00:00:00:0b"
OWN_MAC = "02:00:00:00:00:01"


@dataclass(frozen=True, slots=True)
class Network:
    """The namespaces a test looks into."""

    scanner: Space
    router: Space
    target: Space
    wire: Space


@pytest.fixture(scope="module")
def network(make_space: Callable[[], Space]) -> Network:
    scanner, wire, host, twin, silent, router, target = (make_space() for _ in range(7))
    wire.run("ip link add name switch0 type bridge; ip link set switch0 up")
    for name, space, mac, address in (
        ("scanner", scanner, OWN_MAC, "10.1.0.1/24"),
        ("host", host, STATION, "10.1.0.10/24"),
        ("twin", twin, TWIN, "10.1.0.99/24"),
        ("silent", silent, SILENT_MAC, "10.1.0.11/24"),
        ("router", router, "02:00:00:00:00:fe", "10.1.0.254/24"),
    ):
        cable(space, "lan", wire, name)
        wire.run(f"ip link set {name} master switch0")
        space.run(f"ip link set lan address {mac}; ip address add {address} dev lan")
    host.run("ip address add 10.1.0.12/24 dev lan")
    twin.run("ip address add 10.1.0.12/24 dev lan")
    silent.rules(SILENT)
    cable(router, "out", target, "in")
    router.run(
        "sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1 net.ipv4.icmp_ratelimit=0"
        " net.ipv4.icmp_msgs_per_sec=100000;"
        "ip address add 10.8.0.1/30 dev out; ip route add 10.9.0.0/24 via 10.8.0.2;"
        "ip address add fd01::254/64 dev lan nodad; ip address add fd08::1/64 dev out nodad;"
        "ip route add fd09::/64 via fd08::2"
    )
    router.rules(ROUTER_RULES)
    target.run(
        "sysctl -qw net.ipv4.icmp_ratelimit=0;"
        "ip address add 10.8.0.2/30 dev in; ip route add default via 10.8.0.1;"
        "ip address add fd08::2/64 dev in nodad; ip route add default via fd08::1;"
        "ip route add local 10.9.0.0/24 dev lo; ip route add local fd09::/64 dev lo;"
        "ip address add 10.9.0.20/32 dev lo"
    )
    target.rules(TARGET_RULES)
    listener = target.start("-c", LISTENER)
    assert listener.stdout
    assert listener.stdout.readline() == "up\n"
    scanner.run(
        "ip route add default via 10.1.0.254;"
        "ip address add fd01::1/64 dev lan nodad; ip route add default via fd01::254"
    )
    return Network(scanner, router, target, wire)


@pytest.fixture(scope="module")
def behind(network: Network) -> Swept:
    return run_sweep(network.scanner, ("10.9.0.1-10.9.0.63", "10.1.0.254"))


@pytest.fixture(scope="module")
def on_link(network: Network) -> Swept:
    return run_sweep(network.scanner, "10.1.0.1-10.1.0.20")


def test_behind_a_router_exactly_the_live_hosts_are_found(behind: Swept) -> None:
    alive = {f"10.9.0.{last}" for last in (*range(1, 11), 20, 21, 30, 50)}
    assert set(behind.sightings) == alive
    assert behind.asked == 63


def test_a_lost_packet_is_made_up_for(behind: Swept) -> None:
    assert behind.sightings["10.9.0.50"] == [("icmp", "echo reply", None)]


def test_each_answer_says_what_answered(behind: Swept) -> None:
    assert behind.sightings["10.9.0.1"] == [("icmp", "echo reply", None)]
    assert behind.sightings["10.9.0.20"] == [("tcp", "tcp/445 open", None)]
    assert behind.sightings["10.9.0.21"] == [("tcp", "tcp/3389 refused", None)]


def test_a_host_that_forbids_in_its_own_name_is_alive(behind: Swept) -> None:
    assert behind.sightings["10.9.0.30"] == [("icmp", "icmp unreachable 3/10", None)]


def test_a_router_that_forbids_is_a_limit_and_no_host(behind: Swept) -> None:
    assert behind.limits == {"prohibited"}
    assert not {f"10.9.0.{last}" for last in range(40, 48)} & set(behind.sightings)


@pytest.mark.parametrize("drop", ["", "before"])
@pytest.mark.parametrize("part", ["10.9.0.40-10.9.0.43", "10.9.0.44-10.9.0.47"])
def test_tcp_tells_a_router_that_forbids_from_a_host(network: Network, part: str, drop: str) -> None:
    swept = run_sweep(network.scanner, part, kinds=["tcp"], drop=drop)
    assert swept.sightings == {}
    assert "prohibited" in swept.limits


def test_on_the_link_arp_finds_also_who_is_silent_to_ip(on_link: Swept) -> None:
    found = on_link.sightings
    assert set(found) == {"10.1.0.1", "10.1.0.10", "10.1.0.11", "10.1.0.12"}
    assert ("arp", "arp reply", STATION) in found["10.1.0.10"]
    assert ("arp", "arp reply", SILENT_MAC) in found["10.1.0.11"]
    assert on_link.limits == set()


def test_two_stations_with_one_address_are_two_sightings(on_link: Swept) -> None:
    assert {mac for probe, _, mac in on_link.sightings["10.1.0.12"] if probe == "arp"} == {STATION, TWIN}


def test_the_scanners_own_address_has_its_own_mac(on_link: Swept) -> None:
    assert on_link.sightings["10.1.0.1"] == [("icmp", "echo reply", OWN_MAC)]


def test_without_privilege_the_neighbour_table_finds_who_is_silent(network: Network) -> None:
    network.scanner.run("ip neighbour flush dev lan")
    swept = run_sweep(network.scanner, "10.1.0.10-10.1.0.14", drop="before")
    found = swept.sightings
    assert set(found) == {"10.1.0.10", "10.1.0.11", "10.1.0.12"}
    assert found["10.1.0.11"] == [("neighbour", "neighbour table", SILENT_MAC)]
    assert {mac for _, _, mac in found["10.1.0.10"]} == {STATION}
    assert swept.limits == {"no-icmp", "no-arp", "neighbour-table-only"}


def test_loopback_without_privilege_is_found_by_refused_datagrams(network: Network) -> None:
    swept = run_sweep(network.scanner, "127.0.0.0/29", drop="before")
    assert set(swept.sightings) == {f"127.0.0.{last}" for last in range(8)}
    assert {probe for sightings in swept.sightings.values() for probe, _, _ in sightings} == {"udp"}
    assert swept.limits == {"no-icmp"}


def test_icmp_alone_on_the_link_rests_on_the_neighbour_table_too(network: Network) -> None:
    network.scanner.run("ip neighbour flush dev lan")
    swept = run_sweep(network.scanner, "10.1.0.10-10.1.0.14", kinds=["icmp"])
    assert swept.sightings["10.1.0.10"] == [
        ("icmp", "echo reply", STATION),
        ("neighbour", "neighbour table", STATION),
    ]
    assert swept.sightings["10.1.0.11"] == [("neighbour", "neighbour table", SILENT_MAC)]
    assert swept.limits == set()


def test_a_stale_neighbour_counts_only_when_it_is_still_there(network: Network) -> None:
    network.scanner.run(
        "sysctl -qw net.ipv4.neigh.lan.delay_first_probe_time=1;"
        f"ip neighbour replace 10.1.0.11 lladdr {SILENT_MAC} nud stale dev lan;"
        "ip neighbour replace 10.1.0.14 lladdr 02:00:00:00:00:ee nud stale dev lan"
    )
    swept = run_sweep(network.scanner, "10.1.0.11-10.1.0.14", drop="before", timeout_s=0.2, retries=0)
    assert swept.sightings["10.1.0.11"] == [("neighbour", "neighbour table", SILENT_MAC)]
    assert "10.1.0.14" not in swept.sightings


def test_the_ping_socket_works_where_the_system_allows_it(network: Network) -> None:
    network.scanner.run("sysctl -qw net.ipv4.ping_group_range='0 2147483647'")
    try:
        swept = run_sweep(network.scanner, "10.9.0.1-10.9.0.47", kinds=["icmp"], drop="before")
    finally:
        network.scanner.run("sysctl -qw net.ipv4.ping_group_range='1 0'")
    assert set(swept.sightings) == {f"10.9.0.{last}" for last in (*range(1, 11), 30)}
    assert swept.limits == {"prohibited"}
    assert {event[4] for row in swept.events for event in row.get("sightings", ()) if event[2] == "echo reply"} == {63}


def test_privileges_may_go_once_the_sockets_are_open(network: Network) -> None:
    swept = run_sweep(network.scanner, "10.1.0.10-10.1.0.12", "10.9.0.1-10.9.0.4", drop="after_sockets")
    assert len(swept.sightings) == 7
    assert {probe for found in swept.sightings.values() for probe, _, _ in found} >= {"arp", "icmp"}
    assert swept.limits == set()


def test_ipv6_behind_a_router_and_on_the_link(network: Network) -> None:
    swept = run_sweep(network.scanner, "fd09::/126", "fd01::254/127", retries=2)
    found = swept.sightings
    assert found["fd09::1"] == [("icmp", "echo reply", None)]
    assert found["fd09::2"] == [("tcp", "tcp/3389 refused", None)]
    assert found["fd01::254"] == [("nd", "neighbour advertisement", "02:00:00:00:00:fe")]
    assert set(found) == {"fd09::1", "fd09::2", "fd01::254"}


def test_forged_replies_never_count(network: Network) -> None:
    forger = network.target.start(str(Path(__file__).with_name("forger.py")))
    assert forger.stdout
    assert forger.stdout.readline() == "listening\n"
    swept = run_sweep(network.scanner, "10.9.0.60-10.9.0.61", kinds=["icmp"], retries=3)
    sent, _ = forger.communicate("")
    assert int(sent) == 4 * 5
    assert swept.sightings == {}


def test_printers_are_never_touched(network: Network, behind: Swept) -> None:
    assert behind.asked
    assert network.target.counters()["printer"] == 0


def test_every_planned_packet_arrives_once_and_none_more(network: Network) -> None:
    before = network.target.counters()["heard"]
    swept = run_sweep(network.scanner, "10.9.0.100-10.9.0.149")
    assert network.target.counters()["heard"] - before == 50 * 3 * 2
    assert swept.limits == set()


@pytest.mark.parametrize("drop", ["", "before"])
@pytest.mark.parametrize("interrupt_at", [60, 400])
def test_a_stopped_sweep_goes_on_where_it_was(network: Network, interrupt_at: int, drop: str) -> None:
    """Two rounds of two probes: what was sent and waited for is not sent again, and nobody is missed."""
    how = {"kinds": ["icmp", "tcp"], "tcp_ports": [3389], "retries": 1, "timeout_s": 0.1, "pace": [400, 400, 10]}
    swept = run_sweep(network.scanner, "10.9.0.1-10.9.0.180", **how, interrupt_at=interrupt_at, drop=drop)
    first, *rest = swept.events
    begun = {f"10.9.0.{last}": number for last, number in enumerate(first["interrupted"])}
    again = [begun.get(f"10.9.0.{last}", 0) for last in range(1, 181) if f"10.9.0.{last}" not in first["heard"]]
    assert max(again) >= 1
    second = max(row["progress"] for row in rest if "progress" in row)
    assert second <= sum(4 - number for number in again)
    (found,) = [row["sightings"] for row in rest if "sightings" in row]
    alive = [*first["heard"], *(ip for ip, *_ in found)]
    assert len(alive) == len(set(alive))
    assert {f"10.9.0.{last}" for last in (*range(1, 11), 21)} <= set(alive)
    assert next(row["asked"] for row in rest if "asked" in row) == len(again)


@pytest.mark.parametrize("pace", [[300, 2000, 500], [2000, 50, 500]])
def test_the_pace_is_kept(network: Network, pace: list[int]) -> None:
    before = network.target.counters()["heard"]
    swept = run_sweep(network.scanner, "10.9.0.100-10.9.0.199", kinds=["icmp"], retries=0, timeout_s=0.1, pace=pace)
    assert network.target.counters()["heard"] - before == 100
    assert swept.elapsed >= (100 - min(pace) * 0.02 - 1) / min(pace)


def test_arp_keeps_its_own_pace(network: Network) -> None:
    before = network.router.counters()["requests"]
    swept = run_sweep(network.scanner, "10.1.0.100-10.1.0.119", retries=0, timeout_s=0.1, pace=[2000, 2000, 20])
    assert network.router.counters()["requests"] - before == 20
    assert swept.elapsed >= 19 / 20


def test_one_busy_gateway_does_not_hold_up_another(network: Network) -> None:
    slow, fast = ("10.9.0.100-10.9.0.159", "a"), ("10.9.0.1-10.9.0.4", "b")
    swept = run_sweep(network.scanner, slow, fast, kinds=["icmp"], retries=0, pace=[2000, 40, 10])
    assert [event["done"] for event in swept.events if "done" in event] == [fast[0], slow[0]]


@pytest.mark.parametrize("drop", ["", "before"])
def test_a_lane_holds_all_packets_of_its_addresses_and_nobody_elses(network: Network, drop: str) -> None:
    """A forty-packet lane: 16 silent addresses, three rounds of two probes. The other block is done at once."""
    lane = ["village", 40.0]
    how = {"kinds": ["tcp"], "tcp_ports": [445, 3389], "timeout_s": 0.1, "retries": 2, "drop": drop}
    swept = run_sweep(network.scanner, ("10.9.0.60-10.9.0.75", None, lane), ("10.9.0.80-10.9.0.95", None), **how)
    assert swept.elapsed >= 16 * 6 / 40 - 0.1
    told = [event["done"] for event in swept.events if "done" in event]
    assert told == ["10.9.0.80-10.9.0.95", "10.9.0.60-10.9.0.75"]


def test_answers_that_came_while_the_caller_was_busy_count(network: Network) -> None:
    how = {"kinds": ["icmp"], "retries": 0, "timeout_s": 0.05, "pace": [50, 50, 5], "pause_s": 0.3}
    swept = run_sweep(network.scanner, "10.9.0.1-10.9.0.10", **how)
    assert len(swept.sightings) == 10


def test_few_descriptors_make_it_slow_but_not_wrong(network: Network) -> None:
    swept = run_sweep(network.scanner, "10.9.0.16-10.9.0.23", kinds=["tcp"], retries=0, timeout_s=0.1, descriptors=70)
    assert set(swept.sightings) == {"10.9.0.20", "10.9.0.21"}
    assert swept.asked == 8
    assert swept.limits == set()


def test_broadcast_is_skipped_and_never_waited_for(network: Network) -> None:
    swept = run_sweep(network.scanner, "10.1.0.255-10.1.0.255", timeout_s=30)
    assert (swept.asked, swept.sightings) == (0, {})
    assert swept.limits == {"send-errors", "not-asked"}
    assert swept.elapsed < 30


def test_a_link_that_goes_down_in_mid_sweep_ends_in_limits(network: Network) -> None:
    sweep = start_sweep(network.scanner, "10.9.0.100-10.9.0.103", "10.9.0.104-10.9.0.139", pace=[150, 150, 5])
    await_progress(sweep)
    network.scanner.run("ip link set lan down")
    try:
        output, _ = sweep.communicate()
    finally:
        network.scanner.run(
            "ip link set lan up; ip route replace default via 10.1.0.254;"
            "ip -6 address replace fd01::1/64 dev lan nodad; ip -6 route replace default via fd01::254"
        )
    assert sweep.returncode == 0
    assert "send-errors" in output
    assert output.count('"done"') == 2


def test_packets_of_our_own_tell_the_ttl_of_every_answer(behind: Swept) -> None:
    ttls = {(row[0], row[4]) for event in behind.events for row in event.get("sightings", ())}
    assert {("10.9.0.1", 63), ("10.9.0.20", 63), ("10.9.0.21", 63)} <= ttls


def test_a_route_to_a_part_of_a_block_is_honoured(network: Network) -> None:
    network.scanner.run("ip route add blackhole 10.9.0.4/31; ip route add 10.9.0.8/32 via 10.1.0.10")
    try:
        swept = run_sweep(network.scanner, "10.9.0.1-10.9.0.10", kinds=["icmp"])
    finally:
        network.scanner.run("ip route del blackhole 10.9.0.4/31; ip route del 10.9.0.8/32")
    assert set(swept.sightings) == {f"10.9.0.{last}" for last in (1, 2, 3, 6, 7, 9, 10)}
    assert swept.asked == 8
    assert swept.limits == {"not-asked", "send-errors"}


def test_the_same_addresses_in_two_blocks_are_told_twice(network: Network) -> None:
    swept = run_sweep(network.scanner, "10.9.0.1-10.9.0.4", "10.9.0.1-10.9.0.4")
    assert [len(event["sightings"]) for event in swept.events if "done" in event] == [4, 4]


def test_a_gateway_that_does_not_answer_is_left_to_the_kernel(network: Network) -> None:
    network.scanner.run("ip route add 10.7.0.0/24 via 10.1.0.77")
    try:
        swept = run_sweep(network.scanner, "10.7.0.1-10.7.0.2", "10.9.0.1-10.9.0.2", kinds=["icmp"], retries=0)
    finally:
        network.scanner.run("ip route del 10.7.0.0/24")
    assert set(swept.sightings) == {"10.9.0.1", "10.9.0.2"}


def test_adaptive_rounds_end_by_themselves_and_find_who_lost_a_packet(network: Network) -> None:
    network.target.rules(
        "table ip loss { counter lost {}; chain input { type filter hook input priority -10;"
        " ip daddr 10.9.0.1-10.9.0.10 icmp type echo-request quota until 200 bytes counter name lost drop; }; }"
    )
    try:
        swept = run_sweep(network.scanner, "10.9.0.1-10.9.0.10", kinds=["icmp"], adaptive=True)
        lost = network.target.counters()["lost"]
    finally:
        network.target.rules("delete table ip loss")
    assert lost == 4
    assert len(swept.sightings) == 10


def test_a_sweep_whose_process_is_killed_goes_on_without_it(network: Network) -> None:
    sweep = start_sweep(network.scanner, "10.9.0.1-10.9.0.31", "10.9.0.100-10.9.0.119", pace=[100, 100, 5])
    await_progress(sweep)
    (worker,) = Path(f"/proc/{sweep.pid}/task/{sweep.pid}/children").read_text().split()
    os.kill(int(worker), signal.SIGKILL)
    output, _ = sweep.communicate()
    assert sweep.returncode == 0
    found = Swept([json.loads(line) for line in output.splitlines()])
    assert set(found.sightings) == {f"10.9.0.{last}" for last in (*range(1, 11), 20, 21, 30)}
    assert found.asked == 51


def test_the_sweeping_process_has_no_privilege_left(network: Network) -> None:
    code = "from probes.sweep.powers import drop_all; drop_all(65534); print(open('/proc/self/status').read())"
    process = network.scanner.start("-c", code)
    status, _ = process.communicate()
    said = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
    assert {said[key] for key in ("CapInh", "CapPrm", "CapEff", "CapAmb")} == {"0" * 16}
    assert said["NoNewPrivs"] == "1"
    assert said["Uid"].split() == ["65534"] * 4
