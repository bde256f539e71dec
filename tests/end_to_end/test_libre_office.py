"""A unit's sheet through a real spreadsheet program: what comes back is what was written, in every format it saves."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from openpyxl.utils import get_column_letter

from tests.end_to_end.in_process import Call, calling
from tests.end_to_end.libre_office import LibreOffice

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

AWKWARD = {
    "person": "李㛃", "phone": "07623361234", "device_type": "=1+1", "brand_model": "1.50E+03",
    "serial": "00123456789012345678",
    "os": "银河麒麟 V10", "location": "综合楼 302", "internet": "no", "purpose": "2021-11-30",
    "in_service_since": "2021-09-01",
    "remark": "-，“双网卡” <另一张>&已备案",
}  # fmt: skip
NEW = {
    "ip": "10.0.0.9", "mac": "00E0FC000009", "person": "王五", "phone": "013900001234", "device_type": "打印机",
    "location": "大厅", "internet": "否", "serial": "000777",
}  # fmt: skip


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> LibreOffice:
    """LibreOffice with a profile of its own."""
    return LibreOffice(tmp_path_factory.mktemp("office"))


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Iterator[Call]:
    """Call netaudit with one registration full of what spreadsheet programs like to change."""
    with calling(tmp_path, monkeypatch, capfd) as call:
        for command in (
            ("unit", "add", "--code", "S1", "--name", "小学"),
            ("prefix", "add", "--cidr", "10.0.0.0/24", "--unit", "S1"),
            ("unit", "profile", "edit", "S1", "--nat", "no", "--access-device", "00123"),
            ("registration", "add", "--unit", "S1", "--ip", "10.0.0.5", "--mac", "00E0FC000005",
             *(word for key, value in AWKWARD.items() for word in (f"--{key.replace('_', '-')}={value}",))),
        ):  # fmt: skip
            done = call(*command)
            assert done.returncode == 0, done.stderr
        yield call


def exported(run: Call, folder: Path) -> Path:
    assert run("--lang", "zh", "registration", "export", "out", "--unit", "S1").returncode == 0
    [file] = (folder / "out").iterdir()
    return file


def taken_back(run: Call, file: Path) -> Any:  # noqa: ANN401 -- JSON
    done = run("registration", "import", str(file), "--unit", "S1", "--format", "json")
    assert done.returncode == 0, (done.stdout, done.stderr)
    [one] = json.loads(done.stdout)["files"]
    return one


def cell_of(file: Path, key: str, row: int) -> tuple[int, str]:
    page = openpyxl.load_workbook(file).worksheets[0]
    place = next(column for column in range(1, page.max_column + 1) if page.cell(2, column).value == key)
    return 0, f"{get_column_letter(place)}{row}"


@pytest.mark.parametrize("formats", [(".xlsx",), (".xls",), (".ods", ".xlsx")], ids=" ".join)
def test_saved_again_nothing_is_lost(run: Call, office: LibreOffice, tmp_path: Path, formats: tuple[str, ...]) -> None:
    file = exported(run, tmp_path)
    for number, suffix in enumerate(formats):
        file = office.edited(file, tmp_path / f"saved{number}{suffix}", {})
    one = taken_back(run, file)
    assert [row["outcome"] for row in one["rows"]] == ["unchanged"]
    assert one["network"] == {"changed": [], "refused": None}


def test_what_is_edited_there_arrives_as_written(run: Call, office: LibreOffice, tmp_path: Path) -> None:
    file = exported(run, tmp_path)
    cells = {cell_of(file, key, 4): value for key, value in NEW.items()}
    cells |= {cell_of(file, "location", 3): "综合楼 0303", (1, "C5"): "是"}
    back = office.edited(file, tmp_path / "back.xls", cells)
    one = taken_back(run, back)
    assert [row["outcome"] for row in one["rows"]] == ["changed", "new"]
    assert one["network"]["changed"] == ["nat"]
    shown = json.loads(run("registration", "list", "--format", "json").stdout)
    new = next(line for line in shown if line["ip"] == NEW["ip"])
    assert (new["person"], new["serial"], new["location"]) == ("王五", "000777", "大厅")
    assert run("registration", "approve", "10.0.0.5", "10.0.0.9").returncode == 0
    again = json.loads(run("registration", "show", "10.0.0.5", "--format", "json").stdout)
    kept = {key: again[key] for key in ("person", "device_type", "brand_model", "serial", "os", "purpose")}
    assert kept == {key: AWKWARD[key] for key in kept}
    assert again["location"] == "综合楼 0303"
    assert [row["outcome"] for row in taken_back(run, back)["rows"]] == ["unchanged", "unchanged"]
