"""The condition of devices, asked of net-snmp's own agent and of recorded ones over UDP."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.end_to_end.in_process import Call, Done, calling
from tests.unit.reports.test_schema import check
from tests.unit.snmp.conftest import snmpd
from tests.unit.snmp.replay_agent import Fleet, Shelf, tlv, whole
from tests.unit.snmp.replay_agent import name as written

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["snmpd"]

UPS = (1, 3, 6, 1, 2, 1, 33, 1)
SYSTEM = (1, 3, 6, 1, 2, 1, 1)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Iterator[Call]:
    """Call netaudit in a folder and with a registry of its own."""
    with calling(tmp_path, monkeypatch, capfd) as call:
        yield call


def settings(folder: Path, **ports: int) -> None:
    file = folder / "home" / "config" / "netaudit" / "netaudit.toml"
    file.parent.mkdir(parents=True, exist_ok=True)
    profiles = [f'[snmp.{name}]\nversion = "2c"\ncommunity = "public"\nport = {port}\n' for name, port in ports.items()]
    file.write_text("[collect]\ntimeout = 1\nretries = 1\n" + "".join(profiles), encoding="ascii")
    file.chmod(0o600)


def data(done: Done, code: int = 0) -> Any:  # noqa: ANN401 -- JSON
    assert done.returncode == code, done.stderr
    return json.loads(done.stdout)


def test_a_real_agent(run: Call, tmp_path: Path, snmpd: int) -> None:
    settings(tmp_path, lab=snmpd)
    run("device", "add", "--name", "gw", "--address", "127.0.0.1", "--role", "router", "--snmp-profile", "lab")
    run("device", "add", "--name", "mute", "--address", "127.0.0.2", "--role", "access")
    found = data(run("device", "health", "--format", "json"), 3)
    check("health", found)
    results = {(one["device"], one["check"]): (one["result"], one["evidence"]) for one in found}
    assert results["gw", "public_community"] == ("attention", "answers 'public' by SNMP 2c, 1")
    assert results["gw", "clock"][0] == "good"
    assert results["gw", "clock"][1].startswith("hrSystemDate: ")
    assert results["gw", "forwarding_space"][0] == "not_assessed"
    assert results["gw", "telnet"][0] in {"good", "attention"}
    assert results["mute", "clock"] == ("not_assessed", "it has no SNMP profile")
    assert ("mute", "public_community") not in results

    report = data(run("report", "devices", "--format", "json"))
    check("devices", report)
    [gateway, _mute] = report["devices"]
    assert {one["check"] for one in gateway["checks"]} == {one for device, one in results if device == "gw"}
    shown = run("--lang", "zh", "report", "devices").stdout
    assert "团体名 public" in shown


def test_the_question_for_public_can_be_forbidden(run: Call, tmp_path: Path) -> None:
    fleet = Fleet({"127.0.0.1": Shelf([], [])})
    try:
        settings(tmp_path, lab=fleet.ports["127.0.0.1"])
        file = tmp_path / "home" / "config" / "netaudit" / "netaudit.toml"
        text = file.read_text(encoding="ascii").replace('community = "public"', 'community = "secret"')
        file.write_text(text + "[health]\npublic_community = false\n", encoding="ascii")
        run("device", "add", "--name", "sw", "--address", "127.0.0.1", "--role", "access", "--snmp-profile", "lab")
        run("device", "health", "sw")
    finally:
        fleet.stop()
    assert fleet.heard
    assert all(b"public" not in datagram for _, datagram in fleet.heard)


def test_a_ups_is_measured_and_shown(run: Call, tmp_path: Path) -> None:
    objects = {
        (*SYSTEM, 1, 0): tlv(4, b"UPS"),
        (*SYSTEM, 3, 0): tlv(67, whole(99)),
        (*UPS, 2, 3, 0): tlv(66, whole(2**32 - 1)),
        (*UPS, 2, 4, 0): tlv(2, whole(91)),
        (*UPS, 4, 1, 0): tlv(2, whole(5)),
        (*UPS, 4, 4, 1, 5, 1): tlv(2, whole(40)),
    }
    fleet = Fleet(
        {"127.0.0.1": Shelf(sorted(objects), [tlv(0x30, written(oid) + objects[oid]) for oid in sorted(objects)])}
    )
    try:
        settings(tmp_path, lab=fleet.ports["127.0.0.1"])
        run("device", "add", "--name", "ups-1", "--address", "127.0.0.1", "--role", "ups", "--snmp-profile", "lab")
        assert run("collect", "ups-1").returncode == 0
        assert run("collect").returncode == 0
    finally:
        fleet.stop()
    [ups] = data(run("report", "devices", "--format", "json"))["devices"]
    said = {(m["sensor"], m["quantity"]): (m["value"], m["unit"], m["state"], m["status"]) for m in ups["measurements"]}
    assert said == {
        ("output", "state"): (None, "", "battery", "warning"),
        ("battery", "runtime"): (None, "min", None, "unavailable"),
        ("battery", "charge"): (91, "%", None, "unknown"),
        ("output 1", "load"): (40, "%", None, "unknown"),
    }
    assert (ups["read"], ups["runtime_min"]) == (None, None)
    assert "91 %" in run("device", "show", "ups-1").stdout
    assert "91 %" in run("report", "devices").stdout
