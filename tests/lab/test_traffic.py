"""Frames really cross the lab: routing, switching, filters, address translation."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.lab import Lab

pytestmark = [pytest.mark.lab, pytest.mark.xdist_group("lab")]


def answering(lab: Lab, addresses: Iterable[str]) -> set[str]:
    """The addresses that answer a ping from the admin host, asked all at once."""
    script = 'for a; do (ping -n -c1 -W5 "$a" >/dev/null 2>&1 && echo "$a") & done; wait'
    return set(lab.run("admin", ["sh", "-c", script, "sh", *addresses], check=True).stdout.split())


def core_neighbours(lab: Lab) -> dict[str, str]:
    lines = lab.run("core-1", ["ip", "-4", "neigh", "show"], check=True).stdout.splitlines()
    fields = [line.split() for line in lines]
    return {field[0]: field[4] for field in fields if "lladdr" in field}


def test_every_station_answers_a_ping_exactly_if_it_should(lab: Lab) -> None:
    expected = {
        str(station.ip)
        for station in lab.topology.stations
        if station.answers == "icmp" and lab.truth.stations[station.name].observable
    }
    assert answering(lab, {str(station.ip) for station in lab.topology.stations}) == expected


def test_firewalled_stations_answer_on_their_port_only(lab: Lab) -> None:
    script = (
        "import socket, sys\n"
        "for place in sys.argv[1:]:\n"
        "    address, port = place.split(':')\n"
        "    try:\n"
        "        socket.create_connection((address, int(port)), 1.0).close()\n"
        "        print(place)\n"
        "    except OSError:\n"
        "        pass\n"
    )
    ports = {"tcp445": 445, "tcp3389": 3389}
    open_places = {f"{s.ip}:{ports[s.answers]}" for s in lab.topology.stations if s.answers in ports}
    station = next(station for station in lab.topology.stations if station.answers == "tcp445")
    command = ["python3", "-c", script, *open_places, f"{station.ip}:22"]
    assert set(lab.run("admin", command, check=True).stdout.split()) == open_places


def test_a_silent_station_is_known_to_the_core_only_after_a_poke(lab: Lab) -> None:
    station = lab.topology.station_by_name["civ-pc-5"]
    lab.run("core-1", ["ip", "neigh", "flush", "all"], check=True)
    assert str(station.ip) not in core_neighbours(lab)
    assert answering(lab, [str(station.ip)]) == set()
    assert core_neighbours(lab)[str(station.ip)] == station.mac
    rows = dict(lab.snmp("core-1", "1.3.6.1.2.1.4.22.1.2"))
    in_mib = {oid.split(".", 12)[-1]: value.replace(" ", ":").lower() for oid, value in rows.items()}
    assert in_mib[str(station.ip)] == station.mac


def test_the_virtual_router_answers_with_its_own_mac(lab: Lab) -> None:
    prefix = next(prefix for prefix in lab.topology.prefixes if prefix.virtual_mac)
    station = next(station for station in lab.topology.stations if station.ip in prefix.cidr and not station.off)
    lab.run(station.name, ["ping", "-n", "-c1", "-W2", str(prefix.gateway)], check=True)
    neighbour = lab.run(station.name, ["ip", "neigh", "show", str(prefix.gateway)], check=True).stdout
    assert prefix.virtual_mac in neighbour


def test_stations_behind_nat_reach_out_and_cannot_be_reached(lab: Lab) -> None:
    nat = lab.topology.nat[0]
    inner = nat.stations[0]
    lab.run(inner.name, ["ping", "-n", "-c1", "-W2", str(lab.topology.admin.ip)], check=True)
    assert answering(lab, [str(inner.ip)]) == set()
    assert inner.mac not in core_neighbours(lab).values()


def test_the_dark_point_and_the_unread_switch_do_not_answer(lab: Lab) -> None:
    unread = [str(lab.topology.device_addresses[name]) for name in ("sw-twn-2", "sw-pri-1")]
    assert answering(lab, unread) == set()


def test_two_stations_hold_one_address_in_turn(lab: Lab) -> None:
    sharing = [station for station in lab.topology.stations if lab.truth.stations[station.name].shares_ip]
    wanted = {station.mac for station in sharing}
    seen: set[str] = set()
    deadline = time.monotonic() + 25
    while seen != wanted and time.monotonic() < deadline:
        answering(lab, [str(sharing[0].ip)])
        seen.add(core_neighbours(lab).get(str(sharing[0].ip), ""))
        time.sleep(1)
    assert wanted <= seen


def test_a_station_can_be_switched_off_and_on(lab: Lab) -> None:
    station = lab.topology.station_by_name["gov-pc-3"]
    lab.set_station(station.name, up=False)
    try:
        assert answering(lab, [str(station.ip)]) == set()
    finally:
        lab.set_station(station.name, up=True)
    assert answering(lab, [str(station.ip)]) == {str(station.ip)}


def test_a_printer_counts_what_reaches_its_port(lab: Lab) -> None:
    address = str(lab.topology.station_by_name["fin-prn-1"].ip)
    before = lab.printer_probe_packets()
    answering(lab, [address])
    assert lab.printer_probe_packets() == before
    script = "import socket, sys; socket.create_connection((sys.argv[1], 9100), 2).close()"
    lab.run("admin", ["python3", "-c", script, address], check=True)
    assert lab.printer_probe_packets() > before
    lab.reset_printers()
    assert lab.printer_probe_packets() == 0


def test_a_command_can_be_interrupted(lab: Lab) -> None:
    with lab.popen("admin", ["sleep", "60"]) as process:
        process.terminate()
        assert process.wait(60) == -15
