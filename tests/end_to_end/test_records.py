"""The verbs for single records through the real command line."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.end_to_end.in_process import Call, Done, calling

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Iterator[Call]:
    """Call netaudit in a folder and with a registry of its own."""
    with calling(tmp_path, monkeypatch, capfd) as call:
        yield call


def said(done: Done, code: int = 0) -> str:
    assert done.returncode == code, (done.stdout, done.stderr)
    return done.stdout + done.stderr


def document(done: Done) -> Any:  # noqa: ANN401 -- JSON
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_life_of_a_unit(run: Call) -> None:
    assert said(run("unit", "add", "--code", "EDU", "--name", "教育局", "--tier", "区")) == "Added: EDU\n"
    assert said(run("unit", "add", "--code", "S1", "--name", "小学", "--parent", "EDU")) == "Added: S1\n"
    assert "is registered already" in said(run("unit", "add", "--code", "S1", "--name", "小学"), 2)
    assert said(run("unit", "edit", "S1", "--type", "学校")) == "Changed: S1 (type)\n"
    assert said(run("unit", "edit", "S1", "--type", "school")) == "Nothing changed.\n"
    assert document(run("unit", "show", "S1", "--format", "json")) == {
        "code": "S1",
        "name": "小学",
        "parent": "EDU",
        "tier": None,
        "type": "school",
        "declared_endpoints": None,
    }
    assert "小学" in said(run("unit", "show", "S1"))
    assert "--parent: The unit would be above itself: EDU → S1 → EDU." in said(
        run("unit", "edit", "EDU", "--parent", "S1"), 2
    )
    assert "still in use: unit: 1" in said(run("unit", "remove", "EDU"), 4)
    assert said(run("unit", "edit", "S1", "--parent", "")) == "Changed: S1 (parent)\n"
    assert said(run("unit", "remove", "EDU")) == "Removed: EDU\n"
    assert "There is no unit EDU." in said(run("unit", "remove", "EDU"), 2)
    listed = run("unit", "list", "--format", "csv")
    assert listed.stdout.startswith("\ufeffcode,name,parent,tier,type,declared_endpoints")
    assert "S1,小学" in listed.stdout


def test_everything_a_point_needs(run: Call) -> None:
    said(run("unit", "add", "--code", "S1", "--name", "小学"))
    said(
        run("point", "add", "--code", "P1", "--unit", "S1", "--name", "门口", "--nat", "否", "--bandwidth-mbps", "100")
    )
    said(run("device", "add", "--name", "sw1", "--address", "10.0.0.2", "--point", "P1", "--role", "接入交换机"))
    said(run("point", "edit", "P1", "--device", "sw1", "--port", "GE0/0/1"))
    said(run("prefix", "add", "--cidr", "10.0.0.0/24", "--unit", "S1", "--point", "P1", "--gateway", "10.0.0.1"))
    said(run("prefix", "add", "--cidr", "10.0.0.0/24", "--unit", "S1", "--plane", "finance"))
    both = said(
        run("prefix", "add", "--cidr", "10.0.1.0/24", "--unit", "S1", "--gateway", "10.0.0.1", "--vlan", "0"), 2
    )
    assert "--vlan: 0 is not between 1 and 4094." in both
    assert "--gateway: The gateway 10.0.0.1 is outside 10.0.1.0/24." in said(
        run("prefix", "add", "--cidr", "10.0.1.0/24", "--unit", "S1", "--gateway", "10.0.0.1"), 2
    )
    assert document(run("prefix", "show", "10.0.0.0/24", "--format", "json"))["plane"] == "public"
    assert [p["plane"] for p in document(run("prefix", "list", "--unit", "S1", "--format", "json"))] == [
        "finance",
        "public",
    ]
    assert said(run("prefix", "remove", "10.0.0.0/24", "--plane", "finance")) == "Removed: finance/10.0.0.0/24\n"
    assert "still in use: point: 1" in said(run("device", "remove", "sw1"), 4)
    assert document(run("device", "show", "sw1", "--format", "json"))["role"] == "access"
    assert "There is no unit NOPE." in said(run("point", "list", "--unit", "NOPE"), 2)


def test_people_are_masked(run: Call) -> None:
    said(run("unit", "add", "--code", "S1", "--name", "小学"))
    added = run("contact", "add", "--unit", "S1", "--name", "张三", "--phone", "13800001234", "--role", "技术负责人")
    assert said(added) == "Added: S1 张三 technical_lead\n"
    assert (
        said(run("contact", "edit", "S1", "张三", "--email", "zhang@example.cn"))
        == "Changed: S1 张三 technical_lead (email)\n"
    )
    for form in ("table", "json", "csv"):
        shown = said(run("contact", "list", "--format", form)) + said(
            run("contact", "show", "S1", "张三", "--format", form)
        )
        assert "138****1234" in shown
        assert "13800001234" not in shown
        assert "zhang@" not in shown
    assert said(run("contact", "remove", "S1", "张三")) == "Removed: S1 张三 technical_lead\n"


def test_registrations_are_listed_and_found(run: Call, tmp_path: Path) -> None:
    said(run("unit", "add", "--code", "S1", "--name", "小学"))
    said(run("prefix", "add", "--cidr", "10.0.0.0/24", "--unit", "S1"))
    (tmp_path / "registrations.csv").write_text(
        "unit,ip,mac,person,phone\nS1,10.0.0.10,00E0FC000001,,\n"
        "S1,10.0.0.5,00E0FC000005,李四,13800001234\nS1,10.0.0.6,00E0FC000006,,\n",
        encoding="utf-8",
    )
    said(run("import", "registrations.csv"))
    listed = document(run("registration", "list", "--unit", "S1", "--format", "json"))
    assert [(r["ip"], r["mac"], r["state"]) for r in listed] == [
        ("10.0.0.5", "00:e0:fc:00:00:05", "approved"),
        ("10.0.0.6", "00:e0:fc:00:00:06", "approved"),
        ("10.0.0.10", "00:e0:fc:00:00:01", "approved"),
    ]
    assert listed[0]["phone"] == "138****1234"
    for query in (str(listed[0]["id"]), "10.0.0.5", "00-E0-FC-00-00-05"):
        assert document(run("registration", "show", query, "--format", "json"))["ip"] == "10.0.0.5"
    assert "There is no registration 10.0.0.9." in said(run("registration", "show", "10.0.0.9"), 2)
    assert "still in use" in said(run("unit", "remove", "S1"), 4)


def test_refusals_are_in_the_users_language(run: Call) -> None:
    refused = run("--lang", "zh", "prefix", "add", "--cidr", "10.0.0.1/24", "--unit", "S1")
    assert refused.returncode == 2
    lines = refused.stderr.splitlines()
    assert [line.partition(":")[0] for line in lines[:2]] == ["--cidr", "--unit"]
    assert all(re.search("[\u4e00-\u9fff]", line) for line in lines)
