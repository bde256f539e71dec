"""What holds for every sheet: no text breaks the checks, and a record survives being written down."""

from __future__ import annotations

from datetime import date
from ipaddress import IPv4Network, IPv6Network
from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st

from inventory.filing.judgement import SheetFile, judge
from inventory.filing.layout import Column, Kind
from inventory.filing.rows import Header, RawRow, RawSheet, Row, cells_of, records_in, understood, view_of
from inventory.filing.schema import TABLES
from inventory.model.batch import Batch, RecordKind
from inventory.model.records import UnitView
from inventory.model.values import Mac

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence

    from inventory.filing.rows import View

# Text that looks like what sheets hold, mixed with text that looks like nothing.
CELL = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        [
            "",
            "EDU",
            "10.0.0.1",
            "10.0.0.0/24",
            "10.0.0.1/8",
            "00e0fc000001",
            "是",
            "区",
            "44530",
            "2021-11-30",
            "12.0",
            "-",
        ]
    ),
    st.ip_addresses().map(str),
    st.dates().map(str),
    st.integers().map(str),
    st.floats().map(str),
    st.from_regex(r"[0-9a-f.:/%\s-]{0,20}", fullmatch=True),
)


@st.composite
def sheets(draw: st.DrawFn) -> SheetFile:
    kind = draw(st.sampled_from(list(RecordKind)))
    keys = draw(st.lists(st.sampled_from([c.key for c in TABLES[kind].columns]), unique=True))
    rows = draw(st.lists(st.fixed_dictionaries(dict.fromkeys(keys, CELL)), max_size=5))
    name = draw(st.sampled_from(["a.csv", "b.csv", "c.csv"]))
    raw = tuple(RawRow(number, cells) for number, cells in enumerate(rows, start=2))
    table = RawSheet(name, kind, tuple(Header(key, key) for key in keys), raw)
    return SheetFile(name, (table,), kinds=frozenset({kind}))


@given(st.lists(sheets(), max_size=4, unique_by=lambda file: file.file))
def test_any_text_is_judged_and_never_breaks_the_checks(files: list[SheetFile]) -> None:
    judgement = judge(files, Batch(units=(UnitView("EDU", "教育局"),)))
    assert {row.file for row, _change in judgement.rows}.isdisjoint(judgement.refused)
    assert len(judgement.rows) == sum(len(views) for views in records_in(judgement.batch).values())


@given(st.lists(sheets(), max_size=4, unique_by=lambda file: file.file), st.randoms(use_true_random=False))
def test_the_order_of_files_decides_nothing(files: list[SheetFile], chance: random.Random) -> None:
    shuffled = list(files)
    chance.shuffle(shuffled)
    one, other = judge(files, Batch()), judge(shuffled, Batch())
    assert one.refused == other.refused
    assert {part: set(views) for part, views in records_in(one.batch).items()} == {
        part: set(views) for part, views in records_in(other.batch).items()
    }


WORD = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=20).filter(
    lambda word: word not in {"#N/A", "#REF!"}
)
NAME = st.from_regex(r"[A-Za-z][A-Za-z0-9_.-]{1,20}", fullmatch=True).filter(lambda name: name.casefold() != "n/a")
VALUES: dict[Kind, st.SearchStrategy[Any]] = {
    Kind.TEXT: WORD,
    Kind.CODE: NAME,
    Kind.PHONE: st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True),
    Kind.INTEGER: st.integers(1, 4094),
    Kind.DATE: st.dates(date(1000, 1, 1)),
    Kind.MAC: st.binary(min_size=5, max_size=5).map(lambda tail: Mac.from_bytes(b"\x02" + tail)),
    Kind.IP: st.ip_addresses().filter(
        lambda ip: not ip.is_multicast and not ip.is_unspecified and str(ip) != "255.255.255.255"
    ),
    Kind.CIDR: st.one_of(
        st.builds(lambda n, m: IPv4Network((n, m), strict=False), st.integers(0, 2**32 - 1), st.integers(0, 32)),
        st.builds(lambda n, m: IPv6Network((n, m), strict=False), st.integers(0, 2**128 - 1), st.integers(0, 128)),
    ),
}

VALUES[Kind.NETWORK] = VALUES[Kind.CIDR]
VALUES[Kind.HOURS] = (
    st.tuples(st.times(), st.times())
    .map(sorted)
    .map(lambda pair: f"{pair[0]:%H:%M}-{pair[1]:%H:%M},23:59-00:00")
    .filter(lambda written: written[:5] != written[6:11])
)


def value_of(column: Column) -> st.SearchStrategy[Any]:
    if column.kind is Kind.CHOICE:
        some: st.SearchStrategy[Any] = st.sampled_from([choice.value for choice in column.choices])
    else:
        some = VALUES[column.kind]
    return some if column.required or column.default is not None else st.one_of(st.none(), some)


@st.composite
def views(draw: st.DrawFn) -> tuple[RecordKind, View]:
    kind = draw(st.sampled_from(list(RecordKind)))
    return kind, view_of(kind, {column.key: draw(value_of(column)) for column in TABLES[kind].columns})


@given(views())
def test_a_record_survives_being_written_down(record: tuple[RecordKind, View]) -> None:
    kind, view = record
    rows: Sequence[Row] = understood(
        RawSheet(
            "x.csv",
            kind,
            tuple(Header(column.key, column.key) for column in TABLES[kind].columns),
            (RawRow(2, cells_of(kind, view)),),
        )
    )
    assert [str(fault.reason) for fault in rows[0].faults] == []
    assert view_of(kind, rows[0].values) == view


def test_every_field_of_a_record_has_a_column() -> None:
    hidden = {"id", "state", "filed_at"}  # a registration's life, which no sheet writes
    for kind in RecordKind:
        view = view_of(kind, {column.key: None for column in TABLES[kind].columns})
        fields = set(type(view).__dataclass_fields__)
        assert fields - hidden == set(TABLES[kind].by_key)
