"""What the devices' agents say is what the kernel does: forwarding tables, neighbours, addresses, logins."""

from __future__ import annotations

import json
import time
from collections import defaultdict
from typing import TYPE_CHECKING

import pytest

from tests.lab import topology

if TYPE_CHECKING:
    from tests.lab import Lab

pytestmark = [pytest.mark.lab, pytest.mark.xdist_group("lab")]

BASE_PORT_IF_INDEX = "1.3.6.1.2.1.17.1.4.1.2"
BRIDGE_FDB_PORT = "1.3.6.1.2.1.17.4.3.1.2"
Q_FDB_PORT = "1.3.6.1.2.1.17.7.1.2.2.1.2"
Q_FDB_STATUS = "1.3.6.1.2.1.17.7.1.2.2.1.3"
Q_FDB_COUNT = "1.3.6.1.2.1.17.7.1.2.1.1.2"
IF_NAME = "1.3.6.1.2.1.31.1.1.1.1"
LLDP_REMOTE_NAME = "1.0.8802.1.1.2.1.4.1.1.9"
SWITCHES = [switch.name for switch in topology.load().managed()]
WITH_LLDP = [switch.name for switch in topology.load().managed() if switch.lldp]


def column(lab: Lab, device: str, oid: str) -> dict[str, str]:
    """One column: index to value."""
    return {found.removeprefix(f".{oid}."): value for found, value in lab.snmp(device, oid)}


def text(value: str) -> str:
    """What net-snmp printed as hexadecimal octets."""
    return bytes.fromhex(value).decode()


def mac_of(index: str) -> str:
    return bytes(int(part) for part in index.split(".")[-6:]).hex(":")


def kernel_table(lab: Lab, switch: str) -> dict[str, str]:
    rows = json.loads(lab.run(switch, ["bridge", "-j", "fdb", "show", "br", "br0", "dynamic"], check=True).stdout)
    return {row["mac"]: row["ifname"] for row in rows}


def port_names(lab: Lab, switch: str) -> dict[str, str]:
    """Base port number to interface name, the long way round."""
    names = {index: text(value) for index, value in column(lab, switch, IF_NAME).items()}
    return {port: names[if_index] for port, if_index in column(lab, switch, BASE_PORT_IF_INDEX).items()}


@pytest.mark.parametrize("switch", SWITCHES)
def test_the_forwarding_table_is_the_bridge_s(lab: Lab, switch: str) -> None:
    names = port_names(lab, switch)
    ports = column(lab, switch, BRIDGE_FDB_PORT)
    status = column(lab, switch, "1.3.6.1.2.1.17.4.3.1.3")
    learned = {mac_of(index): names[port] for index, port in ports.items() if status[index] == "3"}
    assert learned == kernel_table(lab, switch)


@pytest.mark.parametrize("switch", SWITCHES)
def test_q_bridge_is_served_where_the_topology_says(lab: Lab, switch: str) -> None:
    if "qbridge" not in lab.topology.switch_by_name[switch].tables:
        assert lab.snmp(switch, "1.3.6.1.2.1.17.7") == []
        return
    names = port_names(lab, switch)
    status = column(lab, switch, Q_FDB_STATUS)
    ports = column(lab, switch, Q_FDB_PORT)
    learned = {mac_of(index): names[port] for index, port in ports.items() if status[index] == "3"}
    assert learned == kernel_table(lab, switch)
    assert column(lab, switch, Q_FDB_COUNT) == {"1": str(len(learned))}


@pytest.mark.parametrize("switch", SWITCHES)
def test_walking_the_bridge_tables_moves_forwards(lab: Lab, switch: str) -> None:
    oids = [tuple(map(int, oid.strip(".").split("."))) for oid, _ in lab.snmp(switch, "1.3.6.1.2.1.17")]
    assert oids == sorted(set(oids))
    assert len(oids) > 30


@pytest.mark.parametrize("switch", SWITCHES)
def test_base_ports_are_not_interface_indexes(lab: Lab, switch: str) -> None:
    mapping = column(lab, switch, BASE_PORT_IF_INDEX)
    assert all(port != if_index for port, if_index in mapping.items())
    assert set(port_names(lab, switch).values()) == set(lab.topology.ports_of(switch))


def test_every_exact_place_of_the_truth_is_in_the_table(lab: Lab) -> None:
    tables = {switch: kernel_table(lab, switch) for switch in SWITCHES}
    for station in lab.truth.stations.values():
        if station.device is not None:
            assert tables[station.device].get(station.mac) == station.port, station.name


def test_gateways_are_learned_on_the_uplinks(lab: Lab) -> None:
    for switch in lab.topology.managed():
        owners = {
            lab.truth.infrastructure_macs.get(mac)
            for mac, port in kernel_table(lab, switch.name).items()
            if port == switch.uplink.name
        }
        assert lab.topology.core.name in owners, switch.name


def test_switches_learn_only_known_macs(lab: Lab) -> None:
    known = set(lab.truth.infrastructure_macs) | {station.mac for station in lab.truth.stations.values()}
    for switch in SWITCHES:
        assert set(kernel_table(lab, switch)) <= known, switch


def expected_neighbours(lab: Lab) -> dict[str, dict[str, str]]:
    """Per speaking device: local port to neighbour."""
    cables: dict[str, dict[str, str]] = defaultdict(dict)
    speaking = {switch.name for switch in lab.topology.switches if switch.managed and switch.lldp and not switch.cut}
    speaking.add(lab.topology.core.name)
    for switch in lab.topology.switches:
        if switch.name in speaking and switch.upstream.device in speaking:
            cables[switch.name][switch.uplink.name] = switch.upstream.device
            cables[switch.upstream.device][switch.upstream.name] = switch.name
    return cables


@pytest.mark.parametrize("device", ["core-1", *WITH_LLDP])
def test_lldp_shows_the_true_neighbours(lab: Lab, device: str) -> None:
    expected = expected_neighbours(lab)[device]
    found: dict[str, str] = {}
    deadline = time.monotonic() + 15
    while found != expected and time.monotonic() < deadline:
        remote = column(lab, device, LLDP_REMOTE_NAME)
        if_names = {index: text(value) for index, value in column(lab, device, IF_NAME).items()}
        found = {if_names[index.split(".")[1]]: text(value) for index, value in remote.items()}
    assert found == expected


def test_one_managed_switch_has_no_lldp(lab: Lab) -> None:
    assert lab.snmp("sw-kin-1", "1.0.8802") == []


def test_the_unread_switch_keeps_its_silence_but_announces_itself(lab: Lab) -> None:
    arguments = ["snmpget", "-v2c", "-c", "lab-read", "-t1", "-r0", "10.255.40.7", "1.3.6.1.2.1.1.5.0"]
    assert lab.run("admin", arguments, env={"MIBS": ""}).returncode != 0
    assert text(next(iter(column(lab, "sw-twn-1", LLDP_REMOTE_NAME).values()))) in {"core-1", "sw-twn-2"}


@pytest.mark.parametrize("device", ["core-1", *SWITCHES])
def test_the_system_name_is_the_device_s(lab: Lab, device: str) -> None:
    assert text(lab.snmp(device, "1.3.6.1.2.1.1.5")[0][1]) == device


@pytest.mark.parametrize("device", ["core-1", "sw-gov-a2", "sw-twn-1"])
def test_a_key_opens_a_session(lab: Lab, device: str) -> None:
    key = str(lab.directory / "id_ed25519")
    options = ["-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "BatchMode=yes", "-i", key]
    command = ["ssh", *options, f"audit@{lab.topology.device_addresses[device]}", "hostname"]
    assert lab.run("admin", command, check=True).stdout.strip() == device
