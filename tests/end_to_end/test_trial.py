"""``device test``: by SNMP and SSH at once, without storing anything, and without guessing a credential."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from inventory.model.coverage import Completeness, Table, TableCoverage
from inventory.reconcile.promise import promise
from tests.end_to_end.test_both_ways import switch
from tests.end_to_end.test_ssh import data, run, servers
from tests.unit.reports.test_schema import check

if TYPE_CHECKING:
    from tests.end_to_end.in_process import Call
    from tests.unit.ssh.peers import Peer

__all__ = ["run", "servers", "switch"]

AT = datetime(2026, 1, 1, tzinfo=UTC)


def test_what_answers_both_ways(switch: Peer, run: Call) -> None:
    stored = run("endpoint", "list").stdout
    told = data(run("device", "test", "--format", "json"))
    check("device-test", told)
    [device] = told["devices"]
    assert (device["device"], device["registered"], device["grade"]) == ("sw1", True, "A")
    ways = {way["way"]: way for way in device["ways"]}
    assert (ways["snmp"]["called"], ways["ssh"]["called"]) == ("SNMPv2c lab", "SSH lab")
    rows = {(name, table["table"]): table["rows"] for name, way in ways.items() for table in way["tables"]}
    assert (rows["snmp", "fdb"], rows["ssh", "fdb"]) == (3, 3)
    assert ways["ssh"]["software"] == "5.170 (S5720 V200R011C10SPC600)"
    assert "display mac-address" in switch.lines
    assert run("endpoint", "list").stdout == stored
    assert "SNMPv2c lab" in run("device", "test", "sw1").stdout
    assert "设备应答情况" in run("--lang", "zh", "device", "test", "sw1").stdout


def test_what_logins_showed_is_part_of_the_condition(switch: Peer, run: Call) -> None:
    assert run("collect").returncode == 0
    found = {one["check"]: one for one in data(run("device", "health", "--format", "json"))}
    assert found["ssh_algorithms"]["result"] == "good"
    assert (found["host_key"]["result"], switch.host_key.fingerprint in found["host_key"]["evidence"]) == ("good", True)


def test_an_address_needs_a_profile_and_a_dead_one_is_nothing(switch: Peer, run: Call) -> None:
    refused = run("device", "test", "127.0.0.2")
    assert (refused.returncode, "no credential is guessed" in refused.stderr) == (2, True)
    dead = data(run("device", "test", "10.255.255.1", "--snmp-profile", "nobody", "--format", "json"), 4)
    check("device-test", dead)
    [device] = dead["devices"]
    assert (device["registered"], device["grade"], device["ways"][0]["read"]) == (False, "E", "unread")
    assert "no SNMP profile 'nobody'" in device["ways"][0]["called"]
    assert switch.lines == []


def test_a_device_without_profiles_is_part_of_the_answer(switch: Peer, run: Call) -> None:
    assert switch.port
    run("device", "add", "--name", "mute", "--address", "127.0.0.9", "--role", "access")
    shown = run("device", "test")
    assert shown.returncode == 3
    assert "no SNMP profile and no SSH profile" in " ".join(shown.stdout.split())


def test_the_forecast_of_a_grade() -> None:
    def of(**ends: tuple[Completeness, int]) -> str:
        return promise(
            TableCoverage("sw", Table(name), end, rows, AT) for name, (end, rows) in ends.items()
        ).grade.value

    complete, cut, no, dead = (
        Completeness.COMPLETE,
        Completeness.TRUNCATED,
        Completeness.UNSUPPORTED,
        Completeness.TIMED_OUT,
    )
    assert of(fdb=(complete, 5), arp=(complete, 5)) == "A"
    assert of(fdb=(complete, 5), arp=(no, 0)) == "A"
    assert of(fdb=(complete, 0), arp=(complete, 5)) == "B"
    assert of(fdb=(no, 0), arp=(complete, 5)) == "B"
    assert of(fdb=(cut, 5), arp=(no, 0)) == "B"
    assert of(system=(complete, 1), fdb=(no, 0), arp=(complete, 0)) == "C"
    assert of(system=(dead, 0), fdb=(dead, 0)) == "E"
