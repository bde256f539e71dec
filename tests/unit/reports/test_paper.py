"""Which columns fit across a page, for any table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from reports import columns as c
from reports.formats import paper
from tests.unit.reports.grids import tables

if TYPE_CHECKING:
    from reports.columns import Column

LANDSCAPE = 14_684


@given(tables(most=16), st.integers(5_000, 20_000))
def test_columns_fill_the_width(table: tuple[list[Column], list[list[str]]], width: int) -> None:
    columns, texts = table
    found = paper.plan(columns, ["Unit"] * len(columns), texts, width)
    assert sum(found.widths.values()) == (width if found.widths else 0)
    assert all(room > 0 for room in found.widths.values())
    assert sorted([*found.widths, *found.beneath, *found.hidden]) == list(range(len(columns)))
    assert all(columns[i].priority for i in found.hidden)
    staying = [columns[i].priority for i in found.widths]
    assert all(columns[i].priority >= max(staying, default=0) for i in found.hidden)


@given(tables(most=16))
def test_what_must_not_break_has_room(table: tuple[list[Column], list[list[str]]]) -> None:
    columns, texts = table
    found = paper.plan(columns, ["Unit"] * len(columns), texts, LANDSCAPE)
    if found.size == paper.SIZES[-1]:
        return  # even the columns that must stay may not have room
    for i in found.widths:
        if paper.keeps_whole(columns[i]):
            lines = [line for row in texts for line in row[i].split("\n")]
            assert all(paper.printed(line, found.size) <= found.inside(i) for line in lines)


def test_small_type_comes_before_broken_addresses() -> None:
    columns = (c.IP, c.FILED_IP, c.MAC, c.FILED_MAC, c.UNIT, c.CIDR)
    address = "2001:db8:1234:5678:9abc:def0:1234:5678"
    row = [address, address, "00:e0:fc:12:34:56", "00:e0:fc:12:34:56", "YC-EDU-03", address + "/128"]
    found = paper.plan(columns, ["x"] * 6, [row], 13_000)
    assert found.hidden == ()
    assert found.size < paper.SIZES[0]
    assert paper.printed(address, found.size) <= found.inside(0)


def test_a_heading_stands_on_one_line_unless_it_is_long() -> None:
    found = paper.plan((c.VLAN, c.MISMATCHED), ["VLAN", "备案信息不符"], [["1", "2"]], 2_000)
    assert found.inside(0) >= paper.printed("VLAN", 9) * 1.1
    assert found.inside(1) >= paper.printed("备案信", 9)


def test_printed_width_knows_narrow_and_chinese_characters() -> None:
    assert paper.printed("10.44.2.10", 10) == 7 * 100 + 3 * 50
    assert paper.printed("源城", 10) == 400
    assert paper.printed("第40小学", 10) == 3 * 200 + 2 * 100 + 2 * 50
    assert paper.printed("::", 10) < paper.printed("WW", 10) / 3
