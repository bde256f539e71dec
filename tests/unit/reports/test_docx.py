"""A Word report read back: what stays on one line, what stays on one page, and that tables are as wide as the text."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING
from zipfile import ZipFile

import docx
import pytest
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.styles.style import ParagraphStyle

from inventory.model.text import text
from reports import columns as c
from reports.document import Document, Row, Section, Table
from reports.formats import docx as docx_
from reports.kinds import coverage, registration_rate, sweep_summary, unregistered

if TYPE_CHECKING:
    from docx.document import Document as Word
    from docx.table import Table as WordTable

    from inventory.model.coverage import TableCoverage
    from inventory.model.factset import ScannedBlock
    from inventory.model.observation import Reconciliation
    from inventory.model.sweep import SweepSummary

TITLE = text("Unregistered endpoints")
MAKER = "杭州海康威视数字技术股份有限公司"


def read(document: Document, language: str = "en") -> Word:
    return docx.Document(io.BytesIO(docx_.render(document, str, language=language)))


def vendor(_mac: object) -> str:
    return MAKER


@pytest.fixture
def documents(
    reconciliation: Reconciliation,
    summary: SweepSummary,
    tables: tuple[TableCoverage, ...],
    blocks: tuple[ScannedBlock, ...],
) -> list[Document]:
    return [
        unregistered.document(reconciliation, vendor),
        registration_rate.document(reconciliation),
        sweep_summary.document(summary),
        coverage.document(reconciliation, tables, blocks),
    ]


def text_width(word: Word) -> int:
    page = word.sections[0]
    assert page.page_width is not None
    assert page.left_margin is not None
    assert page.right_margin is not None
    return page.page_width - page.left_margin - page.right_margin


def heads(table: WordTable) -> list[str]:
    return [cell.text for cell in table.rows[0].cells]


def grid(table: WordTable) -> list[int]:
    return [int(column.width or 0) for column in table.columns]


def texts(word: Word, path: str) -> set[str]:
    return {"".join(part.text for part in found.iter(qn("w:t"))) for found in word.element.xpath(path)}


def letter(*rows: tuple[object, ...], columns: tuple[c.Column, ...]) -> Document:
    table = Table(columns, tuple(Row(row) for row in rows))  # type: ignore[arg-type] # cells of any kind
    return Document("x", TITLE, None, sections=(Section(TITLE, blocks=(table,)),))


# ---------------------------------------------------------------- widths


def test_every_table_is_as_wide_as_the_text(documents: list[Document]) -> None:
    for document in documents:
        word = read(document)
        assert word.tables
        for table in word.tables:
            assert sum(grid(table)) == text_width(word)


def test_tables_with_the_same_columns_have_the_same_widths(reconciliation: Reconciliation) -> None:
    second = replace(reconciliation.units[1], code="YC-EDU-04", name="源城区第四小学")
    word = read(unregistered.document(replace(reconciliation, units=(*reconciliation.units, second)), vendor))
    endpoints = [table for table in word.tables if heads(table)[0] == "IP address"]
    assert len(endpoints) == 3
    assert len({tuple(grid(table)) for table in endpoints}) == 1


def test_narrow_tables_stand_upright_and_wide_ones_lie(documents: list[Document]) -> None:
    upright = {document.key: read(document).sections[0].orientation == WD_ORIENT.PORTRAIT for document in documents}
    assert upright == {"unregistered": False, "registration-rate": False, "sweep": True, "coverage": True}


# ---------------------------------------------------------------- columns


def test_details_leave_before_lines_break_and_the_letter_says_so(reconciliation: Reconciliation) -> None:
    word = read(unregistered.document(reconciliation, vendor))
    shown = next(heads(table) for table in word.tables if heads(table)[0] == "IP address")
    assert shown[:4] == ["IP address", "MAC address", "Vendor", "Device"]
    assert not {"First seen", "Network plane"} & set(shown)
    told = word.paragraphs[-1].text
    assert told.startswith("No room on the page for the columns ")
    assert "First seen" in told


def test_nothing_is_said_where_nothing_was_left_out() -> None:
    word = read(letter(("YC-EDU-03", 203), columns=(c.UNIT, c.VLAN)))
    assert "No room" not in "".join(paragraph.text for paragraph in word.paragraphs)


# ---------------------------------------------------------------- what does not break


def test_addresses_codes_and_times_do_not_wrap(reconciliation: Reconciliation) -> None:
    whole = texts(read(unregistered.document(reconciliation, vendor)), "//w:tc[w:tcPr/w:noWrap]")
    assert {"10.20.3.20", "00:e0:fc:12:34:14", "YC-EDU-03", "P-031", "203"} <= whole
    assert not any(MAKER in cell for cell in whole)


def test_codes_in_text_that_breaks_hold_at_their_hyphens() -> None:
    long = "the forwarding table of P-011 was not read - " * 9
    word = read(letter(("YC-EDU-03", "P-012", long), columns=(c.UNIT, c.REASON, c.PROOF)))
    assert word.tables[0].rows[2].cells[0].text == long
    held = word.element.xpath("//w:noBreakHyphen")
    assert len(held) == 9
    assert {"YC-EDU-03", "P-012"} <= texts(word, "//w:tc")


# ---------------------------------------------------------------- what stays on one page


def test_rows_do_not_split_across_pages(documents: list[Document]) -> None:
    for document in documents:
        assert not read(document).element.xpath("//w:tr[not(w:trPr/w:cantSplit)]")


def test_a_heading_stays_with_its_table(reconciliation: Reconciliation) -> None:
    word = read(unregistered.document(reconciliation, vendor))
    before = word.element.xpath("//w:tbl/preceding-sibling::*[1]")
    assert len(before) == len(word.tables)
    assert all(found.xpath("w:pPr/w:keepNext | w:pPr/w:pStyle[@w:val='Heading1']") for found in before)
    heading = word.styles["Heading 1"]
    assert isinstance(heading, ParagraphStyle)
    assert heading.paragraph_format.keep_with_next
    # One paragraph of numbers: LibreOffice loses a longer chain.
    numbers = [paragraph for paragraph in word.paragraphs if paragraph.text.startswith("Grade: ")]
    assert numbers
    assert all("\nRegistration rate: " in paragraph.text for paragraph in numbers)
    assert not word.element.xpath("//w:tr[w:trPr/w:tblHeader]//w:p[not(w:pPr/w:keepNext)]")


def test_evidence_stays_with_its_row(reconciliation: Reconciliation) -> None:
    word = read(unregistered.document(reconciliation, vendor))
    evidence = word.element.xpath("//w:tr[w:tc/w:tcPr/w:gridSpan]/preceding-sibling::w:tr[1]")
    assert evidence
    for row in evidence:
        assert all(paragraph.xpath("w:pPr/w:keepNext") for paragraph in row.iter(qn("w:p")))


@pytest.mark.parametrize(("count", "kept"), [(3, [0, 1, 2]), (40, [0, 1, 39])])
def test_no_row_stands_alone_on_a_page(count: int, kept: list[int]) -> None:
    word = read(letter(*[(str(number), number) for number in range(count)], columns=(c.UNIT, c.VLAN)))
    rows = word.element.xpath("//w:tr")
    assert [number for number, row in enumerate(rows) if row.xpath("w:tc/w:p/w:pPr/w:keepNext")] == kept


# ---------------------------------------------------------------- the file


def test_the_letter_is_chinese_to_word() -> None:
    word = read(letter(("x",), columns=(c.UNIT,)), "zh")
    assert {found.get(qn("w:eastAsia")) for found in word.styles.element.iter(qn("w:lang"))} == {"zh-CN"}
    title = word.paragraphs[0]
    assert title.alignment == WD_ALIGN_PARAGRAPH.CENTER
    fonts = {found.get(qn("w:eastAsia")) for found in word.styles.element.xpath("//w:style/w:rPr/w:rFonts")}
    assert {"仿宋", "宋体", "黑体"} <= fonts


def test_the_same_facts_give_the_same_file(reconciliation: Reconciliation) -> None:
    mixed = replace(reconciliation, units=reconciliation.units[::-1])
    first, second = (docx_.render(unregistered.document(found), str) for found in (reconciliation, mixed))
    assert first == second
    with ZipFile(io.BytesIO(first)) as packed:
        assert {entry.date_time[0] for entry in packed.infolist()} == {1980}
