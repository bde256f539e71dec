"""A record written into a sheet file comes back as it was, and no content of a file breaks the reader."""

from __future__ import annotations

import csv
import io
from datetime import date
from ipaddress import IPv4Network, ip_address
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inventory.filing.judgement import judge
from inventory.filing.layout import Column, Kind
from inventory.filing.rows import cells_of, records_in, view_of
from inventory.filing.schema import TABLES
from inventory.model.batch import Batch, RecordKind
from inventory.model.values import Mac
from netaudit.app.sheets import read_file

if TYPE_CHECKING:
    from pathlib import Path

    from inventory.filing.rows import View

# What XML and csv can carry; control characters are refused by the checks anyway.
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1, max_size=20).map(str.strip)
VALUES: dict[Kind, st.SearchStrategy[Any]] = {
    Kind.TEXT: TEXT.filter(lambda text: text not in {"", "#N/A", "#REF!"} and not text.startswith("=")),
    Kind.CODE: st.from_regex(r"[A-Za-z][A-Za-z0-9_./;,-]{2,20}[a-z]", fullmatch=True),
    Kind.PHONE: st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True),
    Kind.INTEGER: st.integers(1, 4094),
    Kind.DATE: st.dates(date(1900, 3, 1)),
    Kind.MAC: st.binary(min_size=5, max_size=5).map(lambda tail: Mac.from_bytes(b"\x02" + tail)),
    Kind.IP: st.integers(1, 2**32 - 2**30).map(ip_address).filter(lambda ip: not ip.is_multicast),
    Kind.CIDR: st.builds(lambda n, m: IPv4Network((n, m), strict=False), st.integers(0, 2**32 - 1), st.integers(1, 32)),
}


def value_of(column: Column) -> st.SearchStrategy[Any]:
    if column.refers is not None or column.key == "gateway":
        return st.none()  # there is no other record to name
    some = st.sampled_from([choice.value for choice in column.choices]) if column.choices else VALUES[column.kind]
    if column.key == "valid_to":
        return st.none()
    return some if column.required or column.default is not None else st.one_of(st.none(), some)


@st.composite
def records(draw: st.DrawFn) -> tuple[RecordKind, View]:
    # Of the kinds that name no other record: the file alone decides.
    kind = draw(st.sampled_from([RecordKind.UNIT, RecordKind.DEVICE]))
    return kind, view_of(kind, {column.key: draw(value_of(column)) for column in TABLES[kind].columns})


@pytest.mark.parametrize("form", ["csv", "csv;", "gb", "xlsx"])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(record=records())
def test_a_record_survives_a_file(tmp_path: Path, form: str, record: tuple[RecordKind, View]) -> None:
    kind, view = record
    cells = cells_of(kind, view)
    file = tmp_path / f"{kind.value}.{form[:4].rstrip(';') if form != 'gb' else 'csv'}"
    if form == "xlsx":
        book = openpyxl.Workbook()
        sheet = book.worksheets[0]
        sheet.title = kind.value
        for place, (key, written) in enumerate(cells.items(), start=1):
            sheet.cell(1, place, key)
            sheet.cell(2, place, written).data_type = "s"
        book.save(file)
    else:
        out = io.StringIO(newline="")
        writer = csv.writer(out, delimiter=";" if form == "csv;" else ",")
        writer.writerows([list(cells), list(cells.values())])
        file.write_bytes(out.getvalue().encode("gb18030" if form == "gb" else "utf-8-sig"))
    judgement = judge([read_file(file, file.name).content], Batch())
    assert [str(problem.reason) for problem in judgement.problems] == []
    assert records_in(judgement.batch)[kind] == (view,)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    content=st.one_of(st.binary(max_size=300), st.text(max_size=300).map(lambda text: text.encode("utf-8", "replace")))
)
def test_any_bytes_are_read_or_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "units.csv"
    file.write_bytes(content)
    read_file(file, file.name)
    file.write_bytes(b"code,name\n" + content)
    judgement = judge([read_file(file, file.name).content], Batch())
    assert judgement.refused <= {"units.csv"}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    cuts=st.lists(
        st.tuples(st.floats(0, 1, exclude_max=True), st.binary(min_size=1, max_size=8)), min_size=1, max_size=4
    )
)
def test_a_workbook_with_overwritten_bytes_is_read_or_refused(tmp_path: Path, cuts: list[tuple[float, bytes]]) -> None:
    file = tmp_path / "units.xlsx"
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["code", "name"])
    sheet.append(["S1", "小学"])
    book.save(file)
    content = bytearray(file.read_bytes())
    for where, data in cuts:
        start = int(where * len(content))
        content[start : start + len(data)] = data
    file.write_bytes(content)
    assert read_file(file, file.name).content.file == "units.xlsx"
