"""How much is asked for, how long it is waited for, and how many devices are asked at once."""

from __future__ import annotations

import asyncio
import resource
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from inventory.model.coverage import Completeness
from probes.contract import ReadLimits
from probes.snmp.client import open_session
from probes.snmp.load import LATE_S, Load, affordable
from probes.snmp.pace import VARBINDS_WANTED, Pace
from probes.snmp.pdu import Verb

if TYPE_CHECKING:
    import pytest

    from probes.contract import DeviceTarget
    from probes.snmp.walk import Table
    from tests.unit.snmp.agents import Aim, Objects, Question, Reply, Rogues

COLUMN = (1, 3, 6, 1, 9, 1, 1)
TABLE: Objects = {(*COLUMN, row): row for row in range(1, 121)}


def test_what_was_learned_is_where_the_next_read_begins() -> None:
    pace = Pace(bulk=True)
    assert pace.learned() is None
    pace.answered()
    assert (pace.learned(), pace.repetitions(1)) == (VARBINDS_WANTED, 50)
    pace.retreat(1)
    assert pace.learned() == 25
    assert Pace.remembered(25, bulk=True).repetitions(1) == 25
    assert Pace.remembered(0, bulk=True).verb() is Verb.NEXT
    assert Pace.remembered(VARBINDS_WANTED, bulk=True).repetitions(2) == 25
    assert Pace.remembered(None, bulk=True).repetitions(1) == 10
    assert Pace.remembered(None, bulk=False).learned() is None


@given(st.lists(st.sampled_from(["answered", "retreat", "to one"]), max_size=60), st.none() | st.integers(0, 60))
def test_a_pace_is_always_one_that_can_be_asked(steps: list[str], remembered: int | None) -> None:
    pace = Pace.remembered(remembered, bulk=True)
    for step in steps:
        if step == "answered":
            pace.answered()
        else:
            pace.retreat(2, to_one=step == "to one")
        assert 1 <= pace.repetitions(2) <= VARBINDS_WANTED
        learned = pace.learned()
        if learned is not None:
            again = Pace.remembered(learned, bulk=True)
            assert (again.verb(), again.repetitions(2)) == (pace.verb(), pace.repetitions(2))


def test_what_keeps_failing_is_tried_ever_more_rarely() -> None:
    pace, asked = Pace(bulk=True), 0
    for _ in range(200):
        if pace.repetitions(1) > 20:
            asked += 1
            pace.retreat(1)
        else:
            pace.answered()
    assert asked <= 6


def _walk(target: DeviceTarget, limits: ReadLimits) -> tuple[Table, int | None]:
    async def walk() -> tuple[Table, int | None]:
        async with open_session(target, limits) as session:
            return await session.table((COLUMN,)), session.rows_per_request

    return asyncio.run(walk())


def test_a_second_read_does_not_stumble_again(rogue: Rogues, target: Aim, patient: ReadLimits) -> None:
    refused: list[int] = []

    def behave(question: Question) -> Reply:
        if question.repetitions > 12:
            refused.append(question.repetitions)
            return question.answer([], status=1)
        return question.answer()

    aimed = target(rogue(behave, TABLE).port)
    first, learned = _walk(aimed, patient)
    assert (first.completeness, len(first.rows)) == (Completeness.COMPLETE, 120)
    assert refused
    refused.clear()
    second, _ = _walk(replace(aimed, rows_per_request=learned), patient)
    assert (second.completeness, second.rows) == (Completeness.COMPLETE, first.rows)
    assert refused == []


def test_a_slow_device_is_given_the_time_it_takes(rogue: Rogues, target: Aim) -> None:
    """The first answer takes longer than one patience; the next ones are waited for without asking twice."""
    pause = threading.Event()

    def behave(question: Question) -> Reply:
        pause.wait(0.35)
        return question.answer()

    agent = rogue(behave, TABLE)
    table, _ = _walk(target(agent.port), ReadLimits(timeout_s=0.3, retries=4))
    assert (table.completeness, len(table.rows)) == (Completeness.COMPLETE, 120)
    assert table.stats.retries <= 2


def test_a_late_loop_lowers_the_number_in_flight_and_calm_raises_it() -> None:
    load = Load(200)
    load.looked(LATE_S / 2)
    assert load.hands == 200
    for _ in range(30):
        load.looked(2 * LATE_S)
    assert load.hands == 4
    for _ in range(2000):
        load.looked(0.0)
    assert load.hands == 200


@given(st.integers(1, 500), st.lists(st.floats(0, 3), max_size=80))
def test_there_is_always_a_hand(most: int, looks: list[float]) -> None:
    load = Load(most)
    for late_s in looks:
        load.looked(late_s)
        assert 1 <= load.hands <= most


def test_no_more_devices_than_sockets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _: (256, 4096))
    assert affordable(200) == 96
    assert affordable(10) == 10
    monkeypatch.setattr(resource, "getrlimit", lambda _: (16, 16))
    assert affordable(200) == 1


def test_an_answer_that_waits_behind_a_busy_loop_is_no_silence(rogue: Rogues, target: Aim) -> None:
    """It came in time, behind garbage, while this process was busy for longer than its patience."""
    agent = rogue(lambda question: [b"junk", b"junk", b"junk", question.answer()], TABLE)

    async def walk() -> Table:
        async with open_session(target(agent.port), ReadLimits(timeout_s=1.5, retries=0)) as session:
            asked = asyncio.create_task(session.table((COLUMN,)))
            await asyncio.sleep(0.01)
            time.sleep(2.0)  # noqa: ASYNC251 -- the busy loop
            return await asked

    table = asyncio.run(walk())
    assert (table.completeness, len(table.rows)) == (Completeness.COMPLETE, 120)
    assert table.stats.retries == 0
