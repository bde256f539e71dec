"""Names that come from devices and sheets, in every format: read, never obeyed."""

from __future__ import annotations

import io
import re
import zipfile

import pytest

from inventory.model.text import text
from reports import columns as c
from reports.document import Document, Line, Row, Section, Sheet, Step, Steps, Table
from reports.formats import FORMATS, csv_, json_

COMMANDS = ("\x1b[2J", "\x1b]52;c;aGk=\x07", "\x9b2J", "\u202egpj.exe", "\x00", "a\rb", "\u2028", "\udcff", "[/]")
OBEYED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029]")


def document(evil: str) -> Document:
    """Return a document that says something hostile everywhere it can."""
    told = text("{device} read", device=evil)
    table = Table((c.DEVICE,), (Row((evil,)), Row(((evil, evil),)), Row((told,))), caption=told)
    steps = Steps((Step(told, evil, (evil,)),))
    line = Line(told, evil, told)
    section = Section(told, (line,), (table, steps), (told,))
    return Document("x", told, None, (line,), (section,), (Sheet("x", told, table),), (told,))


def readable(content: str | bytes) -> str:
    """Return all text of a file, packages unpacked."""
    if isinstance(content, str):
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        parts = [package.read(name) for name in package.namelist() if name.endswith((".xml", ".rels"))]
    return "".join(part.decode() for part in parts)


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("evil", COMMANDS, ids=ascii)
def test_no_format_passes_a_command_on(name: str, evil: str) -> None:
    content = FORMATS[name].load().render(document(evil), str)
    assert not OBEYED.search(readable(content))
    assert isinstance(content, bytes) or content.encode()


@pytest.mark.parametrize("evil", COMMANDS, ids=ascii)
def test_json_passes_no_command_on(evil: str) -> None:
    written = json_.render({"device": evil})
    assert not OBEYED.search(written)
    assert written.encode()


@pytest.mark.parametrize("formula", ["\n=1+1", "＝1+1", "＋86", "－2", "＠SUM(A1)"])
def test_csv_defuses_what_spreadsheets_in_chinese_compute(formula: str) -> None:
    assert f"'{formula}" in csv_.render(document(formula), str)
