"""Two readings of one device: agreement, ageing in between, and a reading that must be wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.model.coverage import Completeness, Table, TableCoverage
from inventory.model.crosscheck import CrossCheck, Difference
from inventory.model.facts import ArpKind, ArpRow, FdbRow, FdbStatus, InterfaceFact
from inventory.model.factset import FactSet
from inventory.model.values import Mac
from inventory.reconcile.crosscheck import crosschecks

if TYPE_CHECKING:
    from collections.abc import Iterable

AT = datetime(2026, 1, 1, tzinfo=UTC)
LATER = AT + timedelta(seconds=5)
MIB, COMMAND = "dot1qTpFdbTable", "display mac-address"
PORTS = tuple(
    InterfaceFact("sw", number, name, name, None, None, 6, True, True, AT, lag_if_index=lag)
    for number, name, lag in [
        (1, "GigabitEthernet0/0/1", None),
        (2, "GigabitEthernet0/0/2", 50),
        (50, "Eth-Trunk1", None),
        (1001, "GE0/0/1", None),  # numbers of our own, where a command names ports that SNMP did not list
        (1050, "Eth-Trunk1", None),
    ]
)


def station(number: int, port: int | None, vlan: int | None = 10, table: str = MIB, at: datetime = AT) -> FdbRow:
    mac = Mac.from_bytes(b"\x00\x1a\x2b" + number.to_bytes(3))
    return FdbRow("sw", mac, port, port or 0, vlan, None, FdbStatus.LEARNED, at, table)


def arp(number: int, mac: int, table: str, at: datetime = AT) -> ArpRow:
    hardware = Mac.from_bytes(b"\x00\x1a\x2b" + mac.to_bytes(3))
    ip = ip_address(f"10.0.{number // 200}.{number % 200 + 1}")
    return ArpRow("sw", "public", ip, hardware, 1, ArpKind.DYNAMIC, at, table)


def covered(table: Table = Table.FDB, ssh: Completeness = Completeness.COMPLETE) -> tuple[TableCoverage, ...]:
    return (
        TableCoverage("sw", table, Completeness.COMPLETE, 1, AT),
        TableCoverage("sw", table, ssh, 1, AT, source="ssh"),
    )


def compared(
    rows: Iterable[FdbRow | ArpRow], ssh: Completeness = Completeness.COMPLETE, ports: tuple[InterfaceFact, ...] = PORTS
) -> CrossCheck:
    given_ = list(rows)
    table = Table.FDB if all(isinstance(row, FdbRow) for row in given_) else Table.ARP
    [found] = crosschecks(FactSet.of((*given_, *ports), covered(table, ssh)))
    return found


def by_command(rows: Iterable[FdbRow], at: datetime = LATER) -> list[FdbRow]:
    return [replace(row, table=COMMAND, at=at) for row in rows]


@pytest.mark.parametrize(
    ("snmp", "ssh", "difference"),
    [
        ((1, 10), (1, 10), None),
        ((1, 10), (1001, 10), None),
        ((2, 10), (50, 10), None),
        ((2, 10), (1050, 10), None),
        ((1, None), (1, 10), None),
        ((None, 10), (1, 10), None),
        ((1, 10), (50, 10), Difference.PORT),
        ((1, 10), (1, 20), Difference.VLAN),
        ((1, 10), (50, 20), Difference.PORT),
    ],
)
def test_a_station_told_twice(
    snmp: tuple[int | None, int | None], ssh: tuple[int | None, int | None], difference: Difference | None
) -> None:
    found = compared([station(7, *snmp), station(7, *ssh, table=COMMAND, at=LATER)])
    assert [one.difference for one in found.disagreements] == ([difference] if difference else [])
    assert (found.agreed, found.only_snmp, found.only_ssh) == (0 if difference else 1, 0, 0)
    assert found.apart_s == 5


def test_the_words_of_a_disagreement() -> None:
    found = compared([station(7, 1), station(7, 50, table=COMMAND)])
    [one] = found.disagreements
    assert (one.subject, one.snmp, one.ssh) == ("00:1a:2b:00:00:07", "ge0/0/1", "trunk1")


def test_an_address_with_two_cards() -> None:
    rows = [arp(n, n, "ipNetToMediaTable") for n in range(3)] + [arp(n, n + (n == 1), "display arp") for n in range(3)]
    found = compared(rows)
    assert [(one.difference, one.subject) for one in found.disagreements] == [(Difference.MAC, "public 10.0.0.2")]
    assert found.agreed == 2


ROWS = st.lists(
    st.builds(station, st.integers(1, 60), st.sampled_from([1, 2, 50, None]), st.sampled_from([10, 20, None])),
    max_size=40,
)


@given(ROWS, st.randoms(use_true_random=False))
def test_the_same_rows_agree_in_any_order(rows: list[FdbRow], random: object) -> None:
    both = rows + by_command(rows)
    random.shuffle(both)  # type: ignore[attr-defined] # a random.Random
    found = compared(both) if both else None
    assert found is None or (found.disagreements == () and found.only_snmp == found.only_ssh == 0)
    assert found is None or found.agreed == len({row.mac for row in rows})


@given(st.integers(20, 80), st.integers(0, 79), st.floats(0, 3000))
def test_what_aged_in_between_is_tolerated_and_what_cannot_have_is_not(total: int, gone: int, apart: float) -> None:
    rows = [station(number, 1) for number in range(total)]
    kept = by_command(rows[min(gone, total) :], AT + timedelta(seconds=apart))
    found = compared([*rows, *kept])
    lacking = min(gone, total)
    assert found.only_snmp == lacking
    explained = 0.1 + (apart / 300 if kept else 0)
    missing = [one for one in found.disagreements if one.difference is Difference.MISSING]
    assert bool(missing) == (lacking >= 5 and lacking > explained * total)
    assert all(one.subject == "ssh" for one in missing)


@given(st.integers(10, 60), st.data())
def test_one_moved_station_is_found_and_no_other(total: int, draws: st.DataObject) -> None:
    rows = [station(number, 1) for number in range(total)]
    moved = draws.draw(st.integers(0, total - 1))
    other = [replace(row, if_index=50) if number == moved else row for number, row in enumerate(rows)]
    found = compared([*rows, *by_command(other)])
    assert [one.subject for one in found.disagreements] == [rows[moved].mac.text]


def test_a_reading_that_is_not_whole_lacks_nothing() -> None:
    rows = [station(number, 1) for number in range(50)]
    found = compared([*rows, *by_command(rows[:5])], ssh=Completeness.TRUNCATED)
    assert found.disagreements == ()
    assert found.only_snmp == 45


def test_a_device_read_one_way_is_not_compared() -> None:
    rows = [station(1, 1)]
    assert crosschecks(FactSet.of(rows, covered()[:1])) == ()
    assert crosschecks(FactSet.of(rows, covered(ssh=Completeness.REFUSED))) == ()


def test_own_and_group_addresses_are_not_stations() -> None:
    own = replace(station(1, 1), status=FdbStatus.SELF)
    group = replace(station(2, 1), mac=Mac("01:00:5e:00:00:01"))
    assert compared([own, group]).compared == 0
