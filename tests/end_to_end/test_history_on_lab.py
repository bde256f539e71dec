"""Stations are unplugged, moved and cloned between sweeps of the lab, and the timeline tells what happened."""

from __future__ import annotations

import subprocess
import time
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from tests.end_to_end.test_sweep_on_lab import validate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.end_to_end.conftest import Program
    from tests.lab import Lab

pytestmark = [pytest.mark.lab, pytest.mark.xdist_group("lab")]

SCOPE = ("10.44.2.0/27", "10.44.3.0/27", "59.192.16.0/27")
AGEING_S = 20
"""As a switch that restarted less than its ageing time ago may lack stations, the lab's 300 s are too long a wait."""


@contextmanager
def short_memory(lab: Lab) -> Iterator[None]:
    """Let switches forget sooner, and wait until all have been up for longer than that."""
    names = [switch.name for switch in lab.topology.switches if switch.managed and switch.reads and not switch.cut]
    for name in names:
        lab.run(name, ["ip", "link", "set", "br0", "type", "bridge", "ageing_time", str(AGEING_S * 100)], check=True)
    while min(uptime(lab, name) for name in names) <= AGEING_S:
        time.sleep(1)
    try:
        yield
    finally:
        for name in names:
            lab.run(name, ["ip", "link", "set", "br0", "type", "bridge", "ageing_time", "30000"], check=True)


def uptime(lab: Lab, device: str) -> float:
    ((_oid, value),) = lab.snmp(device, ".1.3.6.1.2.1.1.3")
    days, hours, minutes, seconds = (float(part) for part in value.split(":"))
    return ((days * 24 + hours) * 60 + minutes) * 60 + seconds


@contextmanager
def left_as_found(lab: Lab, *stations: str) -> Iterator[None]:
    """Switch these stations on again, whatever happens: other tests use the same lab."""
    try:
        yield
    finally:
        for name in stations:
            lab.set_station(name, up=True)
            speak(lab, name)


@contextmanager
def with_card(lab: Lab, host: str, mac: str, ip: str = "") -> Iterator[None]:
    """Plug another card into a host's cable; with ``ip``, it brings its address along."""
    own = lab.topology.station_by_name[host]
    more = f"ip addr add {ip}/27 dev eth0;" if ip else ""
    change(lab, host, mac, more)
    try:
        yield
    finally:
        change(lab, host, own.mac, f"ip addr del {ip}/27 dev eth0;" if ip else "")
        forgotten(lab, str(own.ip))
        speak(lab, host)


def change(lab: Lab, host: str, mac: str, more: str) -> None:
    script = f"ip link set eth0 down; ip link set eth0 address {mac}; {more} ip link set eth0 up"
    gateway = lab.topology.prefix_of(lab.topology.station_by_name[host].ip).gateway
    lab.run(host, ["sh", "-c", f"{script}; ip route replace default via {gateway}"], check=True)


def speak(lab: Lab, host: str) -> None:
    """Let a host ask for its gateway, as one does that was just plugged in: a broadcast every switch learns from."""
    station = lab.topology.station_by_name[host]
    gateway = lab.topology.prefix_of(station.ip).gateway
    lab.run(host, ["sh", "-c", f"ip neigh flush dev eth0; ping -c1 -W1 {gateway}"])


@contextmanager
def talking(lab: Lab, *hosts: str) -> Iterator[None]:
    """Let hosts speak all the time, so that no switch forgets them however long a sweep takes here."""
    with ExitStack() as stack:
        for host in hosts:
            gateway = lab.topology.prefix_of(lab.topology.station_by_name[host].ip).gateway
            loop = f"while :; do ping -c1 -W1 {gateway}; sleep 1; done"
            silent: dict[str, Any] = {
                "stdin": subprocess.DEVNULL,
                "stdout": subprocess.DEVNULL,
                "stderr": subprocess.DEVNULL,
            }
            voice = lab.popen(host, ["sh", "-c", loop], **silent)
            stack.callback(voice.wait)
            stack.callback(voice.kill)
        yield


def forgotten(lab: Lab, ip: str) -> None:
    """Let the gateway's entry expire now instead of after minutes."""
    lab.run("core-1", ["ip", "neigh", "flush", "to", ip], check=True)


def told(program: Program, mac: str) -> dict[str, Any]:
    document = program.json("endpoint", "timeline", mac)
    validate(document, "timeline")
    (endpoint,) = document["endpoints"]
    return dict(endpoint)


def stays(program: Program, mac: str) -> list[tuple[str, str, str | None]]:
    """Return device, port and end of every stay."""
    return [(place["device"], place["port"], place["closing"]) for place in told(program, mac)["places"]]


def at_two(program: Program, mac: str, *places: tuple[str, str]) -> None:
    (match,) = program.json("locate", mac)["matches"]
    assert match["location"]["verdict"] == "ambiguous"
    assert tuple((one["device"], one["port"]) for one in match["location"]["alternatives"]) == places
    assert "location:duplicate-mac" in {line["source"] for line in match["evidence"]}
    assert sorted(stays(program, mac)) == [(*place, None) for place in places]


def stays_though_unread(program: Program, mac: str) -> None:
    """Of who is there, the switch above knows the way: that is no other place."""
    (place,) = told(program, mac)["places"]
    assert (place["device"], place["port"], place["ended"]) == ("sw-gov-a1", "GE1-0-8", None)
    assert (place["above"]["device"], place["above"]["sweep"]) == ("sw-gov-agg", 4)


def test_the_timeline_tells_what_happened(on_lab: Program, lab: Lab) -> None:
    gone, moved, copied, hidden, stayed = (lab.topology.station_by_name[name] for name in NAMES)
    with short_memory(lab), left_as_found(lab, gone.name, moved.name, hidden.name), talking(lab, *NAMES, *OTHERS):
        for name in NAMES:
            speak(lab, name)
        sweep(on_lab)
        first = told(on_lab, gone.mac)
        assert [(place["port"], place["ended"]) for place in first["places"]] == [("GE1-0-1", None)]
        assert [(held["ip"], held["ended"]) for held in first["addresses"]] == [(str(gone.ip), None)]

        lab.set_station(gone.name, up=False)
        lab.set_station(moved.name, up=False)
        with with_card(lab, "fin-pc-7", moved.mac, str(moved.ip)), with_card(lab, "kin-cam-2", copied.mac):
            for host in (*OTHERS, copied.name):
                speak(lab, host)
            forgotten(lab, str(gone.ip))
            sweep(on_lab)
            assert stays(on_lab, gone.mac) == [("sw-gov-a1", "GE1-0-1", "gone")]
            assert stays(on_lab, moved.mac) == [
                ("sw-gov-a1", "GE1-0-2", "moved"),
                ("sw-gov-a2", "Gi0-9", None),
            ]
            assert sorted(stays(on_lab, copied.mac)) == [
                ("sw-gov-a1", "GE1-0-10", None),
                ("sw-kin-1", "Fa0-6", None),
            ]

            # Again at both places: nobody carries a card to and fro like that.
            for host in (*OTHERS, copied.name):
                speak(lab, host)
            sweep(on_lab)
            at_two(on_lab, copied.mac, ("sw-gov-a1", "GE1-0-10"), ("sw-kin-1", "Fa0-6"))
            # Whether the switch above still remembers it or not: unplugged is unplugged.
            assert stays(on_lab, gone.mac) == [("sw-gov-a1", "GE1-0-1", "gone")]
            assert {held["closing"] for held in told(on_lab, gone.mac)["addresses"]} == {"gone"}

            # The switch is not read: whatever is silent there now is not known to be gone.
            lab.set_station(hidden.name, up=False)
            forgotten(lab, str(hidden.ip))
            sweep(on_lab, "--exclude", str(lab.topology.device_addresses["sw-gov-a1"]))
            assert stays(on_lab, hidden.mac) == [("sw-gov-a1", "GE1-0-7", None)]
            assert {place["closing"] for place in told(on_lab, hidden.mac)["addresses"]} == {None}
            stays_though_unread(on_lab, stayed.mac)

        for station in (gone, moved, hidden):
            lab.set_station(station.name, up=True)
            speak(lab, station.name)
        speak(lab, copied.name)
        sweep(on_lab)
        assert stays(on_lab, gone.mac) == [("sw-gov-a1", "GE1-0-1", "gone"), ("sw-gov-a1", "GE1-0-1", None)]
        assert stays(on_lab, moved.mac) == [
            ("sw-gov-a1", "GE1-0-2", "moved"),
            ("sw-gov-a2", "Gi0-9", "moved"),
            ("sw-gov-a1", "GE1-0-2", None),
        ]
        assert stays(on_lab, hidden.mac) == [("sw-gov-a1", "GE1-0-7", None)]
        assert stays(on_lab, stayed.mac) == [("sw-gov-a1", "GE1-0-8", None)]
        # Known to be two cards: that one of them was not seen once says neither that it moved nor that it is gone.
        assert sorted(stays(on_lab, copied.mac)) == [
            ("sw-gov-a1", "GE1-0-10", None),
            ("sw-kin-1", "Fa0-6", None),
        ]
    redone = on_lab.json("recompute")
    validate(redone, "recompute")
    assert (redone["intervals_changed"], redone["observations_changed"], redone["sweeps"]) == (0, 0, 5)
    then = told(on_lab, moved.mac)["places"][1]["last_seen"]
    answer = on_lab.json("locate", str(moved.ip), "--at", then)
    validate(answer, "moment")
    (match,) = answer["matches"]
    assert (match["mac"], match["location"]["device"], match["location"]["port"]) == (moved.mac, "sw-gov-a2", "Gi0-9")
    assert match["certainty"] == "proven"
    shown = on_lab.run("--lang", "zh", "locate", moved.mac, "--history").stdout
    assert "sw-gov-a2" in shown


NAMES = ("civ-pc-1", "civ-pc-2", "civ-pc-8", "civ-pc-7", "civ-prn-1")
OTHERS = ("fin-pc-7", "kin-cam-2")
"""Whose cables carry the moved and the copied card for a while."""


def sweep(program: Program, *more: str) -> None:
    program.run("sweep", *SCOPE, "--probes", "icmp,arp", "--timeout", "0.4", *more, expect=3)
