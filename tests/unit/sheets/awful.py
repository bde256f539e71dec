"""Sheets as units really return them: each case makes one file and says what becomes of every cell of it.

A row's fate is its number in the sheet, its outcome, and either every filled cell of the registration it becomes, or a
piece of each reason it is refused for.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import openpyxl

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

Cells: TypeAlias = "Sequence[Any]"
Expected: TypeAlias = "tuple[int, str, dict[str, str] | tuple[str, ...]]"

HEADER: Final = ("IP地址", "MAC地址", "使用人", "联系电话", "设备类型", "安装位置", "是否同时接入互联网")
ROW: Final = ("10.20.3.14", "00-E0-FC-12-34-56", "李四", "13800001234", "台式机", "综合楼302", "否")
FILED: Final = {
    "ip": "10.20.3.14", "mac": "00:e0:fc:12:34:56", "person": "李四", "phone": "13800001234",
    "device_type": "台式机", "location": "综合楼302", "internet": "no",
}  # fmt: skip


def row(**change: object) -> tuple[object, ...]:
    """Return the good row with some cells changed, by their stable key."""
    return tuple(change.get(key, cell) for key, cell in zip(FILED, ROW, strict=True))


def filed(number: int = 2, **change: str) -> Expected:
    """Say that a row is filed with the good row's cells, some of them changed; an empty text is no cell."""
    return number, "new", {key: cell for key, cell in {**FILED, **change}.items() if cell}


def refused(number: int, *reasons: str) -> Expected:
    """Say that a row is refused for these reasons."""
    return number, "refused", reasons


@dataclass(frozen=True)
class Sheet:
    """One awful sheet."""

    name: str
    write: Callable[[Path], Path]
    rows: tuple[Expected, ...] = ()
    problems: tuple[str, ...] = ()
    """Pieces of the reasons the file as a whole is refused for."""
    remarks: tuple[str, ...] = ()
    """Pieces of what is said beside the rows."""


@dataclass
class Book:
    """A workbook under way."""

    rows: Sequence[Cells]
    title: str = "备案表"
    change: Callable[[Worksheet], None] | None = None
    before: tuple[tuple[str, Sequence[Cells]], ...] = ()
    after: tuple[tuple[str, Sequence[Cells]], ...] = ()
    hidden: frozenset[str] = frozenset()
    suffix: str = ".xlsx"
    cached: dict[str, str] = field(default_factory=dict)
    """What a formula cell shows; openpyxl writes formulas without it, spreadsheet programs do."""

    def __call__(self, folder: Path) -> Path:
        """Write it and return the file."""
        book = openpyxl.Workbook()
        book.remove(book.worksheets[0])
        for title, rows in (*self.before, (self.title, self.rows), *self.after):
            sheet = book.create_sheet(title)
            for cells in rows:
                sheet.append(list(cells))
            if title == self.title and self.change is not None:
                self.change(sheet)
            if title in self.hidden:
                sheet.sheet_state = "hidden"
        file = folder / f"sheet{self.suffix}"
        book.save(file)
        if self.cached:
            _cache(file, self.cached)
        return file


def _cache(file: Path, cached: dict[str, str]) -> None:
    """Put the values formulas have into the file, as a spreadsheet program does."""
    with zipfile.ZipFile(file) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            if name.startswith("xl/worksheets/"):
                for cell, value in cached.items():
                    pattern = rf'<c r="{cell}"([^>]*?)(?: t="\w+")?><f>(.*?)</f><v\s*/?>(?:</v>)?</c>'.encode()
                    made = rf'<c r="{cell}"\1 t="str"><f>\2</f><v>{value}</v></c>'.encode()
                    content, count = re.subn(pattern, made, content)  # noqa: PLW2901 -- grows cell by cell
                    assert count == 1, f"no formula in {cell}"
            package.writestr(name, content)


def text_file(content: str, encoding: str, suffix: str = ".csv") -> Callable[[Path], Path]:
    """Return what writes a text file."""

    def write(folder: Path) -> Path:
        file = folder / f"sheet{suffix}"
        file.write_bytes(content.encode(encoding))
        return file

    return write


def comma(*rows: Cells, separator: str = ",") -> str:
    """Return rows as a csv file's text."""
    out = io.StringIO()
    csv.writer(out, delimiter=separator).writerows(rows)
    return out.getvalue()


def merged(*ranges: str) -> Callable[[Worksheet], None]:
    """Return what merges ranges."""

    def change(sheet: Worksheet) -> None:
        for place in ranges:
            sheet.merge_cells(place)

    return change


def hiding(rows: Sequence[int] = (), columns: Sequence[str] = ()) -> Callable[[Worksheet], None]:
    """Return what hides rows and columns, as a filter does."""

    def change(sheet: Worksheet) -> None:
        for number in rows:
            sheet.row_dimensions[number].hidden = True
        for letter in columns:
            sheet.column_dimensions[letter].hidden = True

    return change


SECOND: Final = row(ip="10.20.3.15", mac="00-E0-FC-12-34-57")
SECOND_FILED: Final = {"ip": "10.20.3.15", "mac": "00:e0:fc:12:34:57"}
SPELLINGS: Final = (
    "00-E0-FC-12-34-56", "00e0-fc12-3457", "00e0.fc12.3458", "00:e0:fc:12:34:59", "00E0FC12345A", "00 E0 FC 12 34 5B",
    "００－Ｅ０－ＦＣ－１２－３４－５Ｃ",
)  # fmt: skip
MIDNIGHT: Final = datetime(2021, 9, 1)  # noqa: DTZ001 -- a spreadsheet's times have no zone
EXTRA: Final = (*HEADER, "用途", "启用日期", "备注")

SHEETS: Final = (
    Sheet("plain", Book([HEADER, ROW]), (filed(),)),
    Sheet(
        "title rows and the unit's name above the header",
        Book([["源城区教育局终端备案表"], ["填报单位：教育局", None, "2026年11月23日"], [], HEADER, ROW],
             change=merged("A1:G1")),
        (filed(5),),
    ),
    Sheet("merged cells downwards", Book([HEADER, ROW, row(ip="10.20.3.15", mac="00-E0-FC-12-34-57", person=None,
          phone=None, location=None)], change=merged("C2:C3", "D2:D3", "F2:F3")), (filed(), filed(3, **SECOND_FILED))),
    Sheet("a header of two lines", Book([["地址", None, "人员", None, "终端", None, None], HEADER, ROW],
          change=merged("A1:B1", "C1:D1", "E1:G1")), (filed(3),)),
    Sheet("other words in the header", Book([("计算机ＩＰ", "物理地址", "责任人", "手机号码", "终端类型", "存放位置",
          "接入互联网"), ROW]), (filed(),)),
    Sheet("stars, line breaks and spaces in the header", Book([("IP\n地址*", " MAC 地址 ", "使 用 人",
          "联系电话", "设备类型＊", "安装位置(楼/房间)", "是否同时接入互联网"), ROW]), (filed(),)),
    Sheet("full-width digits and punctuation", Book([HEADER, row(ip="１０．２０．３．１４",
          mac="００：Ｅ０：ＦＣ：１２：３４：５６", phone="１３８００００１２３４", internet="否 ")]), (filed(),)),
    Sheet("an ideographic full stop within the address", Book([HEADER, row(ip="10。20。3。14")]), (filed(),)),
    Sheet("seven spellings of a card", Book([HEADER, *(row(ip=f"10.20.3.{14 + n}", mac=mac)
          for n, mac in enumerate(SPELLINGS))]),
          tuple(filed(2 + n, ip=f"10.20.3.{14 + n}", mac=f"00:e0:fc:12:34:5{'6789abc'[n]}") for n in range(7))),
    Sheet("cards that became numbers: all digits there, shortened, zeros lost", Book([HEADER,
          row(mac=123456789012), row(ip="10.20.3.15", mac="1.23E+11"),
          row(ip="10.20.3.16", mac=1122334455)]),
          (filed(mac="12:34:56:78:90:12"), refused(3, "Excel has made a number"),
           refused(4, "Excel has made a number"))),
    Sheet("a card of digits in a column of text", Book([HEADER, row(mac="001122334455")]),
          (filed(mac="00:11:22:33:44:55"),)),
    Sheet("cards that are none", Book([HEADER, row(mac="00-00-00-00-00-00"), row(ip="10.20.3.15",
          mac="FF-FF-FF-FF-FF-FF"), row(ip="10.20.3.16", mac="00-E0-FC-12-34"), row(ip="10.20.3.17", mac="无")]),
          (refused(2, "all zeros"), refused(3, "group address"), refused(4, "twelve digits"),
           refused(5, "must not be empty"))),
    Sheet("phones that became numbers", Book([HEADER, row(phone=13800001234), row(ip="10.20.3.15",
          mac="00-E0-FC-12-34-57", phone=13800001234.0), row(ip="10.20.3.16", mac="00-E0-FC-12-34-58",
          phone="1.38E+10"), row(ip="10.20.3.17", mac="00-E0-FC-12-34-59", phone=7623361234)]),
          (filed(), filed(3, **SECOND_FILED), refused(4, "shortened this number"),
           filed(5, ip="10.20.3.17", mac="00:e0:fc:12:34:59", phone="7623361234"))),
    Sheet("phones with separators, two phones, no phone", Book([HEADER, row(phone="0762-336 1234"),
          row(ip="10.20.3.15", mac="00-E0-FC-12-34-57", phone="13800001234\n13900001234"),
          row(ip="10.20.3.16", mac="00-E0-FC-12-34-58", phone="见通讯录")]),
          (filed(phone="0762-336 1234"), filed(3, **SECOND_FILED, phone="13800001234,13900001234"),
           refused(4, "not a phone number"))),
    Sheet("two cards in one row", Book([HEADER, row(ip="10.20.3.14、10.20.3.15",
          mac="00-E0-FC-12-34-56\n00-E0-FC-12-34-57"), row(ip="10.20.3.16；10.20.3.17", mac="00-E0-FC-12-34-58"),
          row(ip="10.20.3.18 / 10.20.3.19", mac="00E0FC12345A / 00E0FC12345B")]),
          (filed(), filed(2, **SECOND_FILED), refused(3, "several addresses in one cell"),
           filed(4, ip="10.20.3.18", mac="00:e0:fc:12:34:5a"), filed(4, ip="10.20.3.19", mac="00:e0:fc:12:34:5b"))),
    Sheet("ditto marks", Book([HEADER, ROW, ("10.20.3.15", "00-E0-FC-12-34-57", "同上", "〃", "同上",
          "同上", "″")]), (filed(), filed(3, **SECOND_FILED))),
    Sheet("signatures, sums and notes beneath", Book([HEADER, ROW, ["合计：1台"], [],
          ["填表人：李四（签字）", None, None, None, "单位负责人：张三", "（盖章）"], ["注：此表一式两份。"],
          ["2026年11月23日"]]), (filed(),),
          remarks=("Row 3", "Row 5", "Row 6", "Row 7")),
    Sheet("numbers before the rows, with gaps", Book([("序号", *HEADER), (1, *ROW), (3, *SECOND), ("7", None)]),
          (filed(), filed(3, **SECOND_FILED))),
    Sheet("columns in another order", Book([HEADER[::-1], ROW[::-1]]), (filed(),)),
    Sheet("columns nobody asked for", Book([("科室", *HEADER, "是否党员"), ("办公室", *ROW, "是")]), (filed(),),
          remarks=("The column 科室 is not read.", "The column 是否党员 is not read.")),
    Sheet("a header twice", Book([(*HEADER, "IP地址"), (*ROW, "10.20.3.99")]), problems=("is there twice",)),
    Sheet("a required column is missing", Book([HEADER[:1] + HEADER[2:], ROW[:1] + ROW[2:]]), problems=("(mac)",)),
    Sheet("a renamed sheet", Book([HEADER, ROW], title="Sheet1 (2)"), (filed(),)),
    Sheet("other sheets before and after", Book([HEADER, ROW],
          before=(("封面", [["终端备案"]]), ("填表说明", [HEADER])),
          after=(("汇总", [["单位", "终端数"], ["教育局", 12]]), ("Sheet3", []))), (filed(),)),
    Sheet("a hidden sheet with old rows", Book([HEADER, ROW], before=(("旧表", [HEADER, SECOND, SECOND]),),
          hidden=frozenset({"旧表"})), (filed(),)),
    Sheet("hidden rows and columns are the unit's as well", Book([HEADER, ROW, SECOND],
          change=hiding(rows=[3], columns=["D"])), (filed(), filed(3, **SECOND_FILED))),
    Sheet("formulas with what they show", Book([HEADER, row(person='="李"&"四"',
          location='=CONCATENATE("综合楼",302)')],
          cached={"C2": "李四", "F2": "综合楼302"}), (filed(),)),
    Sheet("formulas nobody calculated, and errors", Book([HEADER, row(ip='="10.20.3."&14'),
          row(ip="10.20.3.15", mac="00-E0-FC-12-34-57", person="#REF!")]),
          (refused(2, "must not be empty"), refused(3, "Excel's error #REF!"))),
    Sheet("days and numbers in other columns", Book([EXTRA, (*ROW, date(2021, 11, 30), MIDNIGHT, 3.5),
          (*SECOND, 2026, "2021年9月1日", True)]),
          (filed(purpose="2021-11-30", in_service_since="2021-09-01", remark="3.5"),
           filed(3, **SECOND_FILED, purpose="2026", in_service_since="2021-09-01", remark="yes"))),
    Sheet("days in many spellings", Book([EXTRA, (*ROW, None, "2021.9.1", None), (*SECOND, None, 44440, None),
          (*row(ip="10.20.3.16", mac="00-E0-FC-12-34-58"), None, "20210901", None),
          (*row(ip="10.20.3.17", mac="00-E0-FC-12-34-59"), None, "去年", None),
          (*row(ip="10.20.3.18", mac="00-E0-FC-12-34-5A"), None, "2021-02-30", None)]),
          (filed(in_service_since="2021-09-01"), filed(3, **SECOND_FILED, in_service_since="2021-09-01"),
           filed(4, ip="10.20.3.16", mac="00:e0:fc:12:34:58", in_service_since="2021-09-01"),
           refused(5, "is not a date"), refused(6, "There is no day"))),
    Sheet("blanks around everything", Book([HEADER, tuple(f" \t{cell}\u00a0\u3000" for cell in ROW), (" ",) * 7,
          ("\u3000", None)]), (filed(),)),
    Sheet("marks nobody sees", Book([HEADER, row(ip="\u200b10.20.3.14\ufeff", mac="\u202a00-E0-FC-12-34-56\u202c",
          phone="\u200e13800001234", internet="否\u200b")]), (filed(),)),
    Sheet("empty rows between", Book([HEADER, ROW, [], [None] * 7, [], SECOND]),
          (filed(), filed(6, **SECOND_FILED))),
    Sheet("addresses that are none", Book([HEADER, row(ip="010.020.003.014"), row(ip="10.20.3.14/24",
          mac="00-E0-FC-12-34-57"), row(ip=10.2, mac="00-E0-FC-12-34-58"), row(ip="10.20.3.256",
          mac="00-E0-FC-12-34-59"), row(ip="自动获取", mac="00-E0-FC-12-34-5A"), row(ip="10.20.3",
          mac="00-E0-FC-12-34-5B"), row(ip="255.255.255.255", mac="00-E0-FC-12-34-5C")]),
          (refused(2, "leading zeros; write 10.20.3.14"), refused(3, "without mask"), refused(4, "10.2 is not an IP"),
           refused(5, "is not an IP"), refused(6, "is not an IP"), refused(7, "is not an IP"),
           refused(8, "not the address of one computer"))),
    Sheet("addresses of somebody else", Book([HEADER, row(ip="192.168.1.5"), SECOND]),
          (refused(2, "outside"), filed(3, **SECOND_FILED))),
    Sheet("words for yes and no", Book([HEADER, *(row(ip=f"10.20.3.{14 + n}", mac=f"00E0FC12345{n}", internet=word)
          for n, word in enumerate(("√", "×", "有", "无", "分时切换", True, "是的吧", 0)))]),
          (*(filed(2 + n, ip=f"10.20.3.{14 + n}", mac=f"00:e0:fc:12:34:5{n}", internet=word)
             for n, word in enumerate(("yes", "no", "yes", "no", "switched", "yes"))),
           refused(8, "is not one of"), filed(9, ip="10.20.3.21", mac="00:e0:fc:12:34:57", internet="no"))),
    Sheet("one card or address twice", Book([HEADER, ROW, row(ip="10.20.3.15"), row(ip="10.20.3.16",
          mac="00-E0-FC-12-34-58"), row(ip="10.20.3.16", mac="00-E0-FC-12-34-59")]),
          (filed(), refused(3, "row 2"), filed(4, ip="10.20.3.16", mac="00:e0:fc:12:34:58"), refused(5, "row 4"))),
    Sheet("another unit's row", Book([("单位全称", *HEADER), ("教育局", *ROW), ("税务局", *SECOND), ("EDU", *row(
          ip="10.20.3.16", mac="00-E0-FC-12-34-58"))]),
          (filed(), refused(3, "another unit: 税务局"), filed(4, ip="10.20.3.16", mac="00:e0:fc:12:34:58"))),
    Sheet("what is still to be filled in", Book([HEADER, row(person=None, phone="无"), ("10.20.3.15",
          "00-E0-FC-12-34-57")]),
          (refused(2, "Still to be filled in: User, Phone"), refused(3, "Still to be filled in"))),
    Sheet("more words than fit", Book([EXTRA, (*ROW, "办公" * 150, None, None)]),
          (refused(2, "at most 200 fit"),)),
    Sheet("texts that look like formulas", Book([HEADER, row(person="@李四", location="+302", device_type="-台式机")]),
          (filed(person="@李四", location="+302", device_type="-台式机"),)),
    Sheet("a workbook that may hold macros", Book([HEADER, ROW], suffix=".xlsm"), (filed(),)),
    Sheet("csv in GB18030", text_file(comma(HEADER, ROW), "gb18030"), (filed(),)),
    Sheet("csv in GB18030 with a rare name", text_file(comma(HEADER, row(person="李㛃")), "gb18030"),
          (filed(person="李㛃"),)),
    Sheet("csv in UTF-8 with its mark", text_file(comma(HEADER, ROW), "utf-8-sig"), (filed(),)),
    Sheet("csv in UTF-16 with tabs", text_file(comma(HEADER, ROW, separator="\t"), "utf-16", ".txt"), (filed(),)),
    Sheet("csv with semicolons, quotes and line breaks", text_file(comma(HEADER, row(location="综合楼\n302;东侧"),
          separator=";"), "utf-8-sig"), (filed(location="综合楼\n302;东侧"),)),
    Sheet("csv with a comma nobody quoted", text_file("IP地址,MAC地址,使用人\n10.20.3.14,00E0FC123456,李四,台式机\n",
          "utf-8"), problems=("quote cells that hold a separator",)),
    Sheet("nothing but a header", Book([HEADER])),
    Sheet("an empty sheet", Book([]), problems=("There is nothing in it.",)),
    Sheet("something else altogether", Book([["食堂采购清单"], ["品名", "数量"], ["大米", 20]]),
          problems=("No header was found",)),
    Sheet("a page of a website", text_file("<html><table><tr><td>IP地址</td></tr></table></html>", "utf-8", ".xls"),
          problems=("No header was found",)),
)  # fmt: skip
