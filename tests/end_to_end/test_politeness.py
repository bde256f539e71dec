"""What a sweep leaves alone, and says so."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.end_to_end.in_process import calling

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.end_to_end.in_process import Call

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


def test_wrong_quiet_hours_in_the_settings_are_refused(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NETAUDIT_SWEEP__QUIET_HOURS", "lunch")
    done = call("sweep", NETWORK)
    assert done.returncode == 2
    assert "sweep.quiet_hours" in done.stderr
