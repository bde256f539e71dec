"""Switches read by SSH, and by SSH and SNMP, with the host keys a user decides about."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.end_to_end.in_process import Call, Done, calling
from tests.unit.reports.test_schema import check
from tests.unit.snmp.replay_agent import Fleet, Shelf
from tests.unit.ssh.peers import ACCOUNT, PASSWORD, Servers
from tests.unit.ssh.stories import load

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.unit.ssh.peers import Peer

STORY = load("huawei_access")
SCENARIO = {
    "prompt": STORY.prompt,
    "outputs": {command: text for command, text in STORY.outputs.items() if "Unrecognized" not in text},
    "unknown": "Error: Unrecognized command found at '^' position.\n",
    "accepts": ["screen-length 0 temporary"],
}


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Iterator[Call]:
    with calling(tmp_path, monkeypatch, capfd) as call:
        yield call


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[Servers]:
    started = Servers(tmp_path)
    yield started
    started.stop()


def settings(folder: Path, port: int, more: str = "") -> None:
    file = folder / "home" / "config" / "netaudit" / "netaudit.toml"
    file.parent.mkdir(parents=True, exist_ok=True)
    login = f'[ssh.lab]\nusername = "{ACCOUNT}"\npassword = "{PASSWORD}"\nport = {port}\n'
    file.write_text(login + more, encoding="ascii")
    file.chmod(0o600)


@pytest.fixture
def switch(tmp_path: Path, run: Call, servers: Servers) -> Peer:
    peer = servers.start(SCENARIO)
    settings(tmp_path, peer.port)
    given = ["--address", "127.0.0.1", "--role", "access", "--platform", "huawei", "--ssh-profile", "lab"]
    assert run("device", "add", "--name", "sw1", *given).returncode == 0
    return peer


def data(done: Done, code: int = 0) -> Any:  # noqa: ANN401 -- JSON
    assert done.returncode == code, done.stdout + done.stderr
    return json.loads(done.stdout)


def places(run: Call) -> list[tuple[str, str]]:
    found = data(run("endpoint", "list", "--format", "json"))
    return sorted((one["mac"], one["location"]["port"]) for one in found)


def test_a_switch_with_an_ssh_profile_is_read_and_its_key_is_listed(switch: Peer, run: Call, tmp_path: Path) -> None:
    told = data(run("collect", "--format", "json"))
    assert told["outcome"] == "complete", told
    assert ("00:e0:fc:12:34:56", "GigabitEthernet0/0/1") in places(run)
    coverage = data(run("report", "coverage", "--format", "json"))
    check("coverage", coverage)
    assert {table["source"] for device in coverage["devices"] for table in device["tables"]} == {"ssh"}
    keys = data(run("device", "host-key", "list", "--format", "json"))
    check("host-keys", keys)
    assert [(key["state"], key["fingerprint"]) for key in keys] == [("recorded", switch.host_key.fingerprint)]
    assert "host-key approve" in run("device", "host-key", "list").stdout
    before = places(run)
    read_again = run("reparse")
    assert read_again.returncode == 0
    assert "1 devices" in read_again.stdout
    assert places(run) == before
    log = (tmp_path / "home" / "state" / "netaudit" / "netaudit.log").read_text(encoding="utf-8")
    assert PASSWORD not in log + (tmp_path / "registry.db").read_bytes().decode("latin-1")


def test_another_host_key_is_an_alarm_until_somebody_approves_it(
    switch: Peer, run: Call, servers: Servers, tmp_path: Path
) -> None:
    run("collect")
    other = servers.start(SCENARIO)
    settings(tmp_path, other.port)
    told = data(run("collect", "--format", "json"), 4)
    assert any("host_key_changed" in entry["why"] for entry in told["skipped"])
    assert "password" not in other.server_log
    assert other.heard == []
    states = {key["fingerprint"]: key["state"] for key in data(run("device", "host-key", "list", "--format", "json"))}
    assert states == {switch.host_key.fingerprint: "recorded", other.host_key.fingerprint: "offered"}
    assert run("device", "host-key", "approve", "sw1").returncode == 0
    assert data(run("collect", "--format", "json"))["outcome"] == "complete"
    assert run("device", "host-key", "forget", "sw1").returncode == 0
    assert run("device", "host-key", "forget", "sw1").returncode != 0


def test_strict_means_approved_first(switch: Peer, run: Call, tmp_path: Path) -> None:
    settings(tmp_path, switch.port, '[collect]\nssh_host_keys = "strict"\n')
    data(run("collect", "--format", "json"), 4)
    assert switch.heard == []
    run("device", "host-key", "approve", "sw1")
    assert data(run("collect", "--format", "json"))["outcome"] == "complete"


def test_a_switch_read_in_both_ways_is_one_switch(switch: Peer, run: Call, tmp_path: Path) -> None:
    recorded = Path(__file__).parents[1] / "cases" / "snmp" / "huawei_base_ports_wrong.snmprec"
    agent = Fleet({"127.0.0.1": Shelf.of(recorded, b"long-secret-community")})
    try:
        port = agent.ports["127.0.0.1"]
        snmp = f'[snmp.lab]\nversion = "2c"\ncommunity = "long-secret-community"\nport = {port}\n'
        settings(tmp_path, switch.port, snmp)
        assert run("device", "edit", "sw1", "--snmp-profile", "lab").returncode == 0
        told = run("collect", "--format", "json")
        assert told.returncode in {0, 3}, told.stderr
    finally:
        agent.stop()
    coverage = data(run("report", "coverage", "--format", "json"))
    ways = {table["table"]: (table["source"], table["completeness"]) for table in coverage["devices"][0]["tables"]}
    assert len(ways) == len(coverage["devices"][0]["tables"]), "one way speaks for each table"
    assert ways["system"][0] == ways["fdb"][0] == "snmp"
    assert {source for source, _ended in ways.values()} == {"snmp", "ssh"}
    before = places(run)
    assert run("reparse").returncode == 0
    assert places(run) == before


def test_an_ssh_profile_that_cannot_be_used_is_named(switch: Peer, run: Call, tmp_path: Path) -> None:
    file = tmp_path / "home" / "config" / "netaudit" / "netaudit.toml"
    file.write_text('[ssh.lab]\nusername = "audit"\npassword = "env:NO_SUCH_VARIABLE"\n', encoding="ascii")
    told = data(run("collect", "--format", "json"), 4)
    assert any("NO_SUCH_VARIABLE" in entry["why"] for entry in told["skipped"])
    assert switch.heard == []


def test_the_condition_is_asked_by_ssh_where_snmp_does_not_tell(run: Call, servers: Servers, tmp_path: Path) -> None:
    now = datetime.now(UTC) + timedelta(hours=8)
    told = {
        "display clock": f"{now:%Y-%m-%d %H:%M:%S}+08:00\n",
        "display mac-address summary": "In-used: 9\nCapacity: 9\n",
    }
    peer = servers.start({**SCENARIO, "outputs": told})
    settings(tmp_path, peer.port, "[health]\nclock_tolerance = 3600\n")
    given = ["--address", "127.0.0.1", "--role", "access", "--platform", "huawei", "--ssh-profile", "lab"]
    run("device", "add", "--name", "sw1", *given)
    found = data(run("device", "health", "--format", "json"))
    check("health", found)
    results = {one["check"]: (one["result"], one["evidence"]) for one in found}
    assert results["clock"][0] == "good"
    assert results["clock"][1].startswith("display clock: ")
    assert results["forwarding_space"] == ("attention", "display mac-address summary: 9 of 9, 100%")
    assert results["host_key"][0] == "good"
    assert set(peer.lines) == {"screen-length 0 temporary", *told, "quit"}


def test_a_try_and_a_recording_keep_the_first_host_key(
    switch: Peer, run: Call, servers: Servers, tmp_path: Path
) -> None:
    assert run("device", "test", "sw1").returncode == 0
    keys = data(run("device", "host-key", "list", "--format", "json"))
    assert [(key["state"], key["fingerprint"]) for key in keys] == [("recorded", switch.host_key.fingerprint)]
    other = servers.start(SCENARIO)
    settings(tmp_path, other.port)
    refused = run("device", "record", "sw1", "--out", "rec")
    assert refused.returncode != 0
    assert "another host key" in refused.stderr
    assert other.heard == []
    states = [key["state"] for key in data(run("device", "host-key", "list", "--format", "json"))]
    assert sorted(states) == ["offered", "recorded"]


def test_what_is_printed_is_recorded_under_other_names(switch: Peer, run: Call, tmp_path: Path) -> None:
    told = data(run("device", "record", "sw1", "--out", "rec", "--anonymise", "--format", "json"))
    check("recording", told)
    assert {file["name"] for file in told["files"]} == {"session.json"}
    assert (told["anonymised"], told["left_out"]) == (True, 0)
    session = (tmp_path / "rec" / "session.json").read_text(encoding="ascii")
    for known in ("sw1", "SW-EDU", "CORE-1", "210235924210HB000123", "00e0-fc12-3456", "10.20.3."):
        assert known not in session, known
    assert switch.lines.count("display mac-address") == 1
    name, address = told["device"], told["address"]
    run("device", "add", "--name", name, "--address", address, "--role", "access")
    assert run("import-recording", "rec").returncode == 0
    assert {port for _mac, port in places(run)} >= {"GigabitEthernet0/0/1", "Eth-Trunk1"}
