"""What a sweep leaves alone, and says so."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

from tests.end_to_end.in_process import calling
from tests.end_to_end.test_sweep_on_lab import SCHEMAS
from tests.unit.snmp.replay_agent import Fleet, Shelf

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.end_to_end.in_process import Call

CASES = Path(__file__).parents[1] / "cases" / "snmp"
ALL_DAY = "00:00-12:00,12:00-00:00"
NETWORK = "127.0.9.0/29"


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Call]:
    with calling(tmp_path, monkeypatch, capsys) as ready:
        yield ready


def sweep(call: Call, *arguments: str, expect: int = 0) -> dict[str, Any]:
    done = call("sweep", *arguments, "--format", "json")
    assert done.returncode == expect, done.stderr
    summary: dict[str, Any] = json.loads(done.stdout)
    return summary


def exclude(call: Call, target: str, reason: str, until: str) -> None:
    done = call("exclusion", "add", "--target", target, "--reason", reason, "--until", until)
    assert done.returncode == 0, done.stderr


def test_an_excluded_address_is_not_asked_until_its_exclusion_has_expired(call: Call) -> None:
    exclude(call, "127.0.9.3", "疫苗冷链", "2120-12-31")
    exclude(call, "127.0.9.4/31", "会议", "2020-12-31")
    summary = sweep(call, NETWORK)
    assert (summary["targets"], summary["alive"]) == (5, 5)
    assert summary["skipped"] == [{"what": "127.0.9.3", "why": "Excluded until 2120-12-31: 疫苗冷链"}]
    listed = json.loads(call("exclusion", "list", "--format", "json").stdout)
    assert [(one["target"], one["applies"]) for one in listed] == [("127.0.9.3/32", True), ("127.0.9.4/31", False)]
    assert sweep(call, NETWORK, "--dry-run")["skipped"] == summary["skipped"]
    assert call("exclusion", "remove", "127.0.9.3").returncode == 0
    assert sweep(call, NETWORK)["alive"] == 6


def test_an_exclusion_needs_a_reason_and_an_address(call: Call) -> None:
    assert "--reason" in call("exclusion", "add", "--target", "127.0.9.3").stderr
    assert "not an IP address" in call("exclusion", "add", "--target", "printer", "--reason", "x").stderr


def test_in_quiet_hours_nothing_is_scanned_unless_told(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NETAUDIT_SWEEP__QUIET_HOURS", ALL_DAY)
    summary = sweep(call, NETWORK, expect=4)
    assert (summary["outcome"], summary["probed"]) == ("failed", 0)
    assert [entry["what"] for entry in summary["skipped"]] == [NETWORK]
    assert "Quiet hours" in summary["skipped"][0]["why"]
    assert sweep(call, NETWORK, "--ignore-quiet-hours")["alive"] == 6


def test_a_prefix_has_quiet_hours_of_its_own(call: Call) -> None:
    assert call("unit", "add", "--code", "A", "--name", "甲").returncode == 0
    how = ("--rate-limit", "500", "--quiet-hours", ALL_DAY)
    assert call("prefix", "add", "--cidr", "127.0.9.0/30", "--unit", "A", *how).returncode == 0
    assert call("prefix", "add", "--cidr", "127.0.9.8/29", "--unit", "A").returncode == 0
    summary = sweep(call, expect=3)
    assert (summary["outcome"], summary["probed"], summary["alive"]) == ("partial", 6, 6)
    assert [entry["what"] for entry in summary["skipped"]] == ["127.0.9.0/30"]
    refused = call("prefix", "edit", "127.0.9.0/30", "--quiet-hours", "25:00-26:00")
    assert "not a time of day" in refused.stderr


@pytest.fixture
def switch(call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Fleet]:
    """Serve a written switch by SNMP and register it, in a unit's prefix."""
    fleet = Fleet({"127.0.9.5": Shelf.of(CASES / "access_switch.snmprec")})
    settings = f'[snmp.access]\nversion = "2c"\ncommunity = "public"\nport = {fleet.ports["127.0.9.5"]}\n'
    (tmp_path / "netaudit.toml").write_text(settings)
    (tmp_path / "netaudit.toml").chmod(0o600)
    monkeypatch.setenv("NETAUDIT_CONFIG", str(tmp_path / "netaudit.toml"))
    added = ("--name", "sw1", "--address", "127.0.9.5", "--role", "core", "--snmp-profile", "access")
    assert call("device", "add", *added).returncode == 0
    yield fleet
    fleet.stop()


def test_in_quiet_hours_no_device_is_read_unless_told(
    call: Call, switch: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NETAUDIT_SWEEP__QUIET_HOURS", ALL_DAY)
    summary = sweep(call, NETWORK, expect=4)
    assert (summary["outcome"], summary["probed"]) == ("failed", 0)
    assert [entry["what"] for entry in summary["skipped"]] == [NETWORK, "sw1"]
    assert summary["skipped"][1]["why"].endswith("not read.")
    told = sweep(call, NETWORK, "--dry-run")
    assert (told["devices"], told["skipped"]) == ([], summary["skipped"])
    assert call("collect", "sw1").returncode == 4
    assert switch.heard == []
    assert call("collect", "sw1", "--ignore-quiet-hours").returncode == 0
    assert switch.heard


def test_a_device_is_not_read_in_the_quiet_hours_of_its_prefix(call: Call, switch: Fleet) -> None:
    assert call("unit", "add", "--code", "A", "--name", "甲").returncode == 0
    assert call("prefix", "add", "--cidr", "127.0.9.4/30", "--unit", "A", "--quiet-hours", ALL_DAY).returncode == 0
    assert call("prefix", "add", "--cidr", "127.0.9.8/30", "--unit", "A").returncode == 0
    summary = sweep(call, expect=3)
    assert (summary["outcome"], summary["probed"]) == ("partial", 2)
    assert [entry["what"] for entry in summary["skipped"]] == ["127.0.9.4/30", "sw1"]
    assert switch.heard == []


def test_a_dry_run_tells_the_range_and_what_holds_it_back(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NETAUDIT_SWEEP__CONTACT", "网络科 0762-3380000")
    assert call("unit", "add", "--code", "A", "--name", "甲").returncode == 0
    assert call("prefix", "add", "--cidr", "127.0.9.0/29", "--unit", "A", "--rate-limit", "5").returncode == 0
    told = sweep(call, "--dry-run")
    rules = json.loads((SCHEMAS / "forecast.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator(rules).validate(told)
    (row,) = told["networks"]
    assert (row["limit"], row["pps"]) == ("lane", 5)
    assert (row["packets_min"], row["packets_usual"], row["packets_max"]) == (6, 6 * 8 * 2, 6 * 8 * 8)
    assert 6 / 5 <= row["seconds_min"] < row["seconds_usual"] < row["seconds_max"]
    assert (told["rounds"], told["sources"], told["contact"]) == (None, ["127.0.0.1"], "网络科 0762-3380000")
    fixed = sweep(call, "--dry-run", "--retries", "2")
    (row,) = fixed["networks"]
    assert (fixed["rounds"], row["packets_usual"], row["packets_max"]) == (3, 6 * 8 * 3, 6 * 8 * 3)
    shown = call("sweep", "--dry-run").stdout
    assert "5 packets per second" in shown
    assert "网络科" in shown


def test_wrong_quiet_hours_in_the_settings_are_refused(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NETAUDIT_SWEEP__QUIET_HOURS", "lunch")
    done = call("sweep", NETWORK)
    assert done.returncode == 2
    assert "sweep.quiet_hours" in done.stderr
