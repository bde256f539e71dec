"""Files against each other and against the registry: what is stored, what is refused, and which file comes first."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from ipaddress import ip_address, ip_network

from inventory.filing.judgement import Judgement, SheetFile, judge
from inventory.filing.rows import Header, RawRow, RawSheet
from inventory.model.batch import Batch, FieldChange, RecordChange, RecordKind
from inventory.model.records import PrefixView, RegistrationState, RegistrationView, Tier, UnitView
from inventory.model.requests import AddressRequest
from inventory.model.text import text
from inventory.model.values import Mac

U, PT, PX, D, C, R, X, S = RecordKind
NOTHING = Batch()


def sheet(kind: RecordKind, header: str, *rows: str, file: str | None = None) -> SheetFile:
    """A csv file: header and rows with cells separated by ``|``; the header is row 1."""
    keys = header.split("|")
    name = file or f"{kind.value}.csv"
    raw = tuple(
        RawRow(number, dict(zip(keys, row.split("|"), strict=True))) for number, row in enumerate(rows, start=2)
    )
    headers = tuple(Header(key, key, chr(ord("A") + place)) for place, key in enumerate(keys))
    return SheetFile(name, (RawSheet(name, kind, headers, raw),), kinds=frozenset({kind}))


def told(judgement: Judgement) -> list[tuple[str, int | None, str | None, str]]:
    """The problems of a judgement as (file, row, column, English reason)."""
    return [(p.file, p.row, p.column, str(p.reason)) for p in judgement.problems]


def found(*files: SheetFile, stored: Batch = NOTHING) -> list[tuple[str, int | None, str | None, str]]:
    return told(judge(files, stored))


UNIT = UnitView("EDU", "教育局", tier=Tier.DISTRICT)
PREFIX = PrefixView(ip_network("10.20.3.0/24"), "EDU", "public")
STORED = Batch(units=(UNIT,), prefixes=(PREFIX,))
FILED = RegistrationView(7, "EDU", "public", ip_address("10.20.3.14"), Mac("00:e0:fc:12:34:56"))


def test_files_may_name_each_other_in_any_order() -> None:
    files = [
        sheet(R, "unit|point|ip|mac", "S1|P1|10.0.0.9|00e0fc000001", "S1|P1|10.0.0.10|00e0fc000002"),
        sheet(D, "name|address|point", "sw1|10.0.0.2|P1"),
        sheet(PX, "cidr|unit|point|gateway", "10.0.0.0/24|S1|P1|10.0.0.1", "10.0.0.128/25|B1||"),
        sheet(PT, "code|unit|name|device|port", "P1|S1|门口|sw1|GE0/0/1"),
        sheet(C, "unit|name|role", "S1|张三|技术负责人", "S1|张三|备岗"),
        sheet(U, "code|name|parent", "S1|小学|B1", "B1|局|"),
    ]
    for order in (files, files[::-1]):
        judgement = judge(order, NOTHING)
        assert told(judgement) == []
        batch = judgement.batch
        assert {unit.code: unit.parent for unit in batch.units} == {"S1": "B1", "B1": None}
        assert len(batch.registrations) == 2
        assert batch.registrations[0].plane == "public"
        assert batch.points[0].device == "sw1"


def test_the_four_faults_of_the_acceptance_check() -> None:
    problems = found(
        sheet(
            R,
            "unit|ip|mac",
            "EDU|10.20.3.14|00-E0-FC-12-34-5",
            "EDU|10.99.0.1|00-e0-fc-00-00-02",
            "NOPE|10.20.3.15|00-e0-fc-00-00-03",
            "EDU|10.20.3.16|00-e0-fc-00-00-04",
            "EDU|10.20.3.17|00-e0-fc-00-00-04",
        ),
        stored=STORED,
    )
    assert [(row, column) for _file, row, column, _reason in problems] == [
        (2, "mac"),
        (3, "ip"),
        (4, "unit"),
        (6, "mac"),
    ]
    assert problems[0][3] == "00-E0-FC-12-34-5 is not a MAC address: it takes twelve digits 0-9, A-F."
    assert problems[1][3] == "10.99.0.1 is outside every registered prefix."
    assert problems[2][3] == "The unit NOPE is not registered."
    assert problems[3][3] == "00:e0:fc:00:00:04 stands in row 5 already, there with 10.20.3.16."


def test_nothing_of_a_refused_file_is_stored_and_the_others_are() -> None:
    judgement = judge(
        [
            sheet(U, "code|name", "S1|小学"),
            sheet(C, "unit|name|valid_from|valid_to", "S1|张三||", "S1|李四|2021-09-01|2021-08-31"),
        ],
        NOTHING,
    )
    assert judgement.refused == {"contacts.csv"}
    assert [unit.code for unit in judgement.batch.units] == ["S1"]
    assert judgement.batch.contacts == ()
    assert judgement.first == ()


def test_what_only_a_refused_file_holds_refuses_those_who_name_it_and_says_what_to_correct_first() -> None:
    judgement = judge(
        [
            sheet(R, "unit|ip|mac", "S1|10.0.0.9|00e0fc000001"),
            sheet(PX, "cidr|unit", "10.0.0.0/24|S1"),
            sheet(U, "code|name|tier", "S1|小学|district", "S2|中学|planet"),
        ],
        NOTHING,
    )
    assert told(judgement) == [
        ("registrations.csv", 2, "unit", "S1 is in units.csv, which was refused."),
        ("registrations.csv", 2, "ip", "10.0.0.0/24 is in prefixes.csv, which was refused."),
        ("prefixes.csv", 2, "unit", "S1 is in units.csv, which was refused."),
        ("units.csv", 3, "tier", "planet is not one of district, town, village."),
    ]
    assert judgement.first == ("units.csv",)
    assert judgement.batch == NOTHING


def test_a_file_that_could_not_be_read_comes_first_too() -> None:
    unread = SheetFile("units.csv", (), (sheet(U, "code").sheets[0].problem(text("broken")),), frozenset({U}))
    judgement = judge([unread, sheet(PT, "code|unit|name", "P1|S1|门口")], NOTHING)
    assert judgement.refused == {"units.csv", "points.csv"}
    assert judgement.first == ("units.csv",)


def test_duplicates_name_the_other_row_and_file() -> None:
    problems = found(
        sheet(R, "unit|ip|mac", "EDU|10.20.3.1|00e0fc000001", file="a.csv"),
        sheet(R, "unit|ip|mac", "EDU|10.20.3.1|00e0fc000002", "EDU|10.20.3.3|00-E0-FC-00-00-01", file="b.csv"),
        sheet(U, "code|name", "S1|a", "S1|b"),
        sheet(PX, "cidr|unit|plane", "10.0.0.0/8|EDU|", "10.0.0.0/8|EDU|public", "10.0.0.0/8|EDU|finance"),
        stored=STORED,
    )
    assert problems == [
        ("a.csv", 2, "ip", "10.20.3.1 stands in row 2 of b.csv already, there with the MAC address 00:e0:fc:00:00:02."),
        ("a.csv", 2, "mac", "00:e0:fc:00:00:01 stands in row 3 of b.csv already, there with 10.20.3.3."),
        ("b.csv", 2, "ip", "10.20.3.1 stands in row 2 of a.csv already, there with the MAC address 00:e0:fc:00:00:01."),
        ("b.csv", 3, "mac", "00:e0:fc:00:00:01 stands in row 2 of a.csv already, there with 10.20.3.1."),
        ("units.csv", 3, "code", "S1 stands in row 2 already."),
        ("prefixes.csv", 3, "cidr", "10.0.0.0/8 stands in row 2 already."),
    ]


def test_the_same_address_may_be_filed_once_in_each_plane() -> None:
    finance = PrefixView(ip_network("10.20.0.0/16"), "EDU", "finance")
    rows = sheet(R, "unit|ip|mac|plane", "EDU|10.20.3.1|00e0fc000001|", "EDU|10.20.3.1|00e0fc000001|finance")
    assert found(rows, stored=Batch((UNIT,), (), (PREFIX, finance))) == []
    assert found(rows, stored=STORED) == [
        ("registrations.csv", 3, "ip", "10.20.3.1 is outside every registered prefix of the plane finance.")
    ]


def test_a_filed_address_needs_its_card_or_that_card_moved_away() -> None:
    stored = Batch((UNIT,), (), (PREFIX,), registrations=(FILED,))
    taken = "EDU|10.20.3.14|00e0fc000002"
    assert found(sheet(R, "unit|ip|mac", taken), stored=stored) == [
        ("registrations.csv", 2, "ip", "10.20.3.14 is filed by the unit EDU with the MAC address 00:e0:fc:12:34:56.")
    ]
    assert found(sheet(R, "unit|ip|mac", taken, "EDU|10.20.3.15|00e0fc123456"), stored=stored) == []
    cancelled = RegistrationView(7, "EDU", "public", FILED.ip, FILED.mac, RegistrationState.CANCELLED)
    assert found(sheet(R, "unit|ip|mac", taken), stored=Batch((UNIT,), (), (PREFIX,), registrations=(cancelled,))) == []


def test_another_unit_cannot_take_a_filed_card_to_another_address() -> None:
    stored = Batch((UNIT, UnitView("GOV", "政府办")), (), (PREFIX,), registrations=(FILED,))
    assert found(sheet(R, "unit|ip|mac", "GOV|10.20.3.15|00e0fc123456"), stored=stored) == [
        ("registrations.csv", 2, "mac", "00:e0:fc:12:34:56 is filed by the unit EDU with 10.20.3.14.")
    ]
    assert found(sheet(R, "unit|ip|mac", "GOV|10.20.3.14|00e0fc123456"), stored=stored) == []


def test_units_cannot_be_above_themselves() -> None:
    stored = Batch((UnitView("A", "a", parent="B"), UnitView("B", "b")))
    assert found(sheet(U, "code|name|parent", "B|b|C", "C|c|A", "D|d|D", "E|e|C"), stored=stored) == [
        ("units.csv", 2, "parent", "The unit would be above itself: B → C → A → B."),
        ("units.csv", 3, "parent", "The unit would be above itself: C → A → B → C."),
        ("units.csv", 4, "parent", "The unit would be above itself: D → D."),
    ]


def test_the_code_of_what_belongs_to_no_unit_cannot_be_taken() -> None:
    assert found(sheet(U, "code|name", "unassigned|x")) == [
        ("units.csv", 2, "code", "The code unassigned is kept for what belongs to no unit.")
    ]


def test_links_and_gateways() -> None:
    assert found(
        sheet(PT, "code|unit|name|device", "P1|EDU|门口|sw9"),
        sheet(PX, "cidr|unit|point|gateway", "10.0.0.0/24|EDU|P9|10.0.1.1", "10.0.2.0/24|EDU||2001:db8::1"),
        stored=STORED,
    ) == [
        ("points.csv", 2, "device", "The device sw9 is not registered; import points and devices in one command."),
        ("prefixes.csv", 2, "point", "The point P9 is not registered."),
        ("prefixes.csv", 2, "gateway", "The gateway 10.0.1.1 is outside 10.0.0.0/24."),
        ("prefixes.csv", 3, "gateway", "The gateway 2001:db8::1 is outside 10.0.2.0/24."),
    ]


def test_a_column_the_sheet_does_not_have_keeps_what_is_stored_and_an_empty_cell_empties_it() -> None:
    kept = judge([sheet(U, "code|name", "EDU|区教育局")], STORED).batch.units
    assert kept == (UnitView("EDU", "区教育局", tier=Tier.DISTRICT),)
    emptied = judge([sheet(U, "code|name|tier", "EDU|区教育局|")], STORED).batch.units
    assert emptied == (UnitView("EDU", "区教育局"),)


def test_a_unit_may_be_named_in_full() -> None:
    batch = judge([sheet(R, "unit|ip|mac", "教育局|10.20.3.1|00e0fc000001")], STORED).batch
    assert batch.registrations[0].unit == "EDU"


def test_empty_rows_are_no_rows() -> None:
    judgement = judge([sheet(U, "code|name", "S1|a", " | ", "S2|b", "|")], NOTHING)
    assert told(judgement) == []
    assert [unit.code for unit in judgement.batch.units] == ["S1", "S2"]


def test_a_row_says_what_it_changes() -> None:
    rows = judge([sheet(U, "code|name|tier", "EDU|区教育局|", "S1|小学|区")], STORED).rows
    assert [change for _row, change in rows] == [
        RecordChange(
            U,
            "EDU",
            added=False,
            fields=(FieldChange("name", "教育局", "区教育局"), FieldChange("tier", "district", None)),
        ),
        RecordChange(U, "S1", added=True),
    ]
    same = judge([sheet(PX, "cidr|unit|plane", "10.20.3.0/24|EDU|")], STORED).rows
    assert [change for _row, change in same] == [None]


def test_a_held_address_is_filed_for_its_own_card_only() -> None:
    until = datetime(2026, 12, 7, tzinfo=UTC)
    hold = AddressRequest(1, "S2", "public", ip_address("10.20.3.20"), Mac("00:e0:fc:00:00:02"), until)
    other = sheet(R, "unit|ip|mac", "EDU|10.20.3.20|00e0fc000001")
    judgement = judge([other], STORED, [hold])
    assert told(judgement) == [
        ("registrations.csv", 2, "ip", "10.20.3.20 is held for the unit S2 until 2026-12-07."),
    ]
    assert judgement.batch.registrations == ()
    own = sheet(R, "unit|ip|mac", "EDU|10.20.3.20|00e0fc000002")
    assert told(judge([own], STORED, [hold])) == []
    # Who has the address filed since before the hold keeps it.
    filed = replace(FILED, ip=hold.ip, mac=Mac("00:e0:fc:00:00:01"))
    assert told(judge([other], replace(STORED, registrations=(filed,)), [hold])) == []
