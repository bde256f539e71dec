"""A switch served by SNMP and by OpenSSH at once: where the two readings disagree, the coverage says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.end_to_end.test_ssh import SCENARIO, data, places, run, servers
from tests.unit.reports.test_schema import check
from tests.unit.snmp.replay_agent import Fleet, Oid, Shelf, tlv, whole
from tests.unit.snmp.replay_agent import name as written
from tests.unit.ssh.peers import ACCOUNT, PASSWORD

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.end_to_end.in_process import Call
    from tests.unit.ssh.peers import Peer, Servers

__all__ = ["run", "servers"]

SYSTEM = (1, 3, 6, 1, 2, 1, 1)
IF_ENTRY = (1, 3, 6, 1, 2, 1, 2, 2, 1)
IF_NAME = (1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 1)
STATIONS = (1, 3, 6, 1, 4, 1, 2011, 5, 25, 42, 2, 1, 3, 1, 4)
PORTS = {5: b"GigabitEthernet0/0/1", 7: b"GigabitEthernet0/0/3", 40: b"Eth-Trunk1"}


def twin() -> Shelf:
    """The same switch by SNMP, save that a station of its aggregate is told to be on another port."""
    objects: dict[Oid, bytes] = {
        (*SYSTEM, 1, 0): tlv(4, b"Huawei Versatile Routing Platform Software"),
        (*SYSTEM, 2, 0): written((1, 3, 6, 1, 4, 1, 2011, 2, 23, 1)),
        (*SYSTEM, 3, 0): tlv(67, whole(99_000_000)),
    }
    for number, name in PORTS.items():
        objects |= {
            (*IF_ENTRY, 1, number): tlv(2, whole(number)),
            (*IF_ENTRY, 2, number): tlv(4, name),
            (*IF_ENTRY, 3, number): tlv(2, whole(6)),
            (*IF_NAME, number): tlv(4, name),
        }
    for last, port in ((0x56, 5), (0x57, 5), (0x99, 7)):
        objects[(*STATIONS, 0x00, 0xE0, 0xFC, 0x12, 0x34, last, 10, 1, 48)] = tlv(2, whole(port))
    oids = sorted(objects)
    return Shelf(oids, [tlv(0x30, written(oid) + objects[oid]) for oid in oids])


@pytest.fixture
def switch(tmp_path: Path, run: Call, servers: Servers) -> Iterator[Peer]:
    peer = servers.start(SCENARIO)
    fleet = Fleet({"127.0.0.1": twin()})
    file = tmp_path / "home" / "config" / "netaudit" / "netaudit.toml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(
        f'[ssh.lab]\nusername = "{ACCOUNT}"\npassword = "{PASSWORD}"\nport = {peer.port}\n'
        f'[snmp.lab]\nversion = "2c"\ncommunity = "public"\nport = {fleet.ports["127.0.0.1"]}\n',
        encoding="ascii",
    )
    file.chmod(0o600)
    given = ["--address", "127.0.0.1", "--role", "access", "--ssh-profile", "lab", "--snmp-profile", "lab"]
    assert run("device", "add", "--name", "sw1", "--platform", "huawei", *given).returncode == 0
    yield peer
    fleet.stop()


def test_a_disagreement_is_about_our_reading(switch: Peer, run: Call) -> None:
    assert run("collect").returncode == 0
    assert "display mac-address" in switch.lines
    coverage = data(run("report", "coverage", "--format", "json"))
    check("coverage", coverage)
    [found] = [one for one in coverage["crosschecks"] if one["table"] == "fdb"]
    assert (found["device"], found["compared"], found["agreed"]) == ("sw1", 3, 2)
    assert found["disagreements"] == [
        {"difference": "port", "subject": "00:e0:fc:12:34:57", "snmp": "ge0/0/1", "ssh": "trunk1"}
    ]
    shown = run("report", "coverage").stdout
    assert "Where the two readings disagree" in shown
    assert "00:e0:fc:12:34:57" in shown
    assert "两种读取结果不一致之处" in run("--lang", "zh", "report", "coverage").stdout


def test_a_recording_of_both_ways_comes_in_as_it_was_read(
    switch: Peer,
    run: Call,
    tmp_path: Path,
) -> None:
    told = data(run("device", "record", "sw1", "--out", "rec", "--format", "json"))
    check("recording", told)
    assert {file["name"] for file in told["files"]} == {"walk.snmprec", "session.json"}
    assert {table["source"] for table in told["tables"]} == {"snmp", "ssh"}
    written = b"".join(file.read_bytes() for file in (tmp_path / "rec").iterdir())
    assert PASSWORD.encode() not in written
    assert run("collect").returncode == 0
    direct = sorted(places(run)), data(run("report", "coverage", "--format", "json"))["crosschecks"]
    (tmp_path / "registry.db").unlink()
    run("device", "add", "--name", "sw1", "--address", "10.9.9.9", "--role", "access")
    typed = len(switch.lines)
    assert run("import-recording", "rec").returncode == 0
    assert len(switch.lines) == typed
    coverage = data(run("report", "coverage", "--format", "json"))
    check("coverage", coverage)
    brought = sorted(places(run)), coverage["crosschecks"]
    assert brought[0] == direct[0]
    assert [one["disagreements"] for one in brought[1]] == [one["disagreements"] for one in direct[1]]
    sources = {(t["table"], t["source"]) for device in coverage["devices"] for t in device["tables"]}
    assert ("fdb", "recorded snmp") in sources
    assert ("arp", "recorded ssh") in sources


def test_an_anonymised_recording_of_both_ways_is_read_under_other_addresses(
    switch: Peer, run: Call, tmp_path: Path
) -> None:
    told = data(run("device", "record", "sw1", "--out", "rec", "--anonymise", "--format", "json"))
    assert {file["name"] for file in told["files"]} == {"walk.snmprec", "session.json"}
    assert "display mac-address" in switch.lines
    session = (tmp_path / "rec" / "session.json").read_text(encoding="ascii").lower()
    assert "display mac-address" in session
    assert not [real for real in ("1234-56", "1234-57", "12:34:56", PASSWORD.lower(), "127.0.0.1") if real in session]
    run("device", "add", "--name", told["device"], "--address", "10.9.9.9", "--role", "access")
    assert run("import-recording", "rec").returncode == 0
    [found] = [
        one
        for one in data(run("report", "coverage", "--format", "json"))["crosschecks"]
        if (one["device"], one["table"]) == (told["device"], "fdb")
    ]
    assert (found["compared"], found["agreed"]) == (3, 2)


def test_a_damaged_session_names_the_place(switch: Peer, run: Call, tmp_path: Path) -> None:
    assert switch.port
    run("device", "record", "sw1", "--out", "rec")
    session = tmp_path / "rec" / "session.json"
    session.write_text(session.read_text(encoding="ascii").replace(",", ";", 1), encoding="ascii")
    refused = run("import-recording", "rec")
    assert (refused.returncode, "session.json: line 2" in refused.stderr) == (2, True)
