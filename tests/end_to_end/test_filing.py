"""The life of a registration through the real command line."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.end_to_end.in_process import Call, Done, calling

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CARD = ("--unit", "S1", "--ip", "10.0.0.5", "--mac", "00E0FC000005")


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Iterator[Call]:
    """Call netaudit with a unit and a prefix registered."""
    with calling(tmp_path, monkeypatch, capfd) as call:
        said(call("unit", "add", "--code", "S1", "--name", "小学"))
        said(call("prefix", "add", "--cidr", "10.0.0.0/24", "--unit", "S1"))
        yield call


def said(done: Done, code: int = 0) -> str:
    assert done.returncode == code, (done.stdout, done.stderr)
    return done.stdout + done.stderr


def document(done: Done) -> Any:  # noqa: ANN401 -- JSON
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def states(run: Call, *filters: str) -> list[tuple[str, str]]:
    return [(r["ip"], r["state"]) for r in document(run("registration", "list", *filters, "--format", "json"))]


def test_from_draft_to_filing_number(run: Call) -> None:
    said(run("registration", "add", *CARD, "--draft"))
    assert "Still to be filled in: User, Phone" in said(run("registration", "submit", "10.0.0.5"), 2)
    filled = ("--person", "李四", "--phone", "13800001234", "--device-type", "台式机", "--location", "301")
    said(run("registration", "edit", "10.0.0.5", *filled, "--internet", "否"))
    said(run("registration", "submit", "10.0.0.5"))
    assert states(run, "--waits-for", "office") == [("10.0.0.5", "submitted")]
    said(run("registration", "reject", "10.0.0.5", "--reason", "房间号不对"))
    assert document(run("registration", "show", "10.0.0.5", "--format", "json"))["reason"] == "房间号不对"
    said(run("registration", "submit", "10.0.0.5"))
    told = said(run("registration", "approve", "10.0.0.5"))
    number = re.search(r"\d{4}-\d{6}", told)
    assert number is not None
    shown = document(run("registration", "show", number[0], "--format", "json"))
    assert [step["action"] for step in shown["history"]] == ["file", "edit", "submit", "return", "submit", "approve"]
    assert (shown["number"], shown["turn"], shown["phone"]) == (number[0], "nobody", "138****1234")


def test_the_office_files_at_once_amends_and_cancels(run: Call) -> None:
    said(run("registration", "add", *CARD, "--person", "李四"))
    said(run("registration", "amend", "10.0.0.5", "--ip", "10.0.0.6", "--reason", "换座位"))
    assert states(run) == [("10.0.0.5", "amending")]
    assert "10.0.0.6" in said(run("registration", "show", "10.0.0.5"))
    said(run("registration", "withdraw", "10.0.0.5"))
    said(run("registration", "amend", "10.0.0.5", "--ip", "10.0.0.6", "--now"))
    assert states(run) == [("10.0.0.6", "approved")]
    said(run("registration", "reconfirm", "10.0.0.6"))
    said(run("registration", "cancel", "10.0.0.6", "--reason", "报废"))
    assert states(run, "--state", "cancelled") == [("10.0.0.6", "cancelled")]
    said(run("registration", "add", *CARD))
    assert states(run, "--state", "approved") == [("10.0.0.5", "approved")]


def test_what_cannot_be_done_says_why(run: Call) -> None:
    said(run("registration", "add", *CARD))
    assert "is filed by the unit S1" in said(
        run("registration", "add", "--unit", "S1", "--ip", "10.0.0.5", "--mac", "00E0FC000009"), 2
    )
    assert "is registered already" in said(run("registration", "add", *CARD), 2)
    assert "outside every registered prefix" in said(run("registration", "amend", "10.0.0.5", "--ip", "10.9.0.1"), 2)
    assert "cannot be done" in said(run("registration", "approve", "10.0.0.5"), 2)
    said(run("registration", "add", "--unit", "S1", "--ip", "10.0.0.7", "--mac", "00E0FC000007", "--draft"))
    told = said(run("registration", "reconfirm", "10.0.0.5", "10.0.0.7"), 3)
    assert "10.0.0.7: This cannot be done with a registration that is draft." in told
    chinese = run("--lang", "zh", "registration", "submit", "10.0.0.7")
    assert chinese.returncode == 2
    assert "尚需填写：使用人" in chinese.stderr


def test_a_setting_names_what_a_registration_needs(run: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    said(run("registration", "add", *CARD, "--draft"))
    monkeypatch.setenv("NETAUDIT_FILING__REQUIRED", "person")
    assert "User." in said(run("registration", "submit", "10.0.0.5"), 2)
    monkeypatch.setenv("NETAUDIT_FILING__REQUIRED", "nothing")
    assert "filing.required: nothing is no column" in said(run("registration", "submit", "10.0.0.5"), 2)
