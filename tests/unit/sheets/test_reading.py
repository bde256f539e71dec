"""Files as people send them: which table, which header, which rows; and what is said about files that are none."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from inventory.model.batch import RecordKind
from netaudit.app import workbook
from netaudit.app.sheets import Reading, read_file, table_of

if TYPE_CHECKING:
    from collections.abc import Sequence

U, PT, PX, D, C, R, X, S = RecordKind
UNITS = "code,name\r\nS1,小学\r\n"


def book(path: Path, *sheets: tuple[str, Sequence[Sequence[Any]]]) -> Path:
    made = openpyxl.Workbook()
    made.remove(made.worksheets[0])
    for name, rows in sheets:
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    made.save(path)
    return path


def read(path: Path) -> Reading:
    return read_file(path, path.name)


def cells(reading: Reading, place: int = 0) -> list[tuple[int, dict[str, str]]]:
    return [(row.number, dict(row.cells)) for row in reading.content.sheets[place].rows]


def reasons(reading: Reading) -> list[tuple[int | None, str | None, str]]:
    return [(p.row, p.column, str(p.reason)) for p in reading.content.problems]


@pytest.mark.parametrize(
    "content",
    [
        UNITS.encode(),
        UNITS.encode("utf-8-sig"),
        UNITS.encode("gb18030"),
        UNITS.replace(",", "\t").encode("utf-16"),
        UNITS.replace(",", ";").encode(),
        UNITS.replace(",", "\t").encode(),
        UNITS.replace("\r\n", "\n").encode(),
        UNITS.replace("code,name", "单位编号,单位名称").encode("gb18030"),
        UNITS.replace("code,name", "CODE , Name*").encode(),
        UNITS.replace("code,name", "\"code\",'name'".replace("'", '"')).encode(),
    ],
)
def test_encodings_and_separators(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "units.csv"
    file.write_bytes(content)
    assert cells(read(file)) == [(2, {"code": "S1", "name": "小学"})]


def test_latin_letters_in_utf8_are_believed(tmp_path: Path) -> None:
    file = tmp_path / "units.csv"
    file.write_bytes("code,name\nS1,Café\n".encode())
    assert cells(read(file)) == [(2, {"code": "S1", "name": "Café"})]


def test_excels_own_separator_line_counts_as_a_row(tmp_path: Path) -> None:
    file = tmp_path / "units.csv"
    file.write_text("sep=;\ncode;name\nS1;a,b\n", encoding="utf-8")
    assert cells(read(file)) == [(3, {"code": "S1", "name": "a,b"})]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("units", U),
        ("UNITS", U),
        ("Points", PT),
        ("单位", U),
        ("点位", PT),
        ("网段", PX),
        ("地址规划", PX),
        ("网络设备", D),
        ("联系人", C),
        ("备案", R),
        ("备案表", R),
        ("备案-教育局", R),
        ("registrations 2024", R),
        ("units.bak", U),
    ],
)
def test_names_of_tables(name: str, kind: RecordKind) -> None:
    table = table_of(name)
    assert table is not None
    assert table.kind is kind


@pytest.mark.parametrize("name", ["", "Sheet1", "notes", "说明", "my units", "unitsx"])
def test_names_of_no_table(name: str) -> None:
    assert table_of(name) is None


def test_a_workbook_with_several_tables_titles_counters_and_hidden_keys(tmp_path: Path) -> None:
    file = book(
        tmp_path / "全部.xlsx",
        (
            "单位",
            [["某区政务外网单位表"], ["2021年11月"], [], ["序号", "单位编号", "单位名称", None], [1, "S1", "小学"]],
        ),
        ("registrations", [["甲", "乙", "丙"], ["unit", "ip", "mac"], ["S1", "10.0.0.1", "00e0fc000001"]]),
        ("说明", [["随便"]]),
        ("草稿", [["随便"]]),
    )
    reading = read(file)
    assert reasons(reading) == []
    assert cells(reading) == [(5, {"code": "S1", "name": "小学"})]
    assert cells(reading, 1) == [(3, {"unit": "S1", "ip": "10.0.0.1", "mac": "00e0fc000001"})]
    assert [(h.key, h.written, h.letter) for h in reading.content.sheets[1].headers] == [
        ("unit", "甲", "A"),
        ("ip", "乙", "B"),
        ("mac", "丙", "C"),
    ]
    assert [str(remark) for remark in reading.remarks] == ["The sheet 草稿 is no import table and was not read."]


def test_a_single_sheet_may_have_the_files_name(tmp_path: Path) -> None:
    file = book(tmp_path / "units.xlsx", ("Sheet1", [["code", "name"], ["S1", "a"]]))
    assert cells(read(file)) == [(2, {"code": "S1", "name": "a"})]


def test_what_a_workbook_calls_itself_does_not_matter(tmp_path: Path) -> None:
    file = book(tmp_path / "units.csv", ("Sheet1", [["code", "name"], ["S1", "a"]]))
    assert cells(read(file)) == [(2, {"code": "S1", "name": "a"})]


def test_numbers_and_days_become_what_people_see(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["unit", "ip", "mac", "phone", "in_service_since", "remark", "internet"],
        [1.0, "10.0.0.1", 102030405060, 13800001234.0, date(2021, 11, 30), 1.5, True],
        ["S1", "10.0.0.2", "x", None, datetime(2021, 11, 30, 8, 30), None, None],  # noqa: DTZ001 -- Excel knows no zones
    ]
    found = cells(read(book(tmp_path / "registrations.xlsx", ("registrations", rows))))
    assert found[0][1] == {
        "unit": "1",
        "ip": "10.0.0.1",
        "mac": "102030405060",
        "phone": "13800001234",
        "in_service_since": "2021-11-30",
        "remark": "1.5",
        "internet": "yes",
    }
    assert found[1][1]["in_service_since"] == "2021-11-30 08:30:00"


def test_rows_are_counted_as_the_spreadsheet_shows_them(tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    sheet = made.worksheets[0]
    sheet.title = "units"
    sheet["B3"], sheet["C3"] = "code", "name"
    sheet["B7"], sheet["C7"] = "S1", "a"
    made.save(tmp_path / "x.xlsx")
    reading = read(tmp_path / "x.xlsx")
    assert cells(reading) == [(7, {"code": "S1", "name": "a"})]
    assert [header.letter for header in reading.content.sheets[0].headers] == ["B", "C"]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", [(None, None, "The file is empty.")]),
        (b"\xef\xbb\xbf", [(None, None, "There is nothing in it.")]),
        (b"\n,\n", [(None, None, "There is nothing in it.")]),
        (b"a,b\n1,2\n", [(None, None, "No header was found; it needs at least: code, name.")]),
        (b"code,name\n", []),
        (
            b"code,tier\nS1,district\n",
            [(1, "name", "The required column Unit name (name) is missing.")],
        ),
        (b"code,name,colour\nS1,a,red\n", [(1, "colour", "The column colour is not known in this table.")]),
        (b"code,name,,\nS1,a,,\n", []),
        ("code,name,单位编号\nS1,a,S1\n".encode(), [(1, "单位编号", "The column 单位编号 is there twice.")]),
        (
            b"code,name\nS1,a,b\n",
            [(2, None, "The row has 3 cells, the header 2; quote cells that hold a separator.")],
        ),
        (b'code,name\nS1,"a\n', [(2, None, "The row cannot be read as csv: unexpected end of data.")]),
        (
            b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\xff",
            [(None, None, "This is neither a workbook nor text in UTF-8 or GB18030; save it as .xlsx or .csv.")],
        ),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
            [(None, None, "This is no readable workbook; open it and save it again as .xlsx or .csv.")],
        ),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"),
            [(None, None, "The workbook is encrypted; save it without password as .xlsx or .csv.")],
        ),
        (
            b"PK\x03\x04" + bytes(22) + b"\x08\x00\x00\x00mimetypeapplication/vnd.oasis.opendocument.spreadsheetPK",
            [
                (
                    None,
                    None,
                    "This is an OpenDocument sheet (.ods); in WPS or LibreOffice choose Save As and the type .xlsx.",
                )
            ],
        ),
        (
            b"PK\x03\x04 not a package",
            [(None, None, "This is no readable workbook; open it and save it again as .xlsx or .csv.")],
        ),
    ],
)
def test_what_is_said_about_files_that_cannot_be_read(
    tmp_path: Path, content: bytes, expected: list[tuple[int | None, str | None, str]]
) -> None:
    file = tmp_path / "units.csv"
    file.write_bytes(content)
    reading = read(file)
    assert reasons(reading) == expected
    assert reading.content.kinds == {U}


def test_unknown_tables_are_named(tmp_path: Path) -> None:
    file = tmp_path / "things.csv"
    file.write_text(UNITS, encoding="utf-8")
    known = "units, points, prefixes, devices, contacts, registrations, exclusions, statements"
    assert reasons(read(file)) == [
        (None, None, f"things is not the name of an import table; name the file after one: {known}.")
    ]
    assert reasons(read(book(tmp_path / "b.xlsx", ("A", [["x"]]), ("B", [])))) == [
        (None, None, f"No sheet is named like an import table (A, B); name it after one: {known}.")
    ]


def test_a_missing_or_unreadable_file_is_a_problem_of_that_file(tmp_path: Path) -> None:
    assert reasons(read(tmp_path / "units.csv")) == [
        (None, None, "The file cannot be opened: No such file or directory.")
    ]


def repacked(file: Path, part: str, content: bytes) -> Path:
    """Replace one part of a workbook."""
    with zipfile.ZipFile(file) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    parts[part] = content
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return file


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_xml_entities_are_refused(tmp_path: Path, encoding: str) -> None:
    bomb = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'
    file = book(tmp_path / "units.xlsx", ("units", [["code", "name"]]))
    for part in ("xl/workbook.xml", "xl/worksheets/sheet1.xml", "docProps/core.xml"):
        reading = read(repacked(file, part, bomb.encode(encoding)))
        assert reasons(reading) == [
            (None, None, "The workbook declares XML entities, which no spreadsheet program writes.")
        ]


def test_a_package_that_unpacks_to_too_much_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    file = book(tmp_path / "units.xlsx", ("units", [["code", "name"]]))
    repacked(file, "xl/media/zeros.bin", bytes(210_000_000))
    assert file.stat().st_size < 1_000_000
    assert reasons(read(file)) == [(None, None, "The workbook unpacks to more than 200 MB; split it.")]


def test_a_workbook_of_a_newer_netaudit_is_refused(tmp_path: Path) -> None:
    file = book(tmp_path / "units.xlsx", ("units", [["code", "name"], ["S1", "a"]]))
    made = openpyxl.load_workbook(file)
    made.properties.keywords = f"{workbook.FORMAT_MARK}{workbook.FORMAT_VERSION + 1}"
    made.save(file)
    assert reasons(read(file)) == [(None, None, "The workbook was made by a newer netaudit; update this one.")]


@pytest.mark.parametrize(
    "part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml", "[Content_Types].xml"]
)
@pytest.mark.parametrize("content", [b"", b"<x/>", b"<x", b"\xff\xfe\x00", b"{}"])
def test_damaged_parts_never_get_past_the_reader(tmp_path: Path, part: str, content: bytes) -> None:
    file = repacked(book(tmp_path / "units.xlsx", ("units", [["code", "name"], ["S1", "a"]])), part, content)
    assert read(file).content.file == "units.xlsx"


def test_cells_with_line_breaks_and_quotes_survive_csv(tmp_path: Path) -> None:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(
        [["unit", "ip", "mac", "remark"], ["S1", "10.0.0.1", "x", '两行\n"引号",逗号'], ["S1", "b", "c", ""]]
    )
    file = tmp_path / "registrations.csv"
    file.write_bytes(out.getvalue().encode())
    found = cells(read(file))
    assert found[0] == (2, {"unit": "S1", "ip": "10.0.0.1", "mac": "x", "remark": '两行\n"引号",逗号'})
    assert found[1][0] == 3


SHEETS = Path(__file__).parents[2] / "cases" / "sheets"
MERGED = [
    (3, "示例小学", "13800001234", "10.20.3.14", "综合楼302", "2021-11-30"),
    (4, "示例小学", "13900001234", "１０．２０．３．１５", "综合楼302", "44530"),
    (5, "示例小学", "13700001234", "10.20.3.16", "综合楼303", ""),
]


def shown(reading: Reading) -> list[tuple[object, ...]]:
    keys = ("unit", "phone", "ip", "location", "in_service_since")
    return [(number, *(row[key] for key in keys)) for number, row in cells(reading)]


def test_an_old_workbook_is_read_like_a_new_one() -> None:
    """Written by LibreOffice in the format of Excel 97: title, merged units, 同上, a hidden sheet, a signature."""
    reading = read(SHEETS / "registrations.xls")
    assert reasons(reading) == []
    assert shown(reading) == MERGED
    assert [str(remark) for remark in reading.remarks] == []


def test_cells_merged_downwards_count_for_each_of_their_rows(tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    sheet = made.worksheets[0]
    sheet.title = "备案"
    for row in (
        ["单位全称", "联系电话", "IP地址", "MAC", "安装位置", "启用日期"],
        ["示例小学", "1", "10.0.0.1", "00e0fc000001", "301", None],
        [None, None, "10.0.0.2", "00e0fc000002", None, None],
        [None, "2", "10.0.0.3", "00e0fc000003", "302", None],
    ):
        sheet.append(row)
    for merged in ("A2:A4", "B2:B3", "E2:F3"):
        sheet.merge_cells(merged)
    made.save(tmp_path / "x.xlsx")
    found = [tuple(row[key] for key in ("unit", "phone", "location")) for _, row in cells(read(tmp_path / "x.xlsx"))]
    assert found == [("示例小学", "1", "301"), ("示例小学", "1", "301"), ("示例小学", "2", "302")]
