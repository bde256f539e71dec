"""What stands in sheets beside the rows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.filing.rows import RawRow
from inventory.filing.schema import REGISTRATIONS, TABLES, UNITS
from inventory.filing.tidying import tidied


def rows(*cells: dict[str, str]) -> list[RawRow]:
    return [RawRow(number, row) for number, row in enumerate(cells, start=3)]


def test_the_same_as_above_is_what_stands_above() -> None:
    kept, remarks = tidied(
        REGISTRATIONS,
        rows(
            {"unit": "教育局", "ip": "10.0.0.1", "mac": "00e0fc000001", "location": "301"},
            {"unit": "同上", "ip": "10.0.0.2", "mac": "00e0fc000002", "location": "〃"},
            {"unit": " 同上 ", "ip": "10.0.0.3", "mac": "00e0fc000003", "location": '"'},
        ),
    )
    assert [(row.cells["unit"], row.cells["location"]) for row in kept] == [("教育局", "301")] * 3
    assert remarks == ()


def test_nothing_above_the_first_row() -> None:
    [row], _ = tidied(REGISTRATIONS, rows({"unit": "同上", "ip": "10.0.0.1"}))
    assert row.cells["unit"] == "同上"


@pytest.mark.parametrize(
    "row",
    [
        {"unit": "填表人：张三   审核人：李四", "ip": "", "mac": ""},
        {"unit": "", "person": "(盖章)", "ip": "", "mac": ""},
        {"unit": "合计", "ip": "", "mac": "", "remark": "32 台"},
        {"unit": "注：请用有线网卡的 MAC", "ip": "", "mac": ""},
        {"unit": "", "ip": "", "mac": "", "phone": "2021年11月30日"},
        {"unit": "", "ip": "填报日期:2021-11-30", "mac": ""},
    ],
)
def test_a_signature_is_no_row(row: dict[str, str]) -> None:
    kept, remarks = tidied(REGISTRATIONS, rows(row))
    assert kept == ()
    assert "Row 3 was taken for a remark" in str(remarks[0])


@pytest.mark.parametrize(
    "row",
    [
        {"unit": "教育局", "ip": "10.0.0.1", "mac": "", "remark": "公章管理用机"},
        {"unit": "教育局", "ip": "", "mac": "00e0fc000001", "remark": "注:备用"},
        {"unit": "教育局", "ip": "", "mac": "", "person": "李四"},
    ],
)
def test_a_row_that_names_a_card_stays(row: dict[str, str]) -> None:
    kept, _ = tidied(REGISTRATIONS, rows(row))
    assert [found.cells for found in kept] == [row]


@pytest.mark.parametrize("mark", ["、", "/n", "\n", ";", "；", ",", "，", " / "])
def test_pairs_in_one_cell_become_rows(mark: str) -> None:
    mark = mark.replace("/n", "\n")
    row = {"person": "李四", "ip": f"10.0.0.1{mark}10.0.0.2", "mac": f"00e0fc000001{mark}00e0fc000002"}
    kept, _ = tidied(REGISTRATIONS, rows(row))
    assert [(found.number, found.cells["ip"], found.cells["mac"], found.cells["person"]) for found in kept] == [
        (3, "10.0.0.1", "00e0fc000001", "李四"),
        (3, "10.0.0.2", "00e0fc000002", "李四"),
    ]


def test_what_is_no_pair_is_left_for_the_check_to_name() -> None:
    row = {"ip": "10.0.0.1、10.0.0.2", "mac": "00e0fc000001"}
    kept, _ = tidied(REGISTRATIONS, rows(row))
    assert [found.cells for found in kept] == [row]


@given(st.lists(st.dictionaries(st.sampled_from(["code", "name", "parent"]), st.text(max_size=12)), max_size=8))
def test_rows_are_dropped_with_a_remark_or_kept_in_order(cells: list[dict[str, str]]) -> None:
    kept, remarks = tidied(UNITS, rows(*cells))
    assert len(kept) + len(remarks) == len(cells)
    assert [row.number for row in kept] == sorted(row.number for row in kept)


def test_every_table_can_be_tidied() -> None:
    for table in TABLES.values():
        assert tidied(table, rows(dict.fromkeys(table.by_key, "x")))[1] == ()
