"""``netaudit import`` and ``template`` through the real command line, in both languages."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import openpyxl
import pytest
from openpyxl.utils import get_column_letter

from inventory.filing.schema import TABLES
from inventory.model.batch import RecordKind
from tests.end_to_end.in_process import Call, Done, calling

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.end_to_end.conftest import Program


SCHEMA = json.loads((Path(__file__).parents[2] / "docs/schema/import.schema.json").read_text(encoding="utf-8"))
CHINESE = re.compile("[\u4e00-\u9fff]")

UNITS = "code,name,tier\nEDU,教育局,区\nS1,示例小学,区\n"
PREFIXES = "网段,单位,网关\n10.20.3.0/24,EDU,10.20.3.1\n"
FAULTY = (
    "使用单位,使用人,联系电话,计算机IP,物理地址\n"
    "EDU,李四,13800001234,10.20.3.14,00-E0-FC-12-34-5\n"
    "EDU,李四,13800001234,10.99.0.1,00-e0-fc-00-00-02\n"
    "NOPE,李四,13800001234,10.20.3.15,00-e0-fc-00-00-03\n"
    "EDU,李四,13800001234,10.20.3.16,00-e0-fc-00-00-04\n"
    "EDU,李四,13800001234,10.20.3.17,00e0.fc00.0004\n"
)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Iterator[Call]:
    """Call netaudit in a folder and with a registry of its own."""
    with calling(tmp_path, monkeypatch, capfd) as call:
        yield call


def result(done: Done) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(done.stdout)
    jsonschema.validate(found, SCHEMA)
    return found


def listed(run: Call, kind: str) -> list[dict[str, Any]]:
    done = run(kind, "list", "--format", "json")
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_sheet_with_four_faults_is_refused_with_four_located_messages(program: Program, language: str) -> None:
    (program.home / "units.csv").write_text(UNITS, encoding="utf-8-sig")
    (program.home / "网段.csv").write_bytes(PREFIXES.encode("gb18030"))
    (program.home / "备案.csv").write_bytes(FAULTY.encode("gb18030"))
    told = program.json("--lang", language, "import", "units.csv", "网段.csv", "备案.csv", expect=2)
    jsonschema.validate(told, SCHEMA)
    assert [(p["file"], p["row"], p["column"], p["header"]) for p in told["problems"]] == [
        ("备案.csv", 2, "mac", "物理地址"),
        ("备案.csv", 3, "ip", "计算机IP"),
        ("备案.csv", 4, "unit", "使用单位"),
        ("备案.csv", 6, "mac", "物理地址"),
    ]
    assert [bool(CHINESE.search(p["reason"])) for p in told["problems"]] == [language == "zh"] * 4
    assert [file["refused"] for file in told["files"]] == [False, False, True]
    table = program.run("--lang", language, "import", "备案.csv", expect=2).stdout
    for written in ("备案.csv", "物理地址", "计算机IP", "使用单位", "00-E0-FC-12-34-5", "10.99.0.1", "NOPE"):
        assert written in table
    assert program.json("registration", "list") == []
    assert [unit["code"] for unit in program.json("unit", "list")] == ["EDU", "S1"]


def test_english_reasons_say_what_to_do(run: Call, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for name, content in (("units.csv", UNITS), ("网段.csv", PREFIXES), ("备案.csv", FAULTY)):
        (tmp_path / "in" / name).write_text(content, encoding="utf-8")
    told = result(run("--lang", "en", "import", "in", "--format", "json"))
    assert [p["reason"] for p in told["problems"]] == [
        "00-E0-FC-12-34-5 is not a MAC address: it takes twelve digits 0-9, A-F.",
        "10.99.0.1 is outside every registered prefix.",
        "The unit NOPE is not registered.",
        "00:e0:fc:00:00:04 stands in row 5 already, there with 10.20.3.16.",
    ]
    assert [(f["file"], f["added"], f["refused"]) for f in told["files"]] == [
        ("in/units.csv", 2, False),
        ("in/网段.csv", 1, False),
        ("in/备案.csv", 0, True),
    ]
    assert [unit["code"] for unit in listed(run, "unit")] == ["EDU", "S1"]


def test_a_dry_run_shows_every_difference_and_writes_nothing(run: Call, tmp_path: Path) -> None:
    (tmp_path / "units.csv").write_text(UNITS, encoding="utf-8")
    assert result(run("import", "units.csv", "--dry-run", "--format", "json"))["files"][0]["added"] == 2
    assert listed(run, "unit") == []
    assert run("import", "units.csv").returncode == 0
    (tmp_path / "units.csv").write_text(UNITS.replace("示例小学", "示例中学") + "S2,新小学,\n", encoding="utf-8")
    (tmp_path / "contacts.csv").write_text("unit,name,phone\nEDU,张三,13800001234\n", encoding="utf-8")
    told = result(run("import", "units.csv", "--dry-run", "--format", "json"))
    assert told["changes"] == [
        {
            "table": "units",
            "record": "S1",
            "added": False,
            "fields": [{"field": "name", "before": "示例小学", "after": "示例中学"}],
        },
        {"table": "units", "record": "S2", "added": True, "fields": []},
    ]
    shown = run("import", "units.csv", "--dry-run").stdout
    assert "示例小学" in shown
    assert "示例中学" in shown
    assert [unit["name"] for unit in listed(run, "unit")] == ["教育局", "示例小学"]
    run("import", "contacts.csv")
    (tmp_path / "contacts.csv").write_text("unit,name,phone\nEDU,张三,13800009999\n", encoding="utf-8")
    shown = run("import", "contacts.csv", "--dry-run").stdout
    assert "138****1234" in shown
    assert "138****9999" in shown


def test_importing_twice_changes_nothing(run: Call, tmp_path: Path) -> None:
    (tmp_path / "units.csv").write_text(UNITS, encoding="utf-8")
    run("import", "units.csv")
    file = result(run("import", "units.csv", "--format", "json"))["files"][0]
    assert (file["added"], file["changed"], file["unchanged"]) == (0, 0, 2)


def test_the_file_to_correct_first_is_named(run: Call, tmp_path: Path) -> None:
    (tmp_path / "units.csv").write_text(UNITS + "S3,x,planet\n", encoding="utf-8")
    (tmp_path / "prefixes.csv").write_text(PREFIXES, encoding="utf-8")
    done = run("--lang", "en", "import", "prefixes.csv", "units.csv")
    assert done.returncode == 2
    assert "Correct units.csv first: other files name what is in there." in done.stdout
    assert "EDU is in units.csv, which was refused." in done.stdout


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_filled_template_imports_as_it_is(run: Call, tmp_path: Path, language: str) -> None:
    done = run("--lang", language, "template", "export", "sheets")
    assert done.returncode == 0, done.stderr
    for table in TABLES.values():
        file = tmp_path / "sheets" / f"{table.kind.value}.xlsx"
        book = openpyxl.load_workbook(file)
        sheet = book[table.kind.value]
        lists = {str(rule.sqref).split("3:")[0]: rule.formula1.strip('"').split(",") for rule in rules(sheet)}
        for place, column in enumerate(table.columns, start=1):
            letter = get_column_letter(place)
            words = lists.get(letter)
            assert bool(words) is bool(column.choices)
            written = column.example
            if column.key == "parent":
                written = ""  # the example's parent is a unit of its own, which this sheet does not have
            sheet[f"{letter}3"] = words[0] if words else written
        book.save(file)
    (tmp_path / "sheets" / "notes.txt").write_text("-", encoding="utf-8")
    told = result(run("--lang", language, "import", "sheets", "--format", "json"))
    assert told["problems"] == []
    assert [(file["tables"], file["added"]) for file in told["files"]] == [([kind.value], 1) for kind in TABLES]
    assert listed(run, "registration")[0]["mac"] == "00:e0:fc:12:34:56"


def rules(sheet: Any) -> list[Any]:  # noqa: ANN401 -- openpyxl's types stop here
    found: list[Any] = sheet.data_validations.dataValidation
    return found


def test_templates_are_text_explained_and_never_overwritten(run: Call, tmp_path: Path) -> None:
    assert run("template", "export", "sheets", "--format", "xlsx").returncode == 0
    book = openpyxl.load_workbook(tmp_path / "sheets" / "registrations.xlsx")
    sheet = book["registrations"]
    assert [cell.value for cell in sheet[2]] == list(TABLES[RecordKind.REGISTRATION].by_key)
    assert sheet.row_dimensions[2].hidden
    assert sheet.freeze_panes == "A3"
    assert sheet["J1"].value == "MAC address *"
    # openpyxl keeps one entry for a run of columns that look the same
    assert {dimension.number_format for dimension in sheet.column_dimensions.values()} == {"@"}
    assert len(list(book["Instructions"].rows)) == 1 + sheet.max_column
    before = (tmp_path / "sheets" / "units.xlsx").read_bytes()
    again = run("template", "export", "sheets")
    assert again.returncode == 2
    assert "--force" in again.stderr
    assert (tmp_path / "sheets" / "units.xlsx").read_bytes() == before
    assert run("template", "export", "sheets", "--force").returncode == 0


def test_csv_templates_have_the_stable_header(run: Call, tmp_path: Path) -> None:
    assert run("template", "export", "sheets", "--format", "csv").returncode == 0
    header = (tmp_path / "sheets" / "units.csv").read_bytes()
    assert header == b"\xef\xbb\xbfcode,name,parent,tier,type,declared_endpoints\r\n"
    done = run("import", "sheets", "--format", "json")
    assert done.returncode == 0
    assert result(done)["remarks"] == []


def test_a_folder_without_sheets_is_a_usage_error(run: Call, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    done = run("--lang", "en", "import", "empty")
    assert done.returncode == 2
    assert "There is no import sheet in empty." in done.stderr
    assert run("import", "nowhere").returncode == 2


def test_init_says_where_the_database_is(run: Call, tmp_path: Path) -> None:
    done = run("init")
    assert done.returncode == 0
    place = tmp_path / "registry.db"
    assert str(place) in done.stdout
    assert place.exists()
    assert run("init").returncode == 0


def test_an_address_that_is_held_for_another_card_is_not_imported(run: Call, tmp_path: Path) -> None:
    (tmp_path / "units.csv").write_text(UNITS, encoding="utf-8-sig")
    (tmp_path / "prefixes.csv").write_text(PREFIXES, encoding="utf-8-sig")
    assert run("import", "units.csv", "prefixes.csv").returncode == 0
    given = ("--unit", "EDU", "--ip", "10.20.3.20", "--mac", "00:e0:fc:00:00:02", "--person", "李四")
    held = run(
        "ip",
        "request",
        *given,
        "--phone",
        "13800001234",
        "--device-type",
        "台式机",
        "--location",
        "301",
        "--internet",
        "否",
    )
    assert held.returncode == 0, held.stderr
    (tmp_path / "registrations.csv").write_text("unit,person,ip,mac\nS1,张三,10.20.3.20,00-e0-fc-00-00-01\n", "utf-8")
    done = run("import", "registrations.csv", "--format", "json")
    assert done.returncode == 2
    [problem] = result(done)["problems"]
    assert (problem["row"], problem["column"]) == (2, "ip")
    assert "is held for the unit EDU" in problem["reason"]
    assert listed(run, "registration") == []
