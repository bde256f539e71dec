"""The walk against agents that do what agents should not: the right verdict, within bounds."""

from __future__ import annotations

import asyncio
import socket
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from pysnmp.proto import rfc1905

from inventory.model.coverage import Completeness
from probes.contract import DeviceTarget, ReadLimits, SnmpV2c
from probes.snmp.client import open_session

if TYPE_CHECKING:
    from probes.snmp.walk import Table
    from tests.unit.snmp.agents import Aim, Behaviour, Objects, Question, Reply, Rogues

PORT, STATUS, COUNTER = (1, 3, 6, 1, 9, 1, 1), (1, 3, 6, 1, 9, 1, 2), (1, 3, 6, 1, 9, 1, 3)
UPTIME = (1, 3, 6, 1, 2, 1, 1, 3, 0)
ROWS = 40
TABLE: Objects = {
    UPTIME: 12345,
    **{(*column, 7, row): row for column in (PORT, STATUS) for row in range(1, ROWS + 1)},
    (1, 3, 6, 1, 10, 1): 1,
}


def _walk(target: DeviceTarget, limits: ReadLimits, columns: tuple[tuple[int, ...], ...] = (PORT, STATUS)) -> Table:
    async def walk() -> Table:
        async with open_session(target, limits) as session:
            return await session.table(columns)

    return asyncio.run(walk())


def test_an_honest_agent_gives_every_row(rogue: Rogues, target: Aim, patient: ReadLimits) -> None:
    agent = rogue(lambda question: question.answer(), TABLE)
    table = _walk(target(agent.port), patient)

    assert table.completeness is Completeness.COMPLETE
    assert table.reason is None
    assert table.rows == {(7, row): [row, row] for row in range(1, ROWS + 1)}
    assert table.stats.requests == agent.asked == 3  # 10 rows carefully, 25, the rest


def test_sparse_columns_keep_their_rows(rogue: Rogues, target: Aim, patient: ReadLimits) -> None:
    sparse = {oid: value for oid, value in TABLE.items() if not (oid[:7] == STATUS and oid[-1] % 7)}
    agent = rogue(lambda question: question.answer(), sparse)
    table = _walk(target(agent.port), patient, (PORT, STATUS, COUNTER))

    assert table.completeness is Completeness.COMPLETE
    assert table.rows == {(7, row): [row, None if row % 7 else row, None] for row in range(1, ROWS + 1)}


def _repeats(question: Question) -> Reply:
    return question.answer([(oid if len(oid) > 7 else (*oid, 7, 1), 1) for oid in question.oids])


def _jumps_back(question: Question) -> Reply:
    back = [((*oid[:7], 7, 1), 1) for oid in question.oids]
    return question.answer(back if question.number == 1 else None)


def _never_ends(question: Question) -> Reply:
    found = []
    for step in range(1, question.repetitions + 1):
        found += [((*oid[:7], (oid[7] if len(oid) > 7 else 0) + step), 1) for oid in question.oids]
    return question.answer(found)


def _gen_err_in_the_middle(question: Question) -> Reply:
    if question.verb != "get-request" and any(oid[-1] >= 20 for oid in question.oids if len(oid) > 7):
        return question.answer([], status=5, index=1)
    return question.answer(question.honest()[: 2 * 20])


def _silent_after_ten(question: Question) -> Reply:
    return question.answer() if question.number < 1 else None


@pytest.mark.parametrize(
    ("behaviour", "reason"),
    [
        (_repeats, "OID not increasing"),
        (_jumps_back, "OID not increasing"),
        (_never_ends, "more than 1000 rows"),
        (_gen_err_in_the_middle, "genErr after"),
        (_silent_after_ten, "timeout after 10 rows"),
    ],
)
def test_some_rows_then_trouble(
    behaviour: Behaviour, reason: str, rogue: Rogues, target: Aim, limits: ReadLimits
) -> None:
    agent = rogue(behaviour, TABLE)
    table = _walk(target(agent.port), limits)

    assert table.completeness is Completeness.TRUNCATED
    assert table.reason is not None
    assert reason in str(table.reason)
    assert 1 <= len(table.rows) <= limits.max_rows
    assert agent.asked < 100


def _authorization_error(question: Question) -> Reply:
    return question.answer([], status=16, index=1)


@pytest.mark.parametrize(
    ("behaviour", "verdict", "reason"),
    [
        (lambda question: None, Completeness.TIMED_OUT, "timeout"),  # noqa: ARG005 -- says nothing, whatever is asked
        (lambda question: b"\x30\x82garbage" + bytes([question.number % 256]), Completeness.TIMED_OUT, "malformed"),
        (lambda question: question.answer()[:-3], Completeness.TIMED_OUT, "malformed"),
        (lambda question: question.answer(request_id=1), Completeness.TIMED_OUT, "malformed"),
        (_authorization_error, Completeness.REFUSED, "authorizationError"),
        (lambda question: question.answer([]), Completeness.TRUNCATED, "response without variables"),
        (lambda question: question.answer([], status=1), Completeness.TRUNCATED, "tooBig"),
        (lambda question: question.answer([], status=99), Completeness.TRUNCATED, "error-status 99"),
    ],
    ids=["silent", "garbage", "truncated", "other request", "forbidden", "empty", "always tooBig", "unknown error"],
)
def test_trouble_from_the_start(
    behaviour: Behaviour, verdict: Completeness, reason: str, rogue: Rogues, target: Aim, limits: ReadLimits
) -> None:
    agent = rogue(behaviour, TABLE)
    table = _walk(target(agent.port), limits)

    assert table.completeness is verdict
    assert table.rows == {}
    assert table.reason is not None
    assert reason in str(table.reason)
    assert agent.asked < 20


def test_asks_for_less_when_told_too_big(rogue: Rogues, target: Aim, patient: ReadLimits) -> None:
    agent = rogue(
        lambda question: question.answer([], status=1) if question.repetitions > 3 else question.answer(), TABLE
    )
    table = _walk(target(agent.port), patient)

    assert table.completeness is Completeness.COMPLETE
    assert len(table.rows) == ROWS


def test_falls_back_to_getnext(rogue: Rogues, target: Aim, patient: ReadLimits) -> None:
    def behave(question: Question) -> Reply:
        bulk = question.verb == "get-bulk-request"
        return question.answer([], status=5, index=1) if bulk else question.answer()

    table = _walk(target(rogue(behave, TABLE).port), patient)

    assert table.completeness is Completeness.COMPLETE
    assert len(table.rows) == ROWS


def test_asks_for_less_when_big_answers_get_lost(rogue: Rogues, target: Aim, limits: ReadLimits) -> None:
    agent = rogue(lambda question: None if question.repetitions > 5 else question.answer(), TABLE)
    table = _walk(target(agent.port), limits)

    assert table.completeness is Completeness.COMPLETE
    assert len(table.rows) == ROWS


def test_one_bad_column_leaves_the_other_whole(rogue: Rogues, target: Aim, patient: ReadLimits) -> None:
    def behave(question: Question) -> Reply:
        bad = any(oid[:7] == STATUS for oid in question.oids)
        return question.answer([], status=5, index=2) if bad else question.answer()

    table = _walk(target(rogue(behave, TABLE).port), patient)

    assert table.completeness is Completeness.TRUNCATED
    assert table.rows == {(7, row): [row, None] for row in range(1, ROWS + 1)}


def test_first_datagram_lost(rogue: Rogues, target: Aim, limits: ReadLimits) -> None:
    agent = rogue(lambda question: question.answer() if question.number else None, TABLE)
    table = _walk(target(agent.port), replace(limits, retries=5))

    assert table.completeness is Completeness.COMPLETE
    assert table.stats.retries >= 1


def test_one_table_that_hangs_is_not_a_dead_device(rogue: Rogues, target: Aim, limits: ReadLimits) -> None:
    def hang(question: Question) -> Reply:
        return question.answer() if question.verb == "get-request" or question.number < 1 else None

    agent = rogue(hang, TABLE)

    async def walk() -> tuple[Table, Table]:
        credential = SnmpV2c("public", port=agent.port, version="1")
        async with open_session(target(agent.port, credential), limits) as session:
            return await session.table((PORT,)), await session.table((STATUS,))

    first, second = asyncio.run(walk())
    assert (first.completeness, str(first.reason)) == (Completeness.TRUNCATED, "timeout after 1 rows")
    assert (second.completeness, str(second.reason)) == (Completeness.TIMED_OUT, "timeout")


def test_junk_before_the_answer(rogue: Rogues, target: Aim, patient: ReadLimits) -> None:
    agent = rogue(lambda question: [b"", b"junk", question.answer(request_id=5), question.answer()], TABLE)
    table = _walk(target(agent.port), patient)

    assert table.completeness is Completeness.COMPLETE
    assert table.stats.malformed >= 3


def test_answers_from_elsewhere_do_not_count(rogue: Rogues, target: Aim, limits: ReadLimits) -> None:
    agent = rogue(lambda question: question.answer(), TABLE)
    agent.odd_port = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    table = _walk(target(agent.port), limits)

    assert table.completeness is Completeness.TIMED_OUT
    assert table.stats.malformed == 0


@pytest.mark.parametrize(
    ("value", "verdict"),
    [(rfc1905.noSuchObject, Completeness.UNSUPPORTED), (rfc1905.noSuchInstance, Completeness.COMPLETE)],
)
def test_no_rows_is_not_no_table(
    value: object, verdict: Completeness, rogue: Rogues, target: Aim, patient: ReadLimits
) -> None:
    def behave(question: Question) -> Reply:
        return question.answer([(question.oids[0], value)] if question.verb == "get-request" else None)

    table = _walk(target(rogue(behave, TABLE).port), patient, (COUNTER,))

    assert table.completeness is verdict
    assert table.rows == {}


def _v1(question: Question) -> Reply:
    """Answer as RFC 1157: one row a request, noSuchName where an object has no successor."""
    found = [question.next_of(oid) for oid in question.oids]
    for number, (_, value) in enumerate(found, start=1):
        if value is rfc1905.endOfMibView:
            return question.answer([(oid, 0) for oid in question.oids], status=2, index=number)
    return question.answer(found)


def test_version_1_ends_with_no_such_name(rogue: Rogues, target: Aim, patient: ReadLimits) -> None:
    objects = {oid: value for oid, value in TABLE.items() if oid[:5] != (1, 3, 6, 1, 10)}
    agent = rogue(_v1, objects)
    table = _walk(target(agent.port, SnmpV2c("public", port=agent.port, version="1")), patient)

    assert table.completeness is Completeness.COMPLETE
    assert table.rows == {(7, row): [row, row] for row in range(1, ROWS + 1)}


def test_version_1_cannot_tell_an_empty_table(rogue: Rogues, target: Aim, patient: ReadLimits) -> None:
    agent = rogue(_v1, TABLE)
    table = _walk(target(agent.port, SnmpV2c("public", port=agent.port, version="1")), patient, (COUNTER,))

    assert table.completeness is Completeness.UNSUPPORTED


def test_a_spent_time_budget_ends_the_table(rogue: Rogues, target: Aim, patient: ReadLimits) -> None:
    agent = rogue(_never_ends, TABLE)

    async def walk() -> Table:
        async with open_session(target(agent.port), patient) as session:
            return await session.table((PORT,), budget_s=0.0)

    table = asyncio.run(walk())
    assert table.completeness is Completeness.TIMED_OUT
    assert str(table.reason) == "time budget spent"
    assert agent.asked == 0


def test_a_silent_device_is_not_asked_for_its_other_tables(rogue: Rogues, target: Aim, limits: ReadLimits) -> None:
    agent = rogue(_silent_after_ten, TABLE)

    async def walk() -> tuple[Table, int, Table]:
        async with open_session(target(agent.port), limits) as session:
            first = await session.table((PORT,))
            asked = agent.asked
            return first, asked, await session.table((STATUS,))

    first, asked, second = asyncio.run(walk())
    assert first.completeness is Completeness.TRUNCATED
    assert second.completeness is Completeness.TIMED_OUT
    assert str(second.reason) == "device stopped answering"
    assert agent.asked == asked


def test_replies_cut_at_every_length_are_no_answers(rogue: Rogues, target: Aim, limits: ReadLimits) -> None:
    """As when a path loses what does not fit: nothing of a cut reply is believed, and the device is not dead."""

    def cut(question: Question) -> Reply:
        whole = question.answer()
        return [whole[:length] for length in range(len(whole))]

    agent = rogue(cut, TABLE)
    table = _walk(target(agent.port), limits)

    assert (table.completeness, table.rows) == (Completeness.TIMED_OUT, {})
    assert table.reason is not None
    assert "malformed" in str(table.reason)
    assert table.stats.malformed >= 200


def test_a_whole_reply_behind_all_its_cut_ones_is_the_answer(rogue: Rogues, target: Aim, patient: ReadLimits) -> None:
    def cut(question: Question) -> Reply:
        whole = question.answer()
        return [whole[:length] for length in range(0, len(whole), 7)] + [whole]

    table = _walk(target(rogue(cut, TABLE).port), patient)

    assert table.completeness is Completeness.COMPLETE
    assert table.rows == {(7, row): [row, row] for row in range(1, ROWS + 1)}


@pytest.mark.parametrize(
    ("behaviour", "verdict"),
    [
        (_never_ends, Completeness.TRUNCATED),
        (lambda question: None, Completeness.TIMED_OUT),  # noqa: ARG005 -- says nothing, whatever is asked
        (lambda question: question.answer()[:1], Completeness.TIMED_OUT),
        (_silent_after_ten, Completeness.TRUNCATED),
        (_repeats, Completeness.TRUNCATED),
    ],
    ids=["endless", "silent", "one octet", "stops in the middle", "repeats itself"],
)
def test_whatever_a_device_does_its_table_ends_in_time(
    behaviour: Behaviour, verdict: Completeness, rogue: Rogues, target: Aim
) -> None:
    agent = rogue(behaviour, TABLE)
    allowed = ReadLimits(timeout_s=0.2, retries=1, table_budget_s=2.0, device_budget_s=2.0, max_rows=100_000)
    table = _walk(target(agent.port), allowed)
    assert table.completeness is verdict
    assert table.stats.seconds < allowed.table_budget_s + 1.0
