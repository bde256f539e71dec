"""Each format read back by the library that reads it."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from html.parser import HTMLParser
from ipaddress import ip_address
from typing import TYPE_CHECKING

import docx
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet

from inventory.model.text import text
from inventory.model.values import Mac
from reports import columns as c
from reports.cells import Ratio, Withheld
from reports.document import Document, Row, Section, Sheet, Table
from reports.formats import FORMATS, csv_, html, json_, terminal, xlsx
from reports.formats import docx as docx_
from reports.kinds import location, registration_rate, unregistered

if TYPE_CHECKING:
    from inventory.model.observation import Reconciliation
    from reports.cells import Cell

AT = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
BEIJING = timezone(timedelta(hours=8))
DANGEROUS = ["=1+1", "+86 138", "-2", "@SUM(A1)", "\tx", "＝1+1"]
CHINESE = {
    "Unregistered endpoints": "未备案终端",
    "IP address": "IP 地址",
    "Coverage": "采集覆盖",
    "not verifiable": "无法核实",
    "exact": "准确",
    "As of {at}": "截至 {at}",
}


def chinese(message: str) -> str:
    return CHINESE.get(message, message)


def one_column(column: c.Column, *values: Cell) -> Document:
    table = Table((column,), tuple(Row((value,)) for value in values))
    title = text("Unregistered endpoints")
    return Document("x", title, AT, sections=(Section(title, blocks=(table,)),), sheets=(Sheet("x", title, table),))


def workbook(content: str | bytes) -> openpyxl.Workbook:
    assert isinstance(content, bytes)
    return openpyxl.load_workbook(io.BytesIO(content))


def sheet(book: openpyxl.Workbook, name: str) -> Worksheet:
    found = book[name]
    assert isinstance(found, Worksheet)
    return found


# ---------------------------------------------------------------- csv


def read_csv(content: str) -> list[list[str]]:
    assert content.startswith("\ufeff")
    assert "\n" not in content.replace("\r\n", "")
    return list(csv.reader(io.StringIO(content.removeprefix("\ufeff"), newline="")))


def test_csv_has_stable_keys_and_machine_values(reconciliation: Reconciliation) -> None:
    head, *lines = read_csv(csv_.render(unregistered.document(reconciliation), chinese))
    assert head[:4] == ["unit", "unit_name", "ip", "mac"]
    last = dict(zip(head, lines[4], strict=True))
    assert last["unit_name"] == "源城区第三小学"
    assert (last["verdict"], last["mac"], last["vlan"]) == ("exact", "00:e0:fc:12:34:14", "203")
    assert last["last_seen"] == "2026-11-23T04:56:00Z"


def test_csv_values() -> None:
    cells: list[Cell] = [None, Ratio(37, 41), Ratio(0, 0), Withheld(text("not verifiable")), True, 7, ("a", "b")]
    lines = read_csv(csv_.render(one_column(c.REMARK, *cells), chinese))
    assert lines == [["remark"], [""], ["0.9024"], [""], [""], ["yes"], ["7"], ["a; b"]]


@pytest.mark.parametrize("written", DANGEROUS)
def test_csv_defuses_formulas(written: str) -> None:
    assert read_csv(csv_.render(one_column(c.REMARK, written), str))[1] == [f"'{written}"]


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1))
def test_csv_never_starts_a_formula(written: str) -> None:
    rendered = csv_.render(one_column(c.REMARK, written), str).removeprefix("\ufeff")
    [_header, [cell]] = csv.reader(io.StringIO(rendered, newline=""))
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))


# ---------------------------------------------------------------- xlsx


def test_xlsx_sheets_keys_and_filters(reconciliation: Reconciliation) -> None:
    book = workbook(xlsx.render(unregistered.document(reconciliation), chinese, language="zh", zone=BEIJING))
    assert book.sheetnames[1] == "未备案终端"
    assert "采集覆盖" in book.sheetnames
    page = sheet(book, "未备案终端")
    assert [cell.value for cell in page[1]][2] == "IP 地址"
    assert [cell.value for cell in page[2]][:4] == ["unit", "unit_name", "ip", "mac"]
    assert page.row_dimensions[2].hidden
    assert page.freeze_panes == "D3"
    assert page.auto_filter.ref == "A1:Q8"
    meta = sheet(book, "_netaudit")
    assert meta.sheet_state == "hidden"
    assert {row[0].value: row[1].value for row in meta.iter_rows()} == {
        "report": "unregistered",
        "version": 1,
        "as_of": "2026-11-23T05:00:00Z",
        "language": "zh",
    }


def test_xlsx_cells_are_typed(reconciliation: Reconciliation) -> None:
    book = workbook(xlsx.render(unregistered.document(reconciliation), chinese, zone=BEIJING))
    page = sheet(book, "未备案终端")
    row = {str(key.value): cell for key, cell in zip(page[2], page[7], strict=True)}
    assert (row["mac"].value, row["mac"].number_format) == ("00:e0:fc:12:34:14", "@")
    assert row["ip"].number_format == "@"
    assert row["vlan"].value == 203
    assert row["last_seen"].value == datetime(2026, 11, 23, 12, 56)  # noqa: DTZ001 -- Excel knows no zones
    units = sheet(book, "Units")
    rates = {str(line[0].value): line[9] for line in units.iter_rows(min_row=3)}
    assert rates["YC-EDU-03"].value == pytest.approx(36 / 41)
    assert rates["YC-EDU-03"].number_format == "0.00%"
    assert rates["YC-EDU-07"].value == "无法核实"


@pytest.mark.parametrize("written", [*DANGEROUS, "13812341234", "00123E456789"])
def test_xlsx_text_stays_text(written: str) -> None:
    page = sheet(workbook(xlsx.render(one_column(c.PHONE, written), str)), "Unregistered endpoints")
    cell = page.cell(3, 1)
    assert (cell.value, cell.data_type, cell.number_format) == (written, "s", "@")
    assert bool(cell.quotePrefix) is (written in DANGEROUS)


def test_xlsx_takes_any_text() -> None:
    page = sheet(workbook(xlsx.render(one_column(c.REMARK, "bell \x07 and \ud800"), str)), "Unregistered endpoints")
    assert page.cell(3, 1).value == "bell \ufffd and \ufffd"


def test_xlsx_columns_have_room_for_chinese() -> None:
    document = one_column(c.Column("x", text("Unit"), c.Kind.CODE), "源城区第三小学")
    page = sheet(workbook(xlsx.render(document, str)), "Unregistered endpoints")
    assert page.column_dimensions["A"].width >= 14


def test_xlsx_sheet_names_are_legal() -> None:
    long = text("A [very] long: title/that*Excel?would\\refuse as a name")
    table = Table((c.IP,), ())
    document = Document("x", long, None, sheets=(Sheet("a", long, table), Sheet("b", long, table)))
    names = workbook(xlsx.render(document, str)).sheetnames
    assert len(set(names)) == len(names)
    assert all(len(name) <= 31 and not set(name) & set("[]:*?/\\") for name in names)


# ---------------------------------------------------------------- html


class Outline(HTMLParser):
    """Collects tags, attributes and text; fails on nothing, as browsers do."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.links: list[str] = []
        self.language: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in {"meta", "br"}:
            self.open.append(tag)
        self.links += [value or "" for key, value in attrs if key in {"src", "href"}]
        if tag == "html":
            self.language = dict(attrs)["lang"]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_html_is_one_well_formed_file(reconciliation: Reconciliation) -> None:
    for document in (
        unregistered.document(reconciliation),
        registration_rate.document(reconciliation),
        location.document("10.20.3.7", reconciliation.units[1].findings),
    ):
        page = html.render(document, chinese, language="zh")
        outline = Outline()
        outline.feed(page)
        assert outline.open == []
        assert outline.links == []
        assert outline.language == "zh-CN"
        assert "http" not in page
        assert "@import" not in page


def test_html_escapes_everything() -> None:
    page = html.render(one_column(c.REMARK, "<script>alert(1)</script>", "源城 & 埔前"), str)
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert "源城 &amp; 埔前" in page


# ---------------------------------------------------------------- docx


def test_docx_is_a4_with_chinese_fonts_and_repeated_headings(reconciliation: Reconciliation) -> None:
    content = docx_.render(unregistered.document(reconciliation), chinese, language="zh", zone=BEIJING)
    assert isinstance(content, bytes)
    word = docx.Document(io.BytesIO(content))
    page = word.sections[0]
    assert page.page_width is not None
    assert page.page_height is not None
    assert {round(page.page_width.mm), round(page.page_height.mm)} == {210, 297}
    assert word.paragraphs[0].text == "未备案终端"
    assert word.paragraphs[1].text == "截至 2026-11-23 13:00 +08:00"
    xml = word.element.xml
    assert 'w:eastAsia="黑体"' in word.styles.element.xml
    assert 'w:eastAsia="宋体"' in xml
    assert xml.count("<w:tblHeader") == len(word.tables)
    assert word.core_properties.language == "zh"


def test_docx_tables_fit_the_page(reconciliation: Reconciliation) -> None:
    content = docx_.render(unregistered.document(reconciliation), chinese)
    assert isinstance(content, bytes)
    word = docx.Document(io.BytesIO(content))
    page = word.sections[0]
    assert page.page_width is not None
    assert page.left_margin is not None
    room = page.page_width - 2 * page.left_margin
    for table in word.tables:
        assert sum(column.width or 0 for column in table.columns) <= room


def test_docx_cells_are_what_the_table_says() -> None:
    table = Table((c.UNIT, c.VLAN, c.PROOF), (Row(("源城 & <埔前>", 203, "a\nb")), Row(("x", None, None))))
    title = text("Unregistered endpoints")
    content = docx_.render(Document("x", title, None, sections=(Section(title, blocks=(table,)),)), str)
    assert isinstance(content, bytes)
    (grid,) = docx.Document(io.BytesIO(content)).tables
    shown = [[cell.text for cell in row.cells] for row in grid.rows]
    assert shown == [["Unit code", "VLAN"], ["源城 & <埔前>", "203"], ["a\nb", "a\nb"], ["x", "—"]]


# ---------------------------------------------------------------- json, terminal, all


def test_json_is_utf8_and_stable(reconciliation: Reconciliation) -> None:
    data = unregistered.json_document(reconciliation)
    shown = json_.render(data)
    assert "源城区第三小学" in shown
    assert json.loads(shown) == data
    assert shown == json_.render(unregistered.json_document(reconciliation))


def test_terminal_in_chinese(reconciliation: Reconciliation) -> None:
    shown = terminal.render(unregistered.document(reconciliation), chinese, zone=BEIJING, width=120)
    assert shown.startswith("未备案终端\n截至 2026-11-23 13:00 +08:00\n")
    assert "准确" in shown


def test_a_report_says_who_exported_it(reconciliation: Reconciliation) -> None:
    document = unregistered.document(reconciliation).marked("wang", AT)
    assert "Exported by wang at 2026-11-23 05:00+00:00." in terminal.render(document, str)


@pytest.mark.parametrize("key", list(FORMATS))
def test_every_format_shows_an_empty_report(key: str, empty_reconciliation: Reconciliation) -> None:
    content = FORMATS[key].load().render(unregistered.document(empty_reconciliation), str)
    assert isinstance(content, bytes) is FORMATS[key].binary
    assert content


@pytest.mark.parametrize("key", [key for key, form in FORMATS.items() if not form.binary])
def test_the_same_facts_give_the_same_text(key: str, reconciliation: Reconciliation) -> None:
    render = FORMATS[key].load().render
    mixed = replace(reconciliation, units=reconciliation.units[::-1])
    assert render(unregistered.document(mixed), str) == render(unregistered.document(reconciliation), str)


def test_ip_and_mac_cells_show_as_written() -> None:
    for value in (ip_address("2001:db8::1"), Mac("00:e0:fc:12:34:56")):
        assert str(value) in terminal.render(one_column(c.MAC, value), str)


def test_importing_reports_loads_no_document_library() -> None:
    program = (
        "import sys, reports.formats\n"
        "from reports.kinds import coverage, listing, location, registration_rate, sweep_summary, unregistered\n"
        "assert not {'openpyxl', 'docx', 'jinja2', 'rich', 'lxml'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
