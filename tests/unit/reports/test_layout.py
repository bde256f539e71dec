"""Which columns fit, and that no line is wider than the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from inventory.model.text import text
from reports.columns import Column, Kind
from reports.formats import terminal
from reports.formats.layout import fit
from reports.kinds import coverage, listing, location, registration_rate, sweep_summary, unregistered
from tests.unit.reports.grids import tables

if TYPE_CHECKING:
    from inventory.model.coverage import TableCoverage
    from inventory.model.factset import ScannedBlock
    from inventory.model.observation import Reconciliation
    from inventory.model.sweep import SweepSummary
    from reports.document import Document


@given(tables(most=8), st.integers(40, 200))
def test_columns_fit_the_width(table: tuple[list[Column], list[list[str]]], width: int) -> None:
    columns, texts = table
    found = fit(columns, texts, width)
    # Eight columns that must stay, each at its narrowest, always fit 40 + gaps.
    assert sum(found.widths.values()) + 2 * (len(found.widths) - 1) <= max(width, 8 * 4 + 7 * 2)
    assert sorted([*found.widths, *found.beneath, *found.hidden]) == list(range(len(columns)))
    assert all(columns[i].priority for i in found.hidden)
    staying = [columns[i].priority for i in found.widths]
    assert all(columns[i].priority >= max(staying, default=0) for i in found.hidden)


def test_the_last_column_of_the_highest_priority_leaves_first() -> None:
    columns = [
        Column("a", text("Unit"), Kind.MAC),
        Column("b", text("Unit"), Kind.MAC, priority=5),
        Column("c", text("Unit"), Kind.MAC, priority=2),
        Column("d", text("Unit"), Kind.MAC, priority=5),
    ]
    mac = "00:e0:fc:12:34:56"
    assert fit(columns, [[mac] * 4], 60).hidden == (3,)
    assert fit(columns, [[mac] * 4], 40).hidden == (1, 3)
    assert fit(columns, [[mac] * 4], 90).hidden == ()


def test_a_column_without_values_leaves_before_one_with_some() -> None:
    columns = [
        Column("a", text("Unit"), Kind.MAC),
        Column("b", text("Unit"), Kind.MAC, priority=5),
        Column("c", text("Unit"), Kind.MAC, priority=2),
    ]
    mac = "00:e0:fc:12:34:56"
    assert fit(columns, [[mac] * 3], 40, empty={2}).hidden == (2,)
    assert fit(columns, [[mac] * 3], 60, empty={2}).hidden == ()
    columns[1] = Column("b", text("Unit"), width=8)
    assert fit(columns, [[mac] * 3], 48, empty={2}).hidden == (2,)
    assert fit(columns, [[mac] * 3], 48).hidden == ()


def test_words_of_a_vocabulary_are_whole_and_spare_room_is_used() -> None:
    columns = [Column("tier", text("Tier"), Kind.WORD, 10), Column("name", text("Name"), width=8)]
    texts = [["town or sub-district", "青石镇便民服务中心"]]
    assert fit(columns, texts, 22).widths == {0: 12, 1: 8}
    assert fit(columns, texts, 80).widths == {0: 20, 1: 18}


def test_headings_break_between_words_unless_there_is_room() -> None:
    columns = [Column("a", text("Could not be done"), Kind.WORD), Column("b", text("Prefix"), Kind.IP)]
    texts = [["—", "10.0.0.0/24"]]
    titles = ["Could not be done", "Prefix"]
    assert fit(columns, texts, 20, titles=titles).widths == {0: 7, 1: 11}
    assert fit(columns, texts, 80, titles=titles).widths == {0: 17, 1: 11}


def _documents(
    reconciliation: Reconciliation,
    summary: SweepSummary,
    tables: tuple[TableCoverage, ...],
    blocks: tuple[ScannedBlock, ...],
) -> list[Document]:
    found = reconciliation.units[1].findings
    missing = reconciliation.units[1].missing
    return [
        unregistered.document(reconciliation, lambda _: "杭州海康威视数字技术股份有限公司"),
        registration_rate.document(reconciliation),
        sweep_summary.document(summary),
        coverage.document(reconciliation, tables, blocks),
        location.document("00:e0:fc:12:34:07", found, missing=missing),
        listing.document("registrations", [gone.registration for gone in missing]),
        listing.endpoints_document(found),
    ]


@pytest.mark.parametrize("width", [40, 60, 80, 100, 120, 200])
def test_no_line_is_wider_than_the_terminal(
    reconciliation: Reconciliation,
    summary: SweepSummary,
    tables: tuple[TableCoverage, ...],
    blocks: tuple[ScannedBlock, ...],
    width: int,
) -> None:
    for document in _documents(reconciliation, summary, tables, blocks):
        for line in terminal.render(document, str, width=width).splitlines():
            assert cell_len(line) <= max(width, 48), line


@pytest.mark.parametrize("width", [80, 120])
def test_addresses_ports_and_words_are_not_torn(reconciliation: Reconciliation, width: int) -> None:
    shown = terminal.render(unregistered.document(reconciliation), str, width=width)
    for whole in (
        "10.20.3.20",
        "00:e0:fc:12:34:14",
        "GigabitEthernet0/0/20",
        "sw-edu-03",
        "Unregistered",
        "probe only",
    ):
        assert whole in shown


def test_columns_stay_in_line_beside_chinese_names(reconciliation: Reconciliation) -> None:
    shown = terminal.render(unregistered.document(reconciliation), str, width=120)
    starts = set()
    for line in shown.splitlines():
        if "YC-" in line and line.startswith("  ") and "%" in line:
            starts.add(cell_len(line[: line.index("%")]))
    assert len(starts) == 1


def test_columns_without_room_are_named_once(reconciliation: Reconciliation) -> None:
    shown = terminal.render(unregistered.document(reconciliation), str, width=80)
    assert shown.count("No room for the columns") == 1
    assert "No room" not in terminal.render(unregistered.document(reconciliation), str, width=400)


def test_unknown_is_a_dash_and_never_zero(reconciliation: Reconciliation) -> None:
    shown = terminal.render(unregistered.document(reconciliation), str, width=160)
    clinic = next(line for line in shown.splitlines() if "YC-HEA-02" in line)
    assert "—" in clinic
