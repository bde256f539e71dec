"""What becomes of every cell of the sheets people return."""

from __future__ import annotations

from ipaddress import ip_network
from typing import TYPE_CHECKING

import pytest

from inventory.filing.cells import write
from inventory.filing.unit_returns import File, Outcome, RowResult, judge_sheet
from inventory.filing.unit_sheet import UNIT_SHEET
from inventory.model.batch import Batch
from inventory.model.records import PrefixView, UnitView
from netaudit.app.sheets import read_table
from tests.unit.sheets.awful import SHEETS, Expected, Sheet

if TYPE_CHECKING:
    from pathlib import Path

STORED = Batch(
    units=(UnitView("EDU", "教育局"), UnitView("TAX", "税务局")),
    prefixes=(PrefixView(ip_network("10.20.3.0/24"), "EDU", "public"),),
)
REQUIRED = frozenset({"person", "phone", "device_type", "location", "internet"})
GIVEN = {"unit": "EDU", "plane": "public"}
"""Cells nobody wrote: whose sheet it is, and the plane where none is named."""


def filled(result: RowResult) -> dict[str, str]:
    """Return every filled cell of the registration a row becomes."""
    [plan] = result.plans
    assert isinstance(plan, File)
    cells = {column.key: write(getattr(plan.view, column.key, None)) for column in UNIT_SHEET.columns}
    del cells["id"]
    kept = {key: cell for key, cell in cells.items() if cell}
    assert {key: kept.pop(key) for key in GIVEN} == GIVEN
    return kept


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_every_cell_has_a_fate(sheet: Sheet, tmp_path: Path) -> None:
    reading = read_table(sheet.write(tmp_path), "sheet", UNIT_SHEET)
    told = [str(problem.reason) for problem in reading.content.problems]
    assert len(told) == len(sheet.problems), told
    assert all(piece in reason for piece, reason in zip(sheet.problems, told, strict=True)), told
    remarks = [str(remark) for remark in reading.remarks]
    assert len(remarks) == len(sheet.remarks), remarks
    assert all(piece in remark for piece, remark in zip(sheet.remarks, remarks, strict=True)), remarks
    if sheet.problems:
        return
    [raw] = reading.content.sheets
    results = judge_sheet(raw, "EDU", STORED, (), REQUIRED)
    for result, expected in zip(results, sheet.rows, strict=True):
        check(result, expected)


def check(result: RowResult, expected: Expected) -> None:
    number, outcome, what = expected
    assert (result.number, result.outcome) == (number, outcome), [str(reason) for reason in result.reasons]
    if result.outcome is Outcome.NEW:
        assert filled(result) == what
        return
    reasons = [str(reason) for reason in result.reasons]
    assert len(reasons) == len(what), reasons
    assert all(piece in reason for piece, reason in zip(what, reasons, strict=True)), reasons


def test_there_are_enough_of_them() -> None:
    assert len(SHEETS) >= 50
    assert len({sheet.name for sheet in SHEETS}) == len(SHEETS)
